"""As-run files read: the right stretch of time, plain or compressed, whatever is broken in them."""

import gzip
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.logbook.reading import Period, Reader, day_period, period
from radiocast.model.errors import UsageError
from radiocast.studio.asrun import as_json
from radiocast.studio.asrun_archive import keep_house
from radiocast.studio.asrun_log import ON_AIR, AsRunLog
from tests.studio.log_entries import ENTRY

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 5, 20, 11, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("frm", "to", "first", "end"),
    [
        ("", "", "2026-05-20T00:00", "2026-05-21T00:00"),
        ("2026-05-01", "", "2026-05-01T00:00", "2026-05-21T00:00"),
        ("", "2026-05-02", "2026-05-02T00:00", "2026-05-03T00:00"),
        ("2026-05-01", "2026-05-02", "2026-05-01T00:00", "2026-05-03T00:00"),
        ("2026-05-01T06:30", "2026-05-01T07:00", "2026-05-01T06:30", "2026-05-01T07:00"),
        ("2026-05-01T06:30Z", "2026-05-01", "2026-05-01T07:30", "2026-05-02T00:00"),
    ],
)
def test_what_from_and_to_mean(frm: str, to: str, first: str, end: str) -> None:
    assert period(frm, to, zone=LONDON, now=NOON) == Period(frm=local(first), until=local(end))


@pytest.mark.parametrize(
    ("frm", "to"), [("noon", ""), ("", "2026-13-01"), ("2026-05-21", ""), ("2026-05-02", "2026-05-01")]
)
def test_what_makes_no_sense_is_said(frm: str, to: str) -> None:
    with pytest.raises(UsageError, match=r"write it like|is not before"):
        period(frm, to, zone=LONDON, now=NOON)


def test_a_day_of_the_calendar_has_as_many_hours_as_it_has() -> None:
    lengths = [
        (day_period(day, LONDON).until - day_period(day, LONDON).frm) / timedelta(hours=1)
        for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 5, 1))
    ]
    assert lengths == [23, 25, 24]


def write(folder: Path, days: int, a_day: int = 3) -> None:
    """An item at noon of each of so many days up to the 20th, and one every hour after it."""
    log = AsRunLog(folder, zone=LONDON)
    for back in reversed(range(days)):
        for hour in range(a_day):
            at = NOON + timedelta(hours=hour) - timedelta(days=back)
            log.write(replace(ENTRY, item_id=f"{back}-{hour}", start_actual=at, start_predicted=at))


def names(reader: Reader, wanted: Period) -> list[str]:
    return [entry.item_id for entry in reader.entries(wanted)]


def test_compressed_days_are_read_like_the_others(tmp_path: Path) -> None:
    write(tmp_path, 12)
    keep_house(tmp_path, date(2026, 5, 20))
    assert len(list(tmp_path.glob("*.gz"))) == 4
    reader = Reader(folder=tmp_path, zone=LONDON)
    wanted = period("2026-05-12", "", zone=LONDON, now=NOON)
    assert names(reader, wanted) == [f"{back}-{hour}" for back in reversed(range(9)) for hour in range(3)]
    assert reader.complaints == []


def test_only_what_started_in_the_period_is_read(tmp_path: Path) -> None:
    write(tmp_path, 2)
    reader = Reader(folder=tmp_path, zone=LONDON)
    assert names(reader, Period(frm=NOON + timedelta(hours=1), until=NOON + timedelta(hours=2))) == ["0-1"]


def test_of_one_day_the_compressed_file_comes_first(tmp_path: Path) -> None:
    early = replace(ENTRY, item_id="early")
    with gzip.open(tmp_path / "2026-05-02.jsonl.gz", "wt") as packed:
        packed.write(as_json(early) + "\n")
    (tmp_path / "2026-05-02.jsonl").write_text(as_json(replace(ENTRY, item_id="late")) + "\n")
    reader = Reader(folder=tmp_path, zone=LONDON)
    assert names(reader, day_period(date(2026, 5, 2), LONDON)) == ["early", "late"]


def test_a_broken_line_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "2026-05-02.jsonl"
    path.write_bytes(b"\xff\xfe\n" + as_json(ENTRY).encode() + b"\n{")
    reader = Reader(folder=tmp_path, zone=LONDON)
    assert names(reader, day_period(date(2026, 5, 2), LONDON)) == [ENTRY.item_id]
    assert reader.complaints == [f"{path}: 2 lines cannot be read"]


def test_a_compressed_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    packed = gzip.compress((as_json(ENTRY) + "\n").encode() * 2000)
    path = tmp_path / "2026-05-02.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    reader = Reader(folder=tmp_path, zone=LONDON)
    names(reader, day_period(date(2026, 5, 2), LONDON))
    assert [complaint.startswith(f"{path} cannot be read to its end") for complaint in reader.complaints] == [
        True
    ]


def test_a_station_that_never_was_on_the_air_has_no_entries(tmp_path: Path) -> None:
    assert names(Reader(folder=tmp_path / "none", zone=LONDON), day_period(date(2026, 5, 2), LONDON)) == []


@pytest.mark.parametrize(("silent_s", "heard_s"), [(4.0, 60.0), (40.0, 20.0)])
def test_what_is_on_the_air_is_heard_as_long_as_the_studio_lives(
    tmp_path: Path, silent_s: float, heard_s: float
) -> None:
    reader = Reader(folder=tmp_path, zone=LONDON)
    assert list(reader.on_air(NOON)) == []
    AsRunLog(tmp_path, zone=LONDON).began(replace(ENTRY, start_actual=NOON - timedelta(minutes=1)))
    alive = NOON.timestamp() - silent_s
    os.utime(tmp_path / ON_AIR, (alive, alive))
    (entry,) = reader.on_air(NOON)
    assert (entry.item_id, entry.duration_actual_s) == (ENTRY.item_id, heard_s)
