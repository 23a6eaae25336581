"""A look-ahead peak limiter that is exactly the identity while nothing passes its ceiling.

Owns: that two sounds on top of each other never clip. Pure and independent of the sizes of the pieces
it is fed in.

Theory of operation. Sound is cut into cells of 1 ms. A cell whose peak passes the ceiling needs the
gain ceiling / peak, all others need 1. The gain at a border between two cells is the smaller of its
neighbours' needs, lowered beforehand along a straight line over the look-ahead so that it does not
jump down, and released slowly afterwards; inside a cell it runs straight from border to border. Both
ends of a cell's line are at or below what the cell needs, so the ceiling holds.
"""

from typing import Final

import numpy as np

from radiocast.studio.pcm import Pcm, silence

_CELL: Final = 48  # 1 ms at 48 kHz
_AHEAD_CELLS: Final = 5
# Gain comes back by this much a millisecond: from half to whole in 0.25 s, too slow to be heard as
# distortion, too fast to be heard as a hole.
_RELEASE: Final = 0.002
LOOK_AHEAD_SAMPLES: Final = (_AHEAD_CELLS + 1) * _CELL


class Limiter:
    """Sample i of all output is sample i of all input, limited.

    Output lags by `LOOK_AHEAD_SAMPLES` and a cell at most: the first pieces come out shorter than they
    went in.
    """

    def __init__(self, *, ceiling_dbfs: float = -1.0) -> None:
        self._ceiling = 10.0 ** (ceiling_dbfs / 20.0)
        self._held = silence(0)  # input whose gain is not settled yet
        self._gain = 1.0  # at the border where `_held` begins
        self._begun = False

    @property
    def held(self) -> int:
        """Frames that went in and have not come out yet."""
        return len(self._held)

    def process(self, sound: Pcm) -> Pcm:
        """Feed some sound; what is settled with it comes out, perhaps nothing."""
        held = np.concatenate((self._held, sound)) if len(self._held) else sound
        cells = len(held) // _CELL
        settled = cells - _AHEAD_CELLS - 1
        if settled <= 0:
            self._held = held
            return silence(0)
        whole = held[: cells * _CELL]
        # Twice as fast as abs().max(), and no copy.
        loudest = max(float(whole.max()), -float(whole.min()))
        out = held[: settled * _CELL]
        if loudest > self._ceiling or self._gain < 1.0:
            out = self._limited(whole, out, settled)
        self._begun = True
        self._held = held[settled * _CELL :].copy()
        return out

    def _limited(self, whole: Pcm, out: Pcm, settled: int) -> Pcm:
        peaks = np.abs(whole.reshape(-1, _CELL * 2)).max(axis=1).astype(np.float64)
        needs = np.minimum(1.0, self._ceiling / np.maximum(peaks, 1e-9))
        # Border j (1..settled) lies between the cells j - 1 and j.
        target = np.ones(settled)
        for ahead in range(_AHEAD_CELLS + 1):
            coming = needs[1 + ahead : 1 + ahead + settled]
            target = np.minimum(target, coming + (1.0 - coming) * (ahead / _AHEAD_CELLS))
        target = np.minimum(target, needs[:settled])
        borders = np.empty(settled + 1)
        gain = borders[0] = self._gain
        for j, at_most in enumerate(target.tolist(), start=1):
            gain = min(at_most, gain + _RELEASE, 1.0)
            borders[j] = gain
        self._gain = gain
        if not self._begun:
            # Nothing was heard before the very first cell, so its gain need not come down from 1.
            borders[0] = min(borders[0], borders[1], needs[0])
        rise = (borders[1:] - borders[:-1])[:, None] * (np.arange(_CELL) / _CELL)[None, :]
        curve = (borders[:-1, None] + rise).reshape(-1, 1).astype(np.float32)
        return out * curve
