"""The listeners' door on the wire: raw sockets, header by header."""

import asyncio
import contextlib
import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from radiocast.config.station import Identity
from radiocast.model.block import MountSpec
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.terms import Terms
from radiocast.transmitter.transmitter import Transmitter
from radiocast.web import door
from tests.transmitter.listening import HandClock
from tests.transmitter.sound import LIVE, LOW, block_sound

MOUNTS = (LIVE, LOW)
IDENTITY = Identity(name="Newsline — Ελλάδα", slogan="All\r\nnews", genre="News", url="https://example.org")
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "Origin, Icy-MetaData, Range, Authorization",
    "access-control-expose-headers": (
        "Icy-MetaInt, Icy-Br, Icy-Name, Icy-Genre, Icy-Url, Icy-Description, Icy-Pub, Ice-Audio-Info"
    ),
    "vary": "Origin",
}
STREAM = {
    "connection": "close",
    "content-type": "audio/mpeg",
    "cache-control": "no-cache, no-store",
    "expires": "Mon, 26 Jul 1997 05:00:00 GMT",
    "pragma": "no-cache",
    **CORS,
    "icy-br": "128",
    "ice-audio-info": "channels=2;samplerate=48000;bitrate=128",
    "icy-name": "Newsline — Ελλάδα",
    "icy-description": "All news",
    "icy-genre": "News",
    "icy-url": "https://example.org",
    "icy-pub": "0",
}
BURST_BYTES = 13 * 7680


class Caller:
    """A client that speaks bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: str) -> tuple[str, dict[str, str]]:
        """Send a request, lines parted by \\n; the status line, and the header's fields in lower case."""
        self.writer.write(request.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n")
        async with asyncio.timeout(30):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = head.rstrip().split("\r\n")
        fields = [line.split(": ", 1) for line in lines]
        assert len({name.lower() for name, _ in fields}) == len(fields), "a field came twice"
        return status, {name.lower(): value for name, value in fields}

    async def sound(self, size: int) -> bytes:
        async with asyncio.timeout(30):
            return await self.reader.readexactly(size)

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(30):
            return await self.reader.read()


Call = Callable[[], Awaitable[Caller]]


class Station:
    def __init__(self, transmitter: Transmitter, clock: HandClock, port: int) -> None:
        self.transmitter = transmitter
        self.clock = clock
        self.port = port
        self._callers: list[Caller] = []

    async def call(self) -> Caller:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.port, limit=2**20))
        self._callers.append(caller)
        return caller

    async def hang_up(self) -> None:
        for caller in self._callers:
            caller.writer.close()
            await caller.writer.wait_closed()

    async def block(self) -> None:
        for _ in range(8):
            self.clock.pass_blocks(1 / 8)
            self.transmitter.step()
            await asyncio.sleep(0)


Open = Callable[..., Awaitable[Station]]


@pytest.fixture
async def open_station(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Open]:
    """Stations on loopback; the test fails when aiohttp or asyncio complains of anything."""
    opened: list[tuple[Station, web.AppRunner]] = []

    async def start(
        *,
        max_listeners: int = 100,
        mounts: tuple[MountSpec, ...] = MOUNTS,
        options: dict[str, Any] | None = None,
    ) -> Station:
        clock = HandClock()
        files = [block_sound(spec, 0, speaker="standby") for spec in mounts]
        transmitter = Transmitter(
            mounts,
            station_name="Newsline",
            emergency=Emergency.from_bytes(mounts, files, title="Back — soon"),
            terms=Terms(max_listeners=max_listeners),
            clock=clock,
        )
        app = web.Application()
        app.add_routes(door.routes(transmitter, IDENTITY))
        app.router.add_route("*", "/{anything:.*}", door.not_found(transmitter))
        runner = web.AppRunner(app, handle_signals=False, **{**door.LIMITS, **(options or {})})
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        station = Station(transmitter, clock, runner.addresses[0][1])
        opened.append((station, runner))
        return station

    asyncio.get_running_loop().set_debug(False)
    yield start
    for station, runner in opened:
        station.transmitter.close()
        await station.hang_up()
        async with asyncio.timeout(30):
            await runner.cleanup()
    complaints = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert complaints == []


@pytest.fixture
async def station(open_station: Open) -> Station:
    return await open_station()


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
async def test_a_listener_gets_http_1_0_headers_and_sound_until_it_hangs_up(
    station: Station, version: str
) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"GET /live.mp3 {version}\nHost: x\nUser-Agent: VLC/3.0")
    assert status == "HTTP/1.0 200 OK"
    assert fields.pop("server").startswith("radiocast/")
    assert fields.pop("date").endswith(" GMT")
    assert fields == STREAM
    assert await caller.sound(BURST_BYTES) == block_sound(LIVE, 0, speaker="standby") * 13
    await station.block()
    assert len(await caller.sound(7680)) == 7680
    assert station.transmitter.listeners == 1
    caller.writer.close()
    await caller.writer.wait_closed()
    await station.block()
    assert station.transmitter.listeners == 0


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
async def test_titles_come_only_when_asked_for(station: Station, version: str) -> None:
    caller = await station.call()
    _, fields = await caller.ask(f"GET /live.mp3 {version}\nHost: x\nIcy-MetaData: 1")
    assert fields["icy-metaint"] == "7680"
    sound, titles = IcyDemuxer(7680).feed(await caller.sound(BURST_BYTES))
    assert [(title.position, title.title) for title in titles] == [(7680, "Back — soon")]
    assert sound.startswith(block_sound(LIVE, 0, speaker="standby"))
    for wanted in ("Icy-MetaData: 0", "Icy-MetaData: yes", "X-Else: 1"):
        other = await station.call()
        _, fields = await other.ask(f"GET /live.mp3 {version}\nHost: x\n{wanted}")
        assert "icy-metaint" not in fields


async def test_each_mount_says_what_it_is(station: Station) -> None:
    caller = await station.call()
    _, fields = await caller.ask("GET /low.mp3?nocache=1 HTTP/1.0\nicy-metadata: 1")
    assert fields["icy-br"] == "48"
    assert fields["ice-audio-info"] == "channels=1;samplerate=48000;bitrate=48"
    assert fields["icy-metaint"] == "2880"
    assert await caller.sound(2880) == block_sound(LOW, 0, speaker="standby")


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
async def test_head_is_answered_as_get_and_counts_nobody(station: Station, version: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"HEAD /live.mp3 {version}\nHost: x\nIcy-MetaData: 1")
    assert status == "HTTP/1.0 200 OK"
    assert {name: value for name, value in fields.items() if name not in {"server", "date"}} == {
        **STREAM,
        "icy-metaint": "7680",
    }
    assert await caller.rest() == b""
    assert station.transmitter.look().listeners.total == 0


async def test_options_is_answered_for_a_browsers_preflight(station: Station) -> None:
    caller = await station.call()
    status, fields = await caller.ask(
        "OPTIONS /live.mp3 HTTP/1.1\nHost: x\nOrigin: https://player.example\n"
        "Access-Control-Request-Method: GET\nAccess-Control-Request-Headers: icy-metadata"
    )
    assert status == "HTTP/1.1 204 No Content"
    assert CORS.items() <= fields.items()
    assert fields["access-control-max-age"] == "86400"


@pytest.mark.parametrize("wanted", ["bytes=0-1", "bytes=0-", "bytes=500-", "nonsense"])
async def test_a_range_of_a_stream_is_the_stream(station: Station, wanted: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"GET /live.mp3 HTTP/1.1\nHost: x\nIcy-MetaData: 1\nRange: {wanted}")
    assert status == "HTTP/1.0 200 OK"
    assert fields["icy-metaint"] == "7680"
    assert not {"content-range", "accept-ranges", "content-length", "transfer-encoding"} & fields.keys()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "SOURCE", "PATCH", "PROPFIND"])
async def test_other_methods_are_refused_with_what_is_allowed(station: Station, method: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"{method} /live.mp3 HTTP/1.1\nHost: x\nContent-Length: 0")
    assert status == "HTTP/1.1 405 Method Not Allowed"
    assert fields["allow"] == "GET, HEAD, OPTIONS"
    assert fields["connection"] == "close"
    assert b"GET" in await caller.rest()


@pytest.mark.parametrize(
    "path", ["/nothing.mp3", "/live.mp3/", "/live.mp3.", "/LIVE.mp3", "/live.mp3%00", "//live.mp3"]
)
async def test_an_unknown_address_names_the_mounts(station: Station, path: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"GET {path} HTTP/1.0")
    assert status == "HTTP/1.0 404 Not Found"
    body = (await caller.rest()).decode()
    assert int(fields["content-length"]) == len(body)
    assert "/live.mp3\n" in body
    assert "/low.mp3\n" in body


async def test_a_full_house_says_when_to_come_back_and_lets_in_who_comes_then(open_station: Open) -> None:
    station = await open_station(terms=Terms(max_listeners=1))
    first = await station.call()
    await first.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    second = await station.call()
    status, fields = await second.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    assert status == "HTTP/1.1 503 Service Unavailable"
    assert fields["retry-after"] == "30"
    assert fields["connection"] == "close"
    assert CORS.items() <= fields.items()
    assert b"try again in 30 s" in await second.rest()
    first.writer.close()
    await first.writer.wait_closed()
    await station.block()
    third = await station.call()
    assert (await third.ask("GET /live.mp3 HTTP/1.1\nHost: x"))[0] == "HTTP/1.0 200 OK"


@pytest.mark.parametrize("trouble", ["no descriptor", "no raw socket"])
async def test_a_connection_that_cannot_be_taken_over_is_told_so(
    station: Station, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    def duplicate(_: web.BaseRequest) -> None:
        if trouble == "no descriptor":
            raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(door, "duplicate", duplicate)
    caller = await station.call()
    status, fields = await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    assert status == "HTTP/1.1 503 Service Unavailable"
    assert fields["retry-after"] == "30"
    assert station.transmitter.listeners == 0


async def test_a_station_that_closes_ends_its_listeners_and_lets_nobody_in(station: Station) -> None:
    caller = await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.0")
    station.transmitter.close()
    assert len(await caller.rest()) == BURST_BYTES
    late = await station.call()
    assert (await late.ask("GET /live.mp3 HTTP/1.0"))[0] == "HTTP/1.0 503 Service Unavailable"


@pytest.mark.parametrize(
    "garbage", ["GET /live.mp3 ICY/1.0", "\x00\x01\x02", "GET", "GET /live.mp3 HTTP/1.1\nHost x"]
)
async def test_what_is_no_request_is_answered_400_and_closed(station: Station, garbage: str) -> None:
    caller = await station.call()
    status, _ = await caller.ask(garbage)
    assert status.endswith("400 Bad Request")
    await caller.rest()
    assert station.transmitter.listeners == 0


async def test_what_follows_a_request_is_not_answered_in_the_middle_of_the_sound(station: Station) -> None:
    caller = await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x\n\nGET /low.mp3 HTTP/1.1\nHost: x")
    await station.block()
    assert await caller.sound(BURST_BYTES + 7680) == block_sound(LIVE, 0, speaker="standby") * 14
    assert station.transmitter.look().listeners.total == 1


async def test_too_many_or_too_long_header_lines_are_refused(station: Station) -> None:
    for request in (
        "GET /live.mp3 HTTP/1.1\nHost: x\n" + "\n".join(f"X-{number}: 1" for number in range(100)),
        "GET /live.mp3 HTTP/1.1\nHost: x\nX-Long: " + "x" * 20_000,
    ):
        caller = await station.call()
        status, _ = await caller.ask(request)
        assert status.endswith("400 Bad Request")
    assert station.transmitter.listeners == 0


async def test_a_header_that_dribbles_in_is_cut_off(open_station: Open) -> None:
    """The limit itself is 10 s; here it is short. A line each tenth of a second does not prolong it."""
    station = await open_station(options={"keepalive_timeout": 0.5})
    silent, dribbling = await station.call(), await station.call()
    dribbling.writer.write(b"GET /live.mp3 HTTP/1.1\r\n")

    async def dribble() -> None:
        for number in range(1000):
            dribbling.writer.write(f"X-{number}: 1\r\n".encode())
            await asyncio.sleep(0.1)

    task = asyncio.create_task(dribble())
    assert await silent.rest() == b""
    with contextlib.suppress(ConnectionResetError):  # it may have written into the closed connection first
        assert await dribbling.rest() == b""
    task.cancel()


async def test_a_listener_stays_though_the_limit_for_headers_has_passed(open_station: Open) -> None:
    station = await open_station(options={"keepalive_timeout": 0.2})
    caller, silent = await station.call(), await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    assert await silent.rest() == b""  # opened after it, and closed: so the time has passed
    await caller.sound(BURST_BYTES)
    await station.block()
    assert len(await caller.sound(7680)) == 7680


async def test_many_come_at_once_and_all_get_in(station: Station) -> None:
    async def listen() -> bytes:
        caller = await station.call()
        await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x")
        return await caller.sound(BURST_BYTES)

    bursts = await asyncio.gather(*(listen() for _ in range(60)))
    assert len(set(bursts)) == 1
    assert station.transmitter.listeners == 60


def test_values_cannot_break_out_of_their_header() -> None:
    evil = Identity(
        name="x\r\nSet-Cookie: a=b\r\n\r\n<script>",
        slogan="\x00\x1b[31m\u2028 half \ud83d",
        genre="n" * 5000,
        url="",
    )
    lines = door.head(LIVE, evil, icy=True).split(b"\r\n")
    assert lines[-2:] == [b"", b""]
    assert b"" not in lines[:-2]
    names = [line.split(b":")[0].lower() for line in lines[1:-2]]
    assert b"set-cookie" not in names
    assert len(names) == len(set(names))
    assert b"icy-name: x Set-Cookie: a=b <script>" in lines
    assert b"icy-description: [31m half" in lines
    assert all(len(line) < 300 for line in lines)


async def test_what_a_client_calls_itself_is_kept_clean_and_short(station: Station) -> None:
    caller = await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x\nUser-Agent: a\tb " + "c" * 1000)
    fanout = station.transmitter._fanout
    ((listener, _),) = fanout._by_fd.values()
    assert listener.agent.startswith("a b ccc")
    assert len(listener.agent) == 200
    assert listener.address == "127.0.0.1"


def descriptors() -> int:
    """How many this process has open (Linux)."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_no_descriptor_is_left_behind(station: Station) -> None:
    """The duplicate is the only descriptor of a listener's connection; when it ends, none is open."""
    before = descriptors()
    for _ in range(3):
        caller = await station.call()
        await caller.ask("GET /live.mp3 HTTP/1.0")
        await caller.sound(7680)
        # One for the caller's end, one for the listener's: aiohttp's own is closed by now or at once.
        async with asyncio.timeout(30):
            while descriptors() > before + 2:
                await station.block()
        caller.writer.close()
        await caller.writer.wait_closed()
        await station.block()
        assert descriptors() == before
