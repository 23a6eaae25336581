"""Recordings by range, as Safari, VLC and a broken line ask for them (RFC 9110, section 14)."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.web.download import Downloads, Ration
from tests.web.an_archive import EPISODE, SOUND, AnArchive
from tests.web.conftest import Client

PATH = f"/podcast/{EPISODE.id}.mp3"
SIZE = len(SOUND)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-1", 0, 2),  # Safari's first question
        ("bytes=0-", 0, SIZE),  # VLC's and Chromium's
        ("bytes=100-199", 100, 200),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        ("bytes=10-99999999", 10, SIZE),
        ("Bytes=5-9", 5, 10),
    ],
)
async def test_a_range_is_answered_with_it(client: Client, asked: str, start: int, end: int) -> None:
    for answer in (
        await client.get(PATH, headers={"Range": asked}),
        await client.head(PATH, headers={"Range": asked}),
    ):
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{SIZE}"
        assert int(answer.headers["Content-Length"]) == end - start
        assert await answer.read() == (SOUND[start:end] if answer.method == "GET" else b"")


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=a-b", "bytes=-", "items=0-1", "bytes=0-1,5-6", ""])
async def test_what_is_no_single_range_gets_the_whole(client: Client, asked: str) -> None:
    answer = await client.get(PATH, headers={"Range": asked})
    assert (answer.status, await answer.read()) == (200, SOUND)
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0", "bytes=999999-9999999"])
async def test_a_range_behind_the_end_is_refused_with_the_size(client: Client, asked: str) -> None:
    answer = await client.get(PATH, headers={"Range": asked})
    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{SIZE}")


async def test_a_part_is_only_continued_of_the_same_version(client: Client, archive: AnArchive) -> None:
    first = await client.get(PATH)
    for word in (first.headers["ETag"], first.headers["Last-Modified"]):
        again = await client.get(PATH, headers={"Range": "bytes=5-9", "If-Range": word})
        assert (again.status, await again.read()) == (206, SOUND[5:10])
    for word in ('"another"', "Mon, 01 Jan 2024 00:00:00 GMT", f"W/{first.headers['ETag']}"):
        again = await client.get(PATH, headers={"Range": "bytes=5-9", "If-Range": word})
        assert (again.status, await again.read()) == (200, SOUND)
    audio = archive.folder / "episodes" / f"{EPISODE.id}.mp3"
    part = audio.with_suffix(".part")
    part.write_bytes(b"made anew")
    part.replace(audio)
    again = await client.get(PATH, headers={"Range": "bytes=5-9", "If-Range": first.headers["ETag"]})
    assert (again.status, await again.read()) == (200, b"made anew")


async def test_who_has_it_is_told_so(client: Client) -> None:
    first = await client.get(PATH)
    for headers in (
        {"If-None-Match": f'"x", {first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
        {"If-None-Match": first.headers["ETag"], "Range": "bytes=0-1"},
    ):
        answer = await client.get(PATH, headers=headers)
        assert (answer.status, await answer.read()) == (304, b"")
    other = {"If-None-Match": '"x"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert (await client.get(PATH, headers=other)).status == 200


async def test_a_file_that_is_gone_is_not_found(client: Client, archive: AnArchive) -> None:
    (archive.folder / "episodes" / f"{EPISODE.id}.mp3").unlink()
    assert (await client.get(PATH)).status == 404


class Shop:
    """Downloads of one large file, over a real socket."""

    def __init__(self, path: Path, downloads: Downloads) -> None:
        async def send(request: web.Request) -> web.StreamResponse:
            return await downloads.send(request, path, content_type="audio/mpeg")

        app = web.Application()
        app.router.add_get("/", send)
        self.client = TestClient(TestServer(app, host="127.0.0.1"))


async def test_more_than_so_many_at_once_are_asked_to_come_again(tmp_path: Path) -> None:
    path = tmp_path / "large.mp3"
    path.write_bytes(bytes(8 * 1024 * 1024))  # more than the kernel buffers for a reader that does not read
    async with Shop(path, Downloads(most=1)).client as client:
        first = await client.get("/")
        second = await client.get("/")
        assert (second.status, second.headers["Retry-After"]) == (503, "10")
        assert len(await first.read()) == path.stat().st_size
        third = await client.get("/", headers={"Range": "bytes=0-1"})
        assert third.status == 206


def test_all_together_are_no_faster_than_the_ration() -> None:
    """A second's worth goes at once; from there on each chunk waits for all before it."""
    ration = Ration(1000)
    assert [ration.wait_s(500, now=60.0) for _ in range(5)] == [0.0, 0.0, 0.5, 1.0, 1.5]
    assert ration.wait_s(500, now=61.5) == pytest.approx(0.5)
    assert ration.wait_s(500, now=90.0) == 0.0  # nobody saves up more than the second


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, SIZE), length=st.integers(1, SIZE))
def test_pieces_make_the_whole(first: int, length: int) -> None:
    """The arithmetic of ranges, on the values alone."""
    from aiohttp.test_utils import make_mocked_request

    from radiocast.web.conditional import Span, Unsatisfiable, asked_span

    request = make_mocked_request("GET", "/", headers={"Range": f"bytes={first}-{first + length - 1}"})
    if first >= SIZE:
        with pytest.raises(Unsatisfiable):
            asked_span(request, SIZE)
    else:
        assert asked_span(request, SIZE) == Span(start=first, end=min(SIZE, first + length))
