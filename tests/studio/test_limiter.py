"""The limiter: nothing at all below its ceiling, never above it, and indifferent to the pieces."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.studio.limiter import LOOK_AHEAD_SAMPLES, Limiter
from radiocast.studio.pcm import Pcm

CEILING = 10 ** (-1 / 20)


def limited(pcm: Pcm, chunks: list[int]) -> Pcm:
    """All that comes out, the tail pushed through with silence."""
    limiter, at, parts = Limiter(), 0, []
    sizes = list(chunks)
    while at < len(pcm):
        size = sizes.pop(0) if sizes else 3_000
        parts.append(limiter.process(pcm[at : at + size]).copy())
        at += size
    parts.append(limiter.process(np.zeros((LOOK_AHEAD_SAMPLES + 96, 2), np.float32)))
    return np.concatenate(parts)[: len(pcm)]


def bursts(seed: int, loud: list[tuple[int, int, float]]) -> Pcm:
    pcm = np.random.default_rng(seed).uniform(-0.3, 0.3, (6_000, 2))
    for at, length, factor in loud:
        pcm[at : at + length] *= factor
    return pcm.astype(np.float32)


def test_below_the_ceiling_it_is_the_identity() -> None:
    pcm = np.random.default_rng(1).uniform(-CEILING, CEILING, (20_000, 2)).astype(np.float32)
    assert np.array_equal(limited(pcm, [480, 7, 9_000]).view(np.uint32), pcm.view(np.uint32))


loud = st.lists(st.tuples(st.integers(0, 5_900), st.integers(1, 500), st.floats(1.0, 12.0)), max_size=4)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 5), loud=loud, chunks=st.lists(st.integers(1, 2_000), max_size=20))
def test_it_never_passes_its_ceiling_and_pieces_do_not_matter(
    seed: int, loud: list[tuple[int, int, float]], chunks: list[int]
) -> None:
    pcm = bursts(seed, loud)
    out = limited(pcm, chunks)
    assert len(out) == len(pcm)
    assert np.abs(out).max() <= CEILING * (1 + 1e-6)
    assert np.array_equal(out, limited(pcm, [len(pcm)]))
    # Quieter, never louder; and the sign stays.
    assert np.all(np.abs(out) <= np.abs(pcm))
    assert np.all(out * pcm >= 0)


def test_far_from_a_peak_the_sound_is_untouched_again() -> None:
    pcm = bursts(1, [(1_000, 50, 10.0)])
    pcm = np.concatenate((pcm, bursts(2, []), bursts(3, []), bursts(4, [])))
    out = limited(pcm, [])
    assert np.array_equal(out[:700], pcm[:700])
    assert not np.array_equal(out[900:1_200], pcm[900:1_200])
    assert np.array_equal(out[-3_000:], pcm[-3_000:])


def test_the_gain_never_jumps() -> None:
    pcm = np.full((9_600, 2), 0.5, np.float32)
    pcm[5_000:5_010] = 4.0
    out = limited(pcm, [])
    gain = out[:, 0] / pcm[:, 0]
    assert np.abs(np.diff(gain)).max() < 1 / 240 * 1.01
