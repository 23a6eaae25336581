"""`radiocast status`: the status document in a terminal, and an exit code that scripts can use.

Owns: how it is fetched and how it looks. Must not know: the station's inside; it may run elsewhere, and be
of another version, so that whatever is missing from the document is left out of the view.
Everything that came over the network is shown as plain text: neither rich's markup nor a terminal's
escape codes in a title do anything.
"""

import json
import math
import time
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPException, HTTPResponse
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

DEFAULT_URL: Final = "http://localhost:8000"
TIMEOUT_S: Final = 5.0
# A document with a day's history is some tens of KB; what is larger is no status.
LARGEST_BYTES: Final = 4 << 20
ROWS: Final = 5

WELL: Final = 0
NOT_WELL: Final = 1
UNREACHABLE: Final = 2

Json = dict[str, Any]


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
        err.print(Text(_plain(str(error))), soft_wrap=True)
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
    yield from _labelled("next", _programme(_objects(document, "next")))
    yield from _labelled("before", _programme(_objects(document, "history")))
    yield "", ""
    yield "output", _output(_part(document, "output"))
    yield "studio", _studio(_part(document, "studio"))
    yield "listeners", _listeners(_part(document, "listeners"))
    yield from _labelled("", [_mount(mount) for mount in _objects(document, "mounts")])
    yield "schedule", _schedule(_part(document, "schedule"))
    yield from _labelled("newsroom", list(_newsroom(_part(document, "newsroom"))))


def _labelled(label: str, lines: list[Text]) -> Iterator[tuple[str, Text]]:
    for index, line in enumerate(lines):
        yield ("" if index else label), line


def _masthead(document: Json) -> RenderableType:
    station = _part(document, "station")
    line = Table.grid(expand=True)
    line.add_column(ratio=1, overflow="fold")
    line.add_column(justify="right", no_wrap=True)
    where = f"{_clock(station.get('now'))} {_text(station, 'timezone')}".strip()
    line.add_row(
        Text(_text(station, "name") or "radiocast", style="bold"),
        Text(f"{where} · up {_span(_number(document, 'uptime_s'))}", style="dim"),
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
    for index, problem in enumerate(_list(document, "problems"), 1):
        problems.add_row(f"{index}.", Text(_plain(str(problem))))
    yield Padding(problems, (0, 0, 1, 0))


def _now(document: Json) -> RenderableType:
    item = _part(document, "on_air")
    if not item:
        return Text("nothing yet", style="yellow")
    title = Text(_text(item, "headline") or _text(item, "title") or _text(item, "stream_title"), style="bold")
    if artist := _text(item, "artist"):
        title.append(f"  {artist}", style="not bold")
    played, whole = _number(item, "elapsed_s"), _number(item, "duration_s")
    where = Text(f"{_text(item, 'kind')}, {_text(item, 'source')}", style="dim")
    if not whole:
        return Group(title, Text(f"{_minutes(played)}  ").append_text(where))
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_row(
        ProgressBar(total=whole, completed=min(played, whole), width=30), _minutes(played, whole), where
    )
    return Group(title, line)


def _programme(items: list[Json]) -> list[Text]:
    lines = []
    for item in items[:ROWS]:
        line = Text(f"{_clock(item.get('at'))}  {_text(item, 'kind'):<9} ")
        line.append(_text(item, "headline") or _text(item, "title"))
        if artist := _text(item, "artist"):
            line.append(f"  {artist}", style="dim")
        outcome = _text(item, "outcome")
        if outcome not in {"", "aired"}:
            why = _text(item, "reason")
            line.append(f"  {outcome}{f': {why}' if why else ''}", style="yellow")
        lines.append(line)
    return lines


def _output(output: Json) -> Text:
    emergency, silent = _number(output, "emergency_blocks"), _number(output, "silent_for_s")
    line = Text(f"{_number(output, 'level_lufs'):.1f} LUFS")
    if silent >= 1:
        line.append(f", silent for {silent:.0f} s", style="bold red")
    line.append(f", {_number(output, 'lead_s'):.1f} s ahead, {_number(output, 'drift_ms'):.1f} ms off")
    line.append(f", {_number(output, 'blocks'):,.0f} blocks")
    if emergency:
        line.append(f", {emergency:,.0f} of them emergency", style="yellow")
    return line


def _studio(studio: Json) -> Text:
    state = _text(studio, "state")
    style = {"on_air": "green", "starting": "yellow"}.get(state, "bold red")
    line = Text(state.replace("_", " "), style=style)
    line.append(f", process {studio['pid']}" if isinstance(studio.get("pid"), int) else "", style="default")
    restarts = _number(studio, "restarts")
    line.append(f", {_count(restarts, 'restart')}", style="yellow" if restarts else "default")
    return line


def _listeners(listeners: Json) -> Text:
    line = Text(f"{_number(listeners, 'current'):,.0f} now", style="bold")
    line.append(f", {_number(listeners, 'peak'):,.0f} at most", style="not bold")
    line.append(f", {_number(listeners, 'total'):,.0f} in all", style="not bold")
    if dropped := _number(listeners, "slow_dropped"):
        line.append(f", {dropped:,.0f} let go as too slow", style="not bold yellow")
    return line


def _mount(mount: Json) -> Text:
    line = Text(f"{_number(mount, 'listeners'):>7,.0f}  {_text(mount, 'url')}")
    return line.append(f"  {_text(mount, 'format')} {_number(mount, 'bitrate_kbps'):.0f}k", style="dim")


def _schedule(schedule: Json) -> Text:
    line = Text(f"{_text(schedule, 'file') or 'not known yet'}, loaded {_clock(schedule.get('loaded_at'))}, ")
    if schedule.get("ok"):
        return line.append("ok", style="green")
    return line.append(_count(len(_list(schedule, "errors")), "error"), style="red")


def _newsroom(newsroom: Json) -> Iterator[Text]:
    yield Text(f"{_count(_number(newsroom, 'stories'), 'story', 'stories')}, ").append(
        f"{_number(newsroom, 'withheld'):.0f} withheld"
    )
    if bulletin := _part(newsroom, "last_bulletin"):
        at, lasts = _clock(bulletin.get("rendered_at")), _minutes(_number(bulletin, "duration_s"))
        stories = _count(_number(bulletin, "stories"), "story", "stories")
        yield Text(f"last bulletin {at}: {lasts}, {stories}, made in {_number(bulletin, 'took_s'):.1f} s")
    for feed in _objects(newsroom, "feeds"):
        yield _feed(feed)
    for article in _objects(newsroom, "withheld_files")[:ROWS]:
        yield Text(f"{_text(article, 'file')}: {_text(article, 'reason')}", style="yellow")


def _feed(feed: Json) -> Text:
    """A feed that is well has its time alone; with an error it is yellow, well or not."""
    last_ok = feed.get("last_ok")
    when = f"read {_clock(last_ok)}" if last_ok else "not read yet"
    error = _text(feed, "error")
    told = Text(f"feed {_text(feed, 'name')}: {when}", style="yellow" if error or not feed.get("ok") else "")
    return told.append(f": {error}") if error else told


def _part(document: Json, name: str) -> Json:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _list(document: Json, name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []


def _objects(document: Json, name: str) -> list[Json]:
    return [value for value in _list(document, name) if isinstance(value, dict)]


def _number(document: Json, name: str) -> float:
    value = document.get(name)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0


def _text(document: Json, name: str) -> str:
    value = document.get(name)
    return _plain(value) if isinstance(value, str) else ""


def _plain(text: str) -> str:
    """Without control characters: a title MUST NOT move the cursor or colour the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _clock(moment: object) -> str:
    """The digits of the moment itself: they are the station's time, wherever this terminal is."""
    try:
        return datetime.fromisoformat(str(moment)).strftime("%H:%M")
    except ValueError:
        return "--:--"


def _minutes(played: float, whole: float | None = None) -> str:
    text = f"{int(played) // 60}:{int(played) % 60:02}"
    return text if whole is None else f"{text} of {_minutes(whole)}"


def _span(seconds: float) -> str:
    minutes = int(seconds) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min {int(seconds) % 60} s"


def _count(number: float, one: str, many: str | None = None) -> str:
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"
