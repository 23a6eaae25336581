"""A worker's secure callers as the transmitter sees them.

Owns: our end of the worker's line, and the way out to each caller of whom it asks.
Must not know: who may listen, or what is at which address: `Switchboard` does.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Final, Protocol

from radiocast.link.calls import Asks, Caller, LetIn, Line, Open, Page, Refused, Reply, TurnedAway, Waiting
from radiocast.link.messages import Departure, Ticket
from radiocast.model.audience import End
from radiocast.model.errors import LinkError
from radiocast.transmitter.worker_side import WorkerSide

# Letting one in takes a tenth of a millisecond; those that are left make the line readable again.
_WORDS_AT_ONCE: Final = 32


class CallOutlet:
    """The way out to a caller that a worker holds: an answer, a listener's seat, or a page.

    What is sent is kept, and goes as one when it is closed: an answer is a few hundred bytes.
    """

    def __init__(
        self, call: int, line: Line, side: WorkerSide, on_departure: Callable[[Departure], None]
    ) -> None:
        self._call = call
        self._line = line
        self._side = side
        self._on_departure = on_departure
        self._said = b""
        self._settled = False

    def send(self, data: bytes | memoryview, /) -> int:
        """Keep it until the end."""
        self._said += data
        return len(data)

    def sendmsg(self, views: tuple[bytes | memoryview, ...], /) -> int:
        """The same."""
        return sum(map(self.send, views))

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """Nothing: the connection is the worker's."""

    def fileno(self) -> int:
        """None here."""
        return -1

    def close(self) -> None:
        """Have what was sent said, and the connection closed. One for which there is no room dies in time."""
        if not self._settled:
            self._settled = True
            self._line.say(Reply(call=self._call), self._said)

    def let_in(self, ticket: Ticket) -> None:
        """The caller listens, there; or is told of as lost at once, where the worker cannot be told."""
        self._settled = True
        word = LetIn(call=self._call, number=ticket.number, mount=ticket.mount, titled=ticket.titled)
        if not self._side.ended.is_set() and self._line.say(word, ticket.head):
            self._side.listeners.add(ticket.number)
        else:
            self._on_departure(Departure(number=ticket.number, end=End.LOST, sent_bytes=0))

    def serve(self) -> socket.socket:
        """A socket, not blocking and the caller's own, for serving the call. Raises OSError if it fails."""
        served, theirs = socket.socketpair()
        with theirs:
            if not self._line.say(Page(call=self._call), descriptor=theirs.fileno()):
                served.close()
                raise OSError("the worker that has the connection takes no pages just now")
        self._settled = True
        served.setblocking(False)
        return served


class Switchboard(Protocol):
    """Who decides about callers. Every method MUST return at once."""

    def asked(self, outlet: CallOutlet, peer: str, received: bytes) -> None:
        """Somebody from `peer` asked so by TLS; the answer goes by `outlet`."""
        ...

    def turned_away(self, word: TurnedAway) -> None:
        """Some came no further than a worker's lobby."""
        ...

    def refused(self, word: Refused) -> None:
        """A worker answered somebody by itself."""
        ...


class SecureCalls:
    """One worker's line, for as long as it lives. Needs a running loop."""

    def __init__(
        self,
        line: Line,
        side: WorkerSide,
        *,
        switchboard: Switchboard,
        on_departure: Callable[[Departure], None],
    ) -> None:
        self._line = line
        self._side = side
        self._switchboard = switchboard
        self._on_departure = on_departure
        # Whether the worker has a certificate and takes callers.
        self.open = False
        # How many in its lobby have not asked yet, as it said last.
        self.waiting = 0
        self._passed_on = self._came = 0
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(line.fileno(), self._hear)

    @property
    def under_way(self) -> int:
        """How many were passed on and have not asked yet, as far as is known."""
        return self._passed_on - self._came + self.waiting

    def pass_on(self, sock: socket.socket, peer: str) -> bool:
        """Give a connection to the worker, of which nothing has been read; True: it is closed here."""
        if not self.open or self._side.room <= 0:
            return False
        if not self._line.say(Caller(peer=peer), descriptor=sock.fileno()):
            return False
        self._passed_on += 1
        sock.close()
        return True

    def close(self) -> None:
        """Hear no more of it. Safe to call twice."""
        if self._line.fileno() != -1:
            self._loop.remove_reader(self._line.fileno())
        self.open = False
        self.waiting = 0
        self._line.close()

    def _hear(self) -> None:
        for _ in range(_WORDS_AT_ONCE):
            try:
                heard = self._line.hear()
            except LinkError:
                # It is dead, or as good as: its link tells, and ends its life.
                self.close()
                return
            if heard is None:
                return
            match heard.word:
                case Open():
                    self.open = True
                case Asks(call=call, peer=peer):
                    outlet = CallOutlet(call, self._line, self._side, self._on_departure)
                    self._switchboard.asked(outlet, peer, heard.body)
                case Waiting(came=came, waiting=waiting):
                    self._came, self.waiting = came, waiting
                case TurnedAway() as word:
                    self._switchboard.turned_away(word)
                case Refused() as word:
                    self._switchboard.refused(word)
                case _:
                    pass  # no word of a worker's
            if heard.sock is not None:
                heard.sock.close()
