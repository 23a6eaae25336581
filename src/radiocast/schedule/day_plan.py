"""One day as the schedule has it: what starts when, and what fills the time between; kept for the day after.

Owns: a day's plan as a value, as text, and what becomes of it when the schedule changes at noon.
Must not know: which track a rotation chose, what aired, or where the text is kept.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.play import Kind, Start
from radiocast.schedule.calendar import EVENT, Calendar, Occurrence
from radiocast.schedule.clocks import chain
from radiocast.schedule.zones import HOUR_S, day_start, hour_start

_VERSION: Final = 1
_MINUTE_S: Final = 60.0
# Half of what the calendar answers for at once; a day may have 25 hours.
_HALF_DAY_S: Final = 12 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Something that the day has a time for.

    `behind` is 0 for what has a time of its own, and counts on along `after: prev` behind it; `at` is then
    that of the first. `allowed_s` is how late it may come and still be what the schedule asks for: 0 for a
    hard start. `held_by` is the event that has the air then, so that it does not play.
    """

    at: datetime
    source: str
    kind: Kind
    clock: str
    start: Start
    behind: int = 0
    allowed_s: float = 0.0
    held_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time that one source fills ("" for none: the sustainer does), and what comes between."""

    frm: datetime
    until: datetime
    clock: str
    fill: str
    every: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.until - self.frm).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """One day of the station's calendar, midnight to midnight; all times in UTC, by time.

    `since` is where it counts from: the station was first on the air then, or it is the day's midnight.
    """

    day: date
    since: datetime
    timed: tuple[Timed, ...]
    stretches: tuple[Stretch, ...]
    sustainer: str

    def from_then(self, since: datetime) -> "DayPlan":
        """Only what is at or after that time."""
        return replace(
            self,
            since=max(since, self.since),
            timed=tuple(timed for timed in self.timed if timed.at >= since),
            stretches=tuple(
                replace(stretch, frm=max(since, stretch.frm))
                for stretch in self.stretches
                if stretch.until > since
            ),
        )

    def up_to(self, end: datetime) -> "DayPlan":
        """Only what is before that time."""
        return replace(
            self,
            timed=tuple(timed for timed in self.timed if timed.at < end),
            stretches=tuple(
                replace(stretch, until=min(end, stretch.until))
                for stretch in self.stretches
                if stretch.frm < end
            ),
        )

    def changed_to(self, new: "DayPlan", at: datetime) -> "DayPlan":
        """The day with another schedule from that time on."""
        before, after = self.up_to(at), new.from_then(at)
        return replace(
            after,
            since=self.since,
            timed=(*before.timed, *after.timed),
            stretches=_joined((*before.stretches, *after.stretches)),
        )

    def to_json(self) -> str:
        """The plan as text, for `from_json`; one line an entry, so that people can read it too."""
        lines = [
            f' "version": {_VERSION}, "day": "{self.day}", "since": "{_text(self.since)}",',
            f' "sustainer": {json.dumps(self.sustainer)},',
            ' "timed": [' + ",".join("\n  " + json.dumps(_timed(t)) for t in self.timed) + "],",
            ' "stretches": [' + ",".join("\n  " + json.dumps(_stretch(s)) for s in self.stretches) + "]",
        ]
        return "{\n" + "\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> "DayPlan":
        """The plan of a text. Raises ValueError for what is no whole plan of this version."""
        try:
            return _read(json.loads(text))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ValueError(f"no plan of a day: {error}") from error


def day_plan(calendar: Calendar, day: date) -> DayPlan:
    """What the schedule has for a day of the station's calendar."""
    frm, until = day_bounds(day, calendar.zone)
    found: list[Occurrence] = []
    begin = frm
    while begin < until:
        end = min(until, begin + _HALF_DAY_S)
        # What starts at midnight itself is the day's, what starts at the next midnight is not.
        found += [o for o in calendar.occurrences(after=begin - 1.0, until=end) if begin <= o.at < end]
        begin = end
    return DayPlan(
        day=day,
        since=_instant(frm),
        timed=tuple(timed for occurrence in found for timed in _all_of(occurrence, calendar.schedule)),
        stretches=_stretches(calendar, found, frm, until),
        sustainer=str(calendar.schedule.sustainer),
    )


def day_bounds(day: date, zone: ZoneInfo) -> tuple[float, float]:
    """When a day begins and ends, also where the clocks change at midnight; POSIX seconds."""
    return day_start(day, zone), day_start(day + timedelta(days=1), zone)


def kind_of(source: str, schedule: ScheduleConfig) -> Kind:
    """What a source of the schedule is to a listener."""
    sort, _, name = source.partition("/")
    match sort:
        case "bulletin":
            return Kind.BULLETIN
        case "rotation":
            return Kind.TRACK
        case "stream":
            return Kind.LIVE
        case "cart" if name in schedule.carts:
            return schedule.carts[name].kind
        case _:
            return Kind.FILE


def _all_of(occurrence: Occurrence, schedule: ScheduleConfig) -> list[Timed]:
    """The occurrence, and what stands behind it by `after: prev`."""
    clock = schedule.clocks.get(occurrence.owner)
    sources = (occurrence.play,) if clock is None else chain(clock, occurrence.index)
    soft_s = occurrence.drop_after_s if occurrence.wait_up_to_s is None else occurrence.wait_up_to_s
    return [
        Timed(
            at=_instant(occurrence.at),
            source=str(source),
            kind=kind_of(str(source), schedule),
            clock=occurrence.owner,
            start=Start.FOLLOW if behind else Start.HARD if occurrence.hard else Start.SOFT,
            behind=behind,
            allowed_s=0.0 if occurrence.hard and not behind else soft_s,
            held_by=occurrence.held_by,
        )
        for behind, source in enumerate(sources)
    ]


def _stretches(calendar: Calendar, found: list[Occurrence], frm: float, until: float) -> tuple[Stretch, ...]:
    """What fills the day. It may change where something starts or ends, and at each full hour."""
    edges = {frm, until}
    for occurrence in found:
        edges.add(occurrence.at)
        if occurrence.owner.startswith(EVENT) and occurrence.duration_s is not None:
            edges.add(occurrence.at + occurrence.duration_s)
    hour = hour_start(frm, calendar.zone)
    while hour < until:
        edges.add(hour)
        hour = hour_start(hour + HOUR_S, calendar.zone)
    cursor = frm
    while cursor < until:
        filling = calendar.fill_at(cursor)
        # Where nothing fills, a fill may begin at any place that has an entry: at a minute, or at an edge.
        cursor = min(until, cursor + _MINUTE_S if filling is None else max(filling.until, cursor + 1.0))
        edges.add(cursor)
    inside = sorted(edge for edge in edges if frm <= edge <= until)
    return _joined(_stretch_of(calendar, begin, end) for begin, end in pairwise(inside))


def _stretch_of(calendar: Calendar, begin: float, end: float) -> Stretch:
    filling = calendar.fill_at(begin)
    return Stretch(
        frm=_instant(begin),
        until=_instant(end),
        clock=calendar.clock_at(begin).name if filling is None else filling.owner,
        fill="" if filling is None else str(filling.source),
        every=tuple(dict.fromkeys(str(rule.play) for rule in calendar.every_at(begin))),
    )


def _joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Those that follow each other and are alike, as one."""
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last is not None and replace(stretch, frm=last.frm) == replace(last, until=stretch.until):
            joined[-1] = replace(last, until=stretch.until)
        else:
            joined.append(stretch)
    return tuple(joined)


def _instant(posix: float) -> datetime:
    return datetime.fromtimestamp(posix, UTC)


def _text(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()


def _timed(timed: Timed) -> list[object]:
    return [
        _text(timed.at),
        timed.source,
        timed.kind.value,
        timed.clock,
        timed.start.value,
        timed.behind,
        timed.allowed_s,
        timed.held_by,
    ]


def _stretch(stretch: Stretch) -> list[object]:
    return [_text(stretch.frm), _text(stretch.until), stretch.clock, stretch.fill, list(stretch.every)]


def _read(data: Any) -> DayPlan:
    """Raises one of the errors that `from_json` expects for anything unsound."""
    if data["version"] != _VERSION:
        raise ValueError("it is of another version")
    return DayPlan(
        day=date.fromisoformat(data["day"]),
        since=datetime.fromisoformat(data["since"]).astimezone(UTC),
        sustainer=str(data["sustainer"]),
        timed=tuple(
            Timed(
                at=datetime.fromisoformat(at).astimezone(UTC),
                source=str(source),
                kind=Kind(kind),
                clock=str(clock),
                start=Start(start),
                behind=int(behind),
                allowed_s=float(allowed_s),
                held_by=str(held_by),
            )
            for at, source, kind, clock, start, behind, allowed_s, held_by in data["timed"]
        ),
        stretches=tuple(
            Stretch(
                frm=datetime.fromisoformat(frm).astimezone(UTC),
                until=datetime.fromisoformat(until).astimezone(UTC),
                clock=str(clock),
                fill=str(fill),
                every=tuple(str(source) for source in every),
            )
            for frm, until, clock, fill, every in data["stretches"]
        ),
    )
