"""`var/wire/NAME.json`: what is known of one feed, whole. Written by the child, read by the studio.

Every file is written under another name and renamed, so that the studio reads the old or the new.
"""

import hashlib
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from radiocast.newsroom.production.storage import write_atomically
from radiocast.newsroom.wire.naming import simple
from radiocast.newsroom.wire.values import FeedFile

_FILE: Final = TypeAdapter(FeedFile)
_NAME_CHARS: Final = 60


def path_of(folder: Path, name: str) -> Path:
    """Where a feed of this name is kept; no two names have one file, and no name leaves the folder."""
    plain = simple(name)[:_NAME_CHARS]
    if not plain or plain != name:
        plain = f"{plain}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}".lstrip("-")
    return folder / f"{plain}.json"


def load(folder: Path, name: str) -> tuple[FeedFile, str]:
    """(what is known of the feed, a problem or ""). A damaged file is an empty one."""
    path = path_of(folder, name)
    try:
        found: FeedFile = _FILE.validate_json(path.read_bytes())
        _refuse_naive(found)
    except FileNotFoundError:
        return FeedFile(feed=name), ""
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error).splitlines()[0]
        return FeedFile(feed=name), f"{path}: what feed {name} said before is not known: {reason}"
    return found, ""


def _refuse_naive(file: FeedFile) -> None:
    """A time without an offset is none of ours, and cannot be compared with any. Raises ValueError."""
    times = [file.state.asked, file.state.last_ok, file.state.not_before]
    for each in file.entries:
        times += [each.first_seen, each.story.versioncreated, each.story.embargoed, each.story.expires]
    if any(time is not None and time.tzinfo is None for time in times):
        raise ValueError("a time in it has no offset")


def save(folder: Path, file: FeedFile) -> None:
    """Keep it. Raises OSError."""
    write_atomically(path_of(folder, file.feed), _FILE.dump_json(file))
