"""Messages to bytes and back: a pure codec, tested for every split of the bytes.

A frame is `kind:u8 header_len:u32 body_len:u32` (big-endian), then a JSON header, then raw bytes. Only
BlockReady has a body, the mounts' audio one after the other, so that sound is never turned into text.
"""

import dataclasses
import json
import math
import struct
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from radiocast.link.messages import (
    BlockReady,
    Credit,
    Departed,
    Dismiss,
    Hello,
    Message,
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

_KINDS: Final[tuple[type[Any], ...]] = (
    *(Hello, BlockReady, Reported, StandbyReady, Recall),
    *(Credit, Recalled, Stop),
    *(Pace, Dismiss, Serving, Departed, Tallied),
)
_ADAPTERS: Final = {kind: TypeAdapter(kind) for kind in _KINDS}


def encode(message: Message) -> bytes:
    """The message as one frame. Raises LinkError for a level that is no number: JSON has none."""
    kind = _KINDS.index(type(message))
    body = b""
    sizes: tuple[int, ...] = ()
    if isinstance(message, BlockReady):
        if not math.isfinite(message.block.level_dbfs):
            raise LinkError(f"link: a BlockReady with a level of {message.block.level_dbfs} dBFS")
        audio = message.block.audio
        sizes, body = tuple(len(part) for part in audio), b"".join(audio)
        message = BlockReady(block=dataclasses.replace(message.block, audio=()))
    header = bytes([len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)
    header += _json(message)
    return _PREFIX.pack(kind, len(header), len(body)) + header + body


def _json(message: Message) -> bytes:
    adapter = _ADAPTERS[type(message)]
    try:
        return adapter.dump_json(message)
    except PydanticSerializationError:
        # A file name that is no UTF-8 comes out of the file system with lone surrogates in it.
        plain = adapter.dump_python(message, mode="json")
        return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")


class Decoder:
    """Takes the link's bytes as they come and gives whole messages.

    `feed` MUST be given the bytes in order, in pieces of any size. It raises LinkError on what no
    encoder of ours wrote; after that the decoder is of no further use, since the framing is lost.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """All messages that are complete with these bytes, perhaps none."""
        self._buffer += data
        messages: list[Message] = []
        while len(self._buffer) >= _PREFIX.size:
            kind, header_len, body_len = _PREFIX.unpack_from(self._buffer)
            if kind >= len(_KINDS) or header_len > MAX_HEADER_BYTES or body_len > MAX_BODY_BYTES:
                raise LinkError(f"link: no message of ours begins with {bytes(self._buffer[:9]).hex()}")
            end = _PREFIX.size + header_len + body_len
            if len(self._buffer) < end:
                break
            frame = bytes(self._buffer[_PREFIX.size : end])
            del self._buffer[:end]
            messages.append(_decode(_KINDS[kind], frame[:header_len], frame[header_len:]))
        return messages

    def finish(self) -> None:
        """No more bytes will come. Raises LinkError when a message was cut off."""
        if self._buffer:
            raise LinkError(
                f"link: the other end went in the middle of a message ({len(self._buffer)} bytes of it)"
            )


def _decode(kind: type[Any], header: bytes, body: bytes) -> Message:
    try:
        count = header[0]
        sizes = struct.unpack_from(f">{count}I", header, 1)
        message: Message = _ADAPTERS[kind].validate_json(header[1 + 4 * count :])
    except (ValidationError, struct.error, IndexError) as error:
        raise LinkError(f"link: a {kind.__name__} message cannot be read: {error}") from error
    if sum(sizes) != len(body):
        raise LinkError(f"link: a {kind.__name__} message promises {sum(sizes)} bytes and has {len(body)}")
    if not isinstance(message, BlockReady):
        return message
    audio, start = [], 0
    for size in sizes:
        audio.append(body[start : start + size])
        start += size
    return BlockReady(block=dataclasses.replace(message.block, audio=tuple(audio)))
