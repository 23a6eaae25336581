"""Records to bytes and back, in batches: pure, and cheap on the side that must not be kept.

A batch is `first:u64 count:u32 dropped:u64` (big-endian) and `count` records. Records are numbered from 0 for
as long as the transmitter runs; `first` is the number of the batch's first, `dropped` how many never got
a number because there was no room. A record is `kind:u8`, numbers of fixed size, and its texts
in UTF-8, their lengths in bytes before them.
"""

import struct
from dataclasses import dataclass
from typing import Final

from radiocast.model.audience import FIELD_CHARS, LINE_CHARS, Answered, Asked, End, Joined, Left, Record

_BATCH: Final = struct.Struct(">QIQ")
_JOINED: Final = struct.Struct(">BQdHHHHH")
_LEFT: Final = struct.Struct(">BQBQd")
_ANSWERED: Final = struct.Struct(">BdHQdHHHH")
_JOINED_KIND: Final = 1
_LEFT_KIND: Final = 2
_ANSWERED_KIND: Final = 3
_ENDS: Final = tuple(End)
_END_NUMBERS: Final = {end: number for number, end in enumerate(_ENDS)}
# An IPv6 address with its zone; a mount's path. With four bytes a character all texts fit the lengths.
_ADDRESS_CHARS: Final = 64
_MOUNT_CHARS: Final = 1024
# No record is longer: an Answered or Joined with all texts as long as they may be.
MAX_RECORD_BYTES: Final = 64 + 4 * (_ADDRESS_CHARS + LINE_CHARS + 2 * FIELD_CHARS + _MOUNT_CHARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some records as they were sent; `dropped` counts those before them that were not."""

    first: int
    dropped: int
    records: tuple[Record, ...]

    @property
    def end(self) -> int:
        """The number of the next batch's first record."""
        return self.first + len(self.records)


def pack(record: Record) -> bytes:
    """One record. Raises struct.error for numbers that are none of a listener's (negative bytes)."""
    if isinstance(record, Left):
        return _LEFT.pack(
            _LEFT_KIND, record.number, _END_NUMBERS[record.end], record.sent_bytes, record.seconds
        )
    asked = record.asked
    # "surrogatepass" takes every text there is; "surrogateescape" would fail on half of a pair.
    address = asked.address[:_ADDRESS_CHARS].encode("utf-8", "surrogatepass")
    line = asked.line[:LINE_CHARS].encode("utf-8", "surrogatepass")
    agent = asked.agent[:FIELD_CHARS].encode("utf-8", "surrogatepass")
    referer = asked.referer[:FIELD_CHARS].encode("utf-8", "surrogatepass")
    lengths = (len(address), len(line), len(agent), len(referer))
    if isinstance(record, Joined):
        mount = record.mount[:_MOUNT_CHARS].encode("utf-8", "surrogatepass")
        head = _JOINED.pack(_JOINED_KIND, record.number, asked.at_unix_s, *lengths, len(mount))
        return b"".join((head, address, line, agent, referer, mount))
    head = _ANSWERED.pack(
        _ANSWERED_KIND, asked.at_unix_s, record.status, record.sent_bytes, record.seconds, *lengths
    )
    return b"".join((head, address, line, agent, referer))


def seal(packed: bytes | bytearray, *, first: int, count: int, dropped: int) -> bytes:
    """Packed records as a batch."""
    return _BATCH.pack(first, count, dropped) + packed


def unpack(packet: bytes) -> Batch:
    """A batch. Raises ValueError on what `seal` did not make."""
    try:
        first, count, dropped = _BATCH.unpack_from(packet)
        at = _BATCH.size
        records: list[Record] = []
        for _ in range(count):
            record, at = _unpack_one(packet, at)
            records.append(record)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"no batch of records of ours: {error}") from error
    if at != len(packet):
        raise ValueError(f"no batch of records of ours: it ends at {at}, but has {len(packet)} bytes")
    return Batch(first=first, dropped=dropped, records=tuple(records))


def _unpack_one(packet: bytes, at: int) -> tuple[Record, int]:
    match packet[at]:
        case 1:
            _, number, when, *lengths = _JOINED.unpack_from(packet, at)
            texts, end = _texts(packet, at + _JOINED.size, lengths)
            return Joined(number=number, mount=texts[4], asked=_asked(when, texts)), end
        case 2:
            _, number, ended, sent, seconds = _LEFT.unpack_from(packet, at)
            left = Left(number=number, end=_ENDS[ended], sent_bytes=sent, seconds=seconds)
            return left, at + _LEFT.size
        case 3:
            _, when, status, sent, seconds, *lengths = _ANSWERED.unpack_from(packet, at)
            texts, end = _texts(packet, at + _ANSWERED.size, lengths)
            asked = _asked(when, texts)
            return Answered(asked=asked, status=status, sent_bytes=sent, seconds=seconds), end
        case kind:
            raise ValueError(f"no batch of records of ours: a record of kind {kind}")


def _texts(packet: bytes, at: int, lengths: list[int]) -> tuple[list[str], int]:
    texts = []
    for length in lengths:
        if at + length > len(packet):
            raise IndexError("a text is cut off")
        texts.append(packet[at : at + length].decode("utf-8", "surrogatepass"))
        at += length
    return texts, at


def _asked(when: float, texts: list[str]) -> Asked:
    address, line, agent, referer = texts[:4]
    return Asked(address=address, line=line, at_unix_s=when, agent=agent, referer=referer)
