"""Splices: a little less or more of a sound, without a click and without a change of pitch."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.studio.splice import NEEDED, lengthened, shortened
from tests.studio.sounds import noise, sine


@settings(max_examples=60, deadline=None)
@given(hz=st.floats(60, 4_000), start=st.integers(0, 10_000), more=st.integers(0, 500))
def test_a_tone_goes_on_as_a_tone(hz: float, start: int, more: int) -> None:
    tone = sine((NEEDED + more) / 48_000, hz=hz, start_sample=start)
    steepest = 0.5 * 2 * np.pi * hz / 48_000
    for spliced in (shortened(tone), lengthened(tone)):
        assert 240 <= abs(len(spliced) - len(tone)) <= 960
        assert np.abs(np.diff(spliced, axis=0)).max() <= 1.25 * steepest + 0.01
        assert np.abs(spliced).max() <= 0.5 + 1e-6


def test_it_begins_and_ends_as_it_was() -> None:
    sound = noise(0.05, seed=1)
    for spliced in (shortened(sound), lengthened(sound)):
        assert np.allclose(spliced[0], sound[0], atol=1e-3)
        assert np.array_equal(spliced[-10:], sound[-10:])


def test_silence_stays_silent() -> None:
    silent = np.zeros((NEEDED, 2), dtype=np.float32)
    assert not shortened(silent).any()
    assert not lengthened(silent).any()
