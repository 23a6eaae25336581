"""How a message lies in the link's bytes, whatever it says.

Owns: the frame `kind:u8 header_len:u32 body_len:u32` (big-endian), then a header, then raw bytes, and which
number a kind has. Pure. Must not know: what is in a header beyond the sizes of the parts of the body.

A header is a count of parts (u8) and their sizes (u32 each), then JSON. Light to import: a worker needs it.
"""

import struct
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from radiocast.link.messages import (
    BlockReady,
    Credit,
    Departed,
    Dismiss,
    Hello,
    Pace,
    Recall,
    Recalled,
    Reported,
    Serving,
    StandbyReady,
    Stop,
    Tallied,
)
from radiocast.model.errors import LinkError

_PREFIX: Final = struct.Struct(">BII")
# A block of the largest mount (320 kbit/s) is 19,200 bytes, a report a few tens of KB. What claims more
# than this is not from our studio, and must not make the transmitter allocate.
MAX_HEADER_BYTES: Final = 4 * 1024 * 1024
MAX_BODY_BYTES: Final = 4 * 1024 * 1024

KINDS: Final[tuple[type[Any], ...]] = (
    *(Hello, BlockReady, Reported, StandbyReady, Recall),
    *(Credit, Recalled, Stop),
    *(Pace, Dismiss, Serving, Departed, Tallied),
)
_NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}


class Frame(NamedTuple):
    """One message as it came: its kind, its JSON, and the parts of its body."""

    kind: type[Any]
    json: bytes
    parts: tuple[bytes, ...]


def frame(kind: type[Any], json: bytes, parts: Sequence[bytes] = ()) -> bytes:
    """The bytes of one message."""
    sizes = [len(part) for part in parts]
    header = bytes([len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + json
    return b"".join((_PREFIX.pack(_NUMBERS[kind], len(header), sum(sizes)), header, *parts))


class Frames:
    """Takes the link's bytes as they come, in order and in pieces of any size, and gives whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """All that are complete with these bytes. Raises LinkError on what is no frame; then it is lost."""
        self._buffer += data
        frames: list[Frame] = []
        while len(self._buffer) >= _PREFIX.size:
            kind, header_len, body_len = _PREFIX.unpack_from(self._buffer)
            if kind >= len(KINDS) or header_len > MAX_HEADER_BYTES or body_len > MAX_BODY_BYTES:
                raise LinkError(f"link: no message of ours begins with {bytes(self._buffer[:9]).hex()}")
            end = _PREFIX.size + header_len + body_len
            if len(self._buffer) < end:
                break
            whole = bytes(self._buffer[_PREFIX.size : end])
            del self._buffer[:end]
            frames.append(_part(KINDS[kind], whole[:header_len], whole[header_len:]))
        return frames

    def finish(self) -> None:
        """No more bytes will come. Raises LinkError when a message was cut off."""
        if self._buffer:
            raise LinkError(
                f"link: the other end went in the middle of a message ({len(self._buffer)} bytes of it)"
            )


def _part(kind: type[Any], header: bytes, body: bytes) -> Frame:
    try:
        count = header[0]
        sizes = struct.unpack_from(f">{count}I", header, 1)
    except (struct.error, IndexError) as error:
        raise LinkError(f"link: a {kind.__name__} message cannot be read: {error}") from error
    if sum(sizes) != len(body):
        raise LinkError(f"link: a {kind.__name__} message promises {sum(sizes)} bytes and has {len(body)}")
    parts, start = [], 0
    for size in sizes:
        parts.append(body[start : start + size])
        start += size
    return Frame(kind, header[1 + 4 * count :], tuple(parts))
