"""Whether the station was on time while listeners were served: what it says of itself, and its as-run log."""

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from typing import Any

from bench.listeners.servers import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """A stretch of time: blocks of emergency sound, restarts, how late blocks and hard starts were at worst.

    `block_late_ms` is from looks a few seconds apart; `hard_starts` were due in that time.
    `status_missed`: looks that got no answer.
    """

    emergency_blocks: int
    studio_restarts: int
    block_late_ms: float
    hard_starts: int
    hard_start_late_ms: float
    lead_least_s: float
    well: bool
    status_missed: int


@dataclass(slots=True)
class AirWatch:
    """Looks at the station's status. Between two looks it costs nothing."""

    server: Server
    _before: Any = None
    _last: Any = None
    _missed: int = 0
    _late_ms: list[float] = field(default_factory=list)
    _lead_s: list[float] = field(default_factory=list)
    _well: bool = True
    _began_unix_s: float = 0.0

    def begin(self) -> None:
        self._before = self._last = self.server.status()
        self._began_unix_s = time.time()

    def look(self) -> None:
        """One look."""
        try:
            status = self.server.status()
        except (OSError, HTTPException):
            self._missed += 1
            return
        self._last = status
        self._late_ms.append(status["output"]["drift_ms"])
        self._lead_s.append(status["output"]["lead_s"])
        self._well = self._well and status["well"]

    def end(self) -> Punctuality:
        self.look()
        after = self._last
        late = self._hard_starts_late_ms()
        return Punctuality(
            emergency_blocks=after["output"]["emergency_blocks"] - self._before["output"]["emergency_blocks"],
            studio_restarts=after["studio"]["restarts"] - self._before["studio"]["restarts"],
            block_late_ms=max(self._late_ms, default=0.0),
            hard_starts=len(late),
            hard_start_late_ms=max(map(abs, late), default=0.0),
            lead_least_s=min(self._lead_s, default=0.0),
            well=self._well,
            status_missed=self._missed,
        )

    def _hard_starts_late_ms(self) -> list[float]:
        late = []
        for file in sorted((self.server.root / "var/as-run").glob("*.jsonl")):
            for line in file.read_text("utf-8").splitlines():
                entry = json.loads(line)
                if entry.get("late_ms") is None or not entry.get("start_scheduled"):
                    continue
                if datetime.fromisoformat(entry["start_scheduled"]).timestamp() >= self._began_unix_s:
                    late.append(float(entry["late_ms"]))
        return late
