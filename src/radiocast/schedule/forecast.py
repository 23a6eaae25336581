"""The plan ahead: decisions folded forward, each item taken to last as long as it is expected to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from types import MappingProxyType
from typing import Final

from radiocast.model.play import PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.planner import Decision, next_item
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped

# Without a limit of its own a forecast of a year would fill the memory: a busy week has some 5,000 items.
MAX_ITEMS: Final = 100_000
# Time must pass, whatever lengths the library claims.
_LEAST: Final = timedelta(milliseconds=100)
_NO_DURATIONS: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """An item of the plan, and what is not played before it although its time comes."""

    item: PlayItem
    dropped: tuple[Dropped, ...]


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
    """The items of `foresee`."""
    ahead = foresee(
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
    return tuple(seen.item for seen in ahead)


def foresee(  # noqa: PLR0913 - as forecast
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
) -> tuple[Foreseen, ...]:
    """The next `count` items, or those that start before `until`, or whichever ends first.

    `start` is when what is playing will have ended. The state is that on the air, and stays as it is.
    `playing_since` is when what is playing began; left out, it is what the state remembers. `durations`
    and `unavailable` are as for `next_item`. Raises ValueError if neither `count` nor `until` says how
    far to look.
    """
    if count is None and until is None:
        raise ValueError("say how far to look: count, until, or both")
    most = MAX_ITEMS if count is None else min(count, MAX_ITEMS)
    earliest = start.astimezone(UTC)
    since = _since(state, earliest) if playing_since is None else playing_since.astimezone(UTC)
    # In UTC: datetimes of one zone compare by their digits, not by time.
    end = None if until is None else until.astimezone(UTC)
    ahead = decisions(
        calendar,
        catalogue,
        state,
        since=since,
        earliest=earliest,
        seed=seed,
        durations=durations,
        unavailable=unavailable,
    )
    # Not the decisions themselves: with the state behind each, a week of them would be 20 MB.
    first = (Foreseen(item=decision.item, dropped=decision.dropped) for decision in islice(ahead, most))
    return tuple(takewhile(lambda seen: end is None or seen.item.planned_start < end, first))


def decisions(
    calendar: Calendar,
    catalogue: Catalogue,
    state: PlanState,
    *,
    since: datetime,
    earliest: datetime,
    seed: int,
    durations: Mapping[str, float] = _NO_DURATIONS,
    unavailable: frozenset[str] = frozenset(),
) -> Iterator[Decision]:
    """One decision after the other, without end, each item lasting as long as it is expected to.

    `since` is when what plays at first began and `earliest` when it will have ended, both in UTC.
    """
    while True:
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
