"""What plays where no entry is due: `every` rules, fills, the sustainer, and last of all the standby sound.

Owns: when an `every` rule is due, and what counts as a fill item.
Must not know: entries with a time of their own (`starts`), or how a source finds its sound.
"""

from dataclasses import replace
from typing import Final

from radiocast.config.schedule import EveryTime, EveryTracks, Source
from radiocast.config.values import duration_text
from radiocast.model.play import FilePart, Kind, PlayItem, StandbyPart, Start
from radiocast.schedule.calendar import Filling
from radiocast.schedule.choose import LEAST_HEARD_S
from radiocast.schedule.clocks import chain
from radiocast.schedule.landing import fade_s, goal_of, land, make_way
from radiocast.schedule.making import Made
from radiocast.schedule.turn import Turn

# Nothing can be played: look again soon.
_STANDBY_S: Final = 15.0


def every(turn: Turn) -> PlayItem | None:
    """The first `every` rule that is due, where a fill covers this second and nothing cuts it."""
    clock, filling = turn.clock, turn.filling
    rules = turn.calendar.every_at(turn.now)
    if not rules or filling is None:
        return None
    for rule in rules:
        reason = _due(turn, rule)
        if not reason:
            continue
        made = turn.make(rule.play, None)
        if made is None:
            continue  # nothing was promised for this second, and the review has told of it
        # It waits where a hard start would cut it, or leave but a scrap of music behind it.
        if turn.room_s(made.longest_s + LEAST_HEARD_S) is not None:
            continue
        # Nor is the same news read twice within its own length.
        if rule.play.type == "bulletin" and _comes_by_itself(turn, rule.play, 2 * made.expected_s):
            continue
        made = _beside_landing(turn, filling, made)
        if made is not None:
            return turn.take(
                made,
                rule.play,
                clock.name,
                start=Start.FOLLOW,
                at=turn.now,
                reason=reason,
                counts_as="airing",
            )
    return None


def _comes_by_itself(turn: Turn, source: Source, within_s: float) -> bool:
    """Whether an entry with a time of its own, or one of the chain behind it, brings a source so soon."""
    for start in turn.calendar.occurrences(after=turn.now, until=turn.now + within_s):
        clock = turn.calendar.schedule.clocks.get(start.owner)
        brings = (start.play,) if clock is None else chain(clock, start.index)
        if source in brings and not start.held_by:
            return True
    return False


def _beside_landing(turn: Turn, filling: Filling, made: Made) -> Made | None:
    """It, if what is to end together at a later time still can with it; None if it has to wait for that."""
    goal = goal_of(turn, filling.source, filling)
    if goal is None:
        return made
    state = make_way(turn, filling.source, goal, made.expected_s)
    return None if state is None else replace(made, state=replace(made.state, landing=state.landing))


def _due(turn: Turn, rule: EveryTracks | EveryTime) -> str:
    """Why a rule is due; empty if it is not."""
    last = turn.state.airings.get(str(rule.play))
    if isinstance(rule, EveryTracks):
        why = f"every {rule.tracks} tracks" if rule.tracks > 1 else "every track"
        due = last is not None and turn.state.fills - last.fills >= rule.tracks
    else:
        why = f"every {duration_text(rule.seconds)}"
        due = last is not None and abs(turn.now - last.at) >= rule.seconds
    if last is None and turn.state.fills > 0:
        return f"{why}, the first since sign-on"
    return why if due else ""


def fill(turn: Turn) -> PlayItem | None:
    """The fill that covers this second."""
    filling = turn.filling
    if filling is None:
        return None
    made = _made(turn, filling.source, filling)
    if made is None:
        return None
    return turn.take(
        made,
        filling.source,
        filling.owner,
        start=Start.FOLLOW,
        at=turn.now,
        reason=made.reason,
        counts_as="fill",
    )


def sustainer(turn: Turn) -> PlayItem | None:
    """The sustainer, where no fill has anything."""
    source = turn.calendar.schedule.sustainer
    made = _made(turn, source, None)
    if made is None:
        return None
    filling = turn.filling
    why = f"{filling.source} has nothing to play" if filling else "nothing is scheduled here"
    return turn.take(
        replace(made, kind=Kind.SUSTAINER),
        source,
        turn.clock.name,
        start=Start.FOLLOW,
        at=turn.now,
        reason=f"{why}: {made.reason}",
        # In a fill's place it counts as one: idents and news go on between its tracks.
        counts_as=None if filling is None else "fill",
    )


def _made(turn: Turn, source: Source, filling: Filling | None) -> Made | None:
    """What fills the time from now on; it fades where it is cut."""
    goal = goal_of(turn, source, filling)
    made = None if goal is None else land(turn, source, goal)
    if made is None:
        made = turn.make(source, turn.room_s(LEAST_HEARD_S))
    if made is None or not isinstance(made.part, FilePart):
        return made
    room_s = turn.room_s(made.longest_s)
    return made if room_s is None else replace(made, fade_s=fade_s(made.longest_s - room_s))


def standby(turn: Turn) -> PlayItem:
    """The standby sound: there is always that."""
    # One of them counts as a fill item, so that a station without music still has its `every` rules
    # due; if each did, an ident every four tracks would come once a minute.
    turn.state = replace(turn.state, fills=max(1, turn.state.fills))
    made = Made(
        kind=Kind.EMERGENCY,
        part=StandbyPart(),
        title="Standby",
        expected_s=_STANDBY_S,
        longest_s=_STANDBY_S,
        reason="",
        state=turn.state,
    )
    return turn.take(
        made, None, turn.clock.name, start=Start.FOLLOW, at=turn.now, reason="no file can be played at all"
    )
