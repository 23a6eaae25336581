"""The web application, put together: the pages, who asks for them, and one border for errors.

Owns: headers that every answer has, and what is said when there is no answer.
Must not know: what any page contains, or how connections come (`front` brings them).
"""

import logging
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from radiocast import __version__
from radiocast.config.station import StationConfig
from radiocast.web.address import own_address
from radiocast.web.site import REMEMBER_S, Site
from radiocast.web.source import AirSource, House, HouseLook
from radiocast.web.visit import visit_of

log = logging.getLogger(__name__)

_HEADERS: Final = {
    "Server": f"radiocast/{__version__}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # One request a connection: the next may be for the stream, which is not aiohttp's to send.
    "Connection": "close",
    # For everything that is no page: should a browser show it, it may load and run nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def build_app(
    source: AirSource,
    config: StationConfig,
    *,
    house: House = HouseLook,
    published: Path | None = None,
    remember_s: float = REMEMBER_S,
) -> web.Application:
    """The application for a `Front` to serve. `house` tells what the air's source cannot know.

    `published` is the folder of what was on the air; without it there are no pages of the news, no podcast.
    """
    site = Site(source, config, house=house, published=published, remember_s=remember_s)
    app = web.Application(middlewares=[_as_it_arrived, _error_border(site)])
    app.add_routes(site.routes())
    app.on_response_prepare.append(_add_headers)
    return app


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        if name in {"Server", "Connection"}:
            response.headers[name] = value  # instead of aiohttp's, which tells the interpreter's version
        else:
            response.headers.setdefault(name, value)
    visit = visit_of(request)
    if visit is not None:
        visit.answered(response.status, request.writer)


@web.middleware
async def _as_it_arrived(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Handlers see who asks, and by which address, as reception has it, and not as the connection looks."""
    visit = visit_of(request)
    if visit is None:
        # Hung up between asking and this. The answer is nobody's.
        raise web.HTTPBadRequest
    arrival = visit.arrival
    return await handler(
        request.clone(
            scheme="https" if arrival.secure else "http",
            host=arrival.host or own_address(arrival.sock),
            remote=arrival.asked.address,
        )
    )


def _error_border(site: Site) -> Middleware:
    """The one place where what went wrong becomes an answer: no traceback leaves the house."""

    @web.middleware
    async def border(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            there_is = site.directory(site.base(request))
            return web.Response(
                status=404,
                text=f"Nothing is at this address. There is:\n{there_is}",
                headers={"Access-Control-Allow-Origin": "*"},  # so that a player in a page can say so, too
            )
        except web.HTTPException:
            raise  # an answer already, e.g. 405 with the methods that are allowed
        except Exception as error:
            if request.transport is None or request.transport.is_closing():
                # The asker is gone, which may be all there is to it, and nobody reads the answer.
                log.debug("%s %r failed for somebody who left: %r", request.method, request.path, error)
            else:
                log.exception("%s %r failed", request.method, request.path)
            return web.Response(
                status=500,
                text="This page could not be made; the stream itself goes on. The station's log says why.\n",
            )

    return border
