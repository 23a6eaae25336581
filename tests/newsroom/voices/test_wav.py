import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.wav import speech_from_wav
from tests.newsroom.sounds import wav

TONE = (np.sin(np.arange(8000) / 5) * 9000).astype("<i2").tobytes()


def test_a_streamed_wav_without_its_length_is_read() -> None:
    whole = wav(TONE, 8000)
    streamed = whole[:40] + struct.pack("<I", 0xFFFFFFFF) + whole[44:]
    assert speech_from_wav(streamed, voice="v").pcm == TONE


def test_a_stereo_wav_of_24_bits_becomes_mono_of_16() -> None:
    samples = np.frombuffer(TONE, "<i2")
    left = b"".join(bytes([0]) + int(sample).to_bytes(2, "little", signed=True) for sample in samples)
    frames = b"".join(left[at : at + 3] * 2 for at in range(0, len(left), 3))
    chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 8000, 48000, 6, 24)
    size = struct.pack("<I", len(frames))
    header = b"RIFF" + struct.pack("<I", 36 + len(frames)) + b"WAVE" + chunk + b"data" + size
    assert speech_from_wav(header + frames, voice="v").pcm == TONE


@given(
    st.one_of(
        st.binary(max_size=200), st.binary(max_size=60).map(lambda tail: wav(TONE[:100], 8000)[:44] + tail)
    )
)
def test_any_bytes_are_speech_or_a_voice_error(data: bytes) -> None:
    try:
        speech = speech_from_wav(data, voice="v")
    except VoiceError:
        return
    assert speech.pcm
