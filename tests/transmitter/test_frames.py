import math
from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.units import FRAME_SAMPLES, FRAMES_PER_BLOCK, Channels, frame_bytes
from radiocast.transmitter import frames
from tests.transmitter.sound import decode, encode

KINDS: list[tuple[int, Channels]] = [(128, 2), (48, 1), (320, 2), (32, 1)]
# Noise fills every frame to the brim; the sine keeps the level comparable.
TONE = "sine=frequency=700:sample_rate=48000,volume=8dB"


def rms(samples: "array[int]") -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


@pytest.mark.parametrize(("bitrate_kbps", "channels"), KINDS)
def test_what_the_encoder_makes_passes_and_whole_frames_are_told_from_others(
    bitrate_kbps: int, channels: Channels
) -> None:
    sound = encode(TONE, bitrate_kbps=bitrate_kbps, channels=channels, seconds=0.3)
    frames.check(sound, bitrate_kbps=bitrate_kbps, channels=channels)
    with pytest.raises(frames.FrameError, match="whole number"):
        frames.check(sound[:-1], bitrate_kbps=bitrate_kbps, channels=channels)
    with pytest.raises(frames.FrameError):
        frames.check(sound, bitrate_kbps=bitrate_kbps, channels=2 if channels == 1 else 1)
    with pytest.raises(frames.FrameError):
        frames.check(sound[1:] + b"\0", bitrate_kbps=bitrate_kbps, channels=channels)


@pytest.mark.parametrize(("bitrate_kbps", "channels"), KINDS)
def test_silence_decodes_to_silence(bitrate_kbps: int, channels: Channels) -> None:
    sound = frames.silence(bitrate_kbps=bitrate_kbps, channels=channels)
    frames.check(sound, bitrate_kbps=bitrate_kbps, channels=channels)
    samples = decode(sound, channels=channels)
    assert len(samples) == FRAMES_PER_BLOCK * FRAME_SAMPLES * channels
    assert not any(samples)


@pytest.mark.parametrize(("bitrate_kbps", "channels"), KINDS)
@pytest.mark.parametrize("steps", [4, 13])
def test_attenuated_frames_decode_as_much_quieter(bitrate_kbps: int, channels: Channels, steps: int) -> None:
    sound = encode(TONE, bitrate_kbps=bitrate_kbps, channels=channels, seconds=0.5)
    size = frame_bytes(bitrate_kbps)
    quiet = b"".join(
        frames.attenuate(sound[at : at + size], steps, steps, channels=channels)
        for at in range(0, len(sound), size)
    )
    loud, soft = decode(sound, channels=channels), decode(quiet, channels=channels)
    assert len(loud) == len(soft)
    assert 20 * math.log10(rms(loud) / rms(soft)) == pytest.approx(steps * 20 * math.log10(2) / 4, abs=0.1)


@pytest.mark.parametrize(("bitrate_kbps", "channels"), KINDS[:2])
def test_a_block_fades_in_and_out(bitrate_kbps: int, channels: Channels) -> None:
    size = frame_bytes(bitrate_kbps) * FRAMES_PER_BLOCK
    block = encode(TONE, bitrate_kbps=bitrate_kbps, channels=channels, seconds=2)[size : 2 * size]
    per_frame = FRAME_SAMPLES * channels
    into, out = frames.fade_in(block, channels=channels), frames.fade_out(block, channels=channels)
    assert len(into) == len(out) == len(block)
    for faded, loud_end in ((into, -1), (out, 0)):
        frames.check(faded, bitrate_kbps=bitrate_kbps, channels=channels)
        samples = decode(faded, channels=channels)
        levels = [rms(samples[at : at + per_frame]) for at in range(0, len(samples), per_frame)]
        quiet_end = -1 if loud_end == 0 else 0
        # ffmpeg's decoder has a frame's half of delay: look one frame inside.
        loud = max(levels[-3:] if loud_end else levels[:3])
        soft = min(levels[-2:] if quiet_end else levels[:2])
        assert 20 * math.log10(loud / max(soft, 0.5)) > 35
        rising = levels[2:-2] if loud_end else levels[-3:1:-1]
        # A sine's frames differ in level by where they cut it; a fade that jumps differs by more.
        assert all(later > earlier * 0.9 for earlier, later in pairwise(rising))


@given(
    frame=st.binary(min_size=384, max_size=384),
    first=st.integers(0, 255),
    second=st.integers(0, 255),
    channels=st.sampled_from((1, 2)),
)
def test_attenuation_touches_only_the_gains(
    frame: bytes, first: int, second: int, channels: Channels
) -> None:
    """An independent reading of the side information: each gain sinks by its granule's steps, not below 0."""
    quiet = frames.attenuate(frame, first, second, channels=channels)
    bits, quiet_bits = (f"{int.from_bytes(data, 'big'):0{384 * 8}b}" for data in (frame, quiet))
    start = 32 + (20 if channels == 2 else 18)
    gains = [start + 59 * part + 21 for part in range(2 * channels)]
    for part, at in enumerate(gains):
        steps = first if part < channels else second
        assert int(quiet_bits[at : at + 8], 2) == max(0, int(bits[at : at + 8], 2) - steps)
    for at in gains:
        bits = bits[:at] + "-" * 8 + bits[at + 8 :]
        quiet_bits = quiet_bits[:at] + "-" * 8 + quiet_bits[at + 8 :]
    assert bits == quiet_bits


def test_a_files_tags_information_frame_and_torn_end_are_left_out() -> None:
    sound = frames.silence(bitrate_kbps=128, channels=2, frames=5)
    one = frames.silence(bitrate_kbps=128, channels=2, frames=1)
    information = one[:36] + b"Info" + one[40:]
    tag_size = 300
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, tag_size >> 7, tag_size & 0x7F]) + b"t" * tag_size
    last = b"TAG" + b"x" * 125
    read = frames.from_file(tag + information + sound + one[:200] + last, bitrate_kbps=128, channels=2)
    assert read == sound
    assert frames.from_file(sound, bitrate_kbps=128, channels=2) == sound


@given(data=st.binary(max_size=800))
def test_a_file_of_anything_is_frames_or_an_error(data: bytes) -> None:
    try:
        sound = frames.from_file(data, bitrate_kbps=128, channels=2)
    except frames.FrameError:
        return
    frames.check(sound, bitrate_kbps=128, channels=2)
