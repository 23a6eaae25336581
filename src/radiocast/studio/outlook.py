"""The outlook: what airs next, for `/status` and for the deadlines of bulletins.

Owns: how far ahead it looks, and when that has to be reckoned anew. It begins with the item that was given
out for the air, and goes on as the planner will decide.
Must not know: how an item gets its sound, or when it really starts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from radiocast.model.play import BulletinPart, PlayItem
from radiocast.model.report import Upcoming
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.schedule.forecast import ends_at
from radiocast.schedule.state import PlanState
from radiocast.studio.planning import Facts, Planning

# What `/status` shows; a bulletin is made when its deadline is near, and is well within these.
_ITEMS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the air is bound to: the planner's state, when that will be over, and the item that comes in it.

    Without `item`, `ends` is that of what is on the air; with it, of that item.
    """

    state: PlanState
    ends: datetime
    item: PlayItem | None = None


class Outlook:
    """One station's. `behind` says from where it looks; it is cheap to ask again."""

    def __init__(self, planning: Planning, titles: TitleWriter) -> None:
        self._planning = planning
        self._titles = titles
        self._seen: tuple[Behind, Facts] | None = None
        self._items: tuple[PlayItem, ...] = ()

    def items(self, behind: Behind | None) -> tuple[PlayItem, ...]:
        """The next items, by what is known now; none before the first has started."""
        if behind is None:
            return ()
        seen = behind, self._planning.facts()
        if seen != self._seen:
            given = () if behind.item is None else (behind.item,)
            ahead = self._planning.ahead(behind.state, behind.ends, count=_ITEMS - len(given))
            self._seen, self._items = seen, (*given, *ahead)
        return self._items

    def next_bulletin(self, behind: Behind | None) -> tuple[str, datetime] | None:
        """The first bulletin among them, and when it is expected on the air."""
        for item in self.items(behind):
            if isinstance(item.part, BulletinPart) and item.part.bulletin in self._planning.bulletins():
                return item.part.bulletin, item.planned_start
        return None

    def upcoming(self, behind: Behind | None) -> tuple[Upcoming, ...]:
        """As `/status` shows them."""
        return tuple(
            Upcoming(
                at=item.planned_start,
                kind=item.kind,
                title=self._shown_title(item),
                artist=item.artist,
                duration_s=item.expected_s,
            )
            for item in self.items(behind)
        )

    def _shown_title(self, item: PlayItem) -> str:
        # Breaking news is no bulletin of the schedule's: it has its headline.
        if isinstance(item.part, BulletinPart) and item.part.bulletin in self._planning.bulletins():
            return self._titles.bulletin(item.part.bulletin)
        return item.title


def expected_end(item: PlayItem, start: datetime, lasts_s: float) -> datetime:
    """When an item that starts then and holds the air for so long gives way: at its cut, if that is first."""
    return ends_at(replace(item, planned_start=start, expected_s=lasts_s))
