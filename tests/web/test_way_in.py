"""The lobby on asyncio's loop: its turns, its deadlines and its end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest

from radiocast.config.station import Listen, StationConfig
from radiocast.model.audience import Answered, Joined
from radiocast.reception import lobby
from tests.transmitter.sound import LIVE, LOW
from tests.web.arrivals import WAIT_S, wire
from tests.web.opened import IDENTITY, Opened

CONFIG = StationConfig(station=IDENTITY, listen=Listen(trusted_proxies=("127.0.0.0/8",)), mounts=(LIVE, LOW))


@pytest.fixture
async def station() -> AsyncIterator[Opened]:
    async with Opened(CONFIG) as opened:
        yield opened


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit itself is 10 s; here it is short."""
    monkeypatch.setattr(lobby, "HEADER_S", 0.3)


@pytest.mark.usefixtures("hasty")
async def test_whoever_says_nothing_is_hung_up_on(station: Opened) -> None:
    """Nothing else happens that would give the lobby a turn: its deadline alone does."""
    caller = await station.call()
    assert await caller.rest() == b""
    again = await station.call()
    assert await again.rest() == b""


@pytest.mark.usefixtures("hasty")
async def test_a_header_that_dribbles_in_is_cut_off(station: Opened) -> None:
    """A line every now and then does not prolong it."""
    caller = await station.call()
    caller.writer.write(b"GET /live.mp3 HTTP/1.1\r\n")

    async def dribble() -> None:
        with contextlib.suppress(ConnectionError):
            for number in range(1000):
                caller.writer.write(f"X-{number}: 1\r\n".encode())
                await caller.writer.drain()
                await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as tasks:
        dribbling = tasks.create_task(dribble())
        status, _ = await caller.head()
        dribbling.cancel()
    assert status == "HTTP/1.0 408 Request Timeout"
    assert station.transmitter.look().listeners.total == 0


@pytest.mark.usefixtures("hasty")
async def test_a_listener_stays_though_the_limit_for_headers_has_passed(station: Opened) -> None:
    caller = await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    silent = await station.call()
    assert await silent.rest() == b"", "it came later, and its time is over"
    await station.block()
    assert len(await caller.sound(14 * 7680)) == 14 * 7680


@pytest.mark.parametrize("request_", ["GET /live.mp3 HTTP/1.1\nHost: x", "GET /live.m3u HTTP/1.1\nHost: x"])
async def test_a_proxy_may_say_by_its_own_protocol_who_comes(station: Opened, request_: str) -> None:
    caller = await station.call()
    caller.writer.write(b"PROXY TCP4 198.51.100.1 192.0.2.1 40000 8000\r\n" + wire(request_))
    status, _ = await caller.head()
    assert status.endswith(" 200 OK")
    await caller.hang_up()
    async with asyncio.timeout(WAIT_S):
        while not station.records:
            await station.block()
    record = station.records[0]
    assert isinstance(record, Joined | Answered)
    assert record.asked.address == "198.51.100.1"


async def test_those_who_wait_are_hung_up_on_at_the_end() -> None:
    async with Opened(CONFIG) as station:
        caller = await station.call()
        caller.writer.write(b"GET /live.mp3 HT")
        async with asyncio.timeout(WAIT_S):
            while not station.way_in.lobby.waiting:
                await station.block()
        await station.way_in.close()
        with contextlib.suppress(ConnectionError):
            assert await caller.rest() == b""


async def test_a_fault_is_one_callers_and_not_the_ports(
    station: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_arrival: object) -> bool:
        raise RuntimeError("secret")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(station.way_in._door, "receive", fail)
        caller = await station.call()
        status, _ = await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x")
        assert status == "HTTP/1.0 500 Internal Server Error"
        assert b"secret" not in await caller.rest()
    assert "'GET /live.mp3 HTTP/1.1' failed" in caplog.text
    other = await station.call()
    assert (await other.ask("GET /live.mp3 HTTP/1.1\nHost: x"))[0] == "HTTP/1.0 200 OK"
