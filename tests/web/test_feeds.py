"""The podcast and the site's RSS, read as a podcast app and a feed reader read them."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.model.published import Chapter, page_name
from radiocast.web.archive import Published
from radiocast.web.news_feed import news_feed
from radiocast.web.podcast import EPISODES_SHOWN, chapters_json, podcast_feed
from radiocast.web.xml_text import with_base
from tests.web.an_archive import CHOIR, EPISODE, FERRY, SOUND, AnArchive, listed, many
from tests.web.conftest import Client, Serve
from tests.web.fake_air import IDENTITY, config

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"


async def feed(client: Client, path: str) -> tuple[ET.Element, feedparser.FeedParserDict]:
    """The channel, by an XML parser; and what a feed reader makes of it."""
    answer = await client.get(path)
    assert answer.status == 200
    assert answer.content_type == "application/rss+xml"
    data = await answer.read()
    root = ET.fromstring(data)  # noqa: S314 - our own
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel is not None
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return channel, parsed


def path_of(url: str) -> str:
    return urlsplit(url).path


def text(element: ET.Element, tag: str) -> str:
    """The text of the only child of this name."""
    found = element.findall(tag)
    assert len(found) == 1, f"{tag}: {len(found)} times"
    assert found[0].text
    return found[0].text


@pytest.mark.parametrize("path", ["/podcast.xml", "/news.xml"])
async def test_what_rss_requires_is_there(client: Client, path: str) -> None:
    """RSS 2.0: title, link, description of the channel; title or description of an item, a guid once each."""
    channel, parsed = await feed(client, path)
    assert text(channel, "title") == "Newsline"
    assert text(channel, "link") == "https://newsline.example"
    assert text(channel, "description") == IDENTITY.slogan
    assert text(channel, "language") == "en"
    assert parsedate_to_datetime(text(channel, "lastBuildDate")).tzinfo is not None
    own = channel.findall(f"{ATOM}link")
    assert [(each.get("rel"), each.get("href")) for each in own] == [("self", str(client.make_url(path)))]
    items = channel.findall("item")
    assert items
    for item in items:
        assert text(item, "title")
        assert text(item, "description")
        assert text(item, "link").startswith(str(client.make_url("/news")))
        assert parsedate_to_datetime(text(item, "pubDate")).tzinfo is not None
        assert item.find("guid") is not None
        assert item.find("guid").get("isPermaLink") == "false"  # type: ignore[union-attr]
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries) == len(items)


async def test_a_station_without_a_site_links_to_its_page_here(serve: Serve, archive: AnArchive) -> None:
    station = config().model_copy(update={"station": IDENTITY.model_copy(update={"url": ""})})
    client = await serve(station, published=archive.folder)
    for path in ("/podcast.xml", "/news.xml"):
        channel, _ = await feed(client, path)
        assert text(channel, "link") == str(client.make_url("/"))


async def test_the_podcast_has_what_directories_ask_for(client: Client) -> None:
    channel, parsed = await feed(client, "/podcast.xml")
    image = channel.find(f"{ITUNES}image")
    assert image is not None
    assert text(channel, f"{ITUNES}author") == "Newsline"
    assert text(channel, f"{ITUNES}explicit") == "false"
    assert text(channel, f"{ITUNES}type") == "episodic"
    category = channel.find(f"{ITUNES}category")
    assert category is not None
    assert category.get("text") == "News"
    assert parsed.entries[0].itunes_duration == "03:02"
    picture = await client.get(path_of(image.get("href", "")))
    assert picture.content_type == "image/png"
    data = await picture.read()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert width == height
    assert 1400 <= width <= 3000  # Apple's limits


async def test_a_stations_own_picture_takes_the_place_of_ours(client: Client, archive: AnArchive) -> None:
    assert (await client.get("/podcast.jpg")).status == 404
    (archive.folder / "podcast.jpg").write_bytes(SOUND)
    archive.artwork = "podcast.jpg"
    archive.write()
    channel, _ = await feed(client, "/podcast.xml")
    image = channel.find(f"{ITUNES}image")
    assert image is not None
    answer = await client.get(path_of(image.get("href", "")))
    assert (answer.content_type, await answer.read()) == ("image/jpeg", SOUND)
    assert "/podcast.jpg" in await (await client.get("/news/ferry-goat")).text()


async def test_an_enclosure_is_the_file_to_the_byte(client: Client) -> None:
    for path in ("/podcast.xml", "/news.xml"):
        _, parsed = await feed(client, path)
        entries = [entry for entry in parsed.entries if entry.enclosures]
        assert entries
        enclosure = entries[0].enclosures[0]
        answer = await client.get(path_of(enclosure.href))
        assert answer.content_type == enclosure.type == "audio/mpeg"
        assert len(await answer.read()) == int(enclosure.length) == len(SOUND)


async def test_an_episode_names_its_chapters_and_they_are_its_own(client: Client) -> None:
    channel, _ = await feed(client, "/podcast.xml")
    link = channel.find(f"item/{PODCAST}chapters")
    assert link is not None
    assert link.get("type") == "application/json+chapters"
    answer = await client.get(path_of(link.get("url", "")))
    assert answer.content_type == "application/json+chapters"
    assert await answer.json(content_type=None) == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0.0, "endTime": 40.0, "title": "Newsline News"},
            {
                "startTime": 40.0,
                "endTime": 71.25,
                "title": FERRY.headline,
                "url": str(client.make_url("/news/ferry-goat")),
            },
            {
                "startTime": 71.25,
                "endTime": 170.0,
                "title": CHOIR.headline,
                "url": str(client.make_url("/news/choir-bus")),
            },
            {"startTime": 170.0, "endTime": 182.5, "title": "Newsline News"},
        ],
    }


async def test_the_notes_of_an_episode_lead_to_its_stories(client: Client) -> None:
    _, parsed = await feed(client, "/podcast.xml")
    notes = parsed.entries[0].description
    assert f'<a href="{client.make_url("/news/ferry-goat")}">{FERRY.headline}</a>' in notes


async def test_the_sites_rss_has_stories_whole(client: Client) -> None:
    channel, parsed = await feed(client, "/news.xml")
    newest, oldest = parsed.entries
    assert (newest.title, oldest.title) == (CHOIR.headline, FERRY.headline)  # by when they first aired
    assert oldest.content[0].value == "".join(f"<p>{paragraph}</p>" for paragraph in FERRY.body_text)
    assert [each.text for each in channel.findall("item")[1].findall("category")] == ["transport", "animals"]
    assert oldest.authors[0].name == "Ann Roe, Valley Herald"


async def test_a_name_stays_the_same_under_another_host(client: Client) -> None:
    here = feedparser.parse(await (await client.get("/podcast.xml")).text())
    there = feedparser.parse(
        await (await client.get("/podcast.xml", headers={"Host": "other.example"})).text()
    )
    assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries] == [EPISODE.id]
    assert there.entries[0].enclosures[0].href.startswith("http://other.example/")


async def test_feeds_are_bounded_and_follow_the_archive(client: Client, archive: AnArchive) -> None:
    await feed(client, "/podcast.xml")
    archive.episodes = tuple(replace(EPISODE, id=f"e{number}") for number in range(EPISODES_SHOWN + 5))
    archive.stories = tuple(many(60))
    archive.write()
    _, podcast = await feed(client, "/podcast.xml")
    assert [entry.id for entry in podcast.entries] == [f"e{number}" for number in range(EPISODES_SHOWN)]
    _, news = await feed(client, "/news.xml")
    assert [entry.title for entry in news.entries] == [f"Story {number}" for number in range(50)]


@pytest.mark.parametrize("path", ["/podcast.xml", "/news.xml"])
async def test_a_feed_goes_gzipped_to_whoever_takes_that(client: Client, path: str) -> None:
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    assert await packed.read() == await plain.read()
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]
    for answer in (plain, packed):
        again = await client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status == 304


@settings(max_examples=150, deadline=None)
@given(
    words=st.text(max_size=60)
    | st.sampled_from(
        ("]]>", "<![CDATA[", "&amp;lt;", "</title><item>", "\\u0000", "\x00\x1f\ufffe\ud800", '"')
    )
)
def test_no_text_breaks_a_feed_or_the_chapters(words: str) -> None:
    """Whatever a story holds, the feed is one of one item that says it, and chapters are JSON."""
    story = replace(
        FERRY,
        slug=f"s{words}",
        headline=f"h{words}",
        description_text=f"d{words}",
        byline=words,
        source=words,
        body_text=(f"b{words}",),
        subject=(words,),
    )
    chapter = Chapter(start_s=0.0, end_s=1.0, title=f"c{words}", slug=f"s{words}")
    episode = replace(EPISODE, title=f"e{words}", chapters=(chapter,))
    published = Published(stories={page_name(f"s{words}"): listed(story)}, episodes={episode.id: episode})
    identity = IDENTITY.model_copy(update={"name": f"n{words}", "slogan": words})
    base = "http://radio.example"
    for written, expected in (
        (podcast_feed(published, identity), f"e{words}"),
        (news_feed((story,), published, identity), f"h{words}"),
    ):
        data = with_base(written, base).encode()
        channel = ET.fromstring(data).find("channel")  # noqa: S314 - our own
        assert channel is not None
        titles = [item.findtext("title") for item in channel.findall("item")]
        legal = "".join(
            c
            for c in expected
            if c in "\t\n\r" or "\u0020" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
        )
        assert titles == [" ".join(legal.split())]
        assert not feedparser.parse(data).bozo
    shown = json.loads(chapters_json(episode, published, base).encode())["chapters"]
    assert [each["url"] for each in shown] == [f"{base}/news/{page_name(f's{words}')}"]
