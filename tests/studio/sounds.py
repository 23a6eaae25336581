"""Sound for tests: made, written to files, and decoded again. Nothing here is random without a seed."""

import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.units import SAMPLE_RATE
from radiocast.studio.pcm import Pcm


def sine(seconds: float, *, hz: float = 441.0, level: float = 0.5, start_sample: int = 0) -> Pcm:
    """A stereo sine, in phase with one that began at the sample `-start_sample`."""
    n = np.arange(round(seconds * SAMPLE_RATE)) + start_sample
    tone = (level * np.sin(2 * np.pi * hz * n / SAMPLE_RATE)).astype(np.float32)
    return np.repeat(tone[:, None], 2, axis=1)


def noise(seconds: float, *, seed: int, level: float = 0.1) -> Pcm:
    """White noise, both channels alike: each seed is told from every other by correlation."""
    mono = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE)) * level
    return np.repeat(mono.astype(np.float32)[:, None], 2, axis=1)


def as_int16(pcm: Pcm) -> Pcm:
    """What is left of it after a 16-bit file."""
    return (np.round(pcm * 32767.0).astype(np.int16).astype(np.float32)) / np.float32(32768.0)


def write_wav(path: Path, pcm: Pcm) -> Path:
    """16-bit stereo WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(pcm * 32767.0).astype("<i2").tobytes())
    return path


def convert(source: Path, target: Path, *args: str) -> Path:
    """The same sound in another format."""
    command = [ffmpeg_path(), "-nostdin", "-v", "error", "-y", "-i", str(source), *args, str(target)]
    subprocess.run(command, check=True)
    return target


def decode(mp3: bytes, *, channels: int = 2) -> npt.NDArray[np.float64]:
    """A CBR stream's sound, `(frames, channels)`; fails on anything a decoder complains of."""
    args = [
        "-nostdin",
        "-v",
        "warning",
        "-xerror",
        "-f",
        "mp3",
        "-i",
        "pipe:0",
        "-f",
        "f32le",
        "-ac",
        str(channels),
    ]
    done = subprocess.run([ffmpeg_path(), *args, "pipe:1"], input=mp3, capture_output=True, check=True)
    complaints = [line for line in done.stderr.decode().splitlines() if "Estimating duration" not in line]
    assert not complaints, complaints
    return np.frombuffer(done.stdout, dtype="<f4").reshape(-1, channels).astype(np.float64)


def joined(parts: Sequence[Pcm]) -> Pcm:
    """One after the other."""
    return np.concatenate(list(parts))


def level_dbfs(sound: npt.NDArray[np.float64], window_s: float) -> npt.NDArray[np.float64]:
    """RMS level of each window of this length."""
    size = round(window_s * SAMPLE_RATE)
    windows = sound[: len(sound) // size * size].reshape(-1, size * sound.shape[1])
    squares: npt.NDArray[np.float64] = np.mean(windows**2, axis=1)
    return 10 * np.log10(np.maximum(squares, 1e-12))


def find(needle: Pcm, sound: npt.NDArray[np.float64]) -> int:
    """The sample of `sound` at which `needle` (mono taken) begins, by correlation."""
    a, b = sound.mean(axis=1), needle.mean(axis=1).astype(np.float64)
    size = len(a) + len(b)
    spectrum = np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(a)]))
