"""Decks and a mixer without sound: what a desk works with when only times and the log are wanted.

Owns: that every item lasts as long as it would with its sound. Must not know: files.
"""

from typing import Final

import numpy as np

from radiocast.model.units import SAMPLE_RATE, samples
from radiocast.studio.deck import BufferDeck, Sound
from radiocast.studio.mixer import Mixer, Takes, Voice
from radiocast.studio.pcm import Pcm, silence
from radiocast.studio.ready import ReadyItem

# Longer than any station will wait for the next item.
_ENDLESS: Final = 24 * 3600 * SAMPLE_RATE
_NOTHING: Final = silence(1)


def _unheard(frames: int) -> Pcm:
    """So many frames of nothing, in the memory of one."""
    return np.broadcast_to(_NOTHING, (frames, 2))


class SilentDeck(BufferDeck):
    """A deck of which only the length counts; it is known from the start."""

    def __init__(self, frames: int) -> None:
        super().__init__(_NOTHING, loop_frames=max(0, frames))

    def take(self, frames: int) -> Pcm:
        """The next frames."""
        frames = min(frames, self._left)
        self._left -= frames
        return _unheard(frames)


class _SilentVoice(Voice):
    def fade(self, *, frm: int, to: int) -> None:
        """It ends at `to`; there is nothing to fade."""
        self.fading, self._stop = True, max(frm, to)

    def _shaped(self, first: int, sound: Pcm) -> Pcm:
        return sound


class SilentMixer(Mixer):
    """Keeps the time-line: which voice begins and ends at which sample."""

    def start(self, source: Takes, *, at: int, gain_db: float = 0.0, rise: int = 0) -> Voice:
        """As the mixer's. Gain and rise change no time."""
        return self._put_on(_SilentVoice(source, start=at))

    def render(self, frames: int) -> Pcm:
        """Run every voice over the next `frames` frames."""
        frm, self.position = self.position, self.position + frames
        for voice in self._voices:
            voice.render(frm, self.position)
        self._voices = [voice for voice in self._voices if voice.ended_at is None]
        return _unheard(frames)


class SilentEquipment:
    """The `Equipment` of a run without audio."""

    def mixer(self) -> Mixer:
        """One that keeps positions."""
        return SilentMixer()

    async def open(self, ready: ReadyItem) -> Sound:
        """A deck as long as the item: up to its cue-out point, else as long as it is expected to last."""
        if ready.cue_out_s is None:
            return SilentDeck(samples(ready.duration_s))
        return SilentDeck(samples(ready.cue_out_s) - samples(ready.cue_in_s))

    def stand_in(self) -> Sound:
        """One without end, or nearly."""
        return SilentDeck(_ENDLESS)
