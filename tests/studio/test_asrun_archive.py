"""The as-run files of other days: compressed, deleted, and each day's plan beside them."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.schedule.calendar import Calendar
from radiocast.studio.asrun_archive import (
    KEPT_DAYS,
    PLAIN_DAYS,
    AsRunArchive,
    keep_house,
    keep_plan,
    plan_file,
    read_plan,
)
from tests.schedule.studio_day import LONDON, hour

TODAY = date(2026, 5, 20)
NOON = datetime(2026, 5, 20, 11, tzinfo=UTC)  # in London
NEWS = Calendar(hour('{at: "00:00", start: hard, play: bulletin/hourly}', "{fill: rotation/music}"), LONDON)
IDENT = Calendar(hour('{at: "30:00", play: cart/toh_id}', "{fill: rotation/music}"), LONDON)


def aged(folder: Path, days: int, text: str = "a line\n") -> Path:
    path = folder / f"{TODAY - timedelta(days=days)}.jsonl"
    path.write_text(text)
    return path


def test_a_week_stays_as_it_is_and_the_rest_is_compressed(tmp_path: Path) -> None:
    young, old = aged(tmp_path, PLAIN_DAYS), aged(tmp_path, PLAIN_DAYS + 1)
    keep_house(tmp_path, TODAY)
    assert young.read_text() == "a line\n"
    assert not old.exists()
    assert gzip.decompress(Path(f"{old}.gz").read_bytes()) == b"a line\n"


def test_what_is_older_than_a_year_and_a_month_goes_and_nothing_else(tmp_path: Path) -> None:
    kept = aged(tmp_path, KEPT_DAYS)
    gone = [aged(tmp_path, KEPT_DAYS + 1), plan_file(tmp_path, TODAY - timedelta(days=KEPT_DAYS + 1))]
    gone[1].write_text("{}")
    others = [tmp_path / "on-air.ndjson", tmp_path / "2020-02-30.jsonl", tmp_path / "notes of 2020-01-01.txt"]
    for other in others:
        other.write_text("")
    keep_house(tmp_path, TODAY)
    assert Path(f"{kept}.gz").exists()
    assert not any(path.exists() for path in gone)
    assert all(other.exists() for other in others)


def test_a_run_killed_between_packing_and_deleting_doubles_nothing(tmp_path: Path) -> None:
    old = aged(tmp_path, 30, "one\ntwo\n")
    keep_house(tmp_path, TODAY)
    aged(tmp_path, 30, "two\nlate\n")
    keep_house(tmp_path, TODAY)
    assert gzip.decompress(Path(f"{old}.gz").read_bytes()) == b"one\ntwo\nlate\n"


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    keep_house(tmp_path / "none", TODAY)


def test_the_first_day_of_a_station_counts_from_its_sign_on(tmp_path: Path) -> None:
    keep_plan(tmp_path / "as-run", NEWS, NOON)
    plan = read_plan(tmp_path / "as-run", TODAY)
    assert plan is not None
    assert [timed.at.hour for timed in plan.timed] == list(range(11, 23))


def test_a_station_that_was_off_at_midnight_has_the_whole_day_to_answer_for(tmp_path: Path) -> None:
    aged(tmp_path, 1)
    keep_plan(tmp_path, NEWS, NOON)
    plan = read_plan(tmp_path, TODAY)
    assert plan is not None
    assert len(plan.timed) == 24


def test_a_schedule_saved_at_noon_changes_only_the_afternoon(tmp_path: Path) -> None:
    aged(tmp_path, 1)
    keep_plan(tmp_path, NEWS, NOON - timedelta(hours=5))
    keep_plan(tmp_path, IDENT, NOON + timedelta(minutes=5))
    plan = read_plan(tmp_path, TODAY)
    assert plan is not None
    news = [timed for timed in plan.timed if timed.source == "bulletin/hourly"]
    idents = [timed for timed in plan.timed if timed.source == "cart/toh_id"]
    # The day begins at 23:00 of the day before, in UTC.
    assert len(news) == 13
    assert [timed.at.hour for timed in idents] == list(range(11, 23))
    assert sum(stretch.seconds for stretch in plan.stretches) == 24 * 3600


def test_a_restart_with_the_same_schedule_changes_nothing(tmp_path: Path) -> None:
    aged(tmp_path, 1)
    keep_plan(tmp_path, NEWS, NOON)
    written = plan_file(tmp_path, TODAY).stat().st_mtime_ns
    keep_plan(tmp_path, NEWS, NOON + timedelta(minutes=3))
    assert plan_file(tmp_path, TODAY).stat().st_mtime_ns == written


def test_a_plan_that_cannot_be_read_is_made_again(tmp_path: Path) -> None:
    plan_file(tmp_path, TODAY).write_text('{"version": 1')
    keep_plan(tmp_path, NEWS, NOON)
    assert read_plan(tmp_path, TODAY) is not None


async def test_tending_says_what_is_in_its_way_and_goes_on_when_it_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "as-run"
    folder.write_text("a file where the folder should be")
    archive = AsRunArchive(folder)
    await archive.tend(NEWS, NOON)
    assert str(folder) in archive.problem
    folder.unlink()
    await archive.tend(NEWS, NOON)
    assert archive.problem == ""
    assert read_plan(folder, TODAY) is not None


async def test_tending_keeps_the_plan_again_when_the_schedule_changes(tmp_path: Path) -> None:
    archive = AsRunArchive(tmp_path)
    await archive.tend(NEWS, NOON)
    await archive.tend(Calendar(replace(IDENT.schedule), ZoneInfo("Europe/London")), NOON)
    plan = read_plan(tmp_path, TODAY)
    assert plan is not None
    assert {timed.source for timed in plan.timed if timed.at > NOON} == {"cart/toh_id"}
