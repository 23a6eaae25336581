"""What passes between a voice's own process and us: sentences one way, their sound the other. Pure.

To the process: a line of JSON, the list of sentences; then the end of its input. From the process, for each
sentence in order: a line of JSON, `{"rate": 22050, "bytes": 8820}`, and so many bytes of 16-bit little-endian
mono PCM; or `{"error": "why"}` alone. Each is written as soon as it is there: a process that dies owes only
the sentence it was at.
"""

import json
from collections.abc import Sequence
from typing import Final

from radiocast.model.errors import VoiceError

_RATES: Final = range(4_000, 192_001)
# Five minutes at 48 kHz, 16 bits. No sentence is so long; a program that gives more is not sane.
MAX_SOUND_BYTES: Final = 5 * 60 * 48_000 * 2
_MAX_HEADER_BYTES: Final = 4096


def request(sentences: Sequence[str]) -> bytes:
    """What the process is given."""
    return json.dumps(list(sentences)).encode() + b"\n"


def read_request(data: bytes) -> list[str]:
    """The sentences, in the process. Raises ValueError for anything else."""
    try:
        sentences = json.loads(data)
    except ValueError as error:
        raise ValueError(f"not a list of sentences: {error}") from error
    if not isinstance(sentences, list) or not all(isinstance(one, str) for one in sentences):
        raise ValueError("not a list of sentences")
    return sentences


def sound_frame(pcm: bytes, rate: int) -> bytes:
    """A sentence's sound, as the process writes it."""
    return json.dumps({"rate": rate, "bytes": len(pcm)}).encode() + b"\n" + pcm


def error_frame(reason: str) -> bytes:
    """Why a sentence has no sound."""
    return json.dumps({"error": reason[:1000]}).encode() + b"\n"


def read_header(line: bytes, *, voice: str) -> tuple[int, int] | VoiceError:
    """Rate and bytes of the sound that follows, or why there is none.

    Raises VoiceError for what is no header: nothing after it can be trusted.
    """
    if len(line) > _MAX_HEADER_BYTES:
        raise VoiceError(f"voice {voice}: what it gave is no speech; it begins {line[:20]!r}")
    try:
        header = json.loads(line)
        if "error" in header:
            return VoiceError(f"voice {voice}: {header['error']}")
        rate, size = int(header["rate"]), int(header["bytes"])
    except (ValueError, TypeError, KeyError) as error:
        raise VoiceError(f"voice {voice}: what it gave is no speech; it begins {line[:20]!r}") from error
    if rate not in _RATES or size % 2 or not 0 <= size <= MAX_SOUND_BYTES:
        raise VoiceError(f"voice {voice}: {size} bytes at {rate} Hz is no speech")
    return rate, size
