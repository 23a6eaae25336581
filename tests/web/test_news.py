"""The addresses of the news: what each answers, to whom, and when it was withdrawn."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.config.station import Listen
from radiocast.model.published import PublishedStory
from radiocast.model.report import Headline
from radiocast.web.archive import Published
from radiocast.web.news_article import is_web
from radiocast.web.news_page import NewsPages
from tests.web.an_archive import AIRED, CHOIR, CORRECTION, EPISODE, FERRY, AnArchive, listed, many
from tests.web.conftest import Client, Serve
from tests.web.fake_air import IDENTITY, REPORT, WELL, FakeAir, config

PAGES = (
    "/news",
    "/news.xml",
    "/news/ferry-goat",
    "/news/ferry-goat.mp3",
    "/podcast.xml",
    "/podcast.png",
    f"/podcast/{EPISODE.id}.mp3",
    f"/podcast/{EPISODE.id}.json",
)


class Page(HTMLParser):
    """What a browser would make of a page, as far as the tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.scripts: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in {"script", "style"}:
            self._inside = self.tags[-1][1].get("type", tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts.append((self._inside, data))
        else:
            self.text.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def ld(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(
            "".join(data for kind, data in self.scripts if kind == "application/ld+json")
        )
        return found


async def page(client: Client, path: str) -> Page:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    return Page(await answer.text())


@pytest.mark.parametrize("path", PAGES)
async def test_every_address_answers_get_and_head_alike(client: Client, path: str) -> None:
    got = await client.get(path)
    head = await client.head(path)
    assert (got.status, head.status) == (200, 200)
    assert got.headers["Content-Type"] == head.headers["Content-Type"]
    assert got.headers["Content-Length"] == head.headers["Content-Length"]
    assert await head.read() == b""


@pytest.mark.parametrize("path", PAGES)
async def test_a_station_that_does_not_publish_has_none_of_them(serve: Serve, path: str) -> None:
    client = await serve()
    assert (await client.get(path)).status == 404
    assert "podcast" not in await (await client.get("/")).text()


@pytest.mark.parametrize(
    "path", ["/news/nothing", "/news/nothing.mp3", "/podcast/nothing.mp3", "/news?page=2"]
)
async def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize("name", ["..%2findex", "%2e%2e/index", ".", "%00", "ferry-goat%0a"])
async def test_no_name_leads_out_of_the_folder(client: Client, name: str) -> None:
    for path in (f"/news/{name}", f"/news/{name}.mp3", f"/podcast/{name}.mp3", f"/podcast/{name}.json"):
        assert (await client.get(path)).status in {400, 404}


async def test_a_storys_page_has_everything_of_it(client: Client) -> None:
    found = await page(client, "/news/ferry-goat")
    text = " ".join(found.text)
    assert found.count("h1") == 1
    for words in (
        FERRY.headline,
        FERRY.description_text,
        "Ann Roe",
        "Valley Herald",
        "Sam Dube",
        "Island Post",
        "PORT ELLA",
        *FERRY.body_text,
        FERRY.rightsinfo,
        CHOIR.headline,
        EPISODE.title,
    ):
        assert words in text
    assert [each["src"] for each in found.of("audio")] == ["/news/ferry-goat.mp3"]
    assert {"rel": "canonical", "href": f"{client.make_url('/news/ferry-goat')}"} in found.of("link")
    times = [each["datetime"] for each in found.of("time")]
    assert "2026-06-07T14:00:40+01:00" in times  # in the station's zone
    links = [each.get("href") for each in found.of("a")]
    assert "/news/choir-bus" in links
    assert f"/podcast/{EPISODE.id}.mp3#t=40.0" in links
    assert found.of("article") == [{"lang": "en"}]


async def test_the_language_of_a_story_is_its_own(client: Client) -> None:
    assert (await page(client, "/news/choir-bus")).of("article") == [{"lang": "fr"}]


async def test_a_story_is_a_newsarticle_to_machines(client: Client) -> None:
    ld = (await page(client, "/news/ferry-goat")).ld()
    url = str(client.make_url("/news/ferry-goat"))
    assert (ld["@context"], ld["@type"], ld["url"]) == ("https://schema.org", "NewsArticle", url)
    assert ld["headline"] == FERRY.headline
    assert ld["articleBody"] == "\n\n".join(FERRY.body_text)
    assert ld["datePublished"] == "2026-06-07T14:00:40+01:00"
    assert ld["author"] == [
        {
            "@type": "Person",
            "name": "Ann Roe",
            "worksFor": {"@type": "Organization", "name": "Valley Herald"},
        },
        {"@type": "Person", "name": "Sam Dube", "worksFor": {"@type": "Organization", "name": "Island Post"}},
    ]
    audio = ld["audio"]
    assert isinstance(audio, dict)
    assert (audio["@type"], audio["contentUrl"], audio["duration"]) == (
        "AudioObject",
        f"{url}.mp3",
        "PT21.4S",
    )
    assert ld["isBasedOn"] == "https://herald.example/goat"


async def test_a_corrected_story_says_so_at_its_top_and_the_correction_what_it_corrects(
    client: Client, archive: AnArchive
) -> None:
    archive.stories = (CORRECTION, FERRY, CHOIR)
    archive.write()
    corrected = await page(client, "/news/ferry-goat")
    order = [name for name, _ in corrected.tags]
    assert order.index("aside") < order.index("h1")
    assert "/news/ferry-goat-corrected" in [each.get("href") for each in corrected.of("a")]
    comments = corrected.ld()["correction"]
    assert isinstance(comments, list)
    assert comments[0]["@type"] == "CorrectionComment"
    correction = await page(client, "/news/ferry-goat-corrected")
    assert "/news/ferry-goat" in [each.get("href") for each in correction.of("a")]


async def test_a_withdrawn_story_is_gone_and_nothing_mentions_it(client: Client, archive: AnArchive) -> None:
    archive.withdraw("ferry-goat")
    gone = await client.get("/news/ferry-goat")
    text = await gone.text()
    assert gone.status == 410
    assert "withdrawn" in text
    assert "noindex" in text
    assert (await client.get("/news/ferry-goat.mp3")).status == 410
    for path in ("/news", "/news.xml", "/podcast.xml", f"/podcast/{EPISODE.id}.json", "/news/choir-bus"):
        answer = await client.get(path)
        assert answer.status == 200
        assert "Goat" not in await answer.text()
    assert "Goat" not in text


async def test_the_pages_address_is_the_one_that_a_trusted_proxy_was_asked_for(
    serve: Serve, archive: AnArchive
) -> None:
    station = config().model_copy(update={"listen": Listen(trusted_proxies=("127.0.0.1",))})
    client = await serve(station, published=archive.folder)
    asked = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "radio.example"}
    for path in ("/news", "/news/ferry-goat", "/news.xml", "/podcast.xml", f"/podcast/{EPISODE.id}.json"):
        text = await (await client.get(path, headers=asked)).text()
        assert "https://radio.example/" in text
        assert "127.0.0.1" not in text


async def test_the_list_goes_on_on_further_pages(client: Client, archive: AnArchive) -> None:
    archive.stories = tuple(many(130))
    archive.write()
    first = await page(client, "/news")
    assert {"href": "/news?page=2", "rel": "next"} in first.of("a")
    last = await page(client, "/news?page=3")
    assert [each["href"] for each in last.of("a") if each["href"].startswith("/news/story")] == [
        f"/news/story-{number}" for number in range(120, 130)
    ]
    assert (await client.get("/news?page=4")).status == 404


async def test_nothing_published_yet_is_an_empty_list(serve: Serve, tmp_path: Path) -> None:
    client = await serve(published=tmp_path / "nowhere")
    assert "No story has been read yet" in await (await client.get("/news")).text()
    assert (await client.get("/podcast.xml")).status == 200


async def test_a_damaged_index_leaves_what_was_there(client: Client, archive: AnArchive) -> None:
    assert (await client.get("/news/ferry-goat")).status == 200
    (archive.folder / "index.json").write_bytes(b'{"stories": [')
    assert (await client.get("/news/ferry-goat")).status == 200
    (archive.folder / "stories" / "ferry-goat.json").write_bytes(b"\0")
    assert (await client.get("/news/ferry-goat")).status == 404


@pytest.mark.parametrize("path", ["/news", "/news/ferry-goat", "/news.xml", "/podcast.xml"])
async def test_who_has_it_already_is_told_so_until_it_changes(
    client: Client, archive: AnArchive, path: str
) -> None:
    first = await client.get(path)
    for asked in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = await client.get(path, headers=asked)
        assert again.status == 304
        assert again.headers["ETag"].replace("-gz", "") == first.headers["ETag"].replace("-gz", "")
        assert await again.read() == b""
    archive.stories = (replace(FERRY, headline="Goat stays at home"), CHOIR)
    archive.write()
    asked = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert (await client.get(path, headers=asked)).status == 200


async def test_the_stations_page_leads_to_stories_that_have_pages(
    serve: Serve, archive: AnArchive, air: FakeAir
) -> None:
    headlines = tuple(
        Headline(slug=slug, headline=slug, versioncreated=AIRED) for slug in ("ferry-goat", "not-aired-yet")
    )
    newsroom = replace(REPORT.newsroom, headlines=headlines)
    air.now = replace(WELL, report=replace(REPORT, newsroom=newsroom))
    client = await serve(published=archive.folder)
    found = await page(client, "/")
    links = [each.get("href", "") for each in found.of("a")]
    url = str(client.make_url("/news/ferry-goat"))
    assert url in links
    assert not any("not-aired-yet" in link for link in links)
    assert {"/news", "/podcast.xml", "/news.xml"} <= set(links)
    alternates = [each["href"] for each in found.of("link") if each["rel"] == "alternate"]
    assert [link.rpartition("/")[2] for link in alternates] == ["news.xml", "podcast.xml"]
    document = await (await client.get("/status")).json()
    assert [each["page"] for each in document["newsroom"]["headlines"]] == [url, ""]


async def test_pages_run_nothing_and_load_nothing_from_elsewhere(client: Client) -> None:
    for path in ("/news", "/news/ferry-goat"):
        answer = await client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script-src" not in policy
        found = Page(await answer.text())
        assert {each.get("type") for each in found.of("script")} <= {"application/ld+json"}
        for tag, attribute in (("audio", "src"), ("img", "src"), ("script", "src"), ("iframe", "src")):
            assert all(each.get(attribute, "/").startswith("/") for each in found.of(tag))
        assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
        assert not any("style" in attributes for _, attributes in found.tags)


HOSTILE = st.one_of(
    st.sampled_from(
        (
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "]]></content:encoded>",
            '"><img src=x onerror=alert(1)>',
            "' autofocus onfocus='alert(1)",
            "&lt;b&gt; &amp;",
            "${title} $name $$ {headline}",
            "\x00\x0b\ud800\uffff",
            "</style><svg/onload=alert(1)>",
            "javascript:alert(1)",
        )
    ),
    st.text(max_size=40),
)


def shape(story: PublishedStory, published: Published) -> tuple[list[tuple[str, list[str]]], Page]:
    found = Page(NewsPages(IDENTITY).story(story, published, "http://radio.example"))
    return [(tag, sorted(attributes)) for tag, attributes in found.tags], found


@settings(max_examples=150, deadline=None)
@given(hostile=HOSTILE, other=HOSTILE)
@example(hostile="</script><script>alert(1)</script>", other="]]>")
@example(hostile="HTTP://", other="x")
def test_no_story_can_be_more_than_text(hostile: str, other: str) -> None:
    """The page of a hostile story has the very elements and attributes of a harmless one's."""

    def told(words: str, uri: str) -> tuple[PublishedStory, Published]:
        story = replace(
            FERRY,
            slug=words or "empty",
            headline=words,
            description_text=f"d{words}",
            byline=f"b{words}",
            source=f"s{words}",
            body_text=(words, words),
            language=f"l{words}",
            dateline=f"p{words}",
            subject=(words,),
            rightsinfo=f"r{words}",
            uri=uri,
            also=(),
            related=("near",),
        )
        near = replace(CHOIR, slug="near", headline=words, description_text=f"d{words}", source=f"s{words}")
        wrong = replace(CORRECTION, corrects=story.slug, headline=words, description_text=f"d{words}")
        episode = replace(EPISODE, title=words)
        return story, Published(
            stories={"near": listed(near)},
            episodes={EPISODE.id: episode},
            corrections={story.slug: (listed(wrong),)},
        )

    # An address of the web is linked to, hostile or not.
    harmless, _ = shape(*told("plain", "https://wire.example/1" if is_web(hostile) else "x"))
    found, parsed = shape(*told(hostile + other, hostile))
    assert found == harmless
    assert re.sub(r"\s+", " ", str(parsed.ld()["headline"])) == str(parsed.ld()["headline"])
    assert not any(each.get("href", "").lower().startswith("javascript:") for each in parsed.of("a"))
