"""What a line of the as-run log says: which time is an item's own, and how late it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from radiocast.model.play import Outcome, Start
from radiocast.studio.entries import entry_of
from tests.studio.station import item

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_what_comes_late_is_late_by_the_schedules_time_not_by_its_prediction() -> None:
    planned = replace(
        item(None, start=Start.SOFT, at=NOON + timedelta(seconds=48)).item, due=NOON, expected_s=9.0
    )
    entry = entry_of(planned, start=NOON + timedelta(seconds=50), outcome=Outcome.AIRED, reason="")
    assert entry.start_scheduled == NOON
    assert entry.start_predicted == NOON + timedelta(seconds=48)
    assert entry.late_ms == 50_000.0
    assert entry.duration_planned_s == 9.0


def test_only_what_has_a_time_of_its_own_can_be_late() -> None:
    entry = entry_of(item(None).item, start=NOON, duration_s=1.0, outcome=Outcome.AIRED, reason="")
    assert (entry.start_scheduled, entry.late_ms) == (None, None)


def test_what_never_aired_is_not_late() -> None:
    hard = item(None, start=Start.HARD, at=NOON).item
    entry = entry_of(hard, outcome=Outcome.FAILED, reason="no such file")
    assert (entry.start_scheduled, entry.start_actual, entry.late_ms) == (NOON, None, None)
