"""The last words to a connection: a short answer, and a close that lets it be read.

Owns: how the lobby's refusals look, and how a connection ends of which not everything was read.
Must not know: why it is refused.

A close with bytes unread is a reset, and a reset makes a client throw away what it has not read yet: so the
sending side is shut first, and what still comes is read and forgotten, for a while.
"""

import socket
import time
from http import HTTPStatus
from typing import Final

from radiocast import __version__
from radiocast.reception.arrival import Outlet

# Time for an answer to arrive and for the client to hang up: some round trips on a bad line.
LINGER_S: Final = 2.0
_READ_BYTES: Final = 16 * 1024
# An upload that goes on after its refusal is cut off.
_MAX_READ_BYTES: Final = 256 * 1024
_RETRY_AFTER_S: Final = 30


def answer(status: int, text: str, *, unix_s: float) -> bytes:
    """A whole response: header and one line of text."""
    body = f"{text}.\n".encode("utf-8", "replace")
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(unix_s))
    retry = f"Retry-After: {_RETRY_AFTER_S}\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
    head = (
        f"HTTP/1.0 {status} {HTTPStatus(status).phrase}\r\n"
        f"Server: radiocast/{__version__}\r\n"
        f"Date: {date}\r\n"
        f"{retry}"
        "Connection: close\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Access-Control-Allow-Origin: *\r\n"
        "\r\n"
    )
    return head.encode("ascii") + body


class Leaving:
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


def say(way_out: Outlet, response: bytes) -> int:
    """Send an answer, without waiting: how many bytes went. A few hundred always fit a buffer."""
    try:
        return way_out.send(response)
    except OSError:
        return 0
