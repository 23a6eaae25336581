"""How aiohttp gets connections of which a part has been read, and how they end."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.audience import Answered, Record
from radiocast.reception.request import Request, parse
from radiocast.web.app import _as_it_arrived
from radiocast.web.front import Front
from radiocast.web.visit import _header, visit_of
from tests.web.arrivals import WAIT_S, Caller, arrival, arrived, wire

BIG = bytes(64 * 1024 * 1024)  # more than kernels keep for a reader that does not read


class House:
    """A front with a few pages behind it, and what it records."""

    def __init__(self, **options: float) -> None:
        self.records: asyncio.Queue[Record] = asyncio.Queue()
        self.held = asyncio.Event()
        app = web.Application(middlewares=[_as_it_arrived])
        app.router.add_get("/", self.seen)
        app.router.add_get("/held", self.hold)
        app.router.add_get("/big", self.big)
        app.router.add_post("/", self.echo)
        app.on_response_prepare.append(_tell)
        self.front = Front(app, record=self.records.put_nowait, **options)  # type: ignore[arg-type]

    async def seen(self, request: web.Request) -> web.Response:
        return web.Response(text=f"{request.remote} {request.scheme} {request.host} {request.path_qs}")

    async def hold(self, request: web.Request) -> web.Response:
        await self.held.wait()
        return web.Response(text="held")

    async def big(self, request: web.Request) -> web.Response:
        return web.Response(body=BIG)

    async def echo(self, request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    async def record(self) -> Answered:
        """The next record."""
        async with asyncio.timeout(WAIT_S):
            record = await self.records.get()
        assert isinstance(record, Answered)
        return record


async def _tell(request: web.Request, response: web.StreamResponse) -> None:
    visit = visit_of(request)
    if visit is not None:
        visit.answered(response.status, request.writer)


Build = Callable[..., Awaitable[House]]


@pytest.fixture
async def build() -> AsyncIterator[Build]:
    houses: list[House] = []

    async def start(**options: float) -> House:
        house = House(**options)
        await house.front.open()
        houses.append(house)
        return house

    yield start
    for house in houses:
        async with asyncio.timeout(WAIT_S):
            await house.front.close()
        assert len(house.front) == 0


@pytest.fixture
async def house(build: Build) -> House:
    return await build()


async def visit(
    house: House, received: bytes, *, address: str = "192.0.2.7", secure: bool = False, host: str = ""
) -> Caller:
    """Somebody whose request the lobby has read so far."""
    comes, caller = await arrived(received, address=address, secure=secure, host=host)
    house.front.receive(comes)
    return caller


async def body(caller: Caller) -> str:
    _, _, text = (await caller.rest()).partition(b"\r\n\r\n")
    await caller.hang_up()
    return text.decode()


async def test_a_page_sees_who_asks_and_by_which_address(house: House) -> None:
    request = wire("GET /?a=%20b HTTP/1.1\nHost: inner")
    caller = await visit(house, request, secure=True, host="radio.example", address="2001:db8::7")
    assert await body(caller) == "2001:db8::7 https radio.example /?a=%20b"


async def test_with_no_believable_host_it_is_the_address_that_was_connected_to(house: House) -> None:
    comes, caller = await arrived(wire("GET / HTTP/1.1\nHost: a/b"))
    host, port = comes.sock.getsockname()
    house.front.receive(comes)
    assert await body(caller) == f"192.0.2.7 http {host}:{port} /"


async def test_a_request_with_line_feeds_alone_is_a_request(house: House) -> None:
    caller = await visit(house, b"GET / HTTP/1.0\nAccept: */*\n\n", host="x")
    assert await body(caller) == "192.0.2.7 http x /"


@pytest.mark.parametrize("early", [0, 1, 3, 7])
async def test_what_comes_later_stands_behind_what_was_read_before(house: House, early: int) -> None:
    content = b"0123456"
    request = wire(f"POST / HTTP/1.1\nHost: x\nContent-Length: {len(content)}")
    comes, caller = await arrived(request + content[:early])
    caller.writer.write(content[early:])  # lies in the kernel before aiohttp has the connection
    await caller.writer.drain()
    house.front.receive(comes)
    assert await body(caller) == content.decode()


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize("wish", ["keep-alive", "Upgrade", "close"])
async def test_each_connection_has_one_answer(house: House, version: str, wish: str) -> None:
    first = wire(f"GET / HTTP/1.1\nHost: x\nConnection: {wish}\nUpgrade: h2c\nExpect: 100-continue")
    second = wire("GET /held HTTP/1.1\nHost: x")
    caller = await visit(house, first + second)
    answered = await caller.rest()
    await caller.hang_up()
    assert answered.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answered.count(b"HTTP/1.") == 1
    assert (await house.record()).status == 200
    assert house.records.empty()


async def test_a_second_request_that_comes_while_the_first_is_answered_is_not(house: House) -> None:
    caller = await visit(house, wire("GET /held HTTP/1.1\nHost: x"))
    caller.writer.write(wire("GET / HTTP/1.1\nHost: x"))
    for _ in range(20):  # it is there at once on loopback, and read in the loop's next turns
        await asyncio.sleep(0)
    house.held.set()
    answered = await caller.rest()
    await caller.hang_up()
    assert answered.endswith(b"\r\n\r\nheld")
    assert answered.count(b"HTTP/1.") == 1


async def test_who_says_no_more_is_answered(house: House) -> None:
    """As `nc -N` does, and some old players."""
    caller = await visit(house, wire("GET /held HTTP/1.0"))
    caller.writer.write_eof()
    await asyncio.sleep(0)
    house.held.set()
    assert await body(caller) == "held"


async def test_every_answer_is_recorded_with_who_asked(house: House) -> None:
    caller = await visit(house, wire("GET / HTTP/1.0"), address="198.51.100.3")
    answered = await caller.rest()
    record = await house.record()
    assert (record.status, record.asked.address, record.asked.line) == (200, "198.51.100.3", "GET / HTTP/1.0")
    assert record.sent_bytes == len(answered)
    assert record.seconds >= 0
    await caller.hang_up()
    nothing = await visit(house, wire("GET /nothing HTTP/1.0"))
    await nothing.rest()
    await nothing.hang_up()
    assert (await house.record()).status == 404


async def test_who_hangs_up_before_the_answer_is_recorded_as_such(house: House) -> None:
    caller = await visit(house, wire("GET /held HTTP/1.0"))
    await asyncio.sleep(0)
    # A reset is noticed at once; an ordinary close may mean that no more is said.
    sock = caller.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.writer.transport.abort()
    assert (await house.record()).status == 499
    house.held.set()


@pytest.mark.parametrize(
    "request_", ["SOURCE / HTTP/1.0", "QUERY / HTTP/1.1", "GET / HTTP/1.1\nTransfer-Encoding: gzip, chunked"]
)
async def test_what_aiohttp_would_not_understand_never_comes_to_it(house: House, request_: str) -> None:
    caller = await visit(house, wire(request_))
    status, fields = await caller.head()
    assert status == "HTTP/1.0 501 Not Implemented"
    assert fields["server"].startswith("radiocast/")
    assert b"GET and HEAD" in await caller.rest()
    await caller.hang_up()
    assert (await house.record()).status == 501


async def test_whoever_does_not_read_its_answer_is_cut_off(build: Build) -> None:
    house = await build(patience_s=1.0)
    caller = await visit(house, wire("GET /big HTTP/1.0"))
    record = await house.record()  # with the caller having read at most what its stream reader buffers
    assert record.status == 200
    assert len(house.front) == 0
    with contextlib.suppress(ConnectionError):
        assert len(await caller.rest()) < len(BIG)
    await caller.hang_up()


async def test_whoever_reads_however_long_it_takes_gets_all(house: House) -> None:
    caller = await visit(house, wire("GET /big HTTP/1.0"))
    _, fields = await caller.head()
    assert fields["content-length"] == str(len(BIG))
    (serving,) = house.front._visits
    for _ in range(4):
        # More than the kernel keeps: some of it has gone out since the last look, however slow this is.
        await caller.sound(len(BIG) // 4)
        if len(house.front):
            serving._look()
    await caller.hang_up()
    assert (await house.record()).status == 200


async def test_those_who_are_too_many_wait_for_their_turn(build: Build) -> None:
    house = await build(most_at_once=2)
    held = [await visit(house, wire("GET /held HTTP/1.0")) for _ in range(7)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert (len(house.front), len(house.front._visits)) == (7, 2)
    house.held.set()
    assert [await body(caller) for caller in held] == ["held"] * 7
    assert [(await house.record()).status for _ in held] == [200] * 7


async def test_when_too_many_wait_the_next_are_asked_to_come_again(build: Build) -> None:
    house = await build(most_at_once=1, most_waiting=2)
    held = [await visit(house, wire("GET /held HTTP/1.0"))]
    for _ in range(20):
        await asyncio.sleep(0)
    held += [await visit(house, wire("GET /held HTTP/1.0")) for _ in range(2)]
    late = await visit(house, wire("GET / HTTP/1.0"))
    status, fields = await late.head()
    assert status == "HTTP/1.0 503 Service Unavailable"
    assert fields["retry-after"] == "30"
    assert b"Too many" in await late.rest()
    await late.hang_up()
    assert (await house.record()).status == 503
    house.held.set()
    assert [await body(caller) for caller in held] == ["held"] * 3
    again = await visit(house, wire("GET / HTTP/1.0"), host="x")
    assert await body(again) == "192.0.2.7 http x /"


async def test_a_crowd_is_started_a_few_at_a_time(house: House) -> None:
    """Between two turns the loop is the stream's."""
    crowd = [await arrived(wire("GET /held HTTP/1.0")) for _ in range(30)]
    started = [0]
    for comes, _ in crowd:
        house.front.receive(comes)
    for _ in range(20):
        started.append(len(house.front._visits))
        await asyncio.sleep(0)
    assert started[-1] == len(crowd)
    assert max(later - earlier for earlier, later in pairwise(started)) == 8
    house.held.set()
    for _, caller in crowd:
        assert await body(caller) == "held"


async def test_with_no_descriptor_left_it_says_so(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: object) -> socket.socket:
        raise OSError(24, "Too many open files")

    house = await build(inner_socket=none_left)
    caller = await visit(house, wire("GET / HTTP/1.0"))
    status, _ = await caller.head()
    assert status == "HTTP/1.0 503 Service Unavailable"
    assert b"Too many open files" in await caller.rest()
    await caller.hang_up()
    assert (await house.record()).status == 503


async def test_after_closing_nobody_is_let_in(build: Build) -> None:
    house = await build()
    held = await visit(house, wire("GET /held HTTP/1.0"))
    await house.front.close()
    with contextlib.suppress(ConnectionError):
        await held.rest()
    late = await visit(house, wire("GET / HTTP/1.0"))
    assert b"503 Service Unavailable" in await late.rest()
    for caller in (held, late):
        await caller.hang_up()


TOKEN = st.text(alphabet="abcXYZ019-_!~", min_size=1, max_size=8)
VALUE = st.binary(max_size=30).map(
    lambda value: bytes(byte for byte in value if byte >= 0x20 and byte != 0x7F).strip()
)


@given(
    method=TOKEN,
    target=st.sampled_from(
        ["/", "/a%20b?c=d", "//", "http://x/y?z", "http://x", "http://x?/", "/%ff", "/\udcff"]
    ),
    fields=st.dictionaries(TOKEN, VALUE, max_size=6),
    end=st.sampled_from([b"\r\n", b"\n"]),
)
def test_aiohttp_reads_what_the_lobby_has_understood(
    method: str, target: str, fields: dict[str, bytes], end: bytes
) -> None:
    """Written anew, a request is the same again, but for what belongs to the connection."""
    lines = [f"{method} {target} HTTP/1.1".encode("utf-8", "surrogateescape")]
    lines += [name.encode() + b": " + value for name, value in fields.items()]
    lines += [b"Connection: keep-alive, Upgrade", b"Upgrade: websocket"]
    with socket.socket() as sock:
        comes = arrival(sock, end.join([*lines, b"", b""]), host="radio.example")
    again = parse(_header(comes))
    assert isinstance(again, Request)
    first = comes.request
    assert (again.method, again.path) == (first.method, first.path)
    assert again.target.startswith("/")
    assert again.target.isascii()
    kept = {name: value for name, value in first.headers.items() if name != "upgrade"}
    assert again.headers == {**kept, "connection": "close", "host": "radio.example"}
