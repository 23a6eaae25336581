"""Filters, space, dynamics and loudness on whole signals.

Signals are float32, mono `(frames,)` or stereo `(frames, 2)`, at RATE. Filters work in the frequency
domain: a track is in memory anyway, and nothing rings or clicks at block edges.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Signal = NDArray[np.float32]


def fast_length(n: int) -> int:
    """The next length at or above `n` whose only factors are 2, 3 and 5: quick to transform."""
    best = 1 << (n - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            two = three
            while two < n:
                two *= 2
            best = min(best, two)
            three *= 3
        five *= 5
    return best


def apply_response(x: Signal, response: Callable[[NDArray[np.float64]], NDArray[np.complex128]]) -> Signal:
    """`x` through a filter given as a function of Hz; half a second of padding takes its ringing."""
    n = fast_length(len(x) + RATE // 2)
    h = response(np.fft.rfftfreq(n, 1 / RATE)).astype(np.complex64)
    if x.ndim == 2:
        h = h[:, None]
    return np.fft.irfft(np.fft.rfft(x, n, axis=0) * h, n, axis=0)[: len(x)].astype(np.float32)


def butter_low(freq: float, order: int = 2) -> Callable[[NDArray[np.float64]], NDArray[np.complex128]]:
    """A gentle zero-phase low-pass: Butterworth's magnitude."""
    return lambda f: (1 / np.sqrt(1 + (f / freq) ** (2 * order))).astype(complex)


def butter_high(freq: float, order: int = 2) -> Callable[[NDArray[np.float64]], NDArray[np.complex128]]:
    """A gentle zero-phase high-pass: Butterworth's magnitude."""
    return lambda f: (1 / np.sqrt(1 + (freq / np.maximum(f, 1e-3)) ** (2 * order))).astype(complex)


def bell(
    freq: float, gain_db: float, octaves: float = 1.0
) -> Callable[[NDArray[np.float64]], NDArray[np.complex128]]:
    """A zero-phase peak or dip of `gain_db` around `freq`."""
    return lambda f: (
        10 ** (gain_db / 20 * np.exp(-0.5 * (np.log2(np.maximum(f, 1) / freq) / (octaves / 2)) ** 2))
    ).astype(complex)


def tilt(
    db_per_octave: float, pivot: float = 700.0
) -> Callable[[NDArray[np.float64]], NDArray[np.complex128]]:
    """Brighter or darker around `pivot`, held below 60 Hz and above 14 kHz."""
    return lambda f: (10 ** (db_per_octave / 20 * np.log2(np.clip(f, 60, 14_000) / pivot))).astype(complex)


def chain(
    *parts: Callable[[NDArray[np.float64]], NDArray[np.complex128]],
) -> Callable[[NDArray[np.float64]], NDArray[np.complex128]]:
    """Filters one after another, for the price of one transform."""

    def response(f: NDArray[np.float64]) -> NDArray[np.complex128]:
        out = np.ones(len(f), complex)
        for part in parts:
            out *= part(f)
        return out

    return response


def edges(x: Signal, attack_s: float = 0.002, release_s: float = 0.01) -> Signal:
    """Raised-cosine fades at both ends: no note starts or ends with a click."""
    x = x.copy()
    a, r = min(len(x) // 2, int(attack_s * RATE)), min(len(x) // 2, int(release_s * RATE))
    shape = (slice(None), None) if x.ndim == 2 else slice(None)
    if a:
        x[:a] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(a) / a)).astype(np.float32)[shape]
    if r:
        x[-r:] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(1, r + 1) / r)).astype(np.float32)[shape]
    return x


def pan(x: Signal, where: float) -> Signal:
    """Mono to stereo with constant power; `where` from -1 (left) to 1 (right)."""
    angle = (where + 1) * np.pi / 4
    return np.stack([x * np.float32(np.cos(angle)), x * np.float32(np.sin(angle))], axis=1) * np.float32(
        np.sqrt(2)
    )


def modulated_delay(x: Signal, base_ms: float, depth_ms: float, hz: float, phase: float) -> Signal:
    """One channel through a delay line that breathes."""
    t = np.arange(len(x), dtype=np.float64)
    read = t - (base_ms + depth_ms * np.sin(2 * np.pi * hz * t / RATE + phase)) * RATE / 1000
    whole = np.floor(read)
    between = (read - whole).astype(np.float32)
    padded = np.concatenate([np.zeros(1, np.float32), x])
    index = np.clip(whole.astype(np.int64) + 1, 0, len(x) - 1)
    return padded[index] * (1 - between) + padded[index + 1] * between


def chorus(x: Signal, amount: float = 0.35, hz: float = 0.6, depth_ms: float = 1.6) -> Signal:
    """Stereo chorus: each side gets its own voice, a quarter turn apart."""
    out = x.copy()
    for side, phase in ((0, 0.0), (1, np.pi / 2)):
        out[:, side] = (1 - amount / 2) * x[:, side] + amount * modulated_delay(
            x[:, side], 11, depth_ms, hz, phase
        )
    return out


def tremolo(x: Signal, hz: float, depth: float) -> Signal:
    """The suitcase piano's tremolo: sound walks from side to side."""
    t = np.arange(len(x)) / RATE
    swing = depth * np.sin(2 * np.pi * hz * t)
    return x * np.stack([1 - depth / 2 + swing / 2, 1 - depth / 2 - swing / 2], axis=1).astype(np.float32)


def echo(x: Signal, delay_s: float, feedback: float, repeats: int, dark: float = 2200.0) -> Signal:
    """Ping-pong tape echo, wet only; each repeat is darker."""
    wet = np.zeros_like(x)
    step, repeat = int(delay_s * RATE), x
    for k in range(1, repeats + 1):
        repeat = apply_response(repeat, chain(butter_low(dark, 1), butter_high(180, 1)))[
            :, ::-1
        ] * np.float32(feedback)
        if k * step < len(x):
            wet[k * step :] += repeat[: len(x) - k * step]
    return wet


@cache
def room(seconds: float, brightness: float = 1.0, seed: int = 7) -> Signal:
    """A stereo impulse response: pre-delay, a few early reflections, then noise whose highs die first."""
    rng = np.random.default_rng(seed)
    n = int(seconds * 1.25 * RATE)
    t = np.arange(n) / RATE
    ir = np.zeros((n, 2), np.float32)
    # Decay time by band, as plaster, wood and air absorb; the lows are kept short so that bass stays clear.
    for low, high, share in (
        (120, 400, 0.8),
        (400, 1500, 1.0),
        (1500, 4000, 0.75),
        (4000, 9000, 0.42 * brightness),
    ):
        noise = rng.standard_normal((n, 2)).astype(np.float32)
        band = apply_response(noise, chain(butter_high(low, 3), butter_low(high, 3)))
        ir += (
            band * (10 ** (-3 * t / (seconds * share)) * (1 - np.exp(-t / 0.012))).astype(np.float32)[:, None]
        )
    for _ in range(9):
        at, side = int(rng.uniform(0.008, 0.06) * RATE), rng.integers(2)
        ir[at, side] += np.float32(rng.choice([-1, 1]) * rng.uniform(0.6, 1.5))
    pre = int(0.014 * RATE)
    ir = np.concatenate([np.zeros((pre, 2), np.float32), ir])
    return edges((ir / np.sqrt(np.sum(ir**2) / 2)).astype(np.float32), 0, 0.05)


def convolve(x: Signal, ir: Signal) -> Signal:
    """Stereo convolution, cut to the length of `x`."""
    n = fast_length(len(x) + len(ir))
    spectrum = np.fft.rfft(x, n, axis=0)
    spectrum *= np.fft.rfft(ir, n, axis=0)
    return np.fft.irfft(spectrum, n, axis=0)[: len(x)].astype(np.float32)


def saturate(x: Signal, drive: float = 1.2) -> Signal:
    """Soft, symmetric, level-keeping for quiet sound."""
    return (np.tanh(x * drive) / drive).astype(np.float32)


def _gain_curve(
    level_db: NDArray[np.float64], want: Callable[[float], float], attack: float, release: float
) -> Signal:
    gain, out = 0.0, np.empty(len(level_db), np.float32)
    for i, level in enumerate(level_db):
        target = want(float(level))
        gain += (target - gain) * (attack if target < gain else release)
        out[i] = gain
    return out


def compress(x: Signal, threshold_db: float = -20.0, ratio: float = 2.0, knee_db: float = 8.0) -> Signal:
    """Bus compression on 5 ms RMS, both sides together: some 20 ms attack, 200 ms release."""
    hop = RATE // 200
    n = -(-len(x) // hop)
    padded = np.zeros((n * hop, 2), np.float32)
    padded[: len(x)] = x
    level = 10 * np.log10(np.mean(padded.reshape(n, hop * 2) ** 2, axis=1) + 1e-9)

    def want(db: float) -> float:
        over = db - threshold_db
        if over <= -knee_db / 2:
            return 0.0
        if over < knee_db / 2:
            return -(1 - 1 / ratio) * (over + knee_db / 2) ** 2 / (2 * knee_db)
        return -(1 - 1 / ratio) * over

    gain = _gain_curve(level, want, 0.25, 0.025)
    smooth = np.interp(np.arange(len(x)), (np.arange(n) + 0.5) * hop, gain)
    return x * (10 ** (smooth / 20)).astype(np.float32)[:, None]


def limit(x: Signal, ceiling_db: float = -2.0) -> Signal:
    """Look-ahead limiting in 1 ms steps: the gain is down before the peak is there."""
    hop, look = RATE // 1000, 4
    n = -(-len(x) // hop)
    padded = np.zeros((n * hop, 2), np.float32)
    padded[: len(x)] = x
    peaks = np.abs(padded).reshape(n, hop * 2).max(axis=1)
    need = np.minimum(1.0, 10 ** (ceiling_db / 20) / np.maximum(peaks, 1e-9))
    wide = np.pad(need, look, constant_values=1.0)
    held = np.min(np.lib.stride_tricks.sliding_window_view(wide, 2 * look + 1), axis=1)
    # Release of about 60 ms; then a short mean over the look-ahead, which never rises above `need`.
    slow, gain = np.empty(n), 1.0
    for i, value in enumerate(held):
        gain = min(float(value), gain + (1 - gain) * 0.017)
        slow[i] = gain
    soft = np.convolve(np.pad(slow, look // 2, mode="edge"), np.ones(look + 1) / (look + 1), mode="valid")
    curve = np.interp(np.arange(len(x)), (np.arange(n) + 0.5) * hop, soft)
    return x * curve.astype(np.float32)[:, None]


def _k_weight(f: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power response of ITU-R BS.1770-4's two filters, from their 48 kHz coefficients."""
    z = np.exp(-2j * np.pi * f / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.asarray(np.abs(shelf * high) ** 2)


def loudness(x: Signal) -> float:
    """Loudness in LUFS after BS.1770, on 341 ms blocks half overlapped: within 0.3 LU of ffmpeg's."""
    size, hop = 16_384, 8_192
    if len(x) < size:
        x = np.pad(x, ((0, size - len(x)), (0, 0)))
    window = np.sqrt(np.hanning(size + 1)[:size]).astype(np.float32)
    weight = _k_weight(np.fft.rfftfreq(size, 1 / RATE))
    powers = []
    for start in range(0, len(x) - size + 1, hop):
        spectrum = np.fft.rfft(x[start : start + size] * window[:, None], axis=0)
        powers.append(
            float(
                np.sum((spectrum.real**2 + spectrum.imag**2) * weight[:, None]) * 2 / size / np.sum(window**2)
            )
        )
    power = np.array(powers) + 1e-12
    loud = power[-0.691 + 10 * np.log10(power) > -70]
    if not len(loud):
        return -70.0
    gate = -0.691 + 10 * np.log10(np.mean(loud)) - 10
    return float(-0.691 + 10 * np.log10(np.mean(loud[-0.691 + 10 * np.log10(loud) > gate])))


def gain(x: Signal, db: float) -> Signal:
    """`x` louder by `db`."""
    return (x * np.float32(10 ** (db / 20))).astype(np.float32)
