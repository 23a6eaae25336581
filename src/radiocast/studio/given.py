"""What the programme has given out for the air, and the question to which it was the answer.

Owns: what has to be remembered of an item until it starts, or is thrown away unheard.
Must not know: who asked, or how the item got its sound.
"""

from dataclasses import dataclass
from datetime import datetime

from radiocast.model.play import PlayItem
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped
from radiocast.studio.outlook import Behind, expected_end
from radiocast.studio.planning import Facts, Planning


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The planner's question, and the facts that it was answered by."""

    state: PlanState
    playing_since: datetime
    earliest: datetime
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An item that was given out, and the planner's state behind it; what was dropped on the way to it.

    `lasts_s` is how long it holds the air, now that its sound is there. Without `asked` it is no answer of
    the planner's.
    """

    item: PlayItem
    state: PlanState
    lasts_s: float
    dropped: tuple[Dropped, ...] = ()
    asked: Asked | None = None

    @property
    def behind(self) -> Behind:
        """From where the plan goes on."""
        ends = expected_end(self.item, self.item.planned_start, self.lasts_s)
        return Behind(state=self.state, ends=ends, item=self.item)

    def is_still_the_answer(self, planning: Planning) -> bool:
        """Whether the planner would give the same item by the facts as they are now."""
        asked = self.asked
        if asked is None:
            return True
        facts = planning.facts()
        if asked.facts == facts:
            return True
        decision = planning.decide(
            asked.state, facts, playing_since=asked.playing_since, earliest=asked.earliest
        )
        return decision.item == self.item
