"""Any schedule that can be written down can be reviewed, drawn and compared, in any zone, at any time."""

from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from radiocast.config.schedule import ScheduleConfig
from radiocast.offair.rule_diff import differences
from radiocast.offair.week_page import WeekPage
from radiocast.schedule.bulletins_review import too_old
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.conflicts import conflicts
from radiocast.schedule.dates_review import carts_without_a_cut, dates_gone_by, times_moved
from radiocast.schedule.hours_review import over_length, uncovered
from radiocast.schedule.lengths import Lengths
from radiocast.schedule.places import Places
from tests.schedule.test_any_clock import LIBRARY, stations

Station = tuple[ScheduleConfig, ZoneInfo, datetime]


@settings(max_examples=40, deadline=None)
@given(stations())
def test_every_review_has_an_answer_in_words(station: Station) -> None:
    schedule, zone, now = station
    places, lengths = Places(schedule, Path("s.yaml")), Lengths(schedule, LIBRARY)
    found = [
        *over_length(schedule, lengths, places),
        *uncovered(schedule, lengths, places),
        *too_old(schedule, places),
        *conflicts(Calendar(schedule, zone), places, now=now),
        *carts_without_a_cut(schedule, LIBRARY, places, now=now, zone=zone),
        *dates_gone_by(schedule, places, now=now, zone=zone),
        *times_moved(schedule, places, now=now, zone=zone),
    ]
    for problem in found:
        assert problem.message
        assert "None" not in problem.message
        assert "  " not in problem.message


@settings(max_examples=25, deadline=None)
@given(stations())
def test_every_week_is_drawn_with_all_of_its_hours(station: Station) -> None:
    schedule, zone, now = station
    monday = now.astimezone(zone).date() - timedelta(days=now.astimezone(zone).weekday())
    page = WeekPage(station="A & B", calendar=Calendar(schedule, zone), monday=monday, made_at=now)
    root = ET.fromstring(page.as_html().removeprefix("<!DOCTYPE html>"))  # noqa: S314 - our own page
    assert len(root.findall("body/table/tbody/tr/td")) == 7 * 24


@settings(max_examples=25, deadline=None)
@given(stations(), stations())
def test_no_schedule_differs_from_itself(one: Station, other: Station) -> None:
    assert tuple(differences(one[0], one[0])) == ()
    for line in differences(one[0], other[0]):
        assert line
