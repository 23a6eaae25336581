"""`radiocast status`: the status document in a terminal, and an exit code that scripts can use.

Owns: how it is fetched and how it looks. Must not know: the station's inside; it may run elsewhere, and be
of another version, so that whatever is missing from the document is left out of the view.
Everything that came over the network is shown as plain text: neither rich's markup nor a terminal's
escape codes in a title do anything.
"""

import json
import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from ssl import SSLCertVerificationError
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from radiocast import __version__
from radiocast.model.errors import UsageError
from radiocast.status_fields import (
    Json,
    clock,
    count,
    length,
    list_of,
    number_of,
    objects_of,
    part_of,
    plain,
    span,
    text_of,
)
from radiocast.status_listeners import listeners_lines

DEFAULT_URL: Final = "http://localhost:8000"
TIMEOUT_S: Final = 5.0
# A document with a day's history is some tens of KB; what is larger is no status.
LARGEST_BYTES: Final = 4 << 20
ROWS: Final = 5

WELL: Final = 0
NOT_WELL: Final = 1
UNREACHABLE: Final = 2


class NoStatusError(UsageError):
    """There is no status to show at this address; the message says why and what to try."""


def show(
    url: str = DEFAULT_URL,
    *,
    out: Console | None = None,
    err: Console | None = None,
    timeout_s: float = TIMEOUT_S,
) -> int:
    """Print how the station at `url` is. Returns 0 only if it is well, 1 if not, 2 if that cannot be told."""
    out, err = out or Console(), err or Console(stderr=True)
    try:
        document = fetch_status(url, timeout_s=timeout_s)
    except NoStatusError as error:
        err.print(Text(plain(str(error))), soft_wrap=True)
        return UNREACHABLE
    out.print(view(document))
    return WELL if document["well"] else NOT_WELL


def status_url(url: str) -> str:
    """The document's address: `radio.example:8000` and `http://radio.example/` both mean its `/status`."""
    whole = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(whole)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise NoStatusError(f"{url!r} is no address ({error}). Write e.g. {DEFAULT_URL}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise NoStatusError(f"{url!r} is no http or https address. Write e.g. {DEFAULT_URL}")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/status') else path + '/status'}"


def fetch_status(url: str, *, timeout_s: float = TIMEOUT_S) -> Json:
    """The document at `url`, with `well` at least. Raises NoStatusError, after at most 2 * `timeout_s`."""
    address = status_url(url)
    request = Request(  # noqa: S310 - status_url lets http and https through, nothing else
        address, headers={"Accept": "application/json", "User-Agent": f"radiocast/{__version__}"}
    )
    try:
        with build_opener(_SameScheme()).open(request, timeout=timeout_s) as answer:
            body = _read(answer, deadline=time.monotonic() + timeout_s)
    except HTTPError as error:
        error.close()
        if error.code >= 500:
            raise NoStatusError(
                f"{address} answers {error.code} {error.reason}: the station there, or the proxy before it, "
                "has a fault. Its log says which."
            ) from error
        raise NoStatusError(
            f"{address} answers {error.code} {error.reason}: this is not a radiocast station's address."
        ) from error
    except (URLError, OSError, ValueError, HTTPException) as error:
        untrusted = getattr(error, "reason", error)
        if isinstance(untrusted, SSLCertVerificationError):
            raise NoStatusError(
                f"A station may be at {address}, but its certificate is not believed here "
                f"({untrusted.verify_message}). Ask by the name that the certificate is for, or by http."
            ) from error
        raise NoStatusError(
            f"No station answers at {address} ({_cause(error)}). Is it running (`radiocast serve`), "
            "and is this its host and port?"
        ) from error
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoStatusError(
            f"{address} answers something that is no JSON: not a radiocast station."
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("well"), bool):
        raise NoStatusError(f"{address} answers JSON of another kind: not a radiocast station.")
    return document


def _read(answer: HTTPResponse, *, deadline: float) -> bytes:
    """The body, as far as it comes in time; what is longer than a status can be is cut off."""
    body = bytearray()
    while len(body) < LARGEST_BYTES and (piece := answer.read1(65536)):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


class _SameScheme(HTTPRedirectHandler):
    """Follows redirects to the web only: urllib would follow one to ftp."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            fp.close()  # nobody else does
            raise ValueError(f"redirected to {newurl!r}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _cause(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, HTTPException):
        return "it speaks no HTTP"
    return (reason.strerror if isinstance(reason, OSError) else None) or str(reason)


def view(document: Json) -> RenderableType:
    """The document for a terminal of 80 columns or more; every field but `well` may be missing."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for label, content in _rows(document):
        table.add_row(label, content)
    return Group(_masthead(document), Rule(style="dim"), *_verdict(document), table)


def _rows(document: Json) -> Iterator[tuple[str, RenderableType]]:
    yield "now", _now(document)
    yield from _labelled("next", _programme(objects_of(document, "next")))
    yield from _labelled("before", _programme(objects_of(document, "history")))
    yield "", ""
    yield "output", _output(part_of(document, "output"))
    yield "studio", _studio(part_of(document, "studio"))
    yield from listeners_lines(document)
    yield "schedule", _schedule(part_of(document, "schedule"))
    yield from _labelled("newsroom", list(_newsroom(part_of(document, "newsroom"))))


def _labelled(label: str, lines: list[Text]) -> Iterator[tuple[str, Text]]:
    for index, line in enumerate(lines):
        yield ("" if index else label), line


def _masthead(document: Json) -> RenderableType:
    station = part_of(document, "station")
    line = Table.grid(expand=True)
    line.add_column(ratio=1, overflow="fold")
    line.add_column(justify="right", no_wrap=True)
    where = f"{clock(station.get('now'))} {text_of(station, 'timezone')}".strip()
    line.add_row(
        Text(text_of(station, "name") or "radiocast", style="bold"),
        Text(f"{where} · up {span(number_of(document, 'uptime_s'))}", style="dim"),
    )
    return line


def _verdict(document: Json) -> Iterator[RenderableType]:
    if document["well"]:
        yield Text("● well", style="bold green")
    else:
        yield Text("▲ not well", style="bold red")
    problems = Table.grid(padding=(0, 1, 0, 0))
    problems.add_column(style="red", justify="right")
    problems.add_column(overflow="fold")
    for index, problem in enumerate(list_of(document, "problems"), 1):
        problems.add_row(f"{index}.", Text(plain(str(problem))))
    yield Padding(problems, (0, 0, 1, 0))


def _now(document: Json) -> RenderableType:
    item = part_of(document, "on_air")
    if not item:
        return Text("nothing yet", style="yellow")
    title = Text(
        text_of(item, "headline") or text_of(item, "title") or text_of(item, "stream_title"), style="bold"
    )
    if artist := text_of(item, "artist"):
        title.append(f"  {artist}", style="not bold")
    played, whole = number_of(item, "elapsed_s"), number_of(item, "duration_s")
    where = Text(f"{text_of(item, 'kind')}, {text_of(item, 'source')}", style="dim")
    if not whole:
        return Group(title, Text(f"{length(played)}  ").append_text(where))
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_row(
        ProgressBar(total=whole, completed=min(played, whole), width=30), length(played, whole), where
    )
    return Group(title, line)


def _programme(items: list[Json]) -> list[Text]:
    lines = []
    for item in items[:ROWS]:
        line = Text(f"{clock(item.get('at'))}  {text_of(item, 'kind'):<9} ")
        line.append(text_of(item, "headline") or text_of(item, "title"))
        if artist := text_of(item, "artist"):
            line.append(f"  {artist}", style="dim")
        outcome = text_of(item, "outcome")
        if outcome not in {"", "aired"}:
            why = text_of(item, "reason")
            line.append(f"  {outcome}{f': {why}' if why else ''}", style="yellow")
        lines.append(line)
    return lines


def _output(output: Json) -> Text:
    emergency, silent = number_of(output, "emergency_blocks"), number_of(output, "silent_for_s")
    line = Text(f"{number_of(output, 'level_lufs'):.1f} LUFS")
    if silent >= 1:
        line.append(f", silent for {silent:.0f} s", style="bold red")
    line.append(f", {number_of(output, 'lead_s'):.1f} s ahead, {number_of(output, 'drift_ms'):.1f} ms off")
    line.append(f", {number_of(output, 'blocks'):,.0f} blocks")
    if emergency:
        line.append(f", {emergency:,.0f} of them emergency", style="yellow")
    return line


def _studio(studio: Json) -> Text:
    state = text_of(studio, "state")
    style = {"on_air": "green", "starting": "yellow"}.get(state, "bold red")
    line = Text(state.replace("_", " "), style=style)
    line.append(f", process {studio['pid']}" if isinstance(studio.get("pid"), int) else "", style="default")
    restarts = number_of(studio, "restarts")
    line.append(f", {count(restarts, 'restart')}", style="yellow" if restarts else "default")
    return line


def _schedule(schedule: Json) -> Text:
    line = Text(
        f"{text_of(schedule, 'file') or 'not known yet'}, loaded {clock(schedule.get('loaded_at'))}, "
    )
    if schedule.get("ok"):
        return line.append("ok", style="green")
    return line.append(count(len(list_of(schedule, "errors")), "error"), style="red")


def _newsroom(newsroom: Json) -> Iterator[Text]:
    yield Text(f"{count(number_of(newsroom, 'stories'), 'story', 'stories')}, ").append(
        f"{number_of(newsroom, 'withheld'):.0f} withheld"
    )
    if bulletin := part_of(newsroom, "last_bulletin"):
        at, lasts = clock(bulletin.get("rendered_at")), length(number_of(bulletin, "duration_s"))
        stories = count(number_of(bulletin, "stories"), "story", "stories")
        yield Text(f"last bulletin {at}: {lasts}, {stories}, made in {number_of(bulletin, 'took_s'):.1f} s")
    for feed in objects_of(newsroom, "feeds"):
        yield _feed(feed)
    for article in objects_of(newsroom, "withheld_files")[:ROWS]:
        yield Text(f"{text_of(article, 'file')}: {text_of(article, 'reason')}", style="yellow")


def _feed(feed: Json) -> Text:
    """A feed that is well has its time alone; with an error it is yellow, well or not."""
    last_ok = feed.get("last_ok")
    when = f"read {clock(last_ok)}" if last_ok else "not read yet"
    error = text_of(feed, "error")
    told = Text(
        f"feed {text_of(feed, 'name')}: {when}", style="yellow" if error or not feed.get("ok") else ""
    )
    return told.append(f": {error}") if error else told
