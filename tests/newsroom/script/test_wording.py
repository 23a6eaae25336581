"""The sentences of the house and of the station."""

from datetime import UTC, datetime

import pytest

from radiocast.config.station import Identity, NewsroomConfig, StationConfig
from radiocast.newsroom.languages import known
from radiocast.newsroom.languages.language import PLACEHOLDERS
from radiocast.newsroom.script.templates import fill
from radiocast.newsroom.script.wording import Wording, unframed


def station(templates: dict[str, dict[str, str]], language: str = "en") -> StationConfig:
    return StationConfig(
        station=Identity(name="Newsline", language=language), newsroom=NewsroomConfig(templates=templates)
    )


def test_a_stations_own_sentence_goes_before_the_houses() -> None:
    wording = Wording({"en-GB": {"intro": "{station} at {time}."}})
    assert wording.problems == []
    assert wording.say("en", "intro", station="Newsline", time="noon") == "Newsline at noon."
    assert wording.say("en-ZW", "headlines", station="Newsline") == "The headlines."


@pytest.mark.parametrize("template", ["{nope}", "{station", "{station.__class__}", "{0}", "{time!r}", "{}"])
def test_a_template_that_cannot_be_used_is_named_and_the_houses_is_said(template: str) -> None:
    wording = Wording({"en": {"intro": template}})
    assert len(wording.problems) == 1
    assert wording.problems[0].startswith("station.yaml, newsroom.templates.en.intro: ")
    assert "{greeting}, {time}, {station}, {bulletin}" in wording.problems[0] or "'}'" in wording.problems[0]
    said = wording.say("en", "intro", greeting="Hello", time="noon", station="N", bulletin="hourly")
    assert said == "Hello. It is noon. Here is the news from N."


def test_a_template_of_no_name_gets_the_nearest_one() -> None:
    assert Wording({"en": {"into": "x"}}).problems == [
        "station.yaml, newsroom.templates.en.into: there is no such template; did you mean intro?"
    ]


def test_every_language_has_every_sentence_and_all_can_be_filled() -> None:
    for code, language in known().items():
        assert language.templates.keys() == PLACEHOLDERS.keys(), code
        for name, template in language.templates.items():
            assert fill(template, dict.fromkeys(PLACEHOLDERS[name], "-"))


def test_a_language_without_a_file_frames_a_bulletin_once_the_station_gives_its_sentences() -> None:
    assert Wording().frame("sn") == "en"
    mine = {
        name: "Nhau. {station}" if "station" in fields else "Nhau" for name, fields in PLACEHOLDERS.items()
    }
    wording = Wording({"sn": mine})
    assert wording.problems == []
    assert wording.frame("sn") == "sn"
    assert wording.clock("sn", datetime(2026, 3, 12, 15, 5, tzinfo=UTC)) == "15:05"


@pytest.mark.parametrize(
    ("hour", "english", "french"),
    [
        (0, "Hello", "Bonsoir"),
        (5, "Good morning", "Bonjour"),
        (12, "Good afternoon", "Bonjour"),
        (18, "Good evening", "Bonsoir"),
        (23, "Good evening", "Bonsoir"),
    ],
)
def test_greetings(hour: int, english: str, french: str) -> None:
    at = datetime(2026, 3, 12, hour, tzinfo=UTC)
    assert Wording().greeting("en", at, station="N") == english
    assert Wording().greeting("fr", at, station="N") == french


def test_check_names_the_languages_that_have_no_frame() -> None:
    assert unframed(station({}), ["en", "fr-FR", "en-ZW"]) == ()
    (said,) = unframed(station({}), ["en", "sn", "sn"])
    assert said.startswith("bulletins in 'sn' are framed in English: radiocast has sentences in en, fr; ")
    assert "newsroom.templates.sn with greeting_morning, " in said
