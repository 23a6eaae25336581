import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from radiocast.link.codec import encode
from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import BlockReady, Credit, Hello, Message, Stop
from radiocast.model.block import Block
from radiocast.model.errors import LinkError

HELLO = Hello(protocol=1, pid=2, mounts=("/live.mp3",))


def block(seq: int) -> BlockReady:
    return BlockReady(block=Block(seq=seq, audio=(bytes(19_200),), stream_title="t", level_dbfs=-20.0))


@pytest.fixture
async def ends() -> AsyncIterator[tuple[Endpoint, Endpoint]]:
    ours, theirs = socket.socketpair()
    made = await Endpoint.over(ours), await Endpoint.over(theirs)
    yield made
    for end in made:
        await end.close()


async def taken(endpoint: Endpoint, count: int) -> list[Message]:
    received: list[Message] = []
    async with asyncio.timeout(30):
        async for message in endpoint.messages():
            received.append(message)
            if len(received) == count:
                break
    return received


async def test_both_ways_at_once(ends: tuple[Endpoint, Endpoint]) -> None:
    studio, transmitter = ends
    credit = Credit(up_to=7, next_seq=0, next_due=1.5, listeners=0)
    await studio.send(HELLO)
    await transmitter.send(credit)
    assert await taken(transmitter, 1) == [HELLO]
    assert await taken(studio, 1) == [credit]


async def test_the_end_ends_the_messages(ends: tuple[Endpoint, Endpoint]) -> None:
    studio, transmitter = ends
    await studio.send(HELLO)
    await studio.send(Stop())
    await studio.close()
    await studio.close()
    async with asyncio.timeout(30):
        assert [message async for message in transmitter.messages()] == [HELLO, Stop()]


async def test_a_sender_waits_for_a_receiver_that_does_not_read(ends: tuple[Endpoint, Endpoint]) -> None:
    """The kernel's buffer is the only queue: a studio cannot fill the transmitter's memory."""
    studio, transmitter = ends
    sent = 0

    async def send_all() -> None:
        nonlocal sent
        for seq in range(200):
            await studio.send(block(seq))
            sent += 1

    sending = asyncio.create_task(send_all())
    async with asyncio.timeout(30):
        before = -1
        while sent != before:  # until it gets no further
            before = sent
            for _ in range(50):
                await asyncio.sleep(0)
    assert 0 < sent < 100
    received = await taken(transmitter, 200)
    await sending
    assert [message.block.seq for message in received if isinstance(message, BlockReady)] == list(range(200))


async def raw_end() -> tuple[socket.socket, Endpoint]:
    raw, theirs = socket.socketpair()
    return raw, await Endpoint.over(theirs)


async def test_an_end_in_the_middle_of_a_message_is_an_error() -> None:
    raw, endpoint = await raw_end()
    raw.sendall(encode(HELLO)[:-1])
    raw.close()
    with pytest.raises(LinkError, match="in the middle"):
        await taken(endpoint, 1)
    await endpoint.close()


async def test_nonsense_is_an_error() -> None:
    raw, endpoint = await raw_end()
    raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises(LinkError, match="no message of ours"):
        await taken(endpoint, 1)
    raw.close()
    await endpoint.close()


async def test_sending_to_an_end_that_is_gone_is_an_error() -> None:
    raw, endpoint = await raw_end()
    raw.close()

    async def send_all() -> None:
        for seq in range(1000):
            await endpoint.send(block(seq))

    with pytest.raises(LinkError, match="gone"):
        await asyncio.wait_for(send_all(), 30)
    await endpoint.close()
