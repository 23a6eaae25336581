"""Plan and as-run side by side: what of a day's schedule came to the air, and what came that was not in it.

Owns: which line of the log belongs to which entry of the plan, and the verdict on each. Pure.
Must not know: files, the clock, or how it is shown.

Theory of operation. A line that has the schedule's own time and source is that entry's, to the second. What
stands behind another by `after: prev` has no time of its own: it is the first line of its source from that
one's start on. Which track a rotation chose is nobody's plan: fills are compared as stretches, by how
much of their time their own source had.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from radiocast.model.play import AsRunEntry, Kind, Outcome, Start
from radiocast.schedule.day_plan import DayPlan, Stretch, Timed

# What a hard start promises.
ON_TIME_MS: Final = 50.0
# Lines have milliseconds, and what plans is given has them too.
_SAME: Final = timedelta(seconds=1)
# What stands behind another by `after: prev` comes within so long, or not at all: the longest is a bulletin.
_BEHIND: Final = timedelta(minutes=15)
# An item is chosen for the stretch in which it is expected to start, and starts about then.
_ABOUT: Final = timedelta(seconds=5)
# What lies between two lines of the log where one item follows another: rounding, and a breath.
_NO_GAP: Final = timedelta(seconds=1)
# Of two lines of one entry the better counts.
_BEST_FIRST: Final = (Outcome.AIRED, Outcome.SUBSTITUTED, Outcome.CUT, Outcome.FAILED, Outcome.DROPPED)
# These have no end of their own that a cut would take from listeners.
_MAY_BE_CUT: Final = frozenset({Kind.TRACK, Kind.LIVE})
_PLURALS: Final = {Kind.STORY: "stories", Kind.LIVE: "live programmes"}


class Verdict(StrEnum):
    """What became of an entry of the plan, or that there was none."""

    ON_TIME = "on time"
    LATE = "late"
    CUT = "cut"
    SUBSTITUTED = "substituted"
    DROPPED = "dropped"
    FAILED = "failed"
    MISSING = "missing"  # the log has no line of it
    GAVE_WAY = "gave way"  # an event had the air, as the schedule wants it
    EXTRA = "extra"  # on the air, and nowhere in the plan
    TO_COME = "to come"


_BY_OUTCOME: Final = {
    Outcome.CUT: Verdict.CUT,
    Outcome.SUBSTITUTED: Verdict.SUBSTITUTED,
    Outcome.DROPPED: Verdict.DROPPED,
    Outcome.FAILED: Verdict.FAILED,
}
_WELL: Final = frozenset({Verdict.ON_TIME, Verdict.LATE, Verdict.GAVE_WAY, Verdict.TO_COME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry of the plan and the line of the log that is its, or one of them."""

    at: datetime
    verdict: Verdict
    timed: Timed | None = None
    entry: AsRunEntry | None = None

    @property
    def well(self) -> bool:
        """Whether what the schedule asked for came to the air; True for what it did not ask for."""
        if self.timed is None or self.verdict in _WELL:
            return True
        return self.verdict is Verdict.CUT and self.timed.kind in _MAY_BE_CUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A stretch of the plan, and for how many of its seconds its own source was on the air."""

    stretch: Stretch
    own_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time of which the log says nothing: the studio was down, or off."""

    frm: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.until - self.frm).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One day: rows by time, fills and gaps by theirs."""

    rows: tuple[Row, ...]
    fills: tuple[Filled, ...]
    gaps: tuple[Gap, ...]

    @property
    def well(self) -> bool:
        """Whether everything that was scheduled came to the air."""
        return all(row.well for row in self.rows)

    @property
    def worst_late_ms(self) -> float | None:
        """Of the hard starts, the one furthest from its second; None where there was none."""
        late = [
            row.entry.late_ms
            for row in self.rows
            if row.entry is not None
            and row.entry.late_ms is not None
            and row.timed is not None
            and row.timed.start is Start.HARD
        ]
        return max(late, key=abs, default=None)

    def counts(self) -> dict[Kind, Counter[Verdict]]:
        """How many of each kind met which end, of what the plan had and is not still to come."""
        found: dict[Kind, Counter[Verdict]] = {}
        for row in self.rows:
            if row.timed is not None and row.verdict is not Verdict.TO_COME:
                found.setdefault(row.timed.kind, Counter())[row.verdict] += 1
        return found

    def summary(self) -> str:
        """One line: `48 of 48 bulletins aired, worst lateness 12 ms; 2 idents dropped`."""
        counts = self.counts()
        if not counts:
            return "nothing was scheduled at a time of its own" + self._unlogged()
        kinds = sorted(counts, key=lambda kind: (kind is not Kind.BULLETIN, kind.value))
        aired = ", ".join(_share(kind, counts[kind]) for kind in kinds)
        if self.worst_late_ms is not None:
            aired += f", worst lateness {round(self.worst_late_ms) or 0} ms"
        failings = [
            f"{counts[kind][verdict]} {_noun(kind, counts[kind][verdict])} {verdict.value}"
            for kind in kinds
            for verdict in Verdict
            if verdict is not Verdict.ON_TIME and counts[kind][verdict]
        ]
        extra = sum(row.verdict is Verdict.EXTRA for row in self.rows)
        if extra:
            failings.append(f"{extra} extra")
        return "; ".join((aired, *failings)) + self._unlogged()

    def _unlogged(self) -> str:
        silent_s = sum(gap.seconds for gap in self.gaps)
        return f"; no line in the log for {_length(silent_s)}" if silent_s else ""


def reconcile(plan: DayPlan, entries: Iterable[AsRunEntry], *, until: datetime) -> Reconciliation:
    """Lay a day's plan and the log side by side, up to `until` (the end of the day, or now).

    `entries` are the lines of the day, and those around it: what is due before midnight may air after it.
    """
    lines = sorted(entries, key=_start)
    plan = plan.up_to(until)
    used: set[int] = set()
    rows: list[Row] = []
    starts: dict[tuple[datetime, str], datetime] = {}
    for timed in plan.timed:
        found = _line_of(timed, lines, used, after=starts.get((timed.at, timed.clock)))
        entry = None if found is None else lines[found]
        if entry is not None and entry.start_actual is not None:
            starts[timed.at, timed.clock] = entry.start_actual
        rows.append(Row(at=timed.at, verdict=_verdict(timed, entry, until), timed=timed, entry=entry))
    rows += _not_planned(plan, [line for index, line in enumerate(lines) if index not in used], until)
    rows.sort(key=lambda row: row.at)
    heard = [line for line in lines if line.start_actual is not None]
    return Reconciliation(
        rows=tuple(rows),
        fills=tuple(
            Filled(stretch=stretch, own_s=_own_s(stretch, heard))
            for stretch in plan.stretches
            if stretch.fill
        ),
        gaps=_gaps(plan, heard, until),
    )


def _start(entry: AsRunEntry) -> datetime:
    return entry.start_actual or entry.start_predicted


def _end(entry: AsRunEntry) -> datetime:
    return _start(entry) + timedelta(seconds=entry.duration_actual_s)


def _line_of(
    timed: Timed, lines: Sequence[AsRunEntry], used: set[int], *, after: datetime | None
) -> int | None:
    """Which line is this entry's; it and its likes are used from then on."""
    own = [
        index
        for index, line in enumerate(lines)
        if index not in used
        and line.source == timed.source
        and line.start_scheduled is not None
        and abs(line.start_scheduled - timed.at) < _SAME
    ]
    if own:
        used.update(own)
        return min(own, key=lambda index: _BEST_FIRST.index(lines[index].outcome))
    if not timed.behind:
        return None
    begin = timed.at - _SAME if after is None else after
    for index, line in enumerate(lines):
        about = index not in used and line.source == timed.source and line.start_scheduled is None
        if about and begin <= _start(line) <= begin + _BEHIND:
            used.add(index)
            return index
    return None


def _verdict(timed: Timed, entry: AsRunEntry | None, until: datetime) -> Verdict:
    if entry is None:
        if timed.held_by:
            return Verdict.GAVE_WAY
        waits = timedelta(seconds=timed.allowed_s) + (_BEHIND if timed.behind else _ABOUT)
        return Verdict.TO_COME if timed.at + waits > until else Verdict.MISSING
    if timed.held_by and entry.outcome is Outcome.DROPPED:
        return Verdict.GAVE_WAY
    if entry.outcome is not Outcome.AIRED:
        return _BY_OUTCOME[entry.outcome]
    late_ms = 0.0 if timed.behind or entry.late_ms is None else entry.late_ms
    within = -ON_TIME_MS <= late_ms <= ON_TIME_MS + timed.allowed_s * 1000
    return Verdict.ON_TIME if within else Verdict.LATE


def _not_planned(plan: DayPlan, lines: Iterable[AsRunEntry], until: datetime) -> Iterable[Row]:
    """What was on the air that day, or dropped, and is neither an entry's nor a fill's."""
    for line in lines:
        if not plan.since <= (line.start_scheduled or _start(line)) < until:
            continue
        if line.start_actual is None:
            if line.start_scheduled is not None:
                yield Row(at=line.start_scheduled, verdict=_BY_OUTCOME[line.outcome], entry=line)
        elif line.source not in _filling(plan, line.start_actual):
            stands_in = line.outcome is Outcome.SUBSTITUTED
            verdict = Verdict.SUBSTITUTED if stands_in else Verdict.EXTRA
            yield Row(at=line.start_actual, verdict=verdict, entry=line)


def _filling(plan: DayPlan, at: datetime) -> set[str]:
    """What may play about then without a time of its own."""
    about = [s for s in plan.stretches if s.frm - _ABOUT <= at < s.until + _ABOUT]
    return {plan.sustainer, *(s.fill for s in about), *(source for s in about for source in s.every)}


def _own_s(stretch: Stretch, heard: Iterable[AsRunEntry]) -> float:
    """For how many seconds of a stretch its source was on the air; overlaps of two tracks count once."""
    own_s, cursor = 0.0, stretch.frm
    for line in heard:
        if line.source == stretch.fill:
            begin, end = max(cursor, _start(line)), min(stretch.until, _end(line))
            if end > begin:
                own_s += (end - begin).total_seconds()
                cursor = end
    return own_s


def _gaps(plan: DayPlan, heard: Iterable[AsRunEntry], until: datetime) -> tuple[Gap, ...]:
    """Where no line of the log covers the time, from the plan's beginning to `until`."""
    gaps: list[Gap] = []
    cursor = plan.since
    for line in heard:
        begin = min(_start(line), until)
        if begin - cursor > _NO_GAP:
            gaps.append(Gap(frm=cursor, until=begin))
        cursor = max(cursor, _end(line))
    if until - cursor > _NO_GAP:
        gaps.append(Gap(frm=cursor, until=until))
    return tuple(gaps)


def _share(kind: Kind, counts: Counter[Verdict]) -> str:
    due = counts.total() - counts[Verdict.GAVE_WAY]
    aired = counts[Verdict.ON_TIME] + counts[Verdict.LATE]
    if kind in _MAY_BE_CUT:
        aired += counts[Verdict.CUT]
    return f"{aired} of {due} {_noun(kind, due)} aired"


def _noun(kind: Kind, count: int) -> str:
    return kind.value if count == 1 else _PLURALS.get(kind, f"{kind.value}s")


def _length(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
