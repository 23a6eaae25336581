"""Cutting to time: the rules as properties, and bulletins of ordinary stories that always land."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.newsroom.production.cutting import Cut, Frame, Stretch, cut_to_time
from radiocast.newsroom.production.shares import WITHIN_S
from radiocast.newsroom.script.rundown import Passage, Role, Rundown, ScriptPart

AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
FRAME = Frame(
    opening=Stretch(4.9, 5.2, 5.6), tail=Stretch(2.5, 3.0, 4.0), sentence_s=0.25, longest_pause_s=60.0
)


def sentence(seconds: float, name: str) -> str:
    """A sentence that says how long it is."""
    return f"{seconds:.3f} {name}"


def length_of(_passage: Passage, text: str) -> float:
    return float(text.split(maxsplit=1)[0])


def passage(role: Role, lengths: list[float], *, slug: str = "", closing: float = 0.0) -> Passage:
    said = tuple(sentence(each, f"{role}-{slug}-{number}") for number, each in enumerate(lengths))
    return Passage(
        role=role,
        language="en",
        sentences=said,
        least=min(2, len(said)) if role in {Role.STORY, Role.CORRECTION} else len(said),
        closing=(sentence(closing, f"credit-{slug}"),) if closing else (),
        slug=slug,
        title=slug,
        stream_title=slug,
        pause_s=0.6 if slug else 0.5,
    )


def rundown(
    stories: list[list[float]],
    *,
    target_s: float = 180.0,
    max_s: float = 240.0,
    max_stories: int = 5,
    headlines: int = 3,
    corrections: list[list[float]] | None = None,
) -> Rundown:
    return Rundown(
        bulletin="hourly",
        at=AT,
        passages=(
            Passage(role=Role.SOUNDER, language="en", title="News", stream_title="News"),
            passage(Role.INTRO, [0.8, 1.4, 2.0, 0.9]),
            *(passage(Role.HEADLINE, [told[0]], slug=f"s{n}") for n, told in enumerate(stories[:headlines])),
            *(
                passage(Role.CORRECTION, told, slug=f"c{n}", closing=1.5)
                for n, told in enumerate(corrections or [])
            ),
            *(passage(Role.STORY, told, slug=f"s{n}", closing=2.0) for n, told in enumerate(stories)),
            passage(Role.OUTRO, [1.8]),
        ),
        target_s=target_s,
        max_s=max_s,
        max_stories=max_stories,
    )


def read(cut: Cut) -> list[str]:
    """Slugs of the stories that are read, in order."""
    return [
        part.slug for part in cut.script.parts if part.role in {Role.CORRECTION, Role.STORY} and part.slug
    ]


def length(cut: Cut, frame: Frame = FRAME) -> float:
    """The length, reckoned from what is said and not from what the cut says of itself."""
    spoken = [part for part in cut.script.parts if part.sentences]
    said = sum(
        sum(float(text.split(maxsplit=1)[0]) for text in part.sentences)
        + frame.sentence_s * (len(part.sentences) - 1)
        for part in spoken
    )
    return cut.opening_s + said + sum(part.pause_s for part in spoken[:-1]) + cut.tail_s


def told(cut: Cut) -> list[ScriptPart]:
    return [part for part in cut.script.parts if part.role is Role.STORY]


def told_s(part: ScriptPart) -> float:
    return sum(float(text.split(maxsplit=1)[0]) for text in part.sentences)


def is_cut(written: Rundown, cut: Cut) -> bool:
    """Whether any story is read and not whole."""
    return any(
        len(written.passages[place].sentences) + 1 > len(part.sentences)
        for place, part in zip(cut.places, cut.script.parts, strict=True)
        if part.role is Role.STORY
    )


def reasons(written: Rundown, cut: Cut) -> dict[str, str]:
    return {f"{written.passages[place].role} {written.passages[place].slug}": why for place, why in cut.why}


def ordinary(choose: random.Random) -> list[float]:
    """An ordinary story: a headline, and five to fifteen sentences of 2 to 12 s."""
    return [choose.uniform(2, 5), *(choose.uniform(2, 12) for _ in range(choose.randint(5, 15)))]


SENTENCES = st.floats(0.5, 25.0)
STORIES = st.lists(st.lists(SENTENCES, min_size=1, max_size=12), max_size=9)


@settings(max_examples=150, deadline=None)
@given(
    STORIES,
    st.lists(st.lists(SENTENCES, min_size=1, max_size=3), max_size=2),
    st.floats(20, 400),
    st.floats(0, 120),
    st.integers(1, 8),
    st.integers(0, 4),
)
def test_what_holds_for_any_news(
    stories: list[list[float]],
    corrections: list[list[float]],
    target_s: float,
    over_s: float,
    max_stories: int,
    headlines: int,
) -> None:
    written = rundown(
        stories,
        corrections=corrections,
        target_s=target_s,
        max_s=target_s + over_s,
        max_stories=max_stories,
        headlines=headlines,
    )
    cut = cut_to_time(written, length_of, FRAME)
    assert cut.length_s == pytest.approx(length(cut), abs=1e-6)
    assert cut == cut_to_time(written, length_of, FRAME), "the same news, the same bulletin"
    assert cut.length_s <= written.max_s + 0.011 or cut.problems
    assert len(told(cut)) <= max_stories
    # Whole passages in the rundown's order, each from its beginning on, with its credit.
    by_name = {(each.role, each.slug): each for each in written.passages}
    order = [(part.role, part.slug) for part in cut.script.parts]
    assert order == [each for each in by_name if each in order]
    for part in cut.script.parts:
        whole = by_name[part.role, part.slug]
        read = len(part.sentences) - len(whole.closing)
        assert part.sentences == (*whole.sentences[:read], *whole.closing)
        if part.role in {Role.STORY, Role.CORRECTION}:
            # Pauses stretch a little, and never so that they are heard.
            assert read >= 1
            assert part is cut.script.parts[-1] or 0.5 - 1e-9 <= part.pause_s <= 0.9 + 1e-9
    assert [each for place, each in enumerate(by_name) if place in cut.places] == order
    # What is lacking is lacking for a reason.
    stories_out = [
        place for place, (role, _) in enumerate(by_name) if (role is Role.STORY) and place not in cut.places
    ]
    others_out = {place for place, (role, _) in enumerate(by_name) if role is not Role.STORY} - {*cut.places}
    assert others_out <= dict(cut.why).keys()
    assert not stories_out or len(told(cut)) == max_stories or dict(cut.why).keys() & {*stories_out}
    # A bulletin is short only where there is no more to read, or the next sentence would be too much.
    if cut.length_s < target_s - WITHIN_S:
        for part in cut.script.parts:
            whole = by_name[part.role, part.slug]
            rest = whole.sentences[len(part.sentences) - len(whole.closing) :]
            if rest:
                longer_s = cut.length_s + length_of(whole, rest[0]) + FRAME.sentence_s
                # Three seconds are what pauses could make up for, the one way or the other.
                assert longer_s > min(written.max_s, target_s + (target_s - cut.length_s)) - 3.0


@pytest.mark.parametrize("seed", range(60))
def test_ordinary_news_lands_within_two_seconds_always(seed: int) -> None:
    choose = random.Random(seed)
    stories = [ordinary(choose) for _ in range(choose.randint(5, 12))]
    target_s = choose.choice([120.0, 180.0, 240.0])
    written = rundown(stories, target_s=target_s, max_s=target_s + 10, max_stories=choose.randint(3, 6))
    cut = cut_to_time(written, length_of, FRAME)
    assert abs(length(cut) - target_s) <= WITHIN_S or not is_cut(written, cut)
    if written.max_stories >= 5:
        assert length(cut) == pytest.approx(target_s, abs=0.5), "mostly to the tenth"


@pytest.mark.parametrize("seed", range(20))
def test_no_later_story_gets_much_more_than_an_earlier(seed: int) -> None:
    choose = random.Random(seed)
    stories = [ordinary(choose) for _ in range(6)]
    cut = cut_to_time(rundown(stories), length_of, FRAME)
    parts = told(cut)
    assert [part.slug for part in parts] == [f"s{n}" for n in range(len(parts))], "the desk's order"
    assert len(parts) == 5
    for earlier, part in enumerate(parts):
        is_whole = len(part.sentences) == len(stories[earlier]) + 1
        for later in parts[earlier + 1 :]:
            assert is_whole or told_s(later) <= told_s(part) + 14, "a sentence, and a little"


def test_too_little_news_is_as_long_as_it_is() -> None:
    written = rundown([[3.0, 5.0], [3.0, 4.0]])
    cut = cut_to_time(written, length_of, FRAME)
    assert [part.slug for part in told(cut)] == ["s0", "s1"]
    assert cut.why == ()
    assert 20 < cut.length_s < 60
    assert cut.problems == ()
    assert [cut.opening_s, cut.tail_s] == [5.2, 3.0], "nothing is drawn out for its sake"


def test_the_last_sentence_of_all_is_within_reach() -> None:
    """Regression: rounded to tenths, a whole story was a step longer than the table, and never whole."""
    stories = [[1.0], [1.0], [1.0, 1.140625, 1.0, 1.25, 1.75, 1.0, 1.0, 14.75, 21.0, 23.75]]
    written = rundown(stories, target_s=100.0, max_s=213.0, max_stories=8, headlines=4)
    assert length(cut_to_time(written, length_of, FRAME)) == pytest.approx(100, abs=WITHIN_S)


def test_landing_goes_before_fairness() -> None:
    """Regression: the fairest cuts were 2.35 s off where others, a sentence less fair, were not."""
    stories = [[13.75], [4.0, 1, 1, 3, 24.5, 24.5, 24.5, 9], [1.0, 5, 25, 24.5, 24.5, 0.5, 7]]
    written = rundown(stories, target_s=228.0, max_s=232.0, max_stories=3, headlines=2)
    assert length(cut_to_time(written, length_of, FRAME)) == pytest.approx(228, abs=WITHIN_S)


def test_no_news_at_all() -> None:
    cut = cut_to_time(rundown([]), length_of, FRAME)
    assert [part.role for part in cut.script.parts] == [Role.SOUNDER, Role.INTRO, Role.OUTRO]


def test_a_short_story_gives_way_to_a_later_one_only_where_the_target_needs_it() -> None:
    long, short = [3.0, *[5.0] * 12], [3.0, 3.0]
    needed = cut_to_time(rundown([long, short, long], target_s=120.0, max_stories=2), length_of, FRAME)
    assert [part.slug for part in told(needed)] == ["s0", "s2"]
    enough = cut_to_time(rundown([long, short, long], target_s=60.0, max_stories=2), length_of, FRAME)
    assert [part.slug for part in told(enough)] == ["s0", "s1"]


def test_too_much_for_the_target_costs_the_last_stories() -> None:
    written = rundown([[4.0, 9.0, 6.0, 5.0, 4.0]] * 5, target_s=60.0, max_s=80.0)
    cut = cut_to_time(written, length_of, FRAME)
    assert [part.slug for part in told(cut)] == ["s0", "s1"]
    assert length(cut) == pytest.approx(60, abs=WITHIN_S)
    assert reasons(written, cut)["story s4"] == "no time for it in 60 s"
    assert is_cut(written, cut)


def test_the_maximum_costs_headlines_then_stories_then_sentences() -> None:
    def cut_at(max_s: float, *, target_s: float | None = None) -> Cut:
        # Two sentences and the credit of each are 30 s; what is no story is 16 s, with three headlines 30.
        written = rundown(
            [[4.0, 23.0, 9.0]] * 3, target_s=target_s or max_s, max_s=max_s, max_stories=3, headlines=3
        )
        cut = cut_to_time(written, length_of, FRAME)
        assert length(cut) <= max_s
        return cut

    def roles(cut: Cut) -> list[Role]:
        return [part.role for part in cut.script.parts if part.role in {Role.HEADLINE, Role.STORY}]

    assert roles(cut_at(60.0)) == [Role.HEADLINE] * 3 + [Role.STORY]
    assert roles(cut_at(51.0)) == [Role.HEADLINE] * 1 + [Role.STORY]
    assert roles(cut_at(80.0, target_s=200.0)) == [Role.STORY] * 2
    short = cut_at(30.0)
    assert roles(short) == [Role.STORY]
    assert told(short)[0].sentences[0].startswith("4.000")
    assert len(told(short)[0].sentences) == 2, "the headline and the credit"
    assert [why for _, why in short.why].count("more than 30 s without") == 3


def test_what_cannot_be_cut_to_its_maximum_says_so() -> None:
    cut = cut_to_time(rundown([[30.0]], target_s=8.0, max_s=9.0), length_of, FRAME)
    assert "cannot be cut to its max of 9 s" in cut.problems[0]
    assert [part.role for part in cut.script.parts] == [Role.SOUNDER, Role.STORY]


def test_headlines_alone_keep_at_least_one() -> None:
    written = rundown([[6.0]] * 6, target_s=20.0, max_s=25.0, max_stories=0, headlines=6)
    cut = cut_to_time(written, length_of, FRAME)
    assert [part.slug for part in cut.script.parts if part.role is Role.HEADLINE] == ["s0"]
    assert read(cut) == []


def test_a_correction_is_read_whatever_the_time() -> None:
    written = rundown([[4.0, 9.0, 6.0]] * 4, target_s=60.0, corrections=[[5.0, 6.0, 4.0]])
    cut = cut_to_time(written, length_of, FRAME)
    assert read(cut)[0] == "c0"
    assert length(cut) == pytest.approx(60, abs=WITHIN_S)


def test_without_a_bed_no_pause_is_longer_than_it_may_be() -> None:
    bare = Frame(opening=Stretch.fixed(0.25), tail=Stretch.fixed(0.3), sentence_s=0.25, longest_pause_s=0.4)
    cut = cut_to_time(rundown([[4.0, 9.0, 6.0, 7.0, 3.0, 8.0]] * 5, target_s=90.0), length_of, bare)
    assert max(part.pause_s for part in cut.script.parts) <= 0.4
    assert length(cut, bare) == pytest.approx(90, abs=WITHIN_S)
