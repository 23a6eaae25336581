"""What a changed schedule file changes: in its rules, in what starts when, and in what that leaves for music.

Owns: the comparison of two plans of one stretch of time. Which tracks a shuffle takes is chance, and
differs with every change: it is told in one line, not in thousands.
Must not know: where the two schedules come from.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.text import Text

from radiocast.model.play import FilePart, PlayItem
from radiocast.offair.rule_diff import differences
from radiocast.schedule.calendar import EVENT, Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.clocks import chain
from radiocast.schedule.forecast import ends_at, forecast
from radiocast.schedule.state import PlanState
from radiocast.schedule.wording import clock_text, day_text, duration_words
from radiocast.schedule.zones import local

# What starts this much earlier or later has been moved; further off, one is gone and another has come.
_MOVED_WITHIN_S: Final = 3600.0
_DAY_S: Final = 86_400.0
# The total of music changes by this much with every shuffle.
_NOISE_S: Final = 60.0
# More kinds of change than this are no summary any more.
_MOST_LINES: Final = 40
_STYLES: Final = {"added": "green", "removed": "red", "moved": "yellow", "changed": "yellow"}
_SIGNS: Final = {"added": "+", "removed": "-", "moved": ">", "changed": "*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """Something with a time of its own: what, when (POSIX seconds), and how it starts."""

    source: str
    at: float
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One kind of change, as often as it happens; `first` is when it first does (by its new time)."""

    kind: str  # added, removed, moved, changed
    source: str
    what: str
    count: int
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How often a source is played, and for how long in all, by the two schedules."""

    source: str
    before: tuple[int, float]
    after: tuple[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How two schedules differ in a stretch of time. `names` are the files, the present one first."""

    names: tuple[str, str]
    begin: datetime
    end: datetime
    rules: tuple[str, ...]
    changes: tuple[Change, ...]
    totals: tuple[Total, ...]
    tracks_differ_from: datetime | None

    @property
    def summary(self) -> str:
        """One line for people."""
        hours = (self.end.timestamp() - self.begin.timestamp()) / 3600
        span = f"in the {hours:g} h from {_when(self.begin)}"
        if not self.rules and not self.changes and not self.totals:
            return f"{self.names[1]} changes nothing {span}."
        counts = {
            kind: sum(change.count for change in self.changes if change.kind == kind) for kind in _SIGNS
        }
        told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        rules = f"{len(self.rules)} difference{'' if len(self.rules) == 1 else 's'} in the file"
        return f"{self.names[1]} against {self.names[0]}: {rules}; {span}, starts: {told or 'none changed'}."

    def lines(self) -> list[Text]:
        """For a terminal: the summary, the rules, what starts otherwise, and what that leaves for music."""
        shown = [Text(self.summary, style="bold")]
        shown += _block("In the file", [Text(f"  {line}") for line in self.rules])
        changes = [
            Text(
                f"  {_SIGNS[c.kind]} {c.source} {c.what}{_often(c)}",
                style=_STYLES[c.kind],
            )
            for c in self.changes[:_MOST_LINES]
        ]
        if len(self.changes) > _MOST_LINES:
            changes.append(Text(f"  and {len(self.changes) - _MOST_LINES} more"))
        shown += _block("What starts otherwise", changes)
        shown += _block("What is played otherwise", [Text(f"  {_total_text(t)}") for t in self.totals])
        if self.tracks_differ_from is not None:
            shown.append(Text(""))
            shown.append(Text(f"Other tracks are chosen from {_when(self.tracks_differ_from)} on."))
        return shown

    def as_json(self) -> str:
        """An object with the same in it."""
        return json.dumps(
            {
                "before": self.names[0],
                "after": self.names[1],
                "from": self.begin.isoformat(),
                "to": self.end.isoformat(),
                "summary": self.summary,
                "rules": list(self.rules),
                "changes": [
                    {
                        "kind": c.kind,
                        "source": c.source,
                        "what": c.what,
                        "count": c.count,
                        "first": c.first.isoformat(),
                    }
                    for c in self.changes
                ],
                "totals": [
                    {
                        "source": t.source,
                        "before": {"count": t.before[0], "duration_s": round(t.before[1], 1)},
                        "after": {"count": t.after[0], "duration_s": round(t.after[1], 1)},
                    }
                    for t in self.totals
                ],
            },
            ensure_ascii=False,
            indent=2,
        )


def compare(
    before: Calendar,
    after: Calendar,
    catalogue: Catalogue,
    *,
    begin: datetime,
    end: datetime,
    seed: int,
    durations: Mapping[str, float],
    names: tuple[str, str],
) -> Comparison:
    """What `after` changes from `begin` to `end`, both played with the same library and seed. Pure."""
    plans = [
        forecast(calendar, catalogue, PlanState(), start=begin, until=end, seed=seed, durations=durations)
        for calendar in (before, after)
    ]
    return Comparison(
        names=names,
        begin=begin,
        end=end,
        rules=tuple(differences(before.schedule, after.schedule)),
        changes=tuple(_changes(_scheduled(before, begin, end), _scheduled(after, begin, end), after.zone)),
        totals=tuple(_totals(*plans)),
        tracks_differ_from=_first_other_track(*plans, zone=after.zone),
    )


def _scheduled(calendar: Calendar, begin: datetime, end: datetime) -> list[Scheduled]:
    """What has a time of its own, in [begin, end), with what follows it by `after: prev`."""
    found: list[Scheduled] = []
    after, last = begin.timestamp() - 1e-3, end.timestamp() - 1e-3
    while after < last:
        until = min(after + _DAY_S, last)
        for start in calendar.occurrences(after=after, until=until):
            if start.held_by:
                continue
            how = "hard" if start.hard else "soft"
            if start.owner.startswith(EVENT):
                lasting = f" for {duration_words(start.duration_s)}" if start.duration_s else ""
                found.append(
                    Scheduled(source=f"{start.owner} ({start.play})", at=start.at, how=f"{how}{lasting}")
                )
                continue
            for number, source in enumerate(chain(calendar.schedule.clocks[start.owner], start.index)):
                found.append(
                    Scheduled(source=str(source), at=start.at, how=how if number == 0 else "after: prev")
                )
        after = until
    return found


def _changes(before: list[Scheduled], after: list[Scheduled], zone: ZoneInfo) -> Iterator[Change]:
    grouped: dict[tuple[str, str, str], list[float]] = {}
    for source in dict.fromkeys(s.source for s in (*before, *after)):
        old = {s.at: s.how for s in before if s.source == source}
        new = {s.at: s.how for s in after if s.source == source}
        for at in old.keys() & new.keys():
            if old[at] != new[at]:
                what = f"{_place(source, at, zone)}: {old[at]} becomes {new[at]}"
                grouped.setdefault(("changed", source, what), []).append(at)
        gone = sorted(old.keys() - new.keys())
        for at in sorted(new.keys() - old.keys()):
            was = min(gone, key=lambda g: abs(g - at), default=None)
            if was is not None and abs(was - at) <= _MOVED_WITHIN_S:
                gone.remove(was)
                what = f"from {_time(source, was, zone)} to {_time(source, at, zone)}{_past(source)}"
                grouped.setdefault(("moved", source, what), []).append(at)
            else:
                grouped.setdefault(("added", source, f"{_place(source, at, zone)}, {new[at]}"), []).append(at)
        for at in gone:
            grouped.setdefault(("removed", source, _place(source, at, zone)), []).append(at)
    for (kind, source, what), times in sorted(grouped.items(), key=lambda g: (min(g[1]), g[0])):
        yield Change(kind=kind, source=source, what=what, count=len(times), first=local(min(times), zone))


def _totals(before: tuple[PlayItem, ...], after: tuple[PlayItem, ...]) -> Iterator[Total]:
    sums: list[dict[str, tuple[int, float]]] = [{}, {}]
    for into, plan in zip(sums, (before, after), strict=True):
        for item in plan:
            count, total_s = into.get(item.source, (0, 0.0))
            lasts_s = (ends_at(item) - item.planned_start).total_seconds()
            into[item.source] = (count + 1, total_s + lasts_s)
    for source in dict.fromkeys((*sums[0], *sums[1])):
        old, new = (each.get(source, (0, 0.0)) for each in sums)
        if abs(old[1] - new[1]) > _NOISE_S or (old[0] != new[0] and not source.startswith("rotation/")):
            yield Total(source=source, before=old, after=new)


def _first_other_track(
    before: tuple[PlayItem, ...], after: tuple[PlayItem, ...], *, zone: ZoneInfo
) -> datetime | None:
    """When the first file plays that would not have played then; None if all are the same."""
    known = {(item.planned_start, item.part.media.path) for item in before if isinstance(item.part, FilePart)}
    for item in after:
        if isinstance(item.part, FilePart) and (item.planned_start, item.part.media.path) not in known:
            return item.planned_start.astimezone(zone)
    return None


def _block(title: str, lines: list[Text]) -> list[Text]:
    return [Text(""), Text(title, style="bold"), *lines] if lines else []


def _often(change: Change) -> str:
    if change.count == 1:
        return f" ({_when(change.first)})"
    return f" ({change.count} times, first {_when(change.first)})"


def _total_text(total: Total) -> str:
    def each(of: tuple[int, float]) -> str:
        return f"{of[0]} times, {duration_words(of[1])}" if of[0] else "never"

    return f"{total.source}: {each(total.before)}  becomes  {each(total.after)}"


def _place(source: str, at: float, zone: ZoneInfo) -> str:
    """When, without the day and, but for events, without the hour: what happens each hour is one change."""
    return f"at {_time(source, at, zone)}{_past(source)}"


def _time(source: str, at: float, zone: ZoneInfo) -> str:
    return clock_text(at, zone) if source.startswith(EVENT) else f"{local(at, zone):%M:%S}"


def _past(source: str) -> str:
    return "" if source.startswith(EVENT) else " past the hour"


def _when(at: datetime) -> str:
    return f"{day_text(at.date())} {at:%H:%M}"
