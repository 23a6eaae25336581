"""Answers written by hand: whole, in bytes, for connections on which nothing more is said.

Owns: what every such answer has in its header, and how a connection is answered and closed.
Must not know: what is at which address.
"""

import contextlib
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from radiocast import __version__
from radiocast.model.audience import Answered
from radiocast.reception.arrival import Arrival

Field = tuple[str, str]

# Long enough for a few listeners to have left; players try again by themselves.
RETRY_AFTER_S: Final = 30
# A value longer than this in a header is a mistake, and small players have small buffers.
_VALUE_CHARS: Final = 200
# What came behind the request (a source's sound, an upload) and was not read would be answered by the kernel
# with a reset, on which some systems throw the answer away. So much of it is read and forgotten.
_FORGET_BYTES: Final = 65_536


def http_date(unix_s: float | None = None) -> str:
    """The `Date` of an answer that is given then, or now."""
    return _http_date(int(time.time() if unix_s is None else unix_s))


@lru_cache(maxsize=1)
def _http_date(unix_s: int) -> str:
    return formatdate(unix_s, usegmt=True)


def answer(
    status: HTTPStatus, fields: Iterable[Field] = (), text: str = "", *, unix_s: float | None = None
) -> bytes:
    """A whole answer. HTTP/1.0 says what is true: its end is the connection's. `text` is for people.

    It is given at `unix_s`, or now.
    """
    body = text.encode()
    written = [
        ("Server", f"radiocast/{__version__}"),
        ("Date", http_date(unix_s)),
        ("Connection", "close"),
        *fields,
    ]
    if body:
        written += [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Length", str(len(body))),
        ]
    return status_line(status) + lines(written) + b"\r\n" + body


def unavailable(reason: str, fields: Iterable[Field] = (), *, unix_s: float | None = None) -> bytes:
    """503, why, and when to try again."""
    return answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        (*fields, ("Cache-Control", "no-store"), ("Retry-After", str(RETRY_AFTER_S))),
        f"{reason} Please try again in {RETRY_AFTER_S} s.\n",
        unix_s=unix_s,
    )


def status_line(status: HTTPStatus) -> bytes:
    """The first line."""
    return f"HTTP/1.0 {status.value} {status.phrase}\r\n".encode()


def lines(fields: Iterable[Field]) -> bytes:
    """Lines of a header; nothing in a value can break out of its own.

    UTF-8, as Icecast sends it and players read it; for whoever insists on Latin-1 it is at least no error.
    """
    return "".join(f"{name}: {_value(value)}\r\n" for name, value in fields).encode()


def _value(text: str) -> str:
    """One line, no control characters, nothing that has no UTF-8."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(line.split())[:_VALUE_CHARS]


def send(arrival: Arrival, status: HTTPStatus, data: bytes) -> Answered:
    """Send an answer and close the connection; the record of it. Nothing here waits.

    An answer is smaller than any connection's send buffer, and is the first that goes into it.
    """
    sent = 0
    with contextlib.suppress(OSError):  # gone already: nobody reads it
        sent = arrival.way_out.send(data)
        arrival.sock.recv(_FORGET_BYTES)
    arrival.way_out.close()
    return Answered(asked=arrival.asked, status=status, sent_bytes=sent, seconds=0.0)
