"""What is wrong with a schedule in the light of the library: what a file alone does not show.

Owns: which questions are asked, in two measures: `review`, quick enough for each save of the file, of what
will be wrong on the air; and `examine`, of everything, for `radiocast check`.
Must not know: the questions' answers; each is asked in a module of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import Fill, ScheduleConfig, Source
from radiocast.config.values import nearest
from radiocast.model.errors import Problem
from radiocast.schedule.bulletins_review import too_late, too_old
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue, pattern_regex
from radiocast.schedule.choose import counted
from radiocast.schedule.conflicts import conflicts
from radiocast.schedule.dates_review import carts_without_a_cut, dates_gone_by, times_moved
from radiocast.schedule.hours_review import over_length, uncovered
from radiocast.schedule.landings_review import missed_landings
from radiocast.schedule.lengths import Lengths
from radiocast.schedule.places import Places, entry_place, in_file_order
from radiocast.schedule.rehearsal import rehearse, rehearse_events, too_small, went_wrong
from radiocast.schedule.wording import listed

# An ordinary Monday, away from any change of the clocks; which day it is makes no difference.
_A_DAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
_PATTERN_MARKS: Final = frozenset("*?[")
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What `examine` has to know of the station. `now` is aware.

    `durations` and `render_took_s` are of bulletins by name, in seconds: how long they lasted, and how long
    they took to make. `faults` are clauses that say of files under media/ what is wrong with them.
    """

    now: datetime
    zone: ZoneInfo
    seed: int = 0
    durations: Mapping[str, float] = field(default_factory=dict)
    render_took_s: Mapping[str, float] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def review(schedule: ScheduleConfig, catalogue: Catalogue, *, file: Path) -> tuple[Problem, ...]:
    """What will be wrong on the air with the library at hand, in file order; each with its place.

    Errors and warnings, no notices. Pure, and quick enough for each save of the file: a day is planned once,
    if a rotation has separation.
    """
    places = Places(schedule, file)
    lengths = Lengths(schedule, catalogue)
    found = [
        *_files(schedule, catalogue, places, {}),
        *_fills(schedule, lengths, places),
        *over_length(schedule, lengths, places),
    ]
    if any(r.artist_separation_s or r.title_separation_s for r in schedule.rotations.values()):
        calendar = Calendar(schedule, ZoneInfo("UTC"))
        played = rehearse(calendar, catalogue, start=_A_DAY, until=_A_DAY + timedelta(days=1), seed=0)
        found += too_small(schedule, catalogue, played, places)
    return in_file_order(found)


def examine(
    schedule: ScheduleConfig, catalogue: Catalogue, circumstances: Circumstances, *, file: Path
) -> tuple[Problem, ...]:
    """Everything there is to say about a schedule, notices among it, in file order. Pure.

    The week from `now` is planned, and the hours around the events after it, and looked through for what
    would be late, dropped or too soon again.
    """
    at = circumstances
    places = Places(schedule, file)
    lengths = Lengths(schedule, catalogue)
    calendar = Calendar(schedule, at.zone)
    # Without anything to fill an hour with, a week of standby sound shows no more than an hour of it.
    ahead = _WEEK if lengths.has_any(schedule.sustainer) else timedelta(hours=1)
    played = rehearse(
        calendar, catalogue, start=at.now, until=at.now + ahead, seed=at.seed, durations=at.durations
    )
    around = rehearse_events(calendar, catalogue, after=at.now + _WEEK, seed=at.seed, durations=at.durations)
    found = [
        *_files(schedule, catalogue, places, at.faults),
        *_fills(schedule, lengths, places),
        *over_length(schedule, lengths, places),
        *uncovered(schedule, lengths, places),
        *too_late(schedule, at.render_took_s, places),
        *too_old(schedule, places),
        *conflicts(calendar, places, now=at.now),
        *carts_without_a_cut(schedule, catalogue, places, now=at.now, zone=at.zone),
        *dates_gone_by(schedule, places, now=at.now, zone=at.zone),
        *times_moved(schedule, places, now=at.now, zone=at.zone),
        *too_small(schedule, catalogue, played, places),
        *missed_landings(calendar, played.items, places),
        *went_wrong(calendar, (played, around), places),
    ]
    return in_file_order(found)


def _files(
    schedule: ScheduleConfig, catalogue: Catalogue, places: Places, faults: Mapping[str, str]
) -> Iterator[Problem]:
    """Patterns and names with no playable file behind them, and faulty files among those that they name."""
    for place, pattern in _named(schedule):
        if pattern in faults:
            told = f"media/{pattern} {faults[pattern].rstrip('.')}"
            yield (places.warning if catalogue.match(pattern) else places.error)(place, told)
            continue
        faulty = _faulty(pattern, faults, catalogue)
        if faulty:
            yield places.warning(
                place,
                f"{counted(len(faulty), 'file')} of {pattern!r} cannot be played: {listed(faulty)}",
                "what is wrong with each is told below",
            )
        if catalogue.match(pattern) or faulty:
            continue
        if _PATTERN_MARKS & set(pattern):
            yield places.error(place, f"no playable file under media/ matches {pattern!r}")
        else:
            hint = nearest(pattern, (media.path for media in catalogue.match("**")))
            message = f"there is no playable file media/{pattern}"
            yield places.error(place, message, hint if "did you mean" in hint else "")


def _faulty(pattern: str, faults: Mapping[str, str], catalogue: Catalogue) -> list[str]:
    """The files of a pattern that cannot be played, of those that are faulty."""
    if not faults:
        return []
    fits = pattern_regex(pattern).fullmatch
    return [path for path in faults if fits(path) and catalogue.get(path) is None]


def _named(schedule: ScheduleConfig) -> Iterator[tuple[str, str]]:
    """Every file and pattern that the schedule names, with the place that does."""
    for rotation in schedule.rotations.values():
        yield f"rotation/{rotation.name}.files", rotation.files
    for cart in schedule.carts.values():
        for index, cut in enumerate(cart.cuts, 1):
            yield f"cart/{cart.name}.cuts[{index}]", cut.file
    for plan in schedule.bulletins.values():
        for key, path in (("bed", plan.bed), ("parts", plan.sounder)):
            if path:
                yield f"bulletin/{plan.name}.{key}", path
    for place, source in _sources(schedule):
        if source.type == "file":
            yield place, source.name
    if schedule.breaking is not None and schedule.breaking.sounder:
        yield "breaking", schedule.breaking.sounder


def _sources(schedule: ScheduleConfig) -> Iterator[tuple[str, Source]]:
    """Everything that is played, with the place that says so."""
    for clock in schedule.clocks.values():
        for index, entry in enumerate(clock.entries):
            yield entry_place(clock.name, index), entry.source if isinstance(entry, Fill) else entry.play
    for event in schedule.events:
        yield f"event/{event.name}", event.play
    yield "sustainer", schedule.sustainer


def _fills(schedule: ScheduleConfig, lengths: Lengths, places: Places) -> Iterator[Problem]:
    """Fills and the sustainer, if there is nothing to fill with."""
    for clock in schedule.clocks.values():
        for index, entry in enumerate(clock.entries):
            if isinstance(entry, Fill) and not lengths.has_any(entry.source):
                yield places.error(
                    entry_place(clock.name, index),
                    f"clocks.{clock.name}: {entry.source} has nothing to fill this with",
                    "the sustainer plays until it has",
                )
    if not lengths.has_any(schedule.sustainer):
        yield places.error(
            "sustainer",
            f"the sustainer {schedule.sustainer} has nothing to play",
            "without it the built-in standby sound is all there is",
        )
