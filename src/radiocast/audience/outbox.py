"""The transmitter's end of the line to the recording process: it never waits, and it never grows.

Rules. A record is packed and put into a batch. A batch goes out when it is large or when `flush` is called,
as one packet, whole or not at all. What the kernel does not take now waits here, up to so many bytes;
beyond that records are dropped and counted, those that end a session last: without its end a session would
seem to go on. Must not know: who reads at the other end, or whether anybody does.
"""

import errno
import socket
import struct
from collections import deque
from typing import Final

from radiocast.audience.packing import MAX_RECORD_BYTES, pack, seal
from radiocast.model.audience import Left, Record

# A packet of this size goes through a Unix socket's ordinary buffer (208 KB) several times over.
BATCH_BYTES: Final = 32 * 1024
MAX_PACKET_BYTES: Final = BATCH_BYTES + MAX_RECORD_BYTES + 64
# With 1,000 a second joining and leaving, some 180 KB: most of a minute of a disk that does not answer.
MEMORY_BYTES: Final = 8 * 1024 * 1024
# For the ends of sessions alone: each of 100,000 listeners has one, of 26 bytes.
RESERVE_BYTES: Final = 4 * 1024 * 1024
_FULL: Final = frozenset({errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM})


class Outbox:
    """Takes records, for a socket of kind SOCK_SEQPACKET, which is made non-blocking. Not thread-safe."""

    def __init__(
        self, sock: socket.socket, *, memory_bytes: int = MEMORY_BYTES, reserve_bytes: int = RESERVE_BYTES
    ) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._room = memory_bytes
        self._reserve = reserve_bytes
        self._batch = bytearray()
        self._batch_first = 0
        self._packets: deque[bytes] = deque()
        self._packets_bytes = 0
        self.recorded = 0
        """How many records were taken."""
        self.dropped = 0
        """How many were not, since there was no room."""
        self.sent_packets = 0
        """How many packets the kernel has taken: that it grows is how the reader shows that it reads."""

    @property
    def waiting_bytes(self) -> int:
        """How much waits here, the unfinished batch too."""
        return self._packets_bytes + len(self._batch)

    @property
    def blocked(self) -> bool:
        """Whether the kernel would not take more when it was last asked."""
        return bool(self._packets)

    def put(self, record: Record) -> None:
        """Take a record, or count it as dropped. Returns at once, and raises nothing."""
        try:
            packed = pack(record)
        except (struct.error, OverflowError, KeyError):
            self.dropped += 1  # a number that no listener has; a record is not worth a listener
            return
        room = self._room + self._reserve if isinstance(record, Left) else self._room
        if self.waiting_bytes + len(packed) > room:
            self.dropped += 1
            return
        self._batch += packed
        self.recorded += 1
        if len(self._batch) >= BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Send what the kernel takes now, without waiting."""
        if self._batch:
            packet = seal(
                self._batch,
                first=self._batch_first,
                count=self.recorded - self._batch_first,
                dropped=self.dropped,
            )
            self._packets.append(packet)
            self._packets_bytes += len(packet)
            self._batch = bytearray()
            self._batch_first = self.recorded
        while self._packets:
            try:
                self._sock.send(self._packets[0])
            except OSError as error:
                if error.errno in _FULL:
                    return
                # Closed under us: nobody will ever read it.
                self._give_up()
                return
            self._packets_bytes -= len(self._packets.popleft())
            self.sent_packets += 1

    def _give_up(self) -> None:
        self.dropped += sum(int.from_bytes(packet[8:12], "big") for packet in self._packets)
        self._packets.clear()
        self._packets_bytes = 0
