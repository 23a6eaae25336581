"""How well the fills of a plan end: which starts they land on, by how much they miss, what the library lacks.

Owns: the reckoning, for `radiocast check` and `plan`. Pure. Must not know: why a track was chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from radiocast.model.play import FilePart, Kind, PlayItem, Start
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.choose import LANDED_S, minutes

# The total of a fill is right if it is so near.
RIGHT_S: Final = 0.5
_MUSIC: Final = frozenset({Kind.TRACK, Kind.FILE, Kind.SUSTAINER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A start that its fill did not end on.

    The fill was `over_s` too long (negative: too short, which is heard as a pause); what cuts it fades it,
    else the start waits for it (`waits`). `room_s` is what was left for the last track: one of this length
    would have landed.
    """

    at: datetime
    start: str
    fill: str
    over_s: float
    room_s: float
    waits: bool

    def __str__(self) -> str:
        """A clause, for a message."""
        becomes = "silent" if self.over_s < 0 else "late" if self.waits else "cut off, faded"
        return (
            f"{self.start} at {self.at:%H:%M:%S}: {abs(self.over_s):.1f} s {becomes}, "
            f"{self.fill} has no track of {minutes(self.room_s)} for it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Landings:
    """How many starts come behind a back-timed fill, and those of them that it did not end on."""

    starts: int
    misses: tuple[Miss, ...]

    @property
    def landed(self) -> int:
        """Those whose fill was right to RIGHT_S."""
        return self.starts - len(self.misses)

    def lacking(self, fill: str) -> tuple[float, ...]:
        """The lengths, in seconds and in order, of the tracks that this source would have needed."""
        return tuple(sorted(miss.room_s for miss in self.misses if miss.fill == fill))


def landings(items: Sequence[PlayItem], calendar: Calendar) -> Landings:
    """The landings of a plan (`forecast`); times are the station's.

    Only starts straight behind an item of a back-timed fill count, or behind the sustainer where there is
    no fill; a start that something else kept waiting is none.
    """
    misses: list[Miss] = []
    starts = 0
    for before, item in pairwise(items):
        if before.kind not in _MUSIC or item.start is Start.FOLLOW or not isinstance(before.part, FilePart):
            continue
        filling = calendar.fill_at(before.planned_start.timestamp())
        if filling is not None and not filling.backtime:
            continue
        due = item.planned_start if item.due is None else item.due
        if due <= before.planned_start:
            continue  # it was late before the track began
        starts += 1
        over_s = _over_s(before, item, due)
        if abs(over_s) > RIGHT_S or over_s < -LANDED_S:
            misses.append(
                Miss(
                    at=due.astimezone(calendar.zone),
                    start=item.source,
                    fill=before.source,
                    over_s=over_s,
                    room_s=(due - before.planned_start).total_seconds(),
                    waits=item.start is Start.SOFT,
                )
            )
    return Landings(starts=starts, misses=tuple(misses))


def _over_s(before: PlayItem, item: PlayItem, due: datetime) -> float:
    """How much too long the last track was."""
    media = before.part.media if isinstance(before.part, FilePart) else None
    if media is None or item.start is Start.SOFT:
        return (item.planned_start - due).total_seconds()
    whole = timedelta(seconds=media.cue_out_s - media.cue_in_s)
    return (before.planned_start + whole - due).total_seconds()
