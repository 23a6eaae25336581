"""The encoder: constant frames, in step, each on its own, where the constants say; and its failures."""

import asyncio
import os
import signal
from collections.abc import Sequence

import numpy as np
import pytest

from radiocast.model.block import MountSpec
from radiocast.model.errors import EncoderError
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, block_bytes, frame_bytes
from radiocast.studio.encoder import PRIME_SAMPLES, Encoder
from radiocast.studio.pcm import Pcm, silence
from tests.studio.sounds import decode, find, noise, sine
from tests.studio.station import LOW, MOUNT

BLOCKS = 6


async def encode(pcm: Pcm, mounts: Sequence[MountSpec], *, chunk: int = BLOCK_SAMPLES) -> list[bytes]:
    """All whole blocks of `pcm` for each mount."""
    blocks = (len(pcm) - PRIME_SAMPLES) // BLOCK_SAMPLES
    async with Encoder(mounts) as encoder:

        async def write() -> None:
            for at in range(0, len(pcm), chunk):
                await encoder.write(pcm[at : at + chunk])

        writing = asyncio.create_task(write())
        taken = [await encoder.next_block() for _ in range(blocks)]
        await writing
    return [b"".join(block[index] for block in taken) for index in range(len(mounts))]


def burst(at: int, blocks: int = BLOCKS) -> tuple[Pcm, Pcm]:
    """A quiet stretch with half a second of noise from a known sample on; whole, and the noise alone."""
    pcm = silence(blocks * BLOCK_SAMPLES + PRIME_SAMPLES)
    sound = noise(0.5, seed=9)
    pcm[at : at + len(sound)] = sound
    return pcm, sound


@pytest.mark.usefixtures("ffmpeg")
async def test_a_sample_is_heard_where_the_constant_says_on_every_mount() -> None:
    at = 2 * BLOCK_SAMPLES + 321
    pcm, sound = burst(at)
    mounts = (MOUNT, LOW, MountSpec(path="/high.mp3", bitrate_kbps=320))
    for mp3, mount in zip(await encode(pcm, mounts), mounts, strict=True):
        assert find(sound, decode(mp3)) - at == CODEC_DELAY_SAMPLES, mount


@pytest.mark.usefixtures("ffmpeg")
async def test_a_block_decodes_on_its_own_to_its_own_samples() -> None:
    """Block k alone: after its first frame, which has nothing to overlap with, as in the whole stream."""
    (mp3,) = await encode(noise(BLOCKS * 0.48 + 0.3, seed=3), (MOUNT,))
    whole = decode(mp3)
    size = block_bytes(MOUNT.bitrate_kbps)
    for k in range(1, BLOCKS):
        alone = decode(mp3[k * size : (k + 1) * size])
        assert len(alone) == BLOCK_SAMPLES
        same = whole[k * BLOCK_SAMPLES + 1152 : (k + 1) * BLOCK_SAMPLES]
        assert np.allclose(alone[1152:], same, atol=1e-4)


@pytest.mark.usefixtures("ffmpeg")
async def test_every_frame_is_constant_and_leans_on_none() -> None:
    streams = await encode(sine(BLOCKS * 0.48 + 0.3), (MOUNT, LOW))
    for mp3, mount in zip(streams, (MOUNT, LOW), strict=True):
        size = frame_bytes(mount.bitrate_kbps)
        assert len(mp3) == BLOCKS * 20 * size
        heads = {mp3[at : at + 3] for at in range(0, len(mp3), size)}
        assert len(heads) == 1
        assert {(mp3[at + 4], mp3[at + 5] >> 7) for at in range(0, len(mp3), size)} == {(0, 0)}


@pytest.mark.usefixtures("ffmpeg")
async def test_one_block_of_sound_and_the_prime_give_one_block_of_mp3() -> None:
    async with Encoder((MOUNT, LOW)) as encoder:
        await encoder.write(silence(BLOCK_SAMPLES + PRIME_SAMPLES))
        for _ in range(4):
            async with asyncio.timeout(5):
                assert [len(part) for part in await encoder.next_block()] == [7680, 2880]
            await encoder.write(silence(BLOCK_SAMPLES))


async def test_a_mono_mount_is_as_loud_as_each_channel_of_the_stereo_one() -> None:
    stereo, mono = await encode(sine(BLOCKS * 0.48 + 0.3, level=0.9), (MOUNT, LOW))
    levels = [np.abs(decode(mp3)[24_000:-24_000]).max() for mp3 in (stereo, mono)]
    # The decoder turns mono to stereo at -3 dB a channel.
    assert levels[1] * 2**0.5 == pytest.approx(levels[0], rel=0.05)


async def test_the_pieces_in_which_it_is_fed_do_not_matter() -> None:
    pcm = noise(2.4, seed=4)
    assert await encode(pcm, (MOUNT,), chunk=1_001) == await encode(pcm, (MOUNT,))


async def test_writing_waits_when_too_much_is_inside() -> None:
    async with Encoder((MOUNT,), in_flight_blocks=2) as encoder:
        for _ in range(3):
            await encoder.write(silence(BLOCK_SAMPLES + PRIME_SAMPLES // 2))
        writing = asyncio.create_task(encoder.write(silence(BLOCK_SAMPLES)))
        await asyncio.sleep(0)
        assert not writing.done()
        for _ in range(2):
            await encoder.next_block()
        async with asyncio.timeout(5):
            await writing


async def test_a_killed_encoder_is_an_error_for_both_sides() -> None:
    async with Encoder((MOUNT,)) as encoder:
        taking = asyncio.create_task(encoder.next_block())
        await encoder.write(silence(1000))
        os.kill(encoder.pid, signal.SIGKILL)
        with pytest.raises(EncoderError, match="ended"):
            await taking
        with pytest.raises(EncoderError, match="ended"):
            await encoder.write(silence(1000))


async def test_a_hung_encoder_is_an_error_by_time_limit() -> None:
    async with Encoder((MOUNT,), stall_s=0.2) as encoder:
        os.kill(encoder.pid, signal.SIGSTOP)
        await encoder.write(silence(BLOCK_SAMPLES + PRIME_SAMPLES))
        with pytest.raises(EncoderError, match="gives no MP3"):
            await encoder.next_block()
        await encoder.write(silence(3 * BLOCK_SAMPLES))
        with pytest.raises(EncoderError, match="takes no more sound"):
            await encoder.write(silence(BLOCK_SAMPLES))


async def test_a_bit_rate_that_mp3_has_not_is_refused_by_name() -> None:
    with pytest.raises(EncoderError, match="no bit rate of 100k"):
        await Encoder((MountSpec(path="/odd.mp3", bitrate_kbps=100),)).start()
