from dataclasses import replace

import pytest

from radiocast.model.play import Kind
from radiocast.model.report import ScheduleReport
from radiocast.transmitter.snapshot import Airing, AirSnapshot, StudioNow, StudioState
from radiocast.web.health import BLOCK_OVERDUE_S, SCHEDULE_ERRORS_SHOWN, SILENT_TOO_LONG_S, no_sound, problems
from tests.web.fake_air import BAD_SCHEDULE, REPORT, WELL, ago, on_air

EMERGENCY = Airing(on_air=on_air(Kind.EMERGENCY, "Back in a moment", ""), started_at=ago(5))


def with_output(**fields: float | None) -> AirSnapshot:
    return replace(WELL, output=replace(WELL.output, **fields))  # type: ignore[arg-type]


def test_a_station_that_is_well_has_no_problem() -> None:
    assert problems(WELL) == ()
    assert no_sound(WELL) == ""


@pytest.mark.parametrize(("silent_s", "heard"), [(SILENT_TOO_LONG_S, True), (SILENT_TOO_LONG_S + 0.1, False)])
def test_silence_counts_by_the_level_of_what_goes_out(silent_s: float, heard: bool) -> None:
    air = with_output(silent_for_s=silent_s)
    assert (no_sound(air) == "") is heard
    assert (problems(air) == ()) is heard


def test_silence_names_what_is_silent() -> None:
    assert "Harbour Lights (rotation/music)" in no_sound(with_output(silent_for_s=12.0))


@pytest.mark.parametrize(
    ("age_s", "heard"), [(BLOCK_OVERDUE_S, True), (BLOCK_OVERDUE_S + 0.1, False), (None, False)]
)
def test_blocks_that_do_not_flow_are_no_sound(age_s: float | None, heard: bool) -> None:
    assert (no_sound(with_output(block_age_s=age_s)) == "") is heard


def test_blocks_that_stopped_come_before_silence_that_was() -> None:
    assert "Nothing has been sent for 30 s" in no_sound(with_output(block_age_s=30.0, silent_for_s=99.0))


def test_emergency_sound_is_sound_but_the_station_is_not_well() -> None:
    air = replace(WELL, on_air=EMERGENCY, studio=StudioNow(state=StudioState.DOWN, restarts=2))
    assert no_sound(air) == ""
    (problem,) = problems(air)
    assert "studio is down (restarted 2 times so far); emergency sound is on the air" in problem


def test_emergency_while_the_studio_runs_is_a_slow_machine() -> None:
    (problem,) = problems(replace(WELL, on_air=EMERGENCY))
    assert "does not deliver in time" in problem


def test_a_starting_studio_is_not_well_yet() -> None:
    (problem,) = problems(replace(WELL, studio=StudioNow(state=StudioState.STARTING)))
    assert problem.startswith("The studio is starting. ")
    (problem,) = problems(replace(WELL, studio=StudioNow(state=StudioState.STARTING, restarts=2)))
    assert problem.startswith("The studio is starting again (restart 2). ")


def test_before_the_first_report_nothing_is_said_of_the_schedule() -> None:
    assert problems(replace(WELL, report=None)) == ()


def test_a_broken_schedule_file_names_its_line_and_what_stays_on_the_air() -> None:
    (problem,) = problems(replace(WELL, report=replace(REPORT, schedule=BAD_SCHEDULE)))
    assert problem.startswith(
        "config/schedule.yaml:12:5: unknown key 'rotatons'; did you mean 'rotations'? The last"
    )


def test_a_schedule_never_loaded_says_so() -> None:
    schedule = ScheduleReport(file="config/schedule.yaml")
    (problem,) = problems(replace(WELL, report=replace(REPORT, schedule=schedule)))
    assert "There is no plan yet" in problem


def test_a_schedule_full_of_errors_does_not_bury_the_rest() -> None:
    schedule = replace(
        BAD_SCHEDULE, errors=tuple(replace(BAD_SCHEDULE.errors[0], line=line) for line in range(1, 31))
    )
    found = problems(replace(WELL, report=replace(REPORT, schedule=schedule)))
    assert len(found) == SCHEDULE_ERRORS_SHOWN + 1
    assert f"{30 - SCHEDULE_ERRORS_SHOWN} more mistakes" in found[-1]


def test_the_problems_of_transmitter_and_studio_follow_once_each() -> None:
    report = replace(REPORT, problems=("The disk is full.", "The disk is full."))
    air = replace(WELL, report=report, problems=("The limit is too low.",))
    assert problems(air) == ("The limit is too low.", "The disk is full.")
