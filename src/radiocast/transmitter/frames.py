"""MP3 frames of our one kind (`model.mp3`) without a decoder: taken from a file, made silent, made quieter.

Owns: what the transmitter does to frames, and its error where bytes are none.
Must not know: what is in the sound, or where it goes. Pure: bytes in, bytes out.

Format: ISO/IEC 11172-3 §2.4.1.7 (side information).
"""

from typing import Final

from radiocast.model import mp3
from radiocast.model.errors import MediaError
from radiocast.model.units import FRAMES_PER_BLOCK, Channels, frame_bytes

# Two granules a frame.
GRANULES_PER_BLOCK: Final = 2 * FRAMES_PER_BLOCK
# A fade ends 60 dB down: there a listener hears nothing. One step of a granule's global_gain is a factor of
# 2**(1/4) in amplitude (§2.4.3.4.7.1), 1.5 dB.
FADE_STEPS: Final = 40

# Side information, in bits: main_data_begin 9, private 5 (mono) or 3, scfsi 4 a channel; then for each
# of two granules and each channel 59, in which part2_3_length 12 and big_values 9 precede global_gain 8.
_SIDE_BYTES: Final[dict[Channels, int]] = {1: 17, 2: 32}
_GRANULES_AT_BIT: Final[dict[Channels, int]] = {1: 18, 2: 20}
_GRANULE_BITS: Final = 59
_GAIN_AT_BIT: Final = 21
_GAIN_BITS: Final = 8


class FrameError(MediaError):
    """The bytes are no MP3 of the one kind that goes on the air here; the message says what they are."""


def check(sound: bytes, *, bitrate_kbps: int, channels: Channels) -> None:
    """Raise FrameError unless `sound` is whole frames of this kind and nothing else, each decodable alone."""
    fault = mp3.fault(sound, bitrate_kbps=bitrate_kbps, channels=channels)
    if fault:
        raise FrameError(fault)


def from_file(data: bytes, *, bitrate_kbps: int, channels: Channels) -> bytes:
    """The sound of an MP3 file: its frames without tags, the encoder's information frame or a torn end.

    Raises FrameError when what is left is not of this kind, or nothing is left.
    """
    size = frame_bytes(bitrate_kbps)
    start = 0
    # ID3v2 (id3.org, §3.1): "ID3", 2 bytes of version, flags, the size in four 7-bit bytes; a footer adds 10.
    while data[start : start + 3] == b"ID3" and len(data) >= start + 10:
        high, second, third, low = data[start + 6 : start + 10]
        footer = 10 if data[start + 5] & 0x10 else 0
        start += 10 + (high << 21 | second << 14 | third << 7 | low) + footer
    after_side = start + mp3.HEADER_BYTES + _SIDE_BYTES[channels]
    if data[after_side : after_side + 4] in {b"Xing", b"Info"}:
        start += size
    end = len(data)
    # ID3v1: the last 128 bytes.
    if end - 128 >= start and data[end - 128 : end - 125] == b"TAG":
        end -= 128
    sound = data[start : end - (end - start) % size] if end > start else b""
    check(sound, bitrate_kbps=bitrate_kbps, channels=channels)
    return sound


def silence(*, bitrate_kbps: int, channels: Channels, frames: int = FRAMES_PER_BLOCK) -> bytes:
    """Digital silence: frames whose side information says that no granule has any data."""
    header = mp3.header(bitrate_kbps, channels)
    return header.ljust(frame_bytes(bitrate_kbps), b"\0") * frames


def attenuate(frame: bytes, first_steps: int, second_steps: int, *, channels: Channels) -> bytes:
    """The frame with its two granules so many steps of 1.5 dB quieter; nothing else in it changes.

    Lossless but for the bottom: a gain that would fall below 0 stays there, which is inaudible.
    """
    end = mp3.HEADER_BYTES + _SIDE_BYTES[channels]
    side_bits = _SIDE_BYTES[channels] * 8
    side = int.from_bytes(frame[mp3.HEADER_BYTES : end], "big")
    for granule, steps in enumerate((first_steps, second_steps)):
        for channel in range(channels):
            at = _GRANULES_AT_BIT[channels] + (granule * channels + channel) * _GRANULE_BITS + _GAIN_AT_BIT
            shift = side_bits - at - _GAIN_BITS
            gain = side >> shift & 0xFF
            side -= (gain - max(0, gain - steps)) << shift
    return frame[: mp3.HEADER_BYTES] + side.to_bytes(_SIDE_BYTES[channels], "big") + frame[end:]


def fade_in(block: bytes, *, channels: Channels) -> bytes:
    """A block that rises evenly in dB from 60 dB down to its own level."""
    return _fade(block, [FADE_STEPS - granule for granule in range(GRANULES_PER_BLOCK)], channels)


def fade_out(block: bytes, *, channels: Channels) -> bytes:
    """A block that sinks evenly in dB from its own level to 60 dB down."""
    return _fade(block, [granule + 1 for granule in range(GRANULES_PER_BLOCK)], channels)


def _fade(block: bytes, steps: list[int], channels: Channels) -> bytes:
    size = len(block) // FRAMES_PER_BLOCK
    return b"".join(
        attenuate(
            block[frame * size : (frame + 1) * size], *steps[2 * frame : 2 * frame + 2], channels=channels
        )
        for frame in range(FRAMES_PER_BLOCK)
    )
