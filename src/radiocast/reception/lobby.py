"""The lobby: connections that have not said yet what they want.

Owns: accepting, the time and the size that a request's header may take, and how many may wait.
Must not know: what is at which address, nor how anything is answered beyond "this is no request".

Theory of operation
- The lobby has an epoll of its own, with the doors (listening sockets) and every connection whose header is
  not complete. Whoever runs it watches one descriptor, and calls `turn` when that is readable and when
  `next_deadline_s` has come, or every second or so. A turn does a bounded amount of work; what it left makes
  the descriptor readable again. asyncio watches it with `add_reader`, a plain loop with its own epoll.
- Most requests are there when their connection is accepted: it is read at once, and only one that has
  to wait is watched, edge-triggered. So every read goes on until nothing is left, or the header is too long.
- A complete header becomes an `Arrival`, whose connection is the lobby's no more: `take` answers and closes
  it.
- Those who wait are kept in the order in which they came, which is the order of their deadlines. When too
  many wait, or no descriptor is left, the oldest goes: a crowd that says nothing never keeps out one that
  speaks.
"""

import contextlib
import logging
import select
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from radiocast.model.audience import LINE_CHARS, Answered
from radiocast.reception.arrival import Arrival, arrive
from radiocast.reception.doors import BrokenDoorError, Doors, NoDescriptorError
from radiocast.reception.farewell import Farewells
from radiocast.reception.proxies import TrustedProxies, plain_address
from radiocast.reception.request import Request
from radiocast.reception.visitor import Offered, Reason, Securing, Turned, Visitor, Waiting

log = logging.getLogger(__name__)

# From the connection to the end of its request's header; Icecast's `header-timeout` is 15 s.
HEADER_S: Final = 10.0
# Two seconds of a thousand newcomers a second who are slow to speak; a tenth of the descriptors that a small
# machine gives a process; at worst, each with all but the last byte of a header, 32 MB.
MAX_WAITING: Final = 2000
# A turn takes less than a tenth of the time between two slices of the fan-out. A request takes up to 0.1 ms,
# a step of a TLS handshake up to 2 ms (RSA): so after each it is looked whether the time is over.
_TURN_S: Final = 0.004
# Edge-triggered events cannot be put back: so few are asked for at once.
_EVENTS_AT_ONCE: Final = 4
_ACCEPTS_A_TURN: Final = 32
_EXPIRED_A_TURN: Final = 64

_ARRIVING: Final = select.EPOLLIN | select.EPOLLET
# TLS may have to write before it can read.
_ARRIVING_SECURE: Final = _ARRIVING | select.EPOLLOUT

_IDLE: Final = Turned(reason=Reason.IDLE)
_LATE_BEGINNING: Final = Turned(reason=Reason.LATE)
_LATE: Final = Turned(
    reason=Reason.LATE, status=408, text=f"The request was not complete within {HEADER_S:.0f} s"
)
_CROWDED: Final = Turned(reason=Reason.CROWDED, status=503, text="Too many connections wait to be served")
_FULL: Final = Turned(reason=Reason.FULL, status=503, text="No connection more can be taken")
_UNHEARD: Final = Turned(reason=Reason.FAULT)
_FAULT: Final = Turned(
    reason=Reason.FAULT, status=500, text="This could not be answered; the station's log says why"
)


def _not_recorded(_answered: Answered) -> None:
    pass


class NoRoomError(Exception):
    """Whoever takes arrivals can take no more just now."""


class Lobby:
    """Accepts at `doors`, reads what is asked, and gives each request to `take`."""

    def __init__(
        self,
        doors: Iterable[socket.socket] = (),
        *,
        take: Callable[[Arrival], None],
        record: Callable[[Answered], None] = _not_recorded,
        proxies: TrustedProxies | None = None,
        secure: Securing | None = None,
        max_waiting: int = MAX_WAITING,
        unix_s: Callable[[], float] = time.time,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`doors` listen, do not block, and stay the caller's, who closes them after `close`.

        `take` may raise NoRoomError: that arrival is answered 503 here. `secure` speaks TLS with connections
        that begin with it; without it they are refused. `record` is told of requests that the lobby refused
        itself. `monotonic_s` is for how long a turn takes. Raises OSError when there is no descriptor for
        the lobby.
        """
        self._take = take
        self._proxies = proxies if proxies is not None else TrustedProxies()
        self._secure = secure
        self._max_waiting = max_waiting
        self._unix_s = unix_s
        self._monotonic_s = monotonic_s
        # Given a connection that begins with TLS, and its peer, it may take it and close it here: True. Else
        # the handshake is done here. Only connections that were accepted here are offered.
        self.give_away: Callable[[socket.socket, str], bool] | None = None
        self._waiting: dict[int, Visitor] = {}
        self._epoll = select.epoll()
        self._farewells = Farewells(self._epoll, record=record, unix_s=unix_s)
        self._doors = Doors(doors, self._epoll)
        self._turn_ends_s = 0.0

    @property
    def descriptor(self) -> int:
        """Readable when a `turn` is wanted."""
        return self._epoll.fileno()

    @property
    def next_deadline_s(self) -> float | None:
        """When `turn` is wanted even if nothing comes, by the clock that it is told; None while it is not."""
        deadlines = [] if self._doors.paused_until_s is None else [self._doors.paused_until_s]
        if self._waiting:
            deadlines.append(next(iter(self._waiting.values())).since_s + HEADER_S)
        if self._farewells.next_deadline_s is not None:
            deadlines.append(self._farewells.next_deadline_s)
        return min(deadlines, default=None)

    @property
    def waiting(self) -> int:
        """How many connections have not said yet what they want."""
        return len(self._waiting)

    @property
    def refused(self) -> Mapping[Reason, int]:
        """How many connections came no further, by reason, all told."""
        return self._farewells.refused

    def turn(self, now_s: float) -> None:
        """Do what is to be done now. Never waits. `now_s` is a monotonic clock's."""
        if self._epoll.closed:
            return
        self._doors.resume(now_s)
        self._expire(now_s)
        self._turn_ends_s = self._monotonic_s() + _TURN_S
        while not self._epoll.closed:
            events = self._epoll.poll(0, _EVENTS_AT_ONCE)
            for descriptor, _ in events:
                self._attend(descriptor, now_s)
            if len(events) < _EVENTS_AT_ONCE or self._monotonic_s() >= self._turn_ends_s:
                break

    def _attend(self, descriptor: int, now_s: float) -> None:
        """Something happened there.

        One that was closed since the kernel said so is known to nobody; a newer one of the same number is
        heard for nothing.
        """
        if descriptor in self._doors:
            self._accept(descriptor, now_s)
            return
        visitor = self._waiting.get(descriptor)
        if visitor is not None:
            self._hear(visitor, now_s)
            return
        self._farewells.attend(descriptor)

    def take_over(self, sock: socket.socket, peer: str, now_s: float) -> None:
        """Take a connection that was accepted elsewhere: `peer` is who it is from, as far as is believed.

        A PROXY preface has been taken out of it. It MUST NOT block, and is the lobby's from here on.
        """
        if self._epoll.closed:
            sock.close()
            return
        self._hear(Visitor(sock, plain_address(peer), since_s=now_s, securing=self._secure), now_s)

    def close(self) -> None:
        """Close everything but the doors. Safe to call twice."""
        if self._epoll.closed:
            return
        for visitor in self._waiting.values():
            visitor.way_out.close()
        self._waiting.clear()
        self._farewells.close()
        self._epoll.close()
        self._doors.close()

    # Coming in

    def _accept(self, descriptor: int, now_s: float) -> None:
        for _ in range(_ACCEPTS_A_TURN):
            if self._epoll.closed:
                return  # by one of those who came in
            try:
                sock, peer = self._doors.accept(descriptor)
            except BlockingIOError:
                return
            except (NoDescriptorError, BrokenDoorError) as error:
                self._doors.pause(now_s, error)
                return
            except OSError:
                continue
            visitor = Visitor(
                sock,
                peer,
                since_s=now_s,
                introducible=peer in self._proxies,
                securing=self._secure,
                offer=self.give_away is not None,
            )
            if not self._doors.last_is_used:
                self._hear(visitor, now_s)
            elif self._send_one_away(now_s):
                self._doors.keep_one()
                self._hear(visitor, now_s)
            else:
                self._farewells.bid(visitor, _FULL, now_s, linger=False)
                self._doors.keep_one()
            if self._monotonic_s() >= self._turn_ends_s:
                return

    def _send_one_away(self, now_s: float) -> bool:
        """Have one connection fewer, if there is one that can be spared."""
        if self._farewells.cut_one_short():
            return True
        if self._waiting:
            self._turn_out_oldest(now_s)
            return True
        return False

    def _hear(self, visitor: Visitor, now_s: float) -> None:
        heard = _heard(visitor)
        if isinstance(heard, Offered):
            self._unwatch(visitor)
            if self.give_away is not None and self.give_away(visitor.sock, visitor.peer):
                self._waiting.pop(visitor.descriptor, None)
            else:
                self._hear(visitor, now_s)  # in its old place among those who wait
        elif isinstance(heard, Waiting):
            self._wait(visitor, now_s)
        else:
            self._part(visitor, heard, now_s)

    def _part(self, visitor: Visitor, heard: Request | Turned, now_s: float) -> None:
        """It is known what it wants, or that nothing comes of it."""
        self._forget(visitor)
        if isinstance(heard, Turned):
            self._farewells.bid(visitor, heard, now_s)
        else:
            self._pass_on(visitor, heard, now_s)

    def _wait(self, visitor: Visitor, now_s: float) -> None:
        """Watch it. When it has begun TLS since it was watched, it is watched anew."""
        events = _ARRIVING_SECURE if visitor.secure else _ARRIVING
        if visitor.watched == events:
            return
        descriptor = visitor.descriptor
        try:
            if visitor.watched:
                self._epoll.modify(descriptor, events)
            else:
                self._epoll.register(descriptor, events)
        except OSError:  # fs.epoll.max_user_watches, or no memory
            self._forget(visitor)
            self._farewells.bid(visitor, _FULL, now_s)
            return
        visitor.watched = events
        self._waiting[descriptor] = visitor
        if len(self._waiting) > self._max_waiting:
            self._turn_out_oldest(now_s)

    def _pass_on(self, visitor: Visitor, request: Request, now_s: float) -> None:
        try:
            arrival = arrive(
                request,
                visitor.received,
                sock=visitor.sock,
                way_out=visitor.way_out,
                peer=visitor.peer,
                secure=visitor.secure,
                proxies=self._proxies,
                at_unix_s=self._unix_s(),
            )
            self._take(arrival)
        except NoRoomError:
            self._farewells.bid(visitor, _CROWDED, now_s)
        except Exception:
            # Whoever took it is broken; the next one may ask for something else.
            log.exception("%r failed", request.line[:LINE_CHARS])
            self._farewells.bid(visitor, _FAULT, now_s)

    # Going out

    def _turn_out_oldest(self, now_s: float) -> None:
        visitor = next(iter(self._waiting.values()))
        self._forget(visitor)
        # Whoever has said nothing is told nothing; and nobody lingers when it is full.
        turned = _CROWDED if visitor.received else Turned(reason=Reason.CROWDED)
        self._farewells.bid(visitor, turned, now_s, linger=False)

    def _expire(self, now_s: float) -> None:
        for _ in range(_EXPIRED_A_TURN):
            visitor = next(iter(self._waiting.values()), None)
            if visitor is None or now_s - visitor.since_s < HEADER_S:
                break
            # Where this process or the machine stood still, it may have said all in time.
            heard = _heard(visitor)
            if isinstance(heard, Waiting | Offered):
                silent = _LATE_BEGINNING if visitor.spoke else _IDLE
                heard = _LATE if visitor.received else silent
            self._part(visitor, heard, now_s)
        self._farewells.expire(now_s)

    def _forget(self, visitor: Visitor) -> None:
        """It waits no more."""
        self._unwatch(visitor)
        self._waiting.pop(visitor.descriptor, None)

    def _unwatch(self, visitor: Visitor) -> None:
        """Watch it no more: it may be open for hours yet, elsewhere."""
        if visitor.watched:
            with contextlib.suppress(OSError):
                # Gone already: TLS takes the connection over, and closes it when it cannot.
                self._epoll.unregister(visitor.descriptor)
            visitor.watched = 0


def _heard(visitor: Visitor) -> Request | Turned | Waiting | Offered:
    """What it said. One that cannot be understood for a mistake of ours goes; all others are heard on."""
    try:
        return visitor.hear()
    except Exception:
        log.exception("somebody at the door could not be heard")
        return _UNHEARD
