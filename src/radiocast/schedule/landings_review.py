"""Fills that do not end on the start behind them, and which tracks the library lacks for it.

Owns: what of it is worth telling, and how. Must not know: how landings are reckoned (`landings`).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from radiocast.model.errors import Problem
from radiocast.model.play import PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.choose import counted, minutes
from radiocast.schedule.landings import Miss, landings
from radiocast.schedule.places import Places
from radiocast.schedule.wording import day_text, listed

# The longest fade; what is left over beyond it is a track cut off in its middle.
_FADE_S: Final = 8.0
# Lengths are suggested to this many seconds: nobody looks for a track of 1:23.4.
_NEAREST_S: Final = 5


def missed_landings(calendar: Calendar, items: Sequence[PlayItem], places: Places) -> Iterator[Problem]:
    """A finding for each source whose fills miss: a notice, for fades take it up; for silence a warning."""
    found = landings(items, calendar)
    by_fill: dict[str, list[Miss]] = {}
    for miss in found.misses:
        by_fill.setdefault(miss.fill, []).append(miss)
    for fill, misses in by_fill.items():
        worst = max(misses, key=lambda miss: abs(miss.over_s))
        cut_off = sum(miss.over_s > _FADE_S and not miss.waits for miss in misses)
        tell = places.warning if any(miss.over_s < 0 for miss in misses) else places.notice
        yield tell(
            places.first_of(fill, "sustainer"),
            f"{fill} does not land on {len(misses)} of {counted(found.starts, 'start')}, by up to "
            f"{abs(worst.over_s):.0f} s ({worst.start} on {day_text(worst.at.date())} at {worst.at:%H:%M}): "
            f"{_becomes(misses, cut_off)}",
            f"it lacks tracks of about {listed(_lengths(found.lacking(fill)))}",
        )


def _becomes(misses: list[Miss], cut_off: int) -> str:
    waiting = sum(miss.waits for miss in misses)
    faded = len(misses) - waiting - cut_off
    told = [
        f"{faded} faded out at the end" if faded > 0 else "",
        f"{cut_off} faded out more than {_FADE_S:.0f} s before the end" if cut_off else "",
        f"{waiting} starts wait for the end" if waiting else "",
    ]
    return ", ".join(each for each in told if each)


def _lengths(lacking: Sequence[float]) -> Iterator[str]:
    """A few lengths that stand for all that would have helped."""
    for quarter in (1, 2, 3):
        seconds = lacking[len(lacking) * quarter // 4]
        yield minutes(max(_NEAREST_S, round(seconds / _NEAREST_S) * _NEAREST_S))
