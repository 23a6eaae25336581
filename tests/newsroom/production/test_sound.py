from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import (
    Pcm,
    amplified,
    level_dbfs,
    limited,
    pcm_of,
    whole_ms,
    with_envelope,
)


def tone(seconds: float, *, level: float = 0.1, hz: float = 500, channels: int = 1) -> Pcm:
    wave = np.sin(np.arange(int(seconds * SAMPLE_RATE)) * 2 * np.pi * hz / SAMPLE_RATE) * level * 32767
    return np.repeat(np.rint(wave).astype(np.int16)[:, None], channels, axis=1)


def test_a_gain_is_exact_below_the_ceiling() -> None:
    louder = amplified(tone(1), 6.0, ceiling_dbfs=-1)
    assert level_dbfs(louder) - level_dbfs(tone(1)) == pytest.approx(6.0, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-30, 30), st.floats(-12, -1))
def test_no_peak_passes_the_ceiling(seed: int, gain_db: float, ceiling_dbfs: float) -> None:
    random = np.random.default_rng(seed)
    bursts = np.repeat(random.uniform(0, 1, 60), 997)[: SAMPLE_RATE + 17] ** 4
    noise = (random.uniform(-1, 1, len(bursts)) * bursts * 32767).astype(np.int16)[:, None]
    out = amplified(noise, gain_db, ceiling_dbfs=ceiling_dbfs)
    assert out.shape == noise.shape
    assert np.abs(out.astype(int)).max() <= 32768 * 10 ** (ceiling_dbfs / 20) + 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(12, 400), min_size=1, max_size=6), st.integers(0, 47))
def test_window_by_window_is_limited_as_the_whole(seed: int, windows_ms: list[int], more: int) -> None:
    random = np.random.default_rng(seed)
    bounds = np.cumsum([0, *windows_ms]) * (SAMPLE_RATE // 1000)
    count = int(bounds[-1]) + more
    loud = np.repeat(random.uniform(0, 1, count // 311 + 1), 311)[:count] ** 3
    whole = (random.uniform(-1, 1, (count, 2)) * loud[:, None] * 32767).astype(np.int16)
    pieces = [whole[a:b] for a, b in pairwise([*bounds[:-1], count])]
    together = np.concatenate(list(limited(iter(pieces), ceiling_dbfs=-6)))
    once = amplified(whole, 0.0, ceiling_dbfs=-6)
    assert np.abs(together.astype(int) - once.astype(int)).max() <= 1
    assert np.abs(together.astype(int)).max() <= 32768 * 10 ** (-6 / 20) + 1


def test_an_envelope_runs_straight_in_decibels_across_pieces() -> None:
    long = tone(25, channels=2)
    out = with_envelope(long, ((5.0, 0.0), (15.0, -20.0)), ceiling_dbfs=-1)
    for second, db in ((1, 0.0), (10, -10.0), (20, -20.0)):
        here = slice(second * SAMPLE_RATE - 480, second * SAMPLE_RATE + 480)
        assert level_dbfs(out[here]) - level_dbfs(long[here]) == pytest.approx(db, abs=0.05)
    steps = np.abs(np.diff(out[:, 0].astype(int)))
    assert steps.max() <= np.abs(np.diff(long[:, 0].astype(int))).max() + 2  # no click where pieces meet


def test_bytes_and_milliseconds() -> None:
    assert pcm_of(b"\x01\x00\x02\x00\x03", 1).tolist() == [[1], [2]]
    assert len(whole_ms(tone(0.01)[:470])) == 480
    assert level_dbfs(np.zeros((0, 1), np.int16)) == -120
