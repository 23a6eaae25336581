"""Decks and mixer without sound keep the times of those with it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radiocast.studio.deck import BufferDeck
from radiocast.studio.mixer import Mixer
from radiocast.studio.pcm import silence
from radiocast.studio.silent import SilentDeck, SilentMixer


async def test_a_deck_knows_its_end_and_gives_no_more() -> None:
    deck = SilentDeck(100)
    assert (await deck.ready(60), deck.remaining) == (60, 100)
    assert (len(deck.take(60)), len(deck.take(60)), deck.remaining) == (60, 40, 0)
    assert await deck.ready(1) == 0


def test_an_hour_of_nothing_costs_no_memory() -> None:
    sound = SilentDeck(3600 * 48_000).take(3600 * 48_000)
    assert sound.shape == (3600 * 48_000, 2)
    assert sound.base is not None
    assert not sound.any()


# start, length, and where a fade begins and ends, if there is one
VOICES = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 400),
        st.none() | st.tuples(st.integers(0, 500), st.integers(0, 300)),
    ),
    max_size=5,
)


@given(VOICES, st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_every_voice_ends_where_it_does_with_sound(
    voices: list[tuple[int, int, tuple[int, int] | None]], pieces: list[int]
) -> None:
    heard, silent = Mixer(), SilentMixer()
    pairs = []
    for start, length, fade in voices:
        pair = (
            heard.start(BufferDeck(silence(length)), at=start, gain_db=-3.0),
            silent.start(SilentDeck(length), at=start, gain_db=-3.0),
        )
        for voice in pair:
            if fade is not None:
                voice.fade(frm=fade[0], to=fade[0] + fade[1])
        pairs.append(pair)
    for frames in pieces:
        assert np.array_equal(silent.render(frames), heard.render(frames))
        assert silent.position == heard.position
        assert [a.ended_at for a, _ in pairs] == [b.ended_at for _, b in pairs]
        assert [a.stop for a, _ in pairs] == [b.stop for _, b in pairs]
