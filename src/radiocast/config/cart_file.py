"""Carts and rotations of `schedule.yaml`: what is chosen from, and how."""

from typing import Any, Final

from radiocast.config.document import Findings, Items, Keyed, Node
from radiocast.config.names import FILE, file_complaint
from radiocast.config.schedule import Cart, Cut, Order, Rotation
from radiocast.config.sections import Key, Section, entries
from radiocast.config.values import Boolean, Choice, Duration, ListOf, Number, Schema, Text
from radiocast.config.when_values import DAYPART, DAYS, VALID, window
from radiocast.model.play import Kind

_PATTERN: Final = Text(wanted='files under media/, e.g. "music/**"', may_be_empty=False, check=file_complaint)
_ORDERS: Final = {
    "shuffle": "shuffle",
    "sequential": "sequence",
    "sequence": "sequence",
    "weighted": "weighted",
}
_WEIGHT: Final = Number(least=1, most=1000, whole=True)
_DAY_S: Final = 86_400.0


class _Cut:
    """One recording, with when it may air."""

    def read(self, node: Node, name: str, findings: Findings) -> Cut | None:
        """The cut."""
        values = _CUT.read(node, name, findings)
        if values is None:
            return None
        allowed = window(values)
        return Cut(file=values.pop("file", ""), window=allowed, **values)

    def schema(self) -> Schema:
        """An object."""
        return _CUT.schema()


class _Weights:
    """Pattern: weight."""

    def read(self, node: Node, name: str, findings: Findings) -> tuple[tuple[str, int], ...] | None:
        """(pattern, weight) in file order."""
        weights: list[tuple[str, int]] = []
        for key, child in entries(node, name, "patterns with their weights", findings):
            if complaint := file_complaint(key.text) or ("" if key.text.strip() else "a pattern is empty"):
                findings.add(key, f"{name}: {complaint}")
            weight = _WEIGHT.read(child, f"{name}.{key.text}", findings)
            if weight is not None:
                weights.append((key.text, int(weight)))
        return tuple(weights)

    def schema(self) -> Schema:
        """An object with free keys."""
        return {"type": "object", "additionalProperties": _WEIGHT.schema()}


_CUT: Final = Section(
    keys=(
        Key(name="file", value=FILE, doc="A recording under media/.", required=True),
        Key(name="weight", value=_WEIGHT, doc="How often it comes, against the other cuts.", default=1),
        VALID,
        DAYS,
        DAYPART,
        Key(
            name="evergreen",
            value=Boolean(),
            doc="true: airs only while no other cut of the cart may.",
            default=False,
        ),
    ),
)
CART: Final = Section(
    keys=(
        Key(
            name="kind",
            value=Choice({kind.value: kind for kind in (Kind.IDENT, Kind.SWEEPER, Kind.PROMO, Kind.FILE)}),
            doc="What it is to a listener and in the log.",
            default="file",
        ),
        Key(name="cuts", value=ListOf(each=_Cut(), of="cuts", at_least=1), doc="Its recordings."),
        Key(name="files", value=_PATTERN, doc="In place of cuts: a pattern that names its recordings."),
        Key(
            name="order",
            value=Choice(_ORDERS),
            doc="shuffle, sequential or weighted; cuts with weights are weighted without saying so.",
            default="shuffle",
        ),
    ),
    misplaced=dict.fromkeys(("valid", "days", "daypart", "evergreen", "weight"), "write it into a cut"),
    doc="A slot whose cuts rotate.",
)
_SEPARATION: Final = Section(
    keys=(
        Key(name="artist", value=Duration(most_s=7 * _DAY_S), doc="No artist again within it.", default="0s"),
        Key(name="title", value=Duration(most_s=7 * _DAY_S), doc="No title again within it.", default="0s"),
    )
)
ROTATION: Final = Section(
    keys=(
        Key(name="files", value=_PATTERN, doc='A pattern under media/, e.g. "music/**".', required=True),
        Key(
            name="order",
            value=Choice(_ORDERS),
            doc="shuffle, sequential or weighted; with weights it is weighted without saying so.",
            default="shuffle",
        ),
        Key(
            name="weights",
            value=_Weights(),
            doc='How often files come, against the others: {"music/hits/**": 3}. The first that fits counts.',
        ),
        Key(name="separation", value=_SEPARATION, doc="What must not come again too soon."),
    ),
    doc="Tracks that rotate.",
)


def read_cart(
    name: str,
    values: dict[str, Any],
    node: Keyed,
    positions: dict[str, tuple[int, int]],
    findings: Findings,
) -> Cart:
    """The cart from the section's values."""
    cuts_node, files_node = node.find("cuts"), node.find("files")
    if cuts_node is not None and files_node is not None:
        findings.add(files_node, f"carts.{name} has both cuts and files", "keep one of the two")
    elif cuts_node is None and files_node is None:
        findings.add(node, f"carts.{name} has nothing to play", 'give it cuts: [{file: …}] or files: "…"')
    if isinstance(cuts_node, Items):
        for index, cut in enumerate(cuts_node.nodes, 1):
            positions[f"cart/{name}.cuts[{index}]"] = (cut.line, cut.column)
    cuts: tuple[Cut, ...] = values.get("cuts", ())
    if files_node is not None:
        positions[f"cart/{name}.cuts[1]"] = (files_node.line, files_node.column)
        cuts = (Cut(file=values.get("files", "")),)
    return Cart(
        name=name,
        kind=values.get("kind", Kind.FILE),
        cuts=cuts,
        order=_cart_order(name, values.get("order"), cuts, node, findings),
    )


def _cart_order(
    name: str, order: Order | None, cuts: tuple[Cut, ...], node: Keyed, findings: Findings
) -> Order:
    if order == "weighted" and node.find("files") is not None:
        findings.add(
            node.find("order") or node,
            f"carts.{name}: weights are given with cuts, not with files",
            "write order: shuffle",
        )
    return _order(f"carts.{name}", order, node, findings, weighted=any(cut.weight != 1 for cut in cuts))


def _order(name: str, order: Order | None, node: Keyed, findings: Findings, *, weighted: bool) -> Order:
    if order == "sequence" and weighted:
        findings.add(
            node.find("order") or node,
            f"{name} is sequential, so that its weights mean nothing",
            "delete one of the two",
        )
    if weighted and order in {None, "shuffle"}:
        return "weighted"
    return order or "shuffle"


def read_rotation(name: str, values: dict[str, Any], node: Keyed, findings: Findings) -> Rotation:
    """The rotation from the section's values."""
    separation = values.get("separation", {})
    weights = values.get("weights", ())
    order = values.get("order")
    if order == "weighted" and not node.find("weights"):
        findings.add(
            node.find("order") or node,
            f"rotations.{name} is weighted, and has no weights",
            'give it weights: {"music/hits/**": 3}, or write order: shuffle',
        )
    return Rotation(
        name=name,
        files=values.get("files", ""),
        order=_order(f"rotations.{name}", order, node, findings, weighted=bool(weights)),
        artist_separation_s=separation.get("artist", 0.0),
        title_separation_s=separation.get("title", 0.0),
        weights=weights,
    )
