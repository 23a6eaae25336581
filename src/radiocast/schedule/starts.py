"""Entries with a time of their own: hard starts, soft starts, and what follows them by `after: prev`.

Owns: which entry's time has come, which is too late, and which stands in for one that cannot be played.
Must not know: what plays where no entry is due (`filling`), or how a source finds its sound.
"""

from dataclasses import replace
from typing import Final

from radiocast.config.schedule import After, At, Event, Source
from radiocast.model.play import PlayItem, Start
from radiocast.schedule.calendar import Occurrence
from radiocast.schedule.choose import LANDED_S, LEAST_HEARD_S, minutes
from radiocast.schedule.clocks import played_by
from radiocast.schedule.state import MAX_PENDING, Chain, Pending
from radiocast.schedule.turn import Turn

# A start that is later than this would tell listeners of a time that is past.
_STALE_S: Final = 600.0
# How far back anchors are looked for that nobody dealt with: what is stale is passed over in silence,
# but what became stale during one item is told.
_LOOK_BACK_S: Final = 900.0
# An item that is said to have begun so shortly before a hard start is that start's own.
_SAME_START_S: Final = 1.0


def hard_start(turn: Turn) -> PlayItem | None:
    """The hard start whose second comes, or was missed by little; the soft ones on the way to it wait."""
    taken_over = _chain_of_a_start_that_failed(turn)
    if taken_over is not None:
        return taken_over
    considered = max(turn.state.considered or 0.0, min(turn.since, turn.now) - _LOOK_BACK_S)
    crossed = turn.calendar.occurrences(after=considered, until=turn.now + LANDED_S)
    hard = [o for o in crossed if o.hard and not o.held_by]
    missed = [o for o in hard if o.at <= turn.since and o.at < turn.now]
    for occurrence in crossed:
        if occurrence.held_by:
            continue
        if not occurrence.hard:
            if occurrence.at <= turn.now:
                _wait(turn, occurrence)
            continue
        turn.state = replace(turn.state, considered=occurrence.at)
        if occurrence in missed:
            late_s = turn.now - occurrence.at
            if occurrence is not missed[-1] or late_s > _STALE_S:
                why = f"missed by {minutes(late_s)}"
                turn.drop(occurrence.owner, occurrence.play, occurrence.at, why)
                continue
        _break_chain(turn)
        _drop_stale(turn, occurrence.at)
        item = _entries(
            turn,
            occurrence.owner,
            occurrence.index,
            start=Start.HARD,
            at=max(occurrence.at, turn.since),
            due=occurrence.at,
            reason=f"hard at {occurrence.written}",
        )
        if item is not None:
            return item
    turn.state = replace(turn.state, considered=max(considered, turn.now))
    return None


def after_previous(turn: Turn) -> PlayItem | None:
    """The `after: prev` entry of what began last."""
    chain = turn.state.chain
    if chain is None:
        return None
    turn.state = replace(turn.state, chain=None)
    if not isinstance(turn.calendar.entry(chain.clock, chain.index), After):
        return None  # the schedule was changed meanwhile
    before = _source_of(turn, chain.clock, chain.index - 1)
    return _entries(
        turn,
        chain.clock,
        chain.index,
        start=Start.FOLLOW,
        at=turn.now,
        due=turn.now,
        reason=f"after {before}",
        hard_at=chain.hard_at,
    )


def soft_start(turn: Turn) -> PlayItem | None:
    """The first soft start that waits, if a hard start leaves it room."""
    _drop_stale(turn, turn.now)
    for waiting in turn.state.pending:
        without = tuple(p for p in turn.state.pending if p is not waiting)
        if str(_source_of(turn, waiting.clock, waiting.index)) != waiting.source:
            turn.state = replace(turn.state, pending=without)
            turn.drop(waiting.clock, waiting.source, waiting.at, "it is no longer in the schedule there")
            continue
        if (room_s := turn.room_s(LEAST_HEARD_S)) is not None and room_s < LEAST_HEARD_S:
            return None  # it waits until the hard start is through
        turn.state = replace(turn.state, pending=without)
        late_s = turn.now - waiting.at
        entry = turn.calendar.entry(waiting.clock, waiting.index)
        when = f"soft at {_minutes_of(entry.offset_s)}" if isinstance(entry, At) else "after the fill"
        item = _entries(
            turn,
            waiting.clock,
            waiting.index,
            start=Start.SOFT,
            at=turn.now,
            due=waiting.at,
            reason=when + (f", {minutes(late_s)} late" if late_s >= 1 else ""),
        )
        if item is not None:
            return item
    return None


def _chain_of_a_start_that_failed(turn: Turn) -> PlayItem | None:
    """The entry after a hard start whose own sound failed before it began: it takes its second."""
    chain = turn.state.chain
    if chain is None or chain.hard_at is None or not turn.since + _SAME_START_S < chain.hard_at <= turn.now:
        return None
    turn.state = replace(turn.state, chain=None)
    if not isinstance(turn.calendar.entry(chain.clock, chain.index), After):
        return None
    return _entries(
        turn,
        chain.clock,
        chain.index,
        start=Start.HARD,
        at=chain.hard_at,
        due=chain.hard_at,
        reason="in place of prev",
    )


def _break_chain(turn: Turn) -> None:
    chain = turn.state.chain
    if chain is None:
        return
    turn.state = replace(turn.state, chain=None)
    while isinstance(entry := turn.calendar.entry(chain.clock, chain.index), After):
        turn.drop(chain.clock, entry.play, turn.now, "a hard start came before its turn")
        chain = replace(chain, index=chain.index + 1)


def _wait(turn: Turn, occurrence: Occurrence) -> None:
    waiting = Pending(
        at=occurrence.at, clock=occurrence.owner, index=occurrence.index, source=str(occurrence.play)
    )
    turn.state = replace(turn.state, pending=(*turn.state.pending, waiting)[-MAX_PENDING:])


def _drop_stale(turn: Turn, now: float) -> None:
    stale = [p for p in turn.state.pending if not 0 <= now - p.at <= _STALE_S]
    if not stale:
        return
    turn.state = replace(turn.state, pending=tuple(p for p in turn.state.pending if p not in stale))
    for waiting in stale:
        turn.drop(waiting.clock, waiting.source, waiting.at, "more than ten minutes late")


def _entries(
    turn: Turn,
    owner: str,
    index: int,
    *,
    start: Start,
    at: float,
    due: float,
    reason: str,
    hard_at: float | None = None,
) -> PlayItem | None:
    """The entry, or the first `after: prev` behind it that can be played in its place."""
    source = _source_of(turn, owner, index)
    while source is not None:
        made = turn.make(source, None)
        following = isinstance(turn.calendar.entry(owner, index + 1), After)
        if made is not None:
            if following:
                chain = Chain(clock=owner, index=index + 1, hard_at=due if start is Start.HARD else hard_at)
                turn.state = replace(turn.state, chain=chain)
                made = replace(made, state=replace(made.state, chain=chain))
            return turn.take_airing(made, source, owner, start=start, at=at, reason=reason)
        turn.drop(owner, source, due, "it has nothing that can be played")
        index += 1
        source = _source_of(turn, owner, index) if following else None
    return None


def _minutes_of(offset_s: float) -> str:
    """`07:30`, a place in the hour as the schedule writes it."""
    return f"{int(offset_s) // 60:02d}:{int(offset_s) % 60:02d}"


def _source_of(turn: Turn, owner: str, index: int) -> Source | None:
    entry = turn.calendar.entry(owner, index)
    return entry.play if isinstance(entry, Event) else played_by(entry)
