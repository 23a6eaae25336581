"""Recorded sentences on disk: a WAV file each, found again by what was said and by whom.

Owns: the folder, the files' form, and which go when there are too many. Two processes may use one folder.
Must not know: voices, or where a sentence comes from.

A file is a plain WAV, so that people can listen to it, with the words in its title (LIST INFO INAM, as the
RIFF specification of 1991 has it) and a checksum in a chunk that other programs skip.
"""

import contextlib
import os
import struct
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import Pcm

# 45 minutes of speech: a day's bulletins and the frame that they share.
MAX_BYTES: Final = 256 * 1024 * 1024
# Down to this share of it, so that not every sentence has the folder looked through for one to go.
_KEEP_SHARE: Final = 0.9
# What a process was writing when it died.
_ABANDONED_S: Final = 3600.0
_CHECK: Final = b"rcst"
_FORMAT: Final = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16)
_MAX_TITLE_BYTES: Final = 1000


class SpeechCache:
    """The folder `root`, made when the first sentence is put into it."""

    def __init__(self, root: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._root = root
        self._max_bytes = max_bytes

    def path(self, key: str) -> Path:
        """Where the sentence with this key is, or would be."""
        return self._root / f"{key}.wav"

    def get(self, key: str) -> Pcm | None:
        """The sentence, (frames, 1) int16 at 48 kHz; None when it is not there or not whole.

        It counts as used now.
        """
        path = self.path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        pcm = _read(data)
        if pcm is None:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return pcm

    def put(self, sentences: Mapping[str, tuple[str, Pcm]]) -> None:
        """Keep sentences: key to words and sound. Raises OSError when they cannot be written.

        Each file is there whole or not at all. What was longest unused goes when there is too much.
        """
        if not sentences:
            return
        self._root.mkdir(parents=True, exist_ok=True)
        for key, (words, pcm) in sentences.items():
            self._write(self.path(key), _wav(words, pcm))
        self._tidy()

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._root)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(part).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise

    def _tidy(self) -> None:
        kept: list[tuple[float, int, str]] = []
        now = time.time()
        with os.scandir(self._root) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # the other process may have been quicker
                    state = entry.stat(follow_symlinks=False)
                    if entry.name.endswith(".wav"):
                        kept.append((state.st_mtime, state.st_size, entry.path))
                    elif entry.name.endswith(".part") and now - state.st_mtime > _ABANDONED_S:
                        Path(entry.path).unlink()
        total = sum(size for _, size, _ in kept)
        if total <= self._max_bytes:
            return
        for _, size, path in sorted(kept):
            with contextlib.suppress(OSError):
                Path(path).unlink()
            total -= size
            if total <= self._max_bytes * _KEEP_SHARE:
                return


def _wav(words: str, pcm: Pcm) -> bytes:
    sound = np.ascontiguousarray(pcm, "<i2").tobytes()
    title = words.encode()[:_MAX_TITLE_BYTES] + b"\0"
    chunks = (
        (b"fmt ", _FORMAT),
        (b"LIST", b"INFO" + _chunk(b"INAM", title)),
        (_CHECK, struct.pack("<I", zlib.crc32(sound))),
        (b"data", sound),
    )
    body = b"WAVE" + b"".join(_chunk(name, data) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _read(data: bytes) -> Pcm | None:
    """The sound of a file of ours; None for any other and for a damaged one."""
    view = memoryview(data)
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    at, checksum, layout = 12, -1, b""
    while at + 8 <= len(view):
        name, size = bytes(view[at : at + 4]), int.from_bytes(view[at + 4 : at + 8], "little")
        content = view[at + 8 : at + 8 + size]
        if len(content) < size:
            return None
        if name == b"fmt ":
            layout = bytes(content)
        elif name == _CHECK:
            checksum = int.from_bytes(content, "little")
        elif name == b"data":
            whole = layout == _FORMAT and size and not size % 2 and zlib.crc32(content) == checksum
            return np.frombuffer(content, "<i2").reshape(-1, 1) if whole else None
        at += 8 + size + size % 2
    return None
