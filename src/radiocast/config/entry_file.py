"""An entry of a clock in `schedule.yaml`: its kinds, their keys, and what is read from them."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from radiocast.config.document import Findings, Keyed, Node, Scalar
from radiocast.config.names import NOT_IN_EVERY, NOT_IN_FILL, Names, Refusals, read_source
from radiocast.config.schedule import After, At, Entry, EveryTime, EveryTracks, Fill, Source
from radiocast.config.sections import Key, Section
from radiocast.config.timing import DURATION, PRIORITY, STARTS, check_timing
from radiocast.config.values import Boolean, Choice, Duration, Schema, nearest, parse_duration, scalar

HOUR_S: Final = 3600.0
_OFFSET: Final = re.compile(r"(\d{1,3}):(\d{2})", re.ASCII)
_TRACKS: Final = re.compile(r"(\d{1,4})\s*tracks?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offset:
    """A place in the hour, `mm:ss`."""

    def read(self, node: Node, name: str, findings: Findings) -> float | None:
        """Seconds from the top of the hour, 0 to 3600."""
        value = scalar(node, name, findings, 'a place in the hour such as "30:00"')
        if value is None:
            return None
        found = _OFFSET.fullmatch(value.text)
        if not found or int(found[2]) > 59:
            hint = 'write minutes and seconds in the hour, e.g. "30:00"'
            if value.text.isascii() and value.text.isdigit() and len(value.text) <= 2:
                hint = f"did you mean '{int(value.text):02d}:00'?"
            findings.add(node, f"{name}: {value.text!r} is no place in the hour", hint)
            return None
        seconds = int(found[1]) * 60.0 + int(found[2])
        if seconds > HOUR_S:
            findings.add(node, f"{name}: {value.text} is past the end of the hour", "an hour ends at 60:00")
            return None
        return seconds

    def schema(self) -> Schema:
        """A string `mm:ss`."""
        return {"type": "string", "pattern": "^([0-5]?[0-9]:[0-5][0-9]|60:00)$"}


@dataclass(frozen=True, slots=True)
class Every:
    """`4 tracks` or `20m`."""

    def read(self, node: Node, name: str, findings: Findings) -> int | float | None:
        """An int for tracks, a float for seconds."""
        value = scalar(node, name, findings, "how often: 4 tracks, or 20m")
        if value is None:
            return None
        found = _TRACKS.fullmatch(value.text)
        if found and int(found[1]) > 0:
            return int(found[1])
        if parse_duration(value.text) is None:
            hint = "write e.g. 4 tracks, or 20m"
            if value.text.isascii() and value.text.isdigit():
                hint = f"write what it counts: did you mean '{value.text} tracks' or '{value.text}m'?"
            findings.add(node, f"{name}: {value.text!r} does not say how often", hint)
            return None
        return Duration(least_s=60, most_s=86_400).read(node, name, findings)

    def schema(self) -> Schema:
        """A string."""
        return {
            "type": "string",
            "examples": ["4 tracks", "20m"],
            "pattern": r"^(\d+\s*tracks?|(\d[\d.]*[hms])+)$",
        }


@dataclass(frozen=True, slots=True)
class Played:
    """A source, read later when all names are known; `refused` as in `read_source`."""

    refused: Refusals = field(default_factory=dict)

    def read(self, node: Node, name: str, findings: Findings) -> Node:
        """The node itself."""
        del name, findings
        return node

    def schema(self) -> Schema:
        """A string with its kind in front."""
        kinds = [k for k in ("cart", "rotation", "bulletin", "file") if k not in self.refused]
        pattern = f"({'|'.join(kinds)})/.+"
        if "stream" not in self.refused:
            pattern += "|stream/https?://.+"
        return {"type": "string", "pattern": f"^({pattern})$", "examples": [f"{kind}/" for kind in kinds]}


def _play(refused: Refusals | None = None) -> Key:
    kinds = [k for k in ("cart/", "rotation/", "bulletin/", "file/") if k.strip("/") not in (refused or {})]
    doc = ", ".join(kinds) + ("" if "stream" in (refused or {}) else ", or stream/ with its address") + "."
    return Key(name="play", value=Played(refused or {}), doc=doc, required=True)


_ONLY_AT: Final = "it is for entries with at:"
_ONLY_FILL: Final = "it is for entries with fill:"
_NOT_DAYS: Final = "a clock is for one hour; which hours and days it plays says grid:"
_TIMED: Final = ("start", "wait_up_to", "drop_after", "make_next")
_FILLING: Final = ("until", "backtime")
_DAYS: Final = ("valid", "days", "daypart")
KINDS: Final = {
    "at": Section(
        keys=(
            Key(name="at", value=Offset(), doc='Place in the hour, e.g. "30:00".', required=True),
            *STARTS,
            DURATION,
            _play(),
        ),
        misplaced=dict.fromkeys(_FILLING, _ONLY_FILL) | dict.fromkeys(_DAYS, _NOT_DAYS),
        doc="At this place in the hour.",
    ),
    "after": Section(
        keys=(
            Key(name="after", value=Choice({"prev": "prev"}), doc="Always prev.", required=True),
            PRIORITY,
            DURATION,
            _play(),
        ),
        misplaced=dict.fromkeys(_TIMED, _ONLY_AT)
        | dict.fromkeys(_FILLING, _ONLY_FILL)
        | dict.fromkeys(_DAYS, _NOT_DAYS),
        doc="Straight after the entry above.",
    ),
    "every": Section(
        keys=(
            Key(name="every", value=Every(), doc="4 tracks, or 20m.", required=True),
            _play(NOT_IN_EVERY),
        ),
        misplaced=dict.fromkeys(
            (*_TIMED, "priority", "duration"), "an every: plays between two tracks, in its turn"
        )
        | dict.fromkeys(_FILLING, _ONLY_FILL)
        | dict.fromkeys(_DAYS, _NOT_DAYS),
        doc="Between tracks, every so often.",
    ),
    "fill": Section(
        keys=(
            Key(
                name="fill",
                value=Played(NOT_IN_FILL),
                doc="What fills the time, e.g. rotation/music.",
                required=True,
            ),
            Key(name="until", value=Offset(), doc="Up to this place in the hour.", default="60:00"),
            Key(
                name="backtime",
                value=Boolean(),
                doc="Chooses the tracks so that they end together at until:.",
                default=True,
            ),
        ),
        misplaced=dict.fromkeys((*_TIMED, "priority", "duration"), "a fill plays until the next entry's time")
        | dict.fromkeys(_DAYS, _NOT_DAYS),
        doc="Track after track.",
    ),
}
_REFUSED: Final[dict[str, Refusals]] = {"every": NOT_IN_EVERY, "fill": NOT_IN_FILL}


def read_entry(node: Node, name: str, names: Names, findings: Findings) -> Entry | None:
    """One entry; None with a problem found."""
    kinds = [key.text for key, _ in node.pairs if key.text in KINDS] if isinstance(node, Keyed) else []
    if not isinstance(node, Keyed) or len(kinds) != 1:
        _not_one_kind(node, name, kinds, findings)
        return None
    kind = kinds[0]
    before = findings.count
    values = KINDS[kind].read_keyed(node, name, findings)
    key = "fill" if kind == "fill" else "play"
    played = values.pop(key, None)
    source: Source | None = None
    if played is not None:
        source = read_source(played, f"{name}.{key}", names, findings, _REFUSED.get(kind))
    if kind in {"at", "after"}:
        check_timing(node, name, values, source, findings, event=False)
    elif source is not None and source.type == "stream" and values.get("backtime"):
        findings.add(
            node.find("backtime") or node,
            f"{name}: a stream is as long as its time, so backtime means nothing",
            "delete backtime",
        )
    if source is None or findings.count > before:
        return None
    return _made(kind, values, source, node.line)


def _made(kind: str, values: dict[str, Any], source: Source, line: int) -> Entry:
    if kind == "at":
        start = values.pop("start", "soft")
        return At(offset_s=values.pop("at"), start=start, play=source, line=line, **values)
    if kind == "after":
        del values["after"]
        return After(play=source, line=line, **values)
    if kind == "fill":
        backtime = values.get("backtime", True)
        return Fill(source=source, until_s=values.get("until", HOUR_S), backtime=backtime, line=line)
    often = values["every"]
    if isinstance(often, int):
        return EveryTracks(tracks=often, play=source, line=line)
    return EveryTime(seconds=often, play=source, line=line)


def _not_one_kind(node: Node, name: str, kinds: list[str], findings: Findings) -> None:
    if kinds:
        both = " and ".join(kinds)
        findings.add(node, f"{name} has {both} at once", "make two entries of it")
        return
    hint = "an entry begins with at:, after:, every: or fill:"
    if isinstance(node, Keyed) and node.pairs:
        written = node.pairs[0][0].text
        like = nearest(written, KINDS)
        hint = like if "did you mean" in like else hint
    elif isinstance(node, Scalar):
        hint = 'write it in braces, e.g. {at: "00:00", play: cart/id}'
    findings.add(node, f"{name} says neither at, after, every nor fill", hint)
