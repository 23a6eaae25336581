"""Entries with a time of their own: hard starts, and soft starts.

Owns: which entry's time has come, which takes the air from what plays, and which waits or is too late.
Must not know: what an entry plays or what follows it (`chains`), or what plays where none is due (`filling`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from radiocast.config.schedule import Source
from radiocast.model.play import PlayItem, Start
from radiocast.schedule.calendar import Occurrence
from radiocast.schedule.chains import break_chain, in_place_of_a_failed_start, play_entry, suspend_chain
from radiocast.schedule.choose import LANDED_S, LEAST_HEARD_S, minutes
from radiocast.schedule.state import MAX_PENDING, Pending
from radiocast.schedule.turn import Turn
from radiocast.schedule.waiting import Waiting, as_pending, is_held, waiting

# How far back anchors are looked for that nobody dealt with: what is stale is passed over in silence,
# but what became stale during one item is told.
_LOOK_BACK_S: Final = 900.0
# What waits further ahead than any tail on which it could land is of a clock that was set back.
_AHEAD_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A start that takes the air at an instant, whatever is playing."""

    second: float
    start: Waiting


def hard_start(turn: Turn) -> PlayItem | None:
    """What takes the air at its second, or was missed by little; what comes before that second waits."""
    taken_over = in_place_of_a_failed_start(turn)
    if taken_over is not None:
        return taken_over
    considered = max(turn.state.considered or 0.0, min(turn.since, turn.now) - _LOOK_BACK_S)
    crossed = turn.calendar.occurrences(after=considered, until=turn.ends + LANDED_S)
    crossed = _without_missed(turn, crossed)
    while True:
        claim = min(
            _claims(turn, crossed, considered),
            key=lambda c: (c.second, *c.start.order[:2]),
            default=None,
        )
        by = _landed_by(turn, crossed) if claim is None else claim.second
        come = [as_pending(o) for o in crossed if o.at <= by and not _is_kept_off(turn, o)]
        crossed = tuple(o for o in crossed if o.at > by)
        waits = (*turn.state.pending, *come)[-MAX_PENDING:]
        turn.state = replace(turn.state, considered=max(considered, by), pending=waits)
        if claim is None:
            return None
        item = _take_over(turn, claim)
        if item is not None:
            return item


def first_in_line(turn: Turn) -> PlayItem | None:
    """A hard start that was kept waiting, or what is to be next before all else."""
    return _from_the_line(turn, first=True)


def soft_start(turn: Turn) -> PlayItem | None:
    """The soft start that waits and goes first, if a hard start leaves it room."""
    return _from_the_line(turn, first=False)


# -- what takes the air ---------------------------------------------------------------------------------


def _claims(turn: Turn, crossed: Iterable[Occurrence], considered: float) -> Iterator[_Claim]:
    """Everything that may take the air from what plays, be it long on the way or just come."""
    speech = turn.state.speech
    for pending in (*turn.state.pending, *(as_pending(o) for o in crossed if not o.held_by)):
        start = waiting(turn.calendar, pending)
        cut = None if start is None else start.cuts_at
        if start is None or cut is None or not considered < cut <= turn.ends + LANDED_S:
            continue
        spoken = speech is not None and start.entry.priority <= speech and cut < turn.now
        if not spoken and not is_held(turn.calendar, start, cut):
            yield _Claim(second=max(cut, turn.since), start=start)


def _take_over(turn: Turn, claim: _Claim) -> PlayItem | None:
    start = claim.start
    _leave_the_line(turn, start.pending)
    _drop_stale(turn, claim.second)
    break_chain(turn)
    waited = "" if start.hard else f", waited {minutes(claim.second - start.pending.at)}"
    return play_entry(
        turn,
        start.pending.clock,
        start.pending.index,
        start=Start.HARD,
        at=claim.second,
        due=start.pending.at,
        reason=f"{start.written}{waited}",
    )


def _without_missed(turn: Turn, crossed: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Without the hard starts that nobody dealt with: of these only the last is made up for."""
    missed = [o for o in crossed if o.hard and not o.held_by and o.at <= turn.since and o.at < turn.now]
    kept: list[Occurrence] = []
    for occurrence in crossed:
        # It would not wait for the end of what plays.
        late_s = turn.since - occurrence.at
        if occurrence in missed and (occurrence.at < missed[-1].at or late_s > occurrence.drop_after_s):
            why = f"missed by {minutes(late_s)}"
            turn.drop(occurrence.owner, occurrence.play, occurrence.at, why)
        else:
            kept.append(occurrence)
    return tuple(kept)


def _landed_by(turn: Turn, crossed: Iterable[Occurrence]) -> float:
    """Up to when soft starts have come: speech waits for the end of the tail, where it lands."""
    return max((turn.now, *(o.at for o in crossed if _has_come(turn, o.play, o.at))))


def _has_come(turn: Turn, source: Source, at: float) -> bool:
    return at <= (turn.ends if source.type == "bulletin" else turn.now) + LANDED_S


def _is_kept_off(turn: Turn, occurrence: Occurrence) -> bool:
    """Whether an event has the air when its time comes; it is dropped then."""
    if not occurrence.held_by:
        return False
    hold = turn.calendar.hold_at(occurrence.at)
    until = "" if hold is None else f" until {turn.calendar.shown(hold.until)}"
    turn.drop(occurrence.owner, occurrence.play, occurrence.at, f"{occurrence.held_by} has the air{until}")
    return True


# -- what waits for the end of what plays ---------------------------------------------------------------


def _from_the_line(turn: Turn, *, first: bool) -> PlayItem | None:
    """The start that goes first among those that wait; `first`: of those that go before a chain."""
    _drop_stale(turn, turn.now)
    starts = [start for p in turn.state.pending if (start := waiting(turn.calendar, p)) is not None]
    for start in sorted((s for s in starts if s.first is first), key=lambda s: s.order):
        pending = start.pending
        if not _has_come(turn, start.entry.play, pending.at) or is_held(turn.calendar, start, turn.now):
            continue
        before = turn.state
        _leave_the_line(turn, pending)  # so that its own limit is no hard start that it would hold up
        if (room_s := turn.room_s(LEAST_HEARD_S)) is not None and room_s < LEAST_HEARD_S:
            turn.state = before
            return None  # it waits until the hard start is through
        if _would_hold_up(turn, start):
            turn.state = before
            continue
        if start.hard:
            break_chain(turn)
        elif first:
            suspend_chain(turn)
        item = play_entry(
            turn,
            pending.clock,
            pending.index,
            start=Start.SOFT,
            at=turn.now,
            due=pending.at,
            reason=start.written + _why_late(turn, start),
        )
        if item is not None:
            return item
    return None


def _why_late(turn: Turn, start: Waiting) -> str:
    if start.hard and turn.state.speech is not None:
        return ", after the bulletin"
    late_s = turn.now - start.pending.at
    return f", {minutes(late_s)} late" if late_s >= 1 else ""


def _would_hold_up(turn: Turn, start: Waiting) -> bool:
    """Whether it is speech that a hard start would have to wait for, and may itself wait for that."""
    if start.hard or start.entry.play.type != "bulletin":
        return False
    made = turn.make(start.entry.play, None)
    if made is None:
        return False
    ends = turn.ends + made.expected_s
    cut = turn.next_cut(after=turn.now, before=ends)
    own = start.cuts_at
    return (
        cut is not None
        # Its own limit comes first: then it would hold it up all the same, and longer.
        and (own is None or cut < own)
        and cut - start.pending.at < start.drop_after_s
        and turn.next_cut(after=turn.now, before=ends, above=start.entry.priority) != cut
    )


def _leave_the_line(turn: Turn, pending: Pending) -> None:
    turn.state = replace(turn.state, pending=tuple(p for p in turn.state.pending if p != pending))


def _drop_stale(turn: Turn, now: float) -> None:
    """Drop what has waited for too long, or for nothing."""
    for pending in turn.state.pending:
        start = waiting(turn.calendar, pending)
        if start is None:
            why = "it is no longer in the schedule there"
        elif now - pending.at > start.drop_after_s:
            why = f"more than {_long(start.drop_after_s)} late"
        elif (since := _aired_since(turn, pending)) is not None:
            why = f"it was on the air at {turn.calendar.shown(since)}"
        elif pending.at - now > _AHEAD_S:
            why = "the machine's clock was set back"
        else:
            continue
        _leave_the_line(turn, pending)
        turn.drop(pending.clock, pending.source, pending.at, why)


def _aired_since(turn: Turn, pending: Pending) -> float | None:
    """When another entry brought the bulletin that waits; nobody wants the same news twice in a row."""
    last = turn.state.airings.get(pending.source)
    if last is None or last.at < pending.at or not pending.source.startswith("bulletin/"):
        return None
    return last.at


def _long(seconds: float) -> str:
    """`10 minutes`, or `1:30` where that is no whole number of them."""
    whole, rest = divmod(round(seconds), 60)
    return minutes(seconds) if rest else f"{whole} minute{'' if whole == 1 else 's'}"
