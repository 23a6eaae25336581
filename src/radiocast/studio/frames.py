"""MP3 out of the encoder: how ffmpeg is asked for a mount's frames, and whether it gave them. Pure.

Owns: ffmpeg's options for the one kind of MP3 on the air, and the encoder's error where it is another.
Must not know: what a frame looks like (`model.mp3`), or the process that makes it.
"""

from collections.abc import Sequence

from radiocast.model import mp3
from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError
from radiocast.model.units import SAMPLE_RATE, block_bytes


def mount_args(mount: MountSpec, *, filters: Sequence[str] = ()) -> tuple[str, ...]:
    """The output options of ffmpeg for one mount; the same for the live stream and for the standby files.

    `filters` are ffmpeg audio filters that come before the mount's own. Raises EncoderError for a bit
    rate that MPEG-1 Layer III has not.
    """
    try:
        mp3.header(mount.bitrate_kbps, mount.channels)
    except ValueError as error:
        raise EncoderError(str(error)) from error
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
    if len(data) != block_bytes(mount.bitrate_kbps):
        raise EncoderError(
            f"{mount.path}: a block of {len(data)} bytes, not {block_bytes(mount.bitrate_kbps)}"
        )
    fault = mp3.fault(data, bitrate_kbps=mount.bitrate_kbps, channels=mount.channels)
    if fault:
        raise EncoderError(
            f"{mount.path}: {fault}; the block begins with {data[:4].hex()}. "
            "Is this ffmpeg's libmp3lame another than LAME?"
        )
