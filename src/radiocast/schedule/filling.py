"""What plays where no entry is due: `every` rules, fills, the sustainer, and last of all the standby sound.

Owns: when an `every` rule is due, and what counts as a fill item.
Must not know: entries with a time of their own (`starts`), or how a source finds its sound.
"""

from dataclasses import replace
from typing import Final

from radiocast.config.schedule import EveryTime, EveryTracks
from radiocast.config.values import duration_text
from radiocast.model.play import Kind, PlayItem, StandbyPart, Start
from radiocast.schedule.choose import LEAST_HEARD_S
from radiocast.schedule.making import Made
from radiocast.schedule.turn import Turn

# Nothing can be played: look again soon.
_STANDBY_S: Final = 15.0
# A hard start further off than this does not bear on the choice of a track: longer than a track lasts.
_FIT_WITHIN_S: Final = 1800.0


def every(turn: Turn) -> PlayItem | None:
    """The first `every` rule that is due, where a fill covers this second and nothing cuts it."""
    clock = turn.clock
    rules = turn.calendar.every_at(turn.now)
    if not rules or turn.filling is None:
        return None
    for rule in rules:
        reason = _due(turn, rule)
        if not reason:
            continue
        made = turn.make(rule.play, None)
        if made is None:
            continue  # nothing was promised for this second, and the review has told of it
        # It waits where a hard start would cut it, or leave but a scrap of music behind it.
        if turn.room_s(made.longest_s + LEAST_HEARD_S) is None:
            return turn.take_airing(
                made, rule.play, clock.name, start=Start.FOLLOW, at=turn.now, reason=reason
            )
    return None


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
    source = filling.source
    made = turn.make(source, turn.room_s(_FIT_WITHIN_S))
    if made is None:
        return None
    made = replace(made, state=replace(made.state, fills=made.state.fills + 1))
    return turn.take(made, source, turn.clock.name, start=Start.FOLLOW, at=turn.now, reason=made.reason)


def sustainer(turn: Turn) -> PlayItem | None:
    """The sustainer, where no fill has anything."""
    source = turn.calendar.schedule.sustainer
    made = turn.make(source, turn.room_s(_FIT_WITHIN_S))
    if made is None:
        return None
    filling = turn.filling
    why = f"{filling.source} has nothing to play" if filling else "nothing is scheduled here"
    # In a fill's place it counts as one: idents and news go on between its tracks.
    fills = made.state.fills + (filling is not None)
    made = replace(made, kind=Kind.SUSTAINER, state=replace(made.state, fills=fills))
    return turn.take(
        made, source, turn.clock.name, start=Start.FOLLOW, at=turn.now, reason=f"{why}: {made.reason}"
    )


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
