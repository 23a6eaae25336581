"""An item whose sound can be cut while it is on the air: parts left out, and the last seconds played anew.

Owns: passing over parts of a deck without a click, a fade at once, and going back a few seconds.
Must not know: why; what is read in a part; blocks or the clock.

Theory of operation. A deck only goes forward. What was taken from it in the last `keep` frames is kept, so
that it can be given again when the transmitter has taken its blocks back (`rewind`). A gap that is still
to come is cut as an editor cuts tape: the end of what is before it and the end of the gap are faded into each
other. What is left in the middle of a word (`leave`) is faded out, and what follows comes after a breath, in
which the deck is wound on.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from radiocast.model.units import samples
from radiocast.studio.deck import Sound
from radiocast.studio.junction import CLICK
from radiocast.studio.mixer import fade_in, fade_out
from radiocast.studio.pcm import Pcm, PcmQueue, silence

# What is wound over is decoded and dropped in pieces of this length.
_WIND: Final = samples(1.0)


class EditedSound:
    """A deck that can be cut. Its places are frames of the deck, from 0; those left out count as well."""

    def __init__(self, deck: Sound, *, keep: int) -> None:
        """The last `keep` frames can be had again."""
        self._deck = deck
        self._keep = keep
        self._past = PcmQueue()  # what was taken off the deck last, up to `_next`
        self._again = PcmQueue()  # what was rewound, before the deck's own next
        self._out = PcmQueue()
        self._next = 0
        self._gaps: list[tuple[int, int | None]] = []
        self._over = False
        self._rises = False  # what comes next is faded in
        self._one = asyncio.Lock()

    @property
    def place(self) -> int:
        """The deck's frame that is heard next; after `leave`, the one that is heard after the breath."""
        following = self._following
        return self._next - self._unedited() if following is None else following

    @property
    def rewindable(self) -> int:
        """How many frames can be rewound: not past the last cut."""
        return max(0, len(self._past) - self._unedited())

    @property
    def remaining(self) -> int | None:
        """Frames left, once the deck's end is known, or what is behind the last part is left out."""
        if self._over:
            return len(self._out)
        first = self._gaps[0] if self._gaps else None
        if first is not None and first[1] is None:
            return len(self._out) + max(0, first[0] - self._next)
        left = self._deck.remaining
        if left is None:
            return None
        end = self._next + len(self._again) + left
        return len(self._out) + (end - self._next) - self._left_out(end)

    @property
    def failure(self) -> str:
        """The deck's."""
        return "" if self._over else self._deck.failure

    async def ready(self, frames: int) -> int:
        """As the deck's; where a part is left out, it is wound over first."""
        if len(self._out) < frames:
            async with self._one:
                while len(self._out) < frames and await self._more(frames - len(self._out)):
                    pass
        return min(frames, len(self._out))

    def take(self, frames: int) -> Pcm:
        """The next frames, fewer only at the end."""
        return self._out.take(min(frames, len(self._out)))

    async def close(self) -> None:
        """Let go of the deck, and of what is kept."""
        self._past.clear()
        self._again.clear()
        await self._deck.close()

    def leave_out(self, gaps: Sequence[tuple[int, int | None]]) -> None:
        """Pass over these parts of the deck when they come, in place of those told before; None is its end.

        In order, apart from each other. What is before `place` does not matter.
        """
        pending = () if self._following is None else (self._gaps[0],)
        self._gaps = [*pending, *((frm, to) for frm, to in gaps if to is None or to > self.place)]

    def rewind(self, frames: int) -> None:
        """What was taken last is to be taken again. At most `rewindable`."""
        if not self.rewindable:
            return
        frames = min(frames, self.rewindable) + len(self._out)
        self._out.clear()
        kept = self._past.take(len(self._past) - frames)
        again = self._past.take(frames)
        self._past.append(kept)
        self._again.put_back(again)
        self._next -= frames

    async def leave(self, to: int | None, *, fade: int, breath: int) -> None:
        """Fade out from here on, and go on at the deck's frame `to` after a breath; None: there it ends."""
        async with self._one:
            if self._following is not None:
                # Nothing is heard of what was to follow: something else follows, or nothing.
                del self._gaps[0]
            else:
                await self._fade_away(fade if to is None else min(fade, max(0, to - self._next)), breath)
            self._over = to is None
            if to is not None:
                self._gaps = [gap for gap in self._gaps if gap[1] is None or gap[1] > to]
                self._gaps.insert(0, (self._next, to))
                self._rises = True

    async def _fade_away(self, fade: int, breath: int) -> None:
        sound = await self._read(fade)
        self._out.append(sound * fade_out(len(sound)))
        self._out.append(silence(breath))
        self._past.clear()

    async def wind(self) -> None:
        """Wind over what is left out next already now, in the breath before it."""
        async with self._one:
            if self._rises and self._gaps:
                await self._wind_over()

    # Moving sound from the deck to `_out`.

    async def _more(self, frames: int) -> bool:
        """Some more; whether there was any."""
        if self._over:
            return False
        if self._gaps:
            frm, to = self._gaps[0]
            overlap = max(0, min(CLICK, frm - self._next, CLICK if to is None else to - frm))
            if self._next >= frm - overlap:
                await self._cut(frm, to, overlap)
                return True
            frames = min(frames, frm - overlap - self._next)
        sound = await self._read(frames)
        if self._rises and len(sound):
            self._rises = False
            curve = fade_in(min(CLICK, len(sound)))
            sound = sound.copy()
            sound[: len(curve)] *= curve
        self._out.append(sound)
        return len(sound) > 0

    async def _cut(self, frm: int, to: int | None, overlap: int) -> None:
        """Over the gap that begins here: what is before it and what ends it fade into each other."""
        if self._rises:
            await self._wind_over()
            return
        before = await self._read(overlap)
        self._past.clear()
        if to is None:
            self._out.append(before * fade_out(overlap)[: len(before)])
            self._over = True
            return
        await self._wind(to - overlap)
        after = await self._read(overlap)
        self._past.clear()
        del self._gaps[0]
        mixed = silence(overlap)
        mixed[: len(before)] += before * fade_out(overlap)[: len(before)]
        mixed[: len(after)] += after * fade_in(overlap)[: len(after)]
        self._out.append(mixed)
        # Cut in the middle of something, for want of time to be faded.
        self._rises = not overlap

    async def _wind_over(self) -> None:
        to = self._gaps[0][1]
        if to is None:
            self._over = True
            return
        await self._wind(to)
        del self._gaps[0]

    async def _wind(self, to: int) -> None:
        while self._next < to:
            if not len(await self._read(min(_WIND, to - self._next))):
                break
        self._past.clear()

    async def _read(self, frames: int) -> Pcm:
        """From what was rewound, else from the deck; fewer frames only at the end."""
        if len(self._again):
            sound = self._again.take(min(frames, len(self._again)))
            if len(sound) < frames:
                rest = self._deck.take(await self._deck.ready(frames - len(sound)))
                both = PcmQueue()
                both.append(sound)
                both.append(rest)
                sound = both.take(len(both))
        else:
            sound = self._deck.take(await self._deck.ready(frames))
        self._next += len(sound)
        self._past.append(sound)
        if len(self._past) > self._keep + _WIND:
            self._past.take(len(self._past) - self._keep)
        return sound

    @property
    def _following(self) -> int | None:
        """Where it goes on after the breath, while that has not been wound to."""
        if not self._rises or not self._gaps or self._gaps[0][0] != self._next:
            return None
        return self._gaps[0][1]

    def _unedited(self) -> int:
        """How much of `_out` is the deck's own, up to `_next`."""
        return min(len(self._out), len(self._past))

    def _left_out(self, end: int) -> int:
        """How many frames up to the deck's end are left out."""
        return sum(
            max(0, (end if to is None else min(to, end)) - max(frm, self._next)) for frm, to in self._gaps
        )
