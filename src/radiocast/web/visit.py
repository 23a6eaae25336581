"""A page's connection: what aiohttp gets of it, and what becomes of the answer.

Owns: the request as aiohttp is to read it, how long an answer may lie unread, and the record of it.
Must not know: what any page says, or how many are served.

The request was read from the connection before. It is written anew, so that the lobby and aiohttp understand
the same by it. What pages should know of the asker (who it is behind a proxy, by what address it knows us) is
in the arrival; `visit_of` finds it for a request.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from radiocast.model.audience import Answered
from radiocast.reception.arrival import Arrival
from radiocast.reception.request import header_end
from radiocast.web.address import own_address

# In so long, so much of an answer must have gone out, or all of it: 4 kbit/s, which the slowest phone has.
PATIENCE_S: Final = 30.0
_LEAST_BYTES: Final = 16 * 1024
# nginx's number for those who hung up before they were answered.
_HUNG_UP: Final = 499
# Of the connection, or for it, and not of the request: each has one request, and nobody is told to go on.
_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "upgrade", "expect", "http2-settings"})
# What may stand in path and query as it is (RFC 3986, section 3.3 and 3.4).
_TARGET: Final = "/?:@!$&'()*+,;=-._~%"


class Visit(asyncio.Protocol):
    """A connection that aiohttp's protocol serves: all that happens on it goes on to that one.

    It stands between, to put first what was read before, and to know when the connection ends.
    """

    def __init__(
        self,
        arrival: Arrival,
        inner: web.RequestHandler,
        *,
        patience_s: float,
        on_end: "Callable[[Visit, Answered], None]",
    ) -> None:
        self.arrival = arrival
        self._inner = inner
        self._patience_s = patience_s
        self._on_end = on_end
        headers = arrival.request.headers
        self._has_body = "content-length" in headers or "transfer-encoding" in headers
        self._began_s = time.monotonic()
        self._transport: asyncio.Transport | None = None
        self._writer: AbstractStreamWriter | None = None
        self._sent_bytes = 0
        self._status = _HUNG_UP
        self._impatience: asyncio.TimerHandle | None = None

    def answered(self, status: int, writer: AbstractStreamWriter) -> None:
        """The answer's header is written; the rest of it goes by this writer."""
        if self._transport is not None and not self._transport.is_closing():
            self._status, self._writer = status, writer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell aiohttp, and give it what has been read; asyncio reads on when this returns."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for mypy; no other kind is made
        self._transport = transport
        self._wait()
        self._inner.connection_made(transport)
        self._inner.data_received(_header(self.arrival))
        received = self.arrival.received
        self.data_received(received[header_end(received) :])

    def data_received(self, data: bytes) -> None:
        """More of a request's body. Where there is none, it is a second request, which is not answered."""
        if data and self._has_body:
            self._inner.data_received(data)

    def eof_received(self) -> bool:
        """The asker says no more; it may read on. A connection ends with its answer in any case."""
        self._inner.eof_received()
        return True

    def pause_writing(self) -> None:
        """Enough lies unread."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """It was read."""
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        if self._impatience is not None:
            self._impatience.cancel()
        self._inner.connection_lost(exc)
        self._on_end(
            self,
            Answered(
                asked=self.arrival.asked,
                status=self._status,
                sent_bytes=self._written_bytes(),
                seconds=time.monotonic() - self._began_s,
            ),
        )

    def _written_bytes(self) -> int:
        return self._writer.output_size if self._writer is not None else 0

    def _wait(self) -> None:
        self._impatience = asyncio.get_running_loop().call_later(self._patience_s, self._look)

    def _look(self) -> None:
        """Cut off whoever does not read its answer, so that it does not hold a descriptor for ever."""
        assert self._transport is not None  # noqa: S101 - for mypy; the timer begins with it
        sent_bytes = self._written_bytes() - self._transport.get_write_buffer_size()
        if sent_bytes - self._sent_bytes < _LEAST_BYTES:
            self._transport.abort()
        else:
            self._sent_bytes = sent_bytes
            self._wait()


def _header(arrival: Arrival) -> bytes:
    """The request's header as aiohttp is to read it."""
    request = arrival.request
    major, minor = request.version
    fields = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
    fields["connection"] = "close"
    # Old players send none. This one is also what handlers see as the request's.
    fields["host"] = arrival.host or own_address(arrival.sock)
    lines = [f"{request.method} {_origin_form(request.target)} HTTP/{major}.{minor}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def _origin_form(target: str) -> str:
    """Path and query of a target, without what stands in front of them (RFC 9112 section 3.2.1)."""
    _, absolute, rest = target.partition("://") if target[0] not in "/*" else ("", "", target)
    if absolute:
        path = min((at for at in map(rest.find, "/?") if at >= 0), default=len(rest))
        rest = rest[path:] if rest[path : path + 1] == "/" else "/" + rest[path:]
    return quote(rest, safe=_TARGET, errors="surrogateescape")


def visit_of(request: web.BaseRequest) -> Visit | None:
    """The visit on whose connection this request came; None when that is closed."""
    transport = request.transport
    visit = transport.get_protocol() if transport is not None else None
    return visit if isinstance(visit, Visit) else None
