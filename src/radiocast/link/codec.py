"""Messages to bytes and back: a pure codec, tested for every split of the bytes.

The frames are those of `framing`, with a JSON header, which pydantic reads and checks. Only BlockReady has a
body, the mounts' audio one after the other, so that sound is never turned into text.
"""

import dataclasses
import json
import math
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from radiocast.link.framing import KINDS, Frame, Frames, frame
from radiocast.link.messages import BlockReady, Message
from radiocast.model.errors import LinkError

_ADAPTERS: Final[dict[type[Any], TypeAdapter[Any]]] = {kind: TypeAdapter(kind) for kind in KINDS}


def encode(message: Message) -> bytes:
    """The message as one frame. Raises LinkError for a level that is no number: JSON has none."""
    audio: tuple[bytes, ...] = ()
    if isinstance(message, BlockReady):
        if not math.isfinite(message.block.level_dbfs):
            raise LinkError(f"link: a BlockReady with a level of {message.block.level_dbfs} dBFS")
        audio = message.block.audio
        message = BlockReady(block=dataclasses.replace(message.block, audio=()))
    return frame(type(message), _json(message), audio)


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
        self._frames = Frames()

    def feed(self, data: bytes) -> list[Message]:
        """All messages that are complete with these bytes, perhaps none."""
        return [_decode(found) for found in self._frames.feed(data)]

    def finish(self) -> None:
        """No more bytes will come. Raises LinkError when a message was cut off."""
        self._frames.finish()


def _decode(found: Frame) -> Message:
    try:
        message: Message = _ADAPTERS[found.kind].validate_json(found.json)
    except ValidationError as error:
        raise LinkError(f"link: a {found.kind.__name__} message cannot be read: {error}") from error
    if not isinstance(message, BlockReady):
        return message
    return BlockReady(block=dataclasses.replace(message.block, audio=found.parts))
