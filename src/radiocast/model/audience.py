"""Who asked for what, who listened, and how it ended: what is kept about listeners and requests."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# What is kept of a stranger's words, in characters: of the first line, and of each other. No player's are
# longer; who writes more wants to fill a disk.
LINE_CHARS: Final = 500
FIELD_CHARS: Final = 300


class End(StrEnum):
    """Why a listener is one no more."""

    LEFT = "left"  # it hung up, or the network did
    SLOW = "slow"  # its next block had left the ring
    EXPIRED = "expired"  # it had listened for as long as the station allows
    LOST = "lost"  # the process that served it died
    CLOSED = "closed"  # the station closed down
    REPLACED = "replaced"  # its player listens on another connection: the two count as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, as far as it is remembered. Everything but `at_unix_s` is a stranger's word.

    `address` is the client's: behind a trusted proxy the one that the proxy names. `line` is the request's
    first line, `GET /live.mp3 HTTP/1.1`. Texts are as they came, undecodable bytes as `surrogateescape`
    has them, and cut (LINE_CHARS, FIELD_CHARS); whoever writes them escapes them.
    """

    address: str
    line: str
    at_unix_s: float
    agent: str = ""
    referer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A listener was let in. `number` is its own for as long as the transmitter runs."""

    number: int
    mount: str
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A listener is gone. `sent_bytes` counts the header too."""

    number: int
    end: End
    sent_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Any other request, once it has been answered."""

    asked: Asked
    status: int
    sent_bytes: int
    seconds: float


Record = Joined | Left | Answered
