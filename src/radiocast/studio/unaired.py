"""As-run lines of what never came to the air: nothing is lost silently.

Owns: what such a line says. Must not know: where the log is, or what plays instead.
"""

from datetime import datetime

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.play import AsRunEntry, Kind, Outcome, PlayItem, Start, Transition
from radiocast.schedule.turn import Dropped


def failed_entry(item: PlayItem, reason: str) -> AsRunEntry:
    """An item whose sound could not be had."""
    return _entry(
        item_id=item.id,
        clock=item.clock,
        kind=item.kind,
        title=item.title,
        artist=item.artist,
        source=item.source,
        start=item.start,
        planned_start=item.planned_start,
        expected_s=item.expected_s,
        outcome=Outcome.FAILED,
        reason=reason,
    )


def dropped_entry(dropped: Dropped, schedule: ScheduleConfig) -> AsRunEntry:
    """An entry of a clock whose time came and went."""
    return _entry(
        item_id=f"dropped-{dropped.source.partition('/')[2]}-{dropped.planned_start:%H%M%S}",
        clock=dropped.clock,
        kind=_kind_of(dropped.source, schedule),
        title="",
        artist="",
        source=dropped.source,
        start=Start.SOFT,
        planned_start=dropped.planned_start,
        expected_s=0.0,
        outcome=Outcome.DROPPED,
        reason=dropped.reason,
    )


def _kind_of(source: str, schedule: ScheduleConfig) -> Kind:
    sort, _, name = source.partition("/")
    match sort:
        case "bulletin":
            return Kind.BULLETIN
        case "rotation":
            return Kind.TRACK
        case "cart" if name in schedule.carts:
            return schedule.carts[name].kind
        case _:
            return Kind.FILE


def _entry(  # noqa: PLR0913 - the line's own fields
    *,
    item_id: str,
    clock: str,
    kind: Kind,
    title: str,
    artist: str,
    source: str,
    start: Start,
    planned_start: datetime,
    expected_s: float,
    outcome: Outcome,
    reason: str,
) -> AsRunEntry:
    return AsRunEntry(
        item_id=item_id,
        clock=clock,
        kind=kind,
        title=title,
        artist=artist,
        headline="",
        source=source,
        start_scheduled=None if start is Start.FOLLOW else planned_start,
        start_predicted=planned_start,
        start_actual=None,
        late_ms=None,
        duration_planned_s=expected_s,
        duration_actual_s=0.0,
        start_source=start,
        transition=Transition.FIRST,
        listeners_start=0,
        listeners_end=0,
        outcome=outcome,
        reason=reason,
    )
