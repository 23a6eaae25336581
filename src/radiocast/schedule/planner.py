"""What plays next: one decision at a time, always one, and the same one for the same question.

Owns: the order of the rules. Must not know: the rules themselves (`starts`, `chains`, `filling`), or what
time it is.

Theory of operation. A decision is asked for while something plays: since when, and when that will have
ended (`earliest`). The state knows up to which instant every anchor of every hour has been dealt with
(`considered`), so that the anchors between it and `earliest` are the ones whose time comes now. Then,
in this order:

1. a hard start among them, one that was missed, or a soft one that has waited long enough: it begins at
   its second, whatever is playing, unless that is speech of its own priority or a higher;
2. at the end of what plays: a hard start that speech or another hard start kept waiting, and `make_next`;
3. the `after: prev` entry of what began last;
4. a soft start whose time has come; later than its `drop_after` it is dropped;
5. the stream of a clock's entry that was lost or interrupted, and has time left;
6. an `every` rule that is due, if a fill covers `earliest` and there is room before the next hard start;
7. the fill that covers `earliest`;
8. the sustainer; and where even that has no file, the standby sound.

What is to start while an event with a duration has the air, and does not go before it, is dropped.

An item that would run over a later hard start carries that second as `cut_at`. What is not played
although its time came is told as Dropped. Times go in as aware datetimes and come out in UTC: two
datetimes of one zone compare by their digits, which repeat for an hour every autumn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from radiocast.model.play import PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.chains import after_previous, relay
from radiocast.schedule.filling import every, fill, standby, sustainer
from radiocast.schedule.starts import first_in_line, hard_start, soft_start
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped, Turn

_NO_DURATIONS: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next item, the state once it is taken, and what was dropped on the way to it."""

    item: PlayItem
    state: PlanState
    dropped: tuple[Dropped, ...] = ()


def next_item(
    calendar: Calendar,
    catalogue: Catalogue,
    state: PlanState,
    *,
    playing_since: datetime,
    earliest: datetime,
    seed: int,
    durations: Mapping[str, float] = _NO_DURATIONS,
    unavailable: frozenset[str] = frozenset(),
) -> Decision:
    """Decide what follows what is playing. Total: there is an answer for every instant.

    `playing_since` is when it began and `earliest` when it will have ended; both the same at sign-on.
    `durations` are the lengths of bulletins where they are known better than by their target, seconds.
    `unavailable` are sources (`stream/URL`) that are not to be asked for now, having failed just before.
    An item of start HARD has its own second as `planned_start`, which may lie before `earliest`; every
    other starts at `earliest`. To ask again about the same moment, pass the state of before.
    """
    turn = Turn(calendar, catalogue, state, playing_since, earliest, seed, durations, unavailable)
    item = (
        hard_start(turn)
        or first_in_line(turn)
        or after_previous(turn)
        or soft_start(turn)
        or relay(turn)
        or every(turn)
        or fill(turn)
        or sustainer(turn)
        or standby(turn)
    )
    return Decision(item=item, state=turn.state, dropped=tuple(turn.dropped))
