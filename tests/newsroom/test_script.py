from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.schedule import BulletinPlan
from radiocast.model.play import Kind
from radiocast.model.story import Story
from radiocast.newsroom.attribution import attribution
from radiocast.newsroom.script import Role, Script, greeting, spoken_time, write_script
from radiocast.newsroom.titles import TitleWriter
from tests.newsroom.texts import WHEN

PLAN = BulletinPlan(name="hourly", sounder="s.ogg")
STORY = Story(
    slug="well",
    headline="Well runs dry",
    description_text="The hill has had no rain since May",
    byline="Gabriella Clare",
    source="Mirror",
    body_text=tuple(
        f"Sentence number {number} says what happened on the hill. It goes on." for number in range(30)
    ),
    versioncreated=WHEN,
)


def stories(count: int) -> tuple[Story, ...]:
    return tuple(
        replace(STORY, slug=f"s{number}", headline=f"Story {number} of the day") for number in range(count)
    )


def script(plan: BulletinPlan = PLAN, count: int = 3, titles: TitleWriter | None = None) -> Script:
    return write_script(
        plan,
        stories(count),
        at=WHEN,
        station="Newsline",
        titles=titles or TitleWriter("Newsline"),
        words_per_minute=165,
    )


def test_the_parts_of_a_bulletin_in_order() -> None:
    made = script(count=3)
    assert [(part.role, part.slug) for part in made.parts] == [
        (Role.SOUNDER, ""),
        (Role.INTRO, ""),
        *((Role.HEADLINE, f"s{number}") for number in range(3)),
        *((Role.STORY, f"s{number}") for number in range(3)),
        (Role.OUTRO, ""),
    ]
    intro = made.parts[1]
    assert intro.text == (
        "Good morning. It is half past seven. Here is the news from Newsline. The headlines."
    )
    assert (intro.kind, intro.stream_title) == (Kind.BULLETIN, "Newsline News")
    first = made.parts[5]
    assert (first.kind, first.stream_title) == (Kind.STORY, "Story 0 of the day")
    assert first.text.startswith("Story 0 of the day. The hill has had no rain since May. Sentence number 0")
    assert first.text.endswith("It goes on. Gabriella Clare reports for the Mirror.")
    assert made.stories == ("s0", "s1", "s2")


@settings(deadline=None)
@given(st.integers(0, 8), st.floats(20, 600))
def test_the_estimate_keeps_to_the_target_where_there_is_enough_to_read(count: int, target_s: float) -> None:
    made = script(replace(PLAN, target_s=target_s), count)
    # Everybody's headline, first sentence and credit are read whatever the time: some 11 s a story.
    assert made.estimate_s <= max(target_s, 25 + 18 * count) + 1
    assert len(made.stories) == min(count, PLAN.max_stories)
    if count >= 3 and 60 <= target_s <= 300:
        assert made.estimate_s > target_s - 8 * count


def test_a_story_is_cut_at_the_end_of_a_sentence() -> None:
    text = script(replace(PLAN, target_s=60), 2).parts[-2].text
    told = text.removesuffix(" Gabriella Clare reports for the Mirror.")
    assert told.endswith(("It goes on.", "on the hill."))
    assert len(told) < 400


def test_no_stories_no_headlines_only_and_one_story() -> None:
    empty = script(count=0)
    assert [part.role for part in empty.parts] == [Role.SOUNDER, Role.INTRO, Role.OUTRO]
    assert "There is no news to report from Newsline at this hour." in empty.parts[1].text
    short = script(replace(PLAN, max_stories=0), 4)
    assert [part.role for part in short.parts if part.slug] == [Role.HEADLINE] * 3
    assert short.stories == ()
    assert not any(part.role is Role.HEADLINE for part in script(count=1).parts)


def test_nothing_is_said_twice() -> None:
    story = replace(STORY, body_text=("The hill has had no rain since May.", "It is dry."))
    made = write_script(PLAN, [story], at=WHEN, station="N", titles=TitleWriter("N"), words_per_minute=165)
    assert made.parts[2].text.count("no rain since May") == 1


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "Hello"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_greetings(hour: int, said: str) -> None:
    assert greeting(WHEN.replace(hour=hour)) == said


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "midnight"),
        (12, 0, "midday"),
        (21, 0, "nine o'clock"),
        (9, 30, "half past nine"),
        (11, 45, "a quarter to twelve"),
        (23, 50, "ten to twelve"),
        (12, 20, "twenty past twelve"),
        (9, 1, "1 minute past nine"),
        (12, 47, "13 minutes to one"),
    ],
)
def test_the_time_as_it_is_said(hour: int, minute: int, said: str) -> None:
    assert spoken_time(WHEN.replace(hour=hour, minute=minute)) == said


def test_every_minute_of_a_day_can_be_said() -> None:
    said = {spoken_time(WHEN + timedelta(minutes=minute)) for minute in range(24 * 60)}
    assert len(said) == 12 * 60 + 1  # "twelve o'clock" is always midday or midnight


@pytest.mark.parametrize(
    ("byline", "source", "said"),
    [
        ("Gabriella Clare", "Mirror", "Gabriella Clare reports for the Mirror."),
        ("Gabriella Clare", "The Valley Herald", "Gabriella Clare reports for the Valley Herald."),
        ("Ann Roe and Sam Dube", "Reuters", "Ann Roe and Sam Dube report for Reuters."),
        ("Staff reporter", "", "Our staff reporter reports."),
        ("Our correspondent", "AFP", "Our correspondent reports for AFP."),
        ("", "Mirror", "The Mirror reports."),
        ("", "Reuters", "Reuters reports."),
        ("", "", ""),
    ],
)
def test_attribution(byline: str, source: str, said: str) -> None:
    assert attribution(replace(STORY, byline=byline, source=source)) == said


def test_titles_by_template() -> None:
    titles = TitleWriter(
        "Newsline", story_template="{headline} ({source})", bulletin_template="{station}: {bulletin}"
    )
    made = script(titles=titles)
    assert made.parts[0].stream_title == "Newsline: hourly"
    assert made.parts[5].stream_title == "Story 0 of the day (Mirror)"
    assert titles.problems == []


@pytest.mark.parametrize(
    "template", ["{nope}", "{headline", "{headline.__class__}", "{0}", "{headline!r}", "{headline:>9}"]
)
def test_a_bad_template_falls_back_and_is_named(template: str) -> None:
    titles = TitleWriter("Newsline", story_template=template)
    assert script(titles=titles).parts[5].stream_title == "Story 0 of the day"
    assert len(titles.problems) == 1
    assert "titles.story" in titles.problems[0]
