"""Blocks of keys: closed ones, whose keys we name, and tables, whose keys staff choose.

Owns: what is said about a key that is not known, is missing, or stands where it means nothing.
Must not know: which keys there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from radiocast.config.document import Findings, Keyed, Node, Scalar
from radiocast.config.values import Schema, Value, nearest


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
