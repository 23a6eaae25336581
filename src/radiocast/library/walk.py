"""Which files there are under `media/`: a walk over the folders, looking at names and sizes only.

Blocks on the disk. What is not for the air is left out by name; what is meant for it but cannot be (a link
to nothing, a FIFO, a folder called x.mp3) comes back as a fault, never as an exception.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from radiocast.library.store import Stamp

# What both ffmpegs decode, and stations have.
AUDIO_ENDINGS: Final = frozenset(
    {".aac", ".aif", ".aiff", ".flac", ".m4a", ".m4b", ".mka", ".mp2", ".mp3", ".mp4"}
    | {".oga", ".ogg", ".opus", ".wav", ".wma", ".wv"}
)
# What copiers and browsers call a file that is not all there yet.
_PARTIAL_ENDINGS: Final = frozenset({".tmp", ".part", ".partial", ".crdownload", ".filepart", ".download"})
# The newsroom's: articles, not sound.
_NOT_OURS: Final = "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One sound file: `path` relative to `media/` with forward slashes."""

    path: str
    stamp: Stamp


@dataclass(slots=True, kw_only=True)
class Walk:
    """What a walk came upon. `faults` are clauses by path, `ignored` paths with other endings."""

    files: list[Found] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def walk_media(media: Path) -> Walk:
    """Every sound file under `media`, by path in order, but not under `media/news`, hidden or partial.

    Links are followed, each folder once. The empty path among `faults` stands for `media` itself.
    """
    walk = Walk()
    visited: set[tuple[int, int]] = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            status = (media / folder).stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            with os.scandir(media / folder) as entries:
                found = list(entries)
        except OSError as error:
            walk.faults[folder] = _cannot_list(folder, error)
            continue
        for entry in found:
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path == _NOT_OURS:
                continue
            subfolder = _look(entry, path, walk)
            if subfolder:
                folders.append(path)
    walk.files.sort(key=lambda file: file.path)
    walk.ignored.sort()
    return walk


def stamp_of(file: Path) -> Stamp | None:
    """A file's stamp as it is now; None where it is gone or cannot be asked."""
    try:
        status = file.stat()
    except OSError:
        return None
    return Stamp(size=status.st_size, mtime_ns=status.st_mtime_ns)


def _look(entry: os.DirEntry[str], path: str, walk: Walk) -> bool:
    """Note one entry; whether it is a folder to go into."""
    ending = Path(entry.name).suffix.lower()
    if ending in _PARTIAL_ENDINGS or entry.name.endswith("~"):
        return False
    is_audio = ending in AUDIO_ENDINGS
    try:
        status = entry.stat()
    except OSError as error:
        if is_audio:
            walk.faults[path] = (
                f"cannot be reached ({error.strerror}): if it is a link, mend it; else delete it"
            )
        return False
    if stat.S_ISDIR(status.st_mode):
        if is_audio:
            walk.faults[path] = f"is a folder, though it is called {ending}: rename it"
        return not is_audio
    if not is_audio:
        walk.ignored.append(path)
    elif not stat.S_ISREG(status.st_mode):
        walk.faults[path] = "is no regular file: put the sound file itself in its place"
    elif not _is_utf8(path):
        walk.faults[path] = "has a name that is not UTF-8, which no schedule can name: rename it"
    else:
        stamp = Stamp(size=status.st_size, mtime_ns=status.st_mtime_ns)
        walk.files.append(Found(path=path, stamp=stamp))
    return False


def _cannot_list(folder: str, error: OSError) -> str:
    if not folder and isinstance(error, FileNotFoundError | NotADirectoryError):
        return "is not there: make this folder, and put sound files into it"
    return f"is a folder that cannot be listed ({error.strerror}): mend its rights or its disk"


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
