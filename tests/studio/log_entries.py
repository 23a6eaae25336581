"""Entries of an as-run log, for tests."""

from datetime import UTC, datetime
from pathlib import Path

from radiocast.model.play import Outcome, Start, Transition
from radiocast.studio.entries import entry_of
from tests.studio.station import item

AIRED = datetime(2026, 5, 1, 23, 30, 0, 12_000, tzinfo=UTC)
ENTRY = entry_of(
    item(Path("/m/späti.ogg"), start=Start.HARD, at=datetime(2026, 5, 1, 23, 30, tzinfo=UTC)).item,
    start=AIRED,
    duration_s=9.98765,
    transition=Transition.FADE,
    listeners=(3, 5),
    outcome=Outcome.AIRED,
    reason='quotes " and\nlines',
)
