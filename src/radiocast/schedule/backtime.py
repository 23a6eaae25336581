"""Back-timing: which tracks, one after the other, end together at a given second.

Owns: the search. Pure arithmetic over candidates; bounded work, whatever the size of the library.
Must not know: calendars, clocks or state (`landing` does). Times are POSIX seconds, lengths seconds.

Theory of operation. A landing is a few tracks, mostly three or four. The last two do the fitting: for each
of the most wanted as the last but one, the last is looked up by its length, in a list sorted by length; of a
few dozen tracks two are sure to fit to a fraction of a second, for there are a thousand pairs within a few
minutes. The tracks before them are the rotation's own choice, or of about the length that is wanted. Every
track must be as far from what was on the air, and from the others, as separation asks, at the time at which
it would start. Of those that fit, the ones that have waited longest are taken, so that back-timing does not
wear out a few tracks of useful lengths.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations
from typing import Final, NamedTuple

from radiocast.config.schedule import Rotation
from radiocast.model.media import MediaFile
from radiocast.schedule.separation import Keys, apart

# A fill may end so much before its time, which nobody hears, or after it, which is faded.
UNDER_S: Final = 0.15
OVER_S: Final = 0.4
# Tracks that are all of about one length need so many to fill any time (`landing`).
MOST_TRACKS: Final = 8
# Choices of the rotation's own that are tried before the last two, if none of them lands.
MOST_HEADS: Final = 10
# Landings to choose the most wanted from.
_ENOUGH: Final = 6
# Tracks of the right length that are tried for a place before another is tried beside them.
_TRIES: Final = 6
# Pairs that are looked at on a last round, with any tracks before them.
_LOOKS: Final = 2500
# The air may be this much early against what was planned: what was just far enough apart must still be.
_MARGIN_S: Final = 0.5


class Candidate(NamedTuple):
    """A track that may be taken from `free_from` on; hundreds are made for each landing.

    It holds the air for `held_s` if music follows, `last_s` if it is the last. `rank`: 0 is wanted most.
    """

    media: MediaFile
    keys: Keys
    held_s: float
    last_s: float
    free_from: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Tracks in their order, and how much too long they are together, seconds; negative is too short."""

    tracks: tuple[Candidate, ...]
    over_s: float

    @property
    def lands(self) -> bool:
        """Whether they end on the second, as a listener hears it."""
        return -UNDER_S <= self.over_s <= OVER_S


def solve(
    candidates: Sequence[Candidate],
    heads: Sequence[Candidate],
    *,
    at: float,
    room_s: float,
    rotation: Rotation,
) -> Solution | None:
    """The tracks to fill `room_s` from `at` on, or the least too long ones; None if they are too few.

    `heads` are the rotation's own choices for now, the first first; `rotation` says how far apart.
    """
    search = _Search(candidates, at, room_s, rotation)
    for count in search.counts():
        for head in search.heads(heads, count - 2):
            search.behind(head, alone=count == 1)
            if search.found:
                break
        if search.found:
            break
    return min(search.found, key=_badness, default=search.least)


def _badness(solution: Solution) -> float:
    # Half a second over is as bad as a rank of ten: a track that has waited a little less.
    ranks = sum(track.rank for track in solution.tracks[-2:])
    return ranks + 20.0 * max(solution.over_s, -2 * solution.over_s)


class _Search:
    """One search: what lands (`found`), and what is the least too long of the rest (`least`)."""

    def __init__(self, candidates: Sequence[Candidate], at: float, room_s: float, rotation: Rotation) -> None:
        self.found: list[Solution] = []
        self.least: Solution | None = None
        self._at = at
        self._room_s = room_s
        self._rotation = rotation
        self._candidates = candidates
        self._by_length = sorted(candidates, key=lambda c: (c.last_s, c.rank))
        self._lengths = [c.last_s for c in self._by_length]

    def counts(self) -> list[int]:
        """How many tracks may fill the room, the likeliest number first."""
        if not self._lengths:
            return []
        shortest, longest = self._lengths[0], self._lengths[-1]
        middle = self._lengths[len(self._lengths) // 2]
        fit = [
            n
            for n in range(1, min(MOST_TRACKS, len(self._lengths)) + 1)
            if n * longest >= self._room_s - UNDER_S and (n - 1) * shortest < self._room_s
        ]
        return sorted(fit, key=lambda n: abs(self._room_s / n - middle))

    def heads(self, own: Sequence[Candidate], count: int) -> Iterator[tuple[Candidate, ...]]:
        """So many to begin with: of the rotation's own choice, else of about a fair share of the room."""
        if count <= 0:
            yield ()
            return
        yield from _runs(own, count)
        share_s = self._room_s / (count + 2)
        free = (c for c in self._candidates if not c.free_from)
        middling = sorted(free, key=lambda c: (abs(c.held_s - share_s), c.rank))
        yield from _runs(middling, count)
        # A small library has few of anything, and separation leaves fewer: in every order that can be tried.
        soonest = sorted(self._candidates, key=lambda c: (c.free_from, c.rank))
        yield from islice(permutations(soonest, count), _LOOKS // len(soonest))

    def behind(self, head: tuple[Candidate, ...], *, alone: bool) -> None:
        """Look for the last two behind `head`, or for one alone."""
        room_s = self._room_s - sum(track.held_s for track in head)
        if alone:
            self._last(head, room_s)
            return
        longest = self._lengths[-1]
        for track in self._candidates:
            rest_s = room_s - track.held_s
            if 0 < rest_s <= longest + UNDER_S:
                self._last((*head, track), rest_s)
                if len(self.found) >= _ENOUGH:
                    return

    def _last(self, before: tuple[Candidate, ...], room_s: float) -> None:
        """The last track behind these, of about this length."""
        first = bisect_left(self._lengths, room_s - UNDER_S)
        for index in range(first, min(first + _TRIES, len(self._lengths))):
            over_s = self._lengths[index] - room_s
            lands = over_s <= OVER_S
            if not lands and self.least is not None and over_s >= self.least.over_s:
                return
            tracks = (*before, self._by_length[index])
            if not self._may(tracks):
                continue
            solution = Solution(tracks=tracks, over_s=over_s)
            if not lands:
                self.least = solution
                return
            self.found.append(solution)

    def _may(self, tracks: tuple[Candidate, ...]) -> bool:
        """Whether each is allowed at its time, and beside the others."""
        starts: list[float] = []
        at = self._at
        for index, track in enumerate(tracks):
            if track.free_from and track.free_from > at - (_MARGIN_S if index else 0.0):
                return False
            for other, other_at in zip(tracks, starts, strict=False):
                if other.media.path == track.media.path:
                    return False
                if not apart(other.keys, other_at, track.keys, at - _MARGIN_S, self._rotation):
                    return False
            starts.append(at)
            at += track.held_s
        return True


def _runs(tracks: Sequence[Candidate], count: int) -> Iterator[tuple[Candidate, ...]]:
    for first in range(min(MOST_HEADS, len(tracks) - count + 1)):
        yield tuple(tracks[first : first + count])
