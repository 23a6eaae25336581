"""Fills that end when they should: where a fill runs towards, and the tracks that take it there.

Owns: which time a fill has to meet, when its last tracks are chosen, and whether that choice still holds.
Must not know: the search (`backtime`), or whose turn it is (`filling`). Instants are POSIX seconds.

Theory of operation. While the time to be met is far off, a rotation chooses as if there was none. Once it
is a few tracks away, all of them are chosen together and kept in the state (`Landing`); then one after the
other is played, as long as together they still end there. Where something came between (a bulletin, a file
that could not be read), they are chosen anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from radiocast.config.schedule import Rotation, Source
from radiocast.model.media import MediaFile
from radiocast.model.play import Kind
from radiocast.schedule.backtime import MOST_HEADS, MOST_TRACKS, Candidate, Solution, solve
from radiocast.schedule.calendar import Filling
from radiocast.schedule.catalogue import Catalogue, Lengths
from radiocast.schedule.choose import (
    LANDED_S,
    LEAST_HEARD_S,
    Choice,
    Wanted,
    among,
    chance_of,
    eligible,
    wanted,
)
from radiocast.schedule.making import Made, of_file, rotation_of
from radiocast.schedule.separation import Heard
from radiocast.schedule.state import Landing, PlanState
from radiocast.schedule.turn import Turn

# So many tracks of middling length before its end a fill is back-timed at least: three or four of them give
# enough to choose from, and more would bind the rotation for no gain.
_TRACKS_AHEAD: Final = 3.6
# A fair choice of a further track, and of which one is the last.
_TRACKS_OVER: Final = 1.4
# Not even where every file lasts an hour.
_FURTHEST_S: Final = 4 * 3600.0
# A landing that is off by no more than this still lands.
_STILL_OVER_S: Final = 0.5
# Another landing is worth changing to if it is better by this.
_BETTER_S: Final = 0.25
# So many tracks of a landing must be left for it to be moved; with fewer nothing comes between.
_TRACKS_TO_MOVE: Final = 2
# Of those that have waited longest so many are tried first; more, only if these do not land.
_CANDIDATES: Final = (96, 400)
LONGEST_FADE_S: Final = 8.0
_SHORTEST_FADE_S: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A time that a fill has to meet. What starts then may overlap the last track, or not.

    `owner` is what the fill is of; `cuts`: at that time what plays is faded out, else it is waited for.
    """

    at: float
    owner: str
    overlaps: bool
    cuts: bool


def fade_s(over_s: float) -> float:
    """How long a track that is so much too long fades: as long again before its cut as is lost after it."""
    return round(min(LONGEST_FADE_S, max(_SHORTEST_FADE_S, 2 * over_s)), 3)


def goal_of(turn: Turn, source: Source, filling: Filling | None) -> Goal | None:
    """The time that has to be met, if it is near enough to choose for; `filling` None: no fill is here."""
    rotation = _rotation(turn, source)
    if rotation is None or (filling is not None and not filling.backtime):
        return None
    before = turn.now + _ahead_s(turn.catalogue.lengths(rotation.files))
    owner = filling.owner if filling is not None else "sustainer"
    until = None if filling is None or filling.until >= before else filling.until
    # What cuts at its very end is found too.
    cut = turn.next_cut(after=turn.now, before=before if until is None else until + _STILL_OVER_S)
    if cut is not None and cut - turn.now < LEAST_HEARD_S:
        return None  # no music is worth choosing for that
    if cut is not None:
        return Goal(at=cut, owner=owner, overlaps=False, cuts=True)
    if filling is None or until is None or until <= turn.now:
        return None
    soft = [o for o in turn.calendar.occurrences(after=until - 1.0, until=until + 1.0) if not o.held_by]
    if not soft and not filling.ends:
        return None
    overlaps = not soft or soft[0].play.type != "bulletin"
    return Goal(at=soft[0].at if soft else until, owner=owner, overlaps=overlaps, cuts=False)


def _ahead_s(lengths: Lengths) -> float:
    """How long before its end a fill is back-timed.

    Tracks of 85 to 107 s fill 5:00 or 6:00, but nothing between: three are too short for it and four too
    long. From so many on that their range meets that of one more, any time can be filled.
    """
    range_s = lengths.longest_s - lengths.shortest_s
    meeting = lengths.shortest_s / range_s if range_s > 0 else MOST_TRACKS
    tracks = min(MOST_TRACKS - _TRACKS_OVER, meeting + _TRACKS_OVER)
    return min(_FURTHEST_S, max(_TRACKS_AHEAD, tracks) * lengths.mean_s)


def land(turn: Turn, source: Source, goal: Goal) -> Made | None:
    """The track that is next on the way to a time; None where nothing can be chosen for it."""
    rotation = _rotation(turn, source)
    if rotation is None:
        return None
    run = _Run(turn, rotation, goal)
    kept = run.kept()
    solution = kept if kept is not None and kept.over_s <= _STILL_OVER_S else run.solved(0.0)
    if kept is not None and solution is not None and kept.over_s <= solution.over_s + _BETTER_S:
        solution = kept
    if solution is None:
        return None
    first, *others = solution.tracks
    kind = Kind.FILE if source.type == "file" else Kind.TRACK
    reason = run.reason(solution, "file/" if source.type == "file" else "rotation ")
    state = replace(turn.state, landing=run.landing(others))
    made = of_file(kind, Choice(media=first.media, reason=reason, state=state), turn.catalogue)
    return made if others else replace(made, expected_s=first.last_s)


def make_way(turn: Turn, source: Source, goal: Goal, lasts_s: float) -> PlanState | None:
    """The state in which something that lasts so long may come between; None if it has to wait.

    It has to where the fill would land without it, and not with it.
    """
    rotation = _rotation(turn, source)
    if rotation is None:
        return turn.state
    under_way = is_under_way(turn.state, goal)
    landing = turn.state.landing
    if under_way and landing is not None and len(landing.paths) < _TRACKS_TO_MOVE:
        return None
    run = _Run(turn, rotation, goal)
    behind = run.solved(lasts_s)
    if behind is None or not behind.lands:
        without = run.kept() or run.solved(0.0)
        if without is not None and (behind is None or without.over_s < behind.over_s):
            return None
    return turn.state if behind is None else replace(turn.state, landing=run.landing(behind.tracks))


def is_under_way(state: PlanState, goal: Goal) -> bool:
    """Whether tracks have been chosen for this time, of which some are left."""
    landing = state.landing
    return (
        landing is not None and bool(landing.paths) and (landing.at, landing.owner) == (goal.at, goal.owner)
    )


class _Run:
    """The run of one rotation towards one time, at one decision."""

    def __init__(self, turn: Turn, rotation: Rotation, goal: Goal) -> None:
        self._turn = turn
        self._catalogue: Catalogue = turn.catalogue
        self._rotation = rotation
        self._goal = goal
        self._heard: Heard = turn.catalogue.heard(turn.state.history)
        self._note = ""  # what separation could not be kept, if so

    def kept(self) -> Solution | None:
        """What was chosen before, if it can still be played; it may no longer end in time."""
        landing = self._turn.state.landing
        if landing is None or not is_under_way(self._turn.state, self._goal):
            return None
        files = [media for path in landing.paths if (media := self._catalogue.get(path)) is not None]
        tracks = self._candidates(files, self._turn.now, self._rotation)
        mine = all(self._catalogue.is_match(self._rotation.files, path) for path in landing.paths)
        if not mine or len(tracks) < len(landing.paths) or tracks[0].free_from:
            # It was chosen where separation could not be kept; meanwhile something may be free.
            return None
        lasts_s = sum(track.held_s for track in tracks[:-1]) + tracks[-1].last_s
        over_s = self._turn.now + lasts_s - self._goal.at
        return Solution(tracks=tuple(tracks), over_s=over_s) if over_s >= -LANDED_S else None

    def solved(self, delay_s: float) -> Solution | None:
        """The best choice from so much later on."""
        at = self._turn.now + delay_s
        ranked = wanted(self._rotation, self._catalogue, self._heard, self._turn.seed)
        best: Solution | None = None
        for most in _CANDIDATES:
            candidates = self._candidates(ranked.files[:most], at, self._rotation)
            rotation, near = self._rotation, ranked
            if not any(candidate.free_from == 0 for candidate in candidates):
                may = eligible(self._rotation, self._catalogue, self._heard, ranked, at)
                rotation, near, self._note = may.rotation, among(may, ranked), may.note
                files = may.files if may.absent else ranked.files
                candidates = self._candidates(files[:most], at, rotation)
            heads = self._heads(candidates, near)
            found = solve(candidates, heads, at=at, room_s=self._goal.at - at, rotation=rotation)
            if best is None or (found is not None and found.over_s < best.over_s):
                best = found
            if most >= len(ranked.files) or (best is not None and best.lands):
                break
        return best

    def _heads(self, candidates: Sequence[Candidate], near: Wanted) -> list[Candidate]:
        """The rotation's own choices for now."""
        chance = chance_of(self._turn.seed, self._turn.state, f"landing/{self._rotation.name}")
        places = {candidate.media.path: candidate for candidate in candidates}
        own = dict.fromkeys(near.one(chance).path for _ in range(2 * MOST_HEADS))
        return [places[path] for path in own if path in places]

    def _candidates(self, files: Sequence[MediaFile], at: float, rotation: Rotation) -> list[Candidate]:
        """Of these files those that may be taken before the time that is to be met."""
        track_of, free_from = self._catalogue.track, self._heard.free_from
        by, overlaps = self._goal.at, self._goal.overlaps
        found: list[Candidate] = []
        for rank, media in enumerate(files):
            track = track_of(media)
            free = free_from(track.keys, rotation, at)
            if free < by:
                last_s = track.held_s if overlaps else track.whole_s
                found.append(Candidate(media, track.keys, track.held_s, last_s, free, rank))
        return found

    def landing(self, tracks: Sequence[Candidate]) -> Landing:
        """What is left to be played."""
        paths = tuple(track.media.path for track in tracks)
        return Landing(at=self._goal.at, owner=self._goal.owner, paths=paths)

    def reason(self, solution: Solution, what: str) -> str:
        """Where it leads, and what the library lacks for it."""
        shown = datetime.fromtimestamp(self._goal.at, self._turn.calendar.zone)
        when = f"{shown:%H:%M:%S}".removesuffix(":00")
        name, over_s = f"{what}{self._rotation.name}", solution.over_s
        count = len(solution.tracks)
        tracks = "1 track" if count == 1 else f"{count} tracks"
        off = f"{abs(over_s):.1f} s {'over' if over_s >= 0 else 'short'}"
        text = f"{name}, lands {when} with {tracks}, {off}"
        if over_s > _STILL_OVER_S:
            becomes = "faded" if self._goal.cuts else "late"
            text = f"nothing in {name} is short enough for {when}: {over_s:.0f} s {becomes}"
            if count > 1:
                text = f"{name}, nearest to {when} with {tracks}: {over_s:.1f} s {becomes}"
        taken_now = self._heard.free_from(solution.tracks[0].keys, self._rotation, self._turn.now)
        return f"{text}, {self._note}" if taken_now and self._note else text


def _rotation(turn: Turn, source: Source) -> Rotation | None:
    """What a source chooses freely from; None if it cannot."""
    rotation = rotation_of(source, turn.calendar.schedule)
    if rotation is None or rotation.order == "sequence" or not turn.catalogue.match(rotation.files):
        return None
    return rotation
