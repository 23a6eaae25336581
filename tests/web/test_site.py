"""What every address has in common: health, headers, errors, HEAD, and what is not there."""

import logging
from dataclasses import replace

import pytest

from radiocast.model.audience import Answered
from radiocast.transmitter.snapshot import AirSnapshot
from radiocast.web.site import REMEMBERED_ANSWERS
from tests.web.arrivals import wire
from tests.web.conftest import Serve
from tests.web.fake_air import WELL, FakeAir, config
from tests.web.opened import Opened

ADDRESSES = [
    "/",
    "/status",
    "/status/schema.json",
    "/status-json.xsl",
    "/healthz",
    "/favicon.svg",
    "/favicon.ico",
    "/live.m3u",
    "/live.pls",
    "/live.xspf",
    "/low.m3u",
]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_address_answers_get_and_head_with_the_same_headers(serve: Serve, address: str) -> None:
    client = await serve()
    got, head = await client.get(address), await client.head(address)
    assert (got.status, head.status) == (200, 200)
    assert await head.read() == b""
    same = "Content-Type", "Content-Length", "Cache-Control", "Content-Security-Policy", "Server"
    assert [got.headers.get(name) for name in same] == [head.headers.get(name) for name in same]
    assert got.headers["Server"].startswith("radiocast/")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]


async def test_healthz_is_200_only_while_sound_goes_out(serve: Serve, air: FakeAir) -> None:
    client = await serve(remember_s=3600)  # what is healthy is never remembered
    assert (await client.get("/healthz")).status == 200
    air.now = replace(WELL, output=replace(WELL.output, silent_for_s=11.0))
    sick = await client.get("/healthz")
    assert sick.status == 503
    assert "Silence has been going out for 11 s" in await sick.text()
    assert sick.headers["Cache-Control"] == "no-store"
    air.now = WELL
    assert (await client.get("/healthz")).status == 200


async def test_nothing_there_names_what_there_is(serve: Serve) -> None:
    client = await serve()
    answer = await client.get("/nothing.mp3", headers={"Host": "radio.example"})
    assert answer.status == 404
    assert answer.content_type == "text/plain"
    text = await answer.text()
    for address in ("/live.mp3", "/low.mp3", "/live.m3u", "/status", "/healthz"):
        assert f"http://radio.example{address}  " in text
    assert "nothing.mp3" not in text


async def test_a_method_that_is_not_for_pages_is_405_and_says_which_are(serve: Serve) -> None:
    client = await serve()
    answer = await client.post("/status", data=b"x")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET,HEAD"


async def test_a_fault_is_logged_and_no_traceback_leaves_the_house(
    serve: Serve, air: FakeAir, caplog: pytest.LogCaptureFixture
) -> None:
    client = await serve()
    air.fault = RuntimeError("secret detail")
    with caplog.at_level(logging.ERROR, logger="radiocast.web.app"):
        answer = await client.get("/status")
    assert answer.status == 500
    text = await answer.text()
    assert "the stream itself goes on" in text
    assert "secret" not in text
    assert "Traceback" not in text
    assert "GET '/status' failed" in caplog.text
    air.fault = None
    assert (await client.get("/status")).status == 200


async def test_an_asker_who_left_is_no_fault_of_ours(air: FakeAir, caplog: pytest.LogCaptureFixture) -> None:
    async with Opened(config(), air=air) as opened:
        caller = await opened.call()

        def leave() -> AirSnapshot:
            """A broken line is noticed while the page is made."""
            (visit,) = opened.front._visits
            assert visit._transport is not None
            visit._transport.abort()
            raise ConnectionResetError

        air.look = leave  # type: ignore[method-assign]
        with caplog.at_level(logging.WARNING):
            caller.writer.write(wire("GET /status HTTP/1.1\nHost: x"))
            assert await caller.rest() == b""
    assert caplog.records == []
    assert [record.status for record in opened.records if isinstance(record, Answered)] == [499]


async def test_strangers_cannot_fill_the_memory_with_hosts(serve: Serve, air: FakeAir) -> None:
    client = await serve(remember_s=3600)
    for number in range(REMEMBERED_ANSWERS + 5):
        await client.get("/status", headers={"Host": f"h{number}.example"})
    looks = air.looks
    await client.get("/status", headers={"Host": "h1.example"})
    assert air.looks == looks  # remembered
    await client.get("/status", headers={"Host": f"h{REMEMBERED_ANSWERS + 4}.example"})
    assert air.looks == looks + 1  # made anew, not kept
