"""Who listened, added up by day and mount, as royalty bodies ask for it. Pure.

- Listening hours: the time that all sessions lasted. SoundExchange's aggregate tuning hours (ATH),
  PPL's listener hours, Triton's total listening hours (TLH).
- Sessions: those that were on at any time of the day (active sessions). Session starts: those that began
  on it.
- Unique listeners: different pairs of address and player (cume).
- Average listeners: listening hours by the hours of the day, of today those so far (AAS).
- Peak listeners: the most at one moment.

A session that goes over midnight counts on both days, with its time on each. Times are Unix seconds; a day is
from its `begin_unix_s` up to but not including its `end_unix_s`: 23, 24 or 25 hours. A row without a day is
the total, a row without a mount that of all mounts.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """A session. `listener` is None where no address is kept; `salted`: it is a name for a day only."""

    started_unix_s: float
    ended_unix_s: float
    mount: str
    listener: str | None
    salted: bool
    agent: str

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.ended_unix_s - self.started_unix_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the station's calendar; of today what there has been of it."""

    date: date
    begin_unix_s: float
    end_unix_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the report. `unique_listeners` is None where it cannot be known."""

    day: date | None
    mount: str | None
    hours: float
    listening_hours: float
    sessions: int
    session_starts: int
    unique_listeners: int | None
    peak_listeners: int

    @property
    def average_listeners(self) -> float:
        """How many listened on average; 0 for a day without time."""
        return self.listening_hours / self.hours if self.hours else 0.0


@dataclass(slots=True)
class _Uniques:
    """Different listeners, as far as they can be told apart."""

    seen: set[tuple[str, str]] = field(default_factory=set)
    nameless: bool = False
    salted: bool = False

    def add(self, session: Listened) -> None:
        if session.listener is None:
            self.nameless = True
            return
        self.salted = self.salted or session.salted
        self.seen.add((session.listener, session.agent))

    def count(self, *, days: int) -> int | None:
        """None where some have no name, or where yesterday's names say nothing of today's."""
        return None if self.nameless or (self.salted and days > 1) else len(self.seen)


@dataclass(slots=True)
class _Total:
    """One mount's, or all mounts', over all days."""

    begin_unix_s: float
    rows: list[Row] = field(default_factory=list)
    # Who was on already when the first day began: the most of them that any day has, as they become fewer.
    before: int = 0
    uniques: _Uniques = field(default_factory=_Uniques)

    def add(self, day: Day, mount: str | None, sessions: Sequence[Listened]) -> Row:
        uniques = _Uniques()
        for session in sessions:
            uniques.add(session)
            self.uniques.add(session)
        heard = [
            (max(session.started_unix_s, day.begin_unix_s), min(session.ended_unix_s, day.end_unix_s))
            for session in sessions
        ]
        row = Row(
            day=day.date,
            mount=mount,
            hours=(day.end_unix_s - day.begin_unix_s) / _HOUR_S,
            listening_hours=math.fsum(end - begin for begin, end in heard) / _HOUR_S,
            sessions=len(sessions),
            session_starts=sum(session.started_unix_s >= day.begin_unix_s for session in sessions),
            unique_listeners=uniques.count(days=1),
            peak_listeners=_peak(heard),
        )
        self.rows.append(row)
        self.before = max(self.before, sum(one.started_unix_s < self.begin_unix_s for one in sessions))
        return row

    def row(self, mount: str | None) -> Row:
        """The total; who listened over midnight is one session."""
        rows = self.rows
        return Row(
            day=None,
            mount=mount,
            hours=math.fsum(row.hours for row in rows),
            listening_hours=math.fsum(row.listening_hours for row in rows),
            sessions=self.before + sum(row.session_starts for row in rows),
            session_starts=sum(row.session_starts for row in rows),
            unique_listeners=self.uniques.count(days=len(rows)),
            peak_listeners=max(row.peak_listeners for row in rows),
        )


def report(
    days: Sequence[Day],
    mounts: Sequence[str],
    sessions_of: Callable[[Day], Iterable[Listened]],
    *,
    least_seconds: float = 0.0,
) -> list[Row]:
    """A row for each day and mount, after them one for all mounts; then the same over all days. Oldest first.

    `days` follow each other, one at least. `sessions_of` gives at least the sessions that were on in that
    day, in any order. `mounts` have rows in any case, others that somebody listened to behind them.
    Sessions that lasted less than `least_seconds` in all do not count.
    """
    found = list(mounts)
    rows: list[Row] = []
    totals: dict[str | None, _Total] = {mount: _Total(days[0].begin_unix_s) for mount in (*mounts, None)}
    for number, day in enumerate(days):
        heard: dict[str, list[Listened]] = {}
        for session in sessions_of(day):
            if _within(session, day) and session.seconds >= least_seconds:
                heard.setdefault(session.mount, []).append(session)
        for mount in sorted(heard.keys() - totals.keys()):
            found.append(mount)
            totals[mount] = _Total(days[0].begin_unix_s)
            for earlier in days[:number]:
                totals[mount].add(earlier, mount, ())
        rows.extend(totals[mount].add(day, mount, heard.get(mount, ())) for mount in found)
        rows.append(totals[None].add(day, None, [one for some in heard.values() for one in some]))
    rows.extend(totals[mount].row(mount) for mount in (*found, None))
    return rows


def _within(session: Listened, day: Day) -> bool:
    """Whether it was on then; one of no length at all was on when it began."""
    if session.started_unix_s >= day.begin_unix_s:
        return session.started_unix_s < day.end_unix_s
    return session.ended_unix_s > day.begin_unix_s and day.end_unix_s > day.begin_unix_s


def _peak(heard: Iterable[tuple[float, float]]) -> int:
    """The most at one moment; who goes at the moment when another comes makes room for that one."""
    spans = [(begin, end) for begin, end in heard if end > begin]
    starts = sorted(begin for begin, _ in spans)
    ends = sorted(end for _, end in spans)
    peak = gone = 0
    for here, start in enumerate(starts, 1):
        while ends[gone] <= start:
            gone += 1
        peak = max(peak, here - gone)
    return peak
