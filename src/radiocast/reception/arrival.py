"""Somebody at the door: a connection, and what it asks for.

Owns: the value that walks from the lobby to whoever answers.
"""

import socket
from dataclasses import dataclass
from typing import Protocol

from radiocast.model.audience import Asked
from radiocast.reception.request import Request


class Outlet(Protocol):
    """A connected, non-blocking way out to a client: a socket, or TLS over one that behaves as one does."""

    def send(self, data: bytes | memoryview, /) -> int:
        """Send what can be sent now; how many bytes. Raises BlockingIOError when that is none."""
        ...

    def sendmsg(self, views: tuple[bytes | memoryview, ...], /) -> int:
        """The same, gathered from several pieces."""
        ...

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """An option of the socket."""
        ...

    def fileno(self) -> int:
        """The connection's descriptor."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A connection whose request has been read. Whoever takes it closes it.

    `sock` is the TCP connection itself; `way_out` is where answers go: the same, or TLS over it.
    `received` is all that was read from the connection, without PROXY preface and TLS: the header, and
    perhaps more behind it. `host` is the authority under which it asked, "" where it named none that can be
    believed; `secure` is whether it came by https, here or at a trusted proxy.
    """

    sock: socket.socket
    way_out: Outlet
    request: Request
    asked: Asked
    secure: bool
    host: str
    received: bytes
