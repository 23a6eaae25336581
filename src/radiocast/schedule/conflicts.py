"""Conflicts, and who wins: what the rules of precedence decide, told before it is heard.

Owns: overlaps of grid rules, of exceptions and of events; hard starts that want the same second; what an
event that has the air keeps off it. All of it is decided by rule, so all are notices, but for a rule
that never comes into its own: that is a warning.
Must not know: what is played; the library only gives lengths.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from radiocast.config.schedule import DateRule, GridRule, ScheduleConfig
from radiocast.model.errors import Problem
from radiocast.schedule.calendar import EVENT, Calendar, Occurrence
from radiocast.schedule.clocks import chain
from radiocast.schedule.days import Days, by_slot, covers_hour, narrowest, narrowness
from radiocast.schedule.places import Places, entry_place
from radiocast.schedule.wording import clock_text, day_text, hours_text, listed
from radiocast.schedule.zones import local

_DAY_S: Final = 86_400.0
# Every weekday, and one more because days begin at other times in other zones.
_DAYS_AHEAD: Final = 8
# Dated events further ahead than these many are looked at when their time comes nearer.
_MOST_EVENTS: Final = 60
# A range of dates longer than this is looked at so far.
_MOST_DATES: Final = 366 * 3


def conflicts(calendar: Calendar, places: Places, *, now: datetime) -> Iterator[Problem]:
    """Every conflict in the grid, in the exceptions, and in what starts in the days that matter."""
    schedule = calendar.schedule
    yield from _grid(schedule, places)
    yield from _unused(schedule, places)
    yield from _exceptions(schedule, places, now.astimezone(calendar.zone).date())
    starts = _starts(calendar, now)
    yield from _held(calendar, starts, places)
    yield from _same_second(calendar, starts, places)


# The week.


def _claims(schedule: ScheduleConfig) -> tuple[dict[tuple[GridRule, GridRule], set[int]], set[GridRule]]:
    """For each rule that wins hours over another which ones; and the rules that win none at all."""
    overlaps: dict[tuple[GridRule, GridRule], set[int]] = {}
    without = set(schedule.grid)
    for slot, rules in enumerate(by_slot(schedule.grid)):
        if not rules:
            continue
        winner = narrowest(rules)
        without.discard(winner)
        for other in rules:
            if other is not winner:
                overlaps.setdefault((winner, other), set()).add(slot)
    return overlaps, without


def _grid(schedule: ScheduleConfig, places: Places) -> Iterator[Problem]:
    overlaps, without = _claims(schedule)
    for rule in schedule.grid:
        if rule in without and rule.slots:
            winners = [f'"{first.written}"' for first, other in overlaps if other is rule]
            yield places.warning(
                f"grid.{rule.written}",
                f'grid: "{rule.written}" never plays {rule.clock}: {listed(winners)} '
                f"{'has' if len(winners) == 1 else 'have'} all of its hours",
                "delete it, or put it above the others",
            )
    for (winner, other), slots in overlaps.items():
        if other in without or winner.clock == other.clock:
            continue
        if narrowness(winner) > narrowness(other):
            if winner.slots <= other.slots:
                continue  # what narrower rules are for
            why = "it is narrower"
        else:
            why = "it stands first, and neither is narrower"
        yield places.notice(
            f"grid.{other.written}",
            f'grid: "{winner.written}" and "{other.written}" both claim {hours_text(slots)}: '
            f'"{winner.written}" wins and plays {winner.clock}; {why}',
        )


def _unused(schedule: ScheduleConfig, places: Places) -> Iterator[Problem]:
    used = {slot.clock.name for slot in Days(schedule).week} | {rule.clock for rule in schedule.exceptions}
    for name in schedule.clocks:
        if name not in used:
            yield places.notice(
                f"clock/{name}", f"clocks.{name} plays in no hour of the week", "put it into the grid"
            )


# Dates.


def _exceptions(schedule: ScheduleConfig, places: Places, today: date) -> Iterator[Problem]:
    owners: dict[tuple[date, int], int] = {}
    overlaps: dict[tuple[int, int], list[date]] = {}
    won: set[int] = set()
    for index, rule in enumerate(schedule.exceptions):
        for day in _dates_of(rule, today):
            for hour in range(24):
                if not covers_hour(rule, day, hour):
                    continue
                owner = owners.setdefault((day, hour), index)
                if owner == index:
                    won.add(index)
                else:
                    overlaps.setdefault((owner, index), []).append(day)
    for (first, second), dates in overlaps.items():
        winner, loser = schedule.exceptions[first], schedule.exceptions[second]
        place = f"exceptions[{second + 1}]"
        names = f"the exception for {_rule_text(winner)} ({winner.clock})"
        if second not in won:
            yield places.warning(
                place,
                f"the exception for {_rule_text(loser)} never plays {loser.clock}: {names} stands above it "
                "and has all of its hours",
                "of two exceptions the first in the file counts: put this one above",
            )
        elif winner.clock != loser.clock:
            yield places.notice(
                place,
                f"two exceptions claim hours of {day_text(dates[0])}: {names} wins over the one for "
                f"{_rule_text(loser)} ({loser.clock}); it stands first",
            )


def _dates_of(rule: DateRule, today: date) -> Iterator[date]:
    """The dates that an exception is about, from today on; of a yearly one those of a year to come."""
    first, last = rule.first, rule.last
    if rule.yearly:
        first, last = today, today + timedelta(days=365)
    # What goes past midnight touches the day after, too.
    first = max(first, today)
    for number in range(min(_MOST_DATES, (last - first).days + 2)):
        yield first + timedelta(days=number)


def _rule_text(rule: DateRule) -> str:
    def text(day: date) -> str:
        return f"{day:%m-%d}" if rule.yearly else day.isoformat()

    dates = text(rule.first) if rule.first == rule.last else f"{text(rule.first)}..{text(rule.last)}"
    hours = hours_text(rule.hours)
    return f"{dates} {hours.partition(' ')[2]}" if hours and rule.hours != frozenset(range(24)) else dates


# Starts.


def _starts(calendar: Calendar, now: datetime) -> list[Occurrence]:
    """What starts in the coming week, and on the days of dated events."""
    begin = now.timestamp()
    wanted = {int(begin // _DAY_S) + n for n in range(_DAYS_AHEAD)}
    dated = (
        (event, event.at.replace(tzinfo=calendar.zone).timestamp())
        for event in calendar.schedule.events
        if event.at is not None
    )
    for event, at in sorted((e for e in dated if e[1] >= begin), key=lambda e: e[1])[:_MOST_EVENTS]:
        last = at + min(event.duration_s or 0.0, 7 * _DAY_S)
        wanted |= set(range(int(at // _DAY_S), int(last // _DAY_S) + 1))
    found: list[Occurrence] = []
    for day in sorted(wanted):
        # The very second of midnight belongs to the day that begins with it.
        after, until = day * _DAY_S - 1e-3, (day + 1) * _DAY_S - 1e-3
        found += (o for o in calendar.occurrences(after=after, until=until) if o.at >= begin)
    return found


def _held(calendar: Calendar, starts: list[Occurrence], places: Places) -> Iterator[Problem]:
    """What events that have the air keep off it, an event's first time each."""
    by_owner: dict[str, list[Occurrence]] = {}
    for start in starts:
        by_owner.setdefault(start.owner, []).append(start)
    kept_off: dict[str, list[Occurrence]] = {}
    until: dict[str, float] = {}
    for start in starts:
        if not start.held_by:
            continue
        # The first time that it has the air is told; the others are like it.
        if start.held_by not in until:
            until[start.held_by] = _hold_ends(calendar, by_owner.get(start.held_by, ()), start)
        if start.at < until[start.held_by]:
            kept_off.setdefault(start.held_by, []).append(start)
    for owner, kept in kept_off.items():
        times: dict[tuple[str, int], list[Occurrence]] = {}
        for start in kept:
            times.setdefault((start.owner, start.index), []).append(start)
        told = [_kept_text(calendar, of) for of in times.values()]
        when = local(kept[0].at, calendar.zone)
        yield places.notice(
            owner,
            f"{owner} has the air on {day_text(when.date())} until "
            f"{clock_text(until[owner], calendar.zone)}, and keeps off it: {'; '.join(told)}",
            "what is to play all the same needs a higher priority than the event",
        )


def _hold_ends(calendar: Calendar, of_event: Sequence[Occurrence], held: Occurrence) -> float:
    """When the event has had the air that keeps this start off it; `of_event` are the event's own starts."""
    ends = [start.at + start.duration_s for start in of_event if start.duration_s and start.at <= held.at]
    if ends:
        return ends[-1]
    hold = calendar.hold_at(held.at)  # one that began before what is looked at
    return hold.until if hold is not None else held.at


def _kept_text(calendar: Calendar, of: list[Occurrence]) -> str:
    start = of[0]
    if start.owner.startswith(EVENT):
        return f"{start.owner} at {clock_text(start.at, calendar.zone)}"
    sources = chain(calendar.schedule.clocks[start.owner], start.index)
    times = f" ({len(of)} times)" if len(of) > 1 else ""
    hard = "hard start" if start.hard else "start"
    return f"{start.owner}'s {hard} at {start.written} of {listed(str(s) for s in sources)}{times}"


def _same_second(calendar: Calendar, starts: list[Occurrence], places: Places) -> Iterator[Problem]:
    """Hard starts that want the same second."""
    hard = [start for start in starts if start.hard and not start.held_by]
    told: set[tuple[str, int, str, int]] = set()
    for first, second in pairwise(hard):
        pair = (first.owner, first.index, second.owner, second.index)
        if first.at != second.at or pair in told:
            continue
        told.add(pair)
        when = local(first.at, calendar.zone)
        same_clock = first.owner == second.owner
        where = (
            f"{first.owner}'s {first.written}"
            if same_clock
            else (f"{day_text(when.date())} {clock_text(first.at, calendar.zone)}")
        )
        yield places.notice(
            _place_of(second),
            f"two hard starts want the second of {where}: {_named(first)} has it, {_why(first, second)}; "
            f"{_named(second)} comes after it",
        )


def _named(start: Occurrence) -> str:
    return start.owner if start.owner.startswith(EVENT) else f"{start.owner}'s {start.play}"


def _why(first: Occurrence, second: Occurrence) -> str:
    if first.priority != second.priority:
        return f"its priority is {first.priority} against {second.priority}"
    return "its rule is narrower" if first.rank != second.rank else "it stands first"


def _place_of(start: Occurrence) -> str:
    return start.owner if start.owner.startswith(EVENT) else entry_place(start.owner, start.index)
