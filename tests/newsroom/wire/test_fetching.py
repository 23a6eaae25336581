import gzip
import socket
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from radiocast.newsroom.wire.fetching import USER_AGENT, Failed, Fetched, Gone, NotModified, Request, fetch
from radiocast.newsroom.wire.guard import refusal_of
from tests.newsroom.wire.feeds import NOW
from tests.newsroom.wire.serving import Server, answer, dripping, endless, refusing, serving, tagged


def anywhere(address: str) -> str:
    del address
    return ""


def request(server: Server, path: str, **more: object) -> Request:
    return replace(Request(url=server.url(path), refused=anywhere), **more)  # type: ignore[arg-type]


async def test_a_feed_is_fetched_with_what_its_server_says_of_it() -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(
            200,
            b"<rss/>",
            content_type="application/rss+xml",
            etag='"one"',
            last_modified="Wed, 11 Mar 2026 08:00:00 GMT",
            cache_control="public, max-age=900",
        )
        found = await fetch(request(server, "/rss"), now=NOW)
    assert found == Fetched(
        data=b"<rss/>",
        url=server.url("/rss"),
        content_type="application/rss+xml",
        etag='"one"',
        modified="Wed, 11 Mar 2026 08:00:00 GMT",
        patience_s=900.0,
    )
    assert server.asked[0].headers["user-agent"] == USER_AGENT
    assert "if-none-match" not in server.asked[0].headers


async def test_what_is_known_is_not_sent_again() -> None:
    async with serving() as server:
        server.paths["/rss"] = tagged(b"<rss/>", '"one"')
        found = await fetch(request(server, "/rss", etag='"one"', modified="Wed, 11 Mar"), now=NOW)
    assert found == NotModified()
    assert server.asked[0].headers["if-none-match"] == '"one"'
    assert server.asked[0].headers["if-modified-since"] == "Wed, 11 Mar"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"<rss/>" * 1000)),
        ("gzip", gzip.compress(b"<rss/>" * 400) + gzip.compress(b"<rss/>" * 600)),
        ("deflate", zlib.compress(b"<rss/>" * 1000)),
        ("deflate", zlib.compress(b"<rss/>" * 1000)[2:-4]),
        ("", b"<rss/>" * 1000),
    ],
)
async def test_compression_is_undone(encoding: str, packed: bytes) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, packed, content_encoding=encoding)
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Fetched)
    assert found.data == b"<rss/>" * 1000


async def test_a_small_bomb_does_not_become_large() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    async with serving() as server:
        server.paths["/rss"] = answer(200, bomb, content_encoding="gzip")
        found = await fetch(request(server, "/rss", max_bytes=100_000), now=NOW)
    assert found == Failed(reason="more than 100000 bytes (max_bytes), cut off")


@pytest.mark.parametrize(
    ("encoding", "data", "said"),
    [
        ("gzip", gzip.compress(b"<rss/>" * 1000)[:-20], "ends in the middle"),
        ("gzip", b"no gzip at all", "compression is broken"),
        ("br", b"x", "not asked for"),
    ],
)
async def test_broken_compression_is_a_reason(encoding: str, data: bytes, said: str) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, data, content_encoding=encoding)
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Failed)
    assert said in found.reason


async def test_an_endless_body_is_cut_at_its_limit() -> None:
    async with serving() as server:
        server.paths["/rss"] = endless()
        found = await fetch(request(server, "/rss", max_bytes=100_000), now=NOW)
    assert found == Failed(reason="more than 100000 bytes (max_bytes), cut off")


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, b"<rss/>", content_length="5000000")
        found = await fetch(request(server, "/rss", max_bytes=100_000), now=NOW)
    assert found == Failed(reason="more than 100000 bytes (max_bytes), cut off")


async def test_a_server_that_drips_is_cut_by_the_whole_time() -> None:
    async with serving() as server:
        server.paths["/rss"] = dripping()
        found = await fetch(request(server, "/rss", timeout_s=0.3), now=NOW)
    assert found == Failed(reason="not done within 0.3 s, cut off")


async def test_a_server_that_hangs_up_or_is_not_there() -> None:
    async with serving() as server:
        server.paths["/rss"] = refusing()
        hung_up = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(hung_up, Failed)
    assert "hung up" in hung_up.reason
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    down = await fetch(Request(url=f"http://127.0.0.1:{port}/", refused=anywhere), now=NOW)
    assert isinstance(down, Failed)
    assert "no connection to 127.0.0.1" in down.reason


async def test_a_body_shorter_than_promised_is_not_taken() -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, b"<rss><item>", content_length="500")
        found = await fetch(request(server, "/rss"), now=NOW)
    assert found == Failed(reason="the answer ended in the middle")


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_is_remembered(status: int) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(status, location="/new")
        server.paths["/new"] = answer(200, b"<rss/>")
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Fetched)
    assert found.moved_to == found.url == server.url("/new")


async def test_what_lies_behind_a_temporary_redirect_is_not_remembered() -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(301, location="/a")
        server.paths["/a"] = answer(302, location="/b")
        server.paths["/b"] = answer(301, location="/c")
        server.paths["/c"] = answer(200, b"<rss/>")
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Fetched)
    assert found.moved_to == server.url("/a")
    assert found.url == server.url("/c")


async def test_redirects_in_a_circle_end() -> None:
    async with serving() as server:
        server.paths["/a"] = answer(301, location="/b")
        server.paths["/b"] = answer(301, location="/a")
        found = await fetch(request(server, "/a"), now=NOW)
    assert isinstance(found, Failed)
    assert found.reason.startswith("more than 5 redirects")
    assert len(server.asked) == 6


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://news.example/", "javascript:alert(1)"])
async def test_a_redirect_leads_only_to_the_web(to: str) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(302, location=to)
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Failed)
    assert "no address" in found.reason


async def test_without_leave_nothing_on_this_machine_is_connected_to() -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(200, b"<rss/>")
        spellings = ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"]
        for host in spellings:
            found = await fetch(Request(url=f"http://{host}:{server.port}/rss"), now=NOW)
            assert isinstance(found, Failed), host
            # The client library knows the odd spellings as no addresses at all; older ones look them up.
            assert "this machine" in found.reason or "is no address" in found.reason, (host, found.reason)
    assert server.asked == []


class OneName(AbstractResolver):
    """Every name is one of these addresses, each asking the next one: a name that changes its address."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing to close."""


def all_but_the_second_loopback(address: str) -> str:
    """127.0.0.2 stands for an address out in the world."""
    return "" if address == "127.0.0.2" else refusal_of(address)


async def test_a_public_server_cannot_send_us_to_a_private_one() -> None:
    async with serving("127.0.0.2") as public, serving("127.0.0.1") as private:
        private.paths["/secret"] = answer(200, b"<rss/>")
        targets = [private.url("/secret"), f"http://internal.example:{private.port}/secret"]
        for target in targets:
            public.paths["/rss"] = answer(302, location=target)
            found = await fetch(
                Request(url=f"http://news.example:{public.port}/rss", refused=all_but_the_second_loopback),
                now=NOW,
                resolver=OneName("127.0.0.2", "127.0.0.1"),
            )
            assert isinstance(found, Failed)
            assert "127.0.0.1 is this machine" in found.reason
    assert len(public.asked) == 2
    assert private.asked == []


async def test_a_name_is_judged_by_the_address_it_has_when_it_is_connected_to() -> None:
    async with serving("127.0.0.2") as public:
        public.paths["/rss"] = answer(302, location="/again")
        public.paths["/again"] = answer(200, b"<rss/>")
        found = await fetch(
            Request(url=f"http://news.example:{public.port}/rss", refused=all_but_the_second_loopback),
            now=NOW,
            resolver=OneName("127.0.0.2", "10.0.0.1"),
        )
    assert isinstance(found, Failed)
    assert "10.0.0.1 is private" in found.reason


async def test_gone_is_gone() -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(410)
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Gone)


@pytest.mark.parametrize("status", [204, 206, 300, 401, 403, 404, 500, 502])
async def test_any_other_answer_is_a_failure(status: int) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(status)
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Failed)
    assert str(status) in found.reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("Wed, 11 Mar 2026 12:05:00 GMT", NOW + timedelta(minutes=5)),
        ("soon", None),
        ("-5", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_says_when_to_come_back(status: int, said: str, meant: object) -> None:
    async with serving() as server:
        server.paths["/rss"] = answer(status, retry_after=said)
        found = await fetch(request(server, "/rss"), now=NOW)
    assert isinstance(found, Failed)
    assert found.retry_after == meant
