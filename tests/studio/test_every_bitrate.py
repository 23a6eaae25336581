"""Every bit rate that MP3 has at 48 kHz, stereo and mono, as mounts of one station.

From one encoder, through the link and the transmitter, to a listener of each kind.
"""

import asyncio
import socket
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import PROTOCOL, BlockReady, Credit, Hello
from radiocast.model.block import Block, MountSpec
from radiocast.model.units import BLOCK_S, BLOCK_SAMPLES, LEGAL_BITRATES_KBPS, Channels, block_bytes
from radiocast.studio.encoder import PRIME_SAMPLES, Encoder
from radiocast.transmitter import frames
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.seats import Seat
from radiocast.transmitter.transmitter import Transmitter
from tests.studio.sounds import decode, sine
from tests.transmitter.listening import Ear, HandClock, asked, tcp_pair

pytestmark = [pytest.mark.usefixtures("ffmpeg"), pytest.mark.timeout(300)]

# For what takes a second or two, on a machine that does other things too.
TIME_LIMIT_S = 240
BLOCKS = 7
HEAD = b"HTTP/1.0 200 OK\r\n\r\n"
TITLE = "Left and right"
LEFT_HZ, RIGHT_HZ = 500.0, 1250.0


def every(channels: Channels) -> tuple[MountSpec, ...]:
    return tuple(
        MountSpec(path=f"/{rate}.mp3", bitrate_kbps=rate, channels=channels) for rate in LEGAL_BITRATES_KBPS
    )


async def encoded(mounts: tuple[MountSpec, ...]) -> list[Block]:
    """A tone on the left and another on the right, as a studio's blocks."""
    seconds = (BLOCKS * BLOCK_SAMPLES + PRIME_SAMPLES) / 48_000
    sound = sine(seconds, hz=LEFT_HZ, level=0.4)
    sound[:, 1] = sine(seconds, hz=RIGHT_HZ, level=0.4)[:, 1]
    async with Encoder(mounts, in_flight_blocks=BLOCKS, stall_s=TIME_LIMIT_S) as encoder:
        await encoder.write(sound)
        audio = [await encoder.next_block() for _ in range(BLOCKS)]
    return [
        Block(seq=seq, audio=audio[seq], stream_title=TITLE, level_dbfs=-10.0) for seq in range(len(audio))
    ]


async def heard(mounts: tuple[MountSpec, ...], blocks: list[Block]) -> dict[tuple[str, bool], bytes]:
    """What a listener of each mount, with titles and without, gets after the header."""
    clock = HandClock()
    transmitter = Transmitter(mounts, station_name="Test FM", clock=clock)
    ears = {}
    for mount in mounts:
        for icy in (True, False):
            server, listener = tcp_pair()
            seat = transmitter.admit(server, mount.path, icy=icy, head=HEAD, asked=asked("192.0.2.1"))
            assert isinstance(seat, Seat)
            ears[mount.path, icy] = Ear(listener)
    ours, theirs = socket.socketpair()
    studio, door = await Endpoint.over(ours), await Endpoint.over(theirs)
    serving = asyncio.create_task(transmitter.serve_studio(door))
    await studio.send(Hello(protocol=PROTOCOL, pid=1, mounts=tuple(mount.path for mount in mounts)))
    async for message in studio.messages():
        if isinstance(message, Credit) and message.up_to >= len(blocks):
            break
    for block in blocks:
        await studio.send(BlockReady(block=block))
    while round(transmitter.look().output.lead_s / BLOCK_S) < len(blocks):
        await asyncio.sleep(0)
        assert not serving.done(), "a block was refused"
    for _ in range(8 * (len(blocks) + 2)):
        clock.pass_blocks(1 / 8)
        transmitter.step()
        for ear in ears.values():
            ear.read()
    await studio.close()
    await serving
    await door.close()
    transmitter.close()
    for ear in ears.values():
        ear.close()
    return {key: bytes(ear.heard[len(HEAD) :]) for key, ear in ears.items()}


def level(sound: np.ndarray[tuple[int, ...], np.dtype[np.float64]], hz: float) -> float:
    """The amplitude of a tone in one channel's sound."""
    at = np.arange(len(sound))
    return float(2 * abs(np.mean(sound * np.exp(-2j * np.pi * hz * at / 48_000))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What went in at each mount of a station, and what came out at its listeners'."""

    mounts: tuple[MountSpec, ...]
    blocks: list[Block]
    streams: dict[tuple[str, bool], bytes]

    def own(self, number: int) -> bytes:
        """The encoder's bytes for a mount: but for the last block, in which emergency sound fades in."""
        return b"".join(block.audio[number] for block in self.blocks[:-1])


@cache
def sent(_program: object, channels: Channels) -> Sent:
    """All mounts from one encoder of this program, sent once for all tests here."""

    async def send() -> Sent:
        mounts = every(channels)
        async with asyncio.timeout(TIME_LIMIT_S):
            blocks = await encoded(mounts)
            return Sent(mounts=mounts, blocks=blocks, streams=await heard(mounts, blocks))

    return asyncio.run(send())


@pytest.mark.parametrize("channels", [1, 2])
def test_every_legal_bit_rate_is_a_mount_and_all_come_from_one_encoder(channels: Channels) -> None:
    station = sent(ffmpeg_path(), channels)
    assert [mount.bitrate_kbps for mount in station.mounts] == list(LEGAL_BITRATES_KBPS)
    for number, mount in enumerate(station.mounts):
        sound, titles = IcyDemuxer(block_bytes(mount.bitrate_kbps)).feed(station.streams[mount.path, True])
        assert sound == station.streams[mount.path, False], mount
        frames.check(sound, bitrate_kbps=mount.bitrate_kbps, channels=channels)
        assert [title.title for title in titles][:2] == ["Test FM", TITLE], mount
        # In order, after silence.
        assert station.own(number) in sound, mount


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bitrate_kbps", LEGAL_BITRATES_KBPS)
def test_what_a_listener_hears_is_what_was_played(bitrate_kbps: int, channels: Channels) -> None:
    station, number = sent(ffmpeg_path(), channels), LEGAL_BITRATES_KBPS.index(bitrate_kbps)
    sound = station.streams[station.mounts[number].path, False]
    size = block_bytes(bitrate_kbps)
    # Decoded without a complaint, the silence and the fade too.
    decoded = decode(sound, channels=channels)
    assert len(decoded) == len(sound) // size * BLOCK_SAMPLES
    start = sound.index(station.own(number)) // size * BLOCK_SAMPLES
    playing = decoded[start + BLOCK_SAMPLES : start + 5 * BLOCK_SAMPLES]
    left, right = playing[:, 0], playing[:, -1]
    if channels == 1:
        assert level(left, LEFT_HZ) == pytest.approx(0.2, rel=0.1)
        assert level(left, RIGHT_HZ) == pytest.approx(0.2, rel=0.1)
    else:
        assert level(left, LEFT_HZ) == pytest.approx(0.4, rel=0.1)
        assert level(right, RIGHT_HZ) == pytest.approx(0.4, rel=0.1)
        # Each on its own side; at the lowest rates LAME lets a little through.
        assert level(left, RIGHT_HZ) < 0.04
        assert level(right, LEFT_HZ) < 0.04
