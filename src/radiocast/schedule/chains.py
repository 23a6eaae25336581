"""Entries on their way to the air: what each plays, and what follows it by `after: prev`.

Owns: which entry stands in for one that cannot be played, when an entry is to be over, what becomes of a
chain that is interrupted, and the stream that an entry gave the air.
Must not know: which entry's time has come (`starts`).
"""

from dataclasses import replace
from typing import Final

from radiocast.config.schedule import After, At, Event, Source
from radiocast.model.play import PlayItem, Start, StreamPart
from radiocast.schedule.choose import LEAST_HEARD_S
from radiocast.schedule.clocks import played_by
from radiocast.schedule.state import MAX_PENDING, Chain, Pending, Relay
from radiocast.schedule.turn import Turn

# An item that is said to have begun so shortly before a hard start is that start's own.
_SAME_START_S: Final = 1.0


def after_previous(turn: Turn) -> PlayItem | None:
    """The `after: prev` entry of what began last."""
    chain = turn.state.chain
    if chain is None:
        return None
    turn.state = replace(turn.state, chain=None)
    if not isinstance(turn.calendar.entry(chain.clock, chain.index), After):
        return None  # the schedule was changed meanwhile
    before = _source_of(turn, chain.clock, chain.index - 1)
    return play_entry(
        turn,
        chain.clock,
        chain.index,
        start=Start.FOLLOW,
        at=turn.now,
        due=None,
        reason=f"after {before}",
        hard_at=chain.hard_at,
    )


def in_place_of_a_failed_start(turn: Turn) -> PlayItem | None:
    """The entry after a hard start whose own sound failed before it began: it takes its second."""
    chain = turn.state.chain
    if chain is None or chain.hard_at is None or not turn.since + _SAME_START_S < chain.hard_at <= turn.now:
        return None
    turn.state = replace(turn.state, chain=None)
    if not isinstance(turn.calendar.entry(chain.clock, chain.index), After):
        return None
    return play_entry(
        turn,
        chain.clock,
        chain.index,
        start=Start.HARD,
        at=chain.hard_at,
        due=chain.hard_at,
        reason="in place of prev",
    )


def break_chain(turn: Turn) -> None:
    """What was to follow is dropped: a hard start takes the air."""
    chain = turn.state.chain
    if chain is None:
        return
    turn.state = replace(turn.state, chain=None)
    while isinstance(entry := turn.calendar.entry(chain.clock, chain.index), After):
        turn.drop(chain.clock, entry.play, turn.now, "a hard start came before its turn")
        chain = replace(chain, index=chain.index + 1)


def suspend_chain(turn: Turn) -> None:
    """What was to follow waits for its turn like a soft start."""
    chain = turn.state.chain
    source = None if chain is None else _source_of(turn, chain.clock, chain.index)
    if chain is not None and source is not None:
        waits = Pending(at=turn.now, clock=chain.clock, index=chain.index, source=str(source))
        turn.state = replace(turn.state, pending=(waits, *turn.state.pending)[:MAX_PENDING])
    turn.state = replace(turn.state, chain=None)


def play_entry(
    turn: Turn,
    owner: str,
    index: int,
    *,
    start: Start,
    at: float,
    due: float | None,
    reason: str,
    hard_at: float | None = None,
) -> PlayItem | None:
    """The entry, or the first `after: prev` behind it that can be played in its place."""
    while isinstance(entry := turn.calendar.entry(owner, index), At | After | Event):
        until = _ends_by(entry, at, due)
        made = None if until is not None and until - at < LEAST_HEARD_S else turn.make(entry.play, None)
        following = isinstance(turn.calendar.entry(owner, index + 1), After)
        if made is not None:
            if following:
                chain = Chain(clock=owner, index=index + 1, hard_at=due if start is Start.HARD else hard_at)
                made = replace(made, state=replace(made.state, chain=chain))
            if isinstance(made.part, StreamPart) and until is not None and not isinstance(entry, Event):
                on = Relay(source=str(entry.play), clock=owner, until=until, priority=entry.priority)
                made = replace(made, state=replace(made.state, relay=on))
            return turn.take(
                made,
                entry.play,
                owner,
                start=start,
                at=at,
                reason=reason,
                due=due,
                priority=entry.priority,
                until=until,
                counts_as="airing",
            )
        turn.drop(owner, entry.play, turn.now if due is None else due, turn.why_nothing(entry.play))
        if not following:
            return None
        index += 1
    return None


def relay(turn: Turn) -> PlayItem | None:
    """The stream that an entry gave the air and that is not over: lost, or interrupted."""
    on = turn.state.relay
    if on is None:
        return None
    if on.until - turn.now < LEAST_HEARD_S:
        turn.state = replace(turn.state, relay=None)
        return None
    kind, _, name = on.source.partition("/")
    source = Source(type="stream", name=name)
    made = turn.make(source, None) if kind == "stream" else None
    if made is None:
        return None
    return turn.take(
        made,
        source,
        on.clock,
        start=Start.FOLLOW,
        at=turn.now,
        reason=f"it has the air until {turn.calendar.shown(on.until)}",
        priority=on.priority,
        until=on.until,
    )


def _ends_by(entry: At | After | Event, at: float, due: float | None) -> float | None:
    """When it is to be over; None if it ends by itself, or others of its source follow."""
    if entry.duration_s is None or (isinstance(entry, Event) and entry.play.type == "rotation"):
        return None
    # A programme that is relayed, or has the air, ends when it would have ended; a file is late as a whole.
    begins = at if due is None or not (isinstance(entry, Event) or entry.play.type == "stream") else due
    return begins + entry.duration_s


def _source_of(turn: Turn, owner: str, index: int) -> Source | None:
    entry = turn.calendar.entry(owner, index)
    return entry.play if isinstance(entry, Event) else played_by(entry)
