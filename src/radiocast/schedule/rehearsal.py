"""A stretch of the plan played through in advance, and what would go wrong in it.

Owns: what is late, dropped or too soon again when everything lasts as long as expected.
Must not know: rules that show without playing anything; those are reviewed elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import Fill, Rotation, ScheduleConfig
from radiocast.config.values import duration_text
from radiocast.model.errors import Problem
from radiocast.model.play import PlayItem
from radiocast.schedule.calendar import EVENT, Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import RELAXED, counted, minutes
from radiocast.schedule.forecast import decisions
from radiocast.schedule.places import Places, entry_place
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped
from radiocast.schedule.wording import clock_text, day_text
from radiocast.schedule.zones import instants

# A library with other separations than it can keep is told of from one track in twenty on: single
# ones happen by the way the hour falls.
_TOLD_FROM: Final = 0.05
# A hard start later than this is heard as late.
_LATE_S: Final = 1.0
# Reasons for dropping that another review tells with more sense.
_TOLD_ELSEWHERE: Final = ("has the air", "nothing that can be played")
# An event's neighbourhood: long enough for its hour to begin and for what it delays to be through.
_AROUND: Final = timedelta(minutes=90)
_MOST_EVENTS: Final = 20
# A busy week has some 7,000; a library of snippets shows what is wrong with it long before its week is over.
_MOST_ITEMS: Final = 15_000
_NO_DURATIONS: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would be played, and what would not although its time came."""

    items: tuple[PlayItem, ...]
    dropped: tuple[Dropped, ...]


def rehearse_events(
    calendar: Calendar, catalogue: Catalogue, *, after: datetime, seed: int, durations: Mapping[str, float]
) -> Rehearsal:
    """The hours around each dated event after an instant, the nearest first; of many the first few."""
    dated = (
        instants(event.at, calendar.zone)[:1] for event in calendar.schedule.events if event.at is not None
    )
    coming = sorted(at for found in dated for at in found if at > after.timestamp())
    played = [
        rehearse(
            calendar,
            catalogue,
            start=datetime.fromtimestamp(at, UTC) - _AROUND,
            until=datetime.fromtimestamp(at, UTC) + _AROUND,
            seed=seed,
            durations=durations,
        )
        for at in coming[:_MOST_EVENTS]
    ]
    return Rehearsal(
        items=tuple(item for each in played for item in each.items),
        dropped=tuple(drop for each in played for drop in each.dropped),
    )


def rehearse(
    calendar: Calendar,
    catalogue: Catalogue,
    *,
    start: datetime,
    until: datetime,
    seed: int,
    durations: Mapping[str, float] = _NO_DURATIONS,
) -> Rehearsal:
    """Plan from `start` to `until`, a station that signs on, each item lasting as long as expected.

    Of very short items fewer hours than asked for are played.
    """
    items: list[PlayItem] = []
    dropped: list[Dropped] = []
    ahead = decisions(
        calendar,
        catalogue,
        PlanState(),
        start=start,
        count=_MOST_ITEMS,
        until=until,
        seed=seed,
        durations=durations,
    )
    for decision in ahead:
        items.append(decision.item)
        dropped += decision.dropped
    return Rehearsal(items=tuple(items), dropped=tuple(dropped))


def too_small(
    schedule: ScheduleConfig, catalogue: Catalogue, played: Rehearsal, places: Places
) -> Iterator[Problem]:
    """Rotations that cannot keep their separation."""
    for rotation in schedule.rotations.values():
        if not catalogue.match(rotation.files):
            continue
        mine = [item for item in played.items if item.source == f"rotation/{rotation.name}"]
        relaxed = [item for item in mine if RELAXED in item.reason]
        if relaxed and len(relaxed) >= _TOLD_FROM * len(mine):
            planned = played.items[-1].planned_start - played.items[0].planned_start
            stretch = "week" if planned > timedelta(days=2) else "day"
            yield places.warning(
                f"rotation/{rotation.name}",
                f"rotations.{rotation.name} is too small for its separation ({_asked(rotation)}): "
                f"in a {stretch} {len(relaxed)} of {len(mine)} tracks would come too soon",
                f"{_held(rotation, catalogue)}; add some, or ask for less",
            )


def went_wrong(calendar: Calendar, played: Sequence[Rehearsal], places: Places) -> Iterator[Problem]:
    """Entries that would be dropped or start late in the stretches that were played through."""
    schedule, zone = calendar.schedule, calendar.zone
    lost: dict[tuple[str, str], list[Dropped]] = {}
    for drop in (drop for each in played for drop in each.dropped):
        if not any(word in drop.reason for word in _TOLD_ELSEWHERE):
            lost.setdefault((drop.clock, drop.source), []).append(drop)
    for (owner, source), drops in lost.items():
        yield places.warning(
            _place(schedule, owner, source),
            f"{_owner(owner)}: {source} would be dropped {_times(len(drops))}, first on "
            f"{_when(drops[0].planned_start, zone)}: {drops[0].reason}",
            "give it more room, or a drop_after that allows for the wait",
        )
    late: dict[tuple[str, str], list[PlayItem]] = {}
    for item in (item for each in played for item in each.items):
        if _late_s(item) >= _LATE_S and _is_hard(calendar, item):
            late.setdefault((item.clock, item.source), []).append(item)
    for (owner, source), items in late.items():
        worst = max(items, key=_late_s)
        yield places.warning(
            _place(schedule, owner, source),
            f"{_owner(owner)}: the hard start of {source} would come late {_times(len(items))}, by up "
            f"to {minutes(_late_s(worst))}, first on {_when(items[0].due, zone)}: speech is "
            "interrupted only by what has a higher priority",
            "leave more room before it, or give it a higher priority",
        )


def _is_hard(calendar: Calendar, item: PlayItem) -> bool:
    """Whether an item is of a hard start; one that had to wait starts as a soft one does."""
    if item.due is None:
        return False
    due = item.due.timestamp()
    return any(
        start.hard and start.owner == item.clock and str(start.play) == item.source
        for start in calendar.occurrences(after=due - 1e-3, until=due)
    )


def _late_s(item: PlayItem) -> float:
    return 0.0 if item.due is None else (item.planned_start - item.due).total_seconds()


def _owner(owner: str) -> str:
    return owner if owner.startswith(EVENT) else f"clocks.{owner}"


def _place(schedule: ScheduleConfig, owner: str, source: str) -> str:
    """Where the entry of this owner that plays this source stands; of several the first."""
    clock = schedule.clocks.get(owner)
    if clock is None:
        return owner
    for index, entry in enumerate(clock.entries):
        if str(entry.source if isinstance(entry, Fill) else entry.play) == source:
            return entry_place(owner, index)
    return f"clock/{owner}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return "an hour of it"
    return f"{day_text(at.astimezone(zone).date())} at {clock_text(at.timestamp(), zone)}"


def _asked(rotation: Rotation) -> str:
    asked = (("artist", rotation.artist_separation_s), ("title", rotation.title_separation_s))
    return ", ".join(f"{name} {duration_text(seconds)}" for name, seconds in asked if seconds)


def _held(rotation: Rotation, catalogue: Catalogue) -> str:
    files = catalogue.match(rotation.files)
    artists = {catalogue.separation_keys(media.path)[0] for media in files} - {""}
    return f"it has {counted(len(files), 'track')} by {counted(len(artists), 'artist')}"
