"""A lobby, driven by hand: the clock is a number, and what comes in is kept."""

import contextlib
import select
import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from radiocast.model.audience import Answered
from radiocast.reception.arrival import Arrival
from radiocast.reception.lobby import Lobby
from radiocast.reception.proxies import TrustedProxies
from radiocast.reception.visitor import Reason, Securing

REQUEST = b"GET /live.mp3 HTTP/1.1\r\nHost: radio.example\r\nUser-Agent: player\r\n\r\n"
# What a busy machine may take for anything; passing it is a failure, reaching it no measure.
_PATIENCE_S = 20.0


class House:
    """A door on loopback, its lobby, and who came."""

    def __init__(
        self,
        *,
        trusted: tuple[str, ...] = (),
        secure: Securing | None = None,
        max_waiting: int = 100,
        backlog: int = 128,
        family: socket.AddressFamily = socket.AF_INET,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        host = "::1" if family is socket.AF_INET6 else "127.0.0.1"
        self.now_s = 1000.0
        self.arrivals: list[Arrival] = []
        self.answered: list[Answered] = []
        self._ends = contextlib.ExitStack()
        self.door = self._ends.enter_context(socket.create_server((host, 0), family=family, backlog=backlog))
        self.door.setblocking(False)
        self.lobby = Lobby(
            [self.door],
            take=self.arrivals.append,
            record=self.answered.append,
            proxies=TrustedProxies.parse(trusted),
            secure=secure,
            max_waiting=max_waiting,
            unix_s=lambda: 1_700_000_000.0,
            monotonic_s=monotonic_s,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lobby.close()
        for arrival in self.arrivals:
            arrival.way_out.close()
        self._ends.close()

    def call(self) -> socket.socket:
        """Connect to the door."""
        sock = socket.create_connection(self.door.getsockname()[:2], timeout=_PATIENCE_S)
        return self._ends.enter_context(sock)

    def handed(self, peer: str = "198.51.100.7") -> socket.socket:
        """A connection that was accepted elsewhere. What is sent here is there at once, on every machine."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.settimeout(_PATIENCE_S)
        self._ends.enter_context(theirs)
        self.lobby.take_over(ours, peer, self.now_s)
        return theirs

    def turn(self) -> None:
        self.lobby.turn(self.now_s)

    def until(self, happened: Callable[[], bool]) -> None:
        """Turns, whenever the lobby wants one, until this has happened."""
        while not happened():
            ready, _, _ = select.select([self.lobby.descriptor], [], [], _PATIENCE_S)
            assert ready, "nothing comes any more"
            self.turn()

    def arrival(self) -> Arrival:
        """The next one to come in."""
        seen = len(self.arrivals)
        self.until(lambda: len(self.arrivals) > seen)
        return self.arrivals[seen]

    def quiet(self) -> bool:
        """Whether the lobby wants no turn."""
        return not select.select([self.lobby.descriptor], [], [], 0)[0]

    def still_open(self) -> int:
        """How many refused connections wait for their clients to hang up."""
        return len(self.lobby._farewells._leaving)

    def refused(self) -> dict[Reason, int]:
        """Who was refused so far."""
        return {reason: count for reason, count in self.lobby.refused.items() if count}


def rest(sock: socket.socket) -> bytes:
    """All that still comes, until the connection is closed."""
    heard = b""
    # What the station did not read makes the kernel say so.
    with contextlib.suppress(ConnectionResetError):
        while more := sock.recv(65_536):
            heard += more
    return heard
