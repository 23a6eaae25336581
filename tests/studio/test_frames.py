"""What ffmpeg is asked for, and which of its blocks are refused, with the mount and a reason."""

import pytest

from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError
from radiocast.studio.frames import check_block, mount_args
from tests.studio.station import LOW, MOUNT

# MPEG-1 Layer III, no CRC, 128 kbit/s, 48 kHz, joint stereo; an empty side information.
GOOD = (bytes.fromhex("fffb9464") + bytes(380)) * 20


def test_a_good_block_is_taken() -> None:
    check_block(GOOD, MOUNT)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (GOOD[:-1], "7679 bytes"),
        (b"\x00" + GOOD[1:], r"byte 0: .*; the block begins with 00fb9464"),
        (GOOD[:388] + b"\x01" + GOOD[389:], "byte 384: .*bit reservoir"),
    ],
)
def test_anything_else_is_refused(block: bytes, words: str) -> None:
    with pytest.raises(EncoderError, match=rf"{MOUNT.path}: .*{words}"):
        check_block(block, MOUNT)


def test_a_bit_rate_that_mp3_has_not_is_refused() -> None:
    with pytest.raises(EncoderError, match="100k"):
        mount_args(MountSpec(path="/a.mp3", bitrate_kbps=100))


def test_filters_come_before_the_down_mix() -> None:
    args = mount_args(LOW, filters=("volume=-3dB",))
    assert args[args.index("-af") + 1] == "volume=-3dB,pan=mono|c0=0.5*c0+0.5*c1"
    assert "-af" not in mount_args(MountSpec(path="/a.mp3", bitrate_kbps=64))
