"""The console: the mixer, and the items whose faders are up.

Owns: what sounds now, putting an item on, and letting go of it when its last sample is rendered.
Must not know: what comes next, or when it starts.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any, Final

from radiocast.model.play import Outcome, Transition
from radiocast.studio.deck import BufferDeck, Sound
from radiocast.studio.junction import CLICK
from radiocast.studio.mixer import Mixer
from radiocast.studio.outlet import Outlet
from radiocast.studio.pcm import Pcm
from radiocast.studio.playing import Playing
from radiocast.studio.programme_log import ProgrammeLog
from radiocast.studio.ready import Programme, ReadyItem

# The standby sound comes up softly: it begins anywhere.
_RISE: Final = CLICK * 2


class Console:
    """One desk's mixer and what is on it. Samples are those of the time-line."""

    def __init__(
        self,
        *,
        programme: Programme,
        outlet: Outlet,
        log: ProgrammeLog,
        tasks: asyncio.TaskGroup,
        mixer: Mixer | None = None,
    ) -> None:
        """Decks close in `tasks`."""
        self._programme = programme
        self._outlet = outlet
        self._log = log
        self._tasks = tasks
        self._mixer = mixer or Mixer()
        self._now: Playing | None = None
        self._tails: list[Playing] = []

    @property
    def position(self) -> int:
        """The next sample to be rendered."""
        return self._mixer.position

    @property
    def now(self) -> Playing | None:
        """The item put on last; None before the first. It may have ended."""
        return self._now

    def sounding(self) -> list[Playing]:
        """What may still be heard: the item on the air, and those that end under it."""
        now = () if self._now is None or self._now.retired else (self._now,)
        return [*self._tails, *now]

    def put_on(
        self, ready: ReadyItem, sound: Sound, at: int, transition: Transition, *, stands_in: bool = False
    ) -> Playing:
        """Start an item at a sample; what played before ends under it."""
        before = self._now
        if before is not None:
            self._log.announce(before, at)
            if not before.retired:
                self._tails.append(before)
        self._now = Playing(
            ready=ready,
            sound=sound,
            voice=self._mixer.start(sound, at=at, gain_db=ready.gain_db, rise=_RISE if stands_in else 0),
            transition=transition,
            listeners_start=self._outlet.listeners,
            stands_in=stands_in,
            cut_at=ready.item.cut_at,
            cues=deque(ready.cues),
        )
        return self._now

    def end_with(self, tail: Pcm) -> None:
        """What sounds, all of it together, ends with this, at once."""
        now = self._now
        if now is None:
            return
        for playing in self._tails:
            playing.voice.fade(frm=self.position, to=self.position)
        self._aside(now.sound.close())
        now.sound = BufferDeck(tail)
        now.voice.instead(now.sound)
        now.cues.clear()

    async def render(self, frames: int) -> Pcm:
        """The next `frames` frames of what is on; what ends in them is let go of."""
        position = self._mixer.position
        end = position + frames
        for playing in self.sounding():
            await playing.sound.ready(end - max(position, playing.start))
        if self._now is not None:
            self._log.announce(self._now, end)
        sound = self._mixer.render(frames)
        for playing in self.sounding():
            if playing.voice.ended_at is not None:
                await self._retire(playing, playing.voice.ended_at)
        return sound

    async def _retire(self, playing: Playing, end: int) -> None:
        """Its last sample is rendered. It stays `now` until something else is."""
        playing.retired = True
        if playing in self._tails:
            self._tails.remove(playing)
        outcome, reason = playing.outcome()
        self._log.ended(playing, end)
        self._aside(playing.sound.close())
        if outcome is Outcome.FAILED and not playing.failure_told:
            await self._programme.failed(playing.ready.item, reason)

    async def close(self) -> None:
        """Log what is on the air, and let go of every deck."""
        sounding = self.sounding()
        for playing in sounding:
            playing.cut_reason = playing.cut_reason or "the studio stopped"
        self._log.close(sounding, self._mixer.position)
        for playing in sounding:
            await playing.sound.close()
        self._tails.clear()
        self._now = None

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Ending an ffmpeg may take a moment, in which the air does not wait."""
        self._tasks.create_task(work)
