"""What listeners would have heard, into a file: limiter, meter and encoder behind a desk without an outlet.

Owns: the way from the desk's sound to the first mount's MP3, and how long it was silent.
Must not know: what plays. The bytes are those that the playout would send for the same sound.
"""

import asyncio
from types import TracebackType
from typing import BinaryIO, Final, Self

from radiocast.config.station import Audio
from radiocast.model.block import MountSpec
from radiocast.model.errors import EnvironmentFault
from radiocast.model.units import BLOCK_S, CODEC_DELAY_SAMPLES, SILENCE_DBFS
from radiocast.studio.encoder import PRIME_SAMPLES, Encoder
from radiocast.studio.limiter import LOOK_AHEAD_SAMPLES, Limiter
from radiocast.studio.meter import Meter
from radiocast.studio.pcm import Pcm, silence

# More than on the air, where what is in flight is what a dying encoder loses.
_IN_FLIGHT_BLOCKS: Final = 5
# Pieces rendered and not yet encoded: at a second each 12 MB. The encoder goes on while the desk waits for a
# bulletin, and the desk looks that much further ahead for the next.
_MOST_PIECES: Final = 32


class Recorder:
    """An async context manager. `feed` it everything, then `finish`; blocks are written as they come."""

    def __init__(self, mount: MountSpec, audio: Audio, out: BinaryIO) -> None:
        self.blocks = 0
        self.longest_silence_s = 0.0
        self._out = out
        self._encoder = Encoder((mount,), in_flight_blocks=_IN_FLIGHT_BLOCKS)
        self._limiter = Limiter(ceiling_dbfs=min(0.0, audio.true_peak_dbtp))
        self._meter = Meter()
        self._silence_s = 0.0
        self._pieces: asyncio.Queue[Pcm] = asyncio.Queue(_MOST_PIECES)
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def __aenter__(self) -> Self:
        await self._encoder.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._encoder.stop()

    def begin(self, tasks: asyncio.TaskGroup, blocks: int) -> None:
        """Take so many blocks from the encoder, in `tasks`, from now on."""
        self._tasks = (
            tasks.create_task(self._encode(), name="encode"),
            tasks.create_task(self._write(blocks), name="write"),
        )

    async def feed(self, sound: Pcm) -> None:
        """The next sound. An encoder that fails ends the task group of `begin`."""
        await self._pieces.put(sound)

    async def finish(self) -> None:
        """Everything was fed: push the last blocks out, and wait until they are written."""
        await self.feed(silence(CODEC_DELAY_SAMPLES + PRIME_SAMPLES + 2 * LOOK_AHEAD_SAMPLES))
        encode, write = self._tasks
        await write
        encode.cancel()

    async def _encode(self) -> None:
        while True:
            limited = self._limiter.process(await self._pieces.get())
            self._meter.feed(limited)
            await self._encoder.write(limited)

    async def _write(self, blocks: int) -> None:
        while self.blocks < blocks:
            (audio,) = await self._encoder.next_block()
            try:
                self._out.write(audio)
            except OSError as error:
                raise EnvironmentFault(
                    f"{self._out.name} cannot be written to: {error.strerror or error}"
                ) from error
            self.blocks += 1
            silent = self._meter.take() < SILENCE_DBFS
            self._silence_s = self._silence_s + BLOCK_S if silent else 0.0
            self.longest_silence_s = max(self.longest_silence_s, self._silence_s)
