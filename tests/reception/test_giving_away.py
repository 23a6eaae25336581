"""Connections that begin with TLS and are given to somebody else, who may not want them."""

import contextlib
import socket

import pytest

from radiocast.reception.arrival import Arrival
from radiocast.reception.lobby import Lobby
from tests.reception.tls import TlsClient, certificate

REQUEST = b"GET /live.mp3 HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Giving:
    """A lobby at a door of its own, and what became of who came."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self.given: list[tuple[bytes, str]] = []
        self.arrivals: list[Arrival] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.setblocking(False)
        self.lobby = Lobby([self.door], take=self.arrivals.append, secure=certificate())
        self.lobby.give_away = self.give_away

    def give_away(self, sock: socket.socket, peer: str) -> bool:
        if self.wanted:
            self.given.append((sock.recv(3), peer))
            sock.close()
        return self.wanted

    def call(self) -> TlsClient:
        return TlsClient(socket.create_connection(self.door.getsockname()))

    def close(self) -> None:
        for arrival in self.arrivals:
            arrival.way_out.close()
        self.lobby.close()
        self.door.close()


@pytest.mark.parametrize("waits", [False, True])
def test_one_that_is_wanted_elsewhere_is_the_lobbys_no_more(waits: bool) -> None:
    with contextlib.closing(Giving(wanted=True)) as giving, contextlib.closing(giving.call()) as client:
        if waits:  # accepted and watched before it says anything
            giving.lobby.turn(0.0)
        assert not client.step()
        while not giving.given:
            giving.lobby.turn(0.0)
        # Nothing of it has been read.
        assert giving.given == [(b"\x16\x03\x01", "127.0.0.1")]
        assert giving.lobby.waiting == 0
        assert sum(giving.lobby.refused.values()) == 0
        giving.lobby.turn(11.0)


def test_one_that_nobody_else_wants_is_spoken_with_here() -> None:
    with contextlib.closing(Giving(wanted=False)) as giving, contextlib.closing(giving.call()) as client:
        while not client.step():
            giving.lobby.turn(0.0)
        client.send(REQUEST)
        while not giving.arrivals:
            giving.lobby.turn(0.0)
        [arrival] = giving.arrivals
        assert (arrival.request.path, arrival.secure) == ("/live.mp3", True)
        arrival.way_out.send(b"sound")
        while bytes(client.heard) != b"sound":
            client.read()


def test_one_that_speaks_no_tls_is_not_given_away() -> None:
    with contextlib.closing(Giving(wanted=True)) as giving:
        with socket.create_connection(giving.door.getsockname()) as plain:
            plain.sendall(REQUEST)
            while not giving.arrivals:
                giving.lobby.turn(0.0)
        assert giving.given == []
        assert not giving.arrivals[0].secure
