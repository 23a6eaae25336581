"""A bulletin's production plan in `schedule.yaml`: its parts, its lengths, its ways out."""

from dataclasses import dataclass
from typing import Any, Final

from radiocast.config.document import Findings, Items, Keyed, Node, Scalar
from radiocast.config.language import LANGUAGE
from radiocast.config.names import FILE
from radiocast.config.schedule import BulletinPlan
from radiocast.config.sections import Key, Section
from radiocast.config.values import Choice, Duration, ListOf, Number, Schema, nearest

_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class BulletinParts:
    """`parts:` of a bulletin: which there are, and how much of each."""

    _ORDER = ("sounder", "intro", "headlines", "stories", "outro")

    def read(self, node: Node, name: str, findings: Findings) -> dict[str, Any] | None:
        """BulletinPlan's fields for the parts; what is not in the list is not in the bulletin."""
        if not isinstance(node, Items) or not node.nodes:
            findings.add(
                node, f"{name} should be a list of parts", "[sounder: jingles/s.ogg, intro, stories, outro]"
            )
            return None
        fields: dict[str, Any] = {
            "sounder": "",
            "intro": False,
            "outro": False,
            "max_headlines": 0,
            "max_stories": 0,
        }
        reached: list[str] = []
        for child in node.nodes:
            word, value = self._part(child)
            if word not in self._ORDER:
                findings.add(child, f"{name}: {word!r} is no part of a bulletin", nearest(word, self._ORDER))
                continue
            if word in reached:
                findings.add(child, f"{name}: {word} is there twice")
            elif reached and self._ORDER.index(word) < self._ORDER.index(reached[-1]):
                hint = "the order is " + ", ".join(self._ORDER)
                findings.add(child, f"{name}: {word} cannot come after {reached[-1]} in this version", hint)
            reached.append(word)
            fields |= self._fields(word, child, value, f"{name}.{word}", findings)
        if not {"headlines", "stories"} & set(reached):
            findings.add(node, f"{name} has neither headlines nor stories", "add stories")
        return fields

    @staticmethod
    def _part(node: Node) -> tuple[str, Node | None]:
        if isinstance(node, Scalar):
            return node.text, None
        if isinstance(node, Keyed) and len(node.pairs) == 1:
            return node.pairs[0][0].text, node.pairs[0][1]
        return "more than one word", None

    @staticmethod
    def _fields(word: str, part: Node, value: Node | None, name: str, findings: Findings) -> dict[str, Any]:
        if word == "sounder":
            if value is None:
                findings.add(part, f"{name} needs its file", "write it as sounder: jingles/sounder.ogg")
                return {}
            return {"sounder": FILE.read(value, name, findings) or ""}
        if word in {"intro", "outro"}:
            if value is not None:
                findings.add(value, f"{name} takes nothing behind it", f"write {word} alone")
            return {word: True}
        most = 3 if word == "headlines" else 5
        if value is not None:
            most = (_MAX.read(value, name, findings) or {}).get("max", most)
        return {f"max_{word}": most}

    def schema(self) -> Schema:
        """A list of words and of objects with one key."""
        one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
        return {
            "type": "array",
            "minItems": 1,
            "items": {
                "anyOf": [
                    {"enum": ["intro", "headlines", "stories", "outro"]},
                    one | {"properties": {"sounder": {"type": "string", "minLength": 1}}},
                    one | {"properties": {"headlines": _MAX.schema()}},
                    one | {"properties": {"stories": _MAX.schema()}},
                    one | {"properties": {"intro": {"type": "null"}}},
                    one | {"properties": {"outro": {"type": "null"}}},
                ]
            },
        }


_MAX: Final = Section(
    keys=(Key(name="max", value=Number(least=1, most=50, whole=True), doc="At most so many."),)
)
_FAILURES: Final = ("previous_if_fresh", "headlines_only", "skip")


def _length(name: str, doc: str, default: str, *, most_s: float = 3600.0) -> Key:
    return Key(name=name, field=f"{name}_s", value=Duration(most_s=most_s), doc=doc, default=default)


BULLETIN: Final = Section(
    keys=(
        Key(name="language", value=LANGUAGE, doc="The language it is in; else the station's."),
        _length("target", "The length it aims at.", "3m"),
        _length("min", "Shorter than this counts as failed.", "0s"),
        _length("max", "Never longer.", "4m"),
        _length("render_by", "Ready so long before its time.", "90s"),
        _length("freshness", "Not aired when older than this.", "70m", most_s=_DAY_S),
        Key(name="bed", value=FILE, doc="Music under the voice."),
        Key(
            name="duck_db",
            value=Number(least=-60, most=0),
            doc="The bed's level under the voice.",
            default=-14,
        ),
        Key(name="parts", value=BulletinParts(), doc="What is in it, in this order."),
        Key(
            name="on_failure",
            value=ListOf(each=Choice({word: word for word in _FAILURES}), of="ways out", at_least=1),
            doc="What is tried in turn when it cannot be made.",
            default=list(_FAILURES),
        ),
    ),
    doc="A news bulletin.",
)


def read_bulletin(key: Scalar, values: dict[str, Any], findings: Findings) -> BulletinPlan:
    """The plan from the section's values; its lengths are in order."""
    parts = values.pop("parts", {})
    plan = BulletinPlan(name=key.text, **values, **parts)
    if not plan.min_s <= plan.target_s <= plan.max_s or plan.max_s <= 0:
        findings.add(
            key,
            f"bulletins.{key.text}: min, target and max are not in this order",
            f"they are {plan.min_s:g} s, {plan.target_s:g} s and {plan.max_s:g} s (defaults among them)",
        )
    return plan
