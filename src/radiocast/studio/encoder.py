"""The encoder: one ffmpeg as long as the studio lives, PCM in, one MP3 stream a mount out, in step.

Owns: the process, its pipes, cutting its output into blocks, and the bound on what is inside it.
Must not know: what the sound is. Block k of every mount decodes to the input's samples from
`k * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES` on (LAME's and the decoder's delay together).
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import numpy as np

from radiocast.ffmpeg.process import FfmpegProcess
from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError
from radiocast.model.units import BLOCK_SAMPLES, FRAME_SAMPLES, SAMPLE_RATE, block_bytes
from radiocast.studio.frames import check_block, mount_args
from radiocast.studio.pcm import Pcm

# What must be written past a block's last sample before the block is out: two frames of LAME's own
# look-ahead, and up to 4,096 samples that ffmpeg 9 gathers into a packet (5.1: 1,024). Measured, and
# rounded up to whole frames.
PRIME_SAMPLES: Final = 7 * FRAME_SAMPLES
# A second and a half of work in the pipe keeps ffmpeg busy while Python mixes, when running at speed.
IN_FLIGHT_BLOCKS: Final = 3
STALL_S: Final = 10.0
# The whole of what is in flight fits, so that a block is one write and no waking up in between.
# 1 MiB is what Linux allows anybody (fs.pipe-max-size).
_PIPE_BYTES: Final = 1 << 20
# ffmpeg writes frame by frame; a look after each would be 40 wake-ups a block and mount pair. By the time
# of the second look the rest of the block is there.
_GATHER_S: Final = 0.015


class _MountPipe(asyncio.Protocol):
    """Gathers one mount's bytes; tells the encoder only when a block is whole."""

    def __init__(self, encoder: "Encoder", mount: MountSpec) -> None:
        self.mount = mount
        self.size = block_bytes(mount.bitrate_kbps)
        self.buffer = bytearray()
        self._encoder = encoder
        self._transport: asyncio.ReadTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)  # noqa: S101 - connect_read_pipe's word
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) >= self.size:
            self._encoder.wake()
        else:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(_GATHER_S, self._go_on)

    def _go_on(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._encoder.lost(exc)

    def take(self) -> bytes:
        data = bytes(self.buffer[: self.size])
        del self.buffer[: self.size]
        check_block(data, self.mount)
        return data


class _InputPipe(asyncio.BaseProtocol):
    def __init__(self, encoder: "Encoder") -> None:
        self._encoder = encoder

    def connection_lost(self, exc: Exception | None) -> None:
        self._encoder.lost(exc)


class Encoder:
    """An async context manager: one task writes, one task takes blocks.

    They may be the same task only if it takes every block that it has paid for before it writes more
    than `in_flight_blocks` further.
    """

    def __init__(
        self,
        mounts: Sequence[MountSpec],
        *,
        in_flight_blocks: int = IN_FLIGHT_BLOCKS,
        stall_s: float = STALL_S,
    ) -> None:
        self.mounts = tuple(mounts)
        self._limit = PRIME_SAMPLES + in_flight_blocks * BLOCK_SAMPLES
        self._stall_s = stall_s
        self._written = 0
        self._taken = 0  # blocks
        self._outputs: list[_MountPipe] = []
        self._transports: list[asyncio.BaseTransport] = []
        self._input: asyncio.WriteTransport | None = None
        self._process: FfmpegProcess | None = None
        self._lost = False
        self._waiters: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The encoder's process id."""
        if self._process is None:
            raise EncoderError("the encoder is not running")
        return self._process.pid

    @property
    def in_flight(self) -> int:
        """Samples written whose block has not been taken."""
        return self._written - self._taken * BLOCK_SAMPLES

    async def start(self) -> None:
        """Start ffmpeg. Raises EnvironmentFault where there is none."""
        loop = asyncio.get_running_loop()
        theirs_in, ours_in = os.pipe()
        outs = [os.pipe() for _ in self.mounts]
        with contextlib.suppress(OSError):
            fcntl.fcntl(ours_in, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        args = [
            # Raw samples need no looking into, and looking would hold back the first second.
            *("-probesize", "32", "-analyzeduration", "0"),
            *("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", f"pipe:{theirs_in}"),
        ]
        for (_, theirs), mount in zip(outs, self.mounts, strict=True):
            args += [*mount_args(mount), f"pipe:{theirs}"]
        descriptors = [theirs_in, *(write for _, write in outs)]
        self._process = FfmpegProcess(args, stdout=False, pass_fds=descriptors)
        try:
            self._input, _ = await loop.connect_write_pipe(
                lambda: _InputPipe(self), os.fdopen(ours_in, "wb", 0)
            )
            self._transports.append(self._input)
            for (ours, _), mount in zip(outs, self.mounts, strict=True):
                output = _MountPipe(self, mount)
                transport, _ = await loop.connect_read_pipe(lambda o=output: o, os.fdopen(ours, "rb", 0))  # type: ignore[misc]
                self._outputs.append(output)
                self._transports.append(transport)
            await self._process.start()
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    async def stop(self) -> None:
        """End it. What is inside it is lost. Safe to call twice."""
        self._lost = True
        for transport in self._transports:
            if transport.is_closing():
                continue
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
            else:
                transport.close()
        self._transports.clear()
        self.wake()
        if self._process is not None:
            await self._process.stop()

    async def write(self, sound: Pcm) -> None:
        """Hand over sound, any number of frames; waits while more than the bound is inside.

        Raises EncoderError when the encoder has ended, or takes nothing for `stall_s`.
        """
        while self.in_flight > self._limit:
            await self._progress("takes no more sound")
        await self._check()
        assert self._input is not None  # noqa: S101 - started
        self._input.write(np.ascontiguousarray(sound, dtype="<f4").data.cast("B"))
        self._written += len(sound)
        self.wake()

    async def next_block(self) -> tuple[bytes, ...]:
        """The next block of every mount, in their order; waits for the sound it needs to be written.

        Raises EncoderError when the encoder has ended, gives none for `stall_s` although it has the
        sound, or gives what is no MP3 of ours.
        """
        while not all(len(output.buffer) >= output.size for output in self._outputs):
            if self.in_flight >= BLOCK_SAMPLES + PRIME_SAMPLES:
                await self._progress("gives no MP3")
            else:
                await self._check()
                await self._wait(None)
        audio = tuple(output.take() for output in self._outputs)
        self._taken += 1
        self.wake()
        return audio

    def wake(self) -> None:
        """Something changed: whoever waits looks again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    def lost(self, exc: Exception | None) -> None:
        """One of its pipes closed."""
        self._lost = True
        self.wake()

    async def _progress(self, complaint: str) -> None:
        await self._check()
        try:
            await self._wait(self._stall_s)
        except TimeoutError:
            raise EncoderError(f"the encoder hangs: it {complaint} for {self._stall_s:g} s") from None

    async def _wait(self, limit_s: float | None) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        async with asyncio.timeout(limit_s):
            await waiter

    async def _check(self) -> None:
        if not self._lost:
            return
        words, code = "", None
        if self._process is not None:
            with contextlib.suppress(TimeoutError, RuntimeError):
                async with asyncio.timeout(1.0):
                    code = await self._process.wait()
            words = self._process.errors()
        raise EncoderError(f"the encoder ended (exit code {code}) {words}".rstrip())
