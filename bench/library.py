"""The library: scanning 1,000 tagged files cold and warm, measuring sound, and what both cost the loop.

Cold is an empty database, warm a new process's first scan with a full one. While each runs, a task that
wants to wake every 5 ms tells by how much the event loop was held up at worst.
"""

import asyncio
import contextlib
import resource
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mutagen.easyid3 import EasyID3

from radiocast.config.station import Audio
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.library.analysis import analyse_file
from radiocast.library.library import Library

FILES: Final = 1_000
SOUND_S: Final = 300.0
_TICK_S: Final = 0.005


@dataclass(slots=True)
class Lag:
    """How late the event loop was at worst, in seconds."""

    worst_s: float = 0.0


@contextlib.asynccontextmanager
async def loop_lag() -> AsyncIterator[Lag]:
    lag = Lag()

    async def watch() -> None:
        while True:
            due = time.monotonic() + _TICK_S
            await asyncio.sleep(_TICK_S)
            lag.worst_s = max(lag.worst_s, time.monotonic() - due)

    task = asyncio.create_task(watch())
    try:
        yield lag
    finally:
        task.cancel()


def memory_mb() -> float:
    """The most memory this process has had resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_sound(path: Path, seconds: float) -> None:
    source = f"aevalsrc='0.3*sin(2*PI*220*t)*(1+0.5*sin(2*PI*t/7))|0.2*sin(2*PI*331*t)':s=48000:d={seconds}"
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", source, "-b:a", "128k", str(path)]
    subprocess.run(command, check=True)


def make_library(media: Path) -> None:
    """1,000 files in 40 folders, each with its own tags; the sound is the same second."""
    sound = media / "sound.mp3"
    make_sound(sound, 1.0)
    content = sound.read_bytes()
    sound.unlink()
    for number in range(FILES):
        path = media / "music" / f"album {number // 25:02}" / f"{number % 25:02} - track {number}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        tags: Any = EasyID3()  # type: ignore[no-untyped-call]  # mutagen's classes are not annotated
        tags.update({"title": f"Track {number}", "artist": f"Artist {number % 60}", "album": "Album"})
        tags.save(path)


async def scan(media: Path, database: Path, word: str) -> None:
    library = Library(media, database, Audio())
    async with loop_lag() as lag:
        result = await library.scan()
    print(
        f"scan, {word:15} {result.playable} files in {result.took_s:.2f} s, loop held up at worst "
        f"{lag.worst_s * 1000:.0f} ms, process at most {memory_mb():.0f} MB"
    )
    async with loop_lag() as lag:
        result = await library.scan()
    print(
        f"scan, nothing new:   {result.playable} files in {result.took_s:.3f} s, loop held up at worst "
        f"{lag.worst_s * 1000:.0f} ms"
    )
    await library.close()


async def measure(path: Path) -> None:
    before, cpu = memory_mb(), resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    async with loop_lag() as lag:
        await analyse_file(path, expected_s=SOUND_S)
    took_s = time.monotonic() - started
    spent = resource.getrusage(resource.RUSAGE_SELF)
    ours_s = spent.ru_utime + spent.ru_stime - cpu.ru_utime - cpu.ru_stime
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"measured {SOUND_S:.0f} s of MP3 in {took_s:.2f} s, {SOUND_S / took_s:.0f} x real time; "
        f"this process {ours_s:.2f} s of CPU and {memory_mb() - before:+.1f} MB, "
        f"ffmpeg at most {child.ru_maxrss / 1024:.0f} MB; loop held up at worst {lag.worst_s * 1000:.0f} ms"
    )


async def run() -> None:
    print(f"ffmpeg: {ffmpeg_path()}")
    with tempfile.TemporaryDirectory() as folder:
        media, database = Path(folder) / "media", Path(folder) / "var" / "library.sqlite"
        media.mkdir()
        make_library(media)
        await asyncio.sleep(2.5)  # until the files are not fresh any more
        await scan(media, database, "cold:")
        await scan(media, database, "warm:")
        long = Path(folder) / "long.mp3"
        make_sound(long, SOUND_S)
        await measure(long)


def main() -> None:
    asyncio.run(run())


if __name__ == "__main__":
    main()
