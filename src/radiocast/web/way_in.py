"""The way in, on asyncio's loop: lobby, then door or front.

Owns: who gets an arrival, and when the lobby has its turn.
Must not know: what is at which address, or how anything is answered.
"""

import asyncio
from collections.abc import Callable, Iterable
from socket import socket

from radiocast.model.audience import Record
from radiocast.reception.arrival import Arrival
from radiocast.reception.lobby import Lobby
from radiocast.reception.proxies import TrustedProxies
from radiocast.reception.visitor import Securing
from radiocast.web.door import Door
from radiocast.web.front import Front


class WayIn:
    """Every connection's way to what it asks for. `record` is told of requests that the lobby refuses.

    The listening sockets stay the caller's, who closes them after `close`. Raises OSError when there is no
    descriptor for it.
    """

    def __init__(
        self,
        listening: Iterable[socket],
        *,
        door: Door,
        front: Front,
        record: Callable[[Record], None],
        proxies: TrustedProxies,
        secure: Securing | None = None,
    ) -> None:
        self._door = door
        self._front = front
        self.lobby = Lobby(listening, take=self.take, record=record, proxies=proxies, secure=secure)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Let everybody in from here on."""
        await self._front.open()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.lobby.descriptor, self._turn, self._loop)

    async def close(self) -> None:
        """Let nobody in any more, and end what is being answered; listeners are the transmitter's."""
        if self._loop is not None:
            self._loop.remove_reader(self.lobby.descriptor)
            self._loop = None
        if self._alarm is not None:
            self._alarm.cancel()
        self.lobby.close()
        await self._front.close()

    def take(self, arrival: Arrival) -> None:
        """Have somebody dealt with. Returns at once."""
        if not self._door.receive(arrival):
            self._front.receive(arrival)

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """One turn of the lobby's, as soon as something came; and one when somebody's time is over."""
        self.lobby.turn(loop.time())
        deadline_s = self.lobby.next_deadline_s
        if deadline_s is None:
            return
        if self._alarm is not None and not self._alarm.cancelled() and self._alarm.when() <= deadline_s:
            return  # early, at worst: then it is set anew
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = loop.call_at(deadline_s, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._alarm = None
        self._turn(loop)
