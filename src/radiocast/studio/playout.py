"""The playout loop: items become blocks, one after the other, without a gap and without end.

Owns: the two tasks that make the blocks, and the log. One renders: it waits for the outlet's permit for a
block, has the desk render the sound of that block, and writes it to the encoder. The other takes whole
blocks from the encoder, adds what is heard in them, and sends them. A third attends to what cannot wait for
the next block, and has the transmitter give back what nobody has heard yet.
Must not know: how an item was chosen, when the next one starts, or who listens.
"""

import asyncio
import itertools
from collections import deque
from datetime import datetime
from typing import Final

import numpy as np

from radiocast.config.station import Audio
from radiocast.model.block import Block
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, block_of_sample, samples
from radiocast.studio.desk import Desk
from radiocast.studio.encoder import PRIME_SAMPLES, Encoder
from radiocast.studio.limiter import LOOK_AHEAD_SAMPLES, Limiter
from radiocast.studio.meter import Meter
from radiocast.studio.outlet import Outlet
from radiocast.studio.pcm import Pcm, silence
from radiocast.studio.ready import Programme
from radiocast.studio.recalls import FADE, TakenBack, Withdrawn, nothing_withdrawn

# The encoder must be fed past a block's end before it gives the block, and the limiter looks ahead.
_BEYOND_LEAD_S: Final = 1.5
_LEAD_IN: Final = PRIME_SAMPLES + LOOK_AHEAD_SAMPLES + 48


class Playout:
    """One station's playout. `run` it once; it ends by `stop`, cancellation or an error."""

    def __init__(
        self,
        *,
        programme: Programme,
        encoder: Encoder,
        outlet: Outlet,
        audio: Audio | None = None,
        title: str = "",
        withdrawn: Withdrawn = nothing_withdrawn,
    ) -> None:
        """`title` is the stream's title until something has started, and while the standby sound plays.

        `withdrawn` says which stories are not to be heard any more; see `look_at_stories`.
        """
        self._programme = programme
        self._encoder = encoder
        self._outlet = outlet
        self._audio = audio or Audio()
        self._title = title
        self._withdrawn = withdrawn
        self._limiter = self._new_limiter()
        self._meter = Meter()
        self._tape = Tape(samples(self._audio.lead_s + _BEYOND_LEAD_S))
        # One at a time renders, or takes back what was rendered.
        self._turn = asyncio.Lock()
        self._rendered = self._sent = 0  # blocks
        self._sent_one = asyncio.Event()
        self._stale = 0  # blocks that the encoder still has to give, and that nobody wants
        self._desk: Desk | None = None

    async def run(self, *, signed_on: datetime | None = None, blocks: int | None = None) -> None:
        """Play; until `blocks` blocks are out, if given. `signed_on` is since when the first item counts.

        Raises EncoderError or LinkError when the sound can go no further. However it ends, every item
        that started has its line in the log.
        """
        desk: Desk | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                desk = self._desk = Desk(
                    programme=self._programme,
                    outlet=self._outlet,
                    audio=self._audio,
                    title=self._title,
                    tasks=tasks,
                    withdrawn=self._withdrawn,
                )
                others = [
                    tasks.create_task(desk.load_standby(), name="standby sound"),
                    tasks.create_task(self._render_all(desk, signed_on), name="render"),
                    tasks.create_task(self._attend(desk), name="attend"),
                ]
                await self._send_all(desk, blocks)
                for task in others:
                    task.cancel()
                desk.stop_preparing()
        except BaseExceptionGroup as group:
            raise first_error(group) from group
        finally:
            if desk is not None:
                await desk.close()

    def replan(self) -> None:
        """The schedule changed: throw the next item away and ask again, unless it starts within a second."""
        if self._desk is not None:
            self._desk.replan()

    @property
    def attends(self) -> bool:
        """Whether something that it was told of is still to be seen to, or is being so."""
        return self._desk is not None and (self._desk.recalls.wanted.is_set() or self._turn.locked())

    def look_at_stories(self) -> None:
        """Stories may have been withdrawn: what is being read, or is about to be, is left."""
        if self._desk is not None:
            self._desk.look_at_stories()

    async def _render_all(self, desk: Desk, signed_on: datetime | None) -> None:
        await self._outlet.permit(0)
        desk.sign_on(signed_on)
        for seq in itertools.count():
            await self._outlet.permit(seq)
            async with self._turn:
                frames = BLOCK_SAMPLES + (_LEAD_IN if seq == 0 else 0)
                sound = await desk.render(seq, frames)
                self._tape.append(sound)
                sound = self._limiter.process(sound)
                self._meter.feed(sound)
                await self._encoder.write(sound)
                self._rendered = seq + 1

    # Taking back what nobody has heard yet.

    async def _attend(self, desk: Desk) -> None:
        desk.recalls.possible = self._outlet.gives_back
        while True:
            await desk.recalls.wanted.wait()
            async with self._turn:
                recall = await desk.attend(self._take_back)
                if recall is not None and recall.taken is not None and recall.again is not None:
                    await self._replace(recall.taken, recall.again)

    async def _take_back(self, earliest: int) -> TakenBack | None:
        """Have the transmitter forget blocks; nothing before the sample `earliest`."""
        while self._sent < self._rendered:
            self._sent_one.clear()
            await self._sent_one.wait()
        position, seq = self._tape.end, self._rendered
        # The sound before the first is wanted again, too: the encoder has to be led up to it.
        earliest = max(earliest, self._tape.start + BLOCK_SAMPLES)
        first = block_of_sample(earliest - 1) + 1
        count = await self._outlet.recall(first, seq)
        if not count:
            return None
        frm, to = _first_sample(seq - count), _first_sample(seq)
        heard = self._tape.piece(frm, min(position, frm + FADE))
        return TakenBack(frm=frm, to=to, first=seq - count, heard=heard)

    async def _replace(self, taken: TakenBack, again: Pcm) -> None:
        """Have the encoder make the block that follows once more, with `again` in it.

        What it was given of that block so far, and as much as leads up to what is heard before, fill one
        block; nobody hears that one.
        """
        written = self._tape.end - self._limiter.held
        lead_up = BLOCK_SAMPLES - (written - taken.to)
        fed = np.concatenate([self._tape.piece(taken.frm - lead_up, taken.frm), again])
        self._tape.replace(taken.frm, taken.to, again)
        self._limiter = self._new_limiter()
        sound = self._limiter.process(fed)
        self._meter.again()
        self._meter.feed(sound[lead_up:])
        self._stale += 1
        await self._encoder.write(sound)

    def _new_limiter(self) -> Limiter:
        return Limiter(ceiling_dbfs=min(0.0, self._audio.true_peak_dbtp))

    async def _send_all(self, desk: Desk, blocks: int | None) -> None:
        for seq in itertools.count():
            if seq == blocks:
                return
            audio = await self._encoder.next_block()
            while self._stale:
                self._stale -= 1
                audio = await self._encoder.next_block()
            notes = desk.log.notes(seq)
            await self._outlet.send(
                Block(
                    seq=seq,
                    audio=audio,
                    stream_title=notes.stream_title,
                    on_air=notes.on_air,
                    ended=notes.ended,
                    level_dbfs=round(self._meter.take(), 1),
                )
            )
            for entry in desk.log.entries(seq):
                self._programme.finished(entry)
            self._sent = seq + 1
            self._sent_one.set()


class Tape:
    """The sound that was rendered last, by its samples: as far back as it may be taken back."""

    def __init__(self, keep: int) -> None:
        """Keeps at least the last `keep` frames, and at most a block more."""
        self._keep = keep
        self._pieces: deque[Pcm] = deque()
        self.start = self.end = 0

    def append(self, piece: Pcm) -> None:
        """What was rendered next."""
        self._pieces.append(piece)
        self.end += len(piece)
        while self.end - self.start - len(self._pieces[0]) >= self._keep:
            self.start += len(self._pieces.popleft())

    def piece(self, frm: int, to: int) -> Pcm:
        """The sound between two samples; silence where it is not kept."""
        whole = np.concatenate([silence(max(0, self.start - frm)), *self._pieces])
        begins = min(self.start, frm)
        return whole[frm - begins : to - begins]

    def replace(self, frm: int, to: int, again: Pcm) -> None:
        """The samples `frm` to `to` are not heard: `again` is what is heard from `to` on, up to the end."""
        before = self.piece(self.start, frm)
        self._pieces.clear()
        self._pieces.extend((before, again))
        self.start += to - frm


def _first_sample(seq: int) -> int:
    """The first sample that is heard in a block."""
    return seq * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first real error in a group of them."""
    inner = group.exceptions[0]
    return first_error(inner) if isinstance(inner, BaseExceptionGroup) else inner
