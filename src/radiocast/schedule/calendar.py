"""The schedule on the calendar of one zone: what starts at which instant, and what fills the time between.

Owns: the way from `mm:ss` of an hour, and from the dates of events, to instants, through every change of
the clocks; which of two things that want the air at once has it. Pure, and quick: a day is laid out once.
Must not know: what is played, or what has been. Instants are POSIX seconds (float, UTC).

Theory of operation. Time is laid out in buckets of one UTC day. A bucket holds every *occurrence* (an
anchor of a clock, or an event's start) by time, and every *hold* (an event with a duration) that touches
it. An anchor falls where the local clock reads its `mm:ss`. A local time that does not exist falls, by
`dst.gap`, on the first instant after it, unless what it plays comes anyway within the hour from there;
one that comes twice falls on the one that `dst.fold` says.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import (
    ALWAYS,
    At,
    Clock,
    Entry,
    Event,
    EveryTime,
    EveryTracks,
    ScheduleConfig,
    Source,
)
from radiocast.schedule.clocks import HOUR_S, Anchor, Timeline, chain, timeline
from radiocast.schedule.days import (
    BY_DATE,
    BY_DAYS_AND_HOURS,
    BY_DEFAULT,
    BY_HOURS_OR_DAYS,
    Days,
    Slot,
    allows_day,
)
from radiocast.schedule.zones import (
    changes,
    days,
    hour_start,
    instants,
    is_ambiguous,
    is_second,
    local,
    local_from,
    midnight,
    missing_s,
    next_valid,
    offset_in_hour,
)

_DAY_S: Final = 86_400.0
# Buckets kept; a plan walks forward, and looks a day behind and ahead.
_MOST_BUCKETS: Final = 16
# A gap longer than this is a day that the zone left out (Samoa, 2011), not a change of the clocks.
_LONGEST_GAP_S: Final = 2 * HOUR_S
# How far an item is looked through for what cuts it; no stream is relayed for longer.
_FURTHEST_CUT_S: Final = 8 * _DAY_S
EVENT: Final = "event/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that starts at an instant.

    `owner` is its clock's name, or `event/NAME`, and `index` its place there. `written` is its time as
    the schedule writes it. `held_by` names the event that has the air then and is not to be interrupted
    by it: such an occurrence is not played. `moved` says that its own local time does not exist.
    """

    at: float
    owner: str
    index: int
    play: Source
    hard: bool
    priority: int
    rank: int
    wait_up_to_s: float | None
    drop_after_s: float
    make_next: bool
    duration_s: float | None
    written: str
    moved: bool = False
    held_by: str = ""

    @property
    def precedence(self) -> tuple[int, int]:
        """Of two that want the air at once the one with the greater has it."""
        return self.priority, self.rank

    @property
    def cuts_at(self) -> float | None:
        """When it interrupts what plays, if it is not on the air by then; None if it never does."""
        if self.hard:
            return self.at
        if self.wait_up_to_s is None or self.wait_up_to_s > self.drop_after_s:
            return None
        return self.at + self.wait_up_to_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An event that has the air from `at` to `until`."""

    at: float
    until: float
    event: Event
    rank: int

    @property
    def precedence(self) -> tuple[int, int]:
        """As of an Occurrence."""
        return self.event.priority, self.rank

    @property
    def fills(self) -> bool:
        """Whether it plays all through; else it plays once, and the hour's own fill goes on after it."""
        return self.event.play.type in {"rotation", "stream"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What fills the time at an instant, up to `until`; `owner` as in Occurrence."""

    source: Source
    until: float
    owner: str
    backtime: bool
    priority: int
    # Whether `until` is the end of an event, after which the source plays no longer.
    ends: bool = False


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
        self._timelines = {name: timeline(clock) for name, clock in schedule.clocks.items()}
        self._events = {event.name: event for event in schedule.events}
        self._order = {f"{EVENT}{event.name}": n for n, event in enumerate(schedule.events)}
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
        return self._timeline(self.clock_at(instant)).every

    def shown(self, instant: float) -> str:
        """`20:00`, what the local clock shows."""
        return f"{local(instant, self.zone):%H:%M}"

    def entry(self, owner: str, index: int) -> Entry | Event | None:
        """What an Occurrence is of, in the schedule as it is now; None if it is no longer there."""
        if owner.startswith(EVENT):
            return self._events.get(owner.removeprefix(EVENT)) if index == 0 else None
        clock = self.schedule.clocks.get(owner)
        return clock.entries[index] if clock is not None and 0 <= index < len(clock.entries) else None

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
                owner=f"{EVENT}{hold.event.name}",
                backtime=True,
                priority=hold.event.priority,
                ends=True,
            )
        start, slot = self._hour(instant)
        span = self._timeline(slot.clock).fill_at(offset_in_hour(instant, self.zone))
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
        return self._holder(owner, (priority, rank), at, self._bucket(int(at // _DAY_S)).holds)

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

    def _timeline(self, clock: Clock) -> Timeline:
        return self._timelines.get(clock.name) or timeline(clock)

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
        holds = tuple(self._holds(frm, to))
        found = [
            self._held(occurrence, holds)
            for occurrence in (*self._starts(frm, to), *self._anchors(frm, to), *self._moved(frm, to))
        ]
        # A stable sort: of equals an event before a clock's entry, and of two events the first in the file.
        found.sort(key=lambda o: (o.at, -o.priority, -o.rank))
        return _Bucket(occurrences=tuple(found), times=tuple(o.at for o in found), holds=holds)

    def _anchors(self, frm: float, to: float) -> Iterator[Occurrence]:
        """The anchors of every hour, where the local clock reads their place in it."""
        # From change to change of the clocks an hour is an hour.
        edges = (frm, *(change.at for change in changes(frm, to - 1, self.zone)), to)
        for begins, ends in pairwise(edges):
            # A virtual instant where the clocks changed within the hour.
            start = hour_start(begins, self.zone)
            while start < ends:
                shown = local(max(start, begins), self.zone)
                slot = self._days.slot(shown.date(), shown.hour)
                for anchor in self._timeline(slot.clock).anchors:
                    at = start + anchor.offset_s
                    if begins <= at < ends and self._allowed_fold(at):
                        yield self._anchor(anchor, slot, at)
                start += HOUR_S

    def _allowed_fold(self, at: float) -> bool:
        fold = self.schedule.dst.fold
        if fold == "both" or not is_ambiguous(at, self.zone):
            return True
        return is_second(at, self.zone) == (fold == "second")

    def _anchor(self, anchor: Anchor, slot: Slot, at: float) -> Occurrence:
        entry = anchor.entry
        timed = (
            entry if isinstance(entry, At) else At(offset_s=anchor.offset_s, start="soft", play=entry.play)
        )
        return Occurrence(
            at=at,
            owner=slot.clock.name,
            index=anchor.index,
            play=entry.play,
            hard=anchor.hard,
            priority=entry.priority,
            rank=slot.rank,
            wait_up_to_s=timed.wait_up_to_s,
            drop_after_s=timed.drop_after_s,
            make_next=timed.make_next,
            duration_s=entry.duration_s,
            written=in_hour(anchor.offset_s),
        )

    def _moved(self, frm: float, to: float) -> Iterator[Occurrence]:
        """The anchors of local times that do not exist, on the first instant after them."""
        if self.schedule.dst.gap == "skip":
            return
        for change in changes(frm - 1, to - 1, self.zone):
            if not 0 < change.skipped_s <= _LONGEST_GAP_S:
                continue
            first = change.first_missing
            last = first + timedelta(seconds=change.skipped_s)
            comes = self._sources_from(change.at, change.at + HOUR_S)
            hour = first.replace(minute=0, second=0)
            while hour < last:
                slot = self._days.slot(hour.date(), hour.hour)
                for anchor in self._timeline(slot.clock).anchors:
                    when = hour + timedelta(seconds=anchor.offset_s)
                    if first <= when < last and anchor.entry.play not in comes:
                        # It gives way to what has that second for its own.
                        yield replace(self._anchor(anchor, slot, change.at), rank=BY_DEFAULT, moved=True)
                hour += timedelta(hours=1)

    def _sources_from(self, frm: float, to: float) -> frozenset[Source]:
        """What comes by itself in a stretch of time."""
        return frozenset(
            source
            for occurrence in self._anchors(frm, to)
            for source in chain(self.schedule.clocks[occurrence.owner], occurrence.index)
        )

    def _starts(self, frm: float, to: float) -> Iterator[Occurrence]:
        for event in self.schedule.events:
            for at, moved in self._instants_of(event, frm, to):
                yield Occurrence(
                    at=at,
                    owner=f"{EVENT}{event.name}",
                    index=0,
                    play=event.play,
                    hard=event.start == "hard",
                    priority=event.priority,
                    rank=_rank(event),
                    wait_up_to_s=event.wait_up_to_s,
                    drop_after_s=event.drop_after_s,
                    make_next=event.make_next,
                    duration_s=event.duration_s,
                    written=time_of_event(event),
                    moved=moved,
                )

    def _holds(self, frm: float, to: float) -> Iterator[Hold]:
        for event in self.schedule.events:
            if event.duration_s is None:
                continue
            for at, _ in self._instants_of(event, frm - event.duration_s, to):
                if at + event.duration_s > frm:
                    yield Hold(at=at, until=at + event.duration_s, event=event, rank=_rank(event))

    def _instants_of(self, event: Event, frm: float, to: float) -> Iterator[tuple[float, bool]]:
        """When an event starts in [frm, to), and whether that is not its own local time."""
        if event.at is not None:
            candidates: tuple[datetime, ...] = (event.at,)
            if not frm - 2 * _DAY_S < event.at.replace(tzinfo=self.zone).timestamp() < to + 2 * _DAY_S:
                return
        else:
            shown = local(frm, self.zone).replace(tzinfo=None), local(to, self.zone).replace(tzinfo=None)
            candidates = tuple(
                # Wall-clock arithmetic: 02:30 is 02:30, however long the day is.
                day + timedelta(seconds=event.time_s or 0.0)
                for day in days(shown[0] - timedelta(days=1), shown[1])
                if event.window is ALWAYS or allows_day(event.window, day.date())
            )
        for naive in candidates:
            if event.at is None and missing_s(naive, self.zone) > _LONGEST_GAP_S:
                continue  # the day before and the day after have theirs
            for at, moved in self._resolved(naive):
                if frm <= at < to:
                    yield at, moved

    def _resolved(self, naive: datetime) -> tuple[tuple[float, bool], ...]:
        """A local time as instants, by the policy."""
        found = instants(naive, self.zone)
        dst = self.schedule.dst
        if not found:
            return () if dst.gap == "skip" else ((next_valid(naive, self.zone), True),)
        if len(found) == 2 and dst.fold != "both":
            found = found[:1] if dst.fold == "first" else found[1:]
        return tuple((at, False) for at in found)

    def _held(self, occurrence: Occurrence, holds: tuple[Hold, ...]) -> Occurrence:
        """The occurrence, marked if an event has the air then that goes before it."""
        holder = self._holder(occurrence.owner, occurrence.precedence, occurrence.at, holds)
        return replace(occurrence, held_by=holder) if holder else occurrence

    def _holder(self, owner: str, precedence: tuple[int, int], at: float, holds: tuple[Hold, ...]) -> str:
        for hold in holds:
            own = f"{EVENT}{hold.event.name}"
            if own != owner and hold.at <= at < hold.until and self._goes_first(hold, owner, precedence):
                return own
        return ""

    def _goes_first(self, hold: Hold, owner: str, precedence: tuple[int, int]) -> bool:
        if hold.precedence != precedence:
            return hold.precedence > precedence
        # Of two events alike the one that stands first; a clock's entry gives way to any.
        order = self._order.get(owner)
        return order is None or self._order[f"{EVENT}{hold.event.name}"] < order


def _rank(event: Event) -> int:
    """As of a rule of the grid: an event has hours of its own."""
    window = event.window
    if event.at is not None or window.first is not None or window.last is not None:
        return BY_DATE
    return BY_DAYS_AND_HOURS if window.days else BY_HOURS_OR_DAYS


def in_hour(offset_s: float) -> str:
    """`07:30`, a place in the hour as the schedule writes it."""
    return f"{int(offset_s) // 60:02d}:{int(offset_s) % 60:02d}"


def time_of_event(event: Event) -> str:
    """`20:00` or `2026-11-03T20:00`, as the schedule writes it."""
    if event.at is not None:
        return event.at.isoformat(timespec="minutes" if event.at.second == 0 else "seconds")
    when = midnight(local_from(0.0)) + timedelta(seconds=event.time_s or 0.0)
    return when.time().isoformat(timespec="minutes" if when.second == 0 else "seconds")
