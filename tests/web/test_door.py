"""The listeners' door on the wire: raw sockets through the real way in, header by header."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from radiocast.config.station import Identity, Listen, StationConfig
from radiocast.model.audience import Answered, End, Joined, Left
from radiocast.model.block import MountSpec
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.terms import Terms
from radiocast.web.door import SENTENCES, Head
from tests.descriptors import open_descriptors
from tests.transmitter.sound import LIVE, LOW, block_sound
from tests.web.arrivals import WAIT_S, arrived, wire
from tests.web.opened import IDENTITY, Opened

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


Open = Callable[..., Awaitable[Opened]]
VERSIONS = pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])


@pytest.fixture
async def open_station(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Open]:
    """Stations on loopback; the test fails when anybody complains of anything."""
    async with AsyncExitStack() as stack:

        async def start(
            *,
            terms: Terms | None = None,
            mounts: tuple[MountSpec, ...] = (LIVE, LOW),
            host: str = "127.0.0.1",
            trusted_proxies: tuple[str, ...] = (),
        ) -> Opened:
            listen = Listen(trusted_proxies=trusted_proxies)
            config = StationConfig(station=IDENTITY, listen=listen, mounts=mounts)
            return await stack.enter_async_context(Opened(config, terms=terms, host=host))

        asyncio.get_running_loop().set_debug(False)
        yield start
    complaints = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert complaints == []


@pytest.fixture
async def station(open_station: Open) -> Opened:
    return await open_station()


async def until_nobody_listens(station: Opened) -> None:
    """The kernel tells of a hang-up when it has come over; the transmitter sees it at its next tick."""
    async with asyncio.timeout(WAIT_S):
        while station.transmitter.listeners:
            await station.block()


def answered(station: Opened) -> list[Answered]:
    return [record for record in station.records if isinstance(record, Answered)]


@VERSIONS
async def test_a_listener_gets_http_1_0_headers_and_sound_until_it_hangs_up(
    station: Opened, version: str
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
    await caller.hang_up()
    await until_nobody_listens(station)
    joined, left = station.records
    assert isinstance(joined, Joined)
    assert isinstance(left, Left)
    assert joined.asked.line == f"GET /live.mp3 {version}"
    assert (joined.asked.address, joined.asked.agent) == ("127.0.0.1", "VLC/3.0")
    assert left.number == joined.number


@VERSIONS
async def test_titles_come_only_when_asked_for(station: Opened, version: str) -> None:
    caller = await station.call()
    _, fields = await caller.ask(f"GET /live.mp3 {version}\nHost: x\nIcy-MetaData: 1")
    assert fields["icy-metaint"] == "7680"
    sound, titles = IcyDemuxer(7680).feed(await caller.sound(BURST_BYTES))
    assert [(title.position, title.title) for title in titles] == [(7680, "Back — soon")]
    assert sound.startswith(block_sound(LIVE, 0, speaker="standby"))


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ("Icy-MetaData: 1", True),
        ("Icy-MetaData:1", True),
        ("icy-metadata:   1  ", True),
        ("ICY-METADATA: 1", True),
        ("Icy-MetaData: 1\nIcy-MetaData: 1", True),
        ("Icy-MetaData: 0", False),
        ("Icy-MetaData:", False),
        ("Icy-MetaData: yes", False),
        ("Icy-MetaData: 10", False),
        ("X-Else: 1", False),
    ],
)
async def test_every_way_to_ask_for_titles(station: Opened, wanted: str, titles: bool) -> None:
    for method in ("GET", "HEAD"):
        caller = await station.call()
        status, fields = await caller.ask(f"{method} /live.mp3 HTTP/1.1\nHost: x\n{wanted}")
        assert status == "HTTP/1.0 200 OK"
        assert ("icy-metaint" in fields) is titles


async def test_each_mount_says_what_it_is(station: Opened) -> None:
    caller = await station.call()
    _, fields = await caller.ask("GET /low.mp3 HTTP/1.0\nicy-metadata: 1")
    assert fields["icy-br"] == "48"
    assert fields["ice-audio-info"] == "channels=1;samplerate=48000;bitrate=48"
    assert fields["icy-metaint"] == "2880"
    assert await caller.sound(2880) == block_sound(LOW, 0, speaker="standby")


@VERSIONS
async def test_head_is_answered_as_get_and_counts_nobody(station: Opened, version: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"HEAD /live.mp3 {version}\nHost: x\nIcy-MetaData: 1")
    assert status == "HTTP/1.0 200 OK"
    assert {name: value for name, value in fields.items() if name not in {"server", "date"}} == {
        **STREAM,
        "icy-metaint": "7680",
    }
    assert await caller.rest() == b""
    assert station.transmitter.look().listeners.total == 0
    (record,) = answered(station)
    assert (record.status, record.asked.line) == (200, f"HEAD /live.mp3 {version}")
    assert record.sent_bytes > 400


@VERSIONS
async def test_options_is_answered_for_a_browsers_preflight(station: Opened, version: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(
        f"OPTIONS /live.mp3 {version}\nHost: x\nOrigin: https://player.example\n"
        "Access-Control-Request-Method: GET\nAccess-Control-Request-Headers: icy-metadata"
    )
    assert status == "HTTP/1.0 204 No Content"
    assert CORS.items() <= fields.items()
    assert fields["allow"] == "GET, HEAD, OPTIONS"
    assert fields["access-control-max-age"] == "86400"
    assert fields["connection"] == "close"
    assert "content-length" not in fields
    assert await caller.rest() == b""
    assert [record.status for record in answered(station)] == [204]


@pytest.mark.parametrize("wanted", ["bytes=0-1", "bytes=0-", "bytes=500-", "bytes=-1", "nonsense"])
async def test_a_range_of_a_stream_is_the_stream(station: Opened, wanted: str) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"GET /live.mp3 HTTP/1.1\nHost: x\nIcy-MetaData: 1\nRange: {wanted}")
    assert status == "HTTP/1.0 200 OK"
    assert fields["icy-metaint"] == "7680"
    assert not {"content-range", "accept-ranges", "content-length", "transfer-encoding"} & fields.keys()
    assert len(await caller.sound(BURST_BYTES)) == BURST_BYTES


@VERSIONS
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "SOURCE", "STATS", "PATCH", "PROPFIND", "TRACE", "get", "G'T"]
)
async def test_other_methods_are_refused_with_what_is_allowed(
    station: Opened, method: str, version: str
) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"{method} /live.mp3 {version}\nHost: x\nContent-Length: 0")
    assert status == "HTTP/1.0 405 Method Not Allowed"
    assert fields["allow"] == "GET, HEAD, OPTIONS"
    assert fields["connection"] == "close"
    assert CORS.items() <= fields.items()
    body = await caller.rest()
    assert b"use GET" in body
    assert int(fields["content-length"]) == len(body)
    assert [record.status for record in answered(station)] == [405]
    assert station.transmitter.look().listeners.total == 0


async def test_a_source_that_sends_on_reads_why_it_may_not(station: Opened) -> None:
    caller = await station.call()
    head = wire("SOURCE /live.mp3 HTTP/1.0\nContent-Type: audio/mpeg")
    caller.writer.write(head + bytes(8000))
    status, _ = await caller.head()
    assert status == "HTTP/1.0 405 Method Not Allowed"
    assert b"use GET" in await caller.rest()


@pytest.mark.parametrize(
    "target",
    [
        "/nothing.mp3",
        "/live.mp3/",
        "/live.mp3.",
        "/LIVE.mp3",
        "/Live.mp3",
        "//live.mp3",
        "/./live.mp3",
        "/x/../live.mp3",
        "/live.mp3/../live.mp3",
        "/%2e%2e/live.mp3",
        "/live.mp3;",
        "/live.mp3%20",
        "/live.mp3%2f",
        "/%2flive.mp3",
        "/live",
        "/?/live.mp3",
    ],
)
async def test_only_a_mounts_very_address_is_the_mount(station: Opened, target: str) -> None:
    """No listener comes in by another one; where nothing is, the mounts are named."""
    caller = await station.call()
    status, fields = await caller.ask(f"GET {target} HTTP/1.1\nHost: radio.example")
    body = (await caller.rest()).decode()
    assert int(fields["content-length"]) == len(body.encode())
    assert fields["connection"] == "close"
    if not target.startswith("/?"):
        assert status == "HTTP/1.1 404 Not Found"
        assert "http://radio.example/live.mp3  " in body
        assert "http://radio.example/low.mp3  " in body
    assert station.transmitter.look().listeners.total == 0


@pytest.mark.parametrize(
    "target",
    [
        "/live.mp3?nocache=1700000000",
        "/live.mp3?",
        "/live.mp3?a=/low.mp3&b=%00",
        "/live%2emp3",
        "/%6cive.mp3",
        "http://radio.example:8000/live.mp3",
        "HTTP://radio.example/live.mp3?x",
        "http://user@radio.example/live.mp3",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_same_address_written_in_other_ways_is_the_mount(
    station: Opened, target: str, method: str
) -> None:
    caller = await station.call()
    status, fields = await caller.ask(f"{method} {target} HTTP/1.1\nHost: x")
    assert status == "HTTP/1.0 200 OK"
    assert fields["icy-br"] == "128"


@pytest.mark.parametrize(
    ("terms", "mounts", "reason"),
    [
        (Terms(max_listeners=1), (LIVE,), Refusal.FULL),
        (Terms(), (MountSpec(path="/live.mp3", bitrate_kbps=128, max_listeners=1),), Refusal.MOUNT_FULL),
        (Terms(max_per_address=1), (LIVE,), Refusal.ADDRESS_FULL),
    ],
)
async def test_where_no_place_is_free_it_says_why_and_when_to_come_back(
    open_station: Open, terms: Terms, mounts: tuple[MountSpec, ...], reason: Refusal
) -> None:
    station = await open_station(terms=terms, mounts=mounts)
    first = await station.call()
    await first.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    second = await station.call()
    status, fields = await second.ask("GET /live.mp3 HTTP/1.1\nHost: x")
    assert status == "HTTP/1.0 503 Service Unavailable"
    assert fields["retry-after"] == "30"
    assert fields["connection"] == "close"
    assert fields["cache-control"] == "no-store"
    assert CORS.items() <= fields.items()
    assert (await second.rest()).decode() == f"{SENTENCES[reason]} Please try again in 30 s.\n"
    assert [record.status for record in answered(station)] == [503]
    assert dict(station.transmitter.look().refused)[reason] == 1
    # A place is needed to listen, not to ask.
    assert (await (await station.call()).ask("HEAD /live.mp3 HTTP/1.0"))[0] == "HTTP/1.0 200 OK"
    await first.hang_up()
    await until_nobody_listens(station)
    third = await station.call()
    assert (await third.ask("GET /live.mp3 HTTP/1.1\nHost: x"))[0] == "HTTP/1.0 200 OK"


def test_every_refusal_has_its_sentence() -> None:
    assert SENTENCES.keys() == set(Refusal)
    assert len(set(SENTENCES.values())) == len(Refusal)


async def test_a_station_that_closes_ends_its_listeners_and_lets_nobody_in(station: Opened) -> None:
    caller = await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.0")
    station.transmitter.close()
    assert len(await caller.rest()) == BURST_BYTES
    late = await station.call()
    status, fields = await late.ask("GET /live.mp3 HTTP/1.0")
    assert (status, fields["retry-after"]) == ("HTTP/1.0 503 Service Unavailable", "30")
    assert b"closing down" in await late.rest()


@pytest.mark.parametrize(
    ("garbage", "status"),
    [
        ("GET /live.mp3 ICY/1.0", 400),
        ("GET /live.mp3", 400),
        ("\x00\x01\x02", 400),
        ("GET", 400),
        ("GET /live.mp3 HTTP/1.1\nHost x", 400),
        ("GET /live.mp3%00 HTTP/1.1\nHost: x", 400),
        ("GET /live.mp3%0d%0aX:%20y HTTP/1.1\nHost: x", 400),
        ("GET live.mp3 HTTP/1.1\nHost: x", 400),
        ("GET /live.mp3 HTTP/1.1\nHost: x\n folded", 400),
        ("SOURCE /live.mp3 ICE/1.0", 400),
        ("GET /live.mp3 HTTP/2.0", 505),
        ("PRI * HTTP/2.0\n\nSM", 505),
        ("GET /live.mp3 HTTP/1.1\nHost: x\n" + "\n".join(f"X-{number}: 1" for number in range(100)), 431),
        ("GET /live.mp3 HTTP/1.1\nHost: x\nX-Long: " + "x" * 20_000, 431),
    ],
)
async def test_what_is_no_request_is_told_so_and_closed(station: Opened, garbage: str, status: int) -> None:
    caller = await station.call()
    line, fields = await caller.ask(garbage)
    assert line.startswith(f"HTTP/1.0 {status} ")
    assert fields["connection"] == "close"
    assert len(await caller.rest()) == int(fields["content-length"])
    assert station.transmitter.look().listeners.total == 0
    assert [record.status for record in answered(station)] == [status]


async def test_what_follows_a_request_is_not_answered_in_the_middle_of_the_sound(station: Opened) -> None:
    caller = await station.call()
    await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x\n\nGET /low.mp3 HTTP/1.1\nHost: x")
    caller.writer.write(wire("GET /status HTTP/1.1\nHost: x"))
    await station.block()
    assert await caller.sound(BURST_BYTES + 7680) == block_sound(LIVE, 0, speaker="standby") * 14
    assert station.transmitter.look().listeners.total == 1


async def test_the_stream_asked_for_behind_a_page_is_asked_for_anew(station: Opened) -> None:
    """A page's connection ends with the page: on it nobody could be given the stream."""
    caller = await station.call()
    status, fields = await caller.ask("GET /healthz HTTP/1.1\nHost: x\n\nGET /live.mp3 HTTP/1.1\nHost: x")
    assert (status.partition(" ")[0], fields["connection"]) == ("HTTP/1.1", "close")
    assert len(await caller.rest()) == int(fields["content-length"])
    assert station.transmitter.look().listeners.total == 0


async def test_nobody_is_told_to_go_on(station: Opened) -> None:
    """`Expect: 100-continue` gets its answer at once, be it of a mount or of a page."""
    caller = await station.call()
    status, _ = await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x\nExpect: 100-continue")
    assert status == "HTTP/1.0 200 OK"
    for address in ("/live.mp3", "/status"):
        source = await station.call()
        status, _ = await source.ask(
            f"PUT {address} HTTP/1.1\nHost: x\nContent-Length: 999999\nExpect: 100-continue"
        )
        assert status.endswith(" 405 Method Not Allowed")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("GET http://h:1/status/schema.json?x HTTP/1.1\nHost: y", 200),
        ("GET /status/schema.json HTTP/1.1", 200),  # without a Host
        ("GET /status/schema.json HTTP/1.1\nHost: [", 200),
        ("OPTIONS * HTTP/1.1\nHost: x", 404),
        ("OPTIONS /status HTTP/1.1\nHost: x", 405),
        ("TRACE / HTTP/1.1\nHost: x\nCookie: secret", 501),
        ("GET //[ HTTP/1.1\nHost: x", 404),
        ("GET http://[/status/schema.json HTTP/1.1\nHost: x", 200),
        ('GET /"<>\\^`{|}é HTTP/1.1\nHost: x', 404),
        ("GET /news/../../../etc/passwd HTTP/1.1\nHost: x", 404),
        ("GET /news/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\nHost: x", 404),
    ],
)
async def test_strange_requests_for_pages_have_answers_of_ours(
    station: Opened, request_: str, status: int
) -> None:
    """No interpreter's name, no traceback, no second request."""
    caller = await station.call()
    line, fields = await caller.ask(request_)
    assert int(line.split(" ")[1]) == status
    assert fields["server"].startswith("radiocast/")
    assert fields["connection"] == "close"
    assert "secret" not in (await caller.rest()).decode()


async def test_a_header_may_come_in_pieces(station: Opened) -> None:
    caller = await station.call()
    request = wire("GET /live.mp3 HTTP/1.1\nHost: x\nIcy-MetaData: 1")
    for at in range(0, len(request), 7):
        caller.writer.write(request[at : at + 7])
        await caller.writer.drain()
        await asyncio.sleep(0)
    status, fields = await caller.head()
    assert (status, fields["icy-metaint"]) == ("HTTP/1.0 200 OK", "7680")


async def test_old_radios_may_end_their_lines_with_line_feeds(station: Opened) -> None:
    caller = await station.call()
    caller.writer.write(b"GET /live.mp3 HTTP/1.0\nIcy-MetaData:1\n\n")
    status, fields = await caller.head()
    assert (status, fields["icy-metaint"]) == ("HTTP/1.0 200 OK", "7680")


async def test_many_come_at_once_and_all_get_in(station: Opened) -> None:
    async def listen() -> bytes:
        caller = await station.call()
        await caller.ask("GET /live.mp3 HTTP/1.1\nHost: x")
        return await caller.sound(BURST_BYTES)

    bursts = await asyncio.gather(*(listen() for _ in range(60)))
    assert len(set(bursts)) == 1
    assert station.transmitter.listeners == 60


SAFARI = "User-Agent: AppleCoreMedia/1.0.0.21A329 (iPhone; U; CPU OS 17_0 like Mac OS X)"
PROBE = f"GET /live.mp3 HTTP/1.1\nHost: x\n{SAFARI}\nIcy-MetaData: 1\nRange: bytes=0-1"
FOLLOWS = f"GET /live.mp3 HTTP/1.1\nHost: x\n{SAFARI}\nIcy-MetaData: 1"


async def test_safari_probes_and_listens_and_counts_once(open_station: Open) -> None:
    """Both questions are answered with the stream, also where only one may listen; one of them goes on."""
    station = await open_station(terms=Terms(max_listeners=1, max_per_address=1))
    probe = await station.call()
    status, fields = await probe.ask(PROBE)
    assert (status, fields["icy-metaint"]) == ("HTTP/1.0 200 OK", "7680")
    player = await station.call()
    status, fields = await player.ask(FOLLOWS)
    assert (status, fields["icy-metaint"]) == ("HTTP/1.0 200 OK", "7680")
    await probe.rest()  # which is let go
    await station.block()
    await player.sound(BURST_BYTES)
    look = station.transmitter.look()
    assert (look.listeners.current, look.listeners.total, look.listeners.peak) == (1, 1, 1)
    ended = [record.end for record in station.records if isinstance(record, Left)]
    assert ended == [End.REPLACED]
    await player.hang_up()
    await until_nobody_listens(station)
    assert len({record.number for record in station.records if isinstance(record, Left)}) == 2


@pytest.mark.parametrize(
    "other",
    [
        PROBE,
        FOLLOWS.replace("live", "low"),
        FOLLOWS.replace("iPhone", "iPad"),
        FOLLOWS.replace(SAFARI, "User-Agent: VLC/3.0"),
    ],
)
async def test_who_does_not_follow_on_a_probe_is_another_listener(station: Opened, other: str) -> None:
    await (await station.call()).ask(PROBE)
    await (await station.call()).ask(other)
    look = station.transmitter.look()
    assert (look.listeners.current, look.listeners.total) == (2, 2)


async def test_a_probe_that_has_gone_is_replaced_by_nobody(station: Opened) -> None:
    probe = await station.call()
    await probe.ask(PROBE)
    await probe.hang_up()
    await until_nobody_listens(station)
    await (await station.call()).ask(FOLLOWS)
    assert station.transmitter.look().listeners.current == 1


async def test_a_listener_is_who_a_trusted_proxy_says(open_station: Open) -> None:
    station = await open_station(terms=Terms(max_per_address=1), trusted_proxies=("127.0.0.0/8",))
    request = "GET /live.mp3 HTTP/1.1\nHost: x\nX-Forwarded-For: 203.0.113.9, {}"
    statuses = [
        (await (await station.call()).ask(request.format(address)))[0]
        for address in ("198.51.100.1", "198.51.100.2", "198.51.100.1")
    ]
    assert statuses == [*["HTTP/1.0 200 OK"] * 2, "HTTP/1.0 503 Service Unavailable"]
    joined = [record.asked.address for record in station.records if isinstance(record, Joined)]
    assert joined == ["198.51.100.1", "198.51.100.2"]


async def test_a_stranger_is_whom_its_connection_comes_from(open_station: Open) -> None:
    station = await open_station(trusted_proxies=("10.0.0.0/8",))
    caller = await station.call()
    await caller.ask(
        "GET /live.mp3 HTTP/1.1\nHost: x\nX-Forwarded-For: 198.51.100.1\nX-Forwarded-Proto: https"
    )
    (joined,) = station.records
    assert isinstance(joined, Joined)
    assert joined.asked.address == "127.0.0.1"


async def test_one_socket_hears_ipv4_and_ipv6(open_station: Open) -> None:
    station = await open_station(host="::")
    for host in ("127.0.0.1", "::1"):
        caller = await station.call(host=host)
        assert (await caller.ask("GET /live.mp3 HTTP/1.0"))[0] == "HTTP/1.0 200 OK"
        page = await station.call(host=host)
        await page.ask("GET /live.m3u HTTP/1.0")
        shown = f"[{host}]" if ":" in host else host
        assert f"http://{shown}:{station.port}/live.mp3" in (await page.rest()).decode()
    joined = [record.asked.address for record in station.records if isinstance(record, Joined)]
    assert joined == ["127.0.0.1", "::1"]


def test_values_cannot_break_out_of_their_header() -> None:
    evil = Identity(
        name="x\r\nSet-Cookie: a=b\r\n\r\n<script>",
        slogan="\x00\x1b[31m\u2028 half \ud83d",
        genre="n" * 5000,
        url="",
    )
    lines = Head(LIVE, evil, titled=True).now().split(b"\r\n")
    assert lines[-2:] == [b"", b""]
    assert b"" not in lines[:-2]
    names = [line.split(b":")[0].lower() for line in lines[1:-2]]
    assert b"set-cookie" not in names
    assert len(names) == len(set(names))
    assert b"icy-name: x Set-Cookie: a=b <script>" in lines
    assert b"icy-description: [31m half" in lines
    assert all(len(line) < 300 for line in lines)


def test_all_who_come_in_a_second_get_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_700_000_000.0
    monkeypatch.setattr("radiocast.reception.answer.time.time", lambda: now_s)
    head = Head(LIVE, IDENTITY, titled=False)
    first = head.now()
    now_s += 0.9
    assert head.now() is first
    now_s += 0.2
    later = head.now()
    assert later != first
    assert b"Date: Tue, 14 Nov 2023 22:13:21 GMT\r\n" in later


async def test_who_has_gone_already_is_no_trouble(station: Opened) -> None:
    door = station.way_in._door
    for method in ("GET", "HEAD", "POST"):
        comes, caller = await arrived(wire(f"{method} /live.mp3 HTTP/1.0"))
        comes.sock.shutdown(2)
        await caller.hang_up()
        assert door.receive(comes)
        assert comes.sock.fileno() == -1, "the connection is closed"
    assert station.transmitter.listeners == 0
    assert [(record.status, record.sent_bytes) for record in answered(station)] == [(200, 0), (405, 0)]


async def test_no_descriptor_is_left_behind(station: Opened) -> None:
    before = open_descriptors()
    for request in ("GET /live.mp3", "HEAD /live.mp3", "GET /nothing", "POST /live.mp3", "GET /healthz"):
        caller = await station.call()
        await caller.ask(f"{request} HTTP/1.0")
        # One for the caller's end, one at most for the station's.
        assert open_descriptors() <= before + 2
        await caller.hang_up()
        async with asyncio.timeout(WAIT_S):
            while open_descriptors() > before:
                await station.block()
