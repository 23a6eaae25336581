"""Packets between two processes of ours, each perhaps with one descriptor.

Owns: a SOCK_SEQPACKET pair's two ends, and the passing of a descriptor (SCM_RIGHTS, unix(7)).
Must not know: what is in a packet.

A packet goes whole or not at all, so that a descriptor never gets lost in a stream's bytes. A descriptor is
in three places at most: here, in the kernel on its way, there. To send it does not close ours; what is on its
way when the other end dies is closed by the kernel.
"""

import array
import socket
import struct
from typing import Final, NamedTuple, Self

_ROOM_FOR_ONE: Final = socket.CMSG_SPACE(struct.calcsize("i"))
# The kernel charges a packet its size and some hundred bytes more: some hundred packets on their way.
_SEND_BUFFER_BYTES: Final = 1 << 20


class Packet(NamedTuple):
    """What came: all of it unless `flags` have MSG_TRUNC, and the descriptors that found room here.

    Fewer of those came than were sent where `flags` have MSG_CTRUNC: this process may open no more, and the
    kernel has closed them.
    """

    data: bytes
    flags: int
    socks: list[socket.socket]

    def discard(self) -> None:
        """Close what came with it."""
        for sock in self.socks:
            sock.close()


class End:
    """One end of a pair, for whoever knows what is in a packet. Owns and closes its socket. Never waits."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        self._sock = sock

    @classmethod
    def pair(cls) -> tuple[Self, socket.socket]:
        """Our end, and the socket of the other."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), theirs

    def fileno(self) -> int:
        """For whoever waits until something comes."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close this end. Safe to call twice."""
        self._sock.close()

    def _send(self, data: bytes, descriptor: int | None) -> None:
        """Send a packet. Raises OSError when it does not go now, or never will."""
        rights = [] if descriptor is None else [struct.pack("i", descriptor)]
        self._sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, each) for each in rights])

    def _receive(self, most_bytes: int) -> Packet:
        """The next packet; it is empty at the other end's end. Its sockets do not block.

        Raises BlockingIOError when there is none just now, and another OSError when none will come.
        """
        data, ancillary, flags, _ = self._sock.recvmsg(most_bytes, _ROOM_FOR_ONE, socket.MSG_CMSG_CLOEXEC)
        socks = [
            socket.socket(fileno=descriptor)
            for level, kind, rights in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
            for descriptor in array.array("i", rights[: len(rights) // 4 * 4])
        ]
        for sock in socks:
            sock.setblocking(False)
        return Packet(data, flags, socks)
