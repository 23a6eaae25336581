"""From a request that was read to an arrival: who asks, and what is remembered of it. Pure."""

import socket
from typing import Final

from radiocast.model.audience import Asked
from radiocast.reception.arrival import Arrival, Outlet
from radiocast.reception.farewell import LINE_CHARS
from radiocast.reception.proxies import TrustedProxies
from radiocast.reception.request import Request

# What is kept of a stranger's words; of the first line, as much as is kept of one that is none.
_FIELD_CHARS: Final = 300


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
            agent=headers.get("user-agent", "")[:_FIELD_CHARS],
            referer=headers.get("referer", "")[:_FIELD_CHARS],
        ),
        secure=asker.secure,
        host=asker.host,
        received=received,
    )
