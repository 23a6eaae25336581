"""The as-run log on disk: one file a day, and a folder that cannot be written."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.studio.asrun_log import AsRunLog
from tests.studio.log_entries import ENTRY


def test_a_line_goes_into_the_file_of_its_day_at_the_station(tmp_path: Path) -> None:
    log = AsRunLog(tmp_path / "as-run", zone=ZoneInfo("Europe/London"))
    log.write(ENTRY)
    log.write(ENTRY)
    # Half past midnight of the next day, in London.
    lines = (tmp_path / "as-run" / "2026-05-02.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["item_id"] for line in lines] == [ENTRY.item_id] * 2
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
