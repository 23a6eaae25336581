"""What a line of the as-run log says of an item: the one way in which they are put together.

Owns: which time is an item's own, when it counts as late, and lines of what never came to the air.
Must not know: where the log is, or what plays instead.
"""

from datetime import datetime

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.play import AsRunEntry, Outcome, PlayItem, Start, Transition
from radiocast.schedule.day_plan import kind_of
from radiocast.schedule.turn import Dropped


def entry_of(
    item: PlayItem,
    *,
    outcome: Outcome,
    reason: str,
    start: datetime | None = None,
    duration_s: float = 0.0,
    transition: Transition = Transition.FIRST,
    listeners: tuple[int, int] = (0, 0),
    headline: str = "",
) -> AsRunEntry:
    """The line of one item. `start` is when its first sample was heard, None if it never was.

    Only what the schedule gives a time of its own can be late: it is, by what lies between that and `start`.
    `listeners` are those at its start and at its end.
    """
    late_ms = None
    if item.due is not None and start is not None:
        late_ms = round((start - item.due).total_seconds() * 1000, 1)
    return AsRunEntry(
        item_id=item.id,
        clock=item.clock,
        kind=item.kind,
        title=item.title,
        artist=item.artist,
        headline=headline,
        source=item.source,
        start_scheduled=item.due,
        start_predicted=item.planned_start,
        start_actual=start,
        late_ms=late_ms,
        duration_planned_s=item.expected_s,
        duration_actual_s=duration_s,
        start_source=item.start,
        transition=transition,
        listeners_start=listeners[0],
        listeners_end=listeners[1],
        outcome=outcome,
        reason=reason,
    )


def failed_entry(item: PlayItem, reason: str) -> AsRunEntry:
    """An item whose sound could not be had."""
    return entry_of(item, outcome=Outcome.FAILED, reason=reason)


def dropped_entry(dropped: Dropped, schedule: ScheduleConfig) -> AsRunEntry:
    """An entry of the schedule whose time came and went."""
    return AsRunEntry(
        item_id=f"dropped-{dropped.source.partition('/')[2]}-{dropped.planned_start:%Y%m%dT%H%M%S}",
        clock=dropped.clock,
        kind=kind_of(dropped.source, schedule),
        title="",
        artist="",
        headline="",
        source=dropped.source,
        start_scheduled=dropped.planned_start,
        start_predicted=dropped.planned_start,
        start_actual=None,
        late_ms=None,
        duration_planned_s=0.0,
        duration_actual_s=0.0,
        start_source=Start.SOFT,
        transition=Transition.FIRST,
        listeners_start=0,
        listeners_end=0,
        outcome=Outcome.DROPPED,
        reason=dropped.reason,
    )
