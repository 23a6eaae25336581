"""Sound in numbers: sample, frame, block, and the exact conversions between them.

Everything is 48 kHz inside. There an MPEG-1 Layer III frame (1152 samples, ISO 11172-3 §2.4) lasts
exactly 24 ms and at a constant bit rate has exactly 3 bytes per kbit/s (144 * bitrate / 48000),
so position, byte and time convert without a remainder.
"""

from typing import Final, Literal

SAMPLE_RATE: Final = 48_000
FRAME_SAMPLES: Final = 1152
# 20 frames are 0.48 s: at 128 kbit/s a block is 7,680 bytes, next to the metaint of 8,192 that Cast's
# documentation recommends; two of them make a send about once a second, the cadence that was measured
# to cost no more than bare send(); and a title is never further from its sound than half a second.
FRAMES_PER_BLOCK: Final = 20
BLOCK_SAMPLES: Final = FRAMES_PER_BLOCK * FRAME_SAMPLES
BLOCK_S: Final = BLOCK_SAMPLES / SAMPLE_RATE

# Sample s of the encoder's input is heard as sample s + 1105 of a decoder's output: 576 samples of
# LAME's own delay and 529 of any Layer III decoder (LAME technical FAQ, "encoder delay").
CODEC_DELAY_SAMPLES: Final = 1105

# The bit rates MPEG-1 Layer III allows (ISO 11172-3, table in §2.4.2.3), kbit/s.
LEGAL_BITRATES_KBPS: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)

Channels = Literal[1, 2]

# What `silent_for_s` counts as silence, dBFS RMS: below it a listener on a phone hears nothing.
SILENCE_DBFS: Final = -60.0


def frame_bytes(bitrate_kbps: int) -> int:
    """Bytes in one MP3 frame at 48 kHz and this constant bit rate: 384 at 128 kbit/s."""
    return 3 * bitrate_kbps


def block_bytes(bitrate_kbps: int) -> int:
    """Audio bytes in one block, which is also the mount's `icy-metaint`."""
    return FRAMES_PER_BLOCK * frame_bytes(bitrate_kbps)


def samples(seconds: float) -> int:
    """The nearest whole number of samples to a time in seconds."""
    return round(seconds * SAMPLE_RATE)


def seconds(sample_count: int) -> float:
    """Seconds that a number of samples lasts."""
    return sample_count / SAMPLE_RATE


def block_of_sample(sample: int) -> int:
    """The block (counted from 0) in whose decoded sound a sample of the encoder's input is heard."""
    return (sample + CODEC_DELAY_SAMPLES) // BLOCK_SAMPLES
