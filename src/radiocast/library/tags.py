"""What a file says of itself: title, artist, album, duration. The only module that knows mutagen.

mutagen reads tags in whatever way the format keeps them (ID3v1 to v2.4 in four encodings, Vorbis comments
in Ogg, Opus and FLAC, MP4 atoms, APEv2, ASF) and raises almost anything on garbage; out of here come
clean text of bounded length, or MediaError.
"""

import math
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from radiocast.model.errors import MediaError

# Longer than any title a player shows, shorter than what fills a title line, a log line or a page.
TEXT_CHARS = 200
# More than this is a header's nonsense (a WAV written to a pipe claims 2^32 bytes), not a recording.
_LONGEST_S = 7 * 24 * 3600.0

# The same three things by the names of ID3v2 (frames), MP4 (atoms), and of what has plain names.
_TITLE = ("TIT2", "\xa9nam", "title", "Title")
_ARTIST = ("TPE1", "\xa9ART", "artist", "Author", "Artist")
_ALBUM = ("TALB", "\xa9alb", "album", "WM/AlbumTitle", "Album")

# "03 - ", "03. ", "03-", "1-07 " before a name: its place on a disc, not a word of the title. A number
# alone before a space stays ("99 Luftballons", "24-7 Spyz") unless it is written as only a track number
# is ("07 ").
_TRACK_NUMBER = re.compile(
    r"^(?:\d{1,2}-)?\d{1,3}\s*[-.)](?:\s+(?=\S)|(?=[^\d\s]))|^(?:\d{1,2}-)?0\d{1,2}\s+(?=\S)"
)
# Marks that turn a line's reading direction round: in one title they garble the lines after it too.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a file says of itself. `duration_s` is None where it does not say, or says nonsense."""

    title: str
    artist: str = ""
    album: str = ""
    duration_s: float | None = None


def read_tags(path: Path) -> Tags:
    """The tags of one file; a title from the file's name where it has none. Blocks on the disk.

    A file that mutagen does not know, or whose tags are garbage, says nothing of itself: it has its name
    for a title and no duration, and ffmpeg has the next word. Raises MediaError where it cannot be opened,
    its message a clause without the file's name.
    """
    with open_media(path) as file:
        try:
            return _read(file, path.name)
        except MediaError:
            return Tags(title=title_from_name(path.name))


def _read(file: BinaryIO, name: str) -> Tags:
    """Where mutagen ends: whatever it raises leaves here as MediaError."""
    import mutagen

    try:
        found = mutagen.File(file)
    except Exception as error:  # struct, index, key and value errors come through its parsers
        raise MediaError("has tags that cannot be read") from error
    if found is None:
        raise MediaError("is of no kind whose tags can be read")
    return Tags(
        title=_first(found.tags, _TITLE) or title_from_name(name),
        artist=_first(found.tags, _ARTIST),
        album=_first(found.tags, _ALBUM),
        duration_s=_duration(getattr(found.info, "length", None)),
    )


def open_media(path: Path) -> BinaryIO:
    """Open a file for reading that has to be a regular one and not empty.

    Raises MediaError, its message a clause without the file's name that says what to do.
    """
    try:
        # Non-blocking: opening a FIFO waits for a writer that may never come.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise MediaError(_cannot_open(error)) from error
    try:
        _check_sound_file(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except MediaError:
        os.close(descriptor)
        raise


def _check_sound_file(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise MediaError("is no regular file: put the sound file itself in its place")
    if status.st_size == 0:
        raise MediaError("is empty (0 bytes): copy it again, or delete it")


def _cannot_open(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "may not be read by the user radiocast runs as: give it the right to (chmod a+r)"
    if isinstance(error, FileNotFoundError):
        return "is not there: copy it again, or take it out of the schedule"
    return f"cannot be opened ({error.strerror}): check the disk, and copy it again"


def title_from_name(name: str) -> str:
    """A file's name made readable: `03_-_Blue_Train.mp3` gives "Blue Train". Never empty."""
    stem = clean(Path(name).stem.replace("_", " "))
    return _TRACK_NUMBER.sub("", stem, count=1).strip(" -.") or stem or "Untitled"


def clean(text: str) -> str:
    """Text that fits on one line of anything.

    Without control characters, direction marks and lone surrogates, composed (NFC), white space single,
    at most `TEXT_CHARS` characters.
    """
    # Bounded first: a tag may hold a novel.
    text = _DIRECTION_MARKS.sub("", text[: 4 * TEXT_CHARS])
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in text)
    return " ".join(unicodedata.normalize("NFC", text).split())[:TEXT_CHARS].rstrip()


def shown(path: str) -> str:
    """A path as it can stand in a sentence: what cannot be printed (a newline, a stray byte) escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in path)


def _first(tags: Any, names: tuple[str, ...]) -> str:
    """The first of these names that the tags have, several values joined by commas."""
    if tags is None:
        return ""
    for name in names:
        try:
            value = tags.get(name)
        except (KeyError, ValueError):  # Vorbis comments refuse names that are not ASCII
            continue
        values = getattr(value, "text", value)
        if values is None:
            continue
        several = values if isinstance(values, list) else [values]
        # Each cleaned by itself, so that a control character between two is no part of either.
        text = clean(", ".join(part for part in (clean(str(item)) for item in several) if part))
        if text:
            return text
    return ""


def _duration(length: object) -> float | None:
    if isinstance(length, int | float) and math.isfinite(length) and 0 < length <= _LONGEST_S:
        return float(length)
    return None
