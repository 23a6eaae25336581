"""One connection in the lobby: what has been heard of it so far, and what it is about.

Owns: the order of things at the beginning of a connection: PROXY preface, TLS, header.
Must not know: time, other connections, or what is answered.
"""

import socket
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final, Protocol

from radiocast.reception import preface
from radiocast.reception.outlet import Outlet
from radiocast.reception.request import (
    MAX_HEADER_BYTES,
    MAX_HEADER_LINES,
    TOO_LONG,
    TOO_MANY_LINES,
    Request,
    Unreadable,
    header_end,
    parse,
)

# A header's limit; and what one TLS record carries (RFC 8446 section 5.1), so that nothing is left inside.
_READ_BYTES: Final = 16 * 1024
# A TLS connection begins with a handshake record (RFC 8446 section 5.1); no request does with this byte.
_TLS_FIRST_BYTE: Final = 0x16
_BLANK: Final = b"\r\n"
# Empty lines before a request, from programs that end the one before with one too many (RFC 9112, 2.2).
_MAX_BLANK_BYTES: Final = 8
_TOKEN_BYTES: Final = frozenset(
    b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)


class Secure(Outlet, Protocol):
    """TLS over a connection, from its first byte on; with the same descriptor. Nothing here blocks."""

    @property
    def sock(self) -> socket.socket:
        """The connection itself: its addresses and options."""
        ...

    def do_handshake(self) -> None:
        """Go on with the handshake; done when it returns.

        Raises BlockingIOError when it has to wait for the connection (to read or to write), and OSError when
        it has failed.
        """
        ...

    def recv(self, size: int, /) -> bytes:
        """What has come, b"" at the end. Raises BlockingIOError when there is nothing yet."""
        ...


class Securing(Protocol):
    """Whoever speaks TLS."""

    def begin(self, sock: socket.socket, /) -> Secure:
        """The station's side of TLS on a connection of which nothing has been read, and which is its own now.

        Raises OSError when there is nobody any more; the connection is closed then.
        """
        ...


class Reason(StrEnum):
    """Why a connection came no further than the lobby."""

    MALFORMED = "malformed"  # what came is no request: 400
    OVERSIZED = "oversized"  # its header has too many bytes or lines: 431
    VERSION = "version"  # neither HTTP/1.0 nor HTTP/1.1: 505
    LATE = "late"  # its header was not complete in time: 408
    IDLE = "idle"  # it said nothing
    LEFT = "left"  # it went before its header was complete
    CROWDED = "crowded"  # the oldest of too many that waited: 503
    FULL = "full"  # no descriptor was left for it: 503
    PROXY = "proxy"  # a PROXY preface that is none, or from whom none is believed: 400
    TLS = "tls"  # the handshake failed
    FAULT = "fault"  # whoever was to answer it failed: 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A connection is turned away. `status` 0: without a word."""

    reason: Reason
    status: int = 0
    text: str = ""


class Waiting(Enum):
    """Nothing to be done about a connection until more has come."""

    WAITING = auto()


WAITING: Final = Waiting.WAITING


class Offered(Enum):
    """It begins with TLS, which somebody else may speak with it; heard again, it is spoken with here."""

    OFFERED = auto()


OFFERED: Final = Offered.OFFERED
_LEFT: Final = Turned(reason=Reason.LEFT)
_NO_REQUEST: Final = Turned(
    reason=Reason.MALFORMED,
    status=400,
    text="This is no request that can be understood. It does not begin as one",
)
_INTRODUCED: Final = Turned(
    reason=Reason.PROXY,
    status=400,
    text="A PROXY preface is believed once, and from the addresses in listen.trusted_proxies",
)
_REASONS: Final = {400: Reason.MALFORMED, 431: Reason.OVERSIZED, 505: Reason.VERSION}


class _Stage(Enum):
    OPENING = auto()  # a preface or TLS may come: bytes are looked at, and left where they are
    HANDSHAKE = auto()
    HEADER = auto()


class Visitor:
    """A connection that has not said yet what it wants.

    `way_out` is where it is answered; `received` what was read, beginning with its request; `spoke` whether
    anything came at all; `since_s` when it came, by the lobby's clock; `watched` which events the lobby's
    epoll tells of it, 0 while none.
    """

    __slots__ = (
        "_blank_bytes",
        "_introducible",
        "_offer",
        "_searched",
        "_secure",
        "_securing",
        "_stage",
        "_way_in",
        "descriptor",
        "peer",
        "received",
        "since_s",
        "sock",
        "spoke",
        "watched",
        "way_out",
    )

    def __init__(
        self,
        sock: socket.socket,
        peer: str,
        *,
        since_s: float,
        introducible: bool = False,
        securing: Securing | None = None,
        offer: bool = False,
    ) -> None:
        """`introducible`: the connection is a trusted proxy's, and may begin with a PROXY preface.

        `offer`: one that begins with TLS is Offered, once.
        """
        self.sock = sock
        self.descriptor = sock.fileno()
        self.peer = peer
        self.since_s = since_s
        self.way_out: Outlet = sock
        self.received = b""
        self.spoke = False
        self.watched = 0
        self._way_in: socket.socket | Secure = sock
        self._introducible = introducible
        self._securing = securing
        self._offer = offer
        self._secure: Secure | None = None
        self._stage = _Stage.HEADER if securing is None and not introducible else _Stage.OPENING
        self._searched = 0
        self._blank_bytes = 0

    @property
    def secure(self) -> bool:
        """Whether it speaks TLS."""
        return self._secure is not None

    def hear(self) -> Request | Turned | Waiting | Offered:
        """Read what has come, all of it or as much as a header may have, and say what that makes."""
        try:
            if self._stage is _Stage.OPENING:
                turned = self._opening()
                if turned is not None:
                    return turned
            if self._stage is _Stage.HANDSHAKE:
                turned = self._handshake()
                if turned is not None:
                    return turned
            while True:
                more = self._way_in.recv(_READ_BYTES)
                if not more:
                    return _LEFT
                outcome = self._heard(more)
                if outcome is not WAITING:
                    return outcome
        except BlockingIOError:
            return WAITING
        except OSError:
            return _LEFT

    def _opening(self) -> Turned | Offered | None:
        """Look at the first bytes, take a preface out, begin TLS. Raises BlockingIOError to wait for more."""
        while True:
            # What is no preface is left for TLS, which reads from the connection itself.
            first = self.sock.recv(
                preface.MAX_PREFACE_BYTES if self._introducible else 1,
                socket.MSG_PEEK,
            )
            if not first:
                return _LEFT
            found = preface.read(first) if self._introducible else preface.Absent()
            match found:
                case preface.Absent():
                    break
                case preface.Incomplete():
                    self.spoke = True
                    raise BlockingIOError
                case preface.Malformed(reason=reason):
                    return Turned(reason=Reason.PROXY, status=400, text=f"This is {reason}")
                case preface.Preface(length=length, address=address):
                    self.sock.recv(length)
                    self.peer = address or self.peer
                    self._introducible = False
                    if self._securing is None:
                        break
        return self._begin(first[0])

    def _begin(self, first_byte: int) -> Turned | Offered | None:
        """With TLS, if it is that."""
        if self._securing is None or first_byte != _TLS_FIRST_BYTE:
            self._stage = _Stage.HEADER
            return None
        self.spoke = True
        if self._offer:
            self._offer = False
            return OFFERED
        try:
            secure = self._securing.begin(self.sock)
        except OSError:
            return Turned(reason=Reason.TLS)
        self._way_in = self.way_out = self._secure = secure
        self.sock = secure.sock
        self._stage = _Stage.HANDSHAKE
        return None

    def _handshake(self) -> Turned | None:
        """Go on with TLS. Raises BlockingIOError to wait for more."""
        if self._secure is not None:
            try:
                self._secure.do_handshake()
            except BlockingIOError:
                raise
            except OSError:
                return Turned(reason=Reason.TLS)
        self._stage = _Stage.HEADER
        return None

    def _heard(self, more: bytes) -> Request | Turned | Waiting:
        self.spoke = True
        if self.received:
            received = self.received + more
        else:
            received = more if more[0] in _TOKEN_BYTES else more.lstrip(_BLANK)
            self._blank_bytes += len(more) - len(received)
        self.received = received
        if received.startswith(preface.VERSION_1) or more.startswith(preface.VERSION_2):
            return _INTRODUCED
        if self._blank_bytes > _MAX_BLANK_BYTES or (received and received[0] not in _TOKEN_BYTES):
            return _NO_REQUEST
        end = header_end(received, self._searched)
        heard: Request | Unreadable
        if end:
            heard = parse(received[:end])
        elif len(received) >= MAX_HEADER_BYTES:
            heard = TOO_LONG
        elif received.count(b"\n") > MAX_HEADER_LINES:
            heard = TOO_MANY_LINES
        else:
            self._searched = len(received)
            return WAITING
        if isinstance(heard, Unreadable):
            return Turned(reason=_REASONS[heard.status], status=heard.status, text=heard.reason)
        return heard
