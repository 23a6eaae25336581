"""Arrivals as the lobby makes them, on connections of which a test has the other end."""

import asyncio
import contextlib
import socket

from radiocast.model.audience import Asked
from radiocast.reception.arrival import Arrival
from radiocast.reception.request import Request, header_end, parse
from tests.transmitter.listening import tcp_pair

WAIT_S = 30


class Caller:
    """A client that speaks bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: str) -> tuple[str, dict[str, str]]:
        """Send a request, lines parted by \\n; the status line, and the header's fields in lower case."""
        self.writer.write(wire(request))
        return await self.head()

    async def head(self) -> tuple[str, dict[str, str]]:
        """The header of what is answered."""
        async with asyncio.timeout(WAIT_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        status, *lines = head.rstrip().split("\r\n")
        fields = [line.split(": ", 1) for line in lines]
        assert len({name.lower() for name, _ in fields}) == len(fields), "a field came twice"
        return status, {name.lower(): value for name, value in fields}

    async def sound(self, size: int) -> bytes:
        async with asyncio.timeout(WAIT_S):
            return await self.reader.readexactly(size)

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(WAIT_S):
            return await self.reader.read()

    async def hang_up(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):  # a reset is an end, too
            await self.writer.wait_closed()


def wire(request: str) -> bytes:
    """A request's bytes; its lines are parted by \\n here."""
    return request.strip("\n").replace("\n", "\r\n").encode() + b"\r\n\r\n"


def arrival(
    sock: socket.socket,
    received: bytes,
    *,
    address: str = "192.0.2.7",
    secure: bool = False,
    host: str = "",
) -> Arrival:
    """Somebody who has asked so."""
    request = parse(received[: header_end(received)])
    assert isinstance(request, Request), request
    asked = Asked(address=address, line=request.line, at_unix_s=1_700_000_000.0)
    return Arrival(
        sock=sock,
        way_out=sock,
        request=request,
        asked=asked,
        secure=secure,
        host=host,
        received=received,
    )


async def arrived(
    received: bytes, *, address: str = "192.0.2.7", secure: bool = False, host: str = ""
) -> tuple[Arrival, Caller]:
    """An arrival on a new connection, and who is at its other end."""
    ours, theirs = tcp_pair()
    ours.setblocking(False)
    caller = Caller(*await asyncio.open_connection(sock=theirs, limit=2**20))
    return arrival(ours, received, address=address, secure=secure, host=host), caller
