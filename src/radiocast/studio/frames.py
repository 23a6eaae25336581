"""MP3 frames of a constant size: how ffmpeg is asked for them, and whether it gave them. Pure.

A mount's stream is nothing but frames of `frame_bytes(bitrate)` each: no tags, no padding, no bit
reservoir, so that every frame decodes on its own and a block begins anywhere.
"""

from collections.abc import Sequence

from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError
from radiocast.model.units import FRAMES_PER_BLOCK, LEGAL_BITRATES_KBPS, SAMPLE_RATE, block_bytes, frame_bytes

# Frame header, ISO 11172-3 §2.4.1.3: 11 bits of sync, MPEG-1, Layer III, no CRC.
_SYNC = b"\xff"
_VERSION_LAYER = b"\xfb"
_48_KHZ = 0b01 << 2


def third_byte(bitrate_kbps: int) -> int:
    """The header's third byte: bit rate index, 48 kHz, no padding, not private.

    Raises EncoderError for a bit rate that MPEG-1 Layer III has not.
    """
    try:
        index = LEGAL_BITRATES_KBPS.index(bitrate_kbps) + 1
    except ValueError:
        legal = ", ".join(str(rate) for rate in LEGAL_BITRATES_KBPS)
        raise EncoderError(f"MP3 has no bit rate of {bitrate_kbps}k; it has {legal}") from None
    return index << 4 | _48_KHZ


def mount_args(mount: MountSpec, *, filters: Sequence[str] = ()) -> tuple[str, ...]:
    """The output options of ffmpeg for one mount; the same for the live stream and for the standby files.

    `filters` are ffmpeg audio filters that come before the mount's own.
    """
    third_byte(mount.bitrate_kbps)
    # ffmpeg's own down-mix of floating-point sound adds 3 dB to what both channels share, and clips.
    chain = (*filters, "pan=mono|c0=0.5*c0+0.5*c1") if mount.channels == 1 else tuple(filters)
    return (
        *("-map", "0:a", *(("-af", ",".join(chain)) if chain else ())),
        *("-c:a", "libmp3lame", "-b:a", f"{mount.bitrate_kbps}k"),
        *("-ar", str(SAMPLE_RATE), "-ac", str(mount.channels)),
        # Every frame decodes on its own, no header frame, no tag; and each packet goes out at once.
        *("-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0", "-flush_packets", "1", "-f", "mp3"),
    )


def check_block(data: bytes, mount: MountSpec) -> None:
    """Raise EncoderError unless `data` is one whole block for this mount, every frame on its own."""
    size = frame_bytes(mount.bitrate_kbps)
    if len(data) != block_bytes(mount.bitrate_kbps):
        raise EncoderError(
            f"{mount.path}: a block of {len(data)} bytes, not {block_bytes(mount.bitrate_kbps)}"
        )
    third = bytes([third_byte(mount.bitrate_kbps)])
    if (
        data[0::size] != _SYNC * FRAMES_PER_BLOCK
        or data[1::size] != _VERSION_LAYER * FRAMES_PER_BLOCK
        or data[2::size] != third * FRAMES_PER_BLOCK
    ):
        raise EncoderError(
            f"{mount.path}: no MP3 frame of {mount.bitrate_kbps}k at 48 kHz every {size} bytes; "
            f"the block begins with {data[:4].hex()}. Is this ffmpeg's libmp3lame another than LAME?"
        )
    mono = data[3] >> 6 == 0b11
    if mono != (mount.channels == 1):
        raise EncoderError(f"{mount.path}: {'mono' if mono else 'stereo'} came out of the encoder")
    # main_data_begin: nine bits after the header (ISO 11172-3 §2.4.1.7).
    if any(data[4::size]) or any(byte >> 7 for byte in data[5::size]):
        raise EncoderError(f"{mount.path}: a frame leans on the one before it (bit reservoir)")
