"""What a desk works with where no sound is made: a mixer and decks in place of its own.

Owns: the contract. Must not know: what plays.
"""

from typing import Protocol

from radiocast.studio.deck import Sound
from radiocast.studio.mixer import Mixer
from radiocast.studio.ready import ReadyItem


class Equipment(Protocol):
    """A mixer, and decks for it; what they hold need not be heard."""

    def mixer(self) -> Mixer:
        """The mixer, one for each desk."""
        ...

    async def open(self, ready: ReadyItem) -> Sound:
        """A deck with the item on it. Raises MediaError where it cannot be played."""
        ...

    def stand_in(self) -> Sound:
        """A deck that plays the standby sound without end."""
        ...
