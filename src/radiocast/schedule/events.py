"""Events on the calendar of one zone: when each starts, and which of them has the air.

Owns: the dates and weekdays of events, their local times through every change of the clocks, and what
goes before an event that has the air.
Must not know: clocks and their entries, or what is played. Instants are POSIX seconds (float, UTC).

Theory of operation. Events are indexed by what they are written with, a date or weekdays, and laid out a
local day at a time, once. A local time that does not exist is, by `dst.gap`, the first instant after it;
one that comes twice is the one that `dst.fold` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import Event, ScheduleConfig
from radiocast.schedule.days import BY_DATE, BY_DAYS_AND_HOURS, BY_HOURS_OR_DAYS, allows_day
from radiocast.schedule.occurrences import EVENT, Hold, Occurrence
from radiocast.schedule.zones import (
    LONGEST_GAP_S,
    instants,
    local,
    missing_s,
    next_valid,
)

# Days laid out lately: a plan walks forward, and looks back by as long as an event lasts.
_MOST_DAYS: Final = 64
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Start:
    """One start of an event; `number` is the event's place in the file."""

    at: float
    number: int
    event: Event
    moved: bool


class Events:
    """The events of one schedule in one zone."""

    def __init__(self, schedule: ScheduleConfig, zone: ZoneInfo) -> None:
        self._zone = zone
        self._dst = schedule.dst
        self._numbers = {f"{EVENT}{event.name}": n for n, event in enumerate(schedule.events)}
        self._by_owner = {f"{EVENT}{event.name}": event for event in schedule.events}
        self._dated: dict[date, list[tuple[int, Event]]] = {}
        self._by_weekday: tuple[list[tuple[int, Event]], ...] = tuple([] for _ in range(7))
        for number, event in enumerate(schedule.events):
            if event.at is not None:
                self._dated.setdefault(event.at.date(), []).append((number, event))
            else:
                for weekday in event.window.days or range(7):
                    self._by_weekday[weekday].append((number, event))
        self._longest_s = max((event.duration_s or 0.0 for event in schedule.events), default=0.0)
        self._days: dict[date, tuple[_Start, ...]] = {}

    def get(self, owner: str) -> Event | None:
        """The event of an `event/NAME`; None if there is none of that name."""
        return self._by_owner.get(owner)

    def starts(self, frm: float, to: float) -> Iterator[Occurrence]:
        """What starts in [frm, to), in file order; `held_by` is left empty."""
        for start in self._between(frm, to):
            event = start.event
            yield Occurrence(
                at=start.at,
                owner=f"{EVENT}{event.name}",
                index=0,
                play=event.play,
                hard=event.start == "hard",
                priority=event.priority,
                rank=_rank(event),
                wait_up_to_s=event.wait_up_to_s,
                drop_after_s=event.late_up_to_s,
                make_next=event.make_next,
                duration_s=event.duration_s,
                written=time_of_event(event),
                moved=start.moved,
            )

    def holds(self, frm: float, to: float) -> Iterator[Hold]:
        """What has the air at some time in [frm, to), in file order."""
        for start in self._between(frm - self._longest_s, to):
            event, at = start.event, start.at
            if event.duration_s is not None and at + event.duration_s > frm:
                yield Hold(at=at, until=at + event.duration_s, event=event, rank=_rank(event))

    def holder(self, holds: Sequence[Hold], owner: str, precedence: tuple[int, int], at: float) -> str:
        """Which of `holds` has the air then and goes before this start, as `event/NAME`; empty if none."""
        for hold in holds:
            has_the_air = hold.at <= at < hold.until and hold.owner != owner
            if has_the_air and self._goes_first(hold, owner, precedence):
                return hold.owner
        return ""

    def _goes_first(self, hold: Hold, owner: str, precedence: tuple[int, int]) -> bool:
        if hold.precedence != precedence:
            return hold.precedence > precedence
        # Of two events alike the one that stands first; a clock's entry gives way to any.
        number = self._numbers.get(owner)
        return number is None or self._numbers[hold.owner] < number

    def _between(self, frm: float, to: float) -> list[_Start]:
        """Every start in [frm, to), in file order."""
        # A day more on either side: clocks that are put back at midnight show the day before again, and
        # what a day that is left out had starts on the next.
        first = local(frm, self._zone).date() - _DAY
        last = local(to, self._zone).date() + _DAY
        found = [
            start
            for number in range((last - first).days + 1)
            for start in self._on(first + timedelta(days=number))
            if frm <= start.at < to
        ]
        found.sort(key=lambda start: start.number)
        return found

    def _on(self, day: date) -> tuple[_Start, ...]:
        """Every start that is written for a local day, in file order."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
            found = self._days[day] = tuple(self._lay_out(day))
        return found

    def _lay_out(self, day: date) -> Iterator[_Start]:
        begins = datetime.combine(day, time.min)
        for number, event in self._by_weekday[day.weekday()]:
            # Wall-clock arithmetic: 02:30 is 02:30, however long the day is.
            naive = begins + timedelta(seconds=event.time_s or 0.0)
            # Of a day that the zone leaves out, the day before and the day after have theirs.
            if allows_day(event.window, day) and missing_s(naive, self._zone) <= LONGEST_GAP_S:
                yield from self._starts_at(naive, number, event)
        for number, event in self._dated.get(day, ()):
            if event.at is not None:
                yield from self._starts_at(event.at, number, event)

    def _starts_at(self, naive: datetime, number: int, event: Event) -> Iterator[_Start]:
        """A local time as instants, by the policy."""
        found = instants(naive, self._zone)
        if not found:
            if self._dst.gap != "skip":
                yield _Start(next_valid(naive, self._zone), number, event, moved=True)
            return
        if len(found) == 2 and self._dst.fold != "both":
            found = found[:1] if self._dst.fold == "first" else found[1:]
        for at in found:
            yield _Start(at, number, event, moved=False)


def _rank(event: Event) -> int:
    """As of a rule of the grid: an event has hours of its own."""
    window = event.window
    if event.at is not None or window.first is not None or window.last is not None:
        return BY_DATE
    return BY_DAYS_AND_HOURS if window.days else BY_HOURS_OR_DAYS


def time_of_event(event: Event) -> str:
    """`20:00` or `2026-11-03T20:00`, as the schedule writes it."""
    if event.at is not None:
        return event.at.isoformat(timespec="minutes" if event.at.second == 0 else "seconds")
    when = datetime.combine(date.min, time.min) + timedelta(seconds=event.time_s or 0.0)
    return when.time().isoformat(timespec="minutes" if when.second == 0 else "seconds")
