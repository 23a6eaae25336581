"""Standby files: the sound that the transmitter plays when the studio gives none, encoded beforehand.

Owns: making one CBR file a mount, of whole blocks, that loops well, and replacing the old ones in one
move each. Light and fast: a station that starts waits for it, so nothing here imports numpy.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from radiocast.ffmpeg.process import FfmpegProcess, run_ffmpeg
from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError, EnvironmentFault, MediaError
from radiocast.model.units import (
    BLOCK_SAMPLES,
    CODEC_DELAY_SAMPLES,
    SAMPLE_RATE,
    block_bytes,
    seconds,
)
from radiocast.studio.frames import check_block, mount_args

MAX_S: Final = 120.0
# Long enough not to click, short enough that nobody hears a hole where the loop comes round.
_FADE_IN_S: Final = 0.05
_FADE_OUT_S: Final = 0.25
_SAMPLE_BYTES: Final = 8  # two float32
_TIMEOUT_S: Final = 30.0
# LAME's fastest psychoacoustics but one: a third less waiting at start-up, no bit more or less.
_FAST: Final = ("-compression_level", "7")


def standby_path(folder: Path, mount: MountSpec) -> Path:
    """Where a mount's standby file lies: `/live.mp3` in `folder/live.mp3`."""
    return folder / mount.path.strip("/").replace("/", "_")


async def encode_standby(
    sound: Path | bytes,
    mounts: Sequence[MountSpec],
    folder: Path,
    *,
    gain_db: float = 0.0,
    max_s: float = MAX_S,
) -> tuple[Path, ...]:
    """Encode a sound once for every mount, in their order; the files' paths.

    `sound` is a file, or interleaved stereo float32 at 48 kHz in bytes. At most `max_s` of it is taken,
    cut to whole blocks, faded at both ends; a sound shorter than a block is repeated. Raises
    MediaError when there is no sound in it, EncoderError when ffmpeg fails, EnvironmentFault when the
    folder cannot be written; the old files are then as they were.
    """
    pcm = await _decoded(sound, max_s) if isinstance(sound, Path) else sound
    frames = min(len(pcm) // _SAMPLE_BYTES, int(max_s * SAMPLE_RATE))
    if not frames:
        raise MediaError(f"{sound if isinstance(sound, Path) else 'the standby sound'}: no sound in it")
    pcm = memoryview(pcm)[: frames * _SAMPLE_BYTES].tobytes() * -(-BLOCK_SAMPLES // frames)
    blocks = len(pcm) // _SAMPLE_BYTES // BLOCK_SAMPLES
    # The last samples of the input are never heard: the codec's delay pushes them out of the last block.
    heard_s = seconds(blocks * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES)
    filters = (
        f"volume={gain_db:g}dB",
        f"afade=t=in:d={_FADE_IN_S:g}",
        f"afade=t=out:st={heard_s - _FADE_OUT_S:.6f}:d={_FADE_OUT_S:g}",
    )
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_encoded(pcm, mount, filters, blocks)) for mount in mounts]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    files = [(standby_path(folder, mount), task.result()) for mount, task in zip(mounts, tasks, strict=True)]
    await asyncio.to_thread(_replace, files)
    return tuple(path for path, _ in files)


async def _decoded(path: Path, max_s: float) -> bytes:
    args = ("-protocol_whitelist", "file", "-i", f"file:{path}", "-map", "0:a:0", "-t", f"{max_s:g}")
    try:
        pcm, _ = await run_ffmpeg(
            (*args, "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "pipe:1"), timeout_s=_TIMEOUT_S
        )
    except MediaError as error:
        raise MediaError(f"{path}: {error}") from error
    return pcm


async def _encoded(pcm: bytes, mount: MountSpec, filters: Sequence[str], blocks: int) -> bytes:
    size = block_bytes(mount.bitrate_kbps)
    args = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")
    async with FfmpegProcess(
        (*args, *mount_args(mount, filters=filters), *_FAST, "pipe:1"), stdin=True
    ) as ffmpeg:
        try:
            async with asyncio.timeout(_TIMEOUT_S), asyncio.TaskGroup() as group:
                group.create_task(_feed(ffmpeg, pcm))
                mp3 = await ffmpeg.stdout.read()
            code = await ffmpeg.wait()
        except TimeoutError as error:
            raise EncoderError(
                f"{mount.path}: the standby sound took over {_TIMEOUT_S:g} s to encode"
            ) from error
        if code != 0 or len(mp3) < blocks * size:
            raise EncoderError(f"{mount.path}: the standby sound was not encoded: {ffmpeg.errors() or code}")
    for at in range(0, blocks * size, size):
        check_block(mp3[at : at + size], mount)
    return mp3[: blocks * size]


async def _feed(ffmpeg: FfmpegProcess, pcm: bytes) -> None:
    # An encoder that dies is noticed by what it did not give.
    with contextlib.suppress(ConnectionError):
        ffmpeg.stdin.write(pcm)
        await ffmpeg.stdin.drain()
    ffmpeg.stdin.close()


def _replace(files: Sequence[tuple[Path, bytes]]) -> None:
    for path, data in files:
        scratch = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(data)
            scratch.replace(path)
        except OSError as error:
            raise EnvironmentFault(
                f"{path} cannot be written ({error.strerror or error}): make the folder writable"
            ) from error
