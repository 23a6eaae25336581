"""The last words to a connection: a short answer, and a close that lets it be read.

Owns: how many were refused, and how a connection ends of which not everything was read.
Must not know: why it is refused.

A close with bytes unread is a reset, and a reset makes a client throw away what it has not read yet: so the
sending side is shut first, and what still comes is read and forgotten, for a while.
"""

import select
import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from radiocast.model.audience import LINE_CHARS, Answered, Asked
from radiocast.reception.answer import answer, unavailable
from radiocast.reception.outlet import Outlet
from radiocast.reception.visitor import Reason, Turned, Visitor

# Time for an answer to arrive and for the client to hang up: some round trips on a bad line.
LINGER_S: Final = 2.0
# So many are not closed yet at most; then the oldest is.
_MAX_LEAVING: Final = 200
_EXPIRED_AT_ONCE: Final = 64
_READ_BYTES: Final = 16 * 1024
# An upload that goes on after its refusal is cut off.
_MAX_READ_BYTES: Final = 256 * 1024


class Farewells:
    """Refuses visitors, and keeps those that were told why until they hang up. `record` is told of them."""

    def __init__(
        self, epoll: select.epoll, *, record: Callable[[Answered], None], unix_s: Callable[[], float]
    ) -> None:
        self._epoll = epoll
        self._record = record
        self._unix_s = unix_s
        self._refused = dict.fromkeys(Reason, 0)
        # In the order of their deadlines.
        self._leaving: dict[int, _Leaving] = {}

    @property
    def refused(self) -> Mapping[Reason, int]:
        """How many were refused, by reason, all told."""
        return self._refused

    @property
    def next_deadline_s(self) -> float | None:
        """When `expire` is wanted; None while it is not."""
        return next((leaving.until_s for leaving in self._leaving.values()), None)

    def bid(self, visitor: Visitor, turned: Turned, now_s: float, *, linger: bool = True) -> None:
        """Say why, if there is anything to say, and close: as soon as that has been read, or at once.

        The epoll MUST NOT watch the visitor any more.
        """
        self._refused[turned.reason] += 1
        if not turned.status:
            visitor.way_out.close()
            return
        unix_s = self._unix_s()
        sent_bytes = _say(visitor.way_out, _answer(turned, unix_s))
        line = visitor.received[: 4 * LINE_CHARS].partition(b"\n")[0].rstrip(b"\r")
        asked = Asked(
            address=visitor.peer,
            line=line.decode("utf-8", "surrogateescape")[:LINE_CHARS],
            at_unix_s=unix_s,
        )
        self._record(
            Answered(
                asked=asked, status=turned.status, sent_bytes=sent_bytes, seconds=now_s - visitor.since_s
            )
        )
        # TLS has an end of its own.
        if not linger or visitor.secure or not sent_bytes or not self._linger(visitor, now_s):
            visitor.way_out.close()

    def attend(self, descriptor: int) -> None:
        """Something came from it, if it is one of these."""
        leaving = self._leaving.get(descriptor)
        if leaving is not None and leaving.hear():
            self._end(descriptor)

    def cut_one_short(self) -> bool:
        """Close the one that has had the most time. Whether there was one."""
        if not self._leaving:
            return False
        self._end(next(iter(self._leaving)))
        return True

    def expire(self, now_s: float) -> None:
        """Close those that have had their time, some at once."""
        for _ in range(_EXPIRED_AT_ONCE):
            until_s = self.next_deadline_s
            if until_s is None or now_s < until_s:
                return
            self.cut_one_short()

    def close(self) -> None:
        """Close all of them."""
        while self.cut_one_short():
            pass

    def _linger(self, visitor: Visitor, now_s: float) -> bool:
        leaving = _Leaving(visitor.sock, until_s=now_s + LINGER_S)
        if leaving.begin():
            return False
        try:
            self._epoll.register(visitor.descriptor, select.EPOLLIN | select.EPOLLET)
        except (OSError, ValueError):  # no memory; or the lobby was closed meanwhile
            return False
        self._leaving[visitor.descriptor] = leaving
        if len(self._leaving) > _MAX_LEAVING:
            self.cut_one_short()
        return True

    def _end(self, descriptor: int) -> None:
        self._leaving.pop(descriptor).close()  # a closed connection leaves the epoll by itself


class _Leaving:
    """A connection that was answered and is not closed yet. `until_s` is by its keeper's clock."""

    __slots__ = ("_read_bytes", "_sock", "until_s")

    def __init__(self, sock: socket.socket, *, until_s: float) -> None:
        """The last byte is on its way; nothing more is sent."""
        self._sock = sock
        self._read_bytes = 0
        self.until_s = until_s

    def begin(self) -> bool:
        """Tell it that nothing more comes. Whether it is gone."""
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            return True
        return self.hear()

    def hear(self) -> bool:
        """Read and forget what came. Whether it is gone, or goes on for too long."""
        try:
            while self._read_bytes < _MAX_READ_BYTES:
                more = self._sock.recv(_READ_BYTES)
                if not more:
                    return True
                self._read_bytes += len(more)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()


def _answer(turned: Turned, unix_s: float) -> bytes:
    """What is said to it: why, in a sentence."""
    # So that a player in a page can say so, too.
    fields = [("Access-Control-Allow-Origin", "*")]
    status = HTTPStatus(turned.status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return unavailable(f"{turned.text}.", fields, unix_s=unix_s)
    return answer(status, fields, f"{turned.text}.\n", unix_s=unix_s)


def _say(way_out: Outlet, response: bytes) -> int:
    """Send an answer, without waiting: how many bytes went. A few hundred always fit a buffer."""
    try:
        return way_out.send(response)
    except OSError:
        return 0
