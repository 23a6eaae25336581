"""Days, hours, dates and times of the station's calendar, as staff write them.

Owns: `mon-fri`, `06-09`, `06:00-10:00`, `2026-12-24..2026-12-26`, `12-25`, `20:00`: what they mean and what
is said about the rest. All are local to the station.
Must not know: what is played then, zones, or which hours there are on the day the clocks change.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from radiocast.config.document import Findings, Items, Node, Scalar
from radiocast.config.schedule import Daypart, Window
from radiocast.config.values import Key, Schema, nearest, scalar

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
_DATE_PATTERN: Final = r"2[01]\d\d-\d{1,2}-\d{1,2}"
_TIME_PATTERN: Final = r"\d{1,2}(:\d\d){0,2}"


class UnreadableError(Exception):
    """A text that is none of these; `said` names what is wrong, `hint` what to do; for `read_text`."""

    def __init__(self, said: str, hint: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.hint = hint


def weekdays(text: str) -> frozenset[int]:
    """Monday 0 to Sunday 6 in `mon-fri`, `sat,sun`, `sat-mon`. Raises UnreadableError."""
    found: set[int] = set()
    for part in _SPACED.sub(r"\1", text.strip()).casefold().split(","):
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
    for part in _SPACED.sub(r"\1", text.strip()).split(","):
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
    for part in _SPACED.sub(r"\1", text.strip()).split(","):
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
    first, dots, last = _SPACED.sub(r"\1", text.strip()).partition("..")
    if not first and not last:
        raise UnreadableError(f"{text!r} is no date", _WRITE_DATE)
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


_WRITE_DATE: Final = "write it as 2026-12-25, or 2026-12-24..2026-12-26"


def _date(text: str) -> tuple[date, bool]:
    """A date, and whether its year was written."""
    found = _DATE.fullmatch(text)
    if not found:
        raise UnreadableError(f"{text!r} is no date", _WRITE_DATE)
    year = int(found[1] or _ANY_YEAR)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UnreadableError(
            f"{text!r}: the year {found[1]} is a slip", f"years are {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    try:
        return date(year, int(found[2]), int(found[3])), found[1] is not None
    except ValueError:
        raise UnreadableError(f"{text!r}: there is no such day", _WRITE_DATE) from None


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


def read_text(node: Scalar, name: str, findings: Findings, parse: Callable[[str], _Read]) -> _Read | None:
    """What `parse` makes of the text; None with a problem found where it cannot."""
    try:
        return parse(node.text)
    except UnreadableError as error:
        findings.add(node, f"{name}: {error.said}", error.hint)
        return None


def _read_each(
    node: Node, name: str, findings: Findings, wanted: str, parse: Callable[[str], _Read]
) -> list[_Read] | None:
    """What `parse` makes of a value or of each of a list; None with a problem found."""
    if not isinstance(node, Items) or not node.nodes:
        value = scalar(node, name, findings, wanted)
        found = None if value is None else read_text(value, name, findings, parse)
        return None if found is None else [found]
    read: list[_Read | None] = []
    for child in node.nodes:
        value = scalar(child, name, findings, wanted)
        read.append(None if value is None else read_text(value, name, findings, parse))
    found_all = [one for one in read if one is not None]
    return found_all if len(found_all) == len(read) else None


def _one_or_list(pattern: str, *examples: str, number: bool = False) -> Schema:
    # `06` alone is a number to an editor's YAML.
    kinds: list[Schema] = [{"type": "string", "pattern": f"^{pattern}$", "examples": list(examples)}]
    kinds += [{"type": "integer", "minimum": 0, "maximum": 23}] if number else []
    return {"anyOf": [*kinds, {"type": "array", "minItems": 1, "items": {"anyOf": kinds}}]}


@dataclass(frozen=True, slots=True)
class Weekdays:
    """`mon-fri`, `sat,sun`, or a list of these."""

    def read(self, node: Node, name: str, findings: Findings) -> tuple[int, ...] | None:
        """Weekdays in their order, Monday 0."""
        found = _read_each(node, name, findings, "days such as mon-fri", weekdays)
        return None if found is None else tuple(sorted(frozenset().union(*found)))

    def schema(self) -> Schema:
        """A string or a list of strings."""
        return _one_or_list(DAYS_PATTERN, "mon-fri", "sat,sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """`06-09`, `22-02`, `06`, or several."""

    def read(self, node: Node, name: str, findings: Findings) -> tuple[frozenset[int], frozenset[int]] | None:
        """Hours of the day, and of the day after it."""
        found = _read_each(node, name, findings, "hours such as 06-09", hours_of_day)
        if found is None:
            return None
        today, after = zip(*found, strict=True)
        return frozenset().union(*today), frozenset().union(*after)

    def schema(self) -> Schema:
        """A string, an hour, or a list of these."""
        return _one_or_list(HOURS_PATTERN, "06-09", "22-02", number=True)


@dataclass(frozen=True, slots=True)
class Dayparts:
    """`06:00-10:00`, or several."""

    def read(self, node: Node, name: str, findings: Findings) -> tuple[Daypart, ...] | None:
        """The parts, in file order."""
        found = _read_each(node, name, findings, "a part of the day such as 06:00-10:00", dayparts)
        return None if found is None else tuple(part for several in found for part in several)

    def schema(self) -> Schema:
        """A string or a list of strings."""
        one = rf"{_TIME_PATTERN}\s*-\s*{_TIME_PATTERN}"
        return _one_or_list(rf"{one}(\s*,\s*{one})*", "06:00-10:00", "22:00-02:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """A date or a range of dates; `yearly` also takes them without a year, `open_end` with one end alone."""

    yearly: bool = False
    open_end: bool = False

    def read(self, node: Node, name: str, findings: Findings) -> Span | None:
        """The range."""
        value = scalar(node, name, findings, "a date such as 2026-12-25")
        span = None if value is None else read_text(value, name, findings, date_span)
        if span is None or value is None:
            return None
        if span.yearly and not self.yearly:
            findings.add(node, f"{name}: {value.text!r} has no year", _WRITE_DATE)
        elif not self.open_end and (span.first is None or span.last is None):
            findings.add(node, f"{name}: {value.text!r} has one end only", "write both ends")
        else:
            return span
        return None

    def schema(self) -> Schema:
        """A string."""
        day = rf"({_DATE_PATTERN}|\d{{1,2}}-\d{{1,2}})" if self.yearly else _DATE_PATTERN
        pattern = rf"{day}(\s*\.\.\s*{day})?"
        if self.open_end:
            pattern = rf"({day}(\s*\.\.\s*({day})?)?|\.\.\s*{day})"
        examples = ["2026-12-25", "2026-12-24..2026-12-26", *(["12-25"] if self.yearly else [])]
        return {"type": "string", "pattern": f"^{pattern}$", "examples": examples}


@dataclass(frozen=True, slots=True)
class Moment:
    """`2026-11-03T20:00` once, or `20:00` every day."""

    def read(self, node: Node, name: str, findings: Findings) -> datetime | float | None:
        """A local datetime, or seconds since midnight."""
        value = scalar(node, name, findings, 'a time such as "20:00" or "2026-11-03T20:00"')
        return None if value is None else read_text(value, name, findings, moment)

    def schema(self) -> Schema:
        """A string."""
        pattern = rf"^({_DATE_PATTERN}\s*[Tt ]\s*)?\d{{1,2}}(:\d\d){{1,2}}$"
        return {"type": "string", "pattern": pattern, "examples": ["20:00", "2026-11-03T20:00"]}


VALID: Final = Key(
    name="valid", value=Dates(open_end=True), doc="First and last date, e.g. 2026-05-01..2026-05-31."
)
DAYS: Final = Key(name="days", value=Weekdays(), doc="On these days only, e.g. mon-fri, or sat,sun.")
DAYPART: Final = Key(
    name="daypart", value=Dayparts(), doc="At these times of day only, e.g. 06:00-10:00; 22:00-02:00 too."
)


def window(values: dict[str, Any]) -> Window:
    """The window that `valid`, `days` and `daypart` make; takes them out of the values."""
    valid: Span | None = values.pop("valid", None)
    return Window(
        first=valid.first if valid else None,
        last=valid.last if valid else None,
        days=values.pop("days", ()),
        dayparts=values.pop("daypart", ()),
    )
