"""Blocks of frames: what is taken, and what is refused with a reason."""

import pytest

from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError
from radiocast.model.units import LEGAL_BITRATES_KBPS
from radiocast.studio.frames import check_block, mount_args, third_byte
from tests.studio.station import LOW, MOUNT

# MPEG-1 Layer III, no CRC, 128 kbit/s, 48 kHz, joint stereo; an empty side information.
GOOD = (bytes.fromhex("fffb9464") + bytes(380)) * 20


def test_a_good_block_is_taken() -> None:
    check_block(GOOD, MOUNT)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (GOOD[:-1], "7679 bytes"),
        (b"\x00" + GOOD[1:], "no MP3 frame"),
        (GOOD.replace(b"\xff\xfb\x94", b"\xff\xfb\x96", 1), "no MP3 frame"),  # a padded frame
        (GOOD[:384] + b"\xff\xfb\xa4" + GOOD[387:], "no MP3 frame"),  # another bit rate
        (GOOD[:3] + b"\xc4" + GOOD[4:], "mono came out"),
        (GOOD[:388] + b"\x01" + GOOD[389:], "bit reservoir"),
        (GOOD[:389] + b"\x80" + GOOD[390:], "bit reservoir"),
    ],
)
def test_anything_else_is_refused(block: bytes, words: str) -> None:
    with pytest.raises(EncoderError, match=words):
        check_block(block, MOUNT)


def test_bit_rates_are_those_of_the_standard() -> None:
    assert [third_byte(rate) >> 4 for rate in LEGAL_BITRATES_KBPS] == list(range(1, 15))
    with pytest.raises(EncoderError, match="100k"):
        third_byte(100)


def test_filters_come_before_the_down_mix() -> None:
    args = mount_args(LOW, filters=("volume=-3dB",))
    assert args[args.index("-af") + 1] == "volume=-3dB,pan=mono|c0=0.5*c0+0.5*c1"
    assert "-af" not in mount_args(MountSpec(path="/a.mp3", bitrate_kbps=64))
