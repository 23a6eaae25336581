"""Where a sound begins, where it ends, and from where on the next one may start over it. Pure.

Sound comes in as PCM in pieces of any size (`Envelope`), and goes out as three times (`find_cues`).
Everything is reckoned from the file's own level, so that a soft recording is treated like a loud one.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radiocast.model.units import SAMPLE_RATE, SILENCE_DBFS, seconds

CHANNELS: Final = 2
FRAME_BYTES: Final = 2 * CHANNELS
# 10 ms: shorter than the shortest sound that one hears as a gap, longer than half a period of 50 Hz.
WINDOW_SAMPLES: Final = SAMPLE_RATE // 100

# Below the file's own level by this much is silence: about -48 dBFS for music mastered to -16.
_SILENCE_BELOW_DB: Final = 32.0
# But never above or below these, dBFS: a whispered file has a noise floor, a loud one a quiet start.
_SILENCE_BOUNDS_DBFS: Final = (-72.0, -40.0)
# A tail this far below the file's own level no longer leads: the next item may start over it.
_TAIL_BELOW_DB: Final = 15.0
# EBU R 128's relative gate (ITU-R BS.1770-4): pauses do not count for a file's level.
_RELATIVE_GATE_DB: Final = 10.0
# Kept before the first and after the last window of sound: a soft attack, a reverb's end.
_PRE_ROLL: Final = round(0.020 * SAMPLE_RATE)
_POST_ROLL: Final = round(0.050 * SAMPLE_RATE)
# Less silence than this is left as it is: files that are cut to be joined must not lose a sample.
_LEAST_TRIM: Final = round(0.1 * SAMPLE_RATE)
# An overlap shorter than this is a stumble, not a segue.
LEAST_OVERLAP_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Times from the file's first sample, and its own level (dBFS RMS of the louder channel, gated).

    `tail_s` is the end of the last 10 ms that are less than 15 dB below that level.
    """

    cue_in_s: float
    cue_out_s: float
    tail_s: float
    level_dbfs: float


def segue_point(*, tail_s: float, cue_out_s: float, crossfade_s: float) -> float:
    """Where the next item may start: after the tail has sunk, at most `crossfade_s` before the end.

    `cue_out_s` itself where the sound ends at full level, so that the join is exact to the sample.
    """
    point = max(tail_s, cue_out_s - crossfade_s)
    return point if cue_out_s - point >= LEAST_OVERLAP_S else cue_out_s


class Envelope:
    """The mean square of every 10 ms of interleaved 16-bit stereo at 48 kHz, louder channel.

    It grows by 400 bytes for a second of sound: 1.4 MB for an hour.
    """

    def __init__(self) -> None:
        self._windows: list[NDArray[np.float32]] = []
        self._rest = b""
        self._bytes = 0

    def add(self, pcm: bytes) -> None:
        """Take the next piece, of any length."""
        self._bytes += len(pcm)
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % (WINDOW_SAMPLES * FRAME_BYTES)
        self._rest = pcm[whole:]
        if whole:
            self._windows.append(_mean_square(pcm[:whole], WINDOW_SAMPLES))

    @property
    def samples(self) -> int:
        """Samples taken so far, counted in one channel."""
        return self._bytes // FRAME_BYTES

    def power(self) -> NDArray[np.float32]:
        """Shape (windows,), 1.0 is full scale; the last window may be a part of one."""
        rest = len(self._rest) // FRAME_BYTES
        last = [_mean_square(self._rest[: rest * FRAME_BYTES], rest)] if rest else []
        pieces = [*self._windows, *last]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _mean_square(pcm: bytes, window: int) -> NDArray[np.float32]:
    """Shape (len(pcm) / window,); `pcm` must hold whole windows."""
    sound = np.frombuffer(pcm, "<i2").reshape(-1, window, CHANNELS).astype(np.float32)
    # The louder channel and not their sum: opposite channels must not cancel to silence.
    channels: NDArray[np.float32] = np.einsum("wsc,wsc->wc", sound, sound).max(axis=1)
    return channels / np.float32(window * 32768.0**2)


def find_cues(power: NDArray[np.float32], samples: int) -> Cues | None:
    """Cue points of `samples` samples with this envelope; None where nothing is louder than -60 dBFS.

    A file at full level from its first sample to its last gets 0 and its exact duration.
    """
    level = _level_dbfs(power)
    if level is None:
        return None
    quietest, loudest = _SILENCE_BOUNDS_DBFS
    silence = min(max(level - _SILENCE_BELOW_DB, quietest), loudest)
    heard = np.flatnonzero(power > _linear(silence))
    leading = np.flatnonzero(power > _linear(level - _TAIL_BELOW_DB))
    cue_in = int(heard[0]) * WINDOW_SAMPLES - _PRE_ROLL
    cue_out = (int(heard[-1]) + 1) * WINDOW_SAMPLES + _POST_ROLL
    cue_in = cue_in if cue_in >= _LEAST_TRIM else 0
    cue_out = cue_out if samples - cue_out >= _LEAST_TRIM else samples
    tail = min((int(leading[-1]) + 1) * WINDOW_SAMPLES, cue_out)
    return Cues(cue_in_s=seconds(cue_in), cue_out_s=seconds(cue_out), tail_s=seconds(tail), level_dbfs=level)


def _level_dbfs(power: NDArray[np.float32]) -> float | None:
    """Mean level of the windows that count: over -60 dBFS, and not 10 dB below the mean of those."""
    audible = power[power > _linear(SILENCE_DBFS)]
    if not audible.size:
        return None
    gate = float(audible.mean(dtype=np.float64)) * _linear(-_RELATIVE_GATE_DB)
    return 10 * math.log10(float(audible[audible >= gate].mean(dtype=np.float64)))


def _linear(decibels: float) -> float:
    return float(10 ** (decibels / 10))
