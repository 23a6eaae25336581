"""Decoded sound in memory: what it is, and a queue of it.

Owns: the shape of sound between decoder and encoder. Must not know: where it comes from, or what plays.
Sound is `(frames, 2) float32` at 48 kHz, full scale 1.0.
"""

from collections import deque
from typing import Final

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.float32]

FRAME_BYTES: Final = 8  # two float32


def silence(frames: int) -> Pcm:
    """So many frames of nothing."""
    return np.zeros((frames, 2), dtype=np.float32)


def from_bytes(data: bytes) -> Pcm:
    """What a decoder wrote: whole frames of little-endian float32."""
    piece = np.frombuffer(data, dtype="<f4").reshape(-1, 2)
    if not np.isfinite(piece.sum()):
        # Floating-point files may hold NaN, which would spread over everything mixed with it.
        piece = np.nan_to_num(piece, nan=0.0, posinf=1.0, neginf=-1.0)
    return piece


class WholeFrames:
    """Cuts what comes off a pipe, in pieces of any size, into whole frames."""

    def __init__(self) -> None:
        self._rest = b""

    def of(self, data: bytes) -> bytes:
        """The whole frames of this piece and of what was left of the last; mostly the piece itself."""
        data = self._rest + data if self._rest else data
        whole = len(data) - len(data) % FRAME_BYTES
        self._rest = data[whole:]
        return data[:whole] if self._rest else data


class PcmQueue:
    """Sound in the order in which it came, taken in pieces of any size. `len` is in frames."""

    def __init__(self) -> None:
        self._pieces: deque[Pcm] = deque()
        self._frames = 0

    def __len__(self) -> int:
        return self._frames

    def append(self, piece: Pcm) -> None:
        """What came last."""
        if len(piece):
            self._pieces.append(piece)
            self._frames += len(piece)

    def put_back(self, piece: Pcm) -> None:
        """What is to be taken first."""
        self._pieces.appendleft(piece)
        self._frames += len(piece)

    def take(self, frames: int) -> Pcm:
        """The oldest frames; there MUST be so many."""
        self._frames -= frames
        parts: list[Pcm] = []
        while frames:
            piece = self._pieces.popleft()
            if len(piece) > frames:
                self._pieces.appendleft(piece[frames:])
                piece = piece[:frames]
            frames -= len(piece)
            parts.append(piece)
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else silence(0)

    def clear(self) -> None:
        """Forget all of it."""
        self._pieces.clear()
        self._frames = 0
