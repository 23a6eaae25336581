"""Taking a connection out of aiohttp.

Owns: the one trick by which a socket leaves aiohttp alive.
Must not know: who takes the socket, or what is sent on it.

How: the descriptor is duplicated, and the duplicate is given away. Then aiohttp is handed a response that
writes nothing and does not keep the connection alive, so that it closes its own descriptor as it always
does. Closing one descriptor of two sends nothing and shuts nothing down: only a `shutdown` would, and
asyncio's socket transport does none on `close`.
"""

import os
import socket
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

# TLS is in aiohttp's transport, not in the socket: its bytes cannot be written past it.
_TLS: Final = "ssl_object"


def duplicate(request: web.BaseRequest) -> socket.socket | None:
    """A socket of our own on the request's connection; None if that is gone, or cannot be had raw (TLS).

    The caller closes it, or gives it to somebody who does. Raises OSError when no descriptor is left.
    """
    transport = request.transport
    if transport is None or transport.is_closing() or transport.get_extra_info(_TLS) is not None:
        return None
    original = transport.get_extra_info("socket")
    if original is None:
        return None
    descriptor = os.dup(original.fileno())
    return socket.socket(original.family, original.type, original.proto, fileno=descriptor)


class HandedOver(web.StreamResponse):
    """What a handler returns for a connection that is not aiohttp's any more, after writing `head` if given.

    `status` and `sent_bytes` are for the access log only.
    """

    def __init__(self, status: int, head: bytes = b"") -> None:
        super().__init__(status=status)
        self._head = head
        self.force_close()

    @property
    def body_length(self) -> int:
        """None of the body is aiohttp's."""
        return 0

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write the header that was given, as it is; nothing of aiohttp's own."""
        if self._head and request.transport is not None:
            request.transport.write(self._head)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """There is nothing to end."""
