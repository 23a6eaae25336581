"""Outlets: credit, and the mapping from blocks to air time."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import BlockReady, Credit
from radiocast.model.block import Block
from radiocast.studio.outlet import LinkOutlet, VirtualOutlet

BLOCK = Block(seq=0, audio=(b"x" * 7680,), stream_title="t", level_dbfs=-20.0)
DUE = 1_780_000_000.0


def credit(up_to: int, next_seq: int, due: float, listeners: int = 3) -> Credit:
    return Credit(up_to=up_to, next_seq=next_seq, next_due=due, listeners=listeners)


def at(unix: float) -> datetime:
    return datetime.fromtimestamp(unix, UTC)


@pytest.fixture
async def ends() -> "object":
    ours, theirs = socket.socketpair()
    studio, transmitter = await Endpoint.over(ours), await Endpoint.over(theirs)
    yield studio, transmitter
    await studio.close()
    await transmitter.close()


async def test_a_block_waits_for_its_credit(ends: tuple[Endpoint, Endpoint]) -> None:
    outlet = LinkOutlet(ends[0])
    waiting = asyncio.create_task(outlet.permit(2))
    outlet.credit(credit(2, 0, DUE))
    await outlet.permit(1)
    await asyncio.sleep(0)
    assert not waiting.done()
    outlet.credit(credit(3, 0, DUE, listeners=9))
    await asyncio.wait_for(waiting, 1)
    assert outlet.listeners == 9


async def test_a_block_arrives_as_it_was_sent(ends: tuple[Endpoint, Endpoint]) -> None:
    await LinkOutlet(ends[0]).send(BLOCK)
    async for message in ends[1].messages():
        assert message == BlockReady(block=BLOCK)
        break


async def test_air_time_follows_the_credit_and_the_past_keeps_its_own(
    ends: tuple[Endpoint, Endpoint],
) -> None:
    outlet = LinkOutlet(ends[0])
    with pytest.raises(RuntimeError, match="first credit"):
        outlet.air_time(0)
    outlet.credit(credit(6, 0, DUE))
    assert outlet.air_time(10, 0.1) == at(DUE + 4.9)
    outlet.credit(credit(8, 2, DUE + 2 * 0.48 + 0.0001))  # two clocks read, no pause
    assert outlet.air_time(10) == at(DUE + 4.8)
    outlet.credit(credit(16, 10, DUE + 4.8 + 7.0))  # emergency blocks for seven seconds
    assert outlet.air_time(9) == at(DUE + 9 * 0.48)
    assert outlet.air_time(10) == at(DUE + 4.8 + 7.0)
    outlet.credit(credit(16, 10, DUE + 4.8 + 9.0))  # still waiting
    assert outlet.air_time(12) == at(DUE + 4.8 + 9.0 + 0.96)
    assert outlet.air_time(9) == at(DUE + 9 * 0.48)


async def test_slack_is_what_is_left_before_a_block_is_due(ends: tuple[Endpoint, Endpoint]) -> None:
    outlet = LinkOutlet(ends[0], now=lambda: DUE, monotonic=lambda: 0.0)
    assert outlet.slack_s(0) == 0.0
    outlet.credit(credit(6, 0, DUE + 3.0))
    assert outlet.slack_s(1) == pytest.approx(3.0 + 0.48 - 0.5)


async def test_the_virtual_clock_is_exact_across_a_change_of_summer_time() -> None:
    taken: list[Block] = []
    start = datetime(2026, 10, 25, 1, 59, 59, tzinfo=ZoneInfo("Europe/London"))
    outlet = VirtualOutlet(start, taken.append)
    await outlet.permit(10**6)
    await outlet.send(BLOCK)
    assert taken == [BLOCK]
    later = outlet.air_time(7500)
    assert later.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=1)
    assert later.utcoffset() == timedelta(0)
