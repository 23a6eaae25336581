"""From a bulletin that was heard to a podcast app: what the newsroom publishes is what the pages give."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import feedparser
import mutagen.id3
import pytest

from radiocast.ffmpeg.process import run_ffmpeg
from radiocast.newsroom.production.sound import pcm_of
from radiocast.newsroom.publishing.job import Heard
from radiocast.newsroom.publishing.press import publish
from radiocast.newsroom.publishing.recorded import recorded_in
from tests.newsroom.publishing.a_bulletin import (
    AT,
    STORIES,
    bulletin,
    job,
    loudness_of,
    write_flac,
    write_recordings,
)
from tests.web.fake_air import FakeAir, config
from tests.web.opened import Client, Opened

ID3: Any = mutagen.id3.ID3  # its functions have no types


class Station:
    """Newsroom and web with nothing but a folder between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bulletin = bulletin(folder / "bulletins" / "hourly-20260607T140000+0000.flac")
        self.opened = Opened(config(), air=FakeAir(), published=folder / "published", remember_s=0.0)
        self.client = Client(self.opened)

    async def publish(self, *, withdrawn: tuple[str, ...] = ()) -> None:
        heard = None
        if not withdrawn:
            await asyncio.to_thread(write_flac, self.bulletin.path)
            await asyncio.to_thread(write_recordings, self.folder / "speech")
            heard = Heard(bulletin=self.bulletin, at=AT, told=("ferry", "choir"), stories=STORIES)
        work = job(self.folder, heard=heard, withdrawn=dict.fromkeys(withdrawn, ""))
        result = await publish(work, recorded_in(self.folder / "speech"))
        assert (result.error, result.problems) == ("", ())

    async def episode(self) -> tuple[feedparser.FeedParserDict, str]:
        """The newest episode in the feed, and the path of its audio."""
        feed = feedparser.parse(await (await self.client.get("/podcast.xml")).read())
        assert not feed.bozo
        url = feed.entries[0].enclosures[0].href
        return feed.entries[0], url.removeprefix(str(self.client.make_url("/")).rstrip("/"))


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    found = Station(tmp_path)
    async with found.opened:
        await found.publish()
        yield found
        await found.client.close()


async def test_an_app_finds_the_bulletins_chapters_where_its_stories_begin(station: Station) -> None:
    entry, path = await station.episode()
    audio = await (await station.client.get(path)).read()
    assert len(audio) == int(entry.enclosures[0].length)
    shown = await (await station.client.get(path.replace(".mp3", ".json"))).json(content_type=None)
    cues = [cue.at_s for number, cue in enumerate(station.bulletin.cues) if number not in (1, 2)]
    assert [chapter["startTime"] for chapter in shown["chapters"]] == cues
    frames = sorted(ID3(io.BytesIO(audio)).getall("CHAP"), key=lambda frame: frame.start_time)
    assert [frame.start_time / 1000 for frame in frames] == cues
    for chapter in shown["chapters"]:
        if "url" in chapter:
            answer = await station.client.get(
                chapter["url"].removeprefix(str(station.client.make_url("/"))[:-1])
            )
            assert chapter["title"] in await answer.text()


async def test_a_player_that_seeks_hears_the_story_that_is_there(station: Station) -> None:
    """The real ffmpeg asks by range, for the chapter of the second story."""
    _, path = await station.episode()
    url = str(station.client.make_url(path))
    place = ["-seekable", "1", "-ss", "9.1", "-i", url, "-t", "0.7"]
    output, _ = await run_ffmpeg([*place, "-f", "s16le", "-ac", "1", "-ar", "48000", "pipe:1"], timeout_s=30)
    pcm = pcm_of(output, 1)
    assert loudness_of(pcm, 1300) > 0.05
    assert loudness_of(pcm, 900) < 0.005


async def test_a_story_that_is_withdrawn_is_gone_from_all_of_it(station: Station) -> None:
    client = station.client
    before, path = await station.episode()
    tag = (await client.head(path)).headers["ETag"]
    assert (await client.get("/news/ferry")).status == 200
    await station.publish(withdrawn=("ferry",))
    assert (await client.get("/news/ferry")).status == 410
    assert (await client.get("/news/ferry.mp3")).status == 410
    for address in ("/podcast.xml", "/news.xml", "/news", "/news/choir", path.replace(".mp3", ".json")):
        assert "Goat" not in await (await client.get(address)).text()
    after, same_path = await station.episode()
    assert (after.id, same_path) == (before.id, path)
    answer = await client.get(path, headers={"If-None-Match": tag})
    assert answer.status == 200  # another sound than the app may have
    audio = await answer.read()
    assert len(audio) == int(after.enclosures[0].length) < int(before.enclosures[0].length)
