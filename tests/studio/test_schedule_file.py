"""The schedule file on disk, and the plan on the air."""

from pathlib import Path

import pytest

from radiocast.studio.schedule_file import LAST_GOOD, MOST_TOLD, ScheduleFile
from tests.serving import SCHEDULE_YAML

OTHER = SCHEDULE_YAML.replace("music", "jazz")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "var").mkdir()
    path = tmp_path / "config" / "schedule.yaml"
    path.write_text(SCHEDULE_YAML)
    return path


def opened(path: Path) -> ScheduleFile:
    schedule = ScheduleFile(path, path.parent.parent / "var")
    schedule.load()
    return schedule


def test_a_good_file_is_the_plan(path: Path) -> None:
    schedule = opened(path)
    assert schedule.config.rotations["music"].files == "music/**"
    report = schedule.report()
    assert report.ok
    assert report.loaded_at is not None
    assert report.file == "config/schedule.yaml", "where the station lies is nobody's business"


def test_only_a_changed_plan_counts_as_changed(path: Path) -> None:
    schedule = opened(path)
    assert not schedule.load()
    path.write_text(OTHER)
    assert schedule.load()
    assert "jazz" in schedule.config.rotations


def test_a_broken_file_leaves_the_plan_and_tells_where(path: Path) -> None:
    schedule = opened(path)
    loaded_at = schedule.report().loaded_at
    path.write_text(SCHEDULE_YAML.replace("fill: rotation/music", "fill: rotation/musik"))
    assert not schedule.load()
    assert "music" in schedule.config.rotations
    report = schedule.report()
    assert not report.ok
    assert report.loaded_at == loaded_at
    assert [(error.file, error.line) for error in report.errors] == [("config/schedule.yaml", 5)]


def test_of_very_many_errors_the_first_are_told_and_how_many_more_there_are(path: Path) -> None:
    schedule = opened(path)
    nonsense = "".join(f"nonsense{number}: 1\n" for number in range(1000))
    path.write_text(SCHEDULE_YAML + nonsense)
    schedule.load()
    first = len(SCHEDULE_YAML.splitlines()) + 1
    errors = schedule.report().errors
    assert len(schedule.problems) == 1000
    assert [error.line for error in errors] == [*range(first, first + MOST_TOLD + 1)]
    assert "nonsense49" in errors[-2].message
    assert errors[-1].message == "and 950 more from here on: `radiocast check` tells them all"
    assert len(schedule.told) == len(errors), "as many lines in the log"
    path.write_text(SCHEDULE_YAML + nonsense[: nonsense.index("nonsense50")])
    schedule.load()
    assert schedule.told == schedule.problems


def test_a_mended_file_that_is_the_old_one_is_well_again(path: Path) -> None:
    schedule = opened(path)
    path.write_text("clocks: [")
    schedule.load()
    path.write_text(SCHEDULE_YAML)
    schedule.load()
    assert schedule.report().ok


def test_a_missing_file_is_a_problem_and_all_music_plays(path: Path) -> None:
    path.unlink()
    schedule = opened(path)
    assert schedule.problems
    assert schedule.config.rotations[schedule.config.sustainer.name].files == "music/**"
    assert schedule.report().loaded_at is None


def test_after_a_restart_with_a_broken_file_the_last_good_one_is_the_plan(path: Path) -> None:
    path.write_text(OTHER)
    opened(path)
    path.write_text("clocks: [")
    schedule = opened(path)
    assert "jazz" in schedule.config.rotations
    assert not schedule.report().ok
    assert schedule.report().errors[0].file == "config/schedule.yaml", "the file to mend, not the kept one"


def test_a_kept_one_that_cannot_be_read_is_no_obstacle(path: Path) -> None:
    (path.parent.parent / "var" / LAST_GOOD).write_bytes(b"\xff\xfe\x00")
    path.write_text("clocks: [")
    schedule = opened(path)
    assert schedule.config.sustainer.name == "all music"
