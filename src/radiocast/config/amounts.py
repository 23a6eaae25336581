"""Sizes and days: values that several sections write with a unit behind a number."""

import re
from dataclasses import dataclass
from typing import Final

from radiocast.config.document import Findings, Node
from radiocast.config.values import Schema, scalar

# Ten years, leap years among them.
MOST_DAYS: Final = 10 * 366
_SIZE: Final = re.compile(r"(?P<number>\d{1,10})\s*(?:(?P<unit>[kM])(?:i?B)?|B)?", re.ASCII)
_SIZE_UNITS: Final = {None: 1, "k": 1024, "M": 1024 * 1024}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A number of bytes within bounds: `4MB`, `512kB`, or the number alone. A kB has 1024."""

    least: int
    most: int

    def read(self, node: Node, name: str, findings: Findings) -> int | None:
        """Bytes."""
        value = scalar(node, name, findings, "a size such as 4MB")
        if value is None:
            return None
        found = _SIZE.fullmatch(value.text)
        if not found:
            findings.add(node, f"{name}: {value.text!r} is no size", "write it as 512kB or 4MB")
            return None
        size = int(found["number"]) * _SIZE_UNITS[found["unit"]]
        if not self.least <= size <= self.most:
            bounds = f"from {self.least // 1024}kB to {self.most // 1024**2}MB"
            findings.add(node, f"{name}: {value.text} is out of range", f"write a size {bounds}")
            return None
        return size

    def schema(self) -> Schema:
        """A string or a number of bytes."""
        text = {
            "type": "string",
            "pattern": rf"^{_SIZE.pattern.replace('?P<number>', '').replace('?P<unit>', '')}$",
        }
        return {"anyOf": [text, {"type": "integer", "minimum": self.least, "maximum": self.most}]}


@dataclass(frozen=True, slots=True)
class Days:
    """A number of whole days: `30d`, or the number alone."""

    def read(self, node: Node, name: str, findings: Findings) -> int | None:
        """Days."""
        wanted = "a number of days such as 30d"
        value = scalar(node, name, findings, wanted)
        if value is None:
            return None
        found = re.fullmatch(r"(\d{1,6})\s*d?", value.text, re.ASCII)
        if not found:
            findings.add(node, f"{name}: {value.text!r} is no number of days", "write it as 30d")
            return None
        days = int(found[1])
        if not 1 <= days <= MOST_DAYS:
            hint = f"write a number of days from 1 to {MOST_DAYS}"
            findings.add(node, f"{name}: {value.text} is out of range", hint)
            return None
        return days

    def schema(self) -> Schema:
        """A string or a number."""
        text = {"type": "string", "pattern": r"^\d+\s*d?$"}
        return {"anyOf": [text, {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}]}
