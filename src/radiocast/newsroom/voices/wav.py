"""WAV files as voice programs write them, read with distrust. Pure."""

import io
import struct
import wave
from typing import Final

import numpy as np

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.voice import Speech

_RATES: Final = range(4_000, 192_001)
# A program that streams a WAV does not know its length and writes 0, 0x7FFFFFFF or 0xFFFFFFFF there.
_UNKNOWN_FROM: Final = 0x7FFF_0000


def speech_from_wav(data: bytes, *, voice: str) -> Speech:
    """The speech in a WAV file of PCM, 8 to 32 bits, any number of channels (mixed to one).

    Raises VoiceError for what is no WAV, is cut short, or has no sound in it.
    """
    if not data:
        raise VoiceError(f"voice {voice}: it gave no sound at all")
    try:
        with wave.open(io.BytesIO(_with_length(data))) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            promised = file.getnframes()
            pcm = file.readframes(promised)
    except (
        wave.Error,
        EOFError,
        struct.error,
        ValueError,
        OverflowError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise VoiceError(
            f"voice {voice}: what it gave is no WAV of PCM ({error or 'cut short'}); it begins {data[:12]!r}"
        ) from error
    if rate not in _RATES or not 1 <= channels <= 8 or width not in {1, 2, 3, 4}:
        raise VoiceError(f"voice {voice}: {rate} Hz, {channels} channels of {8 * width} bits is no speech")
    frames = len(pcm) // (width * channels)
    if frames < promised:
        raise VoiceError(f"voice {voice}: its WAV is cut short: {frames} of {promised} frames are there")
    if not frames:
        raise VoiceError(f"voice {voice}: its WAV has no sound in it")
    samples = _as_float(pcm[: frames * width * channels], width).reshape(frames, channels).mean(axis=1)
    mono = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2")
    if not np.any(mono):
        raise VoiceError(f"voice {voice}: its WAV is silent")
    return Speech(pcm=mono.tobytes(), rate=rate, voice=voice)


def _as_float(pcm: bytes, width: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if width == 1:  # 8-bit WAV is unsigned
        return (np.frombuffer(pcm, np.uint8).astype(np.float64) - 128.0) / 128.0
    if width == 3:
        raw = np.frombuffer(pcm, np.uint8).reshape(-1, 3).astype(np.int32)
        return (((raw[:, 0] | raw[:, 1] << 8 | raw[:, 2] << 16) ^ 0x80_0000) - 0x80_0000) / float(2**23)
    dtype, full = ("<i2", 2.0**15) if width == 2 else ("<i4", 2.0**31)
    return np.frombuffer(pcm, dtype).astype(np.float64) / full


def _with_length(data: bytes) -> bytes:
    """The file with the true length where its data chunk was written before the length was known."""
    at = data.find(b"data", 12, 4096)
    if data[:4] != b"RIFF" or at < 0 or at + 8 > len(data):
        return data
    (size,) = struct.unpack_from("<I", data, at + 4)
    if size < _UNKNOWN_FROM and not (size == 0 and len(data) > at + 8):
        return data
    rest = len(data) - at - 8
    return (
        data[:4]
        + struct.pack("<I", len(data) - 8)
        + data[8 : at + 4]
        + struct.pack("<I", rest)
        + data[at + 8 :]
    )
