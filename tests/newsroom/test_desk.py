from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.story import Story
from radiocast.newsroom.desk import choose
from tests.newsroom.texts import WHEN


def story(slug: str, *, hours_old: float) -> Story:
    return Story(slug=slug, headline=slug.title(), versioncreated=WHEN - timedelta(hours=hours_old))


STORIES = (
    story("old", hours_old=60),
    story("mid", hours_old=5),
    story("new", hours_old=1),
    story("fresh", hours_old=0),
)


def slugs(**aired_minutes_ago: int) -> list[str]:
    aired = {slug: WHEN - timedelta(minutes=minutes) for slug, minutes in aired_minutes_ago.items()}
    return [each.slug for each in choose(STORIES, aired=aired, now=WHEN, at_most=9)]


def test_newest_first_and_what_is_two_days_old_last() -> None:
    assert slugs() == ["fresh", "new", "mid", "old"]


def test_what_was_not_aired_goes_first_then_what_was_longest_ago() -> None:
    assert slugs(fresh=10, new=20) == ["mid", "new", "fresh", "old"]


def test_old_stories_are_last_even_when_never_aired() -> None:
    assert slugs(fresh=1, new=2, mid=3) == ["mid", "new", "fresh", "old"]


def test_no_more_than_asked_for() -> None:
    assert [each.slug for each in choose(STORIES, aired={}, now=WHEN, at_most=2)] == ["fresh", "new"]
    assert choose(STORIES, aired={}, now=WHEN, at_most=0) == ()


@given(
    st.permutations(STORIES),
    st.dictionaries(st.sampled_from(["old", "mid", "new", "fresh"]), st.integers(0, 99)),
)
def test_the_order_of_the_folder_does_not_matter(shuffled: list[Story], ago: dict[str, int]) -> None:
    aired = {slug: WHEN - timedelta(minutes=minutes) for slug, minutes in ago.items()}
    chosen = choose(shuffled, aired=aired, now=WHEN, at_most=9)
    assert chosen == choose(STORIES, aired=aired, now=WHEN, at_most=9)
    assert len(chosen) == len(STORIES)
