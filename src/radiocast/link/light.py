"""The worker's end of the codec: the same frames as `codec`, read and written without pydantic.

Owns: the four messages that a worker hears and the three that it says. Why not `codec`: pydantic is 16 MB in
every worker, which is more than all the rest of it. The tests hold the two against each other.
"""

import dataclasses
import json
from typing import Any

from radiocast.link.framing import Frame, frame
from radiocast.link.messages import BlockReady, Dismiss, FromWorker, Pace, Stop, ToWorker
from radiocast.model.block import Block
from radiocast.model.errors import LinkError


def encode(message: FromWorker) -> bytes:
    """The message as one frame."""
    return frame(type(message), json.dumps(dataclasses.asdict(message), separators=(",", ":")).encode())


def read(found: Frame) -> ToWorker:
    """The message in a frame. Raises LinkError on one that is not for a worker, or that cannot be read.

    Of a block, what a worker needs: its number, its sound, its title and its level.
    """
    try:
        return _message(found, json.loads(found.json))
    except (ValueError, KeyError, TypeError) as error:
        raise LinkError(f"link: a {found.kind.__name__} message cannot be read: {error!r}") from error


def _message(found: Frame, said: dict[str, Any]) -> ToWorker:
    if found.kind is BlockReady:
        block = said["block"]
        return BlockReady(
            block=Block(
                seq=int(block["seq"]),
                audio=found.parts,
                stream_title=str(block["stream_title"]),
                level_dbfs=float(block["level_dbfs"]),
            )
        )
    if found.kind is Pace:
        return Pace(blocks=int(said["blocks"]))
    if found.kind is Dismiss:
        return Dismiss(numbers=tuple(int(number) for number in said["numbers"]))
    if found.kind is Stop:
        return Stop()
    raise LinkError(f"link: a {found.kind.__name__} message is not for a worker")
