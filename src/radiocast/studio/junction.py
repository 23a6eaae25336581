"""The junction of two items: at which sample what plays gives way, and how long a fade is.

Owns: the arithmetic of a hard start, of a fade before it, and of the gap that may stay before it; and
whether there may be a fade at all.
Must not know: the clock on the wall, the mixer, or what the next item is. Pure; samples are the time-line's.
"""

from typing import Final

from radiocast.model.units import samples
from radiocast.studio.playing import Playing
from radiocast.studio.ready import ReadyItem

# A fade for a hard start: long enough to be heard as meant, never longer than the station's crossfade.
_FADE_S: Final = 1.5
_SHORTEST_FADE_S: Final = 0.25
# The longest fade that the planner may ask for: what a fill is too long is taken up by it.
_LONGEST_FADE_S: Final = 8.0
# What nobody hears as a fade, but not as a click either.
CLICK: Final = samples(0.05)
# A hard start may be early by this much when the item before it ends; it promises 50 ms.
EARLY: Final = samples(0.04)
# A pause before a hard start that sounds like a breath; anything longer is filled.
BREATH: Final = samples(0.35)


def fade_length(crossfade_s: float) -> int:
    """How many samples a fade for a hard start lasts, on a station with this crossfade."""
    return samples(min(_FADE_S, max(_SHORTEST_FADE_S, crossfade_s)))


def planned_fade(fade_s: float) -> int:
    """How many samples a fade lasts that the planner asked for: at most eight seconds, and never a click."""
    return max(CLICK, samples(min(_LONGEST_FADE_S, fade_s)))


def may_interrupt(now: ReadyItem, following: ReadyItem) -> bool:
    """Whether the hard start of one item may end another: speech only by a higher priority.

    The planner knows how long speech was expected to last; this also holds for speech that lasts longer.
    """
    return not now.speech or following.item.priority > now.item.priority


def hard_start(
    now: Playing, position: int, *, planned: int | None, interrupts: bool, cut: int | None, fade: int
) -> int | None:
    """The sample at which what plays must be over for what comes next; None without one.

    `planned` is the sample of the next item's own second, and `interrupts` whether it may end what plays:
    if not, it waits for the end. `cut` is the sample at which `now` was planned to be cut, which counts if
    the next item has no second of its own. `fade` is how many samples a fade lasts that comes too late.
    """
    last, at = now.end(position), planned
    if at is None:
        at = cut if interrupts and (last is None or cut is None or last >= cut) else None
    elif not interrupts and (last is None or last >= at):
        at = None
    if at is None:
        return None
    earliest = max(position, now.start)
    if last is not None and last <= max(at, earliest):
        # It will be over: nothing has to be faded.
        return max(at, earliest)
    # Too late for its second: at once, but not with a click.
    return earliest + fade if at < earliest else max(at, earliest + CLICK)


def follow_on(now: Playing, last: int | None, *, speech_next: bool, crossfade_s: float) -> int | None:
    """The sample at which the next item follows without a time of its own; None while that is not known.

    That is over this one's tail, unless it has none or speech comes next; else at its end, `last`.
    """
    segue = None if speech_next else now.segue(crossfade_s)
    if segue is None:
        return last
    return segue if last is None else min(segue, last)
