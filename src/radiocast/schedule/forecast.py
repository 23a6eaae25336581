"""The plan ahead: decisions folded forward, each item taken to last as long as it is expected to."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from radiocast.model.play import PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.planner import Decision, next_item
from radiocast.schedule.state import PlanState

# Without a limit of its own a forecast of a year would fill the memory: a busy week has some 5,000 items.
MAX_ITEMS: Final = 100_000
# Time must pass, whatever lengths the library claims.
_LEAST: Final = timedelta(milliseconds=100)
_NO_DURATIONS: Final[Mapping[str, float]] = MappingProxyType({})


def forecast(  # noqa: PLR0913 - the planner's question, and how far to look
    calendar: Calendar,
    catalogue: Catalogue,
    state: PlanState,
    *,
    start: datetime,
    count: int | None = None,
    until: datetime | None = None,
    seed: int,
    durations: Mapping[str, float] = _NO_DURATIONS,
    playing_since: datetime | None = None,
    unavailable: frozenset[str] = frozenset(),
) -> tuple[PlayItem, ...]:
    """The items of `decisions`."""
    ahead = decisions(
        calendar,
        catalogue,
        state,
        start=start,
        count=count,
        until=until,
        seed=seed,
        durations=durations,
        playing_since=playing_since,
        unavailable=unavailable,
    )
    return tuple(decision.item for decision in ahead)


def decisions(  # noqa: PLR0913 - as forecast
    calendar: Calendar,
    catalogue: Catalogue,
    state: PlanState,
    *,
    start: datetime,
    count: int | None = None,
    until: datetime | None = None,
    seed: int,
    durations: Mapping[str, float] = _NO_DURATIONS,
    playing_since: datetime | None = None,
    unavailable: frozenset[str] = frozenset(),
) -> Iterator[Decision]:
    """The next `count` decisions, or those whose item starts before `until`, or whichever ends first.

    Each item lasts as long as it is expected to. With the state behind each, a week of them kept would be
    20 MB. `start` is when what is playing will have ended. The state is that on the air, and stays as it is.
    `playing_since` is when what is playing began; left out, it is what the state remembers. `durations`
    and `unavailable` are as for `next_item`. Raises ValueError if neither `count` nor `until` says how
    far to look.
    """
    if count is None and until is None:
        raise ValueError("say how far to look: count, until, or both")
    earliest = start.astimezone(UTC)
    since = _since(state, earliest) if playing_since is None else playing_since.astimezone(UTC)
    # In UTC: datetimes of one zone compare by their digits, not by time.
    end = None if until is None else until.astimezone(UTC)
    for _ in range(MAX_ITEMS if count is None else min(count, MAX_ITEMS)):
        decision = next_item(
            calendar,
            catalogue,
            state,
            playing_since=since,
            earliest=earliest,
            seed=seed,
            durations=durations,
            unavailable=unavailable,
        )
        if end is not None and decision.item.planned_start >= end:
            return
        yield decision
        state, since, earliest = decision.state, decision.item.planned_start, ends_at(decision.item)


def ends_at(item: PlayItem) -> datetime:
    """When an item is expected to have ended: after its length, or at its cut."""
    end = item.planned_start + max(_LEAST, timedelta(seconds=item.expected_s))
    return end if item.cut_at is None else min(end, item.cut_at)


def _since(state: PlanState, earliest: datetime) -> datetime:
    if state.started is None:
        return earliest
    return min(earliest, datetime.fromtimestamp(state.started, UTC))
