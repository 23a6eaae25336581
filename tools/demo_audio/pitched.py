"""Struck, blown, bowed and electric instruments: `(hz, seconds, velocity, rng) -> mono signal`.

Each is additive, FM or a band-limited wavetable, so nothing aliases; each starts and ends at zero.
`seconds` is how long the key is down; the sound rings on as the instrument would. Peak is near `velocity`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from demo_audio.dsp import RATE, Signal, apply_response, bell, butter_high, butter_low, chain, edges

Instrument = Callable[[float, float, float, np.random.Generator], Signal]
TOP_HZ = 9_000.0  # nothing pitched is written above this


def _time(seconds: float) -> Signal:
    return (np.arange(int(seconds * RATE)) / RATE).astype(np.float32)


def _release(x: Signal, held_s: float, release_s: float) -> Signal:
    """A key let go after `held_s`: an exponential damper, then nothing."""
    t = np.arange(len(x), dtype=np.float32) / np.float32(RATE)
    damper = np.exp(-np.maximum(t - np.float32(held_s), 0) / np.float32(release_s / 3))
    return edges((x * damper).astype(np.float32), 0.0015, min(0.02, release_s / 2))


def _partials(
    hz: float, t: Signal, ratios: Sequence[float], amps: Sequence[float], decays: Sequence[float]
) -> Signal:
    out = np.zeros(len(t), np.float32)
    for ratio, amp, decay in zip(ratios, amps, decays, strict=True):
        if hz * ratio < TOP_HZ and amp > 1e-4:
            out += (
                np.float32(amp)
                * np.sin(np.float32(2 * np.pi) * np.float32(hz * ratio) * t)
                * np.exp(-t / decay)
            )
    return out


def electric_piano(hz: float, seconds: float, velocity: float, _rng: np.random.Generator) -> Signal:
    """A tine piano by FM: a 1:1 pair for the tone bar, a fast-dying 14:1 pair for the tine."""
    ring = min(seconds + 0.5, 6.0)
    t = _time(ring)
    w = 2 * np.pi * hz * t.astype(np.float64)
    decay = 2.6 * (220 / hz) ** 0.45
    bark = (0.25 + 1.25 * velocity**1.5) * min(1.0, (400 / hz) ** 0.5) * np.exp(-t / (0.35 * decay))
    tone = np.sin(w + bark * np.sin(w + 0.3))
    tine_ratio = 14 if hz * 14 < TOP_HZ else 7
    tine = 0.10 * velocity * np.exp(-t / 0.09) * np.sin(w * tine_ratio) if hz * tine_ratio < TOP_HZ else 0
    second = 0.12 * np.exp(-t / (0.6 * decay)) * np.sin(2 * w + 0.1)
    body = (0.82 * tone + second + tine) * np.exp(-t / decay)
    return _release((velocity * body).astype(np.float32), seconds, 0.28)


def felt_piano(hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """An upright with the felt down: stiff strings, soft hammer, two strings a little apart."""
    ring = min(seconds + 0.7, 7.0)
    t = _time(ring)
    count = max(1, min(14, int(5_500 / hz)))
    k = np.arange(1, count + 1)
    soft = 900 + 2600 * velocity
    amps = np.exp(-k * hz / soft) / k**0.9 * (0.4 + 0.6 * np.abs(np.sin(np.pi * k / 7.3)))
    amps /= np.sum(amps)
    decays = 2.9 * (220 / hz) ** 0.5 / (1 + 0.28 * (k - 1))
    ratios = k * np.sqrt(1 + 0.00035 * k**2)
    out = _partials(hz, t, ratios, amps * 0.6, decays) + _partials(
        hz * 1.0005, t, ratios, amps * 0.5, decays * 1.6
    )
    thump = apply_response(
        rng.standard_normal(2400).astype(np.float32), chain(butter_low(320, 2), butter_high(70, 1))
    )
    out[:2400] += np.float32(0.16) * thump * np.exp(-_time(0.05) / np.float32(0.012))
    return _release((velocity * 1.1 * out).astype(np.float32), seconds, 0.35)


def vibraphone(hz: float, seconds: float, velocity: float, _rng: np.random.Generator) -> Signal:
    """Tuned bar (1 : 4 : 10) with a slow motor."""
    t = _time(min(seconds + 1.2, 6.0))
    out = _partials(hz, t, (1, 4, 10.1), (0.85, 0.13 * velocity, 0.05 * velocity), (1.9, 0.5, 0.12))
    motor = 1 - 0.16 * (1 - np.cos(2 * np.pi * 4.6 * t)) / 2
    return _release((velocity * out * motor).astype(np.float32), seconds, 0.9)


def marimba(hz: float, _seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """Rosewood bar (1 : 3.93 : 9.2) over its resonator, with the mallet's knock."""
    t = _time(1.3)
    ring = 0.42 * (220 / hz) ** 0.55
    out = _partials(
        hz, t, (1, 3.93, 9.24), (0.9, 0.22 * velocity, 0.10 * velocity), (ring, ring * 0.24, ring * 0.07)
    )
    knock = apply_response(
        rng.standard_normal(1200).astype(np.float32), chain(butter_low(1400, 2), butter_high(250, 1))
    )
    out[:1200] += np.float32(0.10 * velocity) * knock * np.exp(-_time(0.025) / np.float32(0.005))
    return edges((velocity * out).astype(np.float32), 0.001, 0.2)


def kalimba(hz: float, _seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """A plucked tongue on a gourd: the clamped bar's overtones, the box, and a breath of bottle-cap buzz."""
    t = _time(2.2)
    ring = 0.85 * (330 / hz) ** 0.5
    out = _partials(
        hz,
        t,
        (1, 2.0, 3.01, 5.9, 6.4),
        (0.85, 0.16, 0.06, 0.09 * velocity, 0.05 * velocity),
        (ring, ring * 0.5, ring * 0.35, 0.05, 0.08),
    )
    buzz = apply_response(
        rng.standard_normal(len(t)).astype(np.float32), chain(butter_high(1800, 2), butter_low(5200, 2))
    )
    rattle = np.maximum(np.sin(2 * np.pi * hz * t), 0) ** 3 * np.exp(-t / 0.14)
    out += np.float32(0.05 * velocity) * buzz * rattle.astype(np.float32)
    thumb = apply_response(
        rng.standard_normal(1440).astype(np.float32), chain(butter_low(420, 2), butter_high(90, 1))
    )
    out[:1440] += np.float32(0.12) * thumb * np.exp(-_time(0.03) / np.float32(0.008))
    return edges((velocity * out).astype(np.float32), 0.001, 0.3)


def _table(amps: Sequence[float], hz: float) -> tuple[Signal, Signal]:
    """One period of a wave with the given harmonics, those above TOP_HZ left out."""
    x = np.linspace(0, 2 * np.pi, 2049)
    wave = np.zeros(2049)
    for k, amp in enumerate(amps, start=1):
        if k * hz < TOP_HZ:
            wave += amp * np.sin(k * x)
    return np.linspace(0, 1, 2049).astype(np.float32), (wave / np.max(np.abs(wave))).astype(np.float32)


def _voice(
    hz: float, t: Signal, amps: Sequence[float], vibrato_hz: float, cents: float, delay_s: float, phase: float
) -> Signal:
    """A wavetable with vibrato that comes in after `delay_s`."""
    grow = np.clip((t - delay_s) / 0.5, 0, 1)
    bend = hz * (2 ** (cents / 1200 * grow * np.sin(2 * np.pi * vibrato_hz * t + phase)))
    turns = np.cumsum(bend.astype(np.float64)) / RATE + phase
    axis, wave = _table(amps, hz)
    return np.interp(np.mod(turns, 1.0), axis, wave).astype(np.float32)


def _swell(n: int, held_s: float, attack_s: float, release_s: float) -> Signal:
    t = np.arange(n) / RATE
    up = np.sin(np.pi / 2 * np.clip(t / attack_s, 0, 1)) ** 2
    down = np.cos(np.pi / 2 * np.clip((t - held_s) / release_s, 0, 1)) ** 2
    return (up * down).astype(np.float32)


def strings(hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """Two players a desk: band-limited bowed waves, delayed vibrato, the box's own resonances."""
    attack = min(0.14, 0.05 + 0.1 * seconds * 0.4)
    t = _time(seconds + 0.35)
    amps = [1 / k**1.15 * np.exp(-k * hz / 4200) for k in range(1, 30)]
    out = np.zeros(len(t), np.float32)
    for detune in (-2.5, 3.0):
        rate, phase = rng.uniform(4.7, 5.5), rng.uniform(0, 1)
        out += _voice(hz * 2 ** (detune / 1200), t, amps, rate, 9, 0.25, phase) * np.float32(0.5)
    bow = apply_response(
        rng.standard_normal(len(t)).astype(np.float32), chain(butter_high(1200, 1), butter_low(4500, 2))
    )
    out = (out + np.float32(0.012) * bow) * _swell(len(t), seconds, attack, 0.3)
    body = chain(
        bell(290, 3, 0.7),
        bell(520, 2.5, 0.8),
        bell(1300, -2.5, 1.0),
        bell(2600, 1.5, 0.8),
        butter_low(5200, 2),
    )
    return edges(np.float32(velocity) * apply_response(out, body), 0.004, 0.02)


def pad(hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """Three soft voices that drift apart and together: slow in, slow out."""
    attack, release = min(1.3, seconds * 0.45), 1.8
    t = _time(seconds + release)
    amps = [1, 0.42, 0.22, 0.1, 0.06, 0.03]
    out = np.zeros(len(t), np.float32)
    for detune in (-5.0, 0.5, 6.0):
        out += _voice(
            hz * 2 ** (detune / 1200), t, amps, rng.uniform(0.15, 0.4), 4, 0, rng.uniform(0, 1)
        ) / np.float32(3)
    return edges(np.float32(velocity) * out * _swell(len(t), seconds, attack, release), 0.01, 0.05)


def flute(hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """A wooden flute: few harmonics, breath that follows the tone, late vibrato."""
    t = _time(seconds + 0.12)
    out = _voice(hz, t, [1, 0.28 * velocity, 0.12, 0.05 * velocity, 0.02], 5.0, 10, 0.28, rng.uniform(0, 1))
    noise = rng.standard_normal(len(t)).astype(np.float32)
    breath = apply_response(noise, chain(bell(hz * 2, 9, 0.6), butter_high(hz, 2), butter_low(4500, 2)))
    swell = _swell(len(t), seconds, 0.07, 0.11)
    return edges(np.float32(velocity) * (out + np.float32(0.018) * breath) * swell, 0.004, 0.01)


def melodica(hz: float, seconds: float, velocity: float, rng: np.random.Generator) -> Signal:
    """A reed with a soft edge, for dub: odd and even harmonics, slow vibrato."""
    t = _time(seconds + 0.1)
    amps = [1, 0.45, 0.5, 0.22, 0.22, 0.1, 0.1, 0.04, 0.04]
    out = _voice(hz, t, amps, 4.6, 7, 0.2, rng.uniform(0, 1)) * _swell(len(t), seconds, 0.035, 0.09)
    return edges(np.float32(velocity * 0.8) * apply_response(out, butter_low(2600, 2)), 0.004, 0.01)


def organ(hz: float, seconds: float, velocity: float, _rng: np.random.Generator) -> Signal:
    """Drawbars 8 8 6 2: short and round."""
    t = _time(seconds + 0.06)
    out = _partials(hz, t, (0.5, 1, 1.5, 2, 3, 4), (0.5, 0.8, 0.3, 0.4, 0.16, 0.1), (9e9,) * 6)
    return edges(np.float32(velocity * 0.45) * out * _swell(len(t), seconds, 0.006, 0.05), 0.002, 0.01)


def sub_bass(hz: float, seconds: float, velocity: float, _rng: np.random.Generator) -> Signal:
    """A deep round bass with just enough second and third harmonic for small speakers."""
    t = _time(seconds + 0.09)
    out = _partials(hz, t, (1, 2, 3, 4), (0.8, 0.26, 0.13, 0.05), (4.0, 1.2, 0.7, 0.4))
    return edges(np.float32(velocity) * out * _swell(len(t), seconds, 0.008, 0.08), 0.003, 0.01)
