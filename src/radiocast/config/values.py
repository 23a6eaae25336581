"""The kinds of value a configuration file holds: each reads itself from a node and describes itself.

Owns: durations, choices, numbers, texts, lists and sections: what is accepted, what is said about the
rest, and the JSON Schema (draft 2020-12) that says the same to an editor, so that both never differ.
Must not know: which keys there are.

`read` gives None exactly when it has added a problem to the findings; it never raises.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from typing import Any, Final, Protocol

from radiocast.config.document import Findings, Items, Keyed, Node, Scalar

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
        wanted = f"a {'whole ' if self.whole else ''}number from {self.least:g} to {self.most:g}"
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
    r"(?:(?P<h>\d{1,4}(?:\.\d{1,3})?)h)?(?:(?P<m>\d{1,5}(?:\.\d{1,3})?)m)?(?:(?P<s>\d{1,6}(?:\.\d{1,3})?)s)?",
    re.ASCII,
)
_DURATION_SCHEMA: Final = r"^(?=.)(\d+(\.\d+)?h)?(\d+(\.\d+)?m)?(\d+(\.\d+)?s)?$"


def parse_duration(text: str) -> float | None:
    """Seconds in `90s`, `3m`, `6h`, `1h30m`; None for anything else, a bare number among it."""
    found = _DURATION.fullmatch(text)
    if not found or not text:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.group("h", "m", "s"))
    return hours * 3600 + minutes * 60 + seconds


def duration_text(seconds: float) -> str:
    """Seconds as staff write them: 5400 is `1h30m`."""
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
        bounds = f"from {duration_text(self.least_s)} to {duration_text(self.most_s)}"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Names of staff's own choosing, each with a value of one kind."""

    each: Value
    of: str

    def read(self, node: Node, name: str, findings: Findings) -> dict[str, Any] | None:
        """Name to value, those that could be read."""
        return {
            key.text: value
            for key, child in entries(node, name, self.of, findings)
            if (value := self.each.read(child, f"{name}.{key.text}", findings)) is not None
        }

    def schema(self) -> Schema:
        """An object with free keys."""
        return {"type": ["object", "null"], "additionalProperties": self.each.schema()}


def entries(node: Node | None, name: str, of: str, findings: Findings) -> tuple[tuple[Scalar, Node], ...]:
    """The pairs of a block of keys; none, with a problem found, if it is something else."""
    if node is None or (isinstance(node, Scalar) and node.empty):
        return ()
    if not isinstance(node, Keyed):
        findings.add(node, f"{name} should be {of}, each on a line of its own: 'name: …'")
        return ()
    return node.pairs


def comma_hint(before: tuple[Scalar, Node] | None, written: Scalar, value: Node) -> str:
    """What to do about a key with nothing behind it that is the end of the value before.

    Within braces a comma ends a value: `{days: sat,sun}` has a key `sun`. Empty where that is not so.
    """
    if before is None or not (isinstance(value, Scalar) and value.empty) or written.quoted:
        return ""
    key, text = before
    if not isinstance(text, Scalar) or text.quoted or text.empty or text.line != written.line:
        return ""
    return f'a comma ends a value; if both belong together write {key.text}: "{text.text},{written.text}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a section. `field` is what the values call it, where that is not the key itself."""

    name: str
    value: Value
    doc: str
    field: str = ""
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A closed set of keys.

    `misplaced` are keys that belong elsewhere, with what to do about them; `not_yet` those of later
    versions, with what to do meanwhile.
    """

    keys: tuple[Key, ...]
    doc: str = ""
    misplaced: Mapping[str, str] = field(default_factory=dict)
    not_yet: Mapping[str, str] = field(default_factory=dict)
    _known: Mapping[str, Key] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {key.name: key for key in self.keys})

    def read(self, node: Node, name: str, findings: Findings) -> dict[str, Any] | None:
        """Field to value, for the keys that are there and could be read."""
        if isinstance(node, Scalar) and node.empty and not any(key.required for key in self.keys):
            return {}
        if not isinstance(node, Keyed):
            keys = ", ".join(key.name for key in self.keys)
            findings.add(node, f"{name or 'the file'} should be a block of keys", f"possible here: {keys}")
            return None
        return self.read_keyed(node, name, findings)

    def read_keyed(self, node: Keyed, name: str, findings: Findings) -> dict[str, Any]:
        """As `read`, for what is known to be a block of keys."""
        prefix = f"{name}." if name else ""
        values: dict[str, Any] = {}
        before: tuple[Scalar, Node] | None = None
        for pair in node.pairs:
            written, child = pair
            key = self._known.get(written.text)
            if key is None:
                self._unknown(written, f"{prefix}{written.text}", comma_hint(before, *pair), findings)
            elif (value := key.value.read(child, f"{prefix}{key.name}", findings)) is not None:
                values[key.field or key.name] = value
            before = pair
        for key in self.keys:
            if key.required and node.find(key.name) is None:
                findings.add(
                    node,
                    f"{prefix}{key.name} is missing",
                    f"it is {key.doc[0].lower()}{key.doc[1:].rstrip(chr(46))}",
                )
        return values

    def _unknown(self, written: Scalar, name: str, hint: str, findings: Findings) -> None:
        if written.text in self.not_yet:
            findings.add(written, f"{name}: not in this version yet", self.not_yet[written.text])
        elif written.text in self.misplaced:
            findings.add(written, f"{name} means nothing here", self.misplaced[written.text])
        else:
            findings.add(written, f"{name} is not known", hint or nearest(written.text, self._known))

    def schema(self) -> Schema:
        """An object that takes these keys and no others."""
        required = [key.name for key in self.keys if key.required]
        properties: Schema = {}
        for key in self.keys:
            properties[key.name] = {**key.value.schema(), "description": key.doc}
            if key.default is not None:
                properties[key.name]["default"] = key.default
        schema: Schema = {
            # With nothing behind it, a section without required keys stands for its defaults.
            "type": "object" if required else ["object", "null"],
            "properties": properties,
            "additionalProperties": False,
        }
        schema |= {"required": required} if required else {}
        return schema | ({"description": self.doc} if self.doc else {})
