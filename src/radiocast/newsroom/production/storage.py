"""What the newsroom keeps in `var/`: finished bulletins with their sidecars.

Every file is written under another name and renamed, so that a crash leaves the old or the new.
"""

import contextlib
import os
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.newsroom.production.bulletin import RenderedBulletin

# A day of hourly bulletins less four hours: enough to look back, some 250 MB. What was said is kept for as
# many days as the station keeps what it published: some KB each.
KEEP_AUDIO: Final = 20
_SIDECAR: Final = TypeAdapter(RenderedBulletin)


def write_atomically(path: Path, data: bytes, *, sync: bool = False) -> None:
    """The file whole or as it was; with `sync` it is on the disk when this returns. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def bulletin_path(folder: Path, name: str, at: datetime, *, taken: Collection[Path] = ()) -> Path:
    """A path for the audio of a bulletin that no other has: one that is playing is never overwritten."""
    stem = f"{name}-{at:%Y%m%dT%H%M%S%z}"
    path, count = folder / f"{stem}.flac", 1
    while path in taken or path.exists():
        count += 1
        path = folder / f"{stem}-{count}.flac"
    return path


def save_sidecar(bulletin: RenderedBulletin) -> None:
    """Write the JSON beside the audio; with it the bulletin exists for later runs. Raises OSError."""
    write_atomically(bulletin.path.with_suffix(".json"), _SIDECAR.dump_json(bulletin, indent=1))


def load_sidecars(folder: Path) -> tuple[RenderedBulletin, ...]:
    """Bulletins with audio and sidecar, oldest rendering first; damaged sidecars are passed over."""
    found: list[RenderedBulletin] = []
    for audio in folder.glob("*.flac"):
        with contextlib.suppress(OSError, ValidationError):
            bulletin: RenderedBulletin = _SIDECAR.validate_json(audio.with_suffix(".json").read_bytes())
            # The station's folder may have been moved since.
            found.append(replace(bulletin, path=audio))
    return tuple(sorted(found, key=lambda bulletin: bulletin.rendered_at))


def remove_old(folder: Path, *, before: datetime, keep: int = KEEP_AUDIO, spare: Iterable[Path] = ()) -> None:
    """Delete all but the newest `keep` audio files, and scripts and sidecars from `before`. Raises OSError.

    What lies beside audio that is kept, or that is to be spared, is kept too.
    """
    audio = sorted(folder.glob("*.flac"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = {*audio[:keep], *spare}
    for path in audio:
        if path not in kept:
            path.unlink(missing_ok=True)
    for path in (*folder.glob("*.txt"), *folder.glob("*.json")):
        if path.with_suffix(".flac") not in kept and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
