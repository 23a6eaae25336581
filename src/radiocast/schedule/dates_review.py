"""What depends on the date: carts that run out of cuts, dates gone by, times that the clocks skip or repeat.

Owns: the look ahead along the calendar. Must not know: what is playing.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import (
    ALWAYS,
    At,
    Cart,
    Cut,
    Event,
    EveryTime,
    EveryTracks,
    ScheduleConfig,
)
from radiocast.model.errors import Problem
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.clocks import HOUR_S, played_by
from radiocast.schedule.days import Days, allows, allows_day
from radiocast.schedule.places import Places
from radiocast.schedule.wording import clock_text, day_text, hours_text, time_text
from radiocast.schedule.zones import changes, instants, local_from, next_valid

# How far ahead an editor wants to hear of a promo that runs out.
_DAYS_AHEAD: Final = 28
_YEAR_S: Final = 366 * 86_400.0
# An `every` rule may come at any time of its hour; dayparts are written in quarters of it.
_LOOKED_AT_S: Final = (0.0, 900.0, 1800.0, 2700.0)


def carts_without_a_cut(
    schedule: ScheduleConfig, catalogue: Catalogue, places: Places, *, now: datetime, zone: ZoneInfo
) -> Iterator[Problem]:
    """Carts none of whose cuts may air at a time, in the coming weeks, at which the schedule plays them."""
    today = now.astimezone(zone).date()
    times = _CartTimes(schedule)
    for cart in schedule.carts.values():
        there = [cut for cut in cart.cuts if catalogue.match(cut.file)]
        yield from _expired(cart, places, today)
        if not there or any(cut.window == ALWAYS for cut in there):
            continue
        holes = [
            (day, hour)
            for day in (today + timedelta(days=n) for n in range(_DAYS_AHEAD))
            for hour in range(24)
            if not all(
                any(allows(cut.window, day, second) for cut in there)
                for second in times.seconds(cart, day, hour)
            )
        ]
        if holes:
            yield places.warning(f"cart/{cart.name}", _holes_text(cart, there, holes), _hint(cart))


def dates_gone_by(
    schedule: ScheduleConfig, places: Places, *, now: datetime, zone: ZoneInfo
) -> Iterator[Problem]:
    """Exceptions and events that are over."""
    today = now.astimezone(zone).date()
    for index, rule in enumerate(schedule.exceptions, 1):
        if not rule.yearly and rule.last + timedelta(days=1) < today:
            yield places.notice(
                f"exceptions[{index}]", f"this exception is over since {day_text(rule.last)}", "it can go"
            )
    for event in schedule.events:
        over = event.at.date() if event.at is not None else event.window.last
        if over is not None and over < today:
            yield places.notice(
                f"event/{event.name}", f"event/{event.name} is over since {day_text(over)}", "it can go"
            )


def times_moved(
    schedule: ScheduleConfig, places: Places, *, now: datetime, zone: ZoneInfo
) -> Iterator[Problem]:
    """Events whose local time does not exist, or comes twice, on a date in the coming year."""
    begin = now.timestamp()
    turned = changes(begin, begin + _YEAR_S, zone)
    for event in schedule.events:
        naive = [event.at] if event.at is not None else []
        if event.time_s is not None:
            at = event.time_s
            dates = {
                (local_from(change.at + offset)).date()
                for change in turned
                for offset in (change.before_s, change.after_s)
            }
            naive = [
                datetime.combine(day, datetime.min.time()) + timedelta(seconds=at)
                for day in sorted(dates)
                if allows_day(event.window, day)
            ]
        for when in naive:
            said = _moved_text(schedule, event, when, zone)
            if said and when.date() >= now.astimezone(zone).date():
                yield places.notice(f"event/{event.name}", said)


def _expired(cart: Cart, places: Places, today: date) -> Iterator[Problem]:
    for index, cut in enumerate(cart.cuts, 1):
        last = cut.window.last
        if last is not None and last < today and len(cart.cuts) > 1:
            yield places.notice(
                f"cart/{cart.name}.cuts[{index}]",
                f"carts.{cart.name}: {cut.file} has not been valid since {day_text(last)}",
                "it can go",
            )


class _CartTimes:
    """When a schedule plays its carts; what it is written with is read once."""

    def __init__(self, schedule: ScheduleConfig) -> None:
        self._days = Days(schedule)
        # By cart and clock: seconds of the hour.
        self._offsets: dict[tuple[str, str], set[float]] = {}
        self._events: dict[str, list[Event]] = {}
        for clock in schedule.clocks.values():
            started_s = 0.0
            for entry in clock.entries:
                if isinstance(entry, At):
                    started_s = entry.offset_s
                source = played_by(entry)
                if source is None or source.type != "cart":
                    continue
                at_any_time = isinstance(entry, EveryTime | EveryTracks)
                offsets = self._offsets.setdefault((source.name, clock.name), set())
                offsets.update(_LOOKED_AT_S if at_any_time else (started_s,))
        for event in schedule.events:
            if event.play.type == "cart":
                self._events.setdefault(event.play.name, []).append(event)

    def seconds(self, cart: Cart, day: date, hour: int) -> set[float]:
        """The seconds of the day, in this hour, for which a cut is needed."""
        begin = hour * HOUR_S
        clock = self._days.slot(day, hour).clock
        found = {begin + offset_s for offset_s in self._offsets.get((cart.name, clock.name), ())}
        for event in self._events.get(cart.name, ()):
            if event.at is not None:
                if event.at.date() == day and event.at.hour == hour:
                    found.add(begin + event.at.minute * 60)
            elif (
                event.time_s is not None
                and begin <= event.time_s < begin + HOUR_S
                and allows_day(event.window, day)
            ):
                found.add(event.time_s)
        return found


def _holes_text(cart: Cart, there: list[Cut], holes: list[tuple[date, int]]) -> str:
    name = f"carts.{cart.name}"
    first = holes[0][0]
    lasts = [cut.window.last for cut in there]
    ends = max((last for last in lasts if last is not None), default=None)
    if ends is not None and None not in lasts and ends < first:
        played = f"{name} is played from {day_text(first)} on"
        return f"{played}, but none of its cuts is valid after {day_text(ends)}"
    week = {day.weekday() * 24 + hour for day, hour in holes if (day - first).days < 7}
    told = (
        f"{name} is played {hours_text(week)} (from {day_text(first)} on), but none of its cuts may air then"
    )
    return told if ends is None or None in lasts else f"{told}; the last is valid until {day_text(ends)}"


def _hint(cart: Cart) -> str:
    return f"nothing airs then; a cut of {cart.name} with evergreen: true would, whenever no other may"


def _moved_text(schedule: ScheduleConfig, event: Event, when: datetime, zone: ZoneInfo) -> str:
    """What becomes of a local time that is not there once; empty for an ordinary one."""
    found = instants(when, zone)
    on = f"event/{event.name}: on {day_text(when.date())} the clocks are changed and {time_text(when)}"
    if not found:
        if schedule.dst.gap == "skip":
            return f"{on} does not exist: it is left out (dst: gap: skip)"
        then = clock_text(next_valid(when, zone), zone)
        return f"{on} does not exist: it starts at {then} (dst: gap: next_valid)"
    if len(found) == 1:
        return ""
    taken = {"first": "the first time", "second": "the second time", "both": "both times"}[schedule.dst.fold]
    return f"{on} comes twice: it starts {taken} (dst: fold: {schedule.dst.fold})"
