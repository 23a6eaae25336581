"""Sound through ffmpeg on its way into production: decoded, coloured, measured, and encoded at the end."""

import asyncio
import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from radiocast.ffmpeg.process import FfmpegProcess
from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import Pcm, pcm_of

# dualmono: one channel is heard from two loudspeakers, so it counts as loud as its stereo copy.
_MEASURE: Final = "ebur128=framelog=verbose:dualmono=true"
_LOUDNESS: Final = re.compile(r"^\s*I:\s+(-?[\d.]+|-inf|nan) LUFS", re.MULTILINE)
# R 128's absolute gate is -70 LUFS; what measures below this is no sound to be levelled.
_NO_LOUDNESS: Final = -60.0

# What a voice's sound gets before it is mixed: rumble out, the edge of synthesis down (speech programs are
# brighter above 4 kHz than people by 3 to 7 dB, against the long-term spectrum of Byrne et al., 1994),
# hiss of s held, and a gentle compressor, so that a radio in a kitchen still understands every word.
SPEECH_COLOUR: Final = (
    "highpass=f=80",
    "treble=f=5500:g=-3",
    "deesser=i=0.25:m=0.4:f=0.4",
    "acompressor=threshold=0.08:ratio=2.2:attack=8:release=140:knee=4",
)


# A fifth less of the processor's time than any of ffmpeg's levels needs, and a quarter more bytes: nothing is
# tried out, each sample is guessed from the two before it.
_FLAC: Final = (
    *("-compression_level", "0", "-ch_mode", "indep", "-lpc_type", "fixed"),
    *("-min_prediction_order", "2", "-max_prediction_order", "2", "-max_partition_order", "2"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """PCM at 48 kHz and its integrated loudness (EBU R 128); None where it is too short or too soft."""

    pcm: Pcm
    loudness_lufs: float | None


async def decode(path: Path, *, at_most_s: float, timeout_s: float = 20.0) -> Sound:
    """The file as stereo. Raises MediaError with ffmpeg's reason, and for a file without sound."""
    args = ["-nostats", "-i", f"file:{path}", "-map", "0:a:0", "-t", f"{at_most_s:g}", *_output(_chain(), 2)]
    if not path.is_file():  # noqa: ASYNC240 - one stat, in the render process, whose loop serves nobody
        raise MediaError(f"{path}: there is no such file")
    try:
        sound = await _run(args, None, 2, timeout_s)
    except MediaError as error:
        raise MediaError(f"{path}: {error}") from error
    if not len(sound.pcm):
        raise MediaError(f"{path}: there is no sound in it")
    return sound


async def colour_speech(pcm: bytes, rate: int, *, timeout_s: float = 30.0) -> Sound:
    """Mono speech of any rate as mono at 48 kHz, coloured for the air and measured."""
    source = ["-nostats", "-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "pipe:0"]
    return await _run([*source, *_output(_chain(SPEECH_COLOUR), 1)], pcm, 1, timeout_s)


async def encode_flac(windows: Iterator[Pcm], path: Path, *, timeout_s: float = 60.0) -> None:
    """Stereo PCM at 48 kHz to a FLAC file; windows are made, in a thread, meanwhile. Raises MediaError."""
    source = ["-nostats", "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0"]
    args = [*source, "-c:a", "flac", *_FLAC, "-f", "flac", "-y", f"file:{path}"]
    await _talk(args, windows, timeout_s)


def _chain(colour: Sequence[str] = ()) -> str:
    return ",".join((f"aresample={SAMPLE_RATE}", *colour, _MEASURE))


def _output(chain: str, channels: int) -> list[str]:
    return ["-af", chain, "-f", "s16le", "-ac", str(channels), "-ar", str(SAMPLE_RATE), "pipe:1"]


async def _run(
    args: Sequence[str], data: bytes | Iterator[Pcm] | None, channels: int, timeout_s: float
) -> Sound:
    output, said = await _talk(args, data, timeout_s)
    measured = _LOUDNESS.findall(said)
    loudness = float(measured[-1]) if measured else float("-inf")
    return Sound(pcm=pcm_of(output, channels), loudness_lufs=loudness if loudness > _NO_LOUDNESS else None)


async def _talk(
    args: Sequence[str], data: bytes | Iterator[Pcm] | None, timeout_s: float
) -> tuple[bytes, str]:
    """What ffmpeg puts on stdout and stderr for this stdin. Raises MediaError."""
    # The loudness summary is said at level info.
    async with FfmpegProcess(args, stdin=data is not None, loglevel="info") as process:
        try:
            async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as tasks:
                if data is not None:
                    tasks.create_task(_feed(process.stdin, data))
                output = tasks.create_task(process.stdout.read())
            async with asyncio.timeout(timeout_s):
                code = await process.wait()
        except TimeoutError as error:
            raise MediaError(f"ffmpeg took longer than {timeout_s:g} s and was ended") from error
        if code != 0:
            said = [line.strip() for line in process.errors().splitlines() if line.strip()]
            raise MediaError(said[-1] if said else f"ffmpeg ended with exit code {code}")
        return output.result(), process.errors()


async def _feed(stdin: asyncio.StreamWriter, data: bytes | Iterator[Pcm]) -> None:
    # ffmpeg that stops reading says why on stderr and in its exit code.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if isinstance(data, bytes):
            for start in range(0, len(data), 2**18):
                stdin.write(data[start : start + 2**18])
                await stdin.drain()
        else:
            await _feed_windows(stdin, data)
    stdin.close()


async def _feed_windows(stdin: asyncio.StreamWriter, windows: Iterator[Pcm]) -> None:
    """One window is made while ffmpeg has the one before."""
    window: Pcm | BaseException | None = await asyncio.to_thread(next, windows, None)
    while window is not None:
        stdin.write(np.ascontiguousarray(window, "<i2").data.cast("B"))
        drained, window = await asyncio.gather(
            stdin.drain(), asyncio.to_thread(next, windows, None), return_exceptions=True
        )
        for failure in (window, drained):
            if isinstance(failure, BaseException):
                raise failure
