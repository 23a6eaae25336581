"""What an engineer without ears would look at: loudness, peaks, balance, stereo, silence."""

import numpy as np

from demo_audio.dsp import RATE, Signal, loudness

OCTAVES = (62, 125, 250, 500, 1000, 2000, 4000, 8000)


def spectrum_by_octave(x: Signal) -> list[float]:
    """Power in each octave band, dB against the sum of all; equal numbers would be pink noise."""
    size = 16_384
    n = len(x) // size
    blocks = x[: n * size].mean(axis=1).reshape(n, size) * np.hanning(size)
    power = np.mean(np.abs(np.fft.rfft(blocks, axis=1)) ** 2, axis=0)
    f = np.fft.rfftfreq(size, 1 / RATE)
    total = power.sum()
    bands = [power[(f >= c / 2**0.5) & (f < c * 2**0.5)].sum() for c in OCTAVES]
    return [float(10 * np.log10(b / total + 1e-12)) for b in bands]


def true_peak_db(x: Signal) -> float:
    """Peak of the signal oversampled four times, in pieces."""
    best, size = 0.0, 1 << 16
    for start in range(0, len(x), size):
        piece = x[max(0, start - 256) : start + size + 256]
        up = np.fft.irfft(np.fft.rfft(piece, axis=0), 4 * len(piece), axis=0) * 4
        best = max(best, float(np.abs(up[512:-512]).max(initial=0)))
    return float(20 * np.log10(best + 1e-12))


def longest_quiet_s(x: Signal, floor_db: float = -55.0) -> float:
    """The longest stretch whose 20 ms peaks stay below `floor_db`."""
    hop = RATE // 50
    peaks = np.abs(x[: len(x) // hop * hop]).reshape(-1, hop * x.shape[1]).max(axis=1)
    longest = run = 0
    for quiet in peaks < 10 ** (floor_db / 20):
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest / 50


def largest_step(x: Signal) -> float:
    """The largest second difference against the local level: a click stands out by far."""
    second = np.abs(np.diff(x.mean(axis=1), 2))
    hop = RATE // 100
    blocks = second[: len(second) // hop * hop].reshape(-1, hop)
    local = np.convolve(np.sqrt(np.mean(blocks**2, axis=1)), np.ones(5) / 5, mode="same") + 1e-4
    return float((blocks.max(axis=1) / local).max())


def report(x: Signal) -> dict[str, object]:
    """Every figure for one piece of sound."""
    left, right = x[:, 0], x[:, 1]
    rms = float(np.sqrt(np.mean(x**2)))
    power = np.abs(np.fft.rfft(x[: len(x) // 2 * 2].mean(axis=1))) ** 2
    f = np.fft.rfftfreq(len(x) // 2 * 2, 1 / RATE)
    return {
        "seconds": round(len(x) / RATE, 2),
        "lufs": round(loudness(x), 1),
        "true_peak": round(true_peak_db(x), 1),
        "crest_db": round(20 * float(np.log10(np.abs(x).max() / rms)), 1),
        "centroid_hz": round(float(np.sum(f * power) / np.sum(power))),
        "correlation": round(float(np.corrcoef(left, right)[0, 1]), 2),
        "balance_db": round(10 * float(np.log10(np.sum(left**2) / np.sum(right**2))), 1),
        "dc": float(f"{abs(float(x.mean())):.1e}"),
        "quiet_s": round(longest_quiet_s(x), 2),
        "click": round(largest_step(x), 1),
        "octaves": [round(v) for v in spectrum_by_octave(x)],
    }
