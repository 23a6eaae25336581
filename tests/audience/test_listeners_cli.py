"""`radiocast listeners`, as somebody types it."""

import csv
import io
import json
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.audience.clerk import Clerk
from radiocast.audience.keeping import Addresses, Keeping
from radiocast.audience.packing import pack, seal
from radiocast.audience.showing import COLUMNS
from radiocast.cli import NOT_WELL, WRONG_USAGE, main
from radiocast.listeners_cli import listener_lines
from radiocast.model.audience import Record
from tests.audience.records import joined, left

_LONDON = ZoneInfo("Europe/London")
_MIDNIGHT = datetime(2026, 11, 4, tzinfo=_LONDON).timestamp()
# When somebody types it.
_NOW = _MIDNIGHT + 15 * 86400 + 36000
Run = Callable[..., int]


@pytest.fixture
def station(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/station.yaml").write_text(
        "station: {name: Test FM, timezone: Europe/London}\n"
        "mounts: [{path: /live.mp3, bitrate: 128k}, {path: /low.mp3, bitrate: 48k}]\n"
    )
    return tmp_path


@pytest.fixture
def run(station: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in the station's folder; its exit code."""
    monkeypatch.setattr(time, "time", lambda: _NOW)

    def call(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["radiocast", "listeners", str(station), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return call


def _record(
    station: Path, *records: Record, addresses: Addresses = "hashed", at: float = _MIDNIGHT, dropped: int = 0
) -> Clerk:
    keeping = Keeping(folder=station / "var/audience", zone="Europe/London", addresses=addresses)
    clerk = Clerk(keeping, run="one", now=lambda: at)
    packed = b"".join(map(pack, records))
    clerk.take(seal(packed, first=0, count=len(records), dropped=dropped))
    assert not clerk.problems
    return clerk


def _over_midnight(station: Path, **more: int) -> None:
    _record(
        station,
        joined(1, at=_MIDNIGHT - 3600),
        joined(2, at=_MIDNIGHT - 1800, mount="/low.mp3", address="203.0.113.9"),
        left(1, seconds=7200.0),
        left(2, seconds=900.0),
        **more,  # type: ignore[arg-type]
    ).close(station_gone=True)


def _rows(text: str) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["date"], row["mount"]): row for row in csv.DictReader(io.StringIO(text))}


def test_csv_has_stable_columns_by_day_and_mount_and_a_total(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _over_midnight(station)

    assert run("--from", "2026-11-03", "--to", "2026-11-04", "--csv") == 0

    said = capsys.readouterr()
    assert said.out.splitlines()[0] == (
        "date,mount,hours,listening_hours,sessions,session_starts,unique_listeners,"
        "average_listeners,peak_listeners"
    )
    rows = _rows(said.out)
    assert list(rows) == [
        (day, mount)
        for day in ("2026-11-03", "2026-11-04", "total")
        for mount in ("/live.mp3", "/low.mp3", "*")
    ]
    third = rows["2026-11-03", "*"]
    assert [third[name] for name in COLUMNS[2:]] == ["24.0", "1.25", "2", "2", "2", "0.0521", "2"]
    assert rows["2026-11-04", "/live.mp3"]["listening_hours"] == "1.0"
    assert rows["2026-11-04", "/low.mp3"]["sessions"] == "0"
    total = rows["total", "*"]
    assert (total["listening_hours"], total["sessions"], total["unique_listeners"]) == ("2.25", "2", "")
    assert "Unique listeners of several days cannot be known" in said.err


def test_short_sessions_are_left_out_where_that_is_asked_for(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _over_midnight(station)

    run("--from", "2026-11-03", "--to", "2026-11-03", "--csv", "--least-seconds", "901")

    rows = _rows(capsys.readouterr().out)
    assert rows["2026-11-03", "/low.mp3"]["sessions"] == "0"
    assert rows["total", "*"]["unique_listeners"] == "1"


def test_json_says_the_same_and_what_must_be_known_of_it(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _over_midnight(station, dropped=12)
    (station / "var/audience/sessions.sqlite3.damaged-20260101T000000Z").touch()

    assert run("--from", "2026-10-01", "--to", "2026-11-04", "--json") == 0

    said = json.loads(capsys.readouterr().out)
    assert said["timezone"] == "Europe/London"
    assert said["rows"][-1]["unique_listeners"] is None
    assert said["rows"][-1]["peak_listeners"] == 2
    assert [row["date"] for row in said["rows"]][::3] == ["2026-11-03", "2026-11-04", "total"]
    notes = " ".join(said["notes"])
    assert "Nothing is known of the days before 2026-11-03" in notes
    assert "2026-11-04: 12 records were lost" in notes
    assert "damaged-20260101T000000Z is not counted" in notes


def test_the_table_is_for_people(station: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    _over_midnight(station)

    assert run("--from", "2026-11-03", "--to", "2026-11-04") == 0

    lines = capsys.readouterr().out.splitlines()
    assert " ".join(lines[0].split()) == "Date Mount Listening hours Sessions Starts Unique Average Peak"
    assert lines[1].split() == ["2026-11-03", "/live.mp3", "1.0", "1", "1", "1", "0.0", "1"]
    assert lines[9].split() == ["total", "all", "2.2", "2", "2", "-", "0.0", "2"]
    assert "cannot be known" in lines[-1]


def test_who_listens_now_counts_until_now_while_the_station_runs(station: Path) -> None:
    from radiocast.folder import open_folder

    clerk = _record(station, joined(1, at=_MIDNIGHT + 100), at=_MIDNIGHT + 1000)

    def hours(now_unix_s: float) -> tuple[str, str]:
        text = "".join(
            listener_lines(
                open_folder(station), start="2026-11-04", end="", form="csv", now_unix_s=now_unix_s
            )
        )
        row = _rows(text)["2026-11-04", "*"]
        return row["hours"], row["listening_hours"]

    # Its tables are open and written to meanwhile.
    assert hours(_MIDNIGHT + 1030) == (str(round(1030 / 3600, 4)), str(round(930 / 3600, 4)))
    # An hour later without a heartbeat it is gone, and was heard until the last one.
    assert hours(_MIDNIGHT + 4600) == (str(round(4600 / 3600, 4)), str(round(900 / 3600, 4)))
    clerk.close(station_gone=False)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--from", "yesterday"), "'yesterday' is no date; write it like 2026-11-03"),
        (("--to", "2026-02-30"), "'2026-02-30' is no date"),
        (("--from", "2026-01-02T10:00"), "is no date"),
        (("--from", "2026-01-03", "--to", "2026-01-02"), "--from 2026-01-03 is after --to 2026-01-02"),
        (("--from", "2999-01-01"), "is still to come"),
        (("--from", "0001-01-01"), "no year of a station's"),
        (("--to", "9999-12-31"), "no year of a station's"),
        (("--csv", "--json"), "not both"),
        (("--least-seconds", "-1"), "--least-seconds"),
    ],
)
def test_dates_that_make_no_sense_are_wrong_usage(
    run: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], complaint: str
) -> None:
    assert run(*words) == WRONG_USAGE
    assert complaint in capsys.readouterr().err


def test_where_nothing_is_known_it_says_so_and_is_not_well(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == NOT_WELL
    assert "nothing is known about listeners" in capsys.readouterr().err

    _record(station).close(station_gone=True)
    assert run() == NOT_WELL
    assert "nobody has listened yet" in capsys.readouterr().err


def test_days_before_the_first_session_are_not_zeros(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _over_midnight(station)

    assert run("--from", "2026-01-01", "--to", "2026-01-31", "--csv") == NOT_WELL
    said = capsys.readouterr()
    assert not said.out
    assert "begins on 2026-11-03" in said.err


def test_a_damaged_and_a_newer_file_are_told(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    _over_midnight(station)
    path = station / "var/audience/sessions.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    assert run() == NOT_WELL
    assert "newer radiocast" in capsys.readouterr().err

    path.write_bytes(b"no database" * 1000)
    assert run() == NOT_WELL
    assert "is damaged" in capsys.readouterr().err


def test_today_is_the_default(station: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    today = _record(station, joined(1, at=_NOW - 60), left(1, seconds=30.0), at=_NOW)
    today.close(station_gone=True)

    assert run("--csv") == 0

    assert {day for day, _ in _rows(capsys.readouterr().out)} == {"2026-11-19", "total"}
