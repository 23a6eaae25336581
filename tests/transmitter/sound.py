"""MP3 sound without an encoder: silent frames that carry a number where a decoder looks at nothing."""

import subprocess
from array import array

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.block import Block, Ended, MountSpec, OnAir
from radiocast.model.play import Kind
from radiocast.model.units import FRAMES_PER_BLOCK, Channels, frame_bytes
from radiocast.transmitter import frames

LIVE = MountSpec(path="/live.mp3", bitrate_kbps=128, channels=2)
LOW = MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1)


def block_sound(spec: MountSpec, number: int, *, speaker: str = "studio") -> bytes:
    """One block: valid frames; each says who made it, its block and its place, as ancillary data."""
    silent = frames.silence(bitrate_kbps=spec.bitrate_kbps, channels=spec.channels, frames=1)
    size = frame_bytes(spec.bitrate_kbps)
    marks = (f"<{speaker} {number} {at}>".encode() for at in range(FRAMES_PER_BLOCK))
    return b"".join(silent[: size - len(mark)] + mark for mark in marks)


def studio_block(
    seq: int,
    mounts: tuple[MountSpec, ...] = (LIVE,),
    *,
    title: str = "a title",
    on_air: OnAir | None = None,
    ended: tuple[Ended, ...] = (),
    speaker: str = "studio",
    level_dbfs: float = -20.0,
) -> Block:
    return Block(
        seq=seq,
        audio=tuple(block_sound(mount, seq, speaker=speaker) for mount in mounts),
        stream_title=title,
        on_air=on_air,
        ended=ended,
        level_dbfs=level_dbfs,
    )


def item(item_id: str, title: str = "a title", kind: Kind = Kind.TRACK) -> OnAir:
    return OnAir(item_id=item_id, kind=kind, title=title, stream_title=title, source="rotation/music")


def encode(pcm_filter: str, *, bitrate_kbps: int, channels: Channels, seconds: float) -> bytes:
    """A CBR MP3 file of what an ffmpeg source filter makes, as the studio's encoder would make it."""
    done = subprocess.run(
        [
            *(ffmpeg_path(), "-v", "error", "-nostdin", "-f", "lavfi", "-i", pcm_filter),
            *("-t", str(seconds), "-ar", "48000", "-ac", str(channels), "-c:a", "libmp3lame"),
            *("-b:a", f"{bitrate_kbps}k", "-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0"),
            *("-f", "mp3", "-"),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return done.stdout


def decode(sound: bytes, *, channels: Channels) -> "array[int]":
    """Samples, interleaved. Fails when ffmpeg complains of anything."""
    done = subprocess.run(
        [
            *(ffmpeg_path(), "-v", "warning", "-nostdin", "-f", "mp3", "-i", "-"),
            *("-f", "s16le", "-ac", str(channels), "-"),
        ],
        check=True,
        capture_output=True,
        input=sound,
        timeout=30,
    )
    complaints = [
        line
        for line in done.stderr.decode().splitlines()
        # Said of any MP3 that has no information frame to tell its length.
        if "Estimating duration from bitrate" not in line
    ]
    assert complaints == []
    return array("h", done.stdout)
