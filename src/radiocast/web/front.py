"""The pages' way in: connections whose request has been read, given to aiohttp.

Owns: how many pages are served at once, how long an answer may lie unread, and the record of each.
Must not know: what any page says, or how requests are waited for and read.

aiohttp opens no port: it gets each connection with the request that was read from it, written anew so that
both understand the same by it, answers it, and closes the connection. What pages should know of the asker
(who it is behind a proxy, by what address it knows us) is in the arrival; `visit_of` finds it for a request.
"""

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_exceptions import HttpProcessingError

from radiocast.model.audience import Answered, Record
from radiocast.reception.arrival import Arrival
from radiocast.reception.request import MAX_HEADER_BYTES, MAX_HEADER_LINES, header_end
from radiocast.web.address import own_address
from radiocast.web.answer import answer, send, unavailable

# A page takes milliseconds and a descriptor, with TLS three, a recording two more.
MOST_AT_ONCE: Final = 300
# Others wait their turn: news brings hundreds in the same second, each to be answered in milliseconds.
MOST_WAITING: Final = 1000
# A page is up to a millisecond of the loop's time, and a slice of the fan-out comes every 60 ms.
_STARTED_A_TURN: Final = 8
# In so long, so much of an answer must have gone out, or all of it: 4 kbit/s, which the slowest phone has.
PATIENCE_S: Final = 30.0
_LEAST_BYTES: Final = 16 * 1024
# nginx's number for those who hung up before they were answered.
_HUNG_UP: Final = 499
# How long what is still being sent to an asker is read, so that it reads our refusal of it.
_LINGER_S: Final = 2.0
# Answers that are under way when the station closes down.
_SHUTDOWN_S: Final = 1.0
# Of the connection, or for it, and not of the request: each has one request, and nobody is told to go on.
_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "upgrade", "expect", "http2-settings"})
# What may stand in path and query as it is (RFC 3986, section 3.3 and 3.4).
_TARGET: Final = "/?:@!$&'()*+,;=-._~%"
# Those that aiohttp's parser knows, and pages may be asked by.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLOSING: Final = "The station is closing down."


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


def plain_socket(arrival: Arrival) -> socket.socket:
    """The connection itself."""
    return arrival.sock


class Front:
    """aiohttp behind the lobby. `record` is told of every answer, once its connection is closed.

    `inner_socket` gives the socket that aiohttp is to serve for an arrival that is no plain connection.
    """

    def __init__(
        self,
        app: web.Application,
        *,
        record: Callable[[Record], None],
        inner_socket: Callable[[Arrival], socket.socket] = plain_socket,
        most_at_once: int = MOST_AT_ONCE,
        most_waiting: int = MOST_WAITING,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._record = record
        self._inner_socket = inner_socket
        self._most = most_at_once
        self._most_waiting = most_waiting
        self._patience_s = patience_s
        self._runner = web.AppRunner(
            app,
            handle_signals=False,
            access_log=None,
            shutdown_timeout=_SHUTDOWN_S,
            logger=_requests_log,
            lingering_time=_LINGER_S,
            # The lobby's limits hold; these only must not be lower.
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=MAX_HEADER_LINES + 1,
        )
        self._closing = False
        self._entering: set[asyncio.Task[None]] = set()
        self._waiting: deque[Arrival] = deque()
        self._visits: set[Visit] = set()
        self._turn_comes = False

    def __len__(self) -> int:
        """How many are being served, or wait to be."""
        return len(self._visits) + len(self._waiting)

    async def open(self) -> None:
        """Get ready; arrivals MUST NOT come before."""
        await self._runner.setup()

    async def close(self) -> None:
        """Let what is being answered end within a second, and close everything."""
        self._closing = True
        while self._waiting:
            self._turn_away(self._waiting.popleft(), _CLOSING)
        # Two turns of the loop; cancelled before its first, an entering connection would be nobody's.
        await asyncio.gather(*self._entering)
        await self._runner.cleanup()

    def receive(self, arrival: Arrival) -> None:
        """Have it answered. Returns at once."""
        request = arrival.request
        if request.method not in _METHODS or request.headers.get("transfer-encoding", "chunked") != "chunked":
            text = "Pages are asked for by GET and HEAD.\n"
            self._answer(arrival, HTTPStatus.NOT_IMPLEMENTED, answer(HTTPStatus.NOT_IMPLEMENTED, (), text))
            return
        if self._closing:
            self._turn_away(arrival, _CLOSING)
            return
        if len(self._waiting) >= self._most_waiting:
            self._turn_away(arrival, "Too many ask for this station's pages just now.")
            return
        self._waiting.append(arrival)
        self._have_a_turn()

    def _have_a_turn(self) -> None:
        if self._waiting and len(self._visits) < self._most and not self._turn_comes:
            self._turn_comes = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        """Start some of those who wait, and leave the loop to others before the next."""
        self._turn_comes = False
        for _ in range(_STARTED_A_TURN):
            if self._waiting and len(self._visits) < self._most:
                self._start(self._waiting.popleft())
        self._have_a_turn()

    def _start(self, arrival: Arrival) -> None:
        server = self._runner.server
        assert server is not None  # noqa: S101 - for mypy; nobody waits before `open` or after `close`
        visit = Visit(arrival, server(), patience_s=self._patience_s, on_end=self._ended)
        self._visits.add(visit)
        task = asyncio.get_running_loop().create_task(self._enter(visit))
        self._entering.add(task)
        task.add_done_callback(self._entering.discard)

    async def _enter(self, visit: Visit) -> None:
        loop = asyncio.get_running_loop()
        try:
            sock = self._inner_socket(visit.arrival)
            await loop.connect_accepted_socket(lambda: visit, sock)
        except OSError as error:
            # No descriptor is left for a tunnel, or the asker hung up meanwhile.
            self._visits.discard(visit)
            self._have_a_turn()
            self._turn_away(visit.arrival, f"The page cannot be sent ({error.strerror or error}).")

    def _turn_away(self, arrival: Arrival, reason: str) -> None:
        refusal = unavailable(reason, [("Access-Control-Allow-Origin", "*")])
        self._answer(arrival, HTTPStatus.SERVICE_UNAVAILABLE, refusal)

    def _answer(self, arrival: Arrival, status: HTTPStatus, data: bytes) -> None:
        sent = send(arrival, data)
        self._record(Answered(asked=arrival.asked, status=status, sent_bytes=sent, seconds=0.0))

    def _ended(self, visit: Visit, answered: Answered) -> None:
        self._visits.discard(visit)
        self._record(answered)
        self._have_a_turn()
