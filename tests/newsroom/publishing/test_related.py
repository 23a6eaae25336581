"""Which stories are about the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.published import PublishedStory
from radiocast.newsroom.publishing.related import MOST, related
from tests.newsroom.publishing.a_bulletin import AT


def told(
    slug: str, headline: str, body: str = "", *, subject: tuple[str, ...] = (), corrects: str = ""
) -> PublishedStory:
    return PublishedStory(
        slug=slug,
        headline=headline,
        body_text=(body,) if body else (),
        subject=subject,
        corrects=corrects,
        versioncreated=AT,
        firstaired=AT,
        lastaired=AT,
    )


NEWS = (
    told("goat", "Goat boards the island ferry alone", "The ferry left the quay with a goat on its deck."),
    told("ferry", "Night ferry to the islands returns", "The ferry crosses to the islands again after dark."),
    told("bus", "Choir buys a bus", "Forty singers need not wait for the train any more."),
    told("train", "Slow train to run slower", "Passengers of the slow train want more time for the view."),
    told("cheese", "Cheese fair counts its wheels", "Three hundred wheels of cheese rolled into town."),
    told("library", "Library lends a telescope", "Readers may keep the telescope for two clear nights."),
)


def test_stories_that_share_rare_words_are_related_and_others_are_not() -> None:
    found = related(NEWS)
    assert found["goat"] == ("ferry",)
    assert found["ferry"] == ("goat",)
    assert found["cheese"] == ()


def test_a_common_subject_relates_what_no_word_does() -> None:
    found = related(
        (
            *NEWS,
            told("moon", "Eclipse seen by few", subject=("astronomy",)),
            told("star", "A comet passes", subject=("astronomy",)),
        )
    )
    assert found["moon"] == ("star",)


def test_a_correction_is_not_related_to_what_it_corrects() -> None:
    found = related((*NEWS, told("sheep", "Goat on the island ferry was a sheep", corrects="goat")))
    assert "sheep" not in found["goat"]
    assert "goat" not in found["sheep"]
    assert "ferry" in found["sheep"]


WORDS = st.lists(
    st.sampled_from(("ferry", "goat", "island", "quay", "choir", "train", "cheese", "moon")), max_size=8
)


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, max_size=12), st.randoms(use_true_random=False))
def test_it_is_the_same_in_any_order_and_bounded(bodies: list[list[str]], random: object) -> None:
    stories = [
        told(f"s{number}", " ".join(words[:3]), " ".join(words)) for number, words in enumerate(bodies)
    ]
    found = related(stories)
    shuffled = list(stories)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert related(shuffled) == found
    assert set(found) == {story.slug for story in stories}
    for slug, others in found.items():
        assert slug not in others
        assert len(others) == len(set(others)) <= MOST
        assert set(others) <= set(found)
