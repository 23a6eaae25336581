"""The as-run log: every key of the contract, one file a day, and a folder that cannot be written."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.model.play import Outcome, Start, Transition
from radiocast.studio.asrun import AsRunLog
from radiocast.studio.playing import as_run
from tests.studio.station import item

# docs/architecture.md, "As-run log".
KEYS = """
    item_id clock kind title artist headline source start_scheduled start_predicted start_actual
    late_ms duration_planned_s duration_actual_s start_source transition listeners_start listeners_end
    outcome reason
"""

AIRED = datetime(2026, 5, 1, 23, 30, 0, 12_000, tzinfo=UTC)
ENTRY = as_run(
    item(Path("/m/späti.ogg"), start=Start.HARD, at=datetime(2026, 5, 1, 23, 30, tzinfo=UTC)),
    start=AIRED,
    duration_s=9.98765,
    transition=Transition.FADE,
    listeners=(3, 5),
    outcome=Outcome.AIRED,
    reason='quotes " and\nlines',
)


def test_a_line_has_every_key_in_order_and_the_stations_own_time(tmp_path: Path) -> None:
    log = AsRunLog(tmp_path / "as-run", zone=ZoneInfo("Europe/London"))
    log.write(ENTRY)
    log.write(ENTRY)
    # Half past midnight of the next day, in London.
    lines = (tmp_path / "as-run" / "2026-05-02.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 2
    line = json.loads(lines[0])
    assert list(line) == KEYS.split()
    assert line["start_actual"] == "2026-05-02T00:30:00.012+01:00"
    assert line["late_ms"] == 12.0
    assert line["duration_actual_s"] == 9.988
    assert line["title"] == "späti"
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


def test_only_what_has_a_time_of_its_own_can_be_late() -> None:
    follows = as_run(
        item(None),
        start=AIRED,
        duration_s=1.0,
        transition=Transition.BUTT,
        listeners=(0, 0),
        outcome=Outcome.AIRED,
        reason="",
    )
    assert (follows.start_scheduled, follows.late_ms) == (None, None)
