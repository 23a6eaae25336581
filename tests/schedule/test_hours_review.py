"""Hours over and under length."""

import pytest

from radiocast.model.errors import Problem, Severity
from radiocast.schedule.hours_review import over_length, uncovered
from radiocast.schedule.lengths import Lengths
from radiocast.schedule.places import Places
from tests.schedule.examining import AMPLE, FILE, here, only, station
from tests.schedule.studio_day import schedule


def hours(*entries: str, second: str = "{fill: rotation/music}") -> str:
    lines = "".join(f"    - {entry}\n" for entry in entries)
    return station(clocks=f"clocks:\n  h:\n{lines}  other: [{second}]\n", grid="{default: h}")


def too_long(text: str) -> tuple[Problem, ...]:
    config = schedule(text)
    return tuple(over_length(config, Lengths(config, AMPLE), Places(config, FILE)))


def holes(text: str) -> tuple[Problem, ...]:
    config = schedule(text)
    return tuple(uncovered(config, Lengths(config, AMPLE), Places(config, FILE)))


FILL = "{fill: rotation/music}"
NEWS = '{at: "00:00", start: hard, play: bulletin/hourly}'


@pytest.mark.parametrize(
    ("following", "becomes"),
    [
        ('{at: "02:00", start: hard, play: cart/promo}', "waits for the bulletin to end, 1:00 late"),
        ('{at: "02:00", start: hard, play: cart/promo, priority: 51}', "cuts it off"),
        ('{at: "02:00", play: cart/promo}', "comes late"),
        ('{at: "02:00", play: cart/promo, drop_after: 30s}', "is dropped, being more than 30s late"),
    ],
)
def test_what_becomes_of_a_start_that_has_no_room(following: str, becomes: str) -> None:
    text = hours(NEWS, following, FILL)
    where, said = only(text, Severity.WARNING, too_long(text))
    assert where == NEWS
    assert said == f"clocks.h: what starts at 0:00 lasts 3:00, and the start at 2:00 {becomes}"


@pytest.mark.parametrize(
    ("limits", "becomes"),
    [
        ("", "goes before it"),
        (", wait_up_to: 90s", "goes before it"),
        (", wait_up_to: 30s", "waits for the bulletin to end, 2:00 late"),
        (", drop_after: 30s", "waits for the bulletin to end, 2:00 late"),
    ],
)
def test_a_bulletin_that_may_wait_lets_a_hard_start_go_first(limits: str, becomes: str) -> None:
    """As the planner does: regression, it was said to hold up the hard start."""
    news = f'{{at: "29:00"{limits}, play: bulletin/hourly}}'
    text = hours(
        FILL.replace("}", ', until: "29:00"}'), news, '{at: "30:00", start: hard, play: cart/promo}', FILL
    )
    assert too_long(text)[0].message.endswith(f"and the start at 30:00 {becomes}")


def test_music_is_cut_off_by_a_hard_start_of_any_priority() -> None:
    text = hours(
        '{at: "00:00", play: rotation/music}',
        '{at: "01:00", start: hard, play: cart/promo, priority: 1}',
        FILL,
    )
    assert too_long(text)[0].message.endswith("and the start at 1:00 cuts it off")


def test_the_clock_that_really_follows_is_the_one_that_counts() -> None:
    late = '{at: "58:00", play: bulletin/hourly}'
    head = hours(NEWS, FILL.replace("}", ', until: "58:00"}'), late, second=NEWS)
    alone = head.replace("{default: h}", "{default: other, 06-07: h}").replace("06-07", '"06-07"')
    (problem,) = too_long(alone)
    assert here(alone, problem) == late
    assert "the start at 0:00 of the next hour (other) goes before it" in problem.message
    # Followed by an hour of nothing but music it may last.
    assert too_long(alone.replace(f"  other: [{NEWS}]", f"  other: [{FILL}]")) == ()


def test_time_that_nothing_covers_is_told_to_the_second() -> None:
    text = hours(NEWS, '{at: "10:00", play: cart/promo}', FILL.replace("}", ', until: "55:00"}'))
    (problem,) = holes(text)
    assert problem.severity is Severity.WARNING
    assert here(text, problem).startswith("h:")
    assert "nothing is scheduled from 03:00 to 10:00 and from 55:00 to 60:00" in problem.message
    assert problem.hint == 'put {fill: rotation/music, until: "10:00"} there'


def test_an_hour_that_begins_with_nothing_is_told() -> None:
    assert "from 00:00 to 05:00;" in holes(hours('{at: "05:00", play: cart/promo}', FILL))[0].message


@pytest.mark.parametrize(
    "entries",
    [
        (FILL,),
        (NEWS, FILL),
        (NEWS, "{after: prev, play: cart/promo}", FILL),
        ('{at: "00:00", play: stream/https://example.org/live, duration: 1h}',),
        # What is not there is told as such, and its time is no hole.
        ('{at: "00:00", play: file/shows/none.mp3}',),
    ],
)
def test_hours_that_are_covered(entries: tuple[str, ...]) -> None:
    assert holes(hours(*entries)) == ()
