"""Days, hours, dates and times of the station's calendar, as staff write them.

Owns: `mon-fri`, `06-09`, `06:00-10:00`, `2026-12-24..2026-12-26`, `12-25`, `20:00`: what they mean and what
is said about the rest. All are local to the station.
Must not know: what is played then, zones, or which hours there are on the day the clocks change.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from radiocast.config.schedule import Daypart
from radiocast.config.values import nearest

_Read = TypeVar("_Read")

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY: Final = {name[:3]: i for i, name in enumerate(_WEEKDAYS)} | {n: i for i, n in enumerate(_WEEKDAYS)}
_INSTEAD: Final = {
    "weekday": "mon-fri",
    "weekdays": "mon-fri",
    "weekend": "sat,sun",
    "weekends": "sat,sun",
    "daily": "mon-sun",
    "everyday": "mon-sun",
}
# ASCII: staff may paste digits of any script, and no other part of a station reads them.
_TIME: Final = re.compile(r"(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?", re.ASCII)
_DATE: Final = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})", re.ASCII)
_SPACED: Final = re.compile(r"\s*(-|,|\.\.)\s*")
# A slip of the finger makes a year of the Middle Ages of any; and calendars of Python end with 9999.
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2199
# A leap year: the year of dates that stand for every year, so that there is a 29th of February.
_ANY_YEAR: Final = 2000
_HOUR_S: Final = 3600.0
_DAY_S: Final = 86_400.0

_DAY_PATTERN: Final = "|".join(f"[{n[0].upper()}{n[0]}]{n[1:3]}({n[3:]})?" for n in _WEEKDAYS)
DAYS_PATTERN: Final = rf"({_DAY_PATTERN})(\s*[-,]\s*({_DAY_PATTERN}))*"
HOURS_PATTERN: Final = r"\d{1,2}(:00)?(\s*[-,]\s*\d{1,2}(:00)?)*"
DATE_PATTERN: Final = r"2[01]\d\d-\d{1,2}-\d{1,2}"
TIME_PATTERN: Final = r"\d{1,2}(:\d\d){0,2}"


class UnreadableError(Exception):
    """A text that is none of these; `said` names what is wrong, `hint` what to do."""

    def __init__(self, said: str, hint: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.hint = hint


def _close(text: str) -> str:
    """The text without spaces around hyphens, commas and dots."""
    # Most have none, and a schedule has thousands.
    return _SPACED.sub(r"\1", text.strip()) if " " in text else text


def weekdays(text: str) -> frozenset[int]:
    """Monday 0 to Sunday 6 in `mon-fri`, `sat,sun`, `sat-mon`. Raises UnreadableError."""
    found: set[int] = set()
    for part in _close(text).casefold().split(","):
        first, dash, last = part.partition("-")
        begin = _weekday(first)
        end = _weekday(last) if dash else begin
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(found)


def _weekday(word: str) -> int:
    if word in _WEEKDAY:
        return _WEEKDAY[word]
    if not word:
        raise UnreadableError("a day is missing beside a comma or a hyphen", "write e.g. mon-fri, or sat,sun")
    known = [name[:3] for name in _WEEKDAYS] if len(word) < 5 else _WEEKDAYS
    hint = f"did you mean {_INSTEAD[word]!r}?" if word in _INSTEAD else nearest(word, known)
    raise UnreadableError(
        f"{word!r} is no day of the week", hint if "did you mean" in hint else "write mon-fri, or sat,sun"
    )


def hours_of_day(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Hours in `06-09` (06, 07 and 08), `22-02`, `06`, `06-09,16-19`: (of the day, of the day after it).

    Raises UnreadableError.
    """
    today: set[int] = set()
    after: set[int] = set()
    for part in _close(text).split(","):
        first, dash, last = part.partition("-")
        begin = _hour(first, part)
        end = _hour(last, part) if dash else begin + 1
        if begin in {24, end}:
            hint = "all day is 00-24" if begin == end else "midnight is 00"
            raise UnreadableError(f"{part!r} is no stretch of hours", hint)
        today.update(range(begin, end if end > begin else 24))
        after.update(range(end if end < begin else 0))
    return frozenset(today), frozenset(after)


def _hour(text: str, part: str) -> int:
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 24:
        raise UnreadableError(f"{part!r} is no hour from 00 to 24", "write e.g. 06-09, from 06:00 to 09:00")
    if int(found[2] or 0) or int(found[3] or 0):
        raise UnreadableError(
            f"{part!r} is not on the hour", "clocks change on the hour: write whole hours, e.g. 06-09"
        )
    return int(found[1])


def dayparts(text: str) -> tuple[Daypart, ...]:
    """`06:00-10:00`, also past midnight, and several with commas. Raises UnreadableError."""
    found: list[Daypart] = []
    for part in _close(text).split(","):
        first, dash, last = part.partition("-")
        if not dash:
            raise UnreadableError(
                f"{part!r} is no part of a day", "write from when to when, e.g. 06:00-10:00"
            )
        begin, end = second_of_day(first), second_of_day(last)
        if begin in {end, _DAY_S}:
            raise UnreadableError(f"{part!r} is no part of a day", "all day is 00:00-24:00")
        found.append(Daypart(from_s=begin, until_s=end))
    return tuple(found)


def second_of_day(text: str) -> float:
    """Seconds since midnight in `20:00`, `20:00:30` or `20`; 24:00 is 86400. Raises UnreadableError."""
    found = _TIME.fullmatch(text)
    if found:
        hour, minute, second = (int(part or 0) for part in found.groups())
        seconds = hour * _HOUR_S + minute * 60.0 + second
        if minute < 60 and second < 60 and seconds <= _DAY_S:
            return seconds
    raise UnreadableError(f"{text!r} is no time of day", "write it as 06:00, or 22:30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Dates from `first` to `last`, both included; None is without end. `yearly` is about every year."""

    first: date | None
    last: date | None
    yearly: bool = False


def date_span(text: str) -> Span:
    """`2026-05-01..2026-05-31`, `2026-05-01`, `2026-05-01..`, `..2026-05-31`, `12-25`, `12-24..01-02`.

    Raises UnreadableError.
    """
    first, dots, last = _close(text).partition("..")
    if not first and not last:
        raise UnreadableError(f"{text!r} is no date", WRITE_DATE)
    begin = _date(first) if first else None
    end = begin if not dots else (_date(last) if last else None)
    known = [one for one in (begin, end) if one is not None]
    yearly = not all(has_year for _, has_year in known)
    if yearly and any(has_year for _, has_year in known):
        raise UnreadableError(f"{text!r} has a year on one side only", "write it on both, or on neither")
    if yearly and len(known) == 1:
        raise UnreadableError(f"{text!r} comes every year and has no end", "write both ends")
    span = Span(first=begin[0] if begin else None, last=end[0] if end else None, yearly=yearly)
    # 12-24..01-02 goes past New Year.
    if not yearly and span.first and span.last and span.last < span.first:
        raise UnreadableError(f"{text!r} ends before it begins", "write the earlier date first")
    return span


WRITE_DATE: Final = "write it as 2026-12-25, or 2026-12-24..2026-12-26"


def _date(text: str) -> tuple[date, bool]:
    """A date, and whether its year was written."""
    found = _DATE.fullmatch(text)
    if not found:
        raise UnreadableError(f"{text!r} is no date", WRITE_DATE)
    year = int(found[1] or _ANY_YEAR)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UnreadableError(
            f"{text!r}: the year {found[1]} is a slip", f"years are {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    try:
        return date(year, int(found[2]), int(found[3])), found[1] is not None
    except ValueError:
        raise UnreadableError(f"{text!r}: there is no such day", WRITE_DATE) from None


def moment(text: str) -> datetime | float:
    """`2026-11-03T20:00` as a local datetime, or `20:00` as seconds since midnight.

    Raises UnreadableError.
    """
    day, _, time = text.strip().replace("T", " ").replace("t", " ").rpartition(" ")
    if not day and _DATE.fullmatch(time) and time.count("-") == 2:
        raise UnreadableError(f"{text!r} says the day and not the time", f"write e.g. {time}T20:00")
    if re.search(r"\d(z|[+-]\d\d:?(\d\d)?)$", time, re.IGNORECASE):
        raise UnreadableError(
            f"{text!r} has a zone in it", "times are the station's own local ones: leave the zone out"
        )
    if ":" not in time:
        raise UnreadableError(f"{text!r} is no time", 'write "20:00", or "2026-11-03T20:00"')
    seconds = second_of_day(time)
    if seconds == _DAY_S:
        raise UnreadableError(f"{text!r} is the end of a day", "write 00:00 of the day after it")
    if not day:
        return seconds
    on, has_year = _date(day.strip())
    if not has_year:
        raise UnreadableError(f"{text!r} has no year", "write e.g. 2026-11-03T20:00")
    return datetime(on.year, on.month, on.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - local
