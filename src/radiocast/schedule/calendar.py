"""The schedule on the calendar of one zone: what starts at which instant, and what fills the time between.

Owns: what is asked of the schedule at an instant, and its cost: a day is laid out once.
Must not know: how local times become instants (`anchors`, `events`), what is played, or what has been.
Pure. Instants are POSIX seconds (float, UTC).

Theory of operation. Time is laid out in buckets of one UTC day. A bucket holds every *occurrence* (an
anchor of a clock, or an event's start) by time, and every *hold* (an event with a duration) that touches
it.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import Clock, Entry, Event, EveryTime, EveryTracks, ScheduleConfig
from radiocast.schedule.anchors import Anchors
from radiocast.schedule.days import Days, Slot
from radiocast.schedule.events import Events
from radiocast.schedule.occurrences import EVENT, Filling, Hold, Occurrence
from radiocast.schedule.zones import hour_start, local, offset_in_hour

# The calendar is asked in these values.
__all__ = ["EVENT", "Calendar", "Filling", "Hold", "Occurrence"]

_DAY_S: Final = 86_400.0
# Buckets kept; a plan walks forward, and looks a day behind and ahead.
_MOST_BUCKETS: Final = 16
# How far an item is looked through for what cuts it; no stream is relayed for longer.
_FURTHEST_CUT_S: Final = 8 * _DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bucket:
    occurrences: tuple[Occurrence, ...]
    times: tuple[float, ...]
    holds: tuple[Hold, ...]


class Calendar:
    """One schedule in one zone. Make a new one when the schedule changes."""

    def __init__(self, schedule: ScheduleConfig, zone: ZoneInfo) -> None:
        self.schedule = schedule
        self.zone = zone
        self._days = Days(schedule)
        self._anchors = Anchors(schedule, zone, self._days)
        self._events = Events(schedule, zone)
        self._buckets: dict[int, _Bucket] = {}
        self._hours: dict[int, tuple[float, Slot]] = {}

    # Looking up.

    def clock_at(self, instant: float) -> Clock:
        """The clock of the hour that an instant is in."""
        return self._hour(instant)[1].clock

    def every_at(self, instant: float) -> tuple[EveryTracks | EveryTime, ...]:
        """The `every` rules that hold then; none while an event has the air."""
        if self.hold_at(instant) is not None:
            return ()
        return self._anchors.timeline(self.clock_at(instant)).every

    def shown(self, instant: float) -> str:
        """`20:00`, what the local clock shows."""
        return f"{local(instant, self.zone):%H:%M}"

    def entry(self, owner: str, index: int) -> Entry | Event | None:
        """What an Occurrence is of, in the schedule as it is now; None if it is no longer there."""
        if owner.startswith(EVENT):
            return self._events.get(owner) if index == 0 else None
        clock = self.schedule.clocks.get(owner)
        return clock.entries[index] if clock is not None and 0 <= index < len(clock.entries) else None

    @cached_property
    def longest_separation_s(self) -> float:
        """How long ago an airing may be and still keep a track of the schedule's rotations off the air."""
        rotations = self.schedule.rotations.values()
        return max((max(r.artist_separation_s, r.title_separation_s) for r in rotations), default=0.0)

    def hold_at(self, instant: float) -> Hold | None:
        """The event that has the air then; the one that goes first, if several want it."""
        holding = [h for h in self._bucket(int(instant // _DAY_S)).holds if h.at <= instant < h.until]
        return max(holding, key=lambda hold: hold.precedence, default=None)

    def fill_at(self, instant: float) -> Filling | None:
        """What fills the time then."""
        hold = self.hold_at(instant)
        if hold is not None and hold.fills:
            return Filling(
                source=hold.event.play,
                until=hold.until,
                owner=hold.owner,
                backtime=True,
                priority=hold.event.priority,
                ends=True,
            )
        start, slot = self._hour(instant)
        span = self._anchors.timeline(slot.clock).fill_at(offset_in_hour(instant, self.zone))
        if span is None:
            return None
        return Filling(
            source=span.source,
            until=start + span.until_s,
            owner=slot.clock.name,
            backtime=span.backtime,
            priority=0,
        )

    def held_by(self, owner: str, priority: int, rank: int, at: float) -> str:
        """The event, as `event/NAME`, that has the air then and goes before this start; empty if none."""
        return self._events.holder(self._bucket(int(at // _DAY_S)).holds, owner, (priority, rank), at)

    def occurrences(self, *, after: float, until: float) -> tuple[Occurrence, ...]:
        """Everything that starts in (after, until], by time; of two at once the one that goes first first.

        A day at most: what asks for more is a leap of the machine's clock, and is not looked through.
        """
        after = max(after, until - _DAY_S)
        found: list[Occurrence] = []
        for day in range(int(after // _DAY_S), int(until // _DAY_S) + 1):
            bucket = self._bucket(day)
            found += bucket.occurrences[bisect_right(bucket.times, after) : bisect_right(bucket.times, until)]
        return tuple(found)

    def next_cut(self, *, after: float, before: float, above: int | None = None) -> float | None:
        """The first instant in (after, before) at which something interrupts what plays by then.

        That is a hard start, or a soft one from then on that has waited long enough. `above` is the priority
        of speech that plays: only what has a higher one interrupts it.
        """
        best: float | None = None
        last = min(before, after + _FURTHEST_CUT_S)
        for day in range(int(after // _DAY_S), int(last // _DAY_S) + 1):
            bucket = self._bucket(day)
            for o in bucket.occurrences[bisect_right(bucket.times, after) :]:
                if o.at >= (last if best is None else best):
                    return best
                cut = o.cuts_at
                if cut is None or o.held_by or cut >= before or (above is not None and o.priority <= above):
                    continue
                if best is not None and cut >= best:
                    continue
                if o.hard or not self.held_by(o.owner, o.priority, o.rank, cut):
                    best = cut
        return best

    # Laying out.

    def _hour(self, instant: float) -> tuple[float, Slot]:
        """The start of the local hour, and what plays in it."""
        # Clocks change on a whole minute, and zones are whole minutes from UTC.
        key = int(instant // 60)
        found = self._hours.get(key)
        if found is None:
            if len(self._hours) >= 4096:
                self._hours.clear()
            shown = local(instant, self.zone)
            found = hour_start(instant, self.zone), self._days.slot(shown.date(), shown.hour)
            self._hours[key] = found
        return found

    def _bucket(self, day: int) -> _Bucket:
        found = self._buckets.get(day)
        if found is None:
            if len(self._buckets) >= _MOST_BUCKETS:
                del self._buckets[max(self._buckets, key=lambda key: abs(key - day))]
            found = self._buckets[day] = self._lay_out(day)
        return found

    def _lay_out(self, day: int) -> _Bucket:
        frm, to = day * _DAY_S, (day + 1) * _DAY_S
        holds = tuple(self._events.holds(frm, to))
        found = [*self._events.starts(frm, to), *self._anchors.starts(frm, to)]
        for index, o in enumerate(found):
            holder = self._events.holder(holds, o.owner, o.precedence, o.at)
            if holder:
                found[index] = replace(o, held_by=holder)
        # A stable sort: of equals an event before a clock's entry, and of two events the first in the file.
        found.sort(key=lambda o: (o.at, -o.priority, -o.rank))
        return _Bucket(occurrences=tuple(found), times=tuple(o.at for o in found), holds=holds)
