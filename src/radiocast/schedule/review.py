"""What is wrong with a schedule in the light of the library: what a file alone does not show."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import (
    After,
    At,
    Clock,
    EveryTime,
    EveryTracks,
    Fill,
    Rotation,
    ScheduleConfig,
    Source,
)
from radiocast.config.values import duration_text, nearest
from radiocast.model.errors import Problem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import RELAXED, counted, minutes
from radiocast.schedule.forecast import forecast
from radiocast.schedule.state import PlanState

# An ordinary Monday, away from any change of the clocks; which day it is makes no difference.
_A_DAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
_PATTERN_MARKS: Final = frozenset("*?[")
# A library with other separations than it can keep is told of from one track in twenty on: single
# ones happen by the way the hour falls.
_TOLD_FROM: Final = 0.05


def review(schedule: ScheduleConfig, catalogue: Catalogue, *, file: Path) -> tuple[Problem, ...]:
    """Every problem that shows with the library at hand, in file order; each with its place.

    Pure, and quick enough for each save of the file: a day is planned once, if a rotation has separation.
    """
    places = _Places(schedule, file)
    found = [
        *_files(schedule, catalogue, places),
        *_fills(schedule, catalogue, places),
        *_separations(schedule, catalogue, places),
        *_lengths(schedule, catalogue, places),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.line, problem.column)))


class _Places:
    """Makes problems at the places that the loader noted."""

    def __init__(self, schedule: ScheduleConfig, file: Path) -> None:
        self._positions = schedule.positions
        self._file = file

    def problem(self, place: str, message: str, hint: str = "") -> Problem:
        line, column = self._positions.get(place, (0, 0))
        return Problem(file=self._file, line=line, column=column, message=message, hint=hint)


def _files(schedule: ScheduleConfig, catalogue: Catalogue, places: _Places) -> Iterator[Problem]:
    """Patterns and names with no playable file behind them."""
    named = [(f"rotation/{r.name}.files", r.files) for r in schedule.rotations.values()]
    for cart in schedule.carts.values():
        named += [(f"cart/{cart.name}.cuts[{i}]", cut.file) for i, cut in enumerate(cart.cuts, 1)]
    for plan in schedule.bulletins.values():
        named += [
            (f"bulletin/{plan.name}.{key}", path)
            for key, path in (("bed", plan.bed), ("parts", plan.sounder))
            if path
        ]
    for place, source in _sources(schedule):
        if source.type == "file":
            named.append((place, source.name))
    for place, pattern in named:
        if catalogue.match(pattern):
            continue
        if _PATTERN_MARKS & set(pattern):
            yield places.problem(place, f"no playable file under media/ matches {pattern!r}")
        else:
            hint = nearest(pattern, (media.path for media in catalogue.match("**")))
            message = f"there is no playable file media/{pattern}"
            yield places.problem(place, message, hint if "did you mean" in hint else "")


def _sources(schedule: ScheduleConfig) -> Iterator[tuple[str, Source]]:
    """Everything that is played, with the place that says so."""
    for clock in schedule.clocks.values():
        for index, entry in enumerate(clock.entries, 1):
            source = entry.source if isinstance(entry, Fill) else entry.play
            yield f"clock/{clock.name}[{index}]", source
    yield "sustainer", schedule.sustainer


def _fills(schedule: ScheduleConfig, catalogue: Catalogue, places: _Places) -> Iterator[Problem]:
    """Fills and the sustainer, if there is nothing to fill with."""
    for clock in schedule.clocks.values():
        for index, entry in enumerate(clock.entries, 1):
            if isinstance(entry, Fill) and not _lengths_of(schedule, catalogue, entry.source):
                yield places.problem(
                    f"clock/{clock.name}[{index}]",
                    f"clocks.{clock.name}: {entry.source} has nothing to fill this with",
                    "the sustainer plays until it has",
                )
    if not _lengths_of(schedule, catalogue, schedule.sustainer):
        yield places.problem(
            "sustainer",
            f"the sustainer {schedule.sustainer} has nothing to play",
            "without it the built-in standby sound is all there is",
        )


def _separations(schedule: ScheduleConfig, catalogue: Catalogue, places: _Places) -> Iterator[Problem]:
    """Rotations that cannot keep their separation, found by planning a day."""
    separated = [
        rotation
        for rotation in schedule.rotations.values()
        if (rotation.artist_separation_s or rotation.title_separation_s) and catalogue.match(rotation.files)
    ]
    if not separated:
        return
    played = forecast(
        Calendar(schedule, ZoneInfo("UTC")),
        catalogue,
        PlanState(),
        start=_A_DAY,
        until=_A_DAY + timedelta(days=1),
        seed=0,
    )
    for rotation in separated:
        mine = [item for item in played if item.source == f"rotation/{rotation.name}"]
        relaxed = [item for item in mine if RELAXED in item.reason]
        if relaxed and len(relaxed) >= _TOLD_FROM * len(mine):
            yield places.problem(
                f"rotation/{rotation.name}",
                f"rotations.{rotation.name} is too small for its separation ({_asked(rotation)}): "
                f"in a day {len(relaxed)} of {len(mine)} tracks would come too soon",
                f"{_held(rotation, catalogue)}; add some, or ask for less",
            )


def _asked(rotation: Rotation) -> str:
    asked = (("artist", rotation.artist_separation_s), ("title", rotation.title_separation_s))
    return ", ".join(f"{name} {duration_text(seconds)}" for name, seconds in asked if seconds)


def _held(rotation: Rotation, catalogue: Catalogue) -> str:
    files = catalogue.match(rotation.files)
    artists = {catalogue.separation_keys(media.path)[0] for media in files} - {""}
    return f"it has {counted(len(files), 'track')} by {counted(len(artists), 'artist')}"


def _lengths(schedule: ScheduleConfig, catalogue: Catalogue, places: _Places) -> Iterator[Problem]:
    """Starts whose chain lasts beyond the next start, even with the shortest of what may be played."""
    for clock in schedule.clocks.values():
        starts = [(index, entry) for index, entry in enumerate(clock.entries) if isinstance(entry, At)]
        for (index, start), (_, following) in zip(starts, starts[1:] + starts[:1], strict=True):
            room_s = following.offset_s - start.offset_s
            wraps = room_s <= 0
            room_s += 3600.0 if wraps else 0.0
            lasts_s = _chain_s(schedule, catalogue, clock, index)
            if lasts_s <= room_s:
                continue
            then = f"{minutes(following.offset_s)}{' of the next hour' if wraps else ''}"
            becomes = "cuts it off" if following.start == "hard" else "comes late"
            yield places.problem(
                f"clock/{clock.name}[{index + 1}]",
                f"clocks.{clock.name}: what starts at {minutes(start.offset_s)} lasts {minutes(lasts_s)}, "
                f"and the start at {then} {becomes}",
                "leave more room, or play less",
            )


def _chain_s(schedule: ScheduleConfig, catalogue: Catalogue, clock: Clock, index: int) -> float:
    """Seconds that an entry and those after it last at least."""
    total_s = 0.0
    while index < len(clock.entries):
        entry = clock.entries[index]
        if isinstance(entry, Fill | EveryTracks | EveryTime):
            break
        total_s += min(_lengths_of(schedule, catalogue, entry.play), default=0.0)
        index += 1
        if index < len(clock.entries) and not isinstance(clock.entries[index], After):
            break
    return total_s


def _lengths_of(schedule: ScheduleConfig, catalogue: Catalogue, source: Source) -> list[float]:
    """How long each thing that a source may play holds the air, seconds; empty if it has none."""
    if source.type == "bulletin":
        plan = schedule.bulletins.get(source.name)
        return [] if plan is None else [plan.target_s]
    patterns: list[str] = []
    if source.type == "file":
        patterns = [source.name]
    elif source.type == "rotation" and source.name in schedule.rotations:
        patterns = [schedule.rotations[source.name].files]
    elif source.type == "cart" and source.name in schedule.carts:
        patterns = [cut.file for cut in schedule.carts[source.name].cuts]
    return [media.air_s for pattern in patterns for media in catalogue.match(pattern)]
