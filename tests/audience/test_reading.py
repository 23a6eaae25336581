"""Sessions read back, day after day: none left out, none twice, and those that are still open."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.audience.reading import reading
from radiocast.audience.report import Day, Listened, report
from radiocast.audience.sessions import Sessions
from radiocast.model.audience import End
from radiocast.model.errors import LogError
from tests.audience.records import joined, left

_MOUNTS = ("/live.mp3", "/low.mp3")


def _days(ends: list[int]) -> list[Day]:
    return [
        Day(date=date(2026, 11, 1) + timedelta(days=number), begin_unix_s=begin, end_unix_s=end)
        for number, (begin, end) in enumerate(pairwise(ends))
    ]


def _write(path: Path, spans: list[tuple[int, int, bool, int]], now: float) -> None:
    sessions = Sessions(path, run="one", now_unix_s=now)
    with sessions.writing(next_record=1, dropped=0, now_unix_s=now):
        for number, (start, length, still, mount) in enumerate(spans):
            name = str(number % 5)
            sessions.begin(joined(number, at=start, mount=_MOUNTS[mount]), listener=name, salted=False)
            if not still:
                sessions.end(left(number, seconds=length))
    sessions.close()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 250), st.booleans(), st.integers(0, 1)), max_size=12
    ),
    st.lists(st.integers(0, 320), min_size=2, max_size=6).map(sorted),
)
def test_walking_through_the_days_is_as_looking_at_everything_each_day(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, int, bool, int]], ends: list[int]
) -> None:
    path, now = tmp_path_factory.mktemp("var") / "sessions.sqlite3", 400.0
    _write(path, spans, now)
    everything = [
        Listened(
            started_unix_s=start,
            ended_unix_s=now if still else start + length,
            mount=_MOUNTS[mount],
            listener=str(number % 5),
            salted=False,
            agent="VLC/3.0.20",
        )
        for number, (start, length, still, mount) in enumerate(spans)
    ]
    days = _days(ends)

    with reading(path, now_unix_s=now) as reader:
        walked = report(days, _MOUNTS, reader.walk())

    assert walked == report(days, _MOUNTS, lambda _: everything)


def test_it_is_one_moments_view_however_long_it_takes(tmp_path: Path) -> None:
    path = tmp_path / "sessions.sqlite3"
    _write(path, [(0, 10, False, 0)], 400.0)
    (day,) = _days([0, 500])
    with reading(path, now_unix_s=400.0) as reader:
        _write(path, [(20, 10, False, 0)], 401.0)  # the station goes on writing, and does not wait
        assert len(reader.walk()(day)) == 1
    with reading(path, now_unix_s=400.0) as reader:
        assert len(reader.walk()(day)) == 2


def test_the_first_of_a_players_two_connections_is_no_session(tmp_path: Path) -> None:
    """Neither in the day in which it began, nor in the next."""
    path = tmp_path / "sessions.sqlite3"
    sessions = Sessions(path, run="one", now_unix_s=400.0)
    with sessions.writing(next_record=1, dropped=0, now_unix_s=400.0):
        for number, end in enumerate((End.REPLACED, End.LEFT)):
            sessions.begin(joined(number, at=90), listener="a", salted=False)
            sessions.end(left(number, seconds=20, end=end))
    sessions.close()
    days = _days([0, 100, 200])
    with reading(path, now_unix_s=400.0) as reader:
        on = reader.walk()
        assert [len(on(day)) for day in days] == [1, 1]
    with reading(path, now_unix_s=400.0) as reader:
        assert len(reader.walk()(days[1])) == 1


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite3").touch()

    with (
        pytest.raises(LogError, match="is empty still"),
        reading(tmp_path / "sessions.sqlite3", now_unix_s=1),
    ):
        pass


def test_a_file_that_cannot_even_be_looked_at_is_told(tmp_path: Path) -> None:
    """As in a folder of the station's user's; that the tests' user may enter, who is often root."""
    file = tmp_path / "sessions.sqlite3"
    file.symlink_to(file)

    with pytest.raises(LogError, match=r"cannot be read \(Too many"), reading(file, now_unix_s=1):
        pass
