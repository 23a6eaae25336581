"""YAML text to a small tree in which every key and value knows its line and column.

Owns: what ruamel.yaml says about broken text, put into words; what of YAML a station's files do not
use (aliases, tags, several documents), which is refused here once and for all.
Must not know: which keys there are or what they mean.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radiocast.model.errors import Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

# What YAML 1.2 calls printable (§5.1), turned round: none of it belongs in a text file.
_NOT_TEXT: Final = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRACKETS: Final = re.compile(r"[\[\]{}]")
# The files' own nesting is five deep.
_MAX_DEPTH: Final = 50
_CORE_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "value", "merge")
)
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
    text = text.removeprefix("\ufeff")
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
    root = _compose(text, findings)
    return None if root is None else _Converter(findings).convert(root)


def _place(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1


def _too_deep(text: str) -> int:
    """Where brackets are open inside each other more than _MAX_DEPTH times; 0 if nowhere.

    Quotes are not looked at: a text with so many brackets open in it is none of a station's either.
    ruamel.yaml would take seconds over a thousand of them before it gave up.
    """
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket.group() in "[{" else max(0, depth - 1)
        if depth > _MAX_DEPTH:
            return bracket.start()
    return 0


def _compose(text: str, findings: Findings) -> Any:
    # Not at the top: the transmitter imports the shapes of the configuration and never reads YAML.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        _explain(text, error, findings)
    except RecursionError:
        findings.add_at(0, 0, "blocks are nested so deep that the file cannot be read")
    except Exception as error:
        # ruamel.yaml lets ValueError, AttributeError and others out on odd input (a directive without a
        # version, for one). Whatever it is, the file is at fault and the station must be told.
        findings.add_at(0, 0, f"the file cannot be read as YAML: {_first_line(error)}")
    return None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _explain(text: str, error: "MarkedYAMLError", findings: Findings) -> None:
    """Put what ruamel.yaml says into words for somebody who does not know YAML."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    said = str(error.problem or error.context or error)
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or r"'\t'" in said:
        findings.add_at(line, column, "this line is indented with a tab", "use spaces")
    elif "undefined alias" in said or ("could not find expected ':'" in said and "*" in here):
        findings.add_at(line, column, "a value cannot begin with *", 'put it in quotes: "…"')
    elif "mapping values are not allowed" in said:
        findings.add_at(
            line,
            column,
            "there is a colon here where none is expected",
            'check the indentation of this line and the one above; text with a colon in it goes in "quotes"',
        )
    elif "expected ',' or" in said:
        findings.add_at(line, column, "a comma or a closing bracket is missing before this", "")
    elif "another document" in said or "single document" in said:
        findings.add_at(line, column, "a line of three dashes (---) begins a second document", "delete it")
    elif "while scanning a quoted" in str(error.context) or "unexpected end of stream" in said:
        start = error.context_mark or mark
        findings.add_at(
            start.line + 1 if start else 0,
            start.column + 1 if start else 0,
            "a quotation mark is opened here and never closed",
        )
    elif "expected <block end>" in said or "could not find expected ':'" in said:
        findings.add_at(
            line, column, "this line does not fit with those above it", "check its indentation and its colon"
        )
    else:
        findings.add_at(line, column, f"this cannot be read: {said}", "check colons, quotes and brackets")


class _Converter:
    """ruamel nodes to ours. What nests too deep for recursion has failed in composing already."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen: set[int] = set()

    def convert(self, node: Any) -> Node | None:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if id(node) in self._seen or node.anchor is not None:
            # A node met twice is an alias; a few of them inside each other make a tree without end.
            self._findings.add_at(
                line,
                column,
                "names with & and * are not used in this file",
                "write the value out where it is needed",
            )
            return None
        self._seen.add(id(node))
        if str(node.tag) not in _CORE_TAGS:
            self._findings.add_at(
                line, column, f"{node.tag} is not used in this file", "write the plain value"
            )
            return None
        if isinstance(node.value, str):
            return Scalar(
                text=node.value,
                quoted=node.style is not None,
                empty=node.style is None and str(node.tag).endswith(":null"),
                line=line,
                column=column,
            )
        if str(node.tag).endswith(":map"):
            return Keyed(pairs=tuple(self._pairs(node)), line=line, column=column)
        nodes = (self.convert(child) for child in node.value)
        return Items(nodes=tuple(n for n in nodes if n is not None), line=line, column=column)

    def _pairs(self, node: Any) -> list[tuple[Scalar, Node]]:
        first: dict[str, int] = {}
        pairs: list[tuple[Scalar, Node]] = []
        for key_node, value_node in node.value:
            key, value = self.convert(key_node), self.convert(value_node)
            if key is None or value is None:
                continue
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
