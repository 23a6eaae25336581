"""A few milliseconds more or less of a sound, where nobody hears it: how two clocks are kept together.

Owns: finding the place where a sound resembles itself, and joining it there. Pure.
Must not know: why it is wanted, or how often.

A remote encoder's clock and ours differ by some 50 parts in a million, 0.2 s an hour. A resampler that
runs all the time would touch every sample for that; a splice every few minutes touches ten milliseconds.
It is the overlap-add of WSOLA (Verhelst and Roelands, ICASSP 1993) for a single step: the pitch stays.
"""

from typing import Final

import numpy as np

from radiocast.studio.pcm import Pcm

# The join, and how far off it is looked for: 5 to 20 ms are one to a few periods of any voice.
_JOIN: Final = 480
_LEAST: Final = 240
_MOST: Final = 960
# So much sound a splice needs.
NEEDED: Final = _MOST + _JOIN


def shortened(pcm: Pcm) -> Pcm:
    """The sound without 5 to 20 ms near its beginning. At least `NEEDED` frames go in."""
    lag = _lag(pcm)
    return np.concatenate([_cross(pcm[:_JOIN], pcm[lag : lag + _JOIN]), pcm[lag + _JOIN :]])


def lengthened(pcm: Pcm) -> Pcm:
    """The sound with 5 to 20 ms near its beginning heard twice. At least `NEEDED` frames go in."""
    lag = _lag(pcm)
    return np.concatenate([pcm[:lag], _cross(pcm[lag : lag + _JOIN], pcm[:_JOIN]), pcm[_JOIN:]])


def _lag(pcm: Pcm) -> int:
    """How many frames on the sound is most like its beginning."""
    mono = pcm[:NEEDED].mean(axis=1, dtype=np.float64)
    alike = np.correlate(mono[_LEAST:], mono[:_JOIN], "valid")
    squares = np.concatenate([[0.0], np.cumsum(mono[_LEAST:] ** 2)])
    energy = squares[_JOIN:] - squares[:-_JOIN]
    return _LEAST + int(np.argmax(alike / np.sqrt(energy + 1e-12)))


def _cross(before: Pcm, after: Pcm) -> Pcm:
    """From one to the other; linear, since the two are alike."""
    rise = ((np.arange(_JOIN) + 0.5) / _JOIN).astype(np.float32).reshape(-1, 1)
    return before * (1 - rise) + after * rise
