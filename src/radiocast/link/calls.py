"""Calls: secure connections, and what is said about them between the transmitter and one worker.

Owns: the words, and the packets in which they go. Must not know: TLS, HTTP, or who may listen.

TLS cannot change processes once it is begun, so that a worker speaks it from the first byte: the transmitter
passes the connection on as it came (Caller), the worker asks with the request that it read (Asks), and the
transmitter decides: who listens is let in (LetIn), an answer is sent and the connection closed (Reply), and
a page is served by the transmitter through a socket whose other end comes with the word (Page).

Rules
- One packet is one word, on a pair of sockets of its own: a line of JSON, then what the word is about in
  bytes (a request, a response's header, an answer), with at most one descriptor. Neither end ever waits.
- A word that does not fit now is not sent: whoever says it decides what that means for one connection. A call
  of which nothing more is heard is closed by the worker in time.
"""

import dataclasses
import json
import socket
from dataclasses import dataclass
from typing import Any, Final

from radiocast.link import packets
from radiocast.model.errors import LinkError

# A request's header has 16 KB at most, an answer or a response's header a few; the rest is JSON.
_MAX_PACKET_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """To the worker, with a connection of which nothing has been read; `peer` is who it is from."""

    peer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """To the worker: the call is a listener now. The response's header follows."""

    call: int
    number: int
    mount: int
    titled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """To the worker: send what follows, and close."""

    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """To the worker, with a socket: what comes from it goes to the client, and the other way round."""

    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """From the worker: it has a certificate, and takes callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """From the worker: this is what `peer` asks; the request follows as it was read, and what came behind."""

    call: int
    peer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """From the worker: so many callers came here so far, and so many of them have not asked yet."""

    came: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """From the worker: so many more came no further than its lobby, for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """From the worker: what it answered by itself, for the access log."""

    status: int
    sent_bytes: int
    seconds: float
    address: str
    line: str
    at_unix_s: float


Word = Caller | LetIn | Reply | Page | Open | Asks | Waiting | TurnedAway | Refused
_WORDS: Final[dict[str, type[Word]]] = {
    word.__name__: word for word in (Caller, LetIn, Reply, Page, Open, Asks, Waiting, TurnedAway, Refused)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came. `sock` is the descriptor that came with it, if there was room for it here."""

    word: Word
    body: bytes
    sock: socket.socket | None


def pack(word: Word, body: bytes = b"") -> bytes:
    """A word as one packet. Raises LinkError for one that is too long."""
    said = json.dumps({"": type(word).__name__, **dataclasses.asdict(word)}, separators=(",", ":"))
    packet = said.encode() + b"\n" + body
    if len(packet) > _MAX_PACKET_BYTES:
        raise LinkError(f"calls: a {type(word).__name__} of {len(packet)} bytes")
    return packet


def unpack(packet: bytes) -> tuple[Word, bytes]:
    """And back. Raises LinkError for what is no packet of ours."""
    head, newline, body = packet.partition(b"\n")
    try:
        said: dict[str, Any] = json.loads(head)
        word = _WORDS[said.pop("")](**said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LinkError(f"calls: a packet that is no word of ours: {error!r}") from error
    if not newline:
        raise LinkError("calls: a packet that was cut off")
    return word, body


class Line(packets.End):
    """One end: the transmitter's, or the worker's."""

    def say(self, word: Word, body: bytes = b"", *, descriptor: int | None = None) -> bool:
        """Say it, if there is room; the caller's descriptor stays its own. False: it was not said."""
        try:
            self._send(pack(word, body), descriptor)
        except (OSError, LinkError):
            return False
        return True

    def hear(self) -> Heard | None:
        """The next word; None when there is none just now. Raises LinkError when no more will come."""
        try:
            packet = self._receive(_MAX_PACKET_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            raise LinkError(f"calls: broken: {error}") from error
        try:
            # No word is empty: an empty packet is the other end's end, and none of ours either.
            word, body = unpack(packet.data)
        except LinkError:
            packet.discard()
            raise
        return Heard(word=word, body=body, sock=packet.socks[0] if packet.socks else None)
