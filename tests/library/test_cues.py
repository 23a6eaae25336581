import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.library.cues import WINDOW_SAMPLES, Cues, Envelope, find_cues, segue_point
from radiocast.model.units import SAMPLE_RATE, seconds
from tests.faults.media import Pcm, silence, sine


def pcm(sound: Pcm) -> bytes:
    frames = np.repeat(sound[:, None], 2, axis=1) if sound.ndim == 1 else sound
    return np.round(np.clip(frames, -1, 1) * 32767).astype("<i2").tobytes()


def cues_of(*parts: Pcm) -> Cues:
    envelope = Envelope()
    envelope.add(pcm(np.concatenate(parts)))
    cues = find_cues(envelope.power(), envelope.samples)
    assert cues is not None
    return cues


def segue_s(cues: Cues, crossfade_s: float) -> float:
    return segue_point(tail_s=cues.tail_s, cue_out_s=cues.cue_out_s, crossfade_s=crossfade_s)


@pytest.mark.parametrize("length_s", [0.003, 0.2, 1.0, 1.23456])
@pytest.mark.parametrize("hertz", [60.0, 441.7, 9000.0])
def test_full_level_throughout_is_left_to_the_sample(length_s: float, hertz: float) -> None:
    sound = sine(length_s, hertz=hertz, start=11)
    cues = cues_of(sound)
    assert cues.cue_in_s == 0
    assert cues.cue_out_s == seconds(len(sound))
    assert segue_s(cues, 2.0) == cues.cue_out_s, "nothing may start over it"


@pytest.mark.parametrize("level_dbfs", [-1.0, -12.0, -30.0])
def test_silence_around_is_trimmed_at_any_level(level_dbfs: float) -> None:
    cues = cues_of(silence(1.0), sine(2.0, level_dbfs=level_dbfs), silence(0.7))
    assert 0.97 <= cues.cue_in_s <= 1.0, "at most 30 ms before the first sound, never after it"
    assert 3.0 <= cues.cue_out_s <= 3.07
    assert segue_s(cues, 2.0) == cues.cue_out_s, "it ends at full level"


def test_less_than_a_tenth_of_a_second_of_silence_is_left() -> None:
    cues = cues_of(silence(0.09), sine(1.0), silence(0.09))
    assert cues.cue_in_s == 0
    assert cues.cue_out_s == pytest.approx(1.18, abs=1e-9)


def test_hiss_under_a_loud_sound_counts_as_silence() -> None:
    hiss = np.random.default_rng(1).normal(0, 10 ** (-65 / 20), SAMPLE_RATE)
    cues = cues_of(hiss, sine(2.0, level_dbfs=-6), hiss)
    assert cues.cue_in_s > 0.95
    assert cues.cue_out_s < 3.1


def test_a_fade_gives_a_segue_where_it_has_sunk() -> None:
    fade = 10 ** (-3.0 * np.arange(4 * SAMPLE_RATE) / (4 * SAMPLE_RATE))  # 60 dB in 4 s: 15 dB a second
    cues = cues_of(sine(3.0), sine(4.0, start=3 * SAMPLE_RATE) * fade)
    assert cues.tail_s == pytest.approx(4.0, abs=0.06), "15 dB down"
    assert cues.cue_out_s == pytest.approx(3 + 32 / 15 + 0.05, abs=0.06), "32 dB down"
    assert segue_s(cues, 2.0) == cues.tail_s
    assert segue_s(cues, 0.5) == pytest.approx(cues.cue_out_s - 0.5)
    assert segue_s(cues, 0.0) == cues.cue_out_s


def test_a_pause_inside_is_no_tail() -> None:
    cues = cues_of(sine(1.0), silence(3.0), sine(1.0))
    assert cues.tail_s == cues.cue_out_s == 5.0


def test_opposite_channels_do_not_cancel() -> None:
    sound = sine(1.0)
    cues = cues_of(np.stack([sound, -sound], axis=1))
    assert cues.cue_out_s == 1.0
    assert cues.level_dbfs == pytest.approx(-15.0, abs=0.1)


def test_sound_in_one_channel_only_is_heard() -> None:
    sound = sine(1.0)
    assert cues_of(np.stack([np.zeros_like(sound), sound], axis=1)).level_dbfs == pytest.approx(
        -15.0, abs=0.1
    )


@pytest.mark.parametrize("sound", [silence(0.0), silence(1.0), sine(1.0, level_dbfs=-70)])
def test_nothing_but_silence_gives_none(sound: Pcm) -> None:
    envelope = Envelope()
    envelope.add(pcm(sound))
    assert find_cues(envelope.power(), envelope.samples) is None


@given(st.binary(max_size=9000), st.lists(st.integers(min_value=0, max_value=9000), max_size=8))
def test_the_envelope_is_the_same_however_the_bytes_are_cut(sound: bytes, cuts: list[int]) -> None:
    whole, parts = Envelope(), Envelope()
    whole.add(sound)
    edges = [0, *sorted(cuts), len(sound)]
    for start, end in pairwise(edges):
        parts.add(sound[start:end])
    assert parts.samples == whole.samples == len(sound) // 4
    np.testing.assert_array_equal(parts.power(), whole.power())
    assert len(whole.power()) == math.ceil(whole.samples / WINDOW_SAMPLES)


levels = st.one_of(st.just(0.0), st.floats(min_value=0, max_value=1, width=32))


@given(st.lists(levels, max_size=300), st.integers(min_value=1, max_value=WINDOW_SAMPLES), st.floats(0, 30))
def test_cue_points_are_in_order_whatever_the_sound(
    power: list[float], last: int, crossfade_s: float
) -> None:
    # Invariant: 0 <= in < out <= duration; the segue is inside, at most the crossfade before the end;
    # what is trimmed is trimmed by a tenth of a second or not at all.
    total = (len(power) - 1) * WINDOW_SAMPLES + last if power else 0
    cues = find_cues(np.array(power, np.float32), total)
    if cues is None:
        assert all(level <= 1e-6 * 1.001 for level in power)
        return
    assert 0 <= cues.cue_in_s < cues.cue_out_s <= seconds(total)
    assert cues.cue_in_s == 0 or cues.cue_in_s >= 0.1
    assert cues.cue_out_s == seconds(total) or cues.cue_out_s <= seconds(total) - 0.1
    segue = segue_s(cues, crossfade_s)
    assert cues.cue_in_s <= segue <= cues.cue_out_s
    assert segue >= cues.cue_out_s - crossfade_s - 1e-9
    assert segue == cues.cue_out_s or cues.cue_out_s - segue >= 0.1


def test_a_short_overlap_is_none() -> None:
    assert segue_point(tail_s=9.95, cue_out_s=10.0, crossfade_s=2.0) == 10.0
    assert segue_point(tail_s=9.0, cue_out_s=10.0, crossfade_s=2.0) == 9.0
    assert segue_point(tail_s=1.0, cue_out_s=10.0, crossfade_s=2.0) == 8.0
