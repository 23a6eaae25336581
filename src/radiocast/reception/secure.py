"""TLS over a connection, behaving as the non-blocking socket under it would.

Owns: handshakes a step at a time, records, and what of a record the kernel has not taken yet.
Must not know: which certificate, what is asked for, or who sends what.

Theory of operation
- What is sent is cut into records (16 KB at most), each written by one call. OpenSSL encrypts a record whole;
  when the kernel takes only a part of it, OpenSSL keeps the rest, and the same record MUST be offered again
  before anything else. That record then counts as sent, as bytes in a kernel's buffer do, its plain text
  is kept (`_pending`), and the next send raises BlockingIOError until the kernel has taken the rest.
- Bounds, per connection: one record in plain text, mostly a view of a shared block, and the same record
  encrypted, inside OpenSSL. Neither exists while the client keeps up.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Final

# The most that one record carries (RFC 8446 section 5.1).
RECORD_BYTES: Final = 16_384


class SecureSocket:
    """The server's side of TLS on a connected non-blocking socket, which is this object's from now on.

    An `Outlet`. Nothing here waits: what cannot be done now raises BlockingIOError, what cannot be done at
    all another OSError (`ssl.SSLError` is one). Raises OSError when the client is gone already; the socket
    is closed then.
    """

    __slots__ = ("_pending", "_tls")

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        try:
            # `wrap_socket` takes a connection that is gone for one that is yet to be made.
            sock.getpeername()
        except OSError:
            sock.close()
            raise
        # The descriptor stays the same, so that whoever watches it need not know.
        self._tls = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        self._pending: memoryview | None = None

    @property
    def sock(self) -> ssl.SSLSocket:
        """The connection itself: its addresses and options."""
        return self._tls

    @property
    def blocked(self) -> bool:
        """Whether a record waits for the kernel: what is sent next would be refused."""
        return self._pending is not None

    def do_handshake(self) -> None:
        """Go on with the handshake; done when it returns.

        Raises BlockingIOError when it waits for the client, and another OSError when it failed: no TLS, no
        cipher or version in common, the client gone.
        """
        try:
            self._tls.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as waits:
            raise BlockingIOError("the client's next words have not come") from waits

    def recv(self, size: int, /) -> bytes:
        """What has come, at most `size` bytes; none when the client will send no more.

        With a `size` of RECORD_BYTES or more nothing that has come is left inside: epoll tells of the rest.
        """
        try:
            return self._tls.recv(size)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as nothing:
            raise BlockingIOError("nothing has come") from nothing

    def send(self, data: bytes | memoryview, /) -> int:
        """Send what can be sent now. `data` MUST NOT change afterwards: the last record of it may be kept."""
        self.flush()
        size = len(data)
        if size <= RECORD_BYTES:
            if size:
                self._write(data)
            return size
        view = memoryview(data)
        for start in range(0, size, RECORD_BYTES):
            self._write(view[start : start + RECORD_BYTES])
            if self._pending is not None:
                return min(size, start + RECORD_BYTES)
        return size

    def sendmsg(self, views: tuple[bytes | memoryview, ...], /) -> int:
        """The same, gathered from several pieces; only so many are put together as can be sent."""
        self.flush()
        sent = 0
        for record in _records(views):
            self._write(record)
            sent += len(record)
            if self._pending is not None:
                break
        return sent

    def flush(self) -> None:
        """Give the kernel the rest of the last record. Raises BlockingIOError while it does not take it."""
        if self._pending is not None:
            record, self._pending = self._pending, None
            self._write(record)
            if self._pending is not None:
                raise BlockingIOError("the last record has not left")

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """An option of the socket."""
        self._tls.setsockopt(level, option, value)

    def fileno(self) -> int:
        """The connection's descriptor; -1 once closed."""
        return self._tls.fileno()

    def shut(self) -> None:
        """Tell the client that this was all; without it, it cannot know that nobody cut the connection.

        Raises BlockingIOError while the kernel does not take it. Its answer is not waited for.
        """
        self.flush()
        try:
            self._tls.unwrap()
        except ssl.SSLWantWriteError as full:
            raise BlockingIOError("the last words have not left") from full
        except (OSError, ValueError):
            pass  # said, and not answered yet; or there is nobody to tell

    def close(self) -> None:
        """Close the connection, telling the client that this is its end if that can be said at once."""
        if self._tls.version() is not None:  # not in the middle of a handshake
            with contextlib.suppress(OSError):
                self.shut()
        self._tls.close()

    def _write(self, record: bytes | memoryview) -> None:
        """One record: taken whole, or pending."""
        try:
            self._tls.send(record)
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            self._pending = memoryview(record)


def _records(views: tuple[bytes | memoryview, ...]) -> Iterator[bytes]:
    """The pieces together, cut into records."""
    gathered: list[bytes | memoryview] = []
    room = RECORD_BYTES
    for view in views:
        rest = memoryview(view)
        while len(rest) >= room:
            gathered.append(rest[:room])
            yield b"".join(gathered)
            gathered.clear()
            rest, room = rest[room:], RECORD_BYTES
        gathered.append(rest)
        room -= len(rest)
    if room < RECORD_BYTES:
        yield b"".join(gathered)
