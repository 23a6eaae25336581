"""Which clock plays in which hour of which day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.config.schedule import (
    ALWAYS,
    Clock,
    DateRule,
    Daypart,
    GridRule,
    ScheduleConfig,
    Source,
    Window,
)
from radiocast.schedule.days import BY_DATE, BY_DAYS_AND_HOURS, BY_DEFAULT, BY_HOURS_OR_DAYS, Days, allows

MUSIC = Source(type="rotation", name="music")
MONDAY = date(2026, 6, 1)
# `fri 22-02`: two hours of Friday, two of Saturday.
FRIDAY_NIGHT = frozenset({4 * 24 + 22, 4 * 24 + 23, 5 * 24, 5 * 24 + 1})
NIGHTS = frozenset(day * 24 + hour for day in range(7) for hour in (22, 23, 0, 1))
SUNDAY_NIGHT = frozenset({6 * 24 + 23, 0})
WEEKEND = frozenset(range(5 * 24, 7 * 24))


def grid(written: str, slots: frozenset[int], *, days: bool = False, hours: bool = False) -> GridRule:
    return GridRule(written=written, slots=slots, clock=written, days=days, hours=hours)


def days(*rules: GridRule, exceptions: tuple[DateRule, ...] = ()) -> Days:
    names = ["usual", *(rule.clock for rule in rules), *(rule.clock for rule in exceptions)]
    clocks = {name: Clock(name=name, entries=()) for name in names}
    return Days(
        ScheduleConfig(
            clocks=clocks, default_clock="usual", grid=rules, exceptions=exceptions, sustainer=MUSIC
        )
    )


def christmas(**fields: object) -> DateRule:
    return DateRule(first=date(2026, 12, 25), last=date(2026, 12, 25), clock="holiday", **fields)  # type: ignore[arg-type]


def test_what_no_rule_covers_has_the_default() -> None:
    slot = days().slot(MONDAY, 12)
    assert (slot.clock.name, slot.rank) == ("usual", BY_DEFAULT)


def test_the_narrower_rule_wins_and_of_equals_the_first() -> None:
    found = days(
        grid("sat,sun", WEEKEND, days=True),
        grid("22-02", NIGHTS, hours=True),
        grid("fri 22-02", FRIDAY_NIGHT, days=True, hours=True),
    )
    saturday = MONDAY + timedelta(days=5)
    assert [found.slot(saturday, hour).clock.name for hour in (0, 1, 2, 22)] == [
        "fri 22-02",
        "fri 22-02",
        "sat,sun",
        "sat,sun",
    ]
    assert found.slot(saturday, 0).rank == BY_DAYS_AND_HOURS
    assert found.slot(MONDAY, 23).clock.name == "22-02"
    assert found.slot(MONDAY, 23).rank == BY_HOURS_OR_DAYS


@pytest.mark.parametrize(
    "evening",
    [date(2026, 5, 31), date(2028, 2, 27), date(2023, 12, 31)],
    ids=["month's end", "near a leap day", "year's end"],
)
def test_a_sunday_night_goes_on_into_monday(evening: date) -> None:
    assert evening.weekday() == 6
    found = days(grid("sun 23-01", SUNDAY_NIGHT, days=True, hours=True))
    morning = evening + timedelta(days=1)
    assert found.slot(evening, 23).clock.name == found.slot(morning, 0).clock.name == "sun 23-01"
    assert found.slot(evening, 22).clock.name == found.slot(morning, 1).clock.name == "usual"


def test_an_exception_wins_over_the_grid_on_its_dates_only() -> None:
    found = days(
        grid("fri 22-02", FRIDAY_NIGHT, days=True, hours=True),
        exceptions=(DateRule(first=date(2026, 12, 24), last=date(2026, 12, 26), clock="holiday"),),
    )
    names = [found.slot(date(2026, 12, day), 23).clock.name for day in (23, 24, 25, 26, 27)]
    assert names == ["usual", "holiday", "holiday", "holiday", "usual"]
    assert found.slot(date(2026, 12, 25), 23).rank == BY_DATE
    assert found.slot(date(2027, 12, 25), 12).clock.name == "usual"


def test_of_two_exceptions_the_first_counts() -> None:
    morning = christmas(hours=frozenset({6, 7}))
    later = DateRule(first=date(2026, 12, 1), last=date(2026, 12, 31), clock="december")
    found = days(exceptions=(morning, later))
    assert [found.slot(date(2026, 12, 25), hour).clock.name for hour in (5, 6, 8)] == [
        "december",
        "holiday",
        "december",
    ]


def test_the_hours_of_an_exception_past_midnight_belong_to_its_date() -> None:
    eve = DateRule(
        first=date(2026, 12, 31),
        last=date(2026, 12, 31),
        clock="party",
        hours=frozenset({22, 23}),
        hours_next=frozenset({0, 1}),
    )
    found = days(exceptions=(eve,))
    assert found.slot(date(2026, 12, 31), 22).clock.name == "party"
    assert found.slot(date(2027, 1, 1), 1).clock.name == "party"
    assert found.slot(date(2026, 12, 31), 0).clock.name == "usual"
    assert found.slot(date(2027, 1, 1), 2).clock.name == "usual"


def test_a_yearly_exception_comes_every_year_also_over_new_year() -> None:
    season = DateRule(first=date(2026, 12, 24), last=date(2026, 1, 2), clock="holiday", yearly=True)
    found = days(exceptions=(season,))
    for year in (2025, 2026, 2031):
        names = [found.slot(date(year, *day), 12).clock.name for day in ((12, 23), (12, 24), (1, 2), (1, 3))]
        assert names == ["usual", "holiday", "holiday", "usual"]


def test_a_yearly_exception_of_a_leap_day_comes_in_leap_years() -> None:
    leap = DateRule(first=date(2024, 2, 29), last=date(2024, 2, 29), clock="leap", yearly=True)
    found = days(exceptions=(leap,))
    assert found.slot(date(2028, 2, 29), 0).clock.name == "leap"
    assert found.slot(date(2027, 2, 28), 0).clock.name == "usual"
    assert found.slot(date(2027, 3, 1), 0).clock.name == "usual"


NIGHT = Daypart(from_s=22 * 3600.0, until_s=2 * 3600.0)
FRIDAYS = Window(days=(4,), dayparts=(NIGHT,))


@pytest.mark.parametrize(
    ("day", "hour", "allowed"),
    [(5, 22, True), (5, 21.99, False), (6, 0, True), (6, 1.99, True), (6, 2, False), (5, 1, False)],
)
def test_a_daypart_past_midnight_belongs_to_the_day_it_begins_on(
    day: int, hour: float, allowed: bool
) -> None:
    assert allows(FRIDAYS, date(2026, 6, day), hour * 3600) is allowed


def test_a_window_has_both_its_dates() -> None:
    may = Window(first=date(2026, 5, 1), last=date(2026, 5, 31))
    assert [allows(may, date(2026, *day), 0.0) for day in ((4, 30), (5, 1), (5, 31), (6, 1))] == [
        False,
        True,
        True,
        False,
    ]


@given(day=st.dates(date(1990, 1, 1), date(2090, 1, 1)), second=st.floats(0, 86_399.9))
def test_always_is_always(day: date, second: float) -> None:
    assert allows(ALWAYS, day, second)
    assert allows(Window(dayparts=(Daypart(from_s=0.0, until_s=0.0),)), day, second)
