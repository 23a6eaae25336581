"""Hours over or under length: what lasts too long for its room, and time that nothing covers.

Owns: the review of each clock by itself, and against the clocks that follow it in the week.
Must not know: dates, or what time it is.
"""

from collections.abc import Iterator
from itertools import pairwise

from radiocast.config.schedule import After, At, Clock, EveryTime, EveryTracks, Fill, ScheduleConfig
from radiocast.config.values import duration_text, offset_text
from radiocast.model.errors import Problem
from radiocast.schedule.choose import minutes
from radiocast.schedule.clocks import HOUR_S, chain, timeline
from radiocast.schedule.days import Days
from radiocast.schedule.lengths import Lengths
from radiocast.schedule.places import Places, entry_place

# A hole as short as this is heard as a pause for breath; the next start waits for nothing.
_LEAST_HOLE_S = 2.0


def over_length(schedule: ScheduleConfig, lengths: Lengths, places: Places) -> Iterator[Problem]:
    """Starts whose chain lasts beyond the next start, even with the shortest of what may be played."""
    following = _following(schedule)
    for clock in schedule.clocks.values():
        starts = [(index, entry) for index, entry in enumerate(clock.entries) if isinstance(entry, At)]
        starts.sort(key=lambda start: start[1].offset_s)
        for (index, start), (_, then) in pairwise(starts):
            yield from _overrun(clock, index, start, then, then.offset_s, "", lengths, places)
        if not starts:
            continue
        index, start = starts[-1]
        # Of the clocks that may come next, the one that leaves the least room speaks for all.
        nexts = [
            (first.offset_s, name, first)
            for name in following[clock.name]
            if (first := _first(schedule, name))
        ]
        if nexts:
            offset_s, name, first = min(nexts, key=lambda found: found[0])
            where = " of the next hour" if name == clock.name else f" of the next hour ({name})"
            yield from _overrun(clock, index, start, first, offset_s + HOUR_S, where, lengths, places)


def uncovered(schedule: ScheduleConfig, lengths: Lengths, places: Places) -> Iterator[Problem]:
    """Time in a clock's hour for which there is neither fill nor entry: the sustainer plays."""
    for clock in schedule.clocks.values():
        holes = _holes(clock, lengths)
        if not clock.entries:
            yield places.warning(
                f"clock/{clock.name}",
                f"clocks.{clock.name} is empty: the sustainer plays all through its hours",
                f"give it a fill, e.g. {{fill: {schedule.sustainer}}}",
            )
        elif holes:
            told = " and ".join(f"from {offset_text(frm)} to {offset_text(to)}" for frm, to in holes)
            yield places.warning(
                f"clock/{clock.name}",
                f"clocks.{clock.name}: nothing is scheduled {told}; the sustainer plays then",
                f'put {{fill: {schedule.sustainer}, until: "{offset_text(holes[0][1])}"}} there',
            )


def _holes(clock: Clock, lengths: Lengths) -> list[tuple[float, float]]:
    """Stretches of the hour that neither a fill nor the longest of an entry's chain reaches into."""
    laid_out = timeline(clock)
    covered = [(span.from_s, span.until_s) for span in laid_out.fills]
    for anchor in laid_out.anchors:
        sources = chain(clock, anchor.index)
        lasting = sum(lengths.chain(clock, anchor.index, longest=True))
        # What has no sound is told of elsewhere, and is no reason to call its time a hole as well.
        if not all(lengths.has_any(source) for source in sources):
            lasting = HOUR_S
        covered.append((anchor.offset_s, anchor.offset_s + lasting))
    holes: list[tuple[float, float]] = []
    reached_s = 0.0
    for frm, to in sorted(covered):
        if frm - reached_s > _LEAST_HOLE_S:
            holes.append((reached_s, frm))
        reached_s = max(reached_s, to)
    if HOUR_S - reached_s > _LEAST_HOLE_S:
        holes.append((reached_s, HOUR_S))
    return holes


def _overrun(
    clock: Clock,
    index: int,
    start: At,
    then: At,
    then_s: float,
    where: str,
    lengths: Lengths,
    places: Places,
) -> Iterator[Problem]:
    room_s = then_s - start.offset_s
    lasting = lengths.chain(clock, index)
    late_s = sum(lasting) - room_s
    if late_s <= 0 or (room_s == 0 and where == ""):
        return  # two starts in one second are a conflict of their own
    # Which of the chain is on the air when the next start comes.
    ends = 0.0
    on_air = index
    for number, seconds in enumerate(lasting):
        ends += seconds
        if ends > room_s:
            on_air = index + number
            break
    entry = clock.entries[on_air]
    speech = not isinstance(entry, Fill | EveryTracks | EveryTime) and entry.play.type == "bulletin"
    priority = entry.priority if isinstance(entry, At | After) else 0
    cut_off = then.start == "hard" and not (speech and then.priority <= priority)
    if cut_off:
        becomes = "cuts it off"
    elif then.start == "hard" and on_air == index and _gives_way(start, room_s):
        becomes = "goes before it"
    elif then.start == "hard":
        becomes = f"waits for the bulletin to end, {minutes(ends - room_s)} late"
    else:
        becomes = "comes late"
        if late_s > then.drop_after_s:
            becomes = f"is dropped, being more than {duration_text(then.drop_after_s)} late"
    yield places.warning(
        entry_place(clock.name, index),
        f"clocks.{clock.name}: what starts at {minutes(start.offset_s)} lasts {minutes(sum(lasting))}, "
        f"and the start at {minutes(then.offset_s)}{where} {becomes}",
        "leave more room, or play less",
    )


def _gives_way(start: At, room_s: float) -> bool:
    """Whether a bulletin waits for the hard start that it would hold up; the planner's own rule."""
    wait_s = start.drop_after_s if start.wait_up_to_s is None else start.wait_up_to_s
    return start.start == "soft" and room_s < wait_s


def _first(schedule: ScheduleConfig, name: str) -> At | None:
    starts = [entry for entry in schedule.clocks[name].entries if isinstance(entry, At)]
    return min(starts, key=lambda start: start.offset_s, default=None)


def _following(schedule: ScheduleConfig) -> dict[str, set[str]]:
    """For each clock those that may play in the hour after one of its hours, in an ordinary week."""
    week = Days(schedule).week
    following: dict[str, set[str]] = {name: set() for name in schedule.clocks}
    for slot, clock in enumerate(week):
        after = week[(slot + 1) % len(week)].clock.name
        if clock.clock.name in following and after in following:
            following[clock.clock.name].add(after)
    for name, nexts in following.items():
        if not nexts:  # only on dates of its own, or never
            nexts.add(name)
    return following
