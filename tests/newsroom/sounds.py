"""Sounds for tests of production: sentences that no other sounds like, and ffmpeg's own meters."""

import io
import re
import subprocess
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.voices.booth import Line, Recording


def speech_like(seconds: float, seed: int, *, level: float = 0.1) -> Pcm:
    """Noise of the long-term spectrum and the syllables of speech, mono; the same for the same seed."""
    random = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(random.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    # Flat up to 500 Hz and 9 dB an octave down from there, as Byrne et al. (1994) found of people.
    shape = np.where(hertz < 80, 0.0, np.minimum(1.0, (500 / np.maximum(hertz, 1)) ** 1.5))
    noise = np.fft.irfft(spectrum * shape, count)
    syllables = np.repeat(random.uniform(0.05, 1.0, count // 9600 + 1), 9600)[:count]
    wave = noise * np.convolve(syllables, np.ones(960) / 960, mode="same")
    wave *= level / np.sqrt(np.mean(wave**2))
    return np.rint(np.clip(wave, -1, 1) * 32767).astype("<i2")[:, None]


def wav(pcm: bytes, rate: int) -> bytes:
    """16-bit mono PCM as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return file.getvalue()


def recording(text: str, pcm: Pcm, *, voice: str = "fake") -> Recording:
    return Recording(line=Line(text=text, language="en", part="stories"), pcm=pcm, key=text, voice=voice)


def decoded(path: Path, *, channels: int = 1) -> NDArray[np.float64]:
    """The file at 48 kHz, (frames, channels), full scale is 1."""
    command = [ffmpeg_path(), "-v", "error", "-i", str(path)]
    command += ["-f", "s16le", "-ac", str(channels), "-ar", "48000", "-"]
    pcm = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(pcm, "<i2").reshape(-1, channels) / 32768.0


def loudness(path: Path) -> tuple[float, float]:
    """(integrated LUFS, true peak dBTP) as ffmpeg's own meter says."""
    command = [ffmpeg_path(), "-nostats", "-i", str(path)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    integrated = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
    return integrated, float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1])


def written(pcm: Pcm, path: Path, *codec: str) -> Path:
    """The sound as a file of whatever kind its name says."""
    command = [ffmpeg_path(), "-v", "error", "-f", "s16le", "-ar", "48000", "-ac", str(pcm.shape[1])]
    command += ["-i", "pipe:0", *codec, "-y", str(path)]
    subprocess.run(command, input=np.ascontiguousarray(pcm, "<i2").tobytes(), check=True)
    return path


def as_listeners_get_it(path: Path) -> Path:
    """The file as MP3 at 128 kbit/s."""
    mp3 = path.with_suffix(".mp3")
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-i",
        str(path),
        "-c:a",
        "libmp3lame",
        "-b:a",
        "128k",
        "-y",
        str(mp3),
    ]
    subprocess.run(command, check=True)
    return mp3


def found_at_s(needle: NDArray[np.float64], hay: NDArray[np.float64]) -> tuple[float, float]:
    """Where in `hay` the sound `needle` is, seconds, and how sure: its normalised correlation, 0 to 1.

    By FFT; both are mono.
    """
    size = 1 << (len(hay) + len(needle) - 1).bit_length()
    spectrum = np.fft.rfft(hay, size) * np.conj(np.fft.rfft(needle, size))
    products = np.fft.irfft(spectrum, size)[: len(hay) - len(needle) + 1]
    energy = np.concatenate([[0.0], np.cumsum(hay**2)])
    energies = energy[len(needle) :] - energy[: -len(needle)]
    likeness = products / np.sqrt(np.maximum(energies, 1e-12) * np.sum(needle**2))
    best = int(np.argmax(likeness))
    return best / SAMPLE_RATE, float(likeness[best])
