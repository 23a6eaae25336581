"""The as-run log on disk: one file a day, lines that are whole, and what a killed studio leaves behind."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.model.play import AsRunEntry, Outcome
from radiocast.studio.asrun import as_json, from_json
from radiocast.studio.asrun_log import ON_AIR, AsRunLog
from tests.studio.log_entries import AIRED, ENTRY

DAY = "2026-05-01.jsonl"


def lines(folder: Path, day: str = DAY) -> list[AsRunEntry]:
    return [from_json(line) for line in (folder / day).read_text("utf-8").splitlines()]


def named(name: str) -> AsRunEntry:
    return replace(ENTRY, item_id=name)


def test_a_line_goes_into_the_file_of_its_day_at_the_station(tmp_path: Path) -> None:
    log = AsRunLog(tmp_path / "as-run", zone=ZoneInfo("Europe/London"))
    log.write(ENTRY)
    log.write(ENTRY)
    # Half past midnight of the next day, in London.
    assert len(lines(tmp_path / "as-run", "2026-05-02.jsonl")) == 2
    assert log.problem == ""


def test_a_folder_that_cannot_be_written_is_a_problem_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "as-run").write_text("a file where the folder should be")
    log = AsRunLog(tmp_path / "as-run")
    log.write(ENTRY)
    log.write(ENTRY)
    assert "2 entries" in log.problem
    (tmp_path / "as-run").unlink()
    log.write(ENTRY)
    assert log.problem == ""


def test_a_line_that_lost_its_rest_with_the_power_is_taken_off(tmp_path: Path) -> None:
    whole = as_json(ENTRY) + "\n"
    (tmp_path / DAY).write_text(whole + as_json(named("torn"))[:100])
    AsRunLog(tmp_path).write(named("next"))
    assert [entry.item_id for entry in lines(tmp_path)] == [ENTRY.item_id, "next"]


def test_a_line_that_lost_only_its_end_is_kept(tmp_path: Path) -> None:
    (tmp_path / DAY).write_text(as_json(named("whole")))
    AsRunLog(tmp_path).write(named("next"))
    assert [entry.item_id for entry in lines(tmp_path)] == ["whole", "next"]


def test_nothing_but_zeros_after_a_power_cut_is_taken_off(tmp_path: Path) -> None:
    (tmp_path / DAY).write_bytes(as_json(ENTRY).encode() + b"\n" + bytes(4096))
    AsRunLog(tmp_path).write(named("next"))
    assert [entry.item_id for entry in lines(tmp_path)] == [ENTRY.item_id, "next"]


def test_a_disk_that_takes_half_a_line_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AsRunLog(tmp_path)
    log.write(ENTRY)
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, data: write(file, data[: len(data) // 2]))
        log.write(named("lost"))
    assert "the disk is full" in log.problem
    assert [entry.item_id for entry in lines(tmp_path)] == [ENTRY.item_id]
    log.write(named("next"))
    assert [entry.item_id for entry in lines(tmp_path)] == [ENTRY.item_id, "next"]


def test_a_title_in_no_encoding_is_written_all_the_same(tmp_path: Path) -> None:
    log = AsRunLog(tmp_path)
    log.write(replace(ENTRY, title="caf\udce9"))
    assert log.problem == ""
    assert lines(tmp_path)[0].title == "caf\udce9"


def test_what_was_on_the_air_when_the_studio_was_killed_has_its_line_at_the_next_start(
    tmp_path: Path,
) -> None:
    killed = AsRunLog(tmp_path)
    killed.began(ENTRY)
    killed.began(named("over its tail"))
    killed.write(ENTRY)
    alive = AIRED + timedelta(seconds=7)
    os.utime(tmp_path / ON_AIR, (alive.timestamp(), alive.timestamp()))

    assert AsRunLog(tmp_path).recover() == 1
    aired, cut = lines(tmp_path)
    assert aired.outcome is Outcome.AIRED
    assert (cut.item_id, cut.outcome) == ("over its tail", Outcome.CUT)
    assert cut.duration_actual_s == pytest.approx(7.0)
    assert cut.reason == "the studio was killed; it was on the air at 23:30:07"
    assert AsRunLog(tmp_path).recover() == 0, "once is enough"


def test_a_kill_between_the_line_and_its_note_gives_no_second_line(tmp_path: Path) -> None:
    killed = AsRunLog(tmp_path)
    killed.began(ENTRY)
    note = (tmp_path / ON_AIR).read_bytes()
    killed.write(ENTRY)
    (tmp_path / ON_AIR).write_bytes(note)
    AsRunLog(tmp_path).recover()
    assert len(lines(tmp_path)) == 1


def test_the_item_whose_line_was_torn_is_not_lost(tmp_path: Path) -> None:
    killed = AsRunLog(tmp_path)
    killed.began(ENTRY)
    (tmp_path / DAY).write_text(as_json(ENTRY)[:200])
    AsRunLog(tmp_path).recover()
    (line,) = lines(tmp_path)
    assert (line.item_id, line.outcome) == (ENTRY.item_id, Outcome.CUT)


def test_an_item_that_ends_in_the_log_is_on_the_air_no_more(tmp_path: Path) -> None:
    log = AsRunLog(tmp_path)
    log.began(ENTRY)
    assert json.loads((tmp_path / ON_AIR).read_text())["item_id"] == ENTRY.item_id
    log.write(ENTRY)
    assert (tmp_path / ON_AIR).read_text() == ""


def test_a_sign_of_life_is_the_time_of_the_note(tmp_path: Path) -> None:
    log = AsRunLog(tmp_path)
    log.began(ENTRY)
    os.utime(tmp_path / ON_AIR, (0, 0))
    log.alive()
    assert datetime.fromtimestamp((tmp_path / ON_AIR).stat().st_mtime, UTC) > AIRED
