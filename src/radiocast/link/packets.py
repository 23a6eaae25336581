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
from typing import Final, NamedTuple

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


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def prepare(end: socket.socket) -> None:
    """Nothing waits at this end, and much finds room on its way from here."""
    end.setblocking(False)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)


def send(end: socket.socket, data: bytes, descriptor: int | None = None) -> None:
    """Send a packet. Raises OSError when it does not go now, or never will."""
    rights = (
        [] if descriptor is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", descriptor))]
    )
    end.sendmsg([data], rights)


def receive(end: socket.socket, most_bytes: int) -> Packet:
    """The next packet; it is empty at the other end's end. Its sockets do not block.

    Raises BlockingIOError when there is none just now, and another OSError when none will come.
    """
    data, ancillary, flags, _ = end.recvmsg(most_bytes, _ROOM_FOR_ONE, socket.MSG_CMSG_CLOEXEC)
    socks = [
        socket.socket(fileno=descriptor)
        for level, kind, rights in ancillary
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        for descriptor in array.array("i", rights[: len(rights) // 4 * 4])
    ]
    for sock in socks:
        sock.setblocking(False)
    return Packet(data, flags, socks)
