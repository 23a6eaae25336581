"""The listeners' side of the status view: who listens where, who serves them, and who was not let in.

Owns: how that looks in a terminal. Must not know: how the document is fetched, or its other parts.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from rich.text import Text

from radiocast.status_fields import Json, count, counts_of, day, number_of, objects_of, part_of, text_of

# A certificate that is not renewed by then is worth a colour.
_ENDS_SOON: Final = timedelta(days=7)
_EACH_UP_TO: Final = 8


def listeners_lines(document: Json) -> Iterator[tuple[str, Text]]:
    """Label and line; a label that is empty belongs to the one above."""
    listeners = part_of(document, "listeners")
    yield "listeners", _now(listeners)
    for line in (_gone(listeners), _refused(listeners)):
        if line.plain:
            yield "", line
    for mount in objects_of(document, "mounts"):
        yield "", _mount(mount)
    for number, line in enumerate(_workers(objects_of(document, "workers"))):
        yield "" if number else "workers", line
    for label, line in (
        ("lobby", _lobby(part_of(document, "connections"))),
        ("records", _records(part_of(document, "records"))),
        ("https", _https(part_of(document, "https"), part_of(document, "station"))),
    ):
        if line.plain:
            yield label, line


def _now(listeners: Json) -> Text:
    line = Text(f"{number_of(listeners, 'current'):,.0f} now", style="bold")
    if most := number_of(listeners, "max_listeners"):
        full = number_of(listeners, "current") >= most
        line.append(f" of {most:,.0f}", style="bold red" if full else "not bold")
    line.append(f", {number_of(listeners, 'peak'):,.0f} at most", style="not bold")
    return line.append(f", {number_of(listeners, 'total'):,.0f} in all", style="not bold")


def _gone(listeners: Json) -> Text:
    """Those who did not leave by themselves."""
    told = [
        f"{number_of(listeners, field):,.0f} {words}"
        for field, words in (
            ("slow_dropped", "let go as too slow"),
            ("slow_skips", "skips to the live sound"),
            ("lost", "lost with a worker"),
            ("expired", "ended by max_duration"),
        )
        if number_of(listeners, field)
    ]
    return Text(", ".join(told), style="yellow")


def _refused(listeners: Json) -> Text:
    told = ", ".join(f"{number:,.0f} {_words(reason)}" for reason, number in counts_of(listeners, "refused"))
    return Text(f"refused: {told}" if told else "", style="yellow")


def _mount(mount: Json) -> Text:
    most = number_of(mount, "max_listeners")
    line = Text(f"{number_of(mount, 'listeners'):>7,.0f}  {text_of(mount, 'url')}")
    line.append(f"  {text_of(mount, 'format')} {number_of(mount, 'bitrate_kbps'):.0f}k", style="dim")
    return line.append(f", {most:,.0f} at most" if most else "", style="dim")


def _workers(workers: list[Json]) -> Iterator[Text]:
    """Each; of many only those who are not as they should be."""
    if len(workers) > _EACH_UP_TO:
        up = sum(bool(worker.get("ready")) for worker in workers)
        yield Text(f"{up} of {len(workers)} serve", style="" if up == len(workers) else "bold red")
    for number, worker in enumerate(workers, 1):
        if len(workers) <= _EACH_UP_TO or not worker.get("ready") or number_of(worker, "restarts"):
            yield _worker(number, worker)


def _worker(number: int, worker: Json) -> Text:
    line = Text(f"{number_of(worker, 'listeners'):>7,.0f}  worker {number}")
    if isinstance(worker.get("pid"), int):
        line.append(f", process {worker['pid']}", style="dim")
    if not worker.get("ready"):
        line.append(", not ready yet" if worker.get("pid") else ", starting again", style="bold red")
    if capacity := number_of(worker, "capacity"):
        line.append(f", {capacity:,.0f} at most", style="dim")
    if restarts := number_of(worker, "restarts"):
        line.append(f", {count(restarts, 'restart')}", style="yellow")
    if lost := number_of(worker, "lost"):
        line.append(f", {count(lost, 'listener')} lost", style="yellow")
    return line


def _lobby(connections: Json) -> Text:
    """The internet's noise, dim; nothing of it is a fault of the station's."""
    parts = [f"{number_of(connections, 'waiting'):,.0f} waiting"] if number_of(connections, "waiting") else []
    told = ", ".join(
        f"{number:,.0f} {_words(reason)}" for reason, number in counts_of(connections, "refused")
    )
    parts += [f"never asked for anything: {told}"] if told else []
    return Text("; ".join(parts), style="dim")


def _records(records: Json) -> Text:
    dropped = number_of(records, "dropped")
    return Text(f"{count(dropped, 'record')} not written" if dropped else "", style="yellow")


def _https(https: Json, station: Json) -> Text:
    ends = https.get("certificate_ends")
    if ends is None:
        return Text()
    return Text(f"certificate until {day(ends)}", style="yellow" if _soon(ends, station.get("now")) else "")


def _soon(ends: object, now: object) -> bool:
    """By the station's clock, or this machine's where the document has none."""
    try:
        end = datetime.fromisoformat(str(ends))
    except ValueError:
        return True
    try:
        return end - datetime.fromisoformat(str(now)) <= _ENDS_SOON
    except (ValueError, TypeError):
        return end.tzinfo is None or end - datetime.now(UTC) <= _ENDS_SOON


def _words(reason: str) -> str:
    return reason.replace("_", " ")
