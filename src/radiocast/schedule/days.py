"""Which clock plays in which hour of which day: exceptions before grid before default.

Owns: the precedence of the rules, and their cost: a day is looked up once.
Must not know: instants; hours here are those of the local calendar.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from radiocast.config.schedule import Clock, DateRule, GridRule, ScheduleConfig, Window

# Narrower rules win over wider ones of the same priority.
BY_DEFAULT: Final = 0
BY_HOURS_OR_DAYS: Final = 1
BY_DAYS_AND_HOURS: Final = 2
BY_DATE: Final = 3
# Days looked up lately: a month and more, so that a plan of a week costs each of them once.
_MOST_DAYS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What one hour of one day plays, and how narrow the rule is that says so."""

    clock: Clock
    rank: int


class Days:
    """The hours of every day, by the schedule."""

    def __init__(self, schedule: ScheduleConfig) -> None:
        self._schedule = schedule
        self._week = tuple(self._by_grid(rules) for rules in by_slot(schedule.grid))
        self._days: dict[date, tuple[Slot, ...]] = {}

    @property
    def week(self) -> tuple[Slot, ...]:
        """The hours of an ordinary week, by the grid alone: 168 of them from Monday 00."""
        return self._week

    def slot(self, day: date, hour: int) -> Slot:
        """The clock of an hour (0 to 23)."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _MOST_DAYS:
                self._days.clear()
            found = self._days[day] = self._look_up(day)
        return found[hour]

    def _look_up(self, day: date) -> tuple[Slot, ...]:
        before = day - timedelta(days=1)
        rules = [r for r in self._schedule.exceptions if covers_date(r, day) or covers_date(r, before)]
        ordinary = self._week[day.weekday() * 24 : day.weekday() * 24 + 24]
        if not rules:
            return ordinary
        return tuple(self._by_exception(rules, day, hour) or ordinary[hour] for hour in range(24))

    def _by_exception(self, rules: Sequence[DateRule], day: date, hour: int) -> Slot | None:
        rule = next((rule for rule in rules if covers_hour(rule, day, hour)), None)
        return None if rule is None else Slot(clock=self._clock(rule.clock), rank=BY_DATE)

    def _by_grid(self, rules: Sequence[GridRule]) -> Slot:
        if not rules:
            return Slot(clock=self._clock(self._schedule.default_clock), rank=BY_DEFAULT)
        rule = narrowest(rules)
        rank = BY_DAYS_AND_HOURS if rule.days and rule.hours else BY_HOURS_OR_DAYS
        return Slot(clock=self._clock(rule.clock), rank=rank)

    def _clock(self, name: str) -> Clock:
        return self._schedule.clocks.get(name) or Clock(name=name, entries=())


def by_slot(grid: Iterable[GridRule]) -> tuple[tuple[GridRule, ...], ...]:
    """The rules that claim each hour of the week, in file order: 168 from Monday 00."""
    claims: tuple[list[GridRule], ...] = tuple([] for _ in range(168))
    for rule in grid:
        for slot in rule.slots:
            claims[slot].append(rule)
    return tuple(tuple(rules) for rules in claims)


def narrowness(rule: GridRule) -> int:
    """Of two rules that claim an hour the narrower has it."""
    return rule.days + rule.hours


def narrowest(rules: Sequence[GridRule]) -> GridRule:
    """Which of some rules has the hour that all of them claim."""
    # max() takes the first of equals: file order.
    return max(rules, key=narrowness)


def covers_hour(rule: DateRule, day: date, hour: int) -> bool:
    """Whether an exception is about this hour of this day."""
    if not rule.hours and not rule.hours_next:
        return covers_date(rule, day)
    return (hour in rule.hours and covers_date(rule, day)) or (
        hour in rule.hours_next and covers_date(rule, day - timedelta(days=1))
    )


def covers_date(rule: DateRule, day: date) -> bool:
    """Whether a date is in an exception's range; a yearly one may go past New Year."""
    if not rule.yearly:
        return rule.first <= day <= rule.last
    today = (day.month, day.day)
    first, last = (rule.first.month, rule.first.day), (rule.last.month, rule.last.day)
    return first <= today <= last if first <= last else today >= first or today <= last


def allows_day(window: Window, day: date) -> bool:
    """Whether a window's dates and weekdays allow this day."""
    if (window.first is not None and day < window.first) or (window.last is not None and day > window.last):
        return False
    return not window.days or day.weekday() in window.days


def allows(window: Window, day: date, second: float) -> bool:
    """Whether a window allows this second of this day, both by the local clock.

    What is after midnight in a daypart that goes past it belongs to the day before.
    """
    if not window.dayparts:
        return allows_day(window, day)
    for part in window.dayparts:
        if part.from_s < part.until_s:
            if part.from_s <= second < part.until_s and allows_day(window, day):
                return True
        elif (second >= part.from_s and allows_day(window, day)) or (
            second < part.until_s and allows_day(window, day - timedelta(days=1))
        ):
            return True
    return False
