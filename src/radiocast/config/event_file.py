"""`events:`, `breaking:` and `dst:` of `schedule.yaml`: what does not go by the hour."""

from datetime import datetime
from typing import Any, Final

from radiocast.config.document import Findings, Keyed, Node, note
from radiocast.config.entry_file import Played
from radiocast.config.grid_file import listed
from radiocast.config.names import FILE, Names, name_complaint, read_source
from radiocast.config.schedule import Breaking, Dst, Event
from radiocast.config.sections import Key, Section
from radiocast.config.timing import EVENT_DURATION, STARTS, check_timing
from radiocast.config.values import Choice, Duration, ListOf, Number, Text
from radiocast.config.when_values import DAYS, VALID, Moment, window

_DAY_S: Final = 86_400.0

_EVENT: Final = Section(
    keys=(
        Key(
            name="name",
            value=Text(wanted="a name", may_be_empty=False, check=name_complaint),
            doc="Its name in the plan and the log.",
            required=True,
        ),
        Key(
            name="at",
            value=Moment(),
            doc='When: "2026-11-03T20:00" once, or "20:00" on every day that days and valid allow.',
            required=True,
        ),
        DAYS,
        VALID,
        *STARTS,
        EVENT_DURATION,
        Key(
            name="play",
            value=Played(),
            doc="cart/, rotation/, bulletin/, file/, or stream/ with its address.",
            required=True,
        ),
    ),
    misplaced={"daypart": "an event has its time: at:", "date": "write it into at:, e.g. 2026-11-03T20:00"},
    doc="Something at a time of its own.",
)
EVENTS: Final = ListOf(each=_EVENT, of="events").schema()


def read_events(
    node: Node | None, names: Names, positions: dict[str, tuple[int, int]], findings: Findings
) -> tuple[Event, ...]:
    """The events, in file order; no two have one name."""
    events: list[Event] = []
    lines: dict[str, int] = {}
    example = '{name: election, at: "2026-11-03T20:00", duration: 3h, play: rotation/music}'
    for index, child in enumerate(listed(node, "events", example, findings), 1):
        where = f"events[{index}]"
        before = findings.count
        values = _EVENT.read(child, where, findings)
        if values is None or not isinstance(child, Keyed):
            continue
        name = values.get("name", "")
        if name in lines:
            findings.add(
                child.find("name") or child,
                f"{where}: there is an event {name!r} already, on line {lines[name]}",
                "give each its own name",
            )
        lines.setdefault(name, child.line)
        note(positions, f"event/{name}", child)
        event = _event(child, where, values, names, findings)
        if event is not None and findings.count == before:
            events.append(event)
    return tuple(events)


def _event(node: Keyed, where: str, values: dict[str, Any], names: Names, findings: Findings) -> Event | None:
    at = values.pop("at", None)
    if isinstance(at, datetime):
        for key in ("days", "valid"):
            if key in values:
                findings.add(
                    node.find(key) or node,
                    f"{where}: it has a date in at:, so {key} means nothing",
                    f"delete {key}, or write the time alone into at:",
                )
    played = values.pop("play", None)
    source = None if played is None else read_source(played, f"{where}.play", names, findings)
    check_timing(node, where, values, source, findings, event=True)
    if source is None or at is None or "name" not in values:
        return None
    allowed = window(values)
    when: dict[str, Any] = {"at": at} if isinstance(at, datetime) else {"time_s": at}
    return Event(**when, window=allowed, play=source, line=node.line, **values)


def _folder_complaint(text: str) -> str:
    if text.startswith(("/", "~")) or ".." in text.split("/") or not text.strip("./ "):
        return f"{text!r} is not inside the station's folder; write e.g. media/news/breaking"
    if "\\" in text:
        return f"write forward slashes: '{text.replace(chr(92), '/')}'"
    return ""


BREAKING: Final = Section(
    keys=(
        Key(
            name="folder",
            value=Text(
                wanted="a folder such as media/news/breaking", may_be_empty=False, check=_folder_complaint
            ),
            doc="Folder whose articles are read out at once, e.g. media/news/breaking.",
            required=True,
        ),
        Key(
            name="priority",
            value=Number(least=0, most=100, whole=True),
            doc="It interrupts what has a lower one.",
            default=98,
        ),
        Key(
            name="max_age",
            field="max_age_s",
            value=Duration(least_s=10, most_s=_DAY_S),
            doc="Older files are left alone.",
            default="10m",
        ),
        Key(name="sounder", value=FILE, doc="A recording under media/ that comes before it."),
    ),
    doc="Stories that interrupt.",
)
DST: Final = Section(
    keys=(
        Key(
            name="gap",
            value=Choice({"next_valid": "next_valid", "skip": "skip"}),
            doc="A time that does not exist on the day airs at the next that does, or not at all.",
            default="next_valid",
        ),
        Key(
            name="fold",
            value=Choice({"first": "first", "second": "second", "both": "both"}),
            doc="A time that comes twice on the day airs the first time, the second, or both.",
            default="first",
        ),
    ),
    doc="When the clocks change.",
)


def read_breaking(
    node: Node | None, positions: dict[str, tuple[int, int]], findings: Findings
) -> Breaking | None:
    """Where breaking news comes from; None without it."""
    if node is None:
        return None
    note(positions, "breaking", node)
    values = BREAKING.read(node, "breaking", findings)
    return Breaking(**values) if values and "folder" in values else None


def read_dst(node: Node | None, positions: dict[str, tuple[int, int]], findings: Findings) -> Dst:
    """What is done when the clocks change."""
    if node is None:
        return Dst()
    note(positions, "dst", node)
    return Dst(**(DST.read(node, "dst", findings) or {}))
