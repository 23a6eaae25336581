"""One worker as the transmitter sees it, from its start to its end.

Owns: our ends of its link and hatch, what it has not read yet, who listens there, its last tally.
Must not know: how the process is started, or what becomes of those it leaves behind.
"""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from radiocast.link.codec import Decoder, encode
from radiocast.link.handing import Hatch
from radiocast.link.messages import (
    PROTOCOL,
    Departed,
    Departure,
    Dismiss,
    Message,
    Serving,
    Tallied,
    Tally,
    Ticket,
)
from radiocast.model.errors import LinkError

_log = logging.getLogger(__name__)

# A thousand departures are some 70 KB; what is more is read at the loop's next turn.
_READ_BYTES: Final = 65_536


class WorkerSide:
    """Sends without ever waiting; `ended` is set when the link is over, for whatever reason.

    `most_unread` is how many frames it may leave unread: past that it is as good as dead. Needs a running
    loop, whose readiness it watches until `close`.
    """

    def __init__(
        self,
        link: socket.socket,
        hatch: Hatch,
        *,
        capacity: int,
        most_unread: int,
        on_departure: Callable[[Departure], None],
    ) -> None:
        link.setblocking(False)
        self._link = link
        self._hatch = hatch
        self._loop = asyncio.get_running_loop()
        self._decoder = Decoder()
        self._unread: deque[bytes | memoryview] = deque()
        self._most_unread = most_unread
        self._on_departure = on_departure
        self.capacity = capacity
        # The numbers of who listens there, as far as it has told.
        self.listeners: set[int] = set()
        self.tally = Tally()
        # Whether it has all blocks and may be given listeners.
        self.ready = False
        # Whether it has said anything since somebody last set this to False.
        self.heard = False
        self.ended = asyncio.Event()
        self._loop.add_reader(link.fileno(), self.hear)

    @property
    def room(self) -> int:
        """How many listeners it could take."""
        return self.capacity - len(self.listeners) if self.ready else 0

    def send(self, frame: bytes) -> None:
        """Send a frame, now or when it reads. One that leaves too many unread is given up."""
        if self.ended.is_set():
            return
        self._unread.append(frame)
        if len(self._unread) == 1:
            self._write()
        elif len(self._unread) > self._most_unread:
            self._give_up(f"it has left {len(self._unread)} messages unread")

    def give(self, ticket: Ticket, sock: socket.socket) -> bool:
        """Hand a listener over, and close our side of its connection; False when it cannot be had now."""
        try:
            given = self._hatch.give(ticket, sock.fileno())
        except LinkError:
            # It is dead. What it said before is still there to be read, and then the end.
            self.ready = False
            return False
        if given:
            self.listeners.add(ticket.number)
            sock.close()
        return given

    def dismiss(self, numbers: Iterable[int]) -> None:
        """End those of these listeners that are there."""
        here = tuple(number for number in numbers if number in self.listeners)
        if here:
            self.send(encode(Dismiss(numbers=here)))

    def hear(self) -> None:
        """Read what it has said, up to a bounded amount."""
        try:
            data = self._link.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        self.heard = True
        try:
            for message in self._decoder.feed(data):
                self._take(message)
        except LinkError as error:
            self._give_up(str(error))

    def hear_out(self) -> None:
        """Read all that is left of what it said, after its death."""
        while not self.ended.is_set():
            self.heard = False
            self.hear()
            if not self.heard:
                return

    def close(self) -> None:
        """Let go of it: its link and hatch are closed, and with them all that was on its way to it."""
        self._end()
        self._hatch.close()
        self._link.close()

    def _take(self, message: Message) -> None:
        match message:
            case Serving(protocol=protocol):
                if protocol != PROTOCOL:
                    raise LinkError(
                        f"worker: it speaks protocol {protocol} and we {PROTOCOL}: "
                        "an upgrade was not finished; restart radiocast"
                    )
                self.ready = True
            case Departed(departures=departures):
                for departure in departures:
                    if departure.number in self.listeners:
                        self.listeners.discard(departure.number)
                        self._on_departure(departure)
            case Tallied(tally=tally):
                self.tally = tally
            case _:
                raise LinkError(f"worker: {type(message).__name__} does not belong here")

    def _write(self) -> None:
        """Send what waits, as far as the link takes it."""
        try:
            while self._unread:
                sent = self._link.send(self._unread[0])
                if sent < len(self._unread[0]):
                    self._unread[0] = memoryview(self._unread[0])[sent:]
                else:
                    self._unread.popleft()
        except BlockingIOError:
            self._loop.add_writer(self._link.fileno(), self._write)
            return
        except OSError:
            # It is dead. What it said before is still there to be read, and then the end.
            self.ready = False
            self._unread.clear()
        self._loop.remove_writer(self._link.fileno())

    def _give_up(self, why: str) -> None:
        if not self.ended.is_set():
            _log.error("a worker is given up: %s", why)
        self._end()

    def _end(self) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self.ready = False
            self._unread.clear()
            self._loop.remove_reader(self._link.fileno())
            self._loop.remove_writer(self._link.fileno())
