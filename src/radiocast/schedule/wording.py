"""Hours, days and dates as a review says them to somebody who is no programmer."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.schedule.zones import local

# English, whatever the machine's language: strftime would ask that.
DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS: Final = tuple(name[:3] for name in DAY_NAMES)
# More than this in a row of examples is read by nobody.
_MOST: Final = 4


def hours_text(slots: Iterable[int]) -> str:
    """Hours of the week (0 is Monday 00) as `Mon-Fri 06-09, Sat 00-02`; empty for none."""
    by_day: dict[int, list[int]] = {}
    for slot in sorted(slots):
        by_day.setdefault(slot // 24, []).append(slot % 24)
    days_of: dict[str, list[int]] = {}
    for day, hours in by_day.items():
        days_of.setdefault(", ".join(f"{a:02d}-{b + 1:02d}" for a, b in _runs(hours)), []).append(day)
    return ", ".join(
        days_text(days) if hours == "00-24" else f"{days_text(days)} {hours}"
        for hours, days in days_of.items()
    )


def days_text(days: Iterable[int]) -> str:
    """Weekdays (0 is Monday) as `Mon-Fri` or `Sat, Sun`; all of them are `every day`."""
    runs = _runs(sorted(set(days)))
    if runs == [(0, 6)]:
        return "every day"
    parts = []
    for first, last in runs:
        parts += (
            [f"{DAYS[first]}-{DAYS[last]}"] if last > first + 1 else [DAYS[d] for d in range(first, last + 1)]
        )
    return ", ".join(parts)


def day_text(day: date) -> str:
    """`Thu 24 Dec 2026`; not by the machine's language."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1][:3]} {day.year}"


def duration_words(seconds: float) -> str:
    """`2 h`, `1 h 30 min`, `45 s`, to the second."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def clock_text(instant: float, zone: ZoneInfo) -> str:
    """What the station's clocks show at an instant: `21:30`, with seconds if there are any."""
    return time_text(local(instant, zone))


def time_text(shown: datetime) -> str:
    """A time of day: `21:30`, with seconds if there are any."""
    return f"{shown:%H:%M:%S}" if shown.second else f"{shown:%H:%M}"


def listed(words: Iterable[str], *, most: int = _MOST) -> str:
    """`a, b and c`; of many the first few, and how many more."""
    all_of = list(dict.fromkeys(words))
    if len(all_of) > most:
        return f"{', '.join(all_of[:most])} and {len(all_of) - most} more"
    return " and ".join(part for part in (", ".join(all_of[:-1]), all_of[-1] if all_of else "") if part)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Rising numbers as (first, last) of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
