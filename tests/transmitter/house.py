"""A transmitter on a clock that is moved by hand, its listeners, and a studio at its side door."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import PROTOCOL, BlockReady, Credit, Hello, Message
from radiocast.model.units import BLOCK_S
from radiocast.transmitter import frames
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.seats import Seat
from radiocast.transmitter.snapshot import AirSnapshot
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.listening import Ear, HandClock, asked, tcp_pair
from tests.transmitter.sound import LIVE, LOW, block_sound, item, studio_block

MOUNTS = (LIVE, LOW)
# For what takes milliseconds, on a machine that does other things too.
TIME_LIMIT_S = 30
HEAD = b"HTTP/1.0 200 OK\r\n\r\n"


def standby() -> Emergency:
    files = [block_sound(spec, 0, speaker="standby") for spec in MOUNTS]
    return Emergency.from_bytes(MOUNTS, files, title="Standby")


class House:
    """A transmitter on a clock that is moved by hand."""

    def __init__(self, *, clock: HandClock | None = None, **options: object) -> None:
        self.clock = clock or HandClock()
        self.transmitter = Transmitter(
            MOUNTS,
            station_name="Newsline",
            clock=self.clock,
            **{"emergency": standby(), **options},  # type: ignore[arg-type]
        )
        self.ears: list[Ear] = []
        self.transmitter.step()
        self.ticks(7)

    def blocks(self, count: int = 1) -> None:
        """So many blocks of time pass; everybody has had a turn after the last, and read what arrived."""
        self.ticks(8 * count)

    def ticks(self, count: int) -> None:
        for _ in range(count):
            self.clock.pass_blocks(1 / 8)
            self.transmitter.step()
            for ear in self.ears:
                ear.read()

    def join(
        self, path: str = "/live.mp3", *, icy: bool = True, receive_buffer_bytes: int | None = None
    ) -> Ear:
        server, listener = tcp_pair(receive_buffer_bytes=receive_buffer_bytes)
        admitted = self.transmitter.admit(server, path, icy=icy, head=HEAD, asked=asked("192.0.2.1"))
        assert isinstance(admitted, Seat)
        ear = Ear(listener)
        ear.read()
        self.ears.append(ear)
        return ear

    def close(self) -> None:
        self.transmitter.close()
        for ear in self.ears:
            ear.close()


class Studio:
    """A studio's end of the link, as far as the transmitter sees it."""

    def __init__(self, endpoint: Endpoint, *, speaker: str) -> None:
        self.endpoint = endpoint
        self.speaker = speaker
        self.seq = 0
        self._messages = endpoint.messages()

    async def hello(
        self, *, protocol: int = PROTOCOL, mounts: tuple[str, ...] = ("/live.mp3", "/low.mp3")
    ) -> None:
        await self.endpoint.send(Hello(protocol=protocol, pid=4711, mounts=mounts))

    async def said(self) -> Message:
        async with asyncio.timeout(TIME_LIMIT_S):
            return await anext(self._messages)

    async def credit(self, up_to: int) -> Credit:
        """Wait for credit as far as this."""
        while True:
            message = await self.said()
            assert isinstance(message, Credit)
            if message.up_to >= up_to:
                return message

    async def send(self, up_to: int, title: str = "studio sound") -> None:
        while self.seq < up_to:
            on_air = item(f"{self.speaker}-0", title) if self.seq == 0 else None
            block = studio_block(self.seq, MOUNTS, speaker=self.speaker, title=title, on_air=on_air)
            await self.endpoint.send(BlockReady(block=block))
            self.seq += 1


@asynccontextmanager
async def linked(house: House, *, speaker: str = "studio") -> AsyncIterator[Studio]:
    """A studio at the transmitter's side door; gone, as if killed, when the block is left."""
    ours, theirs = socket.socketpair()
    endpoint, studio = await Endpoint.over(ours), Studio(await Endpoint.over(theirs), speaker=speaker)
    serving = asyncio.create_task(house.transmitter.serve_studio(endpoint))
    try:
        yield studio
    finally:
        await studio.endpoint.close()
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                await serving
        finally:
            await endpoint.close()


async def until(house: House, condition: Callable[[AirSnapshot], bool]) -> None:
    """Let the transmitter take in what was sent, until it shows."""
    async with asyncio.timeout(TIME_LIMIT_S):
        for _ in iter(lambda: condition(house.transmitter.look()), True):
            await asyncio.sleep(0)


async def until_ready(house: House, blocks: int) -> None:
    """Wait until the transmitter has so many of the studio's blocks in hand."""
    await until(house, lambda look: round(look.output.lead_s / BLOCK_S) >= blocks)


def speakers(heard: bytes, metaint: int = 7680) -> list[str]:
    """Who made each block that was heard, checked to be whole frames of one block."""
    sound, _ = IcyDemuxer(metaint).feed(heard[len(HEAD) :])
    assert len(sound) % metaint == 0
    found = []
    for start in range(0, len(sound), metaint):
        block = sound[start : start + metaint]
        frames.check(block, bitrate_kbps=metaint // 60, channels=2 if metaint == 7680 else 1)
        marks = re.findall(rb"<(\w+) (\d+) (\d+)>", block)
        assert [int(mark[2]) for mark in marks] == list(range(20))
        assert len({mark[:2] for mark in marks}) == 1
        found.append(f"{marks[0][0].decode()} {marks[0][1].decode()}")
    return found
