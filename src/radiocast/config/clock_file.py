"""A clock of `schedule.yaml`: the entries of one hour in their order."""

from typing import Final

from radiocast.config.document import Findings, Items, Node, note
from radiocast.config.entry_file import HOUR_S, KINDS, read_entry
from radiocast.config.names import Names
from radiocast.config.schedule import After, At, Clock, Entry, EveryTime, EveryTracks, Fill
from radiocast.config.values import Schema, offset_text

CLOCK: Final[Schema] = {
    "type": "array",
    "minItems": 1,
    "items": {"anyOf": [section.schema() for section in KINDS.values()]},
}


def read_clock(
    name: str,
    node: Node,
    names: Names,
    positions: dict[str, tuple[int, int]],
    findings: Findings,
) -> Clock:
    """One clock; mistakes are among the findings, and the entries without them in the clock."""
    where = f"clocks.{name}"
    if not isinstance(node, Items) or not node.nodes:
        hint = "- {fill: rotation/music}"
        findings.add(
            node, f"{where} should be a list of entries, each on a line that begins with a dash", hint
        )
        return Clock(name=name, entries=())
    order = _Order(where, findings)
    entries: list[Entry] = []
    for index, child in enumerate(node.nodes, 1):
        entry = read_entry(child, f"{where}[{index}]", names, findings)
        if entry is None:
            order.unknown()
        else:
            entries.append(entry)
            note(positions, f"clock/{name}[{len(entries)}]", child)
            order.check(entry, child)
    return Clock(name=name, entries=tuple(entries))


class _Order:
    """Walks a clock's entries and finds those that cannot follow the one before."""

    def __init__(self, where: str, findings: Findings) -> None:
        self._where = where
        self._findings = findings
        self._cursor_s = 0.0
        self._previous: Entry | None = None
        self._at_s: float | None = None
        self._sure = True

    def unknown(self) -> None:
        """An entry could not be read: what depends on the one before cannot be judged here."""
        self._sure = False
        self._previous = None

    def check(self, entry: Entry, node: Node) -> None:
        """Judge one entry by those before it."""
        match entry:
            case At():
                self._check_at(entry, node)
            case After():
                self._check_after(node)
            case Fill():
                if entry.until_s <= self._cursor_s:
                    self._findings.add(
                        node,
                        f"{self._where}: this fill ends at {offset_text(entry.until_s)}, "
                        f"but begins only at {offset_text(self._cursor_s)}",
                        "give it a later until:, or move it up",
                    )
                self._cursor_s = max(self._cursor_s, entry.until_s)
            case EveryTracks() | EveryTime():
                pass
        self._previous = entry
        self._sure = True

    def _check_at(self, entry: At, node: Node) -> None:
        if entry.offset_s >= HOUR_S:
            hint = 'write at: "00:00" for the top of the next hour'
            self._findings.add(node, f"{self._where}: nothing can start at 60:00", hint)
        elif entry.offset_s == self._at_s:
            hint = "write the second one as after: prev"
            self._findings.add(
                node, f"{self._where}: two entries start at {offset_text(entry.offset_s)}", hint
            )
        elif entry.offset_s < self._cursor_s:
            self._findings.add(
                node,
                f"{self._where}: {offset_text(entry.offset_s)} comes after {offset_text(self._cursor_s)}",
                "put the entries in the order of their times",
            )
        self._at_s = entry.offset_s
        self._cursor_s = max(self._cursor_s, entry.offset_s)

    def _check_after(self, node: Node) -> None:
        if not self._sure:
            return
        if self._previous is None:
            self._findings.add(
                node,
                f"{self._where}: after: prev is the first entry, with nothing before it",
                'write at: "00:00"',
            )
        elif isinstance(self._previous, EveryTracks | EveryTime):
            self._findings.add(
                node, f"{self._where}: after: prev cannot follow an every:", "put the every: below it"
            )
        elif isinstance(self._previous, Fill) and self._previous.until_s >= HOUR_S:
            self._findings.add(
                node,
                f"{self._where}: after: prev follows a fill that ends with the hour",
                'let the fill end earlier, or write at: "00:00"',
            )
