"""Recalls: what is not yet heard is taken back, for news that cannot wait and for a story withdrawn.

Owns: when the air is to be taken back, from which sample at the earliest, and what is heard instead.
Must not know: blocks, the encoder, the link; who withdrew a story.

Theory of operation. The time-line of the mixer is not wound back. When the transmitter gives blocks back, the
time-line loses the stretch `frm` to `to` that they held: what is rendered from `to` on follows, for
listeners, on what was rendered up to `frm`. Some of it was rendered when the answer came, up to the mixer's
position; `again` is what replaces that. So that nobody hears a seam, what follows begins with the very sound
that was taken back, fading out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from radiocast.model.units import samples, seconds
from radiocast.studio.console import Console
from radiocast.studio.edited import EditedSound
from radiocast.studio.junction import may_interrupt
from radiocast.studio.lineup import Lineup
from radiocast.studio.mixer import fade_out
from radiocast.studio.pcm import Pcm, silence
from radiocast.studio.playing import Playing
from radiocast.studio.programme_log import ProgrammeLog
from radiocast.studio.readings import Gap, cues_from, gaps_for, slugs_of

# Long enough for a fade, short enough for those who wait; what was rendered past `to` fits into it.
FADE: Final = samples(0.4)
# A newsreader's breath between what was left and what follows. With the fade it is longer than what has to be
# rendered at once, so that a file may be wound on in it.
BREATH: Final = samples(0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """The stretch of the time-line that nobody hears, in samples, and the sound that it began with.

    `heard` has a fade's length.
    """

    frm: int
    to: int
    first: int  # the block that `frm` begins
    heard: Pcm


TakeBack = Callable[[int], Awaitable[TakenBack | None]]
"""Takes back what is not heard yet, from a sample on at the earliest; None where that cannot be."""

Withdrawn = Callable[[Collection[str]], Mapping[str, str]]
"""Which of these stories are not to be heard any more, and why in words."""


def nothing_withdrawn(slugs: Collection[str]) -> Mapping[str, str]:
    """Every story may be heard."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What was done: `again` replaces what was rendered from `taken.to` on; `hard_at`: the next starts there.

    `edited`: something was left out of what plays, be it with a recall or without.
    """

    taken: TakenBack | None = None
    again: Pcm | None = None
    hard_at: int | None = None
    edited: bool = False


class Recalls:
    """One desk's. `wanted` is set when there is something to attend to."""

    def __init__(
        self,
        *,
        console: Console,
        lineup: Lineup,
        log: ProgrammeLog,
        tasks: asyncio.TaskGroup,
        withdrawn: Withdrawn,
    ) -> None:
        self.wanted = asyncio.Event()
        # Whether somebody attends, and urgent items wait for it.
        self.possible = False
        self._console = console
        self._lineup = lineup
        self._log = log
        self._tasks = tasks
        self._withdrawn = withdrawn
        self._refused = ""  # the urgent item for which nothing could be taken back
        self._floor = 0  # nothing before this sample can be taken back any more

    def awaited(self, now: Playing) -> bool:
        """Whether the next item is to interrupt `now` by a recall, which has not been tried yet."""
        known = self._lineup.known
        return (
            self.possible
            and known is not None
            and known.urgent
            and known.item.id != self._refused
            and may_interrupt(now.ready, known)
        )

    async def interrupt(self, take_back: TakeBack) -> Recall | None:
        """Let the urgent item that is ready start where listeners are, if there is one."""
        now = self._console.now
        if now is None or now.retired or not self.awaited(now):
            return None
        cued = await self._lineup.cued(0.0)
        if cued is None:
            return None
        taken = await take_back(self._earliest(now))
        position = self._console.position
        if taken is None:
            self._refused = cued.ready.item.id
            return Recall()
        self._forget(now, taken)
        now.cut_reason = f"faded out for {cued.ready.item.source}"
        rendered = position - taken.to
        tail = taken.heard[:FADE] * fade_out(FADE)
        self._console.end_with(tail[rendered:])
        return Recall(taken=taken, again=tail[:rendered], hard_at=taken.to + FADE)

    async def withdraw(self, take_back: TakeBack) -> Recall | None:
        """Leave what is withdrawn out of what sounds, at once where it is being read."""
        now, position = self._console.now, self._console.position
        if now is None or now.retired or not isinstance(now.sound, EditedSound):
            return None
        if not self._something_gone(now):
            return None
        gaps = _frames(now.gaps)
        sound = now.sound
        earliest = max(self._earliest(now), position - sound.rewindable)
        heard_from = sound.place - (position - earliest)
        taken: TakenBack | None = None
        if any(frm < sound.place and (to is None or to > heard_from) for frm, to in gaps):
            # It is read in what was rendered, perhaps to a listener already.
            taken = await take_back(earliest)
        if taken is not None:
            self._forget(now, taken)
            sound.rewind(position - taken.frm)
        heard_at = position if taken is None else taken.to
        follows = await self._edit(now, sound, gaps, heard_at)
        now.voice.instead(sound)
        self._retell(now, follows)
        if taken is None:
            return Recall(edited=True)
        again = silence(position - taken.to)
        sounds = sound.take(await sound.ready(len(again)))
        again[: len(sounds)] = sounds
        return Recall(taken=taken, again=again, edited=True)

    def began(self, now: Playing) -> bool:
        """It is put on and not rendered yet: what is withdrawn is not in it. Whether anything was."""
        if not isinstance(now.sound, EditedSound) or not self._something_gone(now):
            return False
        now.sound.leave_out(_frames(now.gaps))
        self._retell(now, (now.start, 0))
        return True

    def _something_gone(self, now: Playing) -> bool:
        """Whether more is withdrawn of an item than is left out of it; then its gaps are anew."""
        readings = now.ready.readings
        gone = self._withdrawn(slugs_of(readings)) if readings else {}
        if gone.keys() <= now.withdrawn.keys():
            return False
        now.withdrawn |= gone
        now.gaps = gaps_for(readings, now.withdrawn.keys())
        return True

    async def _edit(
        self, now: Playing, sound: EditedSound, gaps: list[tuple[int, int | None]], heard_at: int
    ) -> tuple[int, int | None]:
        """Cut the sound, which is heard from the sample `heard_at` on.

        The sample at which it goes on, and the deck's frame from which on it does, None for its end.
        """
        place = sound.place
        inside = next(((frm, to) for frm, to in gaps if frm <= place and (to is None or place < to)), None)
        sound.leave_out(gaps)
        if inside is None:
            return heard_at, place
        to = inside[1]
        fade = FADE if to is None else min(FADE, to - place)
        await sound.leave(to, fade=fade, breath=BREATH)
        self._floor = heard_at + fade + BREATH
        if to is not None:
            self._tasks.create_task(sound.wind(), name="wind on")
        return heard_at + fade + BREATH, to

    def _retell(self, now: Playing, follows: tuple[int, int | None]) -> None:
        """The item's cues and length, now that parts of it are left out; it goes on at `follows`."""
        at, place = follows
        from_s = None if place is None else seconds(place)
        now.goes_on = at, now.ready.duration_s if from_s is None else from_s
        heard_at_s = seconds(at - now.start)
        now.cues.clear()
        now.cues.extend(cues_from(now.ready.cues, now.gaps, from_s=from_s, heard_at_s=heard_at_s))

    def _earliest(self, now: Playing) -> int:
        """Nothing before this sample is taken back: what has ended, or begun, stays as it was told."""
        return max(now.start, self._log.last_end, self._floor)

    def _forget(self, now: Playing, taken: TakenBack) -> None:
        """Listeners do not hear the stretch: what was told of it was not so."""
        self._floor = taken.to
        for playing in self._console.sounding():
            playing.unheard += taken.to - taken.frm
            if playing.goes_on is not None:
                at, from_s = playing.goes_on
                playing.goes_on = at + taken.to - taken.frm, from_s
        self._log.take_back(now, first=taken.first, sample=taken.frm)


def _frames(gaps: Collection[Gap]) -> list[tuple[int, int | None]]:
    return [(samples(gap.from_s), None if gap.to_s is None else samples(gap.to_s)) for gap in gaps]
