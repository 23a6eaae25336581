"""`grid:` and `exceptions:` of `schedule.yaml`: which clock plays in which hour of which day."""

import re
from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.document import Findings, Items, Keyed, Node, Scalar, note
from radiocast.config.names import Names, read_clock_name
from radiocast.config.schedule import DateRule, GridRule
from radiocast.config.sections import Key, Section, entries
from radiocast.config.values import ListOf, Schema, Text, nearest
from radiocast.config.when import (
    DAYS_PATTERN,
    HOURS_PATTERN,
    Span,
    UnreadableError,
    date_span,
    hours_of_day,
    weekdays,
)
from radiocast.config.when_values import Dates, Hours

_WEEK: Final = 168
_EXAMPLES: Final = 'write days, hours or both: "mon-fri 06-09", "sat,sun", "22-02"'
_JOINTS: Final = re.compile(r"\s*([-,])\s*")

GRID: Final[Schema] = {
    "type": "object",
    "properties": {"default": {"type": "string", "minLength": 1, "description": "The clock of every hour."}},
    "patternProperties": {
        rf"^\s*({DAYS_PATTERN}(\s+{HOURS_PATTERN})?|{HOURS_PATTERN})\s*$": {
            "type": "string",
            "minLength": 1,
            "description": 'The clock of these hours: "mon-fri 06-09", "sat,sun", "22-02".',
        }
    },
    "required": ["default"],
    "additionalProperties": False,
}


def read_grid(
    node: Node | None, names: Names, positions: dict[str, tuple[int, int]], findings: Findings
) -> tuple[str, tuple[GridRule, ...]]:
    """The default clock and the rules, in file order."""
    if node is None:
        return "", ()
    default = ""
    rules: list[GridRule] = []
    for key, value in entries(node, "grid", "default: and a clock", findings):
        if key.text == "default":
            default = read_clock_name(value, "grid.default", names, findings) or ""
            positions["grid.default"] = (value.line, value.column)
        elif not _split_key(key, value, findings):
            rule = _rule(key, value, names, findings)
            positions[f"grid.{key.text}"] = (key.line, key.column)
            rules += [] if rule is None else [rule]
    nothing = isinstance(node, Scalar) and node.empty
    if nothing or (isinstance(node, Keyed) and node.find("default") is None):
        findings.add(node, "grid.default is missing", "it is the clock of every hour")
    return default, tuple(rules)


def _split_key(key: Scalar, value: Node, findings: Findings) -> bool:
    """Whether a key has nothing behind it, as where a comma in braces made two of one: tells what to do."""
    if not (isinstance(value, Scalar) and value.empty):
        return False
    findings.add(
        key,
        f"grid.{key.text} has nothing behind it",
        f'write a clock behind it; days with a comma between them go in quotes: "{key.text},…"',
    )
    return True


def _rule(key: Scalar, value: Node, names: Names, findings: Findings) -> GridRule | None:
    clock = read_clock_name(value, f"grid.{key.text}", names, findings)
    try:
        days, today, after = _days_and_hours(key.text)
    except UnreadableError as error:
        like = nearest(key.text, ("default",)) if key.text.isalpha() and len(key.text) > 4 else ""
        if "did you mean" in like:
            findings.add(key, f"grid.{key.text} is not known", like)
        elif _is_date(key.text):
            hint = f"write it under exceptions: - {{date: {key.text}, clock: {clock or '…'}}}"
            findings.add(key, f"grid: {key.text!r} is a date, and the grid is for every week", hint)
        else:
            findings.add(key, f"grid: {error.said}", error.hint or _EXAMPLES)
        return None
    slots = {day * 24 + hour for day in days for hour in today}
    # Overnight belongs to the day on which it began; after Sunday comes Monday.
    slots |= {((day + 1) * 24 + hour) % _WEEK for day in days for hour in after}
    if clock is None:
        return None
    return GridRule(
        written=key.text,
        slots=frozenset(slots),
        clock=clock,
        days=len(days) < 7,
        hours=len(today | after) < 24,
        line=key.line,
    )


def _is_date(text: str) -> bool:
    try:
        return not date_span(text).yearly
    except UnreadableError:
        return False


def _days_and_hours(text: str) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Days, hours of them, hours of the days after them. Raises UnreadableError."""
    words = _JOINTS.sub(r"\1", text.strip()).split()
    days, hours, none = frozenset(range(7)), frozenset(range(24)), frozenset[int]()
    match [(word[0].isalpha(), word) for word in words]:
        case [(True, first)]:
            return weekdays(first), hours, none
        case [(False, first)]:
            return days, *hours_of_day(first)
        case [(True, first), (False, second)]:
            return weekdays(first), *hours_of_day(second)
        case [(False, first), (True, second)]:
            raise UnreadableError(f"{text!r}: the days come first", f"write '{second} {first}'")
        case _:
            raise UnreadableError(f"{text!r} is neither days nor hours", _EXAMPLES)


@dataclass(frozen=True, slots=True)
class _ClockName:
    """A clock, read later when all names are known."""

    def read(self, node: Node, name: str, findings: Findings) -> Node:
        """The node itself."""
        del name, findings
        return node

    def schema(self) -> Schema:
        """A string."""
        return Text(may_be_empty=False).schema()


_EXCEPTION: Final = Section(
    keys=(
        Key(
            name="date",
            value=Dates(yearly=True),
            doc="2026-12-25, 2026-12-24..2026-12-26, or 12-25 for every year.",
            required=True,
        ),
        Key(name="hours", value=Hours(), doc='In these hours only, e.g. "06-12".'),
        Key(name="clock", value=_ClockName(), doc="The clock that plays then.", required=True),
    ),
    doc="A date with a clock of its own.",
)
EXCEPTIONS: Final = ListOf(each=_EXCEPTION, of="dates with their clocks").schema()


def read_exceptions(
    node: Node | None, names: Names, positions: dict[str, tuple[int, int]], findings: Findings
) -> tuple[DateRule, ...]:
    """The rules, in file order."""
    rules: list[DateRule] = []
    for index, child in enumerate(listed(node, "exceptions", "{date: 2026-12-25, clock: …}", findings), 1):
        where = f"exceptions[{index}]"
        values: dict[str, Any] | None = _EXCEPTION.read(child, where, findings)
        if values is None:
            continue
        note(positions, where, child)
        clock = None
        if "clock" in values:
            clock = read_clock_name(values["clock"], f"{where}.clock", names, findings)
        span: Span | None = values.get("date")
        if clock is None or span is None or span.first is None or span.last is None:
            continue
        today, after = values.get("hours", (frozenset(), frozenset()))
        rules.append(
            DateRule(
                first=span.first,
                last=span.last,
                clock=clock,
                hours=today,
                hours_next=after,
                yearly=span.yearly,
                line=child.line,
            )
        )
    return tuple(rules)


def listed(node: Node | None, name: str, example: str, findings: Findings) -> tuple[Node, ...]:
    """The nodes of a list; none, with a problem found, if it is something else."""
    if node is None or (isinstance(node, Scalar) and node.empty):
        return ()
    if not isinstance(node, Items):
        hint = f"- {example}"
        findings.add(
            node, f"{name} should be a list of entries, each on a line that begins with a dash", hint
        )
        return ()
    return node.nodes
