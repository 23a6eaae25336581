"""What the playout asks for: an item that can be put on the air, and the programme that gives it.

Owns: the contract between the playout loop and whoever decides what plays. Must not know either side.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from radiocast.model.play import AsRunEntry, Cue, PlayItem, StandbyPart, StreamPart
from radiocast.studio.readings import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyItem:
    """An item with its sound at hand.

    `path` is the file's absolute path, or None for a stream, which is relayed for `duration_s`, and for the
    built-in standby sound, which is looped for so long. `cue_in_s`, `cue_out_s` and `segue_s` are seconds
    of the *file* (as in `MediaFile`); `cue_out_s` None means its end, `segue_s` None means never overlapped.
    `cues` count from the first sample that is heard; the first MUST be at 0.0. `duration_s` is how long it is
    expected to hold the air. `speech` forbids overlaps at its start, and at its end unless its own `segue_s`
    asks for one. `substitute` says, where this sound is not what was planned, why and what it is instead.
    `fade_before_s` is how long what it interrupts is faded for it, None for the station's own. What is
    `urgent` starts where listeners are: what is ahead of them is taken back for it. `readings` are the parts
    of it that are read, so that one can be left out; seconds from its first sample.
    """

    item: PlayItem
    path: Path | None
    cue_in_s: float = 0.0
    cue_out_s: float | None = None
    segue_s: float | None = None
    gain_db: float = 0.0
    cues: tuple[Cue, ...]
    duration_s: float
    speech: bool
    substitute: str = ""
    fade_before_s: float | None = None
    urgent: bool = False
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        if not self.cues or self.cues[0].at_s != 0.0:
            raise ValueError(f"{self.item.id}: an item's first cue is at its first sample")
        if self.path is None and not isinstance(self.item.part, StandbyPart | StreamPart):
            raise ValueError(f"{self.item.id}: only a stream and the standby sound have no file")


class Programme(Protocol):
    """Decides what plays. One playout asks one programme, one question at a time."""

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        """What follows the item that started at `playing_since` (aware, as heard on the air).

        `earliest` is when it could start if nothing cut the item before it. MUST always give something
        (the sustainer, or a StandbyPart, at last) and MUST NOT raise; it may take its time, and MAY be
        cancelled at any await. Asked again before `finished` or `failed` was told of the item given
        last, that item was thrown away unheard: a schedule was saved.
        """
        ...

    def started(self, item: PlayItem, at: datetime) -> None:
        """The first sample of the item given last is on its way out; `at` is when it is heard.

        MUST be called for every item, before the next one is asked for: a planner commits its state here.
        """
        ...

    def edited(self, item: PlayItem, ends: datetime) -> None:
        """Stories were left out of an item on the air, which now ends at about that time."""
        ...

    def heard(self, item: PlayItem, slugs: tuple[str, ...]) -> None:
        """These stories were told in an item whose readings are known; told before `finished` is."""
        ...

    def finished(self, entry: AsRunEntry) -> None:
        """An item has ended, for whatever reason: the line for the as-run log.

        Told once of every item for which `started` was, in the order in which they end, and of every
        item that could not be opened (`start_actual` None, outcome FAILED). Also told of the playout's
        own standby sound (`source` is `standby`, outcome SUBSTITUTED), of which `started` is not.
        """
        ...

    async def failed(self, item: PlayItem, reason: str) -> None:
        """An item could not be played, or not to its end. `reason` says what and why, for the operator.

        Told in addition to `finished`, once, as soon as it is known; an item on the air may have some seconds
        left then. MUST NOT raise.
        """
        ...
