"""Raw listeners for tests: connected sockets, and the clock that is ticked by hand."""

import socket
from dataclasses import dataclass, field

from radiocast.model.audience import Asked
from radiocast.model.units import BLOCK_S


def asked(address: str) -> Asked:
    """A listener's request from an address."""
    return Asked(address=address, line="GET /live.mp3 HTTP/1.1", at_unix_s=1_700_000_000.0, agent="test")


class HandClock:
    """Stands still until somebody moves it, by blocks or parts of them."""

    def __init__(self) -> None:
        self._blocks = 0.0

    def monotonic_s(self) -> float:
        # A microsecond late, as every clock is, so that rounding never makes it early.
        return 1000.0 + self._blocks * BLOCK_S + (1e-6 if self._blocks else 0.0)

    def unix_s(self) -> float:
        return self.monotonic_s() + 1_700_000_000.0

    def pass_blocks(self, count: float) -> None:
        self._blocks += count


def tcp_pair(*, receive_buffer_bytes: int | None = None) -> tuple[socket.socket, socket.socket]:
    """The server's and the listener's end of a connection on loopback, both non-blocking."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        listener = socket.socket()
        if receive_buffer_bytes is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        listener.connect(door.getsockname())
        server, _ = door.accept()
    # As who admits a listener must hand its connection over: nothing in the fan-out may wait.
    server.setblocking(False)
    listener.setblocking(False)
    return server, listener


@dataclass(slots=True)
class Ear:
    """A listener's end: what it has read so far."""

    sock: socket.socket
    heard: bytearray = field(default_factory=bytearray)
    ended: bool = False

    def read(self) -> bytes:
        """Everything that has arrived since the last time."""
        start = len(self.heard)
        try:
            while data := self.sock.recv(1 << 20):
                self.heard += data
            self.ended = True
        except BlockingIOError:
            pass
        except ConnectionResetError:
            self.ended = True
        return bytes(self.heard[start:])

    def close(self) -> None:
        self.sock.close()
