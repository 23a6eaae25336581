"""A stream as curl saved it, taken apart with the station's own ICY reader."""

from dataclasses import dataclass

from radiocast.model.units import frame_bytes
from radiocast.transmitter.icy import IcyDemuxer
from tests.players.evidence import PlayerFailedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The audio of a capture in whole frames, and before which of its bytes each title stood.

    `torn` is how many bytes came before the first whole frame: none from our own door.
    """

    audio: bytes
    torn: int
    titles: tuple[tuple[int, str], ...]
    bytes_per_s: int


def split_capture(head: bytes, body: bytes) -> Capture:
    """Take a response apart. Raises PlayerFailedError where it is no ICY stream."""
    lines = head.decode("latin-1").splitlines()
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if " 200 " not in f"{lines[0]} " or not {"icy-metaint", "icy-br"} <= fields.keys():
        raise PlayerFailedError("not an ICY stream:\n" + "\n".join(lines))
    if "transfer-encoding" in fields:
        raise PlayerFailedError("the stream is chunked, which breaks old receivers:\n" + "\n".join(lines))
    bitrate = int(fields["icy-br"])
    audio, titles = IcyDemuxer(int(fields["icy-metaint"])).feed(body)
    frame = frame_bytes(bitrate)
    torn = _first_frame(audio, frame)
    whole = (len(audio) - torn) // frame * frame
    return Capture(
        audio=audio[torn : torn + whole],
        torn=torn,
        titles=tuple((max(0, found.position - torn), found.title) for found in titles),
        bytes_per_s=bitrate * 125,
    )


def _first_frame(audio: bytes, frame: int) -> int:
    """Where the first whole frame begins: every `frame` bytes from there on stands the same frame sync.

    Eleven bits set, MPEG-1, Layer III (ISO 11172-3 §2.4.1.3). Raises PlayerFailedError where there is none.
    """
    for start in range(min(frame, len(audio))):
        firsts, seconds = audio[start::frame], audio[start + 1 :: frame]
        if set(firsts) == {0xFF} and {byte & 0xFE for byte in seconds} == {0xFA}:
            return start
    raise PlayerFailedError(
        "no frame after every frame: the stream is no MP3 of constant bit rate, or is torn"
    )
