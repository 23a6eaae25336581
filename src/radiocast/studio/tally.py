"""What a stretch of the as-run log amounts to: how many items, how exact, what went wrong.

Owns: the counting. Memory does not grow with the log. Must not know: where the entries come from.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from radiocast.model.play import AsRunEntry, Kind, Outcome, Start, Transition

# A fill has landed when what it was cut short by, or fell short by, is no more than this.
LANDED_S: Final = 0.5
# What ends at a hard start is among the last few lines before that of the hard start's own.
_RECENT: Final = 8
# So many different troubles are told apart; a schedule of more has one that is worth more than a list.
_MOST_TROUBLES: Final = 200
_AS_PLANNED: Final = frozenset({Outcome.AIRED, Outcome.CUT})
# What plays between the things that have a time of their own.
_BETWEEN: Final = frozenset(
    {Kind.TRACK, Kind.SUSTAINER, Kind.EMERGENCY, Kind.IDENT, Kind.SWEEPER, Kind.PROMO}
)


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of a run. Seconds and milliseconds as named; `troubles` are sentences and how often each."""

    items: int = 0
    bulletins: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    hard: int = 0
    worst_late_ms: float = 0.0
    fills: int = 0
    landed: int = 0
    longest_cut_s: float = 0.0
    troubles: Counter[str] = field(default_factory=Counter)
    _recent: deque[AsRunEntry] = field(default_factory=lambda: deque(maxlen=_RECENT))

    def add(self, entry: AsRunEntry) -> None:
        """Count an entry; in the order of the log."""
        self.outcomes[entry.outcome] += 1
        if entry.start_actual is not None:
            self.items += 1
            self.bulletins += entry.kind is Kind.BULLETIN
        if entry.outcome not in _AS_PLANNED:
            sentence = f"{entry.source} {entry.outcome}: {entry.reason}"
            if sentence in self.troubles or len(self.troubles) < _MOST_TROUBLES:
                self.troubles[sentence] += 1
        if entry.start_source is Start.HARD and entry.start_actual is not None:
            self.hard += 1
            self.worst_late_ms = max(self.worst_late_ms, abs(entry.late_ms or 0.0))
            self._count_fill(entry)
        self._recent.append(entry)

    def _count_fill(self, hard: AsRunEntry) -> None:
        """Whether the music before a hard start came out at it."""
        before = self._before(hard)
        if before is None or before.kind not in _BETWEEN or before.start_source is not Start.FOLLOW:
            return
        self.fills += 1
        cut_s = 0.0
        if hard.transition is Transition.FADE:
            cut_s = before.duration_planned_s - before.duration_actual_s
        if before.outcome is not Outcome.SUBSTITUTED and cut_s <= LANDED_S:
            self.landed += 1
        self.longest_cut_s = max(self.longest_cut_s, cut_s)

    def _before(self, hard: AsRunEntry) -> AsRunEntry | None:
        """What was on the air when the hard start began: of what began before it, the last."""
        assert hard.start_actual is not None  # noqa: S101 - the caller looked
        started = hard.start_actual
        before = [e for e in self._recent if e.start_actual is not None and e.start_actual < started]
        return max(before, key=lambda entry: entry.start_actual or started, default=None)

    def lines(self) -> list[str]:
        """What a schedule editor wants to know of it, a line each."""
        wrong = ((self.outcomes[outcome], outcome) for outcome in Outcome if outcome not in _AS_PLANNED)
        lines = [", ".join([f"{self.items} items", *(f"{count} {what}" for count, what in wrong if count)])]
        if self.hard:
            lines.append(f"hard starts: {self.hard}, the worst {self.worst_late_ms:.0f} ms off its second")
        if self.fills:
            cut = (
                f"; the most that was cut: {self.longest_cut_s:.1f} s"
                if self.longest_cut_s > LANDED_S
                else ""
            )
            lines.append(
                f"what played before them ended within {LANDED_S:g} s of them: "
                f"{self.landed} of {self.fills} times{cut}"
            )
        return lines
