"""What of a story is told, and what is a label or has been said."""

from datetime import UTC, datetime

import pytest

from radiocast.model.story import Story
from radiocast.newsroom.script.telling import headline_of, repeats, telling

NOW = datetime(2026, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headline", "language", "read"),
    [
        ("UPDATE 2 - Goat boards ferry", "en", "Goat boards ferry."),
        ("WATCH: goat boards ferry", "en", "Goat boards ferry."),
        ("Exclusive | Breaking: Goat boards ferry", "en", "Goat boards ferry."),
        ("Correction: Goat boards bus", "en", "Goat boards bus."),
        ("Live music returns to the ferry", "en", "Live music returns to the ferry."),
        ("Video-shop goat boards ferry", "en", "Video-shop goat boards ferry."),
        ("Breaking:", "en", "Breaking."),
        ("URGENT - La chèvre part", "fr", "La chèvre part."),
        ("WATCH: mbudzi", "sn", "WATCH: mbudzi."),
    ],
)
def test_labels_before_a_headline_are_not_read(headline: str, language: str, read: str) -> None:
    assert headline_of(Story(slug="s", headline=headline, versioncreated=NOW), language) == read


@pytest.mark.parametrize(
    ("sentence", "again"),
    [
        ("The goat has boarded the Kando ferry for the ninth time.", True),
        ("A goat boarded the Kando ferry on Tuesday.", True),
        ("On Tuesday, in light rain, and to nobody's surprise, a goat boarded the Kando ferry.", False),
        ("Goat boards ferry.", False),
        ("Nobody saw the Kando ferry leave without its usual passenger.", False),
    ],
)
def test_a_sentence_that_is_the_headline_over_again(sentence: str, again: bool) -> None:
    assert repeats("Goat boards Kando ferry", sentence, "en") is again


def test_a_short_headline_is_no_repetition_of_anything() -> None:
    assert not repeats("Goat sails", "Goat sails again on the early ferry to Kando.", "en")


def test_nothing_is_told_of_nothing() -> None:
    story = Story(slug="s", headline="-", description_text="“”", body_text=("", "🎉"), versioncreated=NOW)
    assert telling(story, "en") == ()


@pytest.mark.parametrize(
    ("paragraph", "told"),
    [
        (
            "The note says: “Sorry. It kept raining. I have it still.” The café put it up. It is blue.",
            (
                "The note says: Sorry. It kept raining. I have it still.",
                "The café put it up.",
                "It is blue.",
            ),
        ),
        ('She said: "No. Never." He left.', ("She said: No. Never.", "He left.")),
        (
            "“This goes on. In the next paragraph. And on.",
            ("This goes on.", "In the next paragraph.", "And on."),
        ),
        (
            f"“It began. {'We sang and sang. ' * 30}It ended.” They went home.",
            ("It began.", "We sang and sang.", "It ended.", "They went home."),
        ),
    ],
)
def test_a_quotation_is_never_cut_in_the_middle_unless_it_is_a_speech(
    paragraph: str, told: tuple[str, ...]
) -> None:
    story = Story(slug="s", headline="A note by the till", body_text=(paragraph,), versioncreated=NOW)
    assert telling(story, "en") == told
