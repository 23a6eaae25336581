"""What the desk plays while nothing else can: the standby sound, as an item that is nobody's.

Owns: the decoded standby sound, and the item that the time-line and the log see.
Must not know: when it is played.
"""

import itertools
from datetime import datetime
from typing import Final

from radiocast.model.play import Cue, Kind, PlayItem, StandbyPart
from radiocast.model.units import SAMPLE_RATE
from radiocast.studio.deck import BufferDeck, Sound
from radiocast.studio.fallback import chord, standby_pcm
from radiocast.studio.pcm import Pcm
from radiocast.studio.ready import ReadyItem

# Longer than any station will wait for the next item.
_ENDLESS: Final = 24 * 3600 * SAMPLE_RATE


class StandIn:
    """One station's standby sound. It is there from the first moment: a chord, until it has been loaded."""

    def __init__(self, title: str) -> None:
        """`title` is what listeners read while it plays."""
        self._title = title
        self._pcm: Pcm | None = None
        self._count = itertools.count(1)

    async def load(self) -> None:
        """Decode the standby sound."""
        self._pcm = await standby_pcm()

    def pcm(self) -> Pcm:
        """The sound, to be looped."""
        if self._pcm is None:
            self._pcm = chord()
        return self._pcm

    def sound(self) -> Sound:
        """A deck that plays it without end."""
        return BufferDeck(self.pcm(), loop_frames=_ENDLESS)

    def item(self, at: datetime, reason: str) -> ReadyItem:
        """An item that stands in from `at` on, and why."""
        item = PlayItem(
            id=f"standby-{int(at.timestamp())}-{next(self._count)}",
            kind=Kind.EMERGENCY,
            part=StandbyPart(),
            source="standby",
            title=self._title,
            planned_start=at,
            expected_s=0.0,
            reason=reason,
        )
        cue = Cue(at_s=0.0, kind=Kind.EMERGENCY, title=self._title, stream_title=self._title)
        return ReadyItem(item=item, path=None, cues=(cue,), duration_s=0.0, speech=False)
