"""Somebody at the door: a connection, and what it asks for.

Owns: the value that walks from the lobby to whoever answers, and what of a request is remembered. Pure.
"""

import socket
from dataclasses import dataclass

from radiocast.model.audience import FIELD_CHARS, LINE_CHARS, Asked
from radiocast.reception.outlet import Outlet
from radiocast.reception.proxies import TrustedProxies
from radiocast.reception.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A connection whose request has been read. Whoever takes it closes it.

    `sock` is the TCP connection itself; `way_out` is where answers go: the same, or TLS over it.
    `received` is all that was read from the connection, without PROXY preface and TLS: the header, and
    perhaps more behind it. `host` is the authority under which it asked, "" where it named none that can be
    believed; `secure` is whether it came by https, here or at a trusted proxy.
    """

    sock: socket.socket
    way_out: Outlet
    request: Request
    asked: Asked
    secure: bool
    host: str
    received: bytes


def arrive(
    request: Request,
    received: bytes,
    *,
    sock: socket.socket,
    way_out: Outlet,
    peer: str,
    secure: bool,
    proxies: TrustedProxies,
    at_unix_s: float,
) -> Arrival:
    """The arrival of a request that was read from a connection of `peer`, by TLS if `secure`."""
    headers = request.headers
    asker = proxies.asker(peer, headers, secure=secure, authority=request.authority)
    return Arrival(
        sock=sock,
        way_out=way_out,
        request=request,
        asked=Asked(
            address=asker.address,
            line=request.line[:LINE_CHARS],
            at_unix_s=at_unix_s,
            agent=headers.get("user-agent", "")[:FIELD_CHARS],
            referer=headers.get("referer", "")[:FIELD_CHARS],
        ),
        secure=asker.secure,
        host=asker.host,
        received=received,
    )
