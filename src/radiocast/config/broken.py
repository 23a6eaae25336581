"""What PyYAML says about broken text, put into words for somebody who does not know YAML."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yaml.error import Mark, MarkedYAMLError

QUOTE: Final = 'put it in quotes: "…"'
# The pure parser takes a second over so much text; libyaml's own words have to do for what stands behind it.
_EXPLAINED_CHARS: Final = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One kind of error: PyYAML's words in `said` or `context`, and ours for it.

    `sign` are characters of which one stands at the place, `behind` those of which one stands before it.
    `from_start` tells it where the broken thing begins, not where it was found out. `{sign}` in a message is
    the character at the place.
    """

    said: str = ""
    context: str = ""
    sign: str = ""
    behind: str = ""
    from_start: bool = False
    message: str
    hint: str = ""


# The first that fits.
_CASES: Final = (
    _Case(context="scanning an a", from_start=True, message="a value cannot begin with {sign}", hint=QUOTE),
    _Case(said="cannot start any token", message="a value cannot begin with {sign}", hint=QUOTE),
    _Case(
        said="mapping values are not allowed",
        message="there is a colon here where none is expected",
        hint='check the indentation of this line and the one above; text with a colon in it goes in "quotes"',
    ),
    _Case(
        said="sequence entries are not allowed",
        message="there is a dash here where none is expected",
        hint='begin a line of its own with it; text that begins with a dash goes in "quotes"',
    ),
    _Case(
        said="expected ',' or",
        sign=":",
        message="a comma or a closing bracket is missing before this",
        hint='text with a colon in it goes in "quotes"',
    ),
    _Case(said="expected ',' or", message="a comma or a closing bracket is missing before this"),
    _Case(
        said="<document start>",
        message="a second document begins here",
        hint="delete the line of dots above it",
    ),
    _Case(
        said="escape", message="this cannot be read: {said}", hint="write two backslashes, or use 'quotes'"
    ),
    _Case(
        context="while scanning a quoted",
        from_start=True,
        message="a quotation mark is opened here and never closed",
    ),
    _Case(said="<stream end>", message="a bracket is opened above and never closed", hint="close it"),
    _Case(sign="]}", message="there is a {sign} too many here, or something missing before it"),
    _Case(
        said="expected <block end>",
        behind="\"'",
        message="there is text behind a closing quotation mark",
        hint="put all of the value in quotes",
    ),
    _Case(
        said="expected <block end>",
        message="this line does not fit with those above it",
        hint="check its indentation and its colon",
    ),
    _Case(
        said="could not find expected ':'",
        message="this line does not fit with those above it",
        hint="check its indentation and its colon",
    ),
    _Case(message="this cannot be read: {said}", hint="check colons, quotes and brackets"),
)


def explain(text: str, error: "MarkedYAMLError") -> tuple[int, int, str, str]:
    """(line, column, message, hint) of the first error in a text, which a parser found; both from 1."""
    error = _in_full(text, error)
    mark = error.problem_mark or error.context_mark
    line, column = _place(mark)
    said, context = str(error.problem or error.context or error), str(error.context)
    here = _line(text, line)
    if "\t" in here[: len(here) - len(here.lstrip())] or r"'\t'" in said:
        return line, column, "this line is indented with a tab", "use spaces"
    sign, before = here[column - 1 : column], here[: column - 1].rstrip()[-1:]
    case = next(
        case
        for case in _CASES
        if case.said in said
        and case.context in context
        and (not case.sign or (sign and sign in case.sign))
        and (not case.behind or (before and before in case.behind))
    )
    if case.from_start:
        line, column = _place(error.context_mark or mark)
        sign = _line(text, line)[column - 1 : column]
    return line, column, case.message.format(sign=sign, said=said), case.hint


def _place(mark: "Mark | None") -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _line(text: str, line: int) -> str:
    lines = text.split("\n")
    return lines[line - 1] if line <= len(lines) else ""


def _in_full(text: str, error: "MarkedYAMLError") -> "MarkedYAMLError":
    """What the pure parser says about the same error, if libyaml found it: its words say more."""
    import yaml

    mark = error.problem_mark or error.context_mark
    if mark is None or mark.index > _EXPLAINED_CHARS:
        return error
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as found:
        return found
    except yaml.YAMLError:
        pass
    return error
