"""Drums and small percussion: `(velocity, rng) -> mono signal`, soft-edged, nothing above some 11 kHz."""

from collections.abc import Callable

import numpy as np

from demo_audio.dsp import RATE, Signal, apply_response, bell, butter_high, butter_low, chain, edges

Drum = Callable[[float, np.random.Generator], Signal]


def _noise(seconds: float, low: float, high: float, rng: np.random.Generator, order: int = 2) -> Signal:
    x = rng.standard_normal(int(seconds * RATE)).astype(np.float32)
    return apply_response(x, chain(butter_high(low, order), butter_low(high, order)))


def _time(seconds: float) -> Signal:
    return (np.arange(int(seconds * RATE)) / RATE).astype(np.float32)


def _tone(seconds: float, start: float, end: float, bend_s: float, decay_s: float) -> Signal:
    t = _time(seconds)
    turns = end * t + (start - end) * bend_s * (1 - np.exp(-t / bend_s))
    return (np.sin(2 * np.pi * turns) * np.exp(-t / decay_s)).astype(np.float32)


def kick(velocity: float, rng: np.random.Generator) -> Signal:
    """Round and short: 130 to 52 Hz, a felt beater."""
    x = _tone(0.42, 130, 52, 0.028, 0.13)
    click = _noise(0.02, 300, 2400, rng) * np.exp(-_time(0.02) / np.float32(0.004))
    x[: len(click)] += np.float32(0.16) * click
    return edges(np.float32(velocity) * x, 0.001, 0.05)


def soft_kick(velocity: float, rng: np.random.Generator) -> Signal:
    """A jazz bass drum or a foot on a wooden floor."""
    x = _tone(0.4, 95, 58, 0.03, 0.11)
    thud = _noise(0.06, 90, 420, rng) * np.exp(-_time(0.06) / np.float32(0.014))
    x[: len(thud)] += np.float32(0.25) * thud
    return edges(np.float32(velocity * 0.9) * x, 0.0015, 0.06)


def snare(velocity: float, rng: np.random.Generator) -> Signal:
    """Head and wires; more wire when hit harder."""
    t = _time(0.26)
    head = _tone(0.26, 230, 186, 0.02, 0.07) + np.float32(0.5) * _tone(0.26, 360, 330, 0.02, 0.04)
    wires = _noise(0.26, 900, 6500, rng) * np.exp(-t / (0.05 + 0.03 * velocity))
    return edges(np.float32(velocity) * (0.55 * head + 0.42 * wires).astype(np.float32), 0.001, 0.05)


def rim(velocity: float, rng: np.random.Generator) -> Signal:
    """A cross-stick."""
    x = _tone(0.09, 1750, 1650, 0.01, 0.012) * np.float32(0.5) + _tone(0.09, 520, 480, 0.01, 0.022)
    snap = _noise(0.09, 700, 4200, rng) * np.exp(-_time(0.09) / np.float32(0.006))
    return edges(np.float32(velocity * 0.6) * (x + np.float32(0.4) * snap), 0.0008, 0.03)


def brush(velocity: float, rng: np.random.Generator) -> Signal:
    """A tap with the brush."""
    t = _time(0.2)
    x = _noise(0.2, 500, 5200, rng, 1) * (np.exp(-t / 0.035) * (1 - np.exp(-t / 0.003))).astype(np.float32)
    return edges(np.float32(velocity * 0.6) * x, 0.002, 0.05)


def swish(velocity: float, rng: np.random.Generator) -> Signal:
    """A brush drawn in a circle over the head."""
    n = int(0.5 * RATE)
    shape = np.sin(np.pi * np.linspace(0, 1, n)) ** 1.6
    return edges(
        np.float32(velocity * 0.3) * _noise(0.5, 900, 4800, rng, 1) * shape.astype(np.float32), 0.01, 0.02
    )


def hat(velocity: float, rng: np.random.Generator) -> Signal:
    """Closed hi-hat, with its top taken off."""
    t = _time(0.11)
    x = apply_response(
        rng.standard_normal(len(t)).astype(np.float32), chain(butter_high(5600, 3), butter_low(10_000, 2))
    )
    return edges(np.float32(velocity * 0.5) * x * np.exp(-t / (0.012 + 0.016 * velocity)), 0.0008, 0.03)


def open_hat(velocity: float, rng: np.random.Generator) -> Signal:
    """Open hi-hat, closed again after a third of a second."""
    t = _time(0.34)
    x = apply_response(
        rng.standard_normal(len(t)).astype(np.float32), chain(butter_high(5000, 3), butter_low(9500, 2))
    )
    return edges(np.float32(velocity * 0.38) * x * np.exp(-t / np.float32(0.14)), 0.001, 0.07)


def ride(velocity: float, rng: np.random.Generator) -> Signal:
    """A dark ride: a cluster of inharmonic partials under a stick's ping."""
    t = _time(1.1)
    x = np.zeros(len(t), np.float32)
    for hz in (2210, 2783, 3391, 4127, 5233, 6311):
        x += np.sin(2 * np.pi * hz * rng.uniform(0.995, 1.005) * t + rng.uniform(0, 6)).astype(np.float32)
    x *= np.exp(-t / np.float32(0.26)) * np.float32(0.07)
    x += _noise(1.1, 4200, 8500, rng) * np.exp(-t / np.float32(0.2)) * np.float32(0.2)
    ping = np.exp(-t / np.float32(0.03)) * np.sin(2 * np.pi * 3150 * t) * np.float32(0.2)
    return edges(np.float32(velocity * 0.55) * (x + ping), 0.001, 0.3)


def shaker(velocity: float, rng: np.random.Generator) -> Signal:
    """Seeds in a gourd: they arrive together, not at once."""
    t = _time(0.13)
    shape = ((1 - np.exp(-t / 0.012)) * np.exp(-t / (0.018 + 0.022 * velocity))).astype(np.float32)
    x = apply_response(
        rng.standard_normal(len(t)).astype(np.float32),
        chain(bell(5200, 6, 1.2), butter_high(3000, 2), butter_low(8500, 2)),
    )
    return edges(np.float32(velocity * 0.35) * x * shape, 0.004, 0.03)


def conga(velocity: float, rng: np.random.Generator) -> Signal:
    """An open tone on the higher drum."""
    slap = _noise(0.3, 600, 3000, rng) * np.exp(-_time(0.3) / np.float32(0.008))
    x = _tone(0.3, 232, 218, 0.02, 0.085) + np.float32(0.3) * _tone(0.3, 372, 352, 0.02, 0.04)
    return edges(np.float32(velocity * 0.75) * (x + np.float32(0.22) * slap), 0.001, 0.08)


def low_conga(velocity: float, rng: np.random.Generator) -> Signal:
    """An open tone on the lower drum."""
    slap = _noise(0.36, 400, 2200, rng) * np.exp(-_time(0.36) / np.float32(0.009))
    x = _tone(0.36, 168, 155, 0.02, 0.11) + np.float32(0.3) * _tone(0.36, 262, 250, 0.02, 0.05)
    return edges(np.float32(velocity * 0.8) * (x + np.float32(0.18) * slap), 0.001, 0.1)


def clap(velocity: float, rng: np.random.Generator) -> Signal:
    """Three people clapping in a courtyard, not quite together."""
    x = np.zeros(int(0.22 * RATE), np.float32)
    for at in (0.0, 0.009, 0.021):
        burst = _noise(0.18, 700, 3600, rng) * np.exp(-_time(0.18) / np.float32(0.028))
        start = int((at + rng.uniform(0, 0.004)) * RATE)
        x[start : start + len(burst)] += burst * np.float32(0.5)
    return edges(np.float32(velocity * 0.6) * x, 0.001, 0.06)


def woodblock(velocity: float, rng: np.random.Generator) -> Signal:
    """A small woodblock or clave, rounded off."""
    x = _tone(0.12, 905, 890, 0.01, 0.028) + np.float32(0.3) * _tone(0.12, 1480, 1460, 0.01, 0.012)
    tick = _noise(0.12, 900, 3500, rng) * np.exp(-_time(0.12) / np.float32(0.003))
    return edges(np.float32(velocity * 0.55) * (x + np.float32(0.15) * tick), 0.001, 0.04)


_STICKS = (kick, soft_kick, snare, rim, brush, swish, hat, open_hat, ride)
_HANDS = (shaker, conga, low_conga, clap, woodblock)
KIT: dict[str, Drum] = {drum.__name__: drum for drum in (*_STICKS, *_HANDS)}
