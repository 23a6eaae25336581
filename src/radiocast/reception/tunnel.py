"""Tunnels: TLS connections joined to socket pairs, whose other ends are served by who speaks no TLS of ours.

Owns: the bytes on their way, in both directions, and how long a client may leave them unread.
Must not know: what they say.

Theory of operation
- An epoll of its own has both sides of every tunnel, edge-triggered, so that nothing has to be registered
  anew when one side has to wait for the other. Whoever runs it watches `descriptor`, and calls `turn` when
  that is readable and every few seconds besides.
- What comes from one side is given to the other at once. A side that does not take it is not read for until
  it does: that is the back-pressure, and the bound. Per tunnel there is one record in each direction, and
  the kernel's buffers.
- The client's end of sending is passed on; the tunnel ends with the served side, when all it said has left,
  or with either side's failure.
"""

import contextlib
import errno
import select
import socket
from typing import Final

from radiocast.reception.secure import RECORD_BYTES, SecureSocket

# Each has three descriptors.
MOST_TUNNELS: Final = 500
# A phone in a tunnel of another kind comes back within that.
PATIENCE_S: Final = 30.0
# Of the socket pair, on its way to the client; the kernel doubles it for its own book-keeping.
_PAIR_BUFFER_BYTES: Final = 32_768
# At about 0.1 ms a record, a turn is short against the time between two slices of the fan-out.
_EVENTS_A_TURN: Final = 16
_RECORDS_A_TURN: Final = 4
_LOOK_EVERY_S: Final = 5.0
_ANY: Final = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET


class _Tunnel:
    """One client. `moved_s` is when something went out to it last, or could have."""

    __slots__ = ("_deaf", "_ended", "_rest", "client", "client_ended", "inner", "moved_s")

    def __init__(self, client: SecureSocket, inner: socket.socket, *, now_s: float) -> None:
        self.client = client
        self.inner = inner
        self.moved_s = now_s
        self.client_ended = False
        # What came from the client and was not taken yet.
        self._rest = b""
        # The served side has said everything; it hears nothing more.
        self._ended = False
        self._deaf = False

    def pump(self, now_s: float) -> bool:
        """Move what can be moved; whether there may be more. Raises OSError when the tunnel is at its end."""
        more = False
        with contextlib.suppress(BlockingIOError):
            more |= self._down(now_s)
        with contextlib.suppress(BlockingIOError):
            more |= self._up()
        return more

    def _down(self, now_s: float) -> bool:
        """From the served side to the client."""
        for _ in range(_RECORDS_A_TURN):
            if self._ended:
                self.client.shut()
                raise ConnectionAbortedError("all is said")
            self.client.flush()
            self.moved_s = now_s
            data = self.inner.recv(RECORD_BYTES)
            if data:
                self.client.send(data)
            else:
                self._ended = True
        return True

    def _up(self) -> bool:
        """From the client to the served side."""
        for _ in range(_RECORDS_A_TURN):
            if self._rest:
                try:
                    self._rest = self._rest[self.inner.send(self._rest) :]
                except (BrokenPipeError, ConnectionResetError):
                    # It has answered without hearing everything. The rest is read all the same: a connection
                    # that is closed with words unread is reset, and the answer lost.
                    self._deaf, self._rest = True, b""
                continue
            if self.client_ended:
                return False
            data = self.client.recv(RECORD_BYTES)
            if not data:
                self.client_ended = True
                with contextlib.suppress(OSError):
                    self.inner.shutdown(socket.SHUT_WR)
            elif not self._deaf:
                self._rest = data
        return True

    @property
    def served(self) -> bool:
        """Whether the served side may say more."""
        return not self._ended

    def close(self) -> None:
        """Close both."""
        self.client.close()
        self.inner.close()


class Tunnels:
    """All tunnels of a process. Not thread-safe. Raises OSError when no descriptor is left for it."""

    def __init__(self, *, most: int = MOST_TUNNELS, patience_s: float = PATIENCE_S) -> None:
        self._most = most
        self._patience_s = patience_s
        self._epoll = select.epoll()
        # Both descriptors of each lead to it.
        self._by_descriptor: dict[int, _Tunnel] = {}
        self._look_at_s = 0.0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._by_descriptor) // 2

    @property
    def descriptor(self) -> int:
        """Readable when a `turn` is wanted."""
        return self._epoll.fileno()

    def open(self, client: SecureSocket, now_s: float) -> socket.socket:
        """Join a connection to a socket pair; the pair's other end, which is to be served.

        It does not block, and is the caller's to close. The connection is the tunnel's from here on. Raises
        OSError when there are too many tunnels, or no descriptors; then it is the caller's still.
        """
        inner, served = socket.socketpair()
        try:
            for end in (inner, served):
                end.setblocking(False)
            served.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PAIR_BUFFER_BYTES)
            self.join(client, inner, now_s)
        except OSError:
            inner.close()
            served.close()
            raise
        return served

    def join(self, client: SecureSocket, inner: socket.socket, now_s: float) -> None:
        """Join a connection to a socket that does not block, at whose other end it is served.

        Both are the tunnel's from here on. Raises OSError as `open` does; then they are the caller's still.
        """
        if len(self) >= self._most:
            raise OSError(errno.EMFILE, "too many secure pages are being sent")
        self._epoll.register(inner, _ANY)
        try:
            self._epoll.register(client.fileno(), _ANY)
        except OSError:
            self._epoll.unregister(inner)
            raise
        tunnel = _Tunnel(client, inner, now_s=now_s)
        self._by_descriptor[inner.fileno()] = self._by_descriptor[client.fileno()] = tunnel

    def turn(self, now_s: float) -> None:
        """Do what is to be done now. Never waits. `now_s` is a monotonic clock's."""
        if self._epoll.closed:
            return
        for descriptor, events in self._epoll.poll(0, _EVENTS_A_TURN):
            tunnel = self._by_descriptor.get(descriptor)
            if tunnel is None:
                continue  # its other side ended it in this very turn
            try:
                more = tunnel.pump(now_s)
            except OSError:
                self._end(tunnel)
                continue
            if more:
                # Told anew, the kernel says once more what can be done.
                self._epoll.modify(tunnel.client.fileno(), _ANY)
                self._epoll.modify(tunnel.inner, _ANY)
            elif events & select.EPOLLERR:
                self._end(tunnel)
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + _LOOK_EVERY_S
            self._look(now_s)

    def close(self) -> None:
        """Close every tunnel. Safe to call twice."""
        for tunnel in set(self._by_descriptor.values()):
            self._end(tunnel)
        self._epoll.close()

    def _look(self, now_s: float) -> None:
        """End those whose clients have read nothing for too long."""
        for tunnel in set(self._by_descriptor.values()):
            if tunnel.served and not tunnel.client.blocked:
                tunnel.moved_s = now_s
            elif now_s - tunnel.moved_s >= self._patience_s:
                self._end(tunnel)

    def _end(self, tunnel: _Tunnel) -> None:
        for descriptor in (tunnel.client.fileno(), tunnel.inner.fileno()):
            del self._by_descriptor[descriptor]
        tunnel.close()  # closed connections leave the epoll by themselves
