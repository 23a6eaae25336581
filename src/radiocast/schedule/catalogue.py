"""The files that can be put on the air, and the patterns that find them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Final

from radiocast.config.schedule import Rotation
from radiocast.model.media import MediaFile
from radiocast.schedule.separation import NO_KEYS, Heard, Keys, keys_of
from radiocast.schedule.state import Played

# What holds the air for less is a click to a listener, and would have the plan choose five times a second.
MIN_AIR_S: Final = 0.2
# Up to the first of these a pattern is a path.
_MARK: Final = re.compile(r"[*?\[]")


class Catalogue:
    """A fixed set of media files. Make a new one when the library changes.

    Files that hold the air for less than MIN_AIR_S are left out. Of two files with one path the later
    one counts. `crossfade_s` is the station's: no overlap is longer. Left out, a file's own cue points say
    how long it is.
    """

    def __init__(self, files: Iterable[MediaFile], *, crossfade_s: float | None = None) -> None:
        self._crossfade_s = inf if crossfade_s is None else crossfade_s
        playable = {file.path: file for file in files if file.air_s >= MIN_AIR_S}
        self._files = dict(sorted(playable.items()))
        self._paths = tuple(self._files)
        self._matches: dict[str, tuple[MediaFile, ...]] = {}
        self._sets: dict[str, frozenset[str]] = {}
        self._lengths: dict[str, Lengths] = {}
        self._weights: dict[tuple[str, tuple[tuple[str, int], ...]], dict[str, int]] = {}
        self._tracks = {
            path: Track(
                media=file,
                keys=keys_of(file.artist, file.title),
                held_s=self.held_s(file),
                whole_s=self.held_s(file, next_overlaps=False),
            )
            for path, file in self._files.items()
        }
        self._heard = Heard({path: track.keys for path, track in self._tracks.items()})

    def __len__(self) -> int:
        return len(self._files)

    def get(self, path: str) -> MediaFile | None:
        """The file of this path under media/."""
        return self._files.get(path)

    def held_s(self, media: MediaFile, *, next_overlaps: bool = True) -> float:
        """Seconds it holds the air: up to where music may start over its tail, or else to its very end."""
        whole_s = max(0.0, media.cue_out_s - media.cue_in_s)
        if not next_overlaps:
            return whole_s
        return max(0.0, whole_s - min(max(0.0, media.cue_out_s - media.segue_s), self._crossfade_s))

    @cached_property
    def longest_tail_s(self) -> float:
        """The longest overlap there is, seconds."""
        return max((track.whole_s - track.held_s for track in self._tracks.values()), default=0.0)

    def match(self, pattern: str) -> tuple[MediaFile, ...]:
        """The files of a path or pattern, by path; empty for none.

        `*` and `?` stay within a folder, `**` goes through all of them, `[ab]` is one of these. A path
        that is there is taken by its word, whatever brackets it has in it.
        """
        found = self._matches.get(pattern)
        if found is None:
            exact = self._files.get(pattern)
            found = (exact,) if exact is not None else tuple(self._fitting(pattern))
            self._matches[pattern] = found
        return found

    def _fitting(self, pattern: str) -> Iterator[MediaFile]:
        fits = pattern_regex(pattern).fullmatch
        # The paths are in order: only those that begin as the pattern does are looked at.
        begins = _MARK.split(pattern, maxsplit=1)[0]
        for index in range(bisect_left(self._paths, begins), len(self._paths)):
            path = self._paths[index]
            if not path.startswith(begins):
                return
            if fits(path):
                yield self._files[path]

    def is_match(self, pattern: str, path: str) -> bool:
        """Whether a file is among those of a pattern."""
        found = self._sets.get(pattern)
        if found is None:
            found = self._sets[pattern] = frozenset(file.path for file in self.match(pattern))
        return path in found

    def lengths(self, pattern: str) -> "Lengths":
        """How long the files of a pattern hold the air. Raises ValueError where there are none."""
        found = self._lengths.get(pattern)
        if found is None:
            held = [self.held_s(file) for file in self.match(pattern)]
            found = Lengths(shortest_s=min(held), mean_s=sum(held) / len(held), longest_s=max(held))
            self._lengths[pattern] = found
        return found

    def weights(self, rotation: Rotation) -> dict[str, int]:
        """The weight of each of a rotation's files, by path."""
        key = rotation.files, rotation.weights
        found = self._weights.get(key)
        if found is None:
            fits = [
                (pattern, pattern_regex(pattern).fullmatch, weight) for pattern, weight in rotation.weights
            ]
            found = self._weights[key] = {
                file.path: next((w for p, fit, w in fits if p == file.path or fit(file.path)), 1)
                for file in self.match(rotation.files)
            }
        return found

    def keys(self, path: str) -> Keys:
        """What a file is kept apart by."""
        track = self._tracks.get(path)
        return NO_KEYS if track is None else track.keys

    def track(self, media: MediaFile) -> "Track":
        """What is known of a file of this catalogue for choosing it."""
        return self._tracks[media.path]

    def separation_keys(self, path: str) -> tuple[str, str]:
        """The first artist and the title as separation compares them; empty where unknown."""
        keys = self.keys(path)
        return keys.principal, keys.title

    def heard(self, history: tuple[Played, ...]) -> Heard:
        """What was on the air when, by this history; it holds until the next call."""
        self._heard.follow(history)
        return self._heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A file as a rotation sees it. It holds the air for `held_s` if music follows, else for `whole_s`."""

    media: MediaFile
    keys: Keys
    held_s: float
    whole_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Seconds for which files hold the air when music follows them."""

    shortest_s: float
    mean_s: float
    longest_s: float


def pattern_regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern; one that matches nothing where the pattern makes no sense."""
    out = ""
    rest = pattern
    while rest:
        if rest.startswith("**/"):
            piece, taken = r"(?:[^/]+/)*", 3
        elif rest.startswith("**"):
            piece, taken = ".*", 2
        elif rest[0] == "*":
            piece, taken = "[^/]*", 1
        elif rest[0] == "?":
            piece, taken = "[^/]", 1
        elif rest[0] == "[" and (end := rest.find("]", 2)) > 0:
            inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", rest[1:end].removeprefix("!"))
            piece, taken = f"[{'^' if rest[1] == '!' else ''}{inside}]", end + 1
        else:
            piece, taken = re.escape(rest[0]), 1
        out += piece
        rest = rest[taken:]
    try:
        return re.compile(out, re.DOTALL)
    except re.error:
        # "[z-a]": a set that no file name can be in.
        return re.compile(r"(?!)")
