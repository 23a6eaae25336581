"""`schedule.yaml` as a whole: its sections, the names in it, and how they become a ScheduleConfig."""

from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.bulletin_file import BULLETIN, read_bulletin
from radiocast.config.clock_file import CLOCK, read_clock
from radiocast.config.document import Findings, Items, Keyed, Node, Scalar
from radiocast.config.names import FILE, Names, file_complaint, read_source
from radiocast.config.schedule import (
    Cart,
    Clock,
    Cut,
    Order,
    Rotation,
    ScheduleConfig,
    Source,
)
from radiocast.config.values import (
    Choice,
    Duration,
    Key,
    ListOf,
    Number,
    Schema,
    Section,
    Text,
    entries,
    nearest,
)
from radiocast.model.play import Kind

_PATTERN: Final = Text(wanted='files under media/, e.g. "music/**"', may_be_empty=False, check=file_complaint)
_ORDERS: Final = {
    "shuffle": "shuffle",
    "sequential": "sequence",
    "sequence": "sequence",
    "weighted": "weighted",
}
_ROTATION_ORDERS: Final = {name: meant for name, meant in _ORDERS.items() if meant != "weighted"}
_DAY_S: Final = 86_400.0

_LATER_CUT: Final = "delete it; until then take the file out of the cart when it should not air"
_CUT: Final = Section(
    keys=(
        Key(name="file", value=FILE, doc="A recording under media/.", required=True),
        Key(
            name="weight",
            value=Number(least=1, most=1000, whole=True),
            doc="How often it comes, against the other cuts.",
            default=1,
        ),
    ),
    not_yet=dict.fromkeys(("valid", "days", "daypart", "evergreen"), _LATER_CUT),
)
_CART: Final = Section(
    keys=(
        Key(
            name="kind",
            value=Choice({kind.value: kind for kind in (Kind.IDENT, Kind.SWEEPER, Kind.PROMO, Kind.FILE)}),
            doc="What it is to a listener and in the log.",
            default="file",
        ),
        Key(name="cuts", value=ListOf(each=_CUT, of="cuts", at_least=1), doc="Its recordings."),
        Key(name="files", value=_PATTERN, doc="In place of cuts: a pattern that names its recordings."),
        Key(
            name="order",
            value=Choice(_ORDERS),
            doc="shuffle, sequential or weighted; cuts with weights are weighted without saying so.",
            default="shuffle",
        ),
    ),
    doc="A slot whose cuts rotate.",
)
_SEPARATION: Final = Section(
    keys=(
        Key(name="artist", value=Duration(most_s=7 * _DAY_S), doc="No artist again within it.", default="0s"),
        Key(name="title", value=Duration(most_s=7 * _DAY_S), doc="No title again within it.", default="0s"),
    )
)
_ROTATION: Final = Section(
    keys=(
        Key(name="files", value=_PATTERN, doc='A pattern under media/, e.g. "music/**".', required=True),
        Key(name="order", value=Choice(_ROTATION_ORDERS), doc="shuffle or sequential.", default="shuffle"),
        Key(name="separation", value=_SEPARATION, doc="What must not come again too soon."),
    ),
    doc="Tracks that rotate.",
)


@dataclass(frozen=True, slots=True)
class _Named:
    """A table of sections, for the schema; reading goes by `_read_table`, which keeps the places."""

    section: Section

    def read(self, node: Node, name: str, findings: Findings) -> Node:
        """The node, to be read when all names are known."""
        del name, findings
        return node

    def schema(self) -> Schema:
        """An object with free keys."""
        return {"type": ["object", "null"], "additionalProperties": self.section.schema()}


@dataclass(frozen=True, slots=True)
class _Raw:
    """A value that is read when all names are known."""

    described: Schema

    def read(self, node: Node, name: str, findings: Findings) -> Node:
        """The node itself."""
        del name, findings
        return node

    def schema(self) -> Schema:
        """As given."""
        return self.described


SCHEDULE: Final = Section(
    keys=(
        Key(name="carts", value=_Named(_CART), doc="Idents, sweepers, promos: slots whose cuts rotate."),
        Key(name="rotations", value=_Named(_ROTATION), doc="Music."),
        Key(name="bulletins", value=_Named(BULLETIN), doc="News."),
        Key(
            name="clocks",
            value=_Raw({"type": "object", "minProperties": 1, "additionalProperties": CLOCK}),
            doc="One hour each; offsets are mm:ss in it.",
            required=True,
        ),
        Key(
            name="grid",
            value=_Raw(
                {
                    "type": "object",
                    "properties": {"default": {"type": "string", "description": "The clock of every hour."}},
                    "required": ["default"],
                    "additionalProperties": False,
                }
            ),
            doc="Which clock plays when.",
            required=True,
        ),
        Key(
            name="sustainer",
            value=_Raw({"type": "string", "pattern": "^(cart|rotation|file)/.+"}),
            doc="What plays when nothing else does, e.g. rotation/music.",
            required=True,
        ),
    ),
    doc="A station's schedule.",
    not_yet={
        "exceptions": "delete it; until then grid: {default: …} plays every day",
        "events": "delete it; until then put what must start at a time into a clock, with at:",
        "breaking": "delete it; until then stories air in the bulletins",
        "dst": "delete it; every hour that the local clock shows plays its clock",
    },
)


def read_schedule(root: Node, findings: Findings) -> ScheduleConfig | None:
    """The configuration, or None with problems found."""
    nodes: dict[str, Node] = SCHEDULE.read(root, "", findings) or {}
    names = Names.of(nodes)
    positions: dict[str, tuple[int, int]] = {}
    carts = {
        key.text: _cart(key.text, values, node, positions, findings)
        for key, values, node in _read_table(nodes, "carts", _CART, positions, findings)
    }
    rotations = {
        key.text: _rotation(key.text, values)
        for key, values, _ in _read_table(nodes, "rotations", _ROTATION, positions, findings)
    }
    bulletins = {
        key.text: read_bulletin(key, values, findings)
        for key, values, _ in _read_table(nodes, "bulletins", BULLETIN, positions, findings)
    }
    clocks: dict[str, Clock] = {}
    for key, node in entries(nodes.get("clocks"), "clocks", "clocks with their names", findings):
        positions[f"clock/{key.text}"] = (key.line, key.column)
        clocks[key.text] = read_clock(key.text, node, names, positions, findings)
    default = _grid(nodes.get("grid"), names, positions, findings)
    sustainer = _sustainer(nodes.get("sustainer"), names, positions, findings)
    if findings.problems or sustainer is None:
        return None
    return ScheduleConfig(
        carts=carts,
        rotations=rotations,
        bulletins=bulletins,
        clocks=clocks,
        default_clock=default,
        sustainer=sustainer,
        positions=positions,
    )


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


def _cart(
    name: str,
    values: dict[str, Any],
    node: Keyed,
    positions: dict[str, tuple[int, int]],
    findings: Findings,
) -> Cart:
    cuts_node, files_node = node.find("cuts"), node.find("files")
    if cuts_node is not None and files_node is not None:
        findings.add(files_node, f"carts.{name} has both cuts and files", "keep one of the two")
    elif cuts_node is None and files_node is None:
        findings.add(node, f"carts.{name} has nothing to play", 'give it cuts: [{file: …}] or files: "…"')
    if isinstance(cuts_node, Items):
        for index, cut in enumerate(cuts_node.nodes, 1):
            positions[f"cart/{name}.cuts[{index}]"] = (cut.line, cut.column)
    if files_node is not None:
        positions[f"cart/{name}.cuts[1]"] = (files_node.line, files_node.column)
        cuts: tuple[Cut, ...] = (Cut(file=values.get("files", "")),)
    else:
        cuts = tuple(Cut(**{"file": "", **cut}) for cut in values.get("cuts", ()))
    return Cart(
        name=name,
        kind=values.get("kind", Kind.FILE),
        cuts=cuts,
        order=_cart_order(name, values.get("order"), cuts, node, findings),
    )


def _cart_order(
    name: str, order: Order | None, cuts: tuple[Cut, ...], node: Keyed, findings: Findings
) -> Order:
    weighted = any(cut.weight != 1 for cut in cuts)
    place = node.find("order") or node
    if order == "sequence" and weighted:
        findings.add(
            place, f"carts.{name} is sequential, so that its weights mean nothing", "delete one of the two"
        )
    if order == "weighted" and node.find("files") is not None:
        findings.add(
            place, f"carts.{name}: weights are given with cuts, not with files", "write order: shuffle"
        )
    if weighted and order in {None, "shuffle"}:
        return "weighted"
    return order or "shuffle"


def _rotation(name: str, values: dict[str, Any]) -> Rotation:
    separation = values.get("separation", {})
    return Rotation(
        name=name,
        files=values.get("files", ""),
        order=values.get("order", "shuffle"),
        artist_separation_s=separation.get("artist", 0.0),
        title_separation_s=separation.get("title", 0.0),
    )


def _grid(node: Node | None, names: Names, positions: dict[str, tuple[int, int]], findings: Findings) -> str:
    if node is None:
        return ""
    default = ""
    for key, value in entries(node, "grid", "default: and a clock", findings):
        if key.text != "default":
            like = nearest(key.text, ("default",)) if key.text.isalpha() and len(key.text) > 4 else ""
            if "did you mean" in like:
                findings.add(key, f"grid.{key.text} is not known", like)
            else:
                findings.add(
                    key,
                    f"grid: {key.text!r}: hours and days are not in this version yet",
                    "keep default: alone",
                )
            continue
        default = (
            Text(wanted="a clock's name", may_be_empty=False).read(value, "grid.default", findings) or ""
        )
        positions["grid.default"] = (value.line, value.column)
        if default and default not in names.clocks:
            findings.add(value, f"there is no clock {default!r}", nearest(default, names.clocks))
    nothing = isinstance(node, Scalar) and node.empty
    if nothing or (isinstance(node, Keyed) and node.find("default") is None):
        findings.add(node, "grid.default is missing", "it is the clock of every hour")
    return default


def _sustainer(
    node: Node | None, names: Names, positions: dict[str, tuple[int, int]], findings: Findings
) -> Source | None:
    if node is None:
        return None
    positions["sustainer"] = (node.line, node.column)
    return read_source(node, "sustainer", names, findings, music_only=True)
