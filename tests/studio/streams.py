"""A remote station on loopback that streams MP3, or does what remote stations do."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.units import SAMPLE_RATE
from radiocast.studio.pcm import Pcm

OK = b"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-name: Elsewhere\r\n\r\n"
Behaviour = Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]


def mp3(pcm: Pcm, *, bitrate: str = "128k") -> bytes:
    """The sound as a stream without header frame or tags, as stations send it."""
    pcm16 = np.round(pcm * 32767.0).astype("<i2").tobytes()
    args = ["-nostdin", "-v", "error", "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0"]
    args += [
        "-c:a",
        "libmp3lame",
        "-b:a",
        bitrate,
        "-reservoir",
        "0",
        "-write_xing",
        "0",
        "-id3v2_version",
        "0",
    ]
    done = subprocess.run(
        [ffmpeg_path(), *args, "-f", "mp3", "pipe:1"], input=pcm16, capture_output=True, check=True
    )
    return done.stdout


class Remote:
    """The server; `behaviour` is what the next listeners get, `requests` how many came, `head` the last's."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.requests = 0
        self.head = b""
        self.port = 0
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/live.mp3"

    async def hang_up(self) -> None:
        """On everybody who listens now."""
        tasks = tuple(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # An aborted connection closes its socket in the loop's next turns.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                self.head = await reader.readuntil(b"\r\n\r\n")
                await self.behaviour(writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()


@asynccontextmanager
async def remote(behaviour: Behaviour) -> AsyncIterator[Remote]:
    """A remote station; whoever still listens when the block is left is hung up on."""
    station = Remote(behaviour)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(station.serve(reader, writer))
        station.tasks.add(task)
        task.add_done_callback(station.tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    station.port = server.sockets[0].getsockname()[1]
    try:
        yield station
    finally:
        server.close()
        await station.hang_up()


def sends(data: bytes, *, head: bytes = OK) -> Behaviour:
    """All of it as fast as it is taken, then hangs up."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(head + data)
        await writer.drain()

    return behave


def hangs(data: bytes, *, head: bytes = OK) -> Behaviour:
    """So much, then nothing, without hanging up."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(head + data)
        await writer.drain()
        await asyncio.Event().wait()

    return behave


def over_and_over(data: bytes) -> Behaviour:
    """As fast as it is taken, for ever."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        while True:
            writer.write(data)
            await writer.drain()

    return behave


def paced(data: bytes, *, bytes_per_s: float, at_once: int = 0, every_s: float = 0.05) -> Behaviour:
    """As a station sends: so much at once to a newcomer, then at its rate, over and over."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), 0
        writer.write(OK)
        while True:
            due = at_once + int((loop.time() - began) * bytes_per_s)
            while sent < due:
                at = sent % len(data)
                piece = data[at : at + due - sent]
                writer.write(piece)
                sent += len(piece)
            await writer.drain()
            await asyncio.sleep(every_s)

    return behave
