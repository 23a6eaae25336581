"""A week of the schedule laid out as seven days of hours: what a picture of it shows.

Owns: which clock has each hour by the local clock, what starts in it, and what events take from it; also on
the day that has 23 hours, or 25. Must not know: how it is drawn, or what is played: no library is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from radiocast.schedule.calendar import EVENT, Calendar, Occurrence
from radiocast.schedule.clocks import chain
from radiocast.schedule.days import BY_DATE, Days
from radiocast.schedule.zones import day_start, local

_DAY_S: Final = 86_400.0
# Zones change their clocks by whole quarters of an hour, at quarters of an hour.
_QUARTER_S: Final = 900.0
# An event that began longer ago than this is not looked for.
_LONGEST_EVENT_S: Final = 7 * _DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something of a clock that starts in an hour: `written` as in the schedule, mm:ss past it."""

    written: str
    hard: bool
    news: bool
    sources: tuple[str, ...]
    held_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour of one day, from the instant `begin` to `end`; part of one where the clocks are changed.

    `named` says that it is the first of a run of hours with this clock.
    """

    hour: int
    begin: float
    end: float
    clock: str
    exception: bool
    marks: tuple[Mark, ...]
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What an event takes of a day: `from_h` to `until_h` by the local clock, 0 to 24; alike for a moment."""

    name: str
    from_h: float
    until_h: float
    hard: bool
    source: str
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day: `hours[h]` has no entry for an hour that does not exist, and two for one that comes twice."""

    date: date
    hours: tuple[tuple[Hour, ...], ...]
    blocks: tuple[Block, ...]

    @property
    def length_h(self) -> float:
        """How many hours it really has."""
        return sum(part.end - part.begin for parts in self.hours for part in parts) / 3600


def week_of(calendar: Calendar, monday: date) -> tuple[Day, ...]:
    """The seven days from a date on."""
    days = Days(calendar.schedule)
    midnights = [day_start(monday + timedelta(days=n), calendar.zone) for n in range(8)]
    events = [
        start
        for start in _occurrences(calendar, midnights[0] - _back_s(calendar), midnights[7])
        if start.owner.startswith(EVENT) and not start.held_by
    ]
    return tuple(
        Day(
            date=monday + timedelta(days=n),
            hours=_hours(calendar, days, midnights[n], midnights[n + 1]),
            blocks=tuple(_blocks(calendar, events, midnights[n], midnights[n + 1])),
        )
        for n in range(7)
    )


def _hours(calendar: Calendar, days: Days, begin: float, end: float) -> tuple[tuple[Hour, ...], ...]:
    starts = [start for start in _occurrences(calendar, begin, end) if not start.owner.startswith(EVENT)]
    rows: list[list[Hour]] = [[] for _ in range(24)]
    before = ("", False)
    for hour, frm, to in _parts(calendar, begin, end):
        slot = days.slot(local(frm, calendar.zone).date(), hour)
        this = (slot.clock.name, slot.rank == BY_DATE)
        marks = tuple(_mark(calendar, start) for start in starts if frm <= start.at < to)
        rows[hour].append(
            Hour(
                hour=hour,
                begin=frm,
                end=to,
                clock=slot.clock.name,
                exception=slot.rank == BY_DATE,
                marks=marks,
                named=this != before,
            )
        )
        before = this
    return tuple(tuple(row) for row in rows)


def _parts(calendar: Calendar, begin: float, end: float) -> Iterator[tuple[int, float, float]]:
    """Each stretch of a day in which the clocks show one hour and are not changed: hour, begin, end."""
    group: tuple[int, timedelta | None] | None = None
    frm = begin
    at = begin
    while at < end:
        shown = local(at, calendar.zone)
        this = (shown.hour, shown.utcoffset())
        if group is not None and this != group:
            yield group[0], frm, at
            frm = at
        group = this
        at += _QUARTER_S
    if group is not None:
        yield group[0], frm, end


def _mark(calendar: Calendar, start: Occurrence) -> Mark:
    sources = chain(calendar.schedule.clocks[start.owner], start.index)
    return Mark(
        written=start.written,
        hard=start.hard,
        news=any(source.type == "bulletin" for source in sources),
        sources=tuple(str(source) for source in sources),
        held_by=start.held_by,
    )


def _blocks(calendar: Calendar, events: list[Occurrence], begin: float, end: float) -> Iterator[Block]:
    for event in events:
        until = event.at + (event.duration_s or 0.0)
        if event.at >= end or until < begin or (until == begin and event.at < begin):
            continue
        yield Block(
            name=event.owner.removeprefix(EVENT),
            from_h=_hour_of(calendar, event.at) if event.at >= begin else 0.0,
            until_h=_hour_of(calendar, until) if until < end else 24.0,
            hard=event.hard,
            source=str(event.play),
            continued=event.at < begin,
        )


def _hour_of(calendar: Calendar, instant: float) -> float:
    shown = local(instant, calendar.zone)
    return shown.hour + shown.minute / 60 + shown.second / 3600


def _occurrences(calendar: Calendar, begin: float, end: float) -> list[Occurrence]:
    """What starts in [begin, end)."""
    found: list[Occurrence] = []
    after = begin - 1e-3
    while after < end - 1e-3:
        until = min(after + _DAY_S, end - 1e-3)
        found += calendar.occurrences(after=after, until=until)
        after = until
    return found


def _back_s(calendar: Calendar) -> float:
    """How long before the week an event may have begun that is still on the air in it."""
    longest_s = max((event.duration_s or 0.0 for event in calendar.schedule.events), default=0.0)
    return min(longest_s, _LONGEST_EVENT_S)
