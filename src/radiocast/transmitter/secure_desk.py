"""A worker's desk for secure callers: TLS from the first byte on, up to where the transmitter decides.

Owns: the worker's lobby, certificate and tunnels, and the calls that wait for the transmitter's word.
Must not know: who may listen, or what is at which address.
"""

import contextlib
import select
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from radiocast.descriptors import SECURE_CALLS, SECURE_PAGES, SECURE_WAITING
from radiocast.link.calls import (
    Asks,
    Caller,
    Heard,
    LetIn,
    Line,
    Open,
    Page,
    Refused,
    Reply,
    TurnedAway,
    Waiting,
)
from radiocast.link.messages import Ticket
from radiocast.model.audience import Answered
from radiocast.model.errors import ConfigurationError, LinkError
from radiocast.reception.arrival import Arrival
from radiocast.reception.certificate import LOOK_EVERY_S, Certificate
from radiocast.reception.lobby import Lobby, NoRoomError
from radiocast.reception.outlet import Outlet
from radiocast.reception.secure import SecureSocket
from radiocast.reception.tunnel import Tunnels
from radiocast.transmitter.job import TlsFiles

# The transmitter answers within milliseconds, a page when its turn comes; or it had no room to.
_CALL_S: Final = 30.0
# A handshake takes 0.4 ms: of those that come, this many are begun between two looks at the time.
_WORDS_A_TURN: Final = 16
# How many wait is told so often at most; at a rush a worker gets a few hundred callers meanwhile.
_TELL_EVERY_S: Final = 0.1


class SecureDesk:
    """Takes callers as soon as there is a certificate.

    `admit` is given each listener, with its way out; `missed` is told the number of one who was gone when the
    transmitter let it in. Raises OSError when there are no descriptors. Owns and closes `line`.
    """

    def __init__(
        self,
        files: TlsFiles,
        line: Line,
        *,
        admit: Callable[[Ticket, Outlet], None],
        missed: Callable[[int], None],
    ) -> None:
        self._files = files
        self._line = line
        self._admit = admit
        self._missed = missed
        self._certificate: Certificate | None = None
        self._lobby: Lobby | None = None
        self._tunnels = Tunnels(most=SECURE_PAGES)
        # Those of whom the transmitter was asked, and since when; the first the longest.
        self._calls: dict[int, tuple[SecureSocket, float]] = {}
        self._last_call = 0
        # How many were turned away for each reason, as far as the transmitter has been told.
        self._told: dict[str, int] = {}
        # How many came, and what has been told of them and of who waits.
        self._came = 0
        self._told_waiting = Waiting(came=0, waiting=0)
        self._tell_at_s = 0.0
        self._look_at_s = 0.0
        self._now_s = 0.0
        self._epoll = select.epoll()
        self._epoll.register(line.fileno(), select.EPOLLIN)
        self._epoll.register(self._tunnels.descriptor, select.EPOLLIN)

    @property
    def descriptor(self) -> int:
        """Readable when a `turn` is wanted."""
        return self._epoll.fileno()

    def turn(self, now_s: float) -> None:
        """Do what is to be done now. Never waits; to be called several times a second in any case."""
        if self._epoll.closed:
            return
        self._now_s = now_s
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + LOOK_EVERY_S
            self._look()
        self._hear()
        if self._lobby is not None:
            self._lobby.turn(now_s)
            self._tell_of_refused(self._lobby)
            self._tell_of_waiting(self._lobby)
        self._tunnels.turn(now_s)
        for call, (way_out, since_s) in list(self._calls.items()):
            if now_s - since_s < _CALL_S:
                break
            del self._calls[call]
            way_out.close()

    def close(self) -> None:
        """Close everything but listeners. Safe to call twice."""
        for way_out, _ in self._calls.values():
            way_out.close()
        self._calls.clear()
        if self._lobby is not None:
            self._lobby.close()
        self._tunnels.close()
        self._line.close()
        self._epoll.close()

    def _look(self) -> None:
        """See to the certificate; the first one opens the lobby."""
        if self._certificate is not None:
            self._certificate.look()
            return
        try:
            self._certificate = Certificate(Path(self._files.cert), Path(self._files.key))
        except ConfigurationError:
            return  # the transmitter has one and says what is wrong with these files; it serves TLS meanwhile
        self._lobby = Lobby(
            take=self._ask, record=self._refused, secure=self._certificate, max_waiting=SECURE_WAITING
        )
        self._epoll.register(self._lobby.descriptor, select.EPOLLIN)
        self._line.say(Open())

    # What the transmitter says

    def _hear(self) -> None:
        for _ in range(_WORDS_A_TURN):
            try:
                heard = self._line.hear()
            except LinkError:
                # The transmitter is gone, which the worker's link tells as well.
                with contextlib.suppress(OSError):
                    self._epoll.unregister(self._line.fileno())
                return
            if heard is None:
                return
            self._obey(heard)

    def _obey(self, heard: Heard) -> None:
        word, sock = heard.word, heard.sock
        if isinstance(word, Caller):
            self._came += 1
            # Without one, no descriptor was left for it here, and the kernel has hung up.
            if sock is not None and self._lobby is not None:
                self._lobby.take_over(sock, word.peer, self._now_s)
        elif isinstance(word, LetIn | Reply | Page):
            found = self._calls.pop(word.call, None)
            way_out = None if found is None else found[0]
            if isinstance(word, LetIn):
                self._let_in(word, way_out, heard.body)
            elif way_out is not None and isinstance(word, Reply):
                with contextlib.suppress(OSError):  # gone already
                    way_out.send(heard.body)
                way_out.close()
            else:
                self._serve(way_out, sock)

    def _let_in(self, word: LetIn, way_out: SecureSocket | None, head: bytes) -> None:
        if way_out is None:
            self._missed(word.number)
        else:
            ticket = Ticket(number=word.number, mount=word.mount, titled=word.titled, head=head)
            self._admit(ticket, way_out)

    def _serve(self, way_out: SecureSocket | None, inner: socket.socket | None) -> None:
        """A page: join both, or close what there is of them."""
        if way_out is not None and inner is not None:
            with contextlib.suppress(OSError):
                self._tunnels.join(way_out, inner, self._now_s)
                return
        for end in (way_out, inner):
            if end is not None:
                end.close()

    # What the transmitter is told

    def _ask(self, arrival: Arrival) -> None:
        way_out = arrival.way_out
        if isinstance(way_out, SecureSocket) and len(self._calls) < SECURE_CALLS:
            self._last_call += 1
            if self._line.say(Asks(call=self._last_call, peer=arrival.asked.address), arrival.received):
                self._calls[self._last_call] = (way_out, self._now_s)
                return
        raise NoRoomError

    def _refused(self, answered: Answered) -> None:
        self._line.say(
            Refused(
                status=answered.status,
                sent_bytes=answered.sent_bytes,
                seconds=answered.seconds,
                address=answered.asked.address,
                line=answered.asked.line,
                at_unix_s=answered.asked.at_unix_s,
            )
        )

    def _tell_of_refused(self, lobby: Lobby) -> None:
        for reason, count in lobby.refused.items():
            more = count - self._told.get(reason, 0)
            if more and self._line.say(TurnedAway(reason=reason, count=more)):
                self._told[reason] = count

    def _tell_of_waiting(self, lobby: Lobby) -> None:
        """Whoever chooses a worker for a caller goes by it."""
        word = Waiting(came=self._came, waiting=lobby.waiting)
        if word != self._told_waiting and self._now_s >= self._tell_at_s and self._line.say(word):
            self._told_waiting = word
            self._tell_at_s = self._now_s + _TELL_EVERY_S
