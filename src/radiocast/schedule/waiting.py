"""Starts that wait for the end of what plays: which goes first, until when, and when it waits no longer.

Owns: what a `Pending` is in the schedule as it is now. Must not know: turns, or what is played.
Instants are POSIX seconds (float, UTC).
"""

from dataclasses import dataclass

from radiocast.config.schedule import DROP_AFTER_S, After, At, Event, Fill, Source
from radiocast.config.values import offset_text
from radiocast.schedule.calendar import Calendar, Occurrence
from radiocast.schedule.clocks import played_by
from radiocast.schedule.events import time_of_event
from radiocast.schedule.state import Pending
from radiocast.schedule.zones import local, offset_in_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A start that waits, with its entry. `before` is what an `after: prev` follows.

    `missing`: the local time that it has in the schedule does not exist on its day.
    """

    pending: Pending
    entry: At | After | Event
    before: Source | None = None
    missing: bool = False

    @property
    def hard(self) -> bool:
        """Whether it should have begun at its second; speech or another hard start had the air."""
        return not isinstance(self.entry, After) and self.entry.start == "hard"

    @property
    def first(self) -> bool:
        """Whether it goes before the `after: prev` entries of what plays."""
        return self.hard or (not isinstance(self.entry, After) and self.entry.make_next)

    @property
    def order(self) -> tuple[int, int, float]:
        """Of several that wait for the same boundary the least goes first."""
        return -self.entry.priority, -self.pending.rank, self.pending.at

    @property
    def drop_after_s(self) -> float:
        """How late it may be, as of its Occurrence."""
        if isinstance(self.entry, Event):
            return self.entry.late_up_to_s
        return DROP_AFTER_S if isinstance(self.entry, After) else self.entry.drop_after_s

    @property
    def cuts_at(self) -> float | None:
        """When it interrupts what plays; None if it never does, or would be too late by then."""
        if isinstance(self.entry, After):
            return None
        if self.hard:
            return self.pending.at
        wait_s = self.entry.wait_up_to_s
        return None if wait_s is None or wait_s > self.drop_after_s else self.pending.at + wait_s

    @property
    def written(self) -> str:
        """When it was to start, as a reason says it."""
        if isinstance(self.entry, After):
            return "after the fill" if self.before is None else f"after {self.before}"
        when = (
            time_of_event(self.entry) if isinstance(self.entry, Event) else offset_text(self.entry.offset_s)
        )
        return f"{self.entry.start} at {when}" + (", a time left out today" if self.missing else "")


def waiting(calendar: Calendar, pending: Pending) -> Waiting | None:
    """What waits, by the schedule as it is now; None if that has it no longer."""
    entry = calendar.entry(pending.clock, pending.index)
    if not isinstance(entry, At | After | Event) or str(entry.play) != pending.source:
        return None
    before = calendar.entry(pending.clock, pending.index - 1) if isinstance(entry, After) else None
    follows = None if before is None or isinstance(before, Event | Fill) else played_by(before)
    missing = _reads_otherwise(calendar, entry, pending.at)
    return Waiting(pending=pending, entry=entry, before=follows, missing=missing)


def _reads_otherwise(calendar: Calendar, entry: At | After | Event, at: float) -> bool:
    """Whether the clocks show another time then than the entry has; of a clock's entry, its minutes."""
    if isinstance(entry, After):
        return False
    if isinstance(entry, At):
        return offset_in_hour(at, calendar.zone) != entry.offset_s
    shown = local(at, calendar.zone)
    if entry.at is not None:
        return shown.replace(tzinfo=None, fold=0) != entry.at
    return (shown - shown.replace(hour=0, minute=0, second=0)).total_seconds() != entry.time_s


def as_pending(occurrence: Occurrence) -> Pending:
    """An occurrence whose time has come."""
    return Pending(
        at=occurrence.at,
        clock=occurrence.owner,
        index=occurrence.index,
        source=str(occurrence.play),
        rank=occurrence.rank,
    )


def is_held(calendar: Calendar, start: Waiting, at: float) -> bool:
    """Whether an event has the air then that goes before it."""
    return bool(calendar.held_by(start.pending.clock, start.entry.priority, start.pending.rank, at))


def next_deadline(
    calendar: Calendar, pending: tuple[Pending, ...], *, after: float, before: float, above: int | None
) -> float | None:
    """The first instant in (after, before) at which one of them has waited long enough.

    `above` as in `Calendar.next_cut`.
    """
    found: list[float] = []
    for one in pending:
        start = waiting(calendar, one)
        if start is None or (above is not None and start.entry.priority <= above):
            continue
        cut = start.cuts_at
        if cut is not None and after < cut < before and not is_held(calendar, start, cut):
            found.append(cut)
    return min(found, default=None)
