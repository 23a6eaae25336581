"""Sounders and beds as they were decoded and measured before: the same file is not decoded for each bulletin.

Blocking, but for the decoding itself. What is kept can be deleted at any time.
"""

import contextlib
import hashlib
import os
import struct
from pathlib import Path
from typing import Final

import numpy as np

from radiocast.newsroom.production.decoding import Sound, decode
from radiocast.newsroom.production.sound import Pcm

# A station has a sounder and a bed or two; five minutes of stereo are 58 MB.
_KEPT: Final = 6
# Loudness in LUFS (NaN where it has none), then stereo PCM.
_HEADER: Final = struct.Struct("<d")
_FRAME_BYTES: Final = 4


async def decode_once(path: Path, folder: Path, *, at_most_s: float) -> Sound:
    """As `decoding.decode`; what is in `folder` of this very file is taken from there. Raises MediaError."""
    kept = _place(path, folder, at_most_s)
    sound = None if kept is None else _load(kept)
    if sound is None:
        sound = await decode(path, at_most_s=at_most_s)
        if kept is not None:
            _keep(kept, sound)
    return sound


def _place(path: Path, folder: Path, at_most_s: float) -> Path | None:
    """Where the sound of this file, as it is now, is kept; None for no such file: decoding will name it."""
    try:
        stat = path.stat()
    except OSError:
        return None
    identity = f"{path}\n{stat.st_mtime_ns}\n{stat.st_size}\n{at_most_s:g}"
    return folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:20]}.pcm"


def _load(kept: Path) -> Sound | None:
    try:
        with kept.open("rb") as file:
            (loudness,) = _HEADER.unpack(file.read(_HEADER.size))
            size = os.fstat(file.fileno()).st_size - _HEADER.size
            if size <= 0 or size % _FRAME_BYTES:
                return None
            # Mapped: of a long bed only what is wanted is ever read.
            pcm: Pcm = np.memmap(file, "<i2", "r", offset=_HEADER.size, shape=(size // _FRAME_BYTES, 2))
        with contextlib.suppress(OSError):
            os.utime(kept)  # used last: it is deleted last
    except (OSError, struct.error, ValueError):
        return None
    return Sound(pcm=pcm, loudness_lufs=None if np.isnan(loudness) else loudness)


def _keep(kept: Path, sound: Sound) -> None:
    """Keep it for the next time; a full disk costs that time half a second and nothing else."""
    part = kept.with_name(f".{kept.name}.{os.getpid()}.part")
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(_HEADER.pack(float("nan") if sound.loudness_lufs is None else sound.loudness_lufs))
                file.write(np.ascontiguousarray(sound.pcm, "<i2").data.cast("B"))
            part.replace(kept)
        finally:
            part.unlink(missing_ok=True)
        old = sorted(kept.parent.glob("*.pcm"), key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]
        for path in old:
            path.unlink(missing_ok=True)
