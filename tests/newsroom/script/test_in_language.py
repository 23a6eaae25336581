"""A bulletin in a language of its own reads the stories in that language."""

from dataclasses import replace
from datetime import UTC, datetime

from radiocast.model.story import Story
from radiocast.newsroom.script.in_language import in_language

ENGLISH = Story(
    slug="budget",
    headline="Budget of the town says what it will spend",
    body_text=("The town will spend 12,000 beads on lamps.",),
    versioncreated=datetime(2026, 3, 11, 6, 0, tzinfo=UTC),
)
FRENCH = replace(
    ENGLISH,
    slug="pain",
    headline="Le boulanger de la gare ouvre à 5 h 30",
    body_text=("Il vend 300 pains par jour dans une boutique qui est à côté du quai.",),
)


def read(*stories: Story, asked: str, house: str = "en") -> list[tuple[str, str]]:
    return [(story.slug, story.language) for story in in_language(stories, asked, house=house)]


def test_without_a_language_of_its_own_a_bulletin_reads_everything() -> None:
    assert read(ENGLISH, FRENCH, replace(FRENCH, language="fr"), asked="") == [
        ("budget", ""),
        ("pain", ""),
        ("pain", "fr"),
    ]


def test_a_french_bulletin_of_an_english_station_reads_no_english() -> None:
    assert read(ENGLISH, replace(FRENCH, language="fr-CA"), replace(ENGLISH, language="en"), asked="fr") == [
        ("pain", "fr-CA")
    ]


def test_a_story_that_says_no_language_is_known_by_its_little_words() -> None:
    assert read(ENGLISH, FRENCH, asked="fr") == [("pain", "fr")]
    assert read(ENGLISH, FRENCH, asked="en-GB", house="fr") == [("budget", "en-GB")]


def test_what_cannot_be_told_is_in_the_stations_language() -> None:
    bare = replace(ENGLISH, headline="Well runs dry", body_text=())
    assert read(bare, asked="fr") == []
    assert read(bare, asked="fr", house="fr") == [("budget", "fr")]
    # No little words are known of this one.
    assert read(bare, replace(bare, language="sn"), asked="sn") == [("budget", "sn")]
