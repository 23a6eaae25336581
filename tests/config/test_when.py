"""Days, hours, dates and times as staff write them, and what is said about what they slip into."""

from datetime import date, datetime

import pytest

from radiocast.config.schedule import Daypart
from radiocast.config.when import (
    Span,
    UnreadableError,
    date_span,
    dayparts,
    hours_of_day,
    moment,
    second_of_day,
    weekdays,
)

H = 3600.0


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("sat-mon", {5, 6, 0}),
        ("sun-sat", set(range(7))),
        ("mon-mon", {0}),
        ("Mon - Wed, Friday", {0, 1, 2, 4}),
        ("saturday,SUN", {5, 6}),
    ],
)
def test_days(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("mo-fri", "'mo' is no day", "did you mean"),
        ("weekend", "'weekend' is no day", "'sat,sun'"),
        ("weekdays", "is no day", "'mon-fri'"),
        ("mon,,fri", "a day is missing", "mon-fri"),
        ("mon-", "a day is missing", "mon-fri"),
        ("06-09", "is no day", "mon-fri"),
        ("", "a day is missing", ""),
    ],
)
def test_what_is_no_day(text: str, said: str, hint: str) -> None:
    with pytest.raises(UnreadableError, match=said) as caught:
        weekdays(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "today", "after"),
    [
        ("06-09", {6, 7, 8}, set()),
        ("06", {6}, set()),
        ("6-9", {6, 7, 8}, set()),
        ("06:00-09:00", {6, 7, 8}, set()),
        ("22-02", {22, 23}, {0, 1}),
        ("22-00", {22, 23}, set()),
        ("22-24", {22, 23}, set()),
        ("23", {23}, set()),
        ("00-24", set(range(24)), set()),
        ("06-09,16-19", {6, 7, 8, 16, 17, 18}, set()),
        ("06, 22 - 01", {6, 22, 23}, {0}),
    ],
)
def test_hours(text: str, today: set[int], after: set[int]) -> None:
    assert [set(hours) for hours in hours_of_day(text)] == [today, after]


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("06-06", "no stretch of hours", "00-24"),
        ("24", "no stretch of hours", "midnight is 00"),
        ("24-02", "no stretch of hours", "midnight is 00"),
        ("25", "no hour from 00 to 24", "06-09"),
        ("06:30-09", "not on the hour", "whole hours"),
        ("6am-9am", "no hour", "06-09"),
        ("-", "no hour", ""),
        ("06-09-12", "no hour", ""),
        ("٠٦", "no hour", ""),
    ],
)
def test_what_are_no_hours(text: str, said: str, hint: str) -> None:
    with pytest.raises(UnreadableError, match=said) as caught:
        hours_of_day(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("06:00-10:00", [(6 * H, 10 * H)]),
        ("06:30-10", [(6.5 * H, 10 * H)]),
        ("22:00-02:00", [(22 * H, 2 * H)]),
        ("00:00-24:00", [(0.0, 24 * H)]),
        ("06:00-09:00, 16:00-19:00", [(6 * H, 9 * H), (16 * H, 19 * H)]),
    ],
)
def test_dayparts(text: str, parts: list[tuple[float, float]]) -> None:
    assert dayparts(text) == tuple(Daypart(from_s=begin, until_s=end) for begin, end in parts)


@pytest.mark.parametrize("text", ["06:00", "06:00-06:00", "24:00-02:00", "06:60-07:00", "25:00-26:00", "a-b"])
def test_what_is_no_daypart(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        dayparts(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "first", "last", "yearly"),
    [
        ("2026-12-25", date(2026, 12, 25), date(2026, 12, 25), False),
        ("2026-5-1", date(2026, 5, 1), date(2026, 5, 1), False),
        ("2026-12-24..2026-12-26", date(2026, 12, 24), date(2026, 12, 26), False),
        ("2026-12-24 .. 2026-12-26", date(2026, 12, 24), date(2026, 12, 26), False),
        ("2026-05-01..", date(2026, 5, 1), None, False),
        ("..2026-05-31", None, date(2026, 5, 31), False),
        ("12-25", date(2000, 12, 25), date(2000, 12, 25), True),
        ("02-29", date(2000, 2, 29), date(2000, 2, 29), True),
        ("12-24..01-02", date(2000, 12, 24), date(2000, 1, 2), True),
    ],
)
def test_dates(text: str, first: date | None, last: date | None, yearly: bool) -> None:
    assert date_span(text) == Span(first=first, last=last, yearly=yearly)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30", "no such day"),
        ("2026-02-29", "no such day"),
        ("25.12.2026", "no date"),
        ("12/25", "no date"),
        ("tomorrow", "no date"),
        ("..", "no date"),
        ("2026-12-26..2026-12-24", "ends before it begins"),
        ("12-24..2026-12-26", "on one side only"),
        ("12-24..", "no end"),
        ("0206-12-25", "the year 0206 is a slip"),
        ("9999-12-31", "the year 9999 is a slip"),
    ],
)
def test_what_is_no_date(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said) as caught:
        date_span(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("20:00", 20 * H),
        ("8:05:30", 8 * H + 330),
        ("2026-11-03T20:00", datetime.fromisoformat("2026-11-03T20:00")),
        ("2026-11-03 20:00:30", datetime.fromisoformat("2026-11-03T20:00:30")),
        ("2026-11-03  20:00", datetime.fromisoformat("2026-11-03T20:00")),
    ],
)
def test_moments(text: str, when: datetime | float) -> None:
    assert moment(text) == when


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-03", "says the day and not the time"),
        ("2026-11-03T20:00Z", "has a zone in it"),
        ("2026-11-03T20:00+01:00", "has a zone in it"),
        ("11-03T20:00", "has no year"),
        ("24:00", "the end of a day"),
        ("20", "no time"),
        ("8pm", "no time"),
        ("20.00", "no time"),
        ("20:60", "no time of day"),
        ("tomorrow 20:00", "no date"),
        ("", "no time"),
    ],
)
def test_what_is_no_moment(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said) as caught:
        moment(text)
    assert caught.value.hint


def test_the_last_second_of_a_day_is_one() -> None:
    assert second_of_day("23:59:59") == 86_399.0
    with pytest.raises(UnreadableError):
        second_of_day("24:00:01")
