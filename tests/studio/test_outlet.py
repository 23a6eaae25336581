"""Outlets: credit, and the mapping from blocks to air time."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import BlockReady, Credit, Recall, Recalled
from radiocast.model.block import Block
from radiocast.model.units import BLOCK_S
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


async def test_a_clock_that_is_set_is_no_reason_to_wait_longer_or_to_give_up(
    ends: tuple[Endpoint, Endpoint],
) -> None:
    wall = [DUE]
    outlet = LinkOutlet(ends[0], now=lambda: wall[0], monotonic=lambda: 50.0)
    outlet.credit(credit(6, 0, DUE + 3.0))
    for by_s in (3600.0, -3600.0):
        wall[0] = DUE + by_s
        assert outlet.slack_s(0) == pytest.approx(2.5)
        outlet.credit(credit(6, 0, DUE + 3.0 + by_s))
        assert outlet.slack_s(0) == pytest.approx(2.5)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 40),  # blocks that go out meanwhile
            st.sampled_from([0.0, 0.0, 0.0003, -0.3, 0.3, 5.0, -5.0, 3600.0, -3600.0]),  # the clock is set by
            st.sampled_from([0.0, 0.0, 1.44]),  # the air pauses for
        ),
        max_size=30,
    )
)
def test_each_block_keeps_the_time_at_which_it_was_heard(moves: list[tuple[int, float, float]]) -> None:
    """Whatever the clock and the air do: past times are of the clock of then, and all later ones of now's."""
    outlet = LinkOutlet(cast("Endpoint", None))
    seq, due, heard = 0, DUE, {}
    for blocks, set_by_s, pause_s in moves:
        due += set_by_s + pause_s
        for _ in range(blocks):
            outlet.credit(credit(seq + 7, seq, due))
            heard[seq] = due
            seq, due = seq + 1, due + BLOCK_S
        assert outlet.air_time(seq + 20).timestamp() == pytest.approx(due + 20 * BLOCK_S, abs=0.003)
    for block, when in heard.items():
        assert outlet.air_time(block).timestamp() == pytest.approx(when, abs=0.003)


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


async def recall(ends: tuple[Endpoint, Endpoint], outlet: LinkOutlet, count: int) -> int:
    """Ask for 2 to 7, and have the transmitter give back so many."""
    asking = asyncio.create_task(outlet.recall(2, 8))
    async for message in ends[1].messages():
        assert message == Recall(first=2)
        break
    outlet.recalled(Recalled(first=8 - count, count=count))
    return await asyncio.wait_for(asking, 1)


async def test_what_follows_a_recall_is_heard_in_its_place(ends: tuple[Endpoint, Endpoint]) -> None:
    outlet = LinkOutlet(ends[0])
    assert await outlet.recall(0, 1) == 0, "nothing was sent to anybody yet"
    outlet.credit(credit(8, 0, DUE))
    assert await recall(ends, outlet, 5) == 5
    assert outlet.air_time(2) == at(DUE + 2 * 0.48)
    assert outlet.air_time(8) == at(DUE + 3 * 0.48)
    assert outlet.air_time(9, 0.1) == at(DUE + 4 * 0.48 + 0.1)
    # The credit that goes by it says the same.
    outlet.credit(credit(13, 8, DUE + 3 * 0.48))
    assert outlet.air_time(2) == at(DUE + 2 * 0.48)
    assert outlet.air_time(8) == at(DUE + 3 * 0.48)
    assert await outlet.recall(8, 8) == 0, "what was taken back once cannot be taken back again"


async def test_a_recall_that_came_too_late_moves_nothing(ends: tuple[Endpoint, Endpoint]) -> None:
    outlet = LinkOutlet(ends[0])
    outlet.credit(credit(8, 0, DUE))
    outlet.credit(credit(9, 1, DUE + 0.48))  # on its way when the recall was asked for
    assert await recall(ends, outlet, 0) == 0
    assert outlet.air_time(8) == at(DUE + 8 * 0.48)


async def test_an_answer_that_nobody_waits_for_any_more_counts(ends: tuple[Endpoint, Endpoint]) -> None:
    outlet = LinkOutlet(ends[0])
    outlet.credit(credit(8, 0, DUE))
    asking = asyncio.create_task(outlet.recall(2, 8))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})
    outlet.recalled(Recalled(first=4, count=4))
    assert outlet.air_time(8) == at(DUE + 4 * 0.48)
