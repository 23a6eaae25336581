"""Local time and instants, in every zone there is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.schedule import zones

ZONES = sorted(available_timezones() - {"localtime"})
ANY_ZONE = st.sampled_from(ZONES).map(ZoneInfo)
# 1990 to 2040: every offset is a whole number of minutes by then.
ANY_MINUTE = st.integers(631_152_000 // 60, 2_208_988_800 // 60).map(lambda minute: minute * 60.0)


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def changes(zone: str, year: int) -> list[zones.Change]:
    frm, to = (datetime(y, 1, 1, tzinfo=UTC).timestamp() for y in (year, year + 1))
    return list(zones.changes(frm, to, ZoneInfo(zone)))


@given(zone=ANY_ZONE, instant=ANY_MINUTE)
@settings(max_examples=300, deadline=None)
def test_an_instant_is_one_of_those_that_its_local_time_is(zone: ZoneInfo, instant: float) -> None:
    shown = zones.local(instant, zone)
    found = zones.instants(shown.replace(tzinfo=None, fold=0), zone)
    assert instant in found
    assert list(found) == sorted(found)
    assert zones.is_ambiguous(instant, zone) is (len(found) == 2)
    assert zones.is_second(instant, zone) is (instant == found[-1] and len(found) == 2)
    assert zones.missing_s(shown.replace(tzinfo=None, fold=0), zone) == 0
    start = zones.hour_start(instant, zone)
    assert start + zones.offset_in_hour(instant, zone) == instant


@given(zone=ANY_ZONE, year=st.integers(1990, 2039))
@settings(max_examples=40, deadline=None)
def test_a_change_is_where_the_local_clock_leaps(zone: ZoneInfo, year: int) -> None:
    for change in changes(zone.key, year):
        just_before = zones.local(change.at - 1, zone).replace(tzinfo=None, fold=0)
        then = zones.local(change.at, zone).replace(tzinfo=None, fold=0)
        assert just_before + timedelta(seconds=1) == change.first_missing
        assert then - change.first_missing == timedelta(seconds=change.skipped_s)
        if change.skipped_s > 0:
            missing = change.first_missing + timedelta(seconds=change.skipped_s / 2)
            assert zones.instants(missing, zone) == ()
            assert zones.next_valid(missing, zone) == change.at
            assert zones.missing_s(missing, zone) == change.skipped_s
        else:
            assert zones.instants(then, zone) == (change.at + change.skipped_s, change.at)


@pytest.mark.parametrize(
    ("zone", "year", "found"),
    [
        ("Europe/London", 2026, [("2026-03-29T01:00", 3600), ("2026-10-25T01:00", -3600)]),
        ("Asia/Beirut", 2026, [("2026-03-28T22:00", 3600), ("2026-10-24T21:00", -3600)]),
        ("America/Santiago", 2026, [("2026-04-05T03:00", -3600), ("2026-09-06T04:00", 3600)]),
        ("Australia/Lord_Howe", 2026, [("2026-04-04T15:00", -1800), ("2026-10-03T15:30", 1800)]),
        # Morocco puts its clocks back for Ramadan.
        ("Africa/Casablanca", 2024, [("2024-03-10T02:00", -3600), ("2024-04-14T02:00", 3600)]),
        (
            "Pacific/Apia",
            2011,
            [("2011-04-02T14:00", -3600), ("2011-09-24T14:00", 3600), ("2011-12-30T10:00", 86400)],
        ),
        ("Europe/Moscow", 2014, [("2014-10-25T22:00", -3600)]),
        ("America/Sao_Paulo", 2019, [("2019-02-17T02:00", -3600)]),
        ("Asia/Amman", 2022, [("2022-02-24T22:00", 3600)]),
        ("Africa/Harare", 2026, []),
        ("Asia/Kathmandu", 2026, []),
        ("Pacific/Chatham", 2026, [("2026-04-04T14:00", -3600), ("2026-09-26T14:00", 3600)]),
    ],
)
def test_the_changes_of_a_year(zone: str, year: int, found: list[tuple[str, int]]) -> None:
    assert [(c.at, c.skipped_s) for c in changes(zone, year)] == [(utc(at), skipped) for at, skipped in found]


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/London", "2026-03-29", "2026-03-29T00:00"),
        ("Europe/London", "2026-10-26", "2026-10-26T00:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00"),  # the clocks skip midnight
        ("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00"),  # midnight comes twice
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # a day that was left out
    ],
)
def test_a_day_begins_at_the_first_instant_of_it(zone: str, day: str, begins: str) -> None:
    assert zones.day_start(date.fromisoformat(day), ZoneInfo(zone)) == utc(begins)
