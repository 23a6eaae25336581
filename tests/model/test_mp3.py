"""Frames of our one kind are taken; anything else is named for what it is, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model import mp3
from radiocast.model.units import LEGAL_BITRATES_KBPS, Channels, frame_bytes

# MPEG-1 Layer III, no CRC, 128 kbit/s, 48 kHz, joint stereo; an empty side information.
FRAME = bytes.fromhex("fffb9464") + bytes(380)


def silence(bitrate_kbps: int, channels: Channels, count: int) -> bytes:
    return mp3.header(bitrate_kbps, channels).ljust(frame_bytes(bitrate_kbps), b"\0") * count


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bitrate_kbps", LEGAL_BITRATES_KBPS)
def test_frames_with_our_header_are_ours_and_of_no_other_kind(bitrate_kbps: int, channels: Channels) -> None:
    # 5 * 7 * 8 frames: a whole number of frames of most other bit rates as well.
    sound = silence(bitrate_kbps, channels, 280)
    for other in LEGAL_BITRATES_KBPS:
        fault = mp3.fault(sound, bitrate_kbps=other, channels=channels)
        assert (fault == "") == (other == bitrate_kbps)
    assert "channel" in mp3.fault(sound, bitrate_kbps=bitrate_kbps, channels=2 if channels == 1 else 1)


def test_bit_rates_are_those_of_the_standard() -> None:
    indices = [mp3.header(rate, 2)[2] >> 4 for rate in LEGAL_BITRATES_KBPS]
    assert indices == list(range(1, 15))
    with pytest.raises(ValueError, match="100k"):
        mp3.header(100, 2)
    assert "100k" in mp3.fault(FRAME, bitrate_kbps=100, channels=2)


def test_joint_stereo_and_the_private_bit_are_the_encoders_business() -> None:
    private = FRAME.replace(b"\xff\xfb\x94", b"\xff\xfb\x95")
    assert mp3.fault(FRAME + private, bitrate_kbps=128, channels=2) == ""


@pytest.mark.parametrize(
    ("byte", "value", "complaint"),
    [
        (0, 0x00, "MPEG-1"),
        (1, 0xFA, "checksum"),
        (1, 0xF3, "MPEG-1"),
        (2, 0x90, "48 kHz"),
        (2, 0x96, "48 kHz"),  # a padded frame
        (2, 0xA4, "bit rate"),
        (2, 0xF4, "bit rate"),
        (2, 0x04, "bit rate"),
        (3, 0xC0, "channel"),
        (4, 0x01, "reservoir"),
        (5, 0x80, "reservoir"),
    ],
)
@pytest.mark.parametrize("place", [0, 3, 19])
def test_each_way_of_not_being_our_kind_is_named(byte: int, value: int, complaint: str, place: int) -> None:
    sound = bytearray(FRAME * 20)
    at = place * len(FRAME)
    sound[at + byte] = value
    fault = mp3.fault(bytes(sound), bitrate_kbps=128, channels=2)
    assert fault.startswith(f"byte {at}: ")
    assert complaint in fault


@pytest.mark.parametrize("sound", [b"", FRAME[:-1], FRAME + b"\0"])
def test_what_is_no_whole_number_of_frames_is_refused(sound: bytes) -> None:
    assert mp3.fault(sound, bitrate_kbps=128, channels=2).startswith(f"{len(sound)} bytes are no whole")


@given(st.lists(st.binary(min_size=6, max_size=6) | st.just(FRAME[:6]), min_size=1, max_size=4))
def test_all_frames_at_once_are_judged_as_each_alone(heads: list[bytes]) -> None:
    """Invariant: frames are ours together exactly when every one of them is; there is always a verdict."""
    frames = [head + FRAME[6:] for head in heads]
    together = mp3.fault(b"".join(frames), bitrate_kbps=128, channels=2)
    alone = [mp3.fault(frame, bitrate_kbps=128, channels=2) for frame in frames]
    first = next((place for place, fault in enumerate(alone) if fault), None)
    if first is None:
        assert together == ""
    else:
        assert together == f"byte {first * len(FRAME)}" + alone[first].removeprefix("byte 0")
