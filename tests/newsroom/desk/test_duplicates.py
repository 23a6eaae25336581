"""The same story from two desks is one, and two stories are two."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.story import Story
from radiocast.newsroom.desk import duplicates
from radiocast.newsroom.desk.duplicates import SAME_NEWS, same_stories
from tests.newsroom.texts import WHEN

ALIKE = 0.6
HEADLINE = "Ferry captains refuse to sail as harbour board withholds winter pay"
BODY = (
    "Ferries stayed tied up along the lake on Wednesday as captains waited for six weeks of pay.",
    "Eleven lake hands, as they are known in the villages, say that the board stopped their wages in June.",
    "The board says that nobody who did not sail was owed anything. The court sits on Friday.",
)

CHOIR = (
    "A choir that sings on the bus has won the cup again, and the driver, a plumber and two nurses were given"
    " tea by the mayor on the steps of the town hall before the last stop."
)


def story(slug: str, headline: str = HEADLINE, body: tuple[str, ...] = BODY, **fields: object) -> Story:
    made = Story(slug=slug, headline=headline, body_text=body, versioncreated=WHEN)
    return replace(made, **fields)  # type: ignore[arg-type]


def same(*stories: Story, alike: float = ALIKE) -> bool:
    groups = same_stories(stories, alike=alike)
    return len(groups) == len(stories) and len(set(groups.values())) == 1


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        pytest.param(HEADLINE, BODY, id="word for word"),
        pytest.param(HEADLINE.upper(), BODY, id="in capitals"),
        pytest.param(
            "Captains of lake ferries refuse to sail over unpaid winter pay", BODY, id="new headline"
        ),
        pytest.param(HEADLINE, BODY[:1], id="cut from below"),
        pytest.param(HEADLINE, (), id="headline alone"),
        pytest.param(
            "Lake ferry captains refuse to sail as harbour board withholds winter pay",
            (
                "Ferries stayed tied up along the lake Wednesday while captains waited for 6 weeks’ pay.",
                "11 “lake hands”, as they’re known in villages, said the board stopped their wages in June.",
                "The board says nobody who did not sail was owed anything.",
            ),
            id="edited by a sub-editor, figures for words",
        ),
    ],
)
def test_wire_edits_are_the_same_story(headline: str, body: tuple[str, ...]) -> None:
    assert same(story("a"), story("b", headline, body))


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        pytest.param("Goat with season ticket boards the ferry", BODY[1:], id="another headline and body"),
        pytest.param(HEADLINE, (CHOIR,), id="another body"),
        pytest.param("Choir on a bus wins the cup", BODY, id="another headline"),
        pytest.param(HEADLINE.replace("winter pay", "winter pay of 40"), BODY, id="more said: the same"),
    ],
)
def test_headline_and_body_both_count(headline: str, body: tuple[str, ...]) -> None:
    assert same(story("a"), story("b", headline, body)) is ("40" in headline)


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("Bus leaves the road at Mopane: 3 hurt", "Bus leaves the road at Mopane: 30 hurt", False),
        ("Bus leaves the road at Mopane: 3 hurt", "Bus leaves road at Mopane, three hurt", True),
        ("Bus leaves the road at Mopane: 21 hurt", "Bus leaves the road at Mopane: twenty-one hurt", True),
        ("Bus leaves the road at Mopane: 21 hurt", "Bus leaves the road at Mopane: twenty-two hurt", False),
        ("Dam at Mopane holds 1,200 tonnes of silt", "Dam at Mopane holds 1200 tonnes of silt", True),
        ("Dam at Mopane to cost 1.5 million beads", "Dam at Mopane to cost 1,500,000 beads", True),
        ("Dam at Mopane to cost 1.5 million beads", "Dam at Mopane to cost 1.5 billion beads", False),
        ("One hurt as bus leaves the road at Mopane", "Two hurt as bus leaves the road at Mopane", False),
        ("Trois blessés dans un accident de bus", "3 blessés dans un accident de bus", True),
        ("Trois blessés dans un accident de bus", "Treize blessés dans un accident de bus", False),
    ],
)
def test_figures_decide(one: str, other: str, are_same: bool) -> None:
    assert same(story("a", one, ()), story("b", other, ())) is are_same


def test_a_figure_that_only_one_of_them_gives_is_no_contradiction() -> None:
    assert same(
        story("a", "Bus leaves the road at Mopane", ()),
        story("b", "Bus leaves the road at Mopane: 3 hurt", ()),
        alike=0.5,
    )


def test_figures_that_each_gives_somewhere_are_no_contradiction() -> None:
    one = story(
        "a", "Bus leaves the road at Mopane: 3 hurt", ("A bus left the road.", "There were 40 aboard.")
    )
    other = story(
        "b", "Bus with 40 aboard leaves the road at Mopane", ("A bus left the road.", "Hurt were 3.")
    )
    assert same(one, other, alike=0.3)


@pytest.mark.parametrize("mark", ["'", "’"])
def test_possessives_are_the_same_word(mark: str) -> None:
    assert same(
        story("a", f"Ferry{mark}s captain sails", ()), story("b", "Ferry captain sails", ()), alike=0.8
    )


def test_a_group_never_holds_two_figures_though_a_third_is_like_both() -> None:
    three = story("three", "Bus leaves the road at Mopane: 3 hurt", ())
    thirty = story("thirty", "Bus leaves the road at Mopane: 30 hurt", ())
    neither = story("neither", "Bus leaves the road at Mopane, people hurt", ())
    groups = same_stories([three, thirty, neither], alike=0.5)
    assert len(groups) == 2
    assert not {"three", "thirty"} <= set(next(iter(groups.values())))


def test_what_is_like_what_is_like_it_is_in_the_group() -> None:
    first = story("a", "Ferry captains refuse to sail in winter", ())
    last = story("c", "Captains of the lake refuse to sail in winter", ())
    between = story("b", "Ferry captains of the lake refuse to sail in winter", ())
    assert not same(first, last)
    assert same(first, between, last)


def test_days_apart_it_is_a_report_that_comes_again() -> None:
    assert same(story("a"), story("b", versioncreated=WHEN - SAME_NEWS))
    assert not same(story("a"), story("b", versioncreated=WHEN - SAME_NEWS - timedelta(seconds=1)))


def test_a_correction_is_not_what_it_corrects_but_corrections_may_be_the_same() -> None:
    assert not same(story("a"), story("b", corrects="a"))
    assert same(story("b", corrects="a"), story("c", corrects="a"))


def test_a_translation_is_another_story() -> None:
    assert not same(story("a", language="en"), story("b", language="fr"))
    assert same(story("a", language="en-GB"), story("b", language="en"))
    assert same(story("a", language=""), story("b", language="en"))


def test_signs_without_spaces_are_words() -> None:
    one, other = "湖渡船长拒绝出航因港务局拖欠冬季工资", "湖渡船长拒绝出航因港务局未付冬季工资"
    assert same(story("a", one, ()), story("b", other, ()))
    assert not same(story("a", one, ()), story("b", "合唱团在公共汽车上赢得全国冠军", ()))


@pytest.mark.parametrize("text", ["All about the {} is said here.", ""])
def test_short_stories_of_one_pattern_are_several(text: str) -> None:
    stories = [
        story(name, f"Storm on Monday shuts the old {name} at Mopane", (text.format(name),))
        for name in ("school", "bridge", "harbour", "market")
    ]
    assert same_stories(stories, alike=ALIKE) == {}


def test_a_form_of_words_that_many_stories_have_makes_them_not_one() -> None:
    names = [
        f"{first}{last}"
        for first in ("Mo", "Ka", "Li", "Ru")
        for last in ("pane", "riba", "tanga", "wezi", "dora")
    ]
    stories = [
        story(name, f"{name} council opens the {other} road", BODY)
        for name, other in zip(names, names[1:] + names[:1], strict=True)
    ]
    assert same_stories(stories, alike=ALIKE) == {}
    forecasts = [story(name, f"Weather in the district of {name} for tomorrow", ()) for name in names]
    assert same_stories(forecasts, alike=ALIKE) == {}


def test_off() -> None:
    assert same_stories([story("a"), story("b")], alike=0.0) == {}


def test_many_copies_are_one_group() -> None:
    assert same(*(story(f"s{number}") for number in range(60)))


def test_the_work_grows_with_the_stories_and_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    def letters(number: int) -> str:
        return "".join(chr(ord("a") + int(digit)) for digit in str(number))

    # All have a form of words, and words of their own.
    stories = [
        story(
            f"s{number}",
            f"Council of {letters(number)} meets again",
            (f"{letters(number)} kept. " * 9, *BODY),
        )
        for number in range(400)
    ]
    compared = 0
    score = duplicates._score

    def counted(*given: Any) -> float:
        nonlocal compared
        compared += 1
        return score(*given)

    monkeypatch.setattr(duplicates, "_score", counted)
    same_stories(stories, alike=ALIKE)
    assert 0 < compared < 400 * 20 < 400 * 399 / 2


def test_the_same_headline_over_other_news_each_time() -> None:
    title = "The weather in the valley tomorrow"
    assert not same(story("a", title, ("Sunny and dry.",)), story("b", title, ("Rain, and then snow.",)))
    assert same(story("a", title, ("Sunny and dry.",)), story("b", title, ("It will be sunny and dry.",)))


texts = st.text(max_size=60) | st.sampled_from(
    [HEADLINE, "", "3 hurt at Mopane bridge today", "…", "१२३ ٣ Ⅷ"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(texts, st.lists(texts, max_size=3)), max_size=8), st.floats(0, 1), st.randoms())
def test_any_texts_give_groups_that_do_not_depend_on_their_order(
    given_texts: list[tuple[str, list[str]]], alike: float, chance: random.Random
) -> None:
    stories = [
        story(f"s{number}", headline, tuple(body)) for number, (headline, body) in enumerate(given_texts)
    ]
    groups = same_stories(stories, alike=alike)
    for slug, group in groups.items():
        assert slug in group
        assert len(group) > 1
        assert all(groups[other] == group for other in group)
    chance.shuffle(stories)
    assert same_stories(stories, alike=alike) == groups
