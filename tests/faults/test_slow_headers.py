"""Five thousand who never finish their request, and the door stays open for everybody else.

The real way in: lobby, door and transmitter on one loop. Nothing is timed: it is counted what is held, who
gets in and what they hear.
"""

import asyncio
import contextlib
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.config.station import Listen, StationConfig
from radiocast.model.audience import Joined
from radiocast.model.units import block_bytes
from radiocast.reception.lobby import MAX_WAITING
from radiocast.reception.visitor import Reason
from tests.descriptors import descriptors, open_descriptors
from tests.transmitter.sound import LIVE, block_sound
from tests.web.arrivals import WAIT_S, Caller
from tests.web.opened import IDENTITY, Opened

CROWD = 5_000
BATCH = 250
LISTENERS = 10
# The crowd's own ends, the station's, and a few hundred for everything else.
DESCRIPTORS = CROWD + MAX_WAITING + 800
BLOCK = block_bytes(LIVE.bitrate_kbps)
BURST = block_sound(LIVE, 0, speaker="standby") * 13


@pytest.fixture
def room() -> Iterator[None]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard >= DESCRIPTORS, "ulimit -Hn is too low for this test"
    with descriptors(DESCRIPTORS):
        yield


@pytest.fixture
def crowd() -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        socks: list[socket.socket] = []
        yield socks
        for sock in socks:
            stack.enter_context(sock)


async def tune_in(station: Opened) -> Caller:
    caller = await station.call()
    status, _ = await caller.ask("GET /live.mp3 HTTP/1.1\nHost: radio.example")
    assert status == "HTTP/1.0 200 OK"
    return caller


def press_in(station: Opened, crowd: list[socket.socket]) -> None:
    """A batch more of those who dribble: half a header now, a byte at a time from now on."""
    for _ in range(BATCH):
        sock = socket.create_connection((station.host, station.port))
        sock.setblocking(False)
        sock.send(b"GET /live.mp3 HTTP/1.1\r\nX: ")
        crowd.append(sock)


def dribble(crowd: list[socket.socket]) -> None:
    """One byte more from each who was not sent away."""
    for sock in crowd:
        with contextlib.suppress(ConnectionError):
            sock.send(b"x")


@pytest.mark.usefixtures("room")
async def test_admission_holds_up_against_slow_headers_while_listeners_listen(
    crowd: list[socket.socket], tmp_path: Path
) -> None:
    config = StationConfig(station=IDENTITY, listen=Listen(), mounts=(LIVE,))
    async with Opened(config, published=tmp_path) as station:
        lobby = station.way_in.lobby
        listeners = [await tune_in(station) for _ in range(LISTENERS)]
        for listener in listeners:
            assert await listener.sound(len(BURST)) == BURST
        newcomers = 0
        for _ in range(CROWD // BATCH):
            press_in(station, crowd)
            dribble(crowd)
            # Behind the whole batch in the door's queue, and served all the same.
            newcomer = await tune_in(station)
            newcomers += 1
            assert await newcomer.sound(len(BURST)) == BURST
            await newcomer.hang_up()
            await station.block()
            assert lobby.waiting <= MAX_WAITING
            assert open_descriptors() <= len(crowd) + MAX_WAITING + 400
            for listener in listeners:
                assert len(await listener.sound(BLOCK)) == BLOCK
        async with asyncio.timeout(WAIT_S):
            while lobby.waiting + sum(lobby.refused.values()) < CROWD:
                await station.block()
        # The oldest went, and nobody else.
        assert lobby.waiting == MAX_WAITING
        assert lobby.refused[Reason.CROWDED] == CROWD - MAX_WAITING
        assert sum(lobby.refused.values()) == CROWD - MAX_WAITING
        assert sum(isinstance(record, Joined) for record in station.records) == LISTENERS + newcomers
        # The last of the slow ones were only slow.
        crowd[-1].send(b"\r\n\r\n")
        last = Caller(*await asyncio.open_connection(sock=crowd.pop(), limit=2**20))
        assert (await last.head())[0] == "HTTP/1.0 200 OK"
        await last.hang_up()
