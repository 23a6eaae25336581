"""Two clocks side by side: when a little of what is kept of a stream has to go, or to come.

Owns: how far what is kept has strayed from what it was, smoothed, and how often that is corrected.
Must not know: sound, or how a piece of it is made shorter or longer.
"""

from enum import Enum
from typing import Final

from radiocast.model.units import samples, seconds

# Long enough that servers which send every second or two do not look like a clock that runs away.
_SMOOTH_S: Final = 10.0
_ASTRAY: Final = samples(1.0)
_BACK: Final = samples(0.1)
_EVERY: Final = samples(2.0)


class Due(Enum):
    """What is to be done to what is kept."""

    NOTHING = "nothing"
    SHORTEN = "shorten"
    LENGTHEN = "lengthen"


class Drift:
    """One relay's. All lengths are in frames."""

    def __init__(self, kept: int, *, aim: int) -> None:
        """So many frames are kept when it goes on the air, and at least `aim` are wanted."""
        self._level = float(kept)
        self._aim = float(max(aim, kept))
        self._correcting = False
        self._since = 0

    def passed(self, frames: int, kept: int) -> Due:
        """So many frames went on the air, and so many are kept now."""
        self._level += (kept - self._level) * min(1.0, seconds(frames) / _SMOOTH_S)
        self._since += frames
        off = self._level - self._aim
        self._correcting = abs(off) > (_BACK if self._correcting else _ASTRAY)
        if not self._correcting or self._since < _EVERY:
            return Due.NOTHING
        return Due.SHORTEN if off > 0 else Due.LENGTHEN

    def corrected(self, by: int) -> None:
        """So many frames more are kept (fewer, if negative): not because the clocks differ."""
        self._level += by
        self._since = 0
