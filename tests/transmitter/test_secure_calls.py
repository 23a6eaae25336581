"""The transmitter's end of a worker's line: what is decided there, and what a dead worker leaves."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from radiocast.link.calls import (
    Asks,
    Caller,
    Heard,
    LetIn,
    Line,
    Open,
    Page,
    Refused,
    Reply,
    TurnedAway,
    Waiting,
    Word,
)
from radiocast.link.handing import Hatch
from radiocast.link.messages import Departure, Ticket
from radiocast.model.audience import End
from radiocast.transmitter.crew import Crew
from radiocast.transmitter.secure_calls import CallOutlet, SecureCalls
from radiocast.transmitter.terms import ORDINARY
from radiocast.transmitter.worker_side import WorkerSide
from tests.transmitter.sound import LIVE

TICKET = Ticket(number=5, mount=0, titled=True, head=b"head")


class Desk:
    """Who decides: remembers what came."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[tuple[CallOutlet, str, bytes]] = asyncio.Queue()
        self.words: asyncio.Queue[Word] = asyncio.Queue()

    def asked(self, outlet: CallOutlet, peer: str, received: bytes) -> None:
        self.calls.put_nowait((outlet, peer, received))

    def turned_away(self, word: TurnedAway) -> None:
        self.words.put_nowait(word)

    def refused(self, word: Refused) -> None:
        self.words.put_nowait(word)


class House:
    """A worker's line, whose far end a test holds."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.departed: list[Departure] = []
        link, self.far_link = socket.socketpair()
        hatch, self.far_hatch = Hatch.pair()
        self.side = WorkerSide(link, hatch, capacity=10, most_unread=10, on_departure=self.departed.append)
        line, far = Line.pair()
        self.far = Line(far)
        self.calls = SecureCalls(line, self.side, switchboard=self.desk, on_departure=self.departed.append)

    async def call(self) -> CallOutlet:
        """The worker asks."""
        self.far.say(Asks(call=3, peer="192.0.2.7"), b"GET / HTTP/1.0\r\n\r\n")
        async with asyncio.timeout(30):
            outlet, peer, received = await self.desk.calls.get()
        assert (peer, received) == ("192.0.2.7", b"GET / HTTP/1.0\r\n\r\n")
        return outlet

    def heard(self) -> Heard:
        found = self.far.hear()
        assert found is not None
        return found

    def close(self) -> None:
        self.calls.close()
        self.side.close()
        self.far.close()
        self.far_link.close()
        self.far_hatch.close()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    with contextlib.closing(made):
        yield made


async def test_an_answer_goes_as_one_when_it_is_closed(house: House) -> None:
    outlet = await house.call()
    assert outlet.send(b"HTTP/1.0 404 ") == 13
    assert outlet.sendmsg((b"Not", memoryview(b" Found"))) == 9
    outlet.close()
    outlet.close()
    heard = house.heard()
    assert (heard.word, heard.body) == (Reply(call=3), b"HTTP/1.0 404 Not Found")
    assert house.far.hear() is None


async def test_a_listener_is_counted_there_and_lost_with_it(house: House) -> None:
    outlet = await house.call()
    outlet.let_in(TICKET)
    heard = house.heard()
    assert (heard.word, heard.body) == (LetIn(call=3, number=5, mount=0, titled=True), b"head")
    assert house.side.listeners == {5}
    assert house.departed == []


async def test_who_cannot_be_let_in_any_more_is_told_of_as_lost(house: House) -> None:
    outlet = await house.call()
    house.far.close()
    outlet.let_in(TICKET)
    assert house.departed == [Departure(number=5, end=End.LOST, sent_bytes=0)]
    assert house.side.listeners == set()


async def test_a_page_is_served_here(house: House) -> None:
    outlet = await house.call()
    with outlet.serve() as served:
        heard = house.heard()
        assert heard.word == Page(call=3)
        assert heard.sock is not None
        with heard.sock as inner:
            served.send(b"page")
            assert inner.recv(10) == b"page"
    outlet.close()
    assert house.far.hear() is None


async def test_a_page_that_cannot_be_served_is_an_error_and_can_still_be_answered(house: House) -> None:
    outlet = await house.call()
    house.far.close()
    with pytest.raises(OSError, match="takes no pages"):
        outlet.serve()
    outlet.close()


async def test_connections_go_to_a_worker_that_takes_them(house: House) -> None:
    near, far = socket.socketpair()
    with near, far:
        assert not house.calls.pass_on(near, "192.0.2.7")
        house.far.say(Open())
        house.far.say(TurnedAway(reason="late", count=2))
        async with asyncio.timeout(30):
            assert await house.desk.words.get() == TurnedAway(reason="late", count=2)
        assert not house.calls.pass_on(near, "192.0.2.7"), "it has not the blocks yet"
        house.side.ready = True
        assert house.calls.pass_on(near, "192.0.2.7")
        assert near.fileno() == -1
        heard = house.heard()
        assert heard.word == Caller(peer="192.0.2.7")
        assert heard.sock is not None
        heard.sock.close()


async def test_who_was_passed_on_is_under_way_until_it_asks(house: House) -> None:
    house.far.say(Open())
    house.side.ready = True
    await hear(house)
    for _ in range(3):
        near, far = socket.socketpair()
        far.close()
        assert house.calls.pass_on(near, "192.0.2.7")
    assert (house.calls.under_way, house.calls.waiting) == (3, 0)
    house.far.say(Waiting(came=2, waiting=1))
    await hear(house)
    assert (house.calls.under_way, house.calls.waiting) == (2, 1)
    house.far.say(Waiting(came=3, waiting=0))
    await hear(house)
    assert (house.calls.under_way, house.calls.waiting) == (0, 0)


async def hear(house: House) -> None:
    """Until all that the worker said so far has been heard."""
    house.far.say(TurnedAway(reason="late", count=1))
    async with asyncio.timeout(30):
        await house.desk.words.get()


class Calls:
    """A worker's calls that take everybody."""

    def __init__(self) -> None:
        self.under_way = 0
        self.waiting = 0

    def pass_on(self, _sock: socket.socket, _peer: str) -> bool:
        self.under_way += 1
        self.waiting += 1
        return True


def test_a_crowd_is_spread_over_all_workers_before_anybody_listens() -> None:
    crew = Crew([LIVE], ORDINARY, size=3, depth_blocks=10, on_departure=lambda _: None)
    all_calls = [Calls(), Calls(), Calls()]
    for post, calls, listeners in zip(crew._posts, all_calls, (0, 4, 8), strict=True):
        post.calls = calls  # type: ignore[assignment]
        post.side = SimpleNamespace(listeners=set(range(listeners)))  # type: ignore[assignment]
    with socket.socket() as sock:
        for _ in range(18):
            assert crew.pass_on(sock, "192.0.2.7")
    assert [calls.under_way for calls in all_calls] == [10, 6, 2]
    assert crew.waiting == 18
