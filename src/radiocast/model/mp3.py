"""MP3 frames of the one kind on the air: MPEG-1 Layer III, 48 kHz, one constant bit rate, each on its own.

Owns: the bytes of such a frame's header, and telling such frames from anything else, in words.
Must not know: who made the frames or who sends them, nor the sound in them. Pure.

A mount's stream is nothing but frames of `frame_bytes(bitrate)` each: no tags, no padding, no bit
reservoir, so that every frame decodes on its own and a block begins anywhere.
Format: ISO/IEC 11172-3 §2.4.1.3 (header), §2.4.1.7 (side information).
"""

from typing import Final

from radiocast.model.units import LEGAL_BITRATES_KBPS, Channels, frame_bytes

HEADER_BYTES: Final = 4

# 12 bits of sync, ID 1 (MPEG-1), layer 01 (III), protection bit 1 (no CRC).
_SYNC: Final = b"\xff\xfb"
# Bits 2-3 of the third byte: 01 is 48 kHz; bit 1 is padding, which 48 kHz never needs.
_RATE_AND_PADDING_MASK: Final = 0b0000_1110
_RATE_48_KHZ: Final = 0b0000_0100
# Bit 0 of the third byte is the encoder's own business.
_PRIVATE: Final = 0b0000_0001
_MONO_MODE: Final = 0b11
# main_data_begin, how far back in earlier frames a frame's data begins: 9 bits after the header, all of the
# fifth byte and this bit of the sixth.
_RESERVOIR: Final = 0b1000_0000


def header(bitrate_kbps: int, channels: Channels) -> bytes:
    """The four bytes that a frame begins with; two channels are plain stereo.

    Raises ValueError, with a sentence, for a bit rate that MPEG-1 Layer III has not.
    """
    try:
        index = LEGAL_BITRATES_KBPS.index(bitrate_kbps) + 1
    except ValueError:
        legal = ", ".join(str(rate) for rate in LEGAL_BITRATES_KBPS)
        raise ValueError(f"MP3 has no bit rate of {bitrate_kbps}k; it has {legal}") from None
    # Bit-rate index in the upper half of the third byte; the fourth: mode in the upper two bits.
    return _SYNC + bytes([index << 4 | _RATE_48_KHZ, _MONO_MODE << 6 if channels == 1 else 0])


def fault(sound: bytes, *, bitrate_kbps: int, channels: Channels) -> str:
    """Why `sound` is not whole frames of this kind and nothing else, each decodable alone; empty if it is.

    The sentence names the first frame at fault by its first byte. Never raises.
    """
    try:
        third = header(bitrate_kbps, channels)[2]
    except ValueError as error:
        return str(error)
    size = frame_bytes(bitrate_kbps)
    if not sound or len(sound) % size:
        return f"{len(sound)} bytes are no whole number of {size}-byte frames ({bitrate_kbps} kbit/s)"
    # All frames at once first, a byte of each at a time: every block on the air comes through here.
    if (
        set(sound[0::size]) == {_SYNC[0]}
        and set(sound[1::size]) == {_SYNC[1]}
        and set(sound[2::size]) <= {third, third | _PRIVATE}
        and {mode >> 6 == _MONO_MODE for mode in sound[3::size]} == {channels == 1}
        and not any(sound[4::size])
        and max(sound[5::size]) < _RESERVOIR
    ):
        return ""
    faults = (
        (at, _fault_at(sound, at, bitrate_kbps=bitrate_kbps, channels=channels))
        for at in range(0, len(sound), size)
    )
    return next(f"byte {at}: {why}" for at, why in faults if why)


def _fault_at(sound: bytes, at: int, *, bitrate_kbps: int, channels: Channels) -> str:
    """What is wrong with the frame at this byte; empty if nothing is."""
    if sound[at : at + 2] != _SYNC:
        return f"{sound[at : at + 2].hex()} begins no MPEG-1 Layer III frame without a checksum"
    third, fourth = sound[at + 2], sound[at + 3]
    if third & _RATE_AND_PADDING_MASK != _RATE_48_KHZ:
        return "the sample rate is not 48 kHz"
    if third >> 4 != LEGAL_BITRATES_KBPS.index(bitrate_kbps) + 1:
        return f"the bit rate is not {bitrate_kbps} kbit/s"
    if (fourth >> 6 == _MONO_MODE) != (channels == 1):
        return f"the sound does not have {channels} channel(s)"
    if sound[at + 4] or sound[at + 5] & _RESERVOIR:
        return "the frame needs the bit reservoir: encode with -reservoir 0"
    return ""
