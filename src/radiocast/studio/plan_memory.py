"""The planner's state across a restart of the studio, be it stopped, killed or without power.

Owns: the file in `var/`, how old it may be to count, and what becomes of an item that was cut off by the end.
Must not know: what is in the state.

What listeners expect, and get:
- The hour goes on where the clock says. A station that was away for up to ten minutes goes on with the state
  that it had: what came due meanwhile is played late, or dropped as its rules say. After a longer pause it
  signs on anew, but still knows what was heard, which cut was next and where each rotation was.
- Music, an ident or a promo that was cut off is not played again; the hour goes on behind it.
- A bulletin that was cut off is not read twice: after the first twenty seconds it counts as heard. Cut off
  before that, no story of it was heard, and it is read from its beginning; once, since it may be what ended
  the studio.

The file has the state, what began with it, and for a bulletin the state before it, one to a line. It is
written whole beside the old one and put in its place, as soon as an item starts: whenever the power fails,
there is the old one or the new one. Its time of change says when the studio was last alive.
"""

import asyncio
import json
import logging
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.model.play import AsRunEntry
from radiocast.schedule.state import PlanState

log = logging.getLogger(__name__)

STATE_FILE: Final = "plan-state.json"
# After a longer pause what the hour still owed is stale; the planner would drop it one by one.
_GOES_ON_WITHIN: Final = timedelta(minutes=10)
# Sounder, station name and time of day take about so long.
_HARDLY_BEGUN: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The state to plan on with, since when it counts, and when what plays by it will have ended, if known.

    That is its last sample where nothing may overlap it, else where its tail begins.
    """

    state: PlanState
    since: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the file says. `before` is the state to go back to if `source` had hardly begun at `start`."""

    state: PlanState
    source: str = ""
    start: datetime | None = None
    ends: datetime | None = None
    before: PlanState | None = None

    def to_text(self) -> str:
        lines = [self.state.to_json()]
        if self.start is not None:
            ends = None if self.ends is None else self.ends.timestamp()
            lines.append(json.dumps({"source": self.source, "start": self.start.timestamp(), "ends": ends}))
        if self.before is not None:
            lines.append(self.before.to_json())
        return "\n".join(lines) + "\n"


class PlanMemory:
    """Keeps the state of one studio. `load` it once, `keep` it in a task, tell it what `began`."""

    def __init__(self, var: Path) -> None:
        self._var = var
        self._last: PlanState | None = None
        # The source that was cut off when it had hardly begun, until it has had its second chance.
        self._second_chance = ""
        self._newest: _Kept | None = None
        self._wanted = asyncio.Event()
        self._writing = threading.Lock()

    def load(self, *, now: datetime) -> tuple[PlanState, datetime]:
        """State and since when it counts: as `load_state`, but before a bulletin that had hardly begun."""
        kept, since = _load(self._var, now)
        state = kept.state
        if since < now and kept.before and kept.start and since - kept.start < _HARDLY_BEGUN:
            state, self._second_chance = kept.before, kept.source
        self._last = state
        return state, since

    def began(self, state: PlanState, entry: AsRunEntry, *, ends: datetime | None = None) -> None:
        """An item starts, and `state` is the one with it. Returns at once: `keep` writes it.

        `ends` is as in `Remembered`.
        """
        again = entry.source == self._second_chance
        self._second_chance = ""
        self._newest = _Kept(
            state=state,
            source=entry.source,
            start=entry.start_actual,
            ends=ends,
            before=self._last if entry.kind.is_speech and not again else None,
        )
        self._last = state
        self._wanted.set()

    async def keep(self) -> None:
        """Write what began, for as long as it is not cancelled. Of several at once the newest counts."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            # Cancelled here, the thread ends its work; `close` waits for it, and writes the newest again.
            await self._write()

    def alive(self) -> None:
        """The item on the air still plays. Called every few seconds."""
        try:
            os.utime(self._var / STATE_FILE)
        except OSError:
            # There is none yet, or it was taken away.
            self._wanted.set()

    async def close(self, state: PlanState) -> None:
        """The studio ends with this state. `keep` MUST have ended."""
        if self._newest is None or self._newest.state is not state:
            self._newest = _Kept(state=state)
        await self._write()

    async def _write(self) -> None:
        if (kept := self._newest) is not None:
            await asyncio.to_thread(self._write_alone, kept)

    def _write_alone(self, kept: _Kept) -> None:
        with self._writing:
            _write(self._var / STATE_FILE, kept)


def load_state(var: Path, *, now: datetime) -> Remembered:
    """The state to sign on with.

    What was heard lately is always remembered, so that a station does not begin with the same track each
    morning. A run that ended minutes ago goes on as if nothing had happened, so that a crash neither
    skips the news nor plays it twice; after a longer pause the station signs on at `now`.
    """
    kept, since = _load(var, now)
    return Remembered(state=kept.state, since=since, ends=kept.ends)


def _load(var: Path, now: datetime) -> tuple[_Kept, datetime]:
    path = var / STATE_FILE
    try:
        alive = datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return _Kept(state=PlanState()), now
    goes_on = timedelta(0) <= now - alive <= _GOES_ON_WITHIN
    return _read(text), alive if goes_on else now


def _read(text: str) -> _Kept:
    state, begun, before = (*text.split("\n"), "", "", "")[:3]
    try:
        item = json.loads(begun)
        return _Kept(
            state=PlanState.from_json(state),
            source=str(item["source"]),
            start=datetime.fromtimestamp(item["start"], UTC),
            ends=None if item.get("ends") is None else datetime.fromtimestamp(item["ends"], UTC),
            before=PlanState.from_json(before) if before else None,
        )
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, OSError):
        # Nothing is known of what began: the state alone counts.
        return _Kept(state=PlanState.from_json(state))


def _write(path: Path, kept: _Kept) -> None:
    """Put the file in its place whole, or leave the one that is there, even if the power fails."""
    scratch = path.with_name(f"{path.name}.tmp")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            file.write(kept.to_text())
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        log.warning("the planner's state could not be kept: %s", error)
