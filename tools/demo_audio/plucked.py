"""Plucked strings: Karplus and Strong's loop, solved at once in the frequency domain.

The loop `y[n] = x[n] + g h(y[n - N])` has the transfer function `1 / (1 - g H(z) z^-N)`. Evaluated on
a transform's grid it gives the whole note in one go, with any fractional N, so every fret is in tune.
(K. Karplus, A. Strong, "Digital Synthesis of Plucked-String and Drum Timbres", CMJ 7:2, 1983;
loop filter and pluck position after D. Jaffe, J. Smith, same issue.)
"""

from dataclasses import dataclass

import numpy as np

from demo_audio.dsp import RATE, Signal, bell, butter_high, butter_low, chain, edges
from demo_audio.pitched import TOP_HZ, Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class StringKind:
    """What makes one plucked instrument differ from another.

    `decay_s`: time constant of the lowest partial at 220 Hz. `damping_hz`: where the loop's low-pass
    takes the highs away faster; lower is duller. `pick_hz`: brightness of the pluck at full velocity.
    `position`: where along the string it is plucked, 0 to 0.5. `body`: resonances (Hz, dB, octaves).
    """

    decay_s: float
    damping_hz: float
    pick_hz: float
    position: float
    body: tuple[tuple[float, float, float], ...] = ()
    low_cut_hz: float = 60.0
    damper_s: float = 0.12


NYLON = StringKind(
    decay_s=1.3,
    damping_hz=2600,
    pick_hz=2400,
    position=0.19,
    body=((105, 4, 0.6), (215, 3.5, 0.5), (430, 2, 0.6)),
)
STEEL = StringKind(
    decay_s=1.9,
    damping_hz=4200,
    pick_hz=3300,
    position=0.15,
    body=((110, 4, 0.6), (200, 3, 0.5), (390, 2, 0.6)),
)
CLEAN_ELECTRIC = StringKind(
    decay_s=1.5, damping_hz=3400, pick_hz=3000, position=0.12, body=((700, 2, 1.2), (2300, 2, 1))
)
MUTED_ELECTRIC = StringKind(
    decay_s=0.35, damping_hz=1900, pick_hz=2400, position=0.12, body=((500, 2, 1.2),), damper_s=0.04
)
UPRIGHT = StringKind(
    decay_s=1.1, damping_hz=900, pick_hz=900, position=0.2, body=((95, 2, 0.8), (180, 2, 0.7)), low_cut_hz=34
)
FINGER_BASS = StringKind(
    decay_s=1.5,
    damping_hz=1300,
    pick_hz=1300,
    position=0.14,
    body=((85, 1, 0.8), (750, 2.5, 1)),
    low_cut_hz=34,
    damper_s=0.05,
)


def pluck(kind: StringKind) -> Instrument:
    """The instrument of this kind."""

    def play(hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
        return _string(kind, hz, seconds, velocity, rng)

    return play


def _string(kind: StringKind, hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    ring = min(seconds + kind.damper_s, 4.0)
    n = 1 << int(np.ceil(np.log2((ring + 1.0) * RATE)))
    period = RATE / hz
    # Evaluated a little outside the unit circle, so that what has not died away at the end of the
    # transform wraps round at e^-7 of its strength instead of being heard before the pluck.
    sigma = 7.0 / n
    w = 2 * np.pi * np.arange(int(n * TOP_HZ / RATE)) / n  # nothing of a string is kept above TOP_HZ
    f = w * RATE / (2 * np.pi)
    tau = kind.decay_s * (220 / hz) ** 0.4
    # Loss per period, zero-phase, so that it does not detune.
    loss = np.exp(-(1 + 3.0 * (f / kind.damping_hz) ** 1.6) / (hz * tau))
    burst = rng.standard_normal(int(period) + 1) * 0.35 + np.concatenate([[1.0], np.zeros(int(period))]) * 6
    burst -= burst.mean()
    bright = kind.pick_hz * (0.45 + 0.75 * velocity)
    body = chain(*(bell(*mode) for mode in kind.body), butter_high(kind.low_cut_hz, 2), butter_low(6500, 3))(
        f
    ).real
    x = np.fft.rfft(burst, n)[: len(f)] * body / (1 + (f / bright) ** 2)
    x /= np.sqrt(1 + (f / (2.2 * hz)) ** 2)  # a finger's pluck is a triangle, not a spike
    turn = np.exp(-period * (sigma + 1j * w))
    comb = 1 - np.exp(-period * kind.position * (sigma + 1j * w))
    y = np.fft.irfft(x * comb / (1 - loss * turn), n)[: int(ring * RATE)]
    y = (y * np.exp(sigma * np.arange(len(y)))).astype(np.float32)
    y /= np.float32(np.max(np.abs(y[: RATE // 2])) + 1e-9)
    t = np.arange(len(y)) / RATE
    y *= np.exp(-np.maximum(t - seconds, 0) / (kind.damper_s / 3)).astype(np.float32)
    return edges(y * np.float32(velocity), 0.0015, 0.03)
