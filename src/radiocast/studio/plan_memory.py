"""The planner's state across a restart of the studio.

Owns: the file in `var/`, and how old it may be to count.
Must not know: what is in the state.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.schedule.state import PlanState

log = logging.getLogger(__name__)

STATE_FILE: Final = "plan-state.json"
# After a longer pause what the hour still owed is stale; the planner would drop it one by one.
_GOES_ON_WITHIN: Final = timedelta(minutes=10)


async def save_state(state: PlanState, var: Path) -> None:
    """Keep the planner's state for a restart. A failure costs only continuity across a restart."""

    def write() -> None:
        scratch = var / f"{STATE_FILE}.tmp"
        scratch.write_text(state.to_json(), encoding="utf-8")
        scratch.replace(var / STATE_FILE)

    try:
        await asyncio.to_thread(write)
    except OSError as error:
        log.warning("the planner's state could not be kept: %s", error)


def load_state(var: Path, *, now: datetime) -> tuple[PlanState, datetime]:
    """The state to sign on with, and since when it counts.

    What was heard lately is always remembered, so that a station does not begin with the same track each
    morning. A run that ended minutes ago goes on as if nothing had happened, so that a crash neither
    skips the news nor plays it twice; after a longer pause the station signs on at `now`.
    """
    path = var / STATE_FILE
    try:
        kept = datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return PlanState(), now
    goes_on = timedelta(0) <= now - kept <= _GOES_ON_WITHIN
    return PlanState.from_json(text), kept if goes_on else now
