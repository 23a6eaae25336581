"""The clocks of the languages, and languages that there are no files for."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radiocast.newsroom import languages
from radiocast.newsroom.languages import known, language_of
from radiocast.newsroom.languages.language import ROMAN, roman
from radiocast.newsroom.script.speech_text import sentences, spoken
from radiocast.newsroom.script.wording import Wording

MIDNIGHT = datetime(2026, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "english", "french"),
    [
        (0, 0, "midnight", "minuit"),
        (12, 0, "midday", "midi"),
        (21, 0, "nine o'clock", "vingt et une heures"),
        (9, 30, "half past nine", "neuf heures trente"),
        (15, 30, "half past three", "quinze heures trente"),
        (11, 45, "a quarter to twelve", "onze heures quarante-cinq"),
        (23, 50, "ten to twelve", "vingt-trois heures cinquante"),
        (12, 20, "twenty past twelve", "midi vingt"),
        (9, 1, "one minute past nine", "neuf heures une"),
        (1, 0, "one o'clock", "une heure"),
        (12, 47, "thirteen minutes to one", "midi quarante-sept"),
    ],
)
def test_the_time_as_it_is_said(hour: int, minute: int, english: str, french: str) -> None:
    at = MIDNIGHT.replace(hour=hour, minute=minute)
    assert language_of("en").clock(at) == english
    assert language_of("fr").clock(at) == french


def test_every_minute_of_a_day_can_be_said() -> None:
    day = [MIDNIGHT + timedelta(minutes=minute) for minute in range(24 * 60)]
    # "twelve o'clock" is always midday or midnight; French counts to twenty-four.
    assert len({language_of("en").clock(at) for at in day}) == 12 * 60 + 1
    assert len({language_of("fr").clock(at) for at in day}) == 24 * 60


@pytest.mark.parametrize("tag", ["en", "en-GB", "EN_us", "en-ZW"])
def test_a_tag_names_its_language(tag: str) -> None:
    assert language_of(tag) is known()["en"]


def test_a_language_without_a_file_has_no_words() -> None:
    unknown = language_of("sn-ZW")
    assert unknown.code == "sn"
    assert unknown.written_out("25 km") == "25 km"
    assert not any(character.isalpha() for text in unknown.templates.values() for character in _outside(text))


def _outside(template: str) -> str:
    """The template without its fields."""
    return "".join(part.rpartition("}")[2] for part in template.split("{"))


def test_roman_numerals() -> None:
    numerals = {"I": 1, "IV": 4, "IX": 9, "XIV": 14, "XX": 20, "XXI": 21, "XL": 40, "L": 50, "LX": 60}
    for numeral, value in numerals.items():
        assert re.fullmatch(ROMAN, numeral)
        assert roman(numeral) == value
    assert not re.fullmatch(ROMAN, "IIII")
    assert not re.fullmatch(ROMAN, "")


def test_numbers_are_not_loaded_before_the_first_one_is_said() -> None:
    """num2words takes 20 ms and 5 MB; the first audio byte waits for neither."""
    code = (
        "import sys, radiocast.newsroom.newsroom\n"
        "loaded = {'num2words', 'radiocast.newsroom.languages.english'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


SHONA = """
from typing import Final

from radiocast.newsroom.languages.language import Language

LANGUAGE: Final = Language(
    code="sn",
    templates={"story": "{headline}", "outro": "Ndiwo mashoko e{station}."},
    written_out=lambda text: text.replace("Va.", "VaMambo"),
    never_end=frozenset({"va"}),
)
"""


def test_a_third_language_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shona.py").write_text(SHONA)
    monkeypatch.setattr(languages, "__path__", [*languages.__path__, str(tmp_path)])
    known.cache_clear()
    try:
        assert set(known()) == {"en", "fr", "sn"}
        assert (
            spoken("Va. Moyo vafamba nebhazi rechitatu", "sn-ZW") == "VaMambo Moyo vafamba nebhazi rechitatu"
        )
        assert sentences("Va. Moyo. Vafamba.", "sn") == ("Va. Moyo.", "Vafamba.")
        assert Wording().say("sn", "outro", station="Newsline") == "Ndiwo mashoko eNewsline."
    finally:
        sys.modules.pop("radiocast.newsroom.languages.shona", None)
        known.cache_clear()
        spoken.cache_clear()
