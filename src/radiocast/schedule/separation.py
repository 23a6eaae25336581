"""What keeps tracks apart: the artists and the title of each, and when they were last on the air.

Owns: which names are the same artist, which titles the same song, and how soon they may come again.
Must not know: why a track is chosen, or what is played next. Instants are POSIX seconds.

Theory of operation. Names are compared as a listener hears them: without case, accents, punctuation or a
leading "The". A track counts for all its artists, and for the whole of a name with "&" or a comma in it:
"Earth, Wind & Fire" keeps itself apart, and its parts. A title counts without what tells one recording of a
song from another ("(Radio Edit)", " - Live").
"""

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from radiocast.config.schedule import Rotation
from radiocast.model.media import MediaFile
from radiocast.schedule.state import Played

# Letters that are no letter with a mark, for Unicode; and "&", which is said as "and".
_SAID: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "þ": "th",
        "&": " and ",
        "+": " and ",
    }
)
_MARKS: Final = re.compile("[\u0300-\u036f]")
# Dropped, not taken for a space: R.E.M., Guns N' Roses, AC/DC.
_WITHIN: Final = re.compile(r"['’‘`´.!/]")
_FEATURED: Final = r"(?:feat|ft|featuring)\b\.?"
# Between artists. "with" and "and" are part of many names too; the whole name then counts beside its parts.
_BETWEEN: Final = re.compile(
    rf"\s*[;\0]\s*|\s*,(?!\d)\s*|\s+[/|]\s+|\s*[&+]\s*|\s*[(\[]?\s*\b{_FEATURED}\s*"
    r"|\s+[(\[]?(?:and|with|vs\.?|versus|pres\.|presents)\s+",
    re.IGNORECASE,
)
# Only between names, after all else is split: "Lil Nas X & Cardi B" are two, and neither is "Lil Nas".
_CROSS: Final = re.compile(r"\s+[x×]\s+", re.IGNORECASE)
_THE_BEHIND: Final = re.compile(r"^([^,]+),\s*the$", re.IGNORECASE)  # "Beatles, The"
# Names of nobody in particular: they keep nothing apart.
_NOBODY: Final = frozenset({"", "various", "various artists", "unknown", "unknown artist", "va", "n a"})

_RECORDING: Final = (
    r"(?:re-?mix(?:ed)?|mix|re-?edit|edit|live|remaster(?:ed)?|version|acoustic|unplugged|instrumental|karaoke|demo"
    r"|extended|radio|single|album|mono|stereo|bonus|reprise|take \d+|dub|session|bootleg|rework|cover)"
)
_IN_BRACKETS: Final = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_OF_A_RECORDING: Final = re.compile(rf"\b{_RECORDING}\b|^\s*{_FEATURED}", re.IGNORECASE)
_SUFFIX: Final = re.compile(rf"\s+[-–—]\s+[^-–—]*\b{_RECORDING}\b.*$", re.IGNORECASE)
_TITLE_FEATURED: Final = re.compile(rf"[(\[\s]\s*{_FEATURED}\s+([^()\[\]]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a file is kept apart by. No artists, and an empty title, keep nothing apart."""

    artists: tuple[str, ...] = ()
    title: str = ""

    @property
    def principal(self) -> str:
        """The artist that is named first; empty where none is known."""
        # The name as a whole goes before its parts.
        return self.artists[1] if len(self.artists) > 1 else "".join(self.artists)


NO_KEYS: Final = Keys()


# A catalogue is made anew for every file that changes: 20,000 tracks are read once.
@lru_cache(maxsize=20_000)
def keys_of(artist: str, title: str) -> Keys:
    """The keys of a track: its artist as a whole, each of its artists, and those its title names."""
    artist = _THE_BEHIND.sub(r"The \1", artist.strip())
    featured = _TITLE_FEATURED.findall(title)
    names = [_plain(artist), *(name for text in (artist, *featured) for name in _artists(text))]
    song = _TITLE_FEATURED.sub(" ", _IN_BRACKETS.sub(_unless_of_a_recording, title))
    return Keys(
        artists=tuple(name for name in dict.fromkeys(names) if name not in _NOBODY),
        title=_plain(_SUFFIX.sub("", song)) or _plain(title),
    )


def _artists(text: str) -> list[str]:
    parts = (part for whole in _BETWEEN.split(text) for part in _CROSS.split(whole))
    return [_plain(part) for part in parts]


def _unless_of_a_recording(bracket: re.Match[str]) -> str:
    return "" if _OF_A_RECORDING.search(bracket[1]) else bracket[0]


def _plain(text: str) -> str:
    """A name as it is compared; one of punctuation alone stays what it is."""
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_SAID)
    folded = unicodedata.normalize("NFC", _MARKS.sub("", folded))
    words = re.sub(r"[^\w$]+|_", " ", _WITHIN.sub("", folded)).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(words) or text.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The files of one pattern: those that never were on the air, by path, and those that were, by when."""

    files: Mapping[str, MediaFile]
    never: list[MediaFile]
    aired: dict[str, MediaFile]

    def note(self, path: str) -> None:
        """It is on the air."""
        media = self.files.get(path)
        if media is None:
            return
        if self.aired.pop(path, None) is None:
            del self.never[bisect_left(self.never, path, key=_path)]
        self.aired[path] = media

    def forget(self, path: str) -> None:
        """It was on the air so long ago that nobody remembers."""
        media = self.aired.pop(path, None)
        if media is not None:
            insort(self.never, media, key=_path)


class Heard:
    """When what was last on the air, by a history. It follows one that grows item by item cheaply."""

    def __init__(self, keys: Mapping[str, Keys]) -> None:
        """`keys` are those of every path; what is not among them keeps nothing apart."""
        self._keys = keys
        self._history: tuple[Played, ...] = ()
        self._clear()

    def _clear(self) -> None:
        self.count = 0  # items followed
        self.paths: dict[str, int] = {}  # which of them each path was last; the longest ago first
        self._artists: dict[str, float] = {}
        self._titles: dict[str, float] = {}
        self._waiting: dict[str, Waiting] = {}

    def waiting(self, pattern: str, files: Sequence[MediaFile]) -> "Waiting":
        """The files of a pattern by how long they have waited."""
        found = self._waiting.get(pattern)
        if found is None:
            mine = {media.path: media for media in files}
            found = self._waiting[pattern] = Waiting(
                files=mine,
                never=[media for media in files if media.path not in self.paths],
                aired={path: mine[path] for path in self.paths if path in mine},
            )
        return found

    def follow(self, history: tuple[Played, ...]) -> None:
        """Stand where this history stands, whatever was followed before."""
        before, self._history = self._history, history
        if history is before:
            return
        forgotten = len(before) + 1 - len(history)
        grown = len(history) > 1 and bool(before) and history[-2] is before[-1] and forgotten >= 0
        if grown and (forgotten == len(before) or history[0] is before[forgotten]):
            for index, played in enumerate(before[:forgotten], self.count - len(before) + 1):
                self._forget(played, index)
            self._note(history[-1])
            return
        self._clear()
        for played in history:
            self._note(played)

    def _forget(self, played: Played, index: int) -> None:
        if self.paths.get(played.path) == index:
            del self.paths[played.path]
            for waiting in self._waiting.values():
                waiting.forget(played.path)
        keys = self._keys.get(played.path, NO_KEYS)
        for artist in keys.artists:
            if self._artists.get(artist) == played.at:
                del self._artists[artist]
        if self._titles.get(keys.title) == played.at:
            del self._titles[keys.title]

    def _note(self, played: Played) -> None:
        self.count += 1
        self.paths.pop(played.path, None)
        self.paths[played.path] = self.count
        for waiting in self._waiting.values():
            waiting.note(played.path)
        keys = self._keys.get(played.path, NO_KEYS)
        for artist in keys.artists:
            self._artists[artist] = played.at
        if keys.title:
            self._titles[keys.title] = played.at

    def free_from(self, keys: Keys, rotation: Rotation, at: float, *, titles: bool = True) -> float:
        """From when on a rotation allows a track with these keys; 0 if it does at `at`."""
        free = 0.0
        for artist in keys.artists:
            last = self._artists.get(artist)
            if last is not None and abs(at - last) < rotation.artist_separation_s:
                free = max(free, last + rotation.artist_separation_s)
        last = self._titles.get(keys.title) if titles else None
        if last is not None and abs(at - last) < rotation.title_separation_s:
            free = max(free, last + rotation.title_separation_s)
        return free

    def artist_last(self, keys: Keys) -> float:
        """When any of the artists was last on the air; 0 if none was."""
        return max((self._artists.get(artist, 0.0) for artist in keys.artists), default=0.0)


def apart(one: Keys, at: float, other: Keys, other_at: float, rotation: Rotation) -> bool:
    """Whether two tracks at these times are as far apart as a rotation asks."""
    between_s = abs(other_at - at)
    if between_s < rotation.title_separation_s and one.title and one.title == other.title:
        return False
    return between_s >= rotation.artist_separation_s or not _shared(one.artists, other.artists)


def _path(media: MediaFile) -> str:
    return media.path


def _shared(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(artist in other for artist in one)
