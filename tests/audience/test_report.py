"""The report: what it adds up, against counting every second."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.audience.report import Day, Listened, Row, report
from radiocast.schedule.day_plan import day_bounds

_MOUNTS = ("/live.mp3", "/low.mp3")


def _heard(
    started: float,
    ended: float,
    listener: str | None = "a",
    *,
    mount: str = "/live.mp3",
    salted: bool = False,
    agent: str = "VLC",
) -> Listened:
    return Listened(
        started_unix_s=started,
        ended_unix_s=ended,
        mount=mount,
        listener=listener,
        salted=salted,
        agent=agent,
    )


def _days(*lengths: float, begin: float = 0.0) -> list[Day]:
    days = []
    for number, length in enumerate(lengths):
        days.append(
            Day(
                date=date(2026, 11, 1) + timedelta(days=number),
                begin_unix_s=begin,
                end_unix_s=begin + length,
            )
        )
        begin += length
    return days


def _report(days: list[Day], sessions: Iterable[Listened], least_seconds: float = 0.0) -> list[Row]:
    everybody = list(sessions)
    return report(days, _MOUNTS, lambda _: everybody, least_seconds=least_seconds)


def _row(rows: list[Row], day: Day | None, mount: str | None) -> Row:
    (found,) = [row for row in rows if row.day == (day.date if day else None) and row.mount == mount]
    return found


_SESSIONS = st.lists(
    st.builds(
        lambda start, length, listener, agent, mount: _heard(
            start, start + length, listener, agent=agent, mount=mount
        ),
        st.integers(-40, 160),
        st.integers(0, 150),
        st.sampled_from("abc"),
        st.sampled_from(["VLC", "mpv"]),
        st.sampled_from(_MOUNTS),
    ),
    max_size=12,
)


@given(_SESSIONS, st.lists(st.integers(0, 50), min_size=1, max_size=4), st.integers(0, 60))
def test_it_is_what_one_gets_by_counting_every_second(
    sessions: list[Listened], lengths: list[int], least: int
) -> None:
    days = _days(*lengths)
    rows = _report(days, sessions, least)

    for mount in (*_MOUNTS, None):
        counted = [s for s in sessions if mount in (None, s.mount) and s.seconds >= least]
        seen: set[int] = set()
        for day in days:
            row = _row(rows, day, mount)
            seconds = range(int(day.begin_unix_s), int(day.end_unix_s))
            on_air = [[s for s in counted if s.started_unix_s <= t < s.ended_unix_s] for t in seconds]
            starts = [s for s in counted if s.started_unix_s in seconds]
            there = {id(s) for on in on_air for s in on} | {id(s) for s in starts}
            seen |= there
            assert row.listening_hours * 3600 == pytest.approx(sum(map(len, on_air)), abs=1e-6)
            assert row.peak_listeners == max(map(len, on_air), default=0)
            assert row.sessions == len(there)
            assert row.session_starts == len(starts)
            assert row.unique_listeners == len({(s.listener, s.agent) for s in counted if id(s) in there})
            if seconds:
                assert row.average_listeners == pytest.approx(sum(map(len, on_air)) / len(seconds))
        total = _row(rows, None, mount)
        of_days = [_row(rows, day, mount) for day in days]
        assert total.sessions == len(seen)
        assert total.session_starts == sum(row.session_starts for row in of_days)
        assert total.listening_hours == pytest.approx(sum(row.listening_hours for row in of_days))
        assert total.peak_listeners == max(row.peak_listeners for row in of_days)
        assert total.unique_listeners == len({(s.listener, s.agent) for s in counted if id(s) in seen})


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
)
def test_a_day_on_which_the_clocks_change_has_its_own_hours(day: date, hours: int) -> None:
    zone = ZoneInfo("Europe/London")
    begin, end = day_bounds(day, zone)
    one = [Day(date=day, begin_unix_s=begin, end_unix_s=end)]
    all_day = _heard(begin - 7200, end + 7200)

    row = _row(_report(one, [all_day]), one[0], "/live.mp3")

    assert row.hours == row.listening_hours == hours
    assert row.average_listeners == 1


def test_a_session_over_midnight_counts_on_both_days_and_once_in_all() -> None:
    zone = ZoneInfo("Europe/London")
    days = [
        Day(date=day, begin_unix_s=day_bounds(day, zone)[0], end_unix_s=day_bounds(day, zone)[1])
        for day in (date(2026, 3, 28), date(2026, 3, 29))
    ]
    started = datetime(2026, 3, 28, 23, 30, tzinfo=zone).timestamp()
    ended = datetime(2026, 3, 29, 2, 30, tzinfo=zone).timestamp()  # the clock goes from 1:00 to 2:00

    rows = _report(days, [_heard(started, ended)])

    assert _row(rows, days[0], None).listening_hours == 0.5
    assert _row(rows, days[1], None).listening_hours == 1.5
    assert [_row(rows, day, None).sessions for day in (*days, None)] == [1, 1, 1]
    assert [_row(rows, day, None).session_starts for day in (*days, None)] == [1, 0, 1]


def test_who_comes_as_another_goes_does_not_make_a_peak_of_two() -> None:
    days = _days(100)
    rows = _report(days, [_heard(0, 50), _heard(50, 100), _heard(50, 50)])

    assert _row(rows, days[0], None).peak_listeners == 1
    assert _row(rows, days[0], None).sessions == 3


def test_unique_listeners_are_given_only_where_they_can_be_known() -> None:
    days = _days(100, 100)
    salted = _report(days, [_heard(0, 150, "fd00::1", salted=True), _heard(160, 170, "fd00::2", salted=True)])
    nameless = _report(days, [_heard(0, 10, None), _heard(110, 120, "a")])
    full = _report(days, [_heard(0, 10, "a"), _heard(110, 120, "a"), _heard(110, 120, "a", agent="mpv")])

    def uniques(rows: list[Row]) -> list[int | None]:
        return [_row(rows, day, None).unique_listeners for day in (*days, None)]

    assert uniques(salted) == [1, 2, None]
    assert uniques(nameless) == [None, 1, None]
    assert uniques(full) == [1, 2, 2]
    assert _row(_report(days[:1], [_heard(0, 9, salted=True)]), None, None).unique_listeners == 1


def test_a_mount_that_is_gone_from_the_configuration_still_counts() -> None:
    days = _days(100, 100)
    rows = _report(days, [_heard(120, 150, mount="/old.mp3"), _heard(90, 110, mount="/older.mp3")])

    assert [row.mount for row in rows if row.day == days[1].date] == [
        *("/live.mp3", "/low.mp3", "/older.mp3", "/old.mp3"),
        None,
    ]
    assert _row(rows, None, "/old.mp3").sessions == 1
    assert _row(rows, None, "/older.mp3").sessions == 1
    assert _row(rows, None, "/old.mp3").hours == _row(rows, None, None).hours
    assert _row(rows, days[0], "/live.mp3").sessions == 0


def test_a_day_without_time_loses_nobody_who_listens_on() -> None:
    days = _days(0, 100, 100)
    rows = _report(days, [_heard(-1, 150), _heard(-1, 20), _heard(120, 130)])

    assert [_row(rows, day, None).sessions for day in (*days, None)] == [0, 2, 2, 3]


def test_nobody_is_no_mistake() -> None:
    rows = _report(_days(0, 100), [])

    assert {row.sessions for row in rows} == {0}
    assert {row.average_listeners for row in rows} == {0.0}
