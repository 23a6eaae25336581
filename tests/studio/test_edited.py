"""A sound that is cut while it plays: what is left out, what is heard again; nothing else changes."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.studio.deck import BufferDeck
from radiocast.studio.edited import EditedSound
from radiocast.studio.junction import CLICK
from radiocast.studio.mixer import fade_in, fade_out
from radiocast.studio.pcm import Pcm, silence
from tests.studio.sounds import noise

WHOLE = noise(2.0, seed=7)
LENGTH = len(WHOLE)
KEEP = 30_000
FADE, BREATH = 6_000, 5_000

Gaps = Sequence[tuple[int, int | None]]


class LateDeck(BufferDeck):
    """Knows its end only shortly before it, as a decoder does; and can break off."""

    def __init__(self, pcm: Pcm, *, breaks: str = "") -> None:
        super().__init__(pcm)
        self._breaks = breaks

    @property
    def remaining(self) -> int | None:
        left = super().remaining
        return left if left is not None and left < 20_000 else None

    @property
    def failure(self) -> str:
        return self._breaks if self.remaining is not None else ""


def edited(pcm: Pcm = WHOLE, *, keep: int = KEEP) -> EditedSound:
    return EditedSound(LateDeck(pcm), keep=keep)


async def pull(sound: EditedSound, frames: int) -> Pcm:
    there = await sound.ready(frames)
    if there < frames:
        assert sound.remaining == there, "its end is known when it gives less"
    taken = sound.take(frames)
    assert len(taken) == there
    return taken


async def rest(sound: EditedSound, pieces: Sequence[int] = (7_919,)) -> Pcm:
    """All that is left of it, in pieces of these sizes over and over."""
    taken = [silence(0)]
    ended = False
    while not ended:
        for size in pieces:
            taken.append(await pull(sound, size))
            ended = ended or len(taken[-1]) < size
    return np.concatenate(taken)


def cut(pcm: Pcm, frm: int, to: int) -> Pcm:
    """As an editor cuts tape: both ends fade into each other."""
    across = pcm[frm - CLICK : frm] * fade_out(CLICK) + pcm[to - CLICK : to] * fade_in(CLICK)
    return np.concatenate([pcm[: frm - CLICK], across, pcm[to:]])


few = settings(max_examples=30, deadline=None)
# Pieces of a sample here and there, among others large enough for the test to come to an end.
sizes = st.tuples(st.integers(1, 3), st.integers(1_000, 40_000), st.integers(9_000, 40_000)).map(list)


@few
@given(pieces=sizes)
async def test_uncut_it_is_the_deck_itself(pieces: list[int]) -> None:
    assert np.array_equal(await rest(edited(), pieces), WHOLE)


@few
@given(pieces=sizes)
async def test_gaps_are_cut_the_same_in_pieces_of_any_size(pieces: list[int]) -> None:
    sound = edited()
    sound.leave_out([(10_000, 30_000), (60_000, 80_000)])
    expected = cut(cut(WHOLE, 60_000, 80_000), 10_000, 30_000)
    heard = await rest(sound, pieces)
    assert len(heard) == LENGTH - 40_000
    assert np.array_equal(heard, expected)


async def test_what_is_left_is_known_when_the_decks_end_is() -> None:
    sound = edited()
    sound.leave_out([(10_000, 30_000), (80_000, 85_000)])
    known = [sound.remaining]
    await pull(sound, LENGTH - 39_000)
    known.append(sound.remaining)
    left = LENGTH - 25_000 - (LENGTH - 39_000)
    assert known == [None, left]
    assert len(await rest(sound)) == left


async def test_a_last_part_is_left_out_with_a_fade_and_its_end_is_known_at_once() -> None:
    sound = edited()
    sound.leave_out([(50_000, None)])
    assert sound.remaining == 50_000
    heard = await rest(sound)
    assert len(heard) == 50_000
    assert np.array_equal(heard[: 50_000 - CLICK], WHOLE[: 50_000 - CLICK])
    assert np.array_equal(heard[-CLICK:], WHOLE[50_000 - CLICK : 50_000] * fade_out(CLICK))
    assert sound.failure == ""


async def test_nothing_at_all_may_be_left() -> None:
    sound = edited()
    sound.leave_out([(0, None)])
    assert sound.remaining == 0
    assert len(await rest(sound)) == 0


@few
@given(taken=st.integers(0, 90_000), back=st.integers(0, 60_000), pieces=sizes)
async def test_what_was_taken_last_can_be_taken_again(taken: int, back: int, pieces: list[int]) -> None:
    sound = edited()
    await pull(sound, taken)
    there = sound.rewindable
    assert min(taken, KEEP) <= there <= taken
    sound.rewind(back)
    assert sound.place == taken - min(back, there)
    assert np.array_equal(await rest(sound, pieces), WHOLE[taken - min(back, there) :])


async def test_it_can_be_rewound_more_than_once() -> None:
    sound = edited()
    await pull(sound, 40_000)
    for back in (10_000, 20_000):
        sound.rewind(back)
        assert np.array_equal(await pull(sound, back), WHOLE[40_000 - back : 40_000])
    assert np.array_equal(await rest(sound), WHOLE[40_000:])


async def test_it_is_not_rewound_past_a_cut() -> None:
    sound = edited()
    sound.leave_out([(10_000, 30_000)])
    await pull(sound, 25_000)
    assert sound.place == 45_000
    assert sound.rewindable == 15_000
    sound.rewind(99_999)
    assert np.array_equal(await pull(sound, 1_000), WHOLE[30_000:31_000])


@few
@given(taken=st.integers(0, 40_000), back=st.integers(0, 20_000), pieces=sizes)
async def test_left_in_the_middle_it_fades_and_goes_on_elsewhere_after_a_breath(
    taken: int, back: int, pieces: list[int]
) -> None:
    sound = edited()
    await pull(sound, taken)
    sound.rewind(min(back, taken))
    place = sound.place
    await sound.leave(60_000, fade=FADE, breath=BREATH)
    assert sound.place == 60_000
    heard = await rest(sound, pieces)
    assert np.array_equal(heard[:FADE], WHOLE[place : place + FADE] * fade_out(FADE))
    assert not heard[FADE : FADE + BREATH].any()
    follows = heard[FADE + BREATH :]
    assert len(follows) == LENGTH - 60_000
    assert np.abs(follows[0]).max() == 0.0, "it comes up and does not click"
    assert np.array_equal(follows[CLICK:], WHOLE[60_000 + CLICK :])


async def test_it_is_wound_on_in_the_breath_already() -> None:
    sound = edited()
    await sound.leave(60_000, fade=FADE, breath=BREATH)
    await asyncio.gather(sound.wind(), pull(sound, 2_000))
    assert len(await rest(sound)) == FADE + BREATH - 2_000 + LENGTH - 60_000


async def test_what_was_to_follow_can_be_left_out_in_the_breath() -> None:
    sound = edited()
    await sound.leave(40_000, fade=FADE, breath=BREATH)
    await pull(sound, FADE + 100)
    sound.leave_out([(0, 70_000)])
    assert sound.place == 40_000
    await sound.leave(70_000, fade=FADE, breath=BREATH)
    heard = await rest(sound)
    assert not heard[: BREATH - 100].any()
    assert np.array_equal(heard[BREATH - 100 + CLICK :], WHOLE[70_000 + CLICK :])


async def test_or_everything_that_was_to_follow() -> None:
    sound = edited()
    await sound.leave(40_000, fade=FADE, breath=BREATH)
    await pull(sound, FADE + 100)
    await sound.leave(None, fade=FADE, breath=BREATH)
    assert sound.remaining == BREATH - 100
    assert not (await rest(sound)).any()


async def test_near_a_parts_end_the_fade_is_no_longer_than_the_part() -> None:
    sound = edited()
    await pull(sound, 10_000)
    await sound.leave(12_000, fade=FADE, breath=BREATH)
    heard = await rest(sound)
    assert np.array_equal(heard[:2_000], WHOLE[10_000:12_000] * fade_out(2_000))
    assert len(heard) == 2_000 + BREATH + LENGTH - 12_000


async def test_a_later_gap_is_still_left_out_after_another_was_left() -> None:
    sound = edited()
    sound.leave_out([(5_000, 20_000), (50_000, 70_000)])
    await pull(sound, 1_000)
    await sound.leave(20_000, fade=FADE, breath=BREATH)
    heard = await rest(sound)
    assert len(heard) == FADE + BREATH + LENGTH - 20_000 - 20_000
    assert np.array_equal(heard[-(LENGTH - 70_000) :], WHOLE[70_000:])


async def test_a_deck_that_breaks_off_ends_it_and_says_why() -> None:
    sound = EditedSound(LateDeck(WHOLE[:50_000], breaks="the disk is gone"), keep=KEEP)
    sound.leave_out([(10_000, 20_000), (60_000, 80_000)])
    assert len(await rest(sound)) == 40_000
    assert sound.failure == "the disk is gone"


@pytest.mark.parametrize("at", [9_999, 10_000, 15_000])
async def test_a_gap_that_is_told_too_late_to_be_faded_is_left_at_once(at: int) -> None:
    sound = edited()
    await pull(sound, at)
    sound.leave_out([(10_000, 30_000)])
    heard = await rest(sound)
    assert len(heard) == LENGTH - 30_000 + max(0, 10_000 - at)
    assert np.array_equal(heard[-(LENGTH - 31_000 - CLICK) :], WHOLE[31_000 + CLICK :])
