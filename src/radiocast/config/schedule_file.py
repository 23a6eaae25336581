"""`schedule.yaml` as a whole: its sections, the names in it, and how they become a ScheduleConfig."""

from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.bulletin_file import BULLETIN, read_bulletin
from radiocast.config.cart_file import CART, ROTATION, read_cart, read_rotation
from radiocast.config.clock_file import CLOCK, read_clock
from radiocast.config.document import Findings, Keyed, Node, Scalar
from radiocast.config.entry_file import Played
from radiocast.config.event_file import BREAKING, DST, EVENTS, read_breaking, read_dst, read_events
from radiocast.config.grid_file import EXCEPTIONS, GRID, read_exceptions, read_grid
from radiocast.config.names import NOT_AS_SUSTAINER, Names, name_complaint, read_source
from radiocast.config.schedule import Clock, ScheduleConfig
from radiocast.config.sections import Key, Section, entries
from radiocast.config.values import Schema


@dataclass(frozen=True, slots=True)
class _Later:
    """A value that is read when all names are known; described to an editor all the same."""

    described: Schema

    def read(self, node: Node, name: str, findings: Findings) -> Node:
        """The node itself."""
        del name, findings
        return node

    def schema(self) -> Schema:
        """As given."""
        return self.described


def _named(section: Section) -> _Later:
    return _Later({"type": ["object", "null"], "additionalProperties": section.schema()})


SCHEDULE: Final = Section(
    keys=(
        Key(name="carts", value=_named(CART), doc="Idents, sweepers, promos: slots whose cuts rotate."),
        Key(name="rotations", value=_named(ROTATION), doc="Music."),
        Key(name="bulletins", value=_named(BULLETIN), doc="News."),
        Key(
            name="clocks",
            value=_Later({"type": "object", "minProperties": 1, "additionalProperties": CLOCK}),
            doc="One hour each; offsets are mm:ss in it.",
            required=True,
        ),
        Key(name="grid", value=_Later(GRID), doc="Which clock plays when.", required=True),
        Key(
            name="exceptions",
            value=_Later({**EXCEPTIONS, "type": ["array", "null"]}),
            doc="Dates with clocks of their own.",
        ),
        Key(
            name="events",
            value=_Later({**EVENTS, "type": ["array", "null"]}),
            doc="What starts at a time of its own, once or on some days.",
        ),
        Key(name="breaking", value=_Later(BREAKING.schema()), doc="A folder of stories that interrupt."),
        Key(
            name="sustainer",
            value=Played(NOT_AS_SUSTAINER),
            doc="What plays when nothing else does, e.g. rotation/music.",
            required=True,
        ),
        Key(name="dst", value=_Later(DST.schema()), doc="What is done when the clocks change."),
    ),
    doc="A station's schedule.",
)


def read_schedule(root: Node, findings: Findings) -> ScheduleConfig | None:
    """The configuration, or None with problems found."""
    nodes: dict[str, Node] = SCHEDULE.read(root, "", findings) or {}
    names = Names.of(nodes)
    positions: dict[str, tuple[int, int]] = {}
    carts = {
        key.text: read_cart(key.text, values, node, positions, findings)
        for key, values, node in _read_table(nodes, "carts", CART, positions, findings)
    }
    rotations = {
        key.text: read_rotation(key.text, values, node, findings)
        for key, values, node in _read_table(nodes, "rotations", ROTATION, positions, findings)
    }
    bulletins = {
        key.text: read_bulletin(key, values, findings)
        for key, values, _ in _read_table(nodes, "bulletins", BULLETIN, positions, findings)
    }
    clocks: dict[str, Clock] = {}
    for key, node in entries(nodes.get("clocks"), "clocks", "clocks with their names", findings):
        _check_name(key, "clocks", findings)
        positions[f"clock/{key.text}"] = (key.line, key.column)
        clocks[key.text] = read_clock(key.text, node, names, positions, findings)
    default, grid = read_grid(nodes.get("grid"), names, positions, findings)
    exceptions = read_exceptions(nodes.get("exceptions"), names, positions, findings)
    events = read_events(nodes.get("events"), names, positions, findings)
    breaking = read_breaking(nodes.get("breaking"), positions, findings)
    dst = read_dst(nodes.get("dst"), positions, findings)
    sustainer = None
    if (last := nodes.get("sustainer")) is not None:
        positions["sustainer"] = (last.line, last.column)
        sustainer = read_source(last, "sustainer", names, findings, NOT_AS_SUSTAINER)
    if findings.count or sustainer is None:
        return None
    return ScheduleConfig(
        carts=carts,
        rotations=rotations,
        bulletins=bulletins,
        clocks=clocks,
        default_clock=default,
        grid=grid,
        exceptions=exceptions,
        events=events,
        breaking=breaking,
        dst=dst,
        sustainer=sustainer,
        positions=positions,
    )


def _check_name(key: Scalar, table: str, findings: Findings) -> None:
    if complaint := name_complaint(key.text):
        findings.add(key, f"{table}: {complaint}")


def _read_table(
    nodes: dict[str, Node],
    table: str,
    section: Section,
    positions: dict[str, tuple[int, int]],
    findings: Findings,
) -> list[tuple[Scalar, dict[str, Any], Keyed]]:
    """Every named section of a table that is a block of keys; notes where each of its keys stands."""
    read: list[tuple[Scalar, dict[str, Any], Keyed]] = []
    for key, node in entries(nodes.get(table), table, f"{table} with their names", findings):
        _check_name(key, table, findings)
        singular = f"{table[:-1]}/{key.text}"
        positions[singular] = (key.line, key.column)
        if isinstance(node, Scalar) and node.empty:
            # A bulletin of nothing but defaults is a bulletin.
            node = Keyed(pairs=(), line=key.line, column=key.column)  # noqa: PLW2901 - the same, as a block
        values = section.read(node, f"{table}.{key.text}", findings)
        if values is None or not isinstance(node, Keyed):
            continue
        for inner, child in node.pairs:
            positions[f"{singular}.{inner.text}"] = (child.line, child.column)
        read.append((key, values, node))
    return read
