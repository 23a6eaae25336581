"""Clocks on the calendar: which second of which hour an instant is, and when a clock's entries fall.

Owns: the way from a clock's `mm:ss` to instants, by the station's local time.
Must not know: what is played.
Instants are POSIX seconds here (float, UTC): a local time comes twice in autumn and some do not come
at all, and two datetimes of one zone compare by their digits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import After, At, Clock, EveryTime, EveryTracks, Fill, ScheduleConfig, Source

HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An entry with a place in the hour; `index` is its place among the clock's entries."""

    offset_s: float
    hard: bool
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the hour that a source fills."""

    from_s: float
    until_s: float
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One clock, laid out: anchors by their time, fills by theirs, `every` rules in file order."""

    anchors: tuple[Anchor, ...]
    fills: tuple[Span, ...]
    every: tuple[EveryTracks | EveryTime, ...]

    def fill_at(self, offset_s: float) -> Source | None:
        """What fills this second of the hour."""
        return next((span.source for span in self.fills if span.from_s <= offset_s < span.until_s), None)


@lru_cache(maxsize=64)
def timeline(clock: Clock) -> Timeline:
    """The clock laid out. An `after: prev` behind a fill is due when the fill ends, like a soft start."""
    anchors: list[Anchor] = []
    fills: list[Span] = []
    cursor_s = 0.0
    previous: At | After | Fill | None = None
    for index, entry in enumerate(clock.entries):
        match entry:
            case At():
                anchors.append(Anchor(offset_s=entry.offset_s, hard=entry.start == "hard", index=index))
                cursor_s = max(cursor_s, entry.offset_s)
            case After():
                if isinstance(previous, Fill) and previous.until_s < HOUR_S:
                    anchors.append(Anchor(offset_s=previous.until_s, hard=False, index=index))
            case Fill():
                if entry.until_s > cursor_s:
                    fills.append(Span(from_s=cursor_s, until_s=entry.until_s, source=entry.source))
                    cursor_s = entry.until_s
            case _:
                continue
        previous = entry
    anchors.sort(key=lambda anchor: anchor.offset_s)
    every = tuple(entry for entry in clock.entries if isinstance(entry, EveryTracks | EveryTime))
    return Timeline(anchors=tuple(anchors), fills=tuple(fills), every=every)


def offset_in_hour(instant: float, zone: ZoneInfo) -> float:
    """Seconds since the local clock's last full hour, as it reads then."""
    local = datetime.fromtimestamp(instant, zone)
    return local.minute * 60 + local.second + local.microsecond / 1e6


def clock_at(schedule: ScheduleConfig, instant: float, zone: ZoneInfo) -> Clock:
    """The clock of the hour that an instant is in."""
    # The grid has only its default in this version; hours and days will be looked up here.
    del instant, zone
    found = schedule.clocks.get(schedule.default_clock)
    return found or Clock(name=schedule.default_clock, entries=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An anchor at an instant."""

    at: float
    clock: Clock
    anchor: Anchor


def occurrences(
    schedule: ScheduleConfig, zone: ZoneInfo, *, after: float, until: float
) -> tuple[Occurrence, ...]:
    """Every anchor in (after, until], by time.

    An anchor falls where the local clock reads its `mm:ss`: in an hour of which the change of the
    clocks leaves out half, it falls only in the half that there is.
    """
    found = [
        Occurrence(at=start + anchor.offset_s, clock=clock, anchor=anchor)
        for start, clock in _hours(schedule, zone, after, until)
        for anchor in timeline(clock).anchors
        if after < start + anchor.offset_s <= until
        and offset_in_hour(start + anchor.offset_s, zone) == anchor.offset_s
    ]
    return tuple(sorted(found, key=lambda occurrence: occurrence.at))


def next_hard(schedule: ScheduleConfig, zone: ZoneInfo, *, after: float, before: float) -> float | None:
    """The first hard start in (after, before), as an instant."""
    if before <= after or not any(
        anchor.hard for clock in schedule.clocks.values() for anchor in timeline(clock).anchors
    ):
        return None
    found = occurrences(schedule, zone, after=after, until=before)
    return next((o.at for o in found if o.anchor.hard and o.at < before), None)


def _hours(
    schedule: ScheduleConfig, zone: ZoneInfo, after: float, until: float
) -> Iterator[tuple[float, Clock]]:
    """The hours that touch a stretch of time, as the instants at which their clocks read :00.

    That instant is a virtual one where the clocks change within the hour. A day at most: what asks
    for more is a leap of the machine's clock, and is not looked through hour by hour.
    """
    start = _hour_start(max(after, until - 24 * HOUR_S), zone)
    while start <= until:
        yield start, clock_at(schedule, start, zone)
        # Strictly later: the offset of the instant an hour on is less than an hour.
        start = _hour_start(start + HOUR_S, zone)


def _hour_start(instant: float, zone: ZoneInfo) -> float:
    return float(round(instant - offset_in_hour(instant, zone)))
