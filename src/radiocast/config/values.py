"""The kinds of value a configuration file holds: each reads itself from a node and describes itself.

Owns: durations, choices, numbers, texts and lists: what is accepted, what is said about the rest, and the
JSON Schema (draft 2020-12) that says the same to an editor, so that both never differ. Blocks of keys are
in `sections`.
Must not know: which keys there are.

`read` gives None exactly when it has added a problem to the findings; it never raises.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from typing import Any, Final, Protocol

from radiocast.config.document import Findings, Items, Node, Scalar

Schema = dict[str, Any]


class Value(Protocol):
    """One kind of value."""

    def read(self, node: Node, name: str, findings: Findings) -> Any | None:
        """The value, or None with a problem found. `name` is what the messages call it."""
        ...

    def schema(self) -> Schema:
        """The JSON Schema of what `read` accepts, as far as a schema can say it."""
        ...


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint with the known word that looks most like this one, or with all of them if they are few."""
    return _nearest(word, tuple(dict.fromkeys(known)))


# A file in which one name is gone has it in a thousand places.
@lru_cache(maxsize=256)
def _nearest(word: str, words: tuple[str, ...]) -> str:
    folded = {w.casefold(): w for w in words}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean {folded[close[0]]!r}?"
    # More than a dozen names are no help in one line.
    return "possible here: " + ", ".join(sorted(words)) if 0 < len(words) <= 12 else ""


def scalar(node: Node, name: str, findings: Findings, wanted: str) -> Scalar | None:
    """The node as one value; None with a problem found where it is a list, a block of keys or nothing."""
    if isinstance(node, Scalar) and not node.empty:
        return node
    if isinstance(node, Scalar):
        findings.add(
            node, f"{name} has nothing behind it", f"write {wanted}, or delete the line for the default"
        )
    else:
        kind = "a list" if isinstance(node, Items) else "a block of keys"
        findings.add(node, f"{name} is {kind}, and should be {wanted}")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text. `check` gives a complaint about it, or nothing."""

    wanted: str = "a text"
    may_be_empty: bool = True
    check: Callable[[str], str] | None = None
    pattern: str = ""

    def read(self, node: Node, name: str, findings: Findings) -> str | None:
        """The text. Line breaks are refused: titles and headers are made of it."""
        value = scalar(node, name, findings, self.wanted)
        if value is None:
            return None
        if not self.may_be_empty and not value.text.strip():
            findings.add(node, f"{name} is empty", f"write {self.wanted}")
        elif not value.text.isprintable():
            findings.add(node, f"{name} must be on one line, without control characters")
        elif complaint := self.check(value.text) if self.check else "":
            findings.add(node, f"{name}: {complaint}")
        else:
            return value.text
        return None

    def schema(self) -> Schema:
        """A string; numbers and words such as `yes` are text too, as YAML staff write it."""
        schema: Schema = {"type": "string"}
        if not self.may_be_empty:
            schema["minLength"] = 1
        return schema | ({"pattern": self.pattern} if self.pattern else {})


# ASCII: staff may paste digits of any script, and no other part of a station reads them.
_NUMBER: Final = re.compile(r"[-+]?\d{1,12}(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number within bounds, both allowed."""

    least: float
    most: float
    whole: bool = False

    def read(self, node: Node, name: str, findings: Findings) -> float | int | None:
        """An int where `whole`, else a float."""
        # Not as 1e+06, which staff neither read nor write.
        wanted = f"a {'whole ' if self.whole else ''}number from {self.least:.12g} to {self.most:.12g}"
        value = scalar(node, name, findings, wanted)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value.text) or (self.whole and "." in value.text):
            findings.add(node, f"{name}: {value.text!r} is not {wanted}")
            return None
        number = float(value.text)
        if not isfinite(number) or not self.least <= number <= self.most:
            findings.add(node, f"{name}: {value.text} is out of range", f"write {wanted}")
            return None
        return int(number) if self.whole else number

    def schema(self) -> Schema:
        """A number or integer with bounds."""
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Boolean:
    """true or false."""

    def read(self, node: Node, name: str, findings: Findings) -> bool | None:
        """YAML 1.2's two words, in any case; `yes` and `no` get a hint."""
        value = scalar(node, name, findings, "true or false")
        if value is None:
            return None
        word = value.text.casefold()
        if word in {"true", "false"} and not value.quoted:
            return word == "true"
        hint = {"yes": "did you mean true?", "on": "did you mean true?"}.get(word, "")
        hint = hint or {"no": "did you mean false?", "off": "did you mean false?"}.get(word, "")
        findings.add(node, f"{name}: {value.text!r} is neither true nor false", hint)
        return None

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words; `meanings` maps what is written to what is meant."""

    meanings: Mapping[str, Any]

    def read(self, node: Node, name: str, findings: Findings) -> Any | None:
        """What the word means."""
        words = ", ".join(self.meanings)
        value = scalar(node, name, findings, f"one of {words}")
        if value is None:
            return None
        if value.text in self.meanings:
            return self.meanings[value.text]
        findings.add(node, f"{name}: {value.text!r} is not known here", nearest(value.text, self.meanings))
        return None

    def schema(self) -> Schema:
        """An enumeration."""
        return {"enum": list(self.meanings)}


_DURATION: Final = re.compile(
    r"(?:(?P<d>\d{1,4}(?:\.\d{1,3})?)d)?(?:(?P<h>\d{1,4}(?:\.\d{1,3})?)h)?"
    r"(?:(?P<m>\d{1,5}(?:\.\d{1,3})?)m)?(?:(?P<s>\d{1,6}(?:\.\d{1,3})?)s)?",
    re.ASCII,
)
_DURATION_SCHEMA: Final = r"^(?=.)(\d+(\.\d+)?d)?(\d+(\.\d+)?h)?(\d+(\.\d+)?m)?(\d+(\.\d+)?s)?$"


def parse_duration(text: str) -> float | None:
    """Seconds in `90s`, `3m`, `6h`, `1h30m`, `7d`; None for anything else, a bare number among it."""
    found = _DURATION.fullmatch(text)
    if not found or not text:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.group("d", "h", "m", "s"))
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


def offset_text(seconds: float) -> str:
    """A place in the hour as staff write it: 450 is `07:30`."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def duration_text(seconds: float) -> str:
    """Seconds as staff write them: 5400 is `1h30m`; whole days, from two on, are `2d`."""
    days, rest = divmod(seconds, 86_400)
    if days > 1 and not rest:
        return f"{days:.0f}d"
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [
        f"{hours:.0f}h" if hours else "",
        f"{minutes:.0f}m" if minutes else "",
        f"{rest:g}s" if rest else "",
    ]
    return "".join(parts) or "0s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length of time within bounds, in seconds."""

    least_s: float = 0.0
    most_s: float

    def read(self, node: Node, name: str, findings: Findings) -> float | None:
        """Seconds. A number without its unit is refused: nobody knows whether 90 is seconds or minutes."""
        value = scalar(node, name, findings, "a length of time such as 90s, 3m or 1h30m")
        if value is None:
            return None
        text = value.text.replace(" ", "")
        seconds = parse_duration(text)
        if seconds is None:
            hint = "write it as 90s, 3m, 6h or 1h30m"
            if _NUMBER.fullmatch(text):
                hint = f"write the unit: did you mean '{text}s' or '{text}m'?"
            findings.add(node, f"{name}: {value.text!r} is no length of time", hint)
        elif not self.least_s <= seconds <= self.most_s:
            bounds = f"from {duration_text(self.least_s)} to {duration_text(self.most_s)}"
            findings.add(node, f"{name}: {value.text} is out of range", f"write a length of time {bounds}")
            seconds = None
        return seconds

    def schema(self) -> Schema:
        """A string; bounds are beyond a schema."""
        return {"type": "string", "pattern": _DURATION_SCHEMA, "examples": ["90s", "3m", "1h30m"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list, every entry of one kind; a value alone is refused with the brackets it lacks."""

    each: Value
    of: str
    at_least: int = 0

    def read(self, node: Node, name: str, findings: Findings) -> tuple[Any, ...] | None:
        """The entries that could be read, in order."""
        if isinstance(node, Scalar) and node.empty and self.at_least == 0:
            return ()
        if not isinstance(node, Items):
            hint = f"write it in brackets: [{node.text}]" if isinstance(node, Scalar) and node.text else ""
            findings.add(node, f"{name} should be a list of {self.of}", hint)
            return None
        if len(node.nodes) < self.at_least:
            findings.add(node, f"{name} is an empty list", f"it needs at least {self.at_least} of {self.of}")
            return None
        read = (self.each.read(n, f"{name}[{i}]", findings) for i, n in enumerate(node.nodes, 1))
        return tuple(value for value in read if value is not None)

    def schema(self) -> Schema:
        """An array."""
        schema: Schema = {"type": "array", "items": self.each.schema()}
        return schema | ({"minItems": self.at_least} if self.at_least else {})
