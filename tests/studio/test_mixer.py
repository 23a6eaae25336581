"""The mixer: exact joins, exact sums, and the same samples whatever the pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.studio.deck import BufferDeck
from radiocast.studio.mixer import Mixer, fade_in, fade_out, linear
from radiocast.studio.pcm import Pcm


def sound(frames: int, seed: int) -> Pcm:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, 2)).astype(np.float32)


def render(mixer: Mixer, total: int, chunks: list[int] | None = None) -> Pcm:
    parts = []
    sizes = list(chunks or [])
    while mixer.position < total:
        size = sizes.pop(0) if sizes else 5_000
        parts.append(mixer.render(min(size, total - mixer.position)).copy())
    return np.concatenate(parts)


def test_one_voice_passes_bit_for_bit() -> None:
    pcm = sound(1_000, 1)
    mixer = Mixer()
    mixer.start(BufferDeck(pcm), at=0)
    assert np.array_equal(mixer.render(1_000).view(np.uint32), pcm.view(np.uint32))


def test_at_a_butt_join_the_last_sample_is_followed_by_the_first() -> None:
    a, b = sound(1_234, 1), sound(2_000, 2)
    mixer = Mixer()
    mixer.start(BufferDeck(a), at=0)
    mixer.start(BufferDeck(b), at=len(a))
    assert np.array_equal(render(mixer, 3_234), np.concatenate((a, b)))


def test_a_segue_is_the_sum_and_loses_nothing_of_either() -> None:
    a, b = sound(3_000, 1), sound(3_000, 2)
    mixer = Mixer()
    mixer.start(BufferDeck(a), at=0)
    mixer.start(BufferDeck(b), at=2_500)
    expected = np.zeros((5_500, 2), np.float32)
    expected[:3_000] += a
    expected[2_500:] += b
    assert np.array_equal(render(mixer, 5_500), expected)


def test_gain_is_a_factor() -> None:
    pcm = sound(100, 1)
    mixer = Mixer()
    mixer.start(BufferDeck(pcm), at=0, gain_db=-6.0)
    assert np.array_equal(mixer.render(100), pcm * np.float32(10 ** (-6 / 20)))
    assert linear(0.0) == 1.0


def test_a_fade_is_at_zero_exactly_at_its_sample_and_touches_nothing_before_it() -> None:
    pcm = np.ones((4_000, 2), np.float32)
    mixer = Mixer()
    voice = mixer.start(BufferDeck(pcm), at=0)
    voice.fade(frm=1_000, to=3_000)
    out = render(mixer, 4_000)
    assert np.array_equal(out[:1_000], pcm[:1_000])
    assert np.all(np.diff(out[1_000:3_001, 0]) <= 0)
    assert 0 < out[2_999, 0] < 0.001
    assert not out[3_000:].any()
    assert voice.ended_at == 3_000
    assert mixer._voices == []


def test_a_fade_and_its_counterpart_keep_the_power() -> None:
    assert np.allclose(fade_out(500) ** 2 + fade_in(500) ** 2, 1.0, atol=1e-6)


def test_nothing_starts_in_the_past() -> None:
    mixer = Mixer()
    mixer.render(10)
    with pytest.raises(ValueError, match="rendered already"):
        mixer.start(BufferDeck(sound(5, 1)), at=9)


voices = st.lists(
    st.tuples(
        st.integers(0, 400),  # start
        st.integers(0, 300),  # length
        st.sampled_from([0.0, -3.0, 2.5]),
        st.one_of(st.none(), st.tuples(st.integers(0, 400), st.integers(0, 200))),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(voices=voices, chunks=st.lists(st.integers(1, 120), max_size=40))
def test_any_pieces_give_the_same_samples_and_they_are_the_sum_of_the_parts(
    voices: list[tuple[int, int, float, tuple[int, int] | None]], chunks: list[int]
) -> None:
    total = 800

    def mixed(which: list[int], sizes: list[int] | None) -> Pcm:
        mixer = Mixer()
        for seed in which:
            start, length, gain_db, fade = voices[seed]
            voice = mixer.start(BufferDeck(sound(length, seed)), at=start, gain_db=gain_db)
            if fade is not None:
                voice.fade(frm=fade[0], to=fade[0] + fade[1])
        return render(mixer, total, sizes)

    everything = list(range(len(voices)))
    once = mixed(everything, [total])
    assert np.array_equal(once, mixed(everything, chunks))
    parts = np.zeros((total, 2), np.float32)
    for seed in everything:
        parts += mixed([seed], [total])
    assert np.array_equal(once, parts)
