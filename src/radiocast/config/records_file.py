"""`records:` of `station.yaml`: what is kept about who listened, and for how long.

Owns: the section's keys. Must not know: the other sections of the file, or who writes what where.
"""

from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.amounts import Days, Size
from radiocast.config.document import Findings, Node
from radiocast.config.sections import Key, Section
from radiocast.config.station import Records
from radiocast.config.values import Choice, Number, Schema

_ACCESS_LOG: Final = Section(
    keys=(
        Key(
            name="files",
            field="access_log_files",
            value=Number(least=0, most=1000, whole=True),
            doc="So many files are kept, the newest among them; 0 keeps no access log.",
            default=5,
        ),
        Key(
            name="size",
            field="access_log_bytes",
            value=Size(least=64 * 1024, most=1024**3),
            doc="A file that is as large as this is put away, and a new one begun.",
            default="10MB",
        ),
    )
)
_RECORDS: Final = Section(
    keys=(
        Key(
            name="addresses",
            value=Choice({"hashed": "hashed", "full": "full", "none": "none"}),
            doc="Listeners' addresses: hashed (another hash every day), full, or none at all.",
            default="hashed",
        ),
        Key(
            name="keep",
            field="keep_days",
            value=Days(),
            doc="Who listened when is kept for so many days.",
            default="400d",
        ),
        Key(name="access_log", value=_ACCESS_LOG, doc="Every request in a line, as Icecast writes them."),
    )
)


@dataclass(frozen=True, slots=True)
class Kept:
    """`records:` as a whole."""

    def read(self, node: Node, name: str, findings: Findings) -> Records | None:
        """What is kept."""
        values: dict[str, Any] | None = _RECORDS.read(node, name, findings)
        if values is None:
            return None
        return Records(**values.pop("access_log", {}), **values)

    def schema(self) -> Schema:
        """An object."""
        return _RECORDS.schema()
