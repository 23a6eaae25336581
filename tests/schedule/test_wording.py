"""Hours and dates in words."""

from datetime import date

import pytest

from radiocast.schedule.wording import day_text, days_text, duration_words, hours_text, listed


@pytest.mark.parametrize(
    ("slots", "text"),
    [
        ((), ""),
        (range(168), "every day"),
        (range(24), "Mon"),
        ((6, 7, 8), "Mon 06-09"),
        ([d * 24 + h for d in range(5) for h in (6, 7, 8)], "Mon-Fri 06-09"),
        ((23, 24, 25), "Mon 23-24, Tue 00-02"),
        ((6, 7, 12), "Mon 06-08, 12-13"),
        ([d * 24 + 7 for d in (0, 1, 5)], "Mon, Tue, Sat 07-08"),
    ],
)
def test_hours_of_the_week(slots: range | tuple[int, ...], text: str) -> None:
    assert hours_text(slots) == text


def test_days_dates_and_durations() -> None:
    assert days_text((5, 6)) == "Sat, Sun"
    assert day_text(date(2026, 12, 24)) == "Thu 24 Dec 2026"
    assert [duration_words(s) for s in (0, 45, 5400, 7200, 3661)] == [
        "0 s",
        "45 s",
        "1 h 30 min",
        "2 h",
        "1 h 1 min 1 s",
    ]


def test_lists_end_with_and_or_with_how_many_more() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "b"]) == "a and b"
    assert listed("abc") == "a, b and c"
    assert listed("abcdef") == "a, b, c, d and 2 more"
