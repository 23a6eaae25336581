"""Any schedule file that is taken is planned: at any instant something plays, and it is no silence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.config.load import parse_schedule
from radiocast.model.errors import ConfigurationError
from radiocast.model.play import StandbyPart
from radiocast.schedule.forecast import ends_at
from tests.config.schedule_files import damaged, good_files
from tests.schedule.studio_day import LONDON, Playout, library

LIBRARY = library()
# Ordinary days, the days on which the clocks change, New Year's Eve, and the 29th of February.
DAYS = ("2026-01-14", "2026-03-29", "2026-10-25", "2026-12-31", "2028-02-29")
INSTANTS = st.builds(
    lambda day, second: datetime.fromisoformat(f"{day}T00:00+00:00") + timedelta(seconds=second),
    st.sampled_from(DAYS),
    st.integers(0, 86_399),
)
ZONES = st.sampled_from((LONDON, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Beirut")))
LONGEST = timedelta(days=7, minutes=10)


def play_on(text: str, start: datetime, zone: ZoneInfo) -> list[type]:
    """The parts of the next few items; each goes on from where the one before ended."""
    playout = Playout(parse_schedule(text, Path("s")), LIBRARY, start, zone=zone)
    parts: list[type] = []
    for _ in range(6):
        before = playout.earliest
        item = playout.play()
        # A hard start may have been due before the item that plays could end, never after: that is silence.
        assert item.planned_start <= before, f"silence from {before} to {item.planned_start}"
        assert before - LONGEST <= item.planned_start
        assert ends_at(item) > item.planned_start
        assert item.reason
        parts.append(type(item.part))
    return parts


@given(good_files(), INSTANTS, ZONES)
@example(
    "rotations: {music: {files: '**'}}\nclocks: {hour: [{fill: rotation/music}]}\ngrid: {default: hour}\n"
    "sustainer: rotation/music\n",
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    LONDON,
)
@settings(max_examples=60, deadline=None)
def test_a_schedule_always_has_something_to_play(text: str, start: datetime, zone: ZoneInfo) -> None:
    """Invariant: with music in the library each item starts by the end of the one before, and is real."""
    assert StandbyPart not in play_on(text, start, zone)


@given(st.data(), INSTANTS)
@settings(max_examples=60, deadline=None)
def test_a_damaged_schedule_that_is_taken_is_planned_as_well(data: st.DataObject, start: datetime) -> None:
    """Invariant: what the loader lets through the planner plans, if with the standby sound."""
    text = data.draw(damaged(data.draw(good_files())))
    try:
        parse_schedule(text, Path("s"))
    except ConfigurationError:
        return
    assert play_on(text, start, LONDON)
