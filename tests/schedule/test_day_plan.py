"""A day's plan: everything with a time of its own, what fills the rest, and the way through text."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.load import parse_schedule
from radiocast.model.play import Kind, Start
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.day_plan import DayPlan, day_bounds, day_plan
from tests.schedule.studio_day import NEWS_HOUR

ZONES = ("Europe/London", "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu")
WEDNESDAY = date(2026, 1, 14)


def calendar(zone: str = "Europe/London", text: str = NEWS_HOUR) -> Calendar:
    return Calendar(parse_schedule(text, Path("schedule.yaml")), ZoneInfo(zone))


def test_an_hour_has_its_hard_start_what_is_behind_it_and_its_soft_start() -> None:
    first, second, third = day_plan(calendar(), WEDNESDAY).timed[:3]
    midnight = datetime(2026, 1, 14, tzinfo=UTC)
    assert (first.at, first.source, first.kind, first.start) == (
        midnight,
        "cart/toh_id",
        Kind.IDENT,
        Start.HARD,
    )
    assert (second.source, second.start, second.behind) == ("bulletin/hourly", Start.FOLLOW, 1)
    assert (third.at, third.source, third.start) == (
        midnight + timedelta(minutes=30),
        "bulletin/hourly",
        Start.SOFT,
    )
    assert third.allowed_s == 600.0


def test_hours_that_are_alike_are_one_stretch() -> None:
    (stretch,) = day_plan(calendar(), WEDNESDAY).stretches
    assert stretch.fill == "rotation/music"
    assert stretch.every == ("cart/sweep", "cart/promo")
    assert stretch.seconds == 24 * 3600


def test_a_fill_that_ends_early_leaves_a_stretch_of_its_own() -> None:
    text = NEWS_HOUR.replace("    - {fill: rotation/music}\n", "")
    stretches = day_plan(calendar(text=text), WEDNESDAY).stretches
    assert [stretch.fill for stretch in stretches[:3]] == ["rotation/music", "", "rotation/music"]
    assert stretches[0].seconds == 1800.0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_any_day_in_any_zone_is_covered_from_midnight_to_midnight(zone: str, day: date) -> None:
    laid_out = calendar(zone)
    plan = day_plan(laid_out, day)
    begin, end = day_bounds(day, laid_out.zone)
    assert plan.stretches[0].frm.timestamp() == begin
    assert plan.stretches[-1].until.timestamp() == end
    for one, other in zip(plan.stretches, plan.stretches[1:], strict=False):
        assert one.until == other.frm
    assert all(begin <= timed.at.timestamp() < end for timed in plan.timed)
    assert {timed.at.astimezone(laid_out.zone).date() for timed in plan.timed} == {day}
    assert list(plan.timed) == sorted(plan.timed, key=lambda timed: timed.at)
    assert DayPlan.from_json(plan.to_json()) == plan


def test_neighbouring_days_share_nothing_and_leave_nothing_out() -> None:
    one, two = (day_plan(calendar(), day) for day in (date(2026, 3, 28), date(2026, 3, 29)))
    assert one.stretches[-1].until == two.stretches[0].frm
    # 29 March 2026 has 23 hours in London: two bulletins and an ident in each.
    assert (len(one.timed), len(two.timed)) == (24 * 3, 23 * 3)


def test_a_change_counts_from_its_time() -> None:
    before = day_plan(calendar(), WEDNESDAY)
    other = NEWS_HOUR.replace("fill: rotation/music", "fill: cart/promo")
    noon = datetime(2026, 1, 14, 12, 10, tzinfo=UTC)
    changed = before.changed_to(day_plan(calendar(text=other), WEDNESDAY), noon)
    assert [(s.fill, s.until) for s in changed.stretches] == [
        ("rotation/music", noon),
        ("cart/promo", datetime(2026, 1, 15, tzinfo=UTC)),
    ]
    assert len(changed.timed) == len(before.timed)
    assert before.changed_to(before, noon) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", '{"version": 2}', '{"version": 1, "day": 7}'])
def test_what_is_no_plan_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="no plan of a day"):
        DayPlan.from_json(text)
