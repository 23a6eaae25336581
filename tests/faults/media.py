"""Media files for tests: good ones, and every kind of broken one that staff have ever dropped into a folder.

Each function writes one file (or the FIFO, folder or link in its place) and gives its path back. What is
not plain PCM is made by ffmpeg, the one that radiocast would use.
"""

import os
import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from radiocast.ffmpeg.binary import OVERRIDE, ffmpeg_path

RATE = 48_000

# The two that must both work: Debian's, and the one inside the wheel.
SYSTEM_FFMPEG = "/usr/bin/ffmpeg"
WHEEL_FFMPEG = str(Path(imageio_ffmpeg.__file__).parent / "binaries")

Pcm = NDArray[np.float64]


def ffmpegs() -> list[str]:
    """Every ffmpeg on this machine that radiocast has to work with; the wheel's is always there."""
    binaries = [str(path) for path in Path(WHEEL_FFMPEG).glob("ffmpeg-*")]
    return [*([SYSTEM_FFMPEG] if Path(SYSTEM_FFMPEG).exists() else []), *binaries]


def use_ffmpeg(binary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make radiocast use this ffmpeg until the test is over (the caller clears the cache after it)."""
    monkeypatch.setenv(OVERRIDE, binary)
    ffmpeg_path.cache_clear()


def ffmpeg(*args: str | Path) -> None:
    """Run ffmpeg, quietly, overwriting; raises when it fails."""
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-v", "error", "-y", *map(str, args)]
    subprocess.run(command, check=True, timeout=60)


def sine(
    seconds: float, *, hertz: float = 440.0, level_dbfs: float = -12.0, rate: int = RATE, start: int = 0
) -> Pcm:
    """A sine of this peak level, shape (samples,); `start` is the sample at which its phase begins."""
    time = (start + np.arange(round(seconds * rate))) / rate
    return np.asarray(10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * time), dtype=np.float64)


def silence(seconds: float, *, rate: int = RATE) -> Pcm:
    return np.zeros(round(seconds * rate))


def write_wav(path: Path, sound: Pcm, *, rate: int = RATE, channels: int = 2) -> Path:
    """16-bit PCM. One-dimensional sound goes to every channel; otherwise shape (samples, channels)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = np.repeat(sound[:, None], channels, axis=1) if sound.ndim == 1 else sound
    with wave.open(str(path), "wb") as file:
        file.setnchannels(frames.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(frames, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def encode(path: Path, sound: Pcm, *args: str, rate: int = RATE, channels: int = 2) -> Path:
    """Sound in the format that the path's ending says, by ffmpeg; `args` go before the output."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = write_wav(path.parent / f".{path.name[:40]}.source", sound, rate=rate, channels=channels)
    try:
        ffmpeg("-f", "wav", "-i", f"file:{source}", "-bitexact", *args, f"file:{path}")
    finally:
        source.unlink()
    return path


def tone(path: Path, seconds: float = 1.0, *, hertz: float = 440.0, level_dbfs: float = -12.0) -> Path:
    """A steady tone in the format that the path's ending says."""
    return encode(path, sine(seconds, hertz=hertz, level_dbfs=level_dbfs))


def tagged(
    path: Path,
    *,
    title: str = "",
    artist: str = "",
    album: str = "",
    seconds: float = 1.0,
    args: Sequence[str] = (),
) -> Path:
    """A short tone with tags (mp3, ogg, opus, flac, m4a, wav); an empty tag is left out."""
    tags = {"title": title, "artist": artist, "album": album}
    given = [word for name, text in tags.items() if text for word in ("-metadata", f"{name}={text}")]
    return encode(path, sine(seconds), *given, *args)


def padded(path: Path, *, before_s: float, sound_s: float, after_s: float, level_dbfs: float = -12.0) -> Path:
    """A tone between two silences."""
    return encode(
        path, np.concatenate([silence(before_s), sine(sound_s, level_dbfs=level_dbfs), silence(after_s)])
    )


def fading(path: Path, *, full_s: float, fade_s: float) -> Path:
    """A tone at full level that then sinks to nothing, 60 dB in `fade_s`."""
    gain = 10 ** (-3.0 * np.arange(round(fade_s * RATE)) / (fade_s * RATE))
    tail = sine(fade_s, start=round(full_s * RATE)) * gain
    return encode(path, np.concatenate([sine(full_s), tail]))


def sine_halves(
    folder: Path, *, seconds: float = 4.0, hertz: float = 441.7, ending: str = ".flac"
) -> tuple[Path, Path]:
    """One sine, cut in two between two samples, lossless: played back to back it is whole again.

    At 441.7 Hz neither half has a whole number of periods, so a lost or doubled sample shows.
    """
    whole = sine(seconds, hertz=hertz)
    cut = len(whole) // 2 + 137
    first, second = folder / f"half-1{ending}", folder / f"half-2{ending}"
    return encode(first, whole[:cut]), encode(second, whole[cut:])


def zero_byte(path: Path) -> Path:
    """A file of no bytes: a copy that failed at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


def text_named(path: Path, *, lines: int = 400) -> Path:
    """An article that somebody named .mp3."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("The council met on Tuesday and agreed to meet again.\n" * lines)
    return path


def garbage(path: Path, *, size: int = 40_000, seed: int = 7) -> Path:
    """Random bytes with an audio ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(np.random.default_rng(seed).bytes(size))
    return path


def truncated(path: Path, *, keep: float = 0.4, seconds: float = 5.0) -> Path:
    """A copy that broke off: the first part of a good file, whose header still promises all of it."""
    tone(path, seconds)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path


def all_silence(path: Path, seconds: float = 2.0) -> Path:
    """A good file in which nothing is heard."""
    return encode(path, silence(seconds))


def unreadable(path: Path) -> Path:
    """A good file that nobody may read. (root reads it all the same: see `folder_named`, `fifo_named`.)"""
    tone(path)
    path.chmod(0)
    return path


def folder_named(path: Path) -> Path:
    """A folder where a file should be."""
    path.mkdir(parents=True)
    return path


def fifo_named(path: Path) -> Path:
    """A FIFO that nobody writes to: whoever opens it without care waits for ever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return path


def dangling_link(path: Path) -> Path:
    """A link to a file that is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(path.parent / "nowhere.flac")
    return path


def make_old(*paths: Path, seconds: float = 60.0) -> None:
    """Set the files' time of change back, so that a scan takes them for settled."""
    for path in paths:
        status = path.stat()
        moment = status.st_mtime_ns - int(seconds * 1e9)
        os.utime(path, ns=(moment, moment))
