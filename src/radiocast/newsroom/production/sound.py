"""Arithmetic on 16-bit PCM: silence, gain, peaks, envelopes. Pure; arrays are int16, (frames, channels)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radiocast.model.units import SAMPLE_RATE

Pcm = NDArray[np.int16]

_FULL: Final = 32768.0
# Work goes piece by piece, so that a bulletin of minutes costs no second copy of itself in floats.
_PIECE: Final = 10 * SAMPLE_RATE
_MS: Final = SAMPLE_RATE // 1000
# A limiter's look-ahead and release: short enough not to pump, long enough not to crackle.
_LOOK_MS: Final = 6
_REACH_MS: Final = _LOOK_MS - 2
# So far around it a millisecond's gain is decided.
_CONTEXT: Final = _LOOK_MS + _REACH_MS


def pcm_of(data: bytes, channels: int) -> Pcm:
    """Interleaved bytes as an array; an incomplete last frame is dropped."""
    whole = len(data) - len(data) % (2 * channels)
    return np.frombuffer(data[:whole], "<i2").reshape(-1, channels)


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
    loudest = np.maximum(gain[:-1], gain[1:])
    return _times(pcm, gain * _held(peaks_of(pcm) * loudest, ceiling_dbfs))


def limited(windows: Iterable[Pcm], *, ceiling_dbfs: float) -> Iterator[Pcm]:
    """A sound that comes window by window, its peaks held under a ceiling as `amplified` does; not delayed.

    Every window but the last is whole milliseconds, and at least 12 of them.
    """
    behind = np.zeros(_CONTEXT)
    coming = iter(windows)
    window = next(coming, None)
    while window is not None:
        following = next(coming, None)
        peaks = peaks_of(window)
        ahead = np.zeros(0) if following is None else peaks_of(following[: (_CONTEXT + 1) * _MS])
        factor = _held(np.concatenate([behind, peaks, ahead]), ceiling_dbfs)
        yield _times(window, factor[_CONTEXT : _CONTEXT + len(peaks) + 1])
        behind = np.concatenate([behind, peaks])[-_CONTEXT:]
        window = following


def peaks_of(pcm: Pcm) -> NDArray[np.float64]:
    """The greatest sample of each millisecond, the last of which may be shorter; full scale is 32,768."""
    whole = len(pcm) // _MS * _MS
    blocks = np.ascontiguousarray(pcm[:whole]).reshape(-1, _MS * pcm.shape[1])
    peaks = np.zeros(-(-len(pcm) // _MS))
    if len(blocks):
        peaks[: len(blocks)] = np.maximum(blocks.max(axis=1), -blocks.min(axis=1).astype(np.int32))
    if whole < len(pcm):
        peaks[-1] = np.abs(pcm[whole:].astype(np.int32)).max()
    return peaks


def _times(pcm: Pcm, gain: NDArray[np.float64]) -> Pcm:
    """The sound times a gain, which is given at the start of each millisecond and at the end of the last."""
    if np.all(gain == 1.0):
        return pcm
    out = np.empty_like(pcm)
    ramp = np.arange(_MS, dtype=np.float32) / _MS
    for start in range(0, len(pcm), _PIECE):
        piece = pcm[start : start + _PIECE]
        first = start // _MS
        here = gain[first : first + -(-len(piece) // _MS) + 1].astype(np.float32)
        if np.all(here == here[0]):
            product = piece * here[0]
        else:
            curve = here[:-1, None] + np.diff(here)[:, None] * ramp
            product = piece * curve.reshape(-1)[: len(piece), None]
        np.rint(product, out=product)
        np.clip(product, -32768, 32767, out=product)
        out[start : start + len(piece)] = product
    return out


def _held(peaks: NDArray[np.float64], ceiling_dbfs: float) -> NDArray[np.float64]:
    """The factor at the start of each millisecond, and at the end of the last, that holds every peak down."""
    ceiling = 10 ** (ceiling_dbfs / 20) * _FULL
    if not len(peaks) or peaks.max() <= ceiling:
        return np.ones(len(peaks) + 1)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    needed = np.pad(needed, (_CONTEXT, _CONTEXT + 1), constant_values=1.0)
    # The least of the neighbourhood, then its mean over a smaller one: smooth, and never above what is
    # needed, with a block to spare on either side for the line drawn between two blocks.
    least = np.lib.stride_tricks.sliding_window_view(needed, 2 * _LOOK_MS + 1).min(axis=1)
    width = 2 * _REACH_MS + 1
    return np.asarray(np.minimum(np.convolve(least, np.ones(width) / width, mode="valid"), 1.0))


def level_dbfs(pcm: Pcm) -> float:
    """RMS level; -120 for silence."""
    if not len(pcm):
        return -120.0
    rms = float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) / _FULL
    return max(-120.0, 20 * float(np.log10(max(rms, 1e-9))))
