"""The pages' way in: connections whose request has been read, given to aiohttp.

Owns: how many pages are served at once, how many wait for that, and what aiohttp is told of its limits.
Must not know: what any page says, or how requests are waited for and read.

aiohttp opens no port: it gets each connection with the request that was read from it (`visit`), answers it,
and closes the connection.
"""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from radiocast.model.audience import Answered, Record
from radiocast.reception.answer import answer, send, unavailable
from radiocast.reception.arrival import Arrival
from radiocast.reception.request import MAX_HEADER_BYTES, MAX_HEADER_LINES
from radiocast.web.visit import PATIENCE_S, Visit

# A page takes milliseconds and a descriptor, with TLS three, a recording two more.
MOST_AT_ONCE: Final = 300
# Others wait their turn: news brings hundreds in the same second, each to be answered in milliseconds.
MOST_WAITING: Final = 1000
# A page is up to a millisecond of the loop's time, and a slice of the fan-out comes every 60 ms.
_STARTED_A_TURN: Final = 8
# How long what is still being sent to an asker is read, so that it reads our refusal of it.
_LINGER_S: Final = 2.0
# Answers that are under way when the station closes down.
_SHUTDOWN_S: Final = 1.0
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
        self._record(send(arrival, status, data))

    def _ended(self, visit: Visit, answered: Answered) -> None:
        self._visits.discard(visit)
        self._record(answered)
        self._have_a_turn()
