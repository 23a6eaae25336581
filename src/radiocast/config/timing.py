"""How an entry of a clock or an event starts and how long it lasts: the keys that both have.

Owns: `start`, `wait_up_to`, `drop_after`, `make_next`, `priority`, `duration`, and what of them
contradicts what. Must not know: where in the hour or on which day.
"""

from typing import Any, Final

from radiocast.config.document import Findings, Keyed
from radiocast.config.schedule import DROP_AFTER_S, Source
from radiocast.config.sections import Key
from radiocast.config.values import Boolean, Choice, Duration, Number, duration_text

_DAY_S: Final = 86_400.0

START: Final = Key(
    name="start",
    value=Choice({"hard": "hard", "soft": "soft"}),
    doc="hard: at its second, fading what plays. soft: when what plays has ended.",
    default="soft",
)
PRIORITY: Final = Key(
    name="priority",
    value=Number(least=0, most=100, whole=True),
    doc="Of two that want the air the higher one has it; speech is interrupted only by a higher one.",
    default=50,
)
DURATION: Final = Key(
    name="duration",
    field="duration_s",
    value=Duration(least_s=1, most_s=_DAY_S),
    doc="The longest it plays. A stream must have it: it has no end of its own.",
)
EVENT_DURATION: Final = Key(
    name="duration",
    field="duration_s",
    value=Duration(least_s=1, most_s=7 * _DAY_S),
    doc="How long the event has the air. A stream must have it: it has no end of its own.",
)
STARTS: Final = (
    START,
    Key(
        name="wait_up_to",
        field="wait_up_to_s",
        value=Duration(least_s=1, most_s=_DAY_S),
        doc="Waits so long for what plays to end, then starts as hard.",
    ),
    Key(
        name="drop_after",
        field="drop_after_s",
        value=Duration(least_s=1, most_s=_DAY_S),
        doc="Later than this it is not played.",
        default="10m",
    ),
    Key(
        name="make_next",
        value=Boolean(),
        doc="Goes before everything else that waits for what plays to end.",
        default=False,
    ),
    PRIORITY,
)


def check_timing(
    node: Keyed, name: str, values: dict[str, Any], source: Source | None, findings: Findings, *, event: bool
) -> None:
    """Contradictions among the keys of one entry, a stream without an end. None: a source with a mistake."""
    wait_s = values.get("wait_up_to_s")
    if values.get("start") == "hard" and wait_s is not None:
        findings.add(
            node.find("wait_up_to") or node,
            f"{name}: a hard start does not wait, so wait_up_to means nothing",
            "delete wait_up_to, or write start: soft",
        )
    elif wait_s is not None and wait_s > values.get("drop_after_s", DROP_AFTER_S):
        drop_s = values.get("drop_after_s", DROP_AFTER_S)
        default = "" if "drop_after_s" in values else " (the default)"
        findings.add(
            node.find("wait_up_to") or node,
            f"{name}: it would be dropped after {duration_text(drop_s)}{default}, "
            f"before it has waited {duration_text(wait_s)}",
            f"write drop_after: {duration_text(wait_s)} or more, or wait less",
        )
    if values.get("start") == "hard" and values.get("make_next"):
        findings.add(
            node.find("make_next") or node,
            f"{name}: a hard start goes before what waits in any case, so make_next means nothing",
            "delete make_next, or write start: soft",
        )
    if source is None:
        return
    if source.type == "stream" and "duration_s" not in values and node.find("duration") is None:
        findings.add(
            node,
            f"{name}.duration is missing: a stream has no end of its own",
            "write how long it is relayed, e.g. duration: 30m",
        )
    if source.type == "bulletin" and "duration_s" in values and not event:
        findings.add(
            node.find("duration") or node,
            f"{name}: the length of a bulletin is its own, so duration means nothing",
            f"delete duration; bulletins.{source.name} has target and max",
        )
