"""Arithmetic on 16-bit PCM: silence, gain, peaks, envelopes. Pure; arrays are int16, (frames, channels)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radiocast.model.units import SAMPLE_RATE

Pcm = NDArray[np.int16]

_FULL: Final = 32768.0
# Work goes piece by piece, so that a bulletin of minutes costs no second copy of itself in floats.
_PIECE: Final = 10 * SAMPLE_RATE
_MS: Final = SAMPLE_RATE // 1000
# -50 dBFS: below the softest consonant of levelled speech, above a synthesiser's idle noise.
_SILENT: Final = int(_FULL * 10 ** (-50 / 20))
# Kept around speech when its silence is trimmed: a soft onset before, a fading vowel after.
_KEEP_BEFORE_MS: Final = 10
_KEEP_AFTER_MS: Final = 80
# A limiter's look-ahead and release: short enough not to pump, long enough not to crackle.
_LOOK_MS: Final = 6


def pcm_of(data: bytes, channels: int) -> Pcm:
    """Interleaved bytes as an array; an incomplete last frame is dropped."""
    whole = len(data) - len(data) % (2 * channels)
    return np.frombuffer(data[:whole], "<i2").reshape(-1, channels)


def trimmed(pcm: Pcm) -> Pcm:
    """The sound without the silence before and after it; empty if there is nothing else."""
    loud = (
        np.flatnonzero(np.abs(pcm.astype(np.int32)).max(axis=1) > _SILENT) if len(pcm) else np.array([], int)
    )
    if not len(loud):
        return pcm[:0]
    start = max(0, int(loud[0]) - _KEEP_BEFORE_MS * _MS)
    return pcm[start : int(loud[-1]) + 1 + _KEEP_AFTER_MS * _MS]


def whole_ms(pcm: Pcm) -> Pcm:
    """The sound padded with silence to whole milliseconds, the unit in which it will be placed."""
    lacking = -len(pcm) % _MS
    return np.pad(pcm, ((0, lacking), (0, 0))) if lacking else pcm


def amplified(pcm: Pcm, gain_db: float, *, ceiling_dbfs: float) -> Pcm:
    """The sound with a gain, its peaks held under a ceiling by a look-ahead limiter, not clipped."""
    return with_envelope(pcm, ((0.0, gain_db),), ceiling_dbfs=ceiling_dbfs)


def with_envelope(pcm: Pcm, points: Sequence[tuple[float, float]], *, ceiling_dbfs: float) -> Pcm:
    """The sound with a gain that runs in straight lines of decibels between `points` (seconds, dB).

    Before the first and after the last point the gain is theirs. `points` MUST be in order of time.
    """
    at = np.array([second * 1000 for second, _ in points])
    db = np.array([gain for _, gain in points])
    blocks = -(-len(pcm) // _MS)
    gain = 10 ** (np.interp(np.arange(blocks + 1), at, db) / 20)
    gain *= _limiting(pcm, gain, 10 ** (ceiling_dbfs / 20) * _FULL)
    if np.all(gain == 1.0):
        return pcm
    out = np.empty_like(pcm)
    for start in range(0, len(pcm), _PIECE):
        piece = pcm[start : start + _PIECE].astype(np.float32)
        first = start // _MS
        count = -(-len(piece) // _MS)
        steps = np.arange(len(piece)) / _MS
        curve = np.interp(steps, np.arange(count + 1), gain[first : first + count + 1]).astype(np.float32)
        out[start : start + len(piece)] = np.clip(np.rint(piece * curve[:, None]), -32768, 32767)
    return out


def _limiting(pcm: Pcm, gain: NDArray[np.float64], ceiling: float) -> NDArray[np.float64]:
    """The factor (one a millisecond, at its start) that keeps every sample times `gain` under `ceiling`."""
    blocks = len(gain) - 1
    peaks = np.zeros(blocks + 1)
    for start in range(0, len(pcm), _PIECE):
        piece = np.abs(pcm[start : start + _PIECE].astype(np.int32)).max(axis=1)
        piece = np.pad(piece, (0, -len(piece) % _MS)).reshape(-1, _MS).max(axis=1)
        peaks[start // _MS : start // _MS + len(piece)] = piece
    loudest = np.maximum(gain[:-1], gain[1:])
    needed = np.ones(blocks + 1)
    needed[:-1] = np.minimum(1.0, ceiling / np.maximum(peaks[:-1] * loudest, 1e-9))
    if needed.min() >= 1.0:
        return needed
    # The least of the neighbourhood, then its mean over a smaller one: smooth, and never above what is
    # needed, with a block to spare on either side for the line drawn between two blocks.
    width = 2 * _LOOK_MS + 1
    least = np.lib.stride_tricks.sliding_window_view(
        np.pad(needed, _LOOK_MS, constant_values=1.0), width
    ).min(axis=1)
    reach = _LOOK_MS - 2
    mean = np.convolve(
        np.pad(least, reach, mode="edge"), np.ones(2 * reach + 1) / (2 * reach + 1), mode="valid"
    )
    return np.asarray(np.minimum(mean, 1.0))


def level_dbfs(pcm: Pcm) -> float:
    """RMS level; -120 for silence."""
    if not len(pcm):
        return -120.0
    rms = float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) / _FULL
    return max(-120.0, 20 * float(np.log10(max(rms, 1e-9))))
