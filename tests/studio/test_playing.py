"""What an item on the air says of itself."""

from collections import deque
from pathlib import Path

import pytest

from radiocast.model.play import Kind, Transition
from radiocast.model.units import samples
from radiocast.studio.deck import BufferDeck
from radiocast.studio.mixer import Voice
from radiocast.studio.pcm import silence
from radiocast.studio.playing import Playing
from tests.studio.station import item


def playing(*cues: tuple[float, str], length_s: float = 60.0) -> Playing:
    ready = item(Path("/x.flac"), length_s=length_s, kind=Kind.BULLETIN, cues=cues)
    sound = BufferDeck(silence(0))
    return Playing(
        ready=ready,
        sound=sound,
        voice=Voice(sound, start=0),
        transition=Transition.BUTT,
        listeners_start=0,
        cues=deque(ready.cues),
    )


def lengths(on: Playing) -> list[float | None]:
    """How long each of its titles is said to last, in turn."""
    following = (*on.ready.cues[1:], None)
    return [
        on.on_air(cue, following=after).duration_s
        for cue, after in zip(on.ready.cues, following, strict=True)
    ]


def test_what_has_one_title_lasts_as_long_as_the_item() -> None:
    assert lengths(playing((0.0, "a"))) == [60.0]


def test_a_story_of_a_bulletin_lasts_until_the_next() -> None:
    # The page showed a story of 20 s as the beginning of the whole bulletin, over and over.
    assert lengths(playing((0.0, "news"), (15.0, "goat"), (35.0, "bus"))) == [15.0, 20.0, 25.0]


def test_the_last_one_lasts_as_long_as_what_is_left_when_something_was_left_out() -> None:
    on = playing((0.0, "news"), (15.0, "goat"))
    # At the 15th second 2 s were taken back from the air, and it goes on at the 40th second of its sound.
    on.unheard = samples(2.0)
    on.goes_on = (samples(17.0), 40.0)
    on.ready = item(Path("/x.flac"), length_s=60.0, kind=Kind.BULLETIN, cues=((0.0, "news"), (17.0, "goat")))
    assert lengths(on)[-1] == pytest.approx(20.0)
