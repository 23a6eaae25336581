"""The playout loop: items become blocks, one after the other, without a gap and without end.

Owns: the two tasks that make the blocks, and the log. One renders: it waits for the outlet's permit for a
block, has the desk render the sound of that block, and writes it to the encoder. The other takes whole
blocks from the encoder, adds what is heard in them, and sends them.
Must not know: how an item was chosen, when the next one starts, or who listens.
"""

import asyncio
import itertools
from datetime import datetime
from typing import Final

from radiocast.config.station import Audio
from radiocast.model.block import Block
from radiocast.model.units import BLOCK_SAMPLES
from radiocast.studio.desk import Desk
from radiocast.studio.encoder import PRIME_SAMPLES, Encoder
from radiocast.studio.limiter import LOOK_AHEAD_SAMPLES, Limiter
from radiocast.studio.meter import Meter
from radiocast.studio.outlet import Outlet
from radiocast.studio.ready import Programme

# The encoder must be fed past a block's end before it gives the block, and the limiter looks ahead.
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
    ) -> None:
        """`title` is the stream's title until something has started, and while the standby sound plays."""
        self._programme = programme
        self._encoder = encoder
        self._outlet = outlet
        self._audio = audio or Audio()
        self._title = title
        self._limiter = Limiter(ceiling_dbfs=min(0.0, self._audio.true_peak_dbtp))
        self._meter = Meter()
        self._desk: Desk | None = None
        self._stopping = False

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
                )
                others = [
                    tasks.create_task(desk.load_standby(), name="standby sound"),
                    tasks.create_task(self._render_all(desk, signed_on), name="render"),
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

    def stop(self) -> None:
        """End after the block that is being sent."""
        self._stopping = True

    async def _render_all(self, desk: Desk, signed_on: datetime | None) -> None:
        await self._outlet.permit(0)
        desk.sign_on(signed_on)
        for seq in itertools.count():
            await self._outlet.permit(seq)
            frames = BLOCK_SAMPLES + (_LEAD_IN if seq == 0 else 0)
            sound = self._limiter.process(await desk.render(seq, frames))
            self._meter.feed(sound)
            await self._encoder.write(sound)

    async def _send_all(self, desk: Desk, blocks: int | None) -> None:
        for seq in itertools.count():
            if self._stopping or seq == blocks:
                return
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


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first real error in a group of them."""
    inner = group.exceptions[0]
    return first_error(inner) if isinstance(inner, BaseExceptionGroup) else inner
