"""Days, hours, dates and times as values of keys: read from a node, described to an editor.

Must not know: how they are written, which is in `when`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from radiocast.config.document import Findings, Items, Node, Scalar
from radiocast.config.schedule import Daypart, Window
from radiocast.config.sections import Key
from radiocast.config.values import Schema, scalar
from radiocast.config.when import (
    DATE_PATTERN,
    DAYS_PATTERN,
    HOURS_PATTERN,
    TIME_PATTERN,
    WRITE_DATE,
    Span,
    UnreadableError,
    date_span,
    dayparts,
    hours_of_day,
    moment,
    weekdays,
)

_Read = TypeVar("_Read")


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
        one = rf"{TIME_PATTERN}\s*-\s*{TIME_PATTERN}"
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
            findings.add(node, f"{name}: {value.text!r} has no year", WRITE_DATE)
        elif not self.open_end and (span.first is None or span.last is None):
            findings.add(node, f"{name}: {value.text!r} has one end only", "write both ends")
        else:
            return span
        return None

    def schema(self) -> Schema:
        """A string."""
        day = rf"({DATE_PATTERN}|\d{{1,2}}-\d{{1,2}})" if self.yearly else DATE_PATTERN
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
        pattern = rf"^({DATE_PATTERN}\s*[Tt ]\s*)?\d{{1,2}}(:\d\d){{1,2}}$"
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
