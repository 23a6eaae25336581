"""How loud it is: RMS level a block, on the blocks' own borders in the decoded sound.

Owns: numbers for `/status`. Pure; independent of the sizes of the pieces it is fed in, up to rounding.
"""

import math
from collections import deque
from typing import Final

import numpy as np

from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES
from radiocast.studio.pcm import Pcm

# What -inf is written as: JSON has no infinities.
FLOOR_DBFS: Final = -120.0


def dbfs(mean_square: float) -> float:
    """A mean square to dBFS RMS (a full-scale square wave is 0), never below FLOOR_DBFS."""
    return FLOOR_DBFS if mean_square < 1e-12 else 10.0 * math.log10(mean_square)


class Meter:
    """Takes the encoder's input and gives one level a block of its output."""

    def __init__(self) -> None:
        self._left = BLOCK_SAMPLES - CODEC_DELAY_SAMPLES
        self._squares = 0.0
        self._levels: deque[float] = deque()

    def feed(self, sound: Pcm) -> None:
        """Count some sound."""
        while len(sound):
            piece, sound = sound[: self._left], sound[self._left :]
            flat = np.ascontiguousarray(piece).reshape(-1)
            self._squares += float(np.dot(flat, flat))
            self._left -= len(piece)
            if not self._left:
                self._levels.append(dbfs(self._squares / (2 * BLOCK_SAMPLES)))
                self._left, self._squares = BLOCK_SAMPLES, 0.0

    def again(self) -> None:
        """What was fed of the block that is not complete yet is replaced: that block begins anew."""
        self._left, self._squares = BLOCK_SAMPLES, 0.0

    def take(self) -> float:
        """The level of the next block. Raises IndexError while that block's sound is not complete."""
        return self._levels.popleft()
