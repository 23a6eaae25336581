"""The listeners' door: every mount's address, its headers, and who is let in.

Owns: what is said on the wire before the first byte of sound.
Must not know: how sound is sent; an admitted listener's socket is the transmitter's.

The header is written by hand and not by aiohttp, which would answer HTTP/1.1 and turn chunked on: old radios,
TuneIn and AV receivers break on that. `HTTP/1.0` with `Connection: close` is what Icecast says, and what
every player has been tried with; `ICY 200 OK` breaks newer HTTP libraries.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import lru_cache
from typing import Final, TypedDict

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from radiocast import __version__
from radiocast.config.station import Identity
from radiocast.model.audience import Asked
from radiocast.model.block import MountSpec
from radiocast.model.units import SAMPLE_RATE, block_bytes
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.transmitter import Refused, Transmitter
from radiocast.web.handover import HandedOver, duplicate

_ALLOWED: Final = "GET, HEAD, OPTIONS"
# Long enough for a few listeners to have left; players try again by themselves.
_RETRY_AFTER_S: Final = 30
# As karlheyes/icecast-kh allows and exposes them; web players read the icy-* of other origins by it.
_CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", _ALLOWED),
    ("Access-Control-Allow-Headers", "Origin, Icy-MetaData, Range, Authorization"),
    (
        "Access-Control-Expose-Headers",
        "Icy-MetaInt, Icy-Br, Icy-Name, Icy-Genre, Icy-Url, Icy-Description, Icy-Pub, Ice-Audio-Info",
    ),
    ("Vary", "Origin"),
)
# A proxy that kept a live stream would play yesterday's; the date is the one that Icecast sends.
_NOT_KEPT: Final = (
    ("Cache-Control", "no-cache, no-store"),
    ("Expires", "Mon, 26 Jul 1997 05:00:00 GMT"),
    ("Pragma", "no-cache"),
)
# A name longer than this in a header is a mistake, and small players have small buffers.
_VALUE_CHARS: Final = 200
# Of what a client says of itself, this much is kept.
_AGENT_CHARS: Final = 200


class _NotOurFault(logging.Filter):
    """Leaves out what aiohttp says, with a traceback each, of requests that are none.

    They are answered 400; on the public internet they are noise, and a way to fill a disk.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is kept."""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError)


_requests_log = logging.getLogger(f"{__name__}.requests")
_requests_log.addFilter(_NotOurFault())


class Limits(TypedDict):
    """Keyword arguments for `web.AppRunner`."""

    keepalive_timeout: float
    max_line_size: int
    max_field_size: int
    max_headers: int
    logger: logging.Logger


# aiohttp knows no time limit for a request's header, but closes a connection on which no whole request came
# for `keepalive_timeout`: also the first one, also when its header dribbles in. The default is an hour.
# 64 lines of up to 8 KB: no player sends a tenth of it.
LIMITS: Final[Limits] = {
    "keepalive_timeout": 10.0,
    "max_line_size": 8190,
    "max_field_size": 8190,
    "max_headers": 64,
    "logger": _requests_log,
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(transmitter: Transmitter, identity: Identity) -> list[web.RouteDef]:
    """A route for each mount, for every method: what is not allowed is refused here, by name."""
    return [
        web.route("*", spec.path, _mount_handler(transmitter, identity, spec)) for spec in transmitter.mounts
    ]


def not_found(transmitter: Transmitter) -> Handler:
    """A handler for addresses that do not exist: 404, and the mounts by name."""
    paths = "".join(f"  {spec.path}\n" for spec in transmitter.mounts)

    async def handle(request: web.Request) -> web.StreamResponse:
        text = f"There is nothing at this address. The stream is at:\n{paths}"
        return web.Response(status=404, text=text, headers=dict(_CORS))

    return handle


def head(spec: MountSpec, identity: Identity, *, icy: bool) -> bytes:
    """The whole response header of a mount, up to and with the empty line."""
    return _head(spec, identity, icy=icy, date=formatdate(time.time(), usegmt=True))


# A thousand may come in a second, and all of them get the same bytes.
@lru_cache(maxsize=32)
def _head(spec: MountSpec, identity: Identity, *, icy: bool, date: str) -> bytes:
    lines = [
        ("Server", f"radiocast/{__version__}"),
        ("Date", date),
        ("Connection", "close"),
        ("Content-Type", "audio/mpeg"),
        *_NOT_KEPT,
        *_CORS,
        ("icy-br", str(spec.bitrate_kbps)),
        (
            "ice-audio-info",
            f"channels={spec.channels};samplerate={SAMPLE_RATE};bitrate={spec.bitrate_kbps}",
        ),
        ("icy-name", identity.name),
        ("icy-description", identity.slogan),
        ("icy-genre", identity.genre),
        ("icy-url", identity.url),
        # 0: a server that relays us shall not list us in a public directory without being told to.
        ("icy-pub", "0"),
    ]
    if icy:
        lines.append(("icy-metaint", str(block_bytes(spec.bitrate_kbps))))
    text = "".join(f"{name}: {_value(value)}\r\n" for name, value in lines)
    # UTF-8, as Icecast sends it and players read it; for whoever insists on Latin-1 it is at least no error.
    return f"HTTP/1.0 200 OK\r\n{text}\r\n".encode()


def _value(text: str) -> str:
    """A header's value: one line, no control characters, nothing that has no UTF-8."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(line.split())[:_VALUE_CHARS]


def _mount_handler(transmitter: Transmitter, identity: Identity, spec: MountSpec) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        match request.method:
            case "GET":
                return _listen(transmitter, identity, spec, request)
            case "HEAD":
                return HandedOver(200, head(spec, identity, icy=_wants_titles(request)))
            case "OPTIONS":
                return web.Response(
                    status=204, headers={**dict(_CORS), "Allow": _ALLOWED, "Access-Control-Max-Age": "86400"}
                )
            case method:
                refusal = web.Response(
                    status=405,
                    text=f"{_value(method)} is not for a stream; use GET.\n",
                    headers={**dict(_CORS), "Allow": _ALLOWED},
                )
                # What follows (a source's sound, an upload) is not read.
                refusal.force_close()
                return refusal

    return handle


def _wants_titles(request: web.Request) -> bool:
    return request.headers.get("Icy-MetaData", "").strip() == "1"


def _listen(
    transmitter: Transmitter, identity: Identity, spec: MountSpec, request: web.Request
) -> web.StreamResponse:
    """Let a listener in. Nothing is awaited after the admission, so that aiohttp writes nothing between."""
    try:
        sock = duplicate(request)
    except OSError:
        return _unavailable("No descriptor is left for another listener")
    if sock is None:
        # Gone already, and nobody reads the answer; or one that cannot be taken.
        return _unavailable("This connection cannot carry the stream")
    icy = _wants_titles(request)
    admitted = transmitter.admit(
        sock,
        spec.path,
        icy=icy,
        head=head(spec, identity, icy=icy),
        asked=Asked(
            address=request.remote or "",
            line=f"{request.method} {request.raw_path}",
            at_unix_s=time.time(),
            agent=_value(request.headers.get("User-Agent", ""))[:_AGENT_CHARS],
        ),
    )
    if isinstance(admitted, Refused):
        sock.close()
        return _unavailable(
            "The station is closing down" if admitted.reason is Refusal.CLOSING else "Every place is taken"
        )
    return HandedOver(200)


def _unavailable(reason: str) -> web.Response:
    response = web.Response(
        status=503,
        text=f"{reason}. Please try again in {_RETRY_AFTER_S} s.\n",
        headers={**dict(_CORS), **dict(_NOT_KEPT), "Retry-After": str(_RETRY_AFTER_S)},
    )
    response.force_close()
    return response
