"""The recorder writes what the playout sends."""

import asyncio
import errno
import io
from pathlib import Path
from typing import Any

import pytest

from radiocast.config.station import Audio
from radiocast.model.errors import EnvironmentFault
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, block_bytes
from radiocast.studio.deck import decode_whole
from radiocast.studio.pcm import Pcm, silence
from radiocast.studio.recorder import Recorder
from tests.studio.sounds import noise, write_wav
from tests.studio.station import MOUNT, Script, item, play

BLOCKS = 12


async def record(sound: Pcm, out: io.BytesIO, *, piece: int) -> Recorder:
    """All of it in pieces of so many frames."""
    async with Recorder(MOUNT, Audio(), out) as recorder, asyncio.TaskGroup() as tasks:
        recorder.begin(tasks, BLOCKS)
        for at in range(0, len(sound), piece):
            await recorder.feed(sound[at : at + piece])
        await recorder.finish()
    return recorder


@pytest.mark.parametrize("piece", [BLOCK_SAMPLES * 2, 4801])
async def test_the_bytes_are_those_of_the_playout(tmp_path: Path, piece: int) -> None:
    path = write_wav(tmp_path / "noise.wav", noise(30.0, seed=3, level=0.4))
    sent = await play(Script([item(path, length_s=30.0)]), seconds=BLOCKS * 0.48)
    # Up to the last sample that is heard in the last block.
    heard = (await decode_whole(path))[: BLOCKS * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES]
    out = io.BytesIO()
    recorder = await record(heard, out, piece=piece)
    assert recorder.blocks == BLOCKS
    # The last block's encoding looks at what comes after it, which here is silence.
    same = (BLOCKS - 1) * block_bytes(128)
    assert out.getvalue()[:same] == sent.mp3()[:same]
    assert len(out.getvalue()) == len(sent.mp3())


async def test_silence_is_timed() -> None:
    quiet, loud = silence(BLOCK_SAMPLES), noise(0.48, seed=1)
    parts = [loud, quiet, quiet, quiet, quiet, loud, loud, quiet, loud, loud, loud, loud]
    out = io.BytesIO()
    async with Recorder(MOUNT, Audio(), out) as recorder, asyncio.TaskGroup() as tasks:
        recorder.begin(tasks, BLOCKS)
        for part in parts:
            await recorder.feed(part)
        await recorder.finish()
    # A block's border lies 23 ms after that of the sound: the first of the four still has some of the noise.
    assert recorder.longest_silence_s == pytest.approx(3 * 0.48)


async def test_a_full_disk_is_told_with_the_files_name() -> None:
    class Full(io.BytesIO):
        name = "/media/full/a.mp3"

        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ExceptionGroup) as raised:
        await record(noise(20.0, seed=1), Full(), piece=BLOCK_SAMPLES)
    (fault,) = raised.value.exceptions
    assert isinstance(fault, EnvironmentFault)
    assert str(fault) == "/media/full/a.mp3 cannot be written to: No space left on device"
