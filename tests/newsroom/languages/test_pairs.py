"""Written and spoken, pair by pair; the pairs are data, read through by people."""

import pytest

from radiocast.newsroom.script.speech_text import spoken
from tests.newsroom.languages import english_pairs, french_pairs

EVERY = [
    *(("en", written, said) for written, said in english_pairs.PAIRS),
    *(("fr", written, said) for written, said in french_pairs.PAIRS),
]


@pytest.mark.parametrize(("language", "written", "said"), EVERY)
def test_written_becomes_spoken(language: str, written: str, said: str) -> None:
    assert spoken(written, language) == said


def test_there_is_enough_of_each() -> None:
    assert len(dict(english_pairs.PAIRS)) >= 150
    assert len(dict(french_pairs.PAIRS)) >= 60


@pytest.mark.parametrize(("language", "written", "said"), EVERY)
def test_what_is_in_words_stays_as_it_is(language: str, written: str, said: str) -> None:
    assert spoken(said, language) == said
