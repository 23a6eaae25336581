"""A playout and a real transmitter with the link between them, on a clock that a test moves by hand.

Time goes by a tick at a time; between two blocks the studio has as long as it needs to be its lead ahead.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from radiocast.config.station import Audio
from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import PROTOCOL, Credit, Hello, Recalled
from radiocast.model.block import MountSpec
from radiocast.model.units import BLOCK_S, block_bytes
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import LinkOutlet
from radiocast.studio.playout import Playout
from radiocast.studio.recalls import Withdrawn, nothing_withdrawn
from radiocast.transmitter.icy import IcyDemuxer, TitleAt
from radiocast.transmitter.seats import Seat
from radiocast.transmitter.snapshot import AirSnapshot
from radiocast.transmitter.transmitter import Transmitter
from tests.studio.sounds import decode
from tests.studio.station import LOW, MOUNT, Script
from tests.transmitter.listening import Ear, HandClock, asked, tcp_pair

# For what takes milliseconds, on a machine that does other things too.
TIME_LIMIT_S = 30
HEAD = b"HTTP/1.0 200 OK\r\n\r\n"
LEAD_BLOCKS = 7


class OnTheAir:
    """What a test does with it, and sees of it. Its listener was there before the studio."""

    def __init__(
        self, playout: Playout, transmitter: Transmitter, clock: HandClock, ear: Ear, mount: MountSpec
    ) -> None:
        self.playout = playout
        self._metaint = block_bytes(mount.bitrate_kbps)
        self.transmitter = transmitter
        self._clock = clock
        self._ear = ear
        self.aired = 0
        self._decoded: tuple[int, npt.NDArray[np.float64]] = 0, np.zeros((0, 2))

    @property
    def look(self) -> AirSnapshot:
        return self.transmitter.look()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Until it holds, with no time of the air's passing."""
        async with asyncio.timeout(TIME_LIMIT_S):
            for _ in iter(condition, True):
                await asyncio.sleep(0.001)

    async def settle(self) -> None:
        """Until the studio has attended to what it was told, and is its lead ahead again."""
        await self.until(lambda: not self.playout.attends)
        await self.until(lambda: round(self.look.output.lead_s / BLOCK_S) >= LEAD_BLOCKS)

    async def blocks(self, count: int = 1, *, keep_up: bool = True) -> None:
        """So many blocks of time; the studio keeps up with each."""
        for _ in range(count):
            self.ticks(8)
            self.aired += 1
            if keep_up:
                await self.settle()

    def ticks(self, count: int) -> None:
        for _ in range(count):
            self._clock.pass_blocks(1 / 8)
            self.transmitter.step()
            self._ear.read()

    @property
    def stream(self) -> bytes:
        """The sound that the listener has, whole blocks, from its burst on."""
        return self._demuxed()[0]

    @property
    def titles(self) -> list[str]:
        """Titles as the listener was told them, in order."""
        return [title.title for title in self._demuxed()[1]]

    def title_s(self, wanted: str) -> float:
        """From which second of the stream on this title is shown."""
        return next(
            title.position / self._metaint * BLOCK_S for title in self._demuxed()[1] if title.title == wanted
        )

    def heard(self) -> npt.NDArray[np.float64]:
        """The stream, decoded."""
        stream = self.stream
        if len(stream) != self._decoded[0]:
            self._decoded = len(stream), decode(stream)
        return self._decoded[1]

    @property
    def now_s(self) -> float:
        """The second of the stream up to which it has gone out."""
        return len(self.stream) // self._metaint * BLOCK_S

    def utc_in(self, seconds: float) -> datetime:
        """The time of day so many seconds from now."""
        return datetime.fromtimestamp(self._clock.unix_s() + seconds, UTC)

    def _demuxed(self) -> tuple[bytes, list[TitleAt]]:
        sound, titles = IcyDemuxer(self._metaint).feed(bytes(self._ear.heard[len(HEAD) :]))
        return sound, list(titles)


@asynccontextmanager
async def on_the_air(
    script: Script,
    *,
    withdrawn: Withdrawn = nothing_withdrawn,
    mount: MountSpec = MOUNT,
    crossfade_s: float = 0.0,
) -> AsyncIterator[OnTheAir]:
    """The studio plays `script` on this mount and on a low one, and is about to go on the air."""
    mounts = (mount, LOW)
    clock = HandClock()
    transmitter = Transmitter(mounts, station_name="Test FM", clock=clock)
    server, listener = tcp_pair()
    assert isinstance(
        transmitter.admit(server, mount.path, icy=True, head=HEAD, asked=asked("192.0.2.1")),
        Seat,
    )
    ear = Ear(listener)
    ours, theirs = socket.socketpair()
    studio, door = await Endpoint.over(ours), await Endpoint.over(theirs)
    outlet = LinkOutlet(studio, now=clock.unix_s, monotonic=clock.monotonic_s)

    async def listen() -> None:
        async for message in studio.messages():
            match message:
                case Credit():
                    outlet.credit(message)
                case Recalled():
                    outlet.recalled(message)
                case _:
                    raise AssertionError(message)

    serving = asyncio.create_task(transmitter.serve_studio(door))
    listening = asyncio.create_task(listen())
    await studio.send(Hello(protocol=PROTOCOL, pid=1, mounts=tuple(mount.path for mount in mounts)))
    async with Encoder(mounts) as encoder:
        playout = Playout(
            programme=script,
            encoder=encoder,
            outlet=outlet,
            audio=Audio.model_validate({"crossfade": crossfade_s}),
            title="Test FM",
            withdrawn=withdrawn,
        )
        playing = asyncio.create_task(playout.run())
        air = OnTheAir(playout, transmitter, clock, ear, mount)
        await air.settle()
        try:
            yield air
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            await studio.close()
            await asyncio.gather(listening, serving, return_exceptions=True)
            await door.close()
            transmitter.close()
            ear.close()
    if playing.done() and not playing.cancelled() and playing.exception() is not None:
        raise playing.exception()  # type: ignore[misc]
