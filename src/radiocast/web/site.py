"""The pages' handlers: what each address answers.

Owns: content types, caching headers, and how long an answer is remembered.
Must not know: listeners' sockets (the door's), nor how a page or a playlist is written.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from radiocast.config.station import StationConfig
from radiocast.web import health
from radiocast.web.address import public_base
from radiocast.web.archive import LOOK_EVERY_S
from radiocast.web.icecast import status_json
from radiocast.web.metrics_page import MetricsPage
from radiocast.web.news import News
from radiocast.web.page import StationPage
from radiocast.web.playlists import PlaylistForm, playlist_addresses
from radiocast.web.source import AirSource, House, HouseLook
from radiocast.web.status import status
from radiocast.web.status_model import StatusDocument, schema_text

# Nothing on the air changes faster than a block (0.48 s), and every listener with the page open asks
# every few seconds: what one was told is told to all until then.
REMEMBER_S: Final = 0.48
# Answers differ by the Host that was asked for, which strangers choose; more are made but not kept.
REMEMBERED_ANSWERS: Final = 64

_FRESH: Final = {"Cache-Control": "no-store"}
# Anybody's page may show what is on; there is nothing private in it, and no cookie to steal.
_SHARED: Final = {**_FRESH, "Access-Control-Allow-Origin": "*"}


PageOf = Callable[[str], str]


def _no_page(_slug: str) -> str:
    return ""


class Site:
    """Every page about the air. `remember_s` is how old an answer may be."""

    def __init__(
        self,
        source: AirSource,
        config: StationConfig,
        *,
        house: House = HouseLook,
        published: Path | None = None,
        remember_s: float = REMEMBER_S,
    ) -> None:
        """`published` is the folder of what was on the air; without it there are no pages of the news."""
        self._source = source
        self._house = house
        self._identity = config.station
        self._mounts = tuple(mount.path for mount in config.mounts)
        self._playlists = playlist_addresses(self._mounts)
        self._news = (
            None
            if published is None
            else News(published, config.station, look_every_s=min(remember_s, LOOK_EVERY_S))
        )
        self._page = StationPage(
            config.station,
            config.mounts,
            burst_s=config.listen.burst_s,
            publishes=self._news is not None,
        )
        self._metrics = MetricsPage(source, house=house, remember_s=remember_s)
        self._remember_s = remember_s
        self._answers: dict[tuple[str, str], str] = {}
        self._answered_at = 0.0

    def routes(self) -> list[web.RouteDef]:
        """The table of addresses; each answers HEAD as well."""
        return [
            web.get("/", self.page),
            web.get("/status", self.status),
            web.get("/status/schema.json", self.schema),
            web.get("/status-json.xsl", self.icecast),
            web.get("/metrics", self._metrics.answer),
            web.get("/healthz", self.healthz),
            web.get("/favicon.svg", self.favicon),
            web.get("/favicon.ico", self.favicon),
            *(web.get(address, self.playlist) for address in self._playlists if address not in self._mounts),
            *(self._news.routes() if self._news is not None else ()),
        ]

    def directory(self, base: str) -> str:
        """The addresses there are, as text for whoever asked for another one."""
        lines = [f"  {base}{path}  the stream" for path in self._mounts]
        lines += [f"  {base}{address}  a playlist for players" for address in self._playlists]
        lines += [
            f"  {base}/  the station's page",
            f"  {base}/status  how the station is (JSON)",
            f"  {base}/status-json.xsl  the same as Icecast says it",
            f"  {base}/metrics  the same for Prometheus",
            f"  {base}/healthz  200 while sound goes out",
            *(self._news.directory(base) if self._news is not None else ()),
        ]
        return "\n".join(lines) + "\n"

    def base(self, request: web.Request) -> str:
        """The address under which this asker knows us."""
        return public_base(request)

    async def page(self, request: web.Request) -> web.Response:
        """`/`: the station's page."""
        base, page_of = self.base(request), await self._page_of()
        text = self._remembered("page", base, lambda: self._page.render(self._document(base, page_of), base))
        return web.Response(
            text=text,
            content_type="text/html",
            headers={
                "Cache-Control": "no-cache",
                "Content-Security-Policy": self._page.content_security_policy,
            },
        )

    async def status(self, request: web.Request) -> web.Response:
        """`/status`: the status document."""
        base, page_of = self.base(request), await self._page_of()
        text = self._remembered("status", base, lambda: self._document(base, page_of).model_dump_json())
        return web.Response(text=text, content_type="application/json", headers=_SHARED)

    async def schema(self, _request: web.Request) -> web.Response:
        """`/status/schema.json`: what the status document looks like."""
        return web.Response(text=schema_text(), content_type="application/schema+json", headers=_SHARED)

    async def icecast(self, request: web.Request) -> web.Response:
        """`/status-json.xsl`: the status as Icecast 2.4.4 shapes it."""
        base = self.base(request)
        text = self._remembered("icecast", base, lambda: status_json(self._document(base), base))
        return web.Response(text=text, content_type="application/json", headers=_SHARED)

    async def healthz(self, _request: web.Request) -> web.Response:
        """`/healthz`: 200 while a listener hears something, else 503 and why. Never remembered."""
        silence = health.no_sound(self._source.look())
        if silence:
            return web.Response(status=503, text=silence + "\n", headers=_FRESH)
        return web.Response(text="Sound goes out.\n", headers=_FRESH)

    async def favicon(self, _request: web.Request) -> web.Response:
        """`/favicon.svg`: the station's mark. Browsers that insist on `.ico` take the same."""
        return web.Response(
            text=self._page.favicon, content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"}
        )

    async def playlist(self, request: web.Request) -> web.Response:
        """`/live.m3u` and its like."""
        form: PlaylistForm
        form, mount = self._playlists[request.path]
        text = form.write(self.base(request) + mount, self._identity.name)
        return web.Response(text=text, content_type=form.content_type, charset="utf-8", headers=_FRESH)

    def _document(self, base: str, page_of: PageOf = _no_page) -> StatusDocument:
        return status(self._source.look(), self._identity, base, page_of, self._house())

    async def _page_of(self) -> PageOf:
        return _no_page if self._news is None else await self._news.page_of()

    def _remembered(self, kind: str, base: str, make: Callable[[], str]) -> str:
        now = time.monotonic()
        if now - self._answered_at >= self._remember_s:
            self._answers.clear()
            self._answered_at = now
        text = self._answers.get((kind, base))
        if text is None:
            text = make()
            if self._remember_s > 0 and len(self._answers) < REMEMBERED_ANSWERS:
                self._answers[kind, base] = text
        return text
