"""Handing over: a listener's connection and its ticket, from the transmitter to a worker.

Owns: the packet (`mount:u16 titled:u8 number:u64`, big-endian, then the response's header), and the passing
of one descriptor with it. Must not know: who is given to whom, or why.

Rules
- One packet is one listener. Neither end ever waits.
- `give` does not close our descriptor; what is on its way when the other end dies is closed by the kernel.
"""

import errno
import socket
import struct
from dataclasses import dataclass
from typing import Final

from radiocast.link import packets
from radiocast.link.messages import Ticket
from radiocast.model.errors import LinkError

_PACKET: Final = struct.Struct(">HBQ")
# No header of ours is a tenth of it, and no packet is longer.
MAX_HEAD_BYTES: Final = 16 * 1024
# Not now, but perhaps later: the queue is full; or as many descriptors are on their way in the whole system
# as a user may have (ETOOMANYREFS, unix(7)); or the kernel has no memory.
_NOT_NOW: Final = frozenset(
    {errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ENOMEM, errno.ETOOMANYREFS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came. `sock` is None where this process may have no descriptor more: then it is closed already."""

    ticket: Ticket
    sock: socket.socket | None


def pack(ticket: Ticket) -> bytes:
    """A ticket as one packet. Raises LinkError for a header that no response of ours has."""
    if len(ticket.head) > MAX_HEAD_BYTES:
        raise LinkError(f"hatch: a response's header of {len(ticket.head)} bytes")
    return _PACKET.pack(ticket.mount, ticket.titled, ticket.number) + ticket.head


def unpack(packet: bytes) -> Ticket:
    """The ticket in a packet. Raises LinkError where there is none."""
    if not _PACKET.size <= len(packet) <= _PACKET.size + MAX_HEAD_BYTES:
        raise LinkError(f"hatch: a packet of {len(packet)} bytes is no ticket")
    mount, titled, number = _PACKET.unpack_from(packet)
    return Ticket(number=number, mount=mount, titled=bool(titled), head=packet[_PACKET.size :])


class Hatch(packets.End):
    """One end of the way between the transmitter and one worker."""

    def give(self, ticket: Ticket, descriptor: int) -> bool:
        """Send a listener over. The caller closes its descriptor when this is True; False: not now.

        Raises LinkError when the other end is gone.
        """
        try:
            self._send(pack(ticket), descriptor)
        except OSError as error:
            if error.errno in _NOT_NOW:
                return False
            raise LinkError(f"hatch: nobody takes listeners any more: {error}") from error
        return True

    def take(self) -> Taken | None:
        """The next listener that came; None when there is none just now, or never again.

        Raises LinkError on what is no ticket with one connection; nothing that came with it stays open.
        """
        try:
            packet = self._receive(_PACKET.size + MAX_HEAD_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            raise LinkError(f"hatch: broken: {error}") from error
        if not packet.data and not packet.socks:
            return None
        try:
            return _taken(packet)
        except LinkError:
            packet.discard()
            raise


def _taken(packet: packets.Packet) -> Taken:
    if packet.flags & socket.MSG_TRUNC:
        raise LinkError("hatch: a packet that is too long for a ticket")
    ticket = unpack(packet.data)
    if not packet.socks:
        # The kernel passes on fewer descriptors than were sent where the process may open no more.
        if not packet.flags & socket.MSG_CTRUNC:
            raise LinkError("hatch: a ticket without a connection")
        return Taken(ticket=ticket, sock=None)
    return Taken(ticket=ticket, sock=packet.socks[0])
