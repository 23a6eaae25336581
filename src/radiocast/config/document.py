"""YAML text to a small tree in which every key and value knows its line and column.

Owns: what of YAML a station's files do not use (aliases, tags, several documents), which is refused here
once and for all; the places of everything.
Must not know: which keys there are or what they mean.

Text is parsed and no more: PyYAML's parser gives events, and what a value means is read from the text as
it was written. So `06-09`, `20:00`, `12-25` and `no` are what staff wrote, whatever YAML 1.1 would make of
them. libyaml's parser, many times as fast, is used where PyYAML has it.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from radiocast.config.broken import QUOTE, explain
from radiocast.model.errors import Problem

# An event of PyYAML's. Its type information leaves out what only some events have.
_Event = Any

# What YAML 1.2 calls printable (§5.1), turned round: none of it belongs in a text file.
_NOT_TEXT: Final = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRACKETS: Final = re.compile(r"[\[\]{}]")
# The files' own nesting is five deep.
_MAX_DEPTH: Final = 50
_TAG: Final = "tag:yaml.org,2002:"
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
# YAML 1.1 ends a line at these as well, and editors do not: line numbers are the editors'.
_ODD_BREAKS: Final = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})
# A schedule for every hour of a year is far below this; a file above it is not a schedule.
MAX_CHARS: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value: its text, and whether it was written in quotes. Line and column count from 1."""

    text: str
    quoted: bool
    empty: bool
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    nodes: tuple["Node", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """Keys with values, in file order. No key comes twice."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    line: int
    column: int

    def find(self, key: str) -> "Node | None":
        """The value under a key."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node = Scalar | Items | Keyed


def note(positions: dict[str, tuple[int, int]], place: str, node: Node) -> None:
    """Where an entry stands, and each of its keys' values."""
    positions[place] = (node.line, node.column)
    if isinstance(node, Keyed):
        for key, value in node.pairs:
            positions[f"{place}.{key.text}"] = (value.line, value.column)


class Findings:
    """Collects problems of one file, so that all of them can be told at once, in file order."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._found: list[Problem] = []

    def add(self, place: Node, message: str, hint: str = "") -> None:
        """Note a problem at a node's place."""
        self.add_at(place.line, place.column, message, hint)

    def add_at(self, line: int, column: int, message: str, hint: str = "") -> None:
        """Note a problem at a line and column; 0 for the file as a whole."""
        self._found.append(Problem(file=self.file, line=line, column=column, message=message, hint=hint))

    @property
    def count(self) -> int:
        """How many have been noted so far."""
        return len(self._found)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, by line and column; the same one is told once."""
        unique = dict.fromkeys(self._found)
        return tuple(sorted(unique, key=lambda problem: (problem.line, problem.column)))


def read_document(text: str, findings: Findings) -> Node | None:
    """The tree of a text; None where there is none, with the reason among the findings.

    A byte order mark is skipped. Never raises.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(_ODD_BREAKS)
    if len(text) > MAX_CHARS:
        findings.add_at(0, 0, f"the file has {len(text):,} characters; no station's file is that long")
        return None
    if bad := _NOT_TEXT.search(text):
        line, column = _place(text, bad.start())
        findings.add_at(
            line,
            column,
            f"there is a character here that is no text (U+{ord(bad.group()):04X})",
            "delete it; if the whole file looks odd, save it as UTF-8 text",
        )
        return None
    if deep := _too_deep(text):
        findings.add_at(*_place(text, deep), "brackets are nested so deep that the file cannot be read")
        return None
    # Not at the top: the transmitter imports the shapes of the configuration and never reads YAML.
    import yaml

    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Tree(fast(text), findings).root()
    except yaml.MarkedYAMLError as error:
        findings.add_at(*explain(text, error))
    except _TooDeepError as error:
        findings.add_at(error.line, error.column, "blocks are nested so deep that the file cannot be read")
    except (yaml.YAMLError, ValueError) as error:
        # Characters that a parser does not take have been refused above; should one be left, it is told.
        said = next(iter(str(error).splitlines()), type(error).__name__)
        findings.add_at(1, 1, f"the file cannot be read as YAML: {said}")
    return None


def _place(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1


def _too_deep(text: str) -> int:
    """Where brackets are open inside each other more than _MAX_DEPTH times; 0 if nowhere.

    Quotes are not looked at: a text with so many brackets open in it is none of a station's either.
    A parser's time over brackets grows with the square of their depth.
    """
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket.group() in "[{" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            return bracket.start()
    return 0


class _Parser(Protocol):
    """The part of a PyYAML loader that is used."""

    def get_event(self) -> _Event:
        """The next event. Raises yaml.YAMLError."""
        ...


class _TooDeepError(Exception):
    def __init__(self, line: int, column: int) -> None:
        super().__init__()
        self.line = line
        self.column = column


class _Tree:
    """A parser's events to nodes of ours."""

    def __init__(self, parser: _Parser, findings: Findings) -> None:
        import yaml.events as names

        self._names = names
        self._next = parser.get_event
        self._findings = findings
        self._anchors: set[str] = set()

    def root(self) -> Node | None:
        """The document; None where there is none, or where it is refused."""
        names = self._names
        self._next()  # the stream's start
        if isinstance(self._next(), names.StreamEndEvent):
            return None
        root = self._node(self._next(), 0)
        self._next()  # the document's end
        after = self._next()
        if not isinstance(after, names.StreamEndEvent):
            mark = after.start_mark
            self._findings.add_at(
                mark.line + 1,
                mark.column + 1,
                "a line of three dashes (---) begins a second document",
                "delete it",
            )
            return None
        return root

    def _node(self, event: _Event, depth: int) -> Node | None:
        """The node that begins with this event; None with a problem found where it is refused."""
        names = self._names
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if depth > _MAX_DEPTH:
            raise _TooDeepError(line, column)
        node: Node
        if isinstance(event, names.ScalarEvent):
            quoted = bool(event.style)
            empty = not quoted and event.value in _NULL
            node = Scalar(text=event.value, quoted=quoted, empty=empty, line=line, column=column)
        elif isinstance(event, names.MappingStartEvent):
            node = Keyed(pairs=tuple(self._pairs(depth)), line=line, column=column)
        elif isinstance(event, names.SequenceStartEvent):
            nodes: list[Node] = []
            while not isinstance(child := self._next(), names.SequenceEndEvent):
                if (read := self._node(child, depth + 1)) is not None:
                    nodes.append(read)
            node = Items(nodes=tuple(nodes), line=line, column=column)
        else:
            self._refuse_alias(event, line, column)
            return None
        if event.anchor is not None or event.tag is not None:
            self._refuse(event, line, column)
            return None
        return node

    def _pairs(self, depth: int) -> list[tuple[Scalar, Node]]:
        names = self._names
        first: dict[str, int] = {}
        pairs: list[tuple[Scalar, Node]] = []
        while not isinstance(event := self._next(), names.MappingEndEvent):
            key, value = self._node(event, depth + 1), self._node(self._next(), depth + 1)
            if key is None or value is None:
                continue
            if isinstance(value, Scalar) and value.empty and not value.text:
                # Behind the colon: libyaml has it where the next thing stands, which may be lines below.
                end = event.end_mark
                value = replace(value, line=end.line + 1, column=end.column + 2)
            if not isinstance(key, Scalar):
                self._findings.add(key, "a key must be one word")
            elif key.text == "<<":
                self._findings.add(key, "<< is not used in this file", "write the keys out")
            elif key.text in first:
                self._findings.add(
                    key,
                    f"{key.text!r} is there twice; it is already on line {first[key.text]}",
                    "keep one of the two",
                )
            else:
                first[key.text] = key.line
                pairs.append((key, value))
        return pairs

    def _refuse(self, event: _Event, line: int, column: int) -> None:
        if event.anchor is not None:
            self._anchors.add(event.anchor)
            self._refuse_name(line, column)
            return
        tag = str(event.tag).replace(_TAG, "!!", 1)
        self._findings.add_at(line, column, f"{tag} is not used in this file", "write the plain value")

    def _refuse_alias(self, event: _Event, line: int, column: int) -> None:
        if event.anchor in self._anchors:
            self._refuse_name(line, column)
        else:
            self._findings.add_at(line, column, "a value cannot begin with *", QUOTE)

    def _refuse_name(self, line: int, column: int) -> None:
        self._findings.add_at(
            line,
            column,
            "names with & and * are not used in this file",
            "write the value out where it is needed",
        )
