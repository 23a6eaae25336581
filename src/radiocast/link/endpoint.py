"""One end of the link on an asyncio loop, over an already connected Unix stream socket."""

import asyncio
import socket
from collections.abc import AsyncGenerator

from radiocast.link.codec import Decoder, encode
from radiocast.link.messages import Message
from radiocast.model.errors import LinkError

# One read takes at most this; a block of two ordinary mounts is about 11 KB.
_READ_BYTES = 65_536


class Endpoint:
    """Sends and receives messages. One task may receive, one may send.

    The kernel's buffer is the only queue. `send` waits while the other end does not read; whoever sends
    Credit never waits long, since a Credit is a hundred bytes and the studio reads all the time.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def over(cls, sock: socket.socket) -> "Endpoint":
        """Take over a connected Unix socket; the endpoint owns and closes it from here on."""
        sock.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=sock)
        return cls(reader, writer)

    async def send(self, message: Message) -> None:
        """Send one message. Raises LinkError when the other end is gone.

        Cancellation while waiting leaves the message queued whole: frames are never torn.
        """
        try:
            self._writer.write(encode(message))
            await self._writer.drain()
        except OSError as error:
            raise LinkError(f"link: the other end is gone: {error}") from error

    async def messages(self) -> AsyncGenerator[Message, None]:
        """Every message until the other end closes. Raises LinkError on nonsense or a torn frame."""
        decoder = Decoder()
        while True:
            try:
                data = await self._reader.read(_READ_BYTES)
            except ConnectionResetError:
                # How a Unix socket says that the other end closed without having read everything.
                data = b""
            except OSError as error:
                raise LinkError(f"link: the other end is gone: {error}") from error
            if not data:
                decoder.finish()
                return
            for message in decoder.feed(data):
                yield message

    async def close(self) -> None:
        """Close this end. Safe to call twice, and when the other end is gone."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            # The other end went first; there is nothing left to close.
            return
