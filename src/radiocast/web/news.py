"""The addresses of the news: pages, feeds, podcast and recordings.

Owns: which address answers what, caching headers, and what is kept written.
Must not know: how a page is written, or how what is published came about.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Final

from aiohttp import web

from radiocast.config.station import Identity
from radiocast.model.published import ARTWORK, PublishedStory
from radiocast.web.address import public_base
from radiocast.web.archive import LOOK_EVERY_S, Archive, Published
from radiocast.web.conditional import GZIP_MARK, Validators
from radiocast.web.download import Downloads
from radiocast.web.news_feed import STORIES_SHOWN, news_feed
from radiocast.web.news_page import NewsPages
from radiocast.web.podcast import CHAPTERS_TYPE, chapters_json, podcast_feed
from radiocast.web.xml_text import with_base

# Two feeds, under a few of the names that strangers may ask us for by.
_GZIPPED_KEPT: Final = 6
_AUDIO: Final = "audio/mpeg"
_RSS: Final = "application/rss+xml"
# Asked again each time, and answered 304 nearly always: what is withdrawn must be gone everywhere.
_ASK: Final = {"Cache-Control": "no-cache"}
_SHARED: Final = {**_ASK, "Access-Control-Allow-Origin": "*"}
_DAY: Final = {"Cache-Control": "max-age=86400", "Access-Control-Allow-Origin": "*"}


class News:
    """Everything about what was on the air. `folder` is `var/published`."""

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        *,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._archive = Archive(folder, look_every_s=look_every_s)
        self._identity = identity
        self._pages = NewsPages(identity)
        self._downloads = Downloads()
        # A feed is written once for each state of the archive, for everybody.
        self._feeds: dict[str, tuple[str, str]] = {}
        self._one_feed = asyncio.Lock()
        self._gzipped: dict[str, bytes] = {}
        self._artwork: bytes | None = None

    def routes(self) -> list[web.RouteDef]:
        """The table of addresses; each answers HEAD as well."""
        return [
            web.get("/news", self.listing),
            web.get("/news.xml", self.news_feed),
            web.get("/news/{name}.mp3", self.story_audio),
            web.get("/news/{name}", self.story),
            web.get("/podcast.xml", self.podcast_feed),
            *(web.get(f"/{name}", self.artwork) for name in ARTWORK),
            web.get("/podcast/{id}.mp3", self.episode_audio),
            web.get("/podcast/{id}.json", self.chapters),
        ]

    def directory(self, base: str) -> list[str]:
        """The addresses there are, for whoever asked for another one."""
        return [
            f"  {base}/news  the news, story by story",
            f"  {base}/news.xml  the same by RSS",
            f"  {base}/podcast.xml  every bulletin as a podcast",
        ]

    async def page_of(self) -> Callable[[str], str]:
        """Tells of a slug the path of its page; "" while it has none."""
        return (await self._archive.look()).page

    async def listing(self, request: web.Request) -> web.Response:
        """`/news`: the list of stories."""
        published = await self._archive.look()
        number = request.query.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        text = self._pages.listing(published, page, self._base(request))
        if text is None:
            raise web.HTTPNotFound
        return self._html(request, text, published)

    async def story(self, request: web.Request) -> web.Response:
        """`/news/NAME`: a story; 410 where it was withdrawn."""
        name = request.match_info["name"]
        published = await self._archive.look()
        if name in published.withdrawn:
            return self._html(request, self._pages.withdrawn(self._base(request)), published, status=410)
        story = await self._archive.story(name) if name in published.stories else None
        if story is None:
            raise web.HTTPNotFound
        return self._html(request, self._pages.story(story, published, self._base(request)), published)

    async def story_audio(self, request: web.Request) -> web.StreamResponse:
        """`/news/NAME.mp3`: a story read aloud."""
        name = request.match_info["name"]
        published = await self._archive.look()
        if name in published.withdrawn:
            return web.Response(status=410, text="This story has been withdrawn.\n", headers=_SHARED)
        if name not in published.stories:
            raise web.HTTPNotFound
        return await self._downloads.send(request, self._archive.story_audio(name), content_type=_AUDIO)

    async def episode_audio(self, request: web.Request) -> web.StreamResponse:
        """`/podcast/ID.mp3`: a bulletin as it was heard."""
        id_ = request.match_info["id"]
        if id_ not in (await self._archive.look()).episodes:
            raise web.HTTPNotFound
        return await self._downloads.send(request, self._archive.episode_audio(id_), content_type=_AUDIO)

    async def chapters(self, request: web.Request) -> web.Response:
        """`/podcast/ID.json`: an episode's chapters, for the podcast namespace."""
        published = await self._archive.look()
        episode = published.episodes.get(request.match_info["id"])
        if episode is None:
            raise web.HTTPNotFound
        text = chapters_json(episode, published, self._base(request))
        return self._answer(request, text, published, CHAPTERS_TYPE, _SHARED)

    async def podcast_feed(self, request: web.Request) -> web.Response:
        """`/podcast.xml`: the podcast."""

        async def write(published: Published) -> str:
            return await asyncio.to_thread(podcast_feed, published, self._identity)

        return await self._feed(request, "podcast", write)

    async def news_feed(self, request: web.Request) -> web.Response:
        """`/news.xml`: the stories by RSS."""

        async def write(published: Published) -> str:
            stories: list[PublishedStory] = []
            # By when they were first heard, which is their date in the feed; not again when heard again.
            newest = sorted(published.stories.items(), key=lambda each: each[1].firstaired, reverse=True)
            for name, _ in newest[:STORIES_SHOWN]:
                story = await self._archive.story(name)
                if story is not None:
                    stories.append(story)
            return await asyncio.to_thread(news_feed, stories, published, self._identity)

        return await self._feed(request, "news", write)

    async def artwork(self, request: web.Request) -> web.StreamResponse:
        """`/podcast.png` or `.jpg`: the picture that podcast directories ask for."""
        name, own = request.path[1:], (await self._archive.look()).artwork
        if name == own:
            form = "image/png" if name.endswith(".png") else "image/jpeg"
            return await self._downloads.send(request, self._archive.picture(name), content_type=form)
        if name != "podcast.png":
            raise web.HTTPNotFound
        if self._artwork is None:
            picture = files("radiocast.web").joinpath("assets", "podcast.png")
            self._artwork = await asyncio.to_thread(picture.read_bytes)
        return web.Response(body=self._artwork, content_type="image/png", headers=_DAY)

    async def _feed(
        self, request: web.Request, kind: str, write: Callable[[Published], Awaitable[str]]
    ) -> web.Response:
        published = await self._archive.look()
        async with self._one_feed:
            version, text = self._feeds.get(kind, (None, ""))
            if version != published.version:
                text = await write(published)
                self._feeds[kind] = published.version, text
        answer = self._answer(request, with_base(text, self._base(request)), published, _RSS, _SHARED)
        return await self._packed(request, answer)

    async def _packed(self, request: web.Request, answer: web.Response) -> web.Response:
        """A feed is 300 KB, and every app asks for it after each bulletin: a tenth of it on the line."""
        answer.headers["Vary"] = "Accept-Encoding"
        if answer.status != 200 or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return answer
        etag, body = answer.headers["ETag"], answer.body
        if not isinstance(body, bytes):
            return answer
        if etag not in self._gzipped:
            while len(self._gzipped) >= _GZIPPED_KEPT:
                del self._gzipped[next(iter(self._gzipped))]
            self._gzipped[etag] = await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
        answer.body = self._gzipped[etag]
        answer.headers["Content-Encoding"] = "gzip"
        # Other bytes, so another strong tag; `_answer` knows both.
        answer.headers["ETag"] = f'{etag[:-1]}{GZIP_MARK}"'
        return answer

    def _html(
        self, request: web.Request, text: str, published: Published, *, status: int = 200
    ) -> web.Response:
        headers = {**_ASK, "Content-Security-Policy": self._pages.content_security_policy}
        return self._answer(request, text, published, "text/html", headers, status=status)

    def _answer(
        self,
        request: web.Request,
        text: str,
        published: Published,
        content_type: str,
        headers: dict[str, str],
        *,
        status: int = 200,
    ) -> web.Response:
        """The text, or 304 where the asker has it."""
        body = text.encode("utf-8", "replace")
        valid = Validators(etag=hashlib.sha256(body).hexdigest()[:24], modified=published.modified)
        headers = {**headers, **valid.headers()}
        if status == 200 and valid.known_to(request):
            return web.Response(status=304, headers=headers)
        return web.Response(
            status=status, body=body, content_type=content_type, charset="utf-8", headers=headers
        )

    def _base(self, request: web.Request) -> str:
        return public_base(request)
