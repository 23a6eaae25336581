"""What the studio costs: `python -m bench.studio [--seconds N] [--real-seconds N]`.

Plays generated music as MP3 and Ogg files through decks, mixer and encoder to two mounts (128k stereo, 48k
mono), once as fast as it goes and once in real time, and prints the CPU of this process and of its ffmpeg
children for each second of sound, and the largest memory.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from radiocast.config.station import Audio
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.block import Block, MountSpec
from radiocast.model.media import MediaFile
from radiocast.model.play import AsRunEntry, Cue, FilePart, Kind, PlayItem
from radiocast.model.units import BLOCK_S
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.playout import Playout
from radiocast.studio.ready import ReadyItem

MOUNTS = (
    MountSpec(path="/live.mp3", bitrate_kbps=128),
    MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1),
)
TRACK_S = 180.0
LEAD_BLOCKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One run. CPU in seconds: of this process, and of all ffmpeg."""

    sound_s: float
    wall_s: float
    own_s: float
    children_s: float

    def __str__(self) -> str:
        share = [100 * cpu_s / self.sound_s for cpu_s in (self.own_s, self.children_s)]
        return (
            f"{self.sound_s:.0f} s of sound in {self.wall_s:.1f} s ({self.sound_s / self.wall_s:.0f} x real "
            f"time); CPU {sum(share):.2f} % of a core per second of sound (Python {share[0]:.2f}, ffmpeg "
            f"{share[1]:.2f})"
        )


class Rotation:
    """A programme that plays these files over and over."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files
        self._count = 0

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        path = self._files[self._count % len(self._files)]
        self._count += 1
        media = MediaFile(
            path=path.name, title="", duration_s=TRACK_S, cue_out_s=TRACK_S, segue_s=TRACK_S - 2
        )
        item = PlayItem(
            id=str(self._count),
            kind=Kind.TRACK,
            part=FilePart(media=media),
            source="bench",
            title=path.stem,
            planned_start=earliest,
            expected_s=TRACK_S,
            reason="",
        )
        cue = Cue(at_s=0.0, kind=Kind.TRACK, title=path.stem, stream_title=path.stem)
        return ReadyItem(
            item=item,
            path=path,
            cue_out_s=TRACK_S,
            segue_s=TRACK_S - 2,
            gain_db=-1.0,
            cues=(cue,),
            duration_s=TRACK_S - 2,
            speech=False,
        )

    def started(self, item: PlayItem, at: datetime) -> None:
        pass

    def edited(self, item: PlayItem, ends: datetime) -> None:
        pass

    def heard(self, item: PlayItem, slugs: tuple[str, ...]) -> None:
        pass

    def finished(self, entry: AsRunEntry) -> None:
        pass

    async def failed(self, item: PlayItem, reason: str) -> None:
        raise RuntimeError(reason)


class Paced(VirtualOutlet):
    """A virtual clock held back to real time, some blocks ahead, as the transmitter's credit does."""

    began = time.monotonic()

    async def permit(self, seq: int) -> None:
        due = self.began + (seq - LEAD_BLOCKS) * BLOCK_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))

    def slack_s(self, seq: int) -> float:
        return LEAD_BLOCKS * BLOCK_S


def make_music(folder: Path) -> list[Path]:
    """Two files of a few tones and pink noise, which cost an encoder what music does."""
    sound = (
        "anoisesrc=color=pink:amplitude=0.25:r=48000:seed=7,aformat=channel_layouts=mono[n];"
        "sine=220:r=48000,volume=0.4,aformat=channel_layouts=mono[a];"
        "sine=331:r=48000,tremolo=f=3,volume=0.4,aformat=channel_layouts=mono[b];"
        "[n][a][b]amerge=inputs=3,pan=stereo|c0=c0+c1|c1=c0+c2"
    )
    files = []
    for name, codec in (("a.mp3", "libmp3lame"), ("b.ogg", "libvorbis")):
        path = folder / name
        args = [
            "-nostdin",
            "-v",
            "error",
            "-filter_complex",
            sound,
            "-t",
            f"{TRACK_S:g}",
            "-c:a",
            codec,
            str(path),
        ]
        subprocess.run([ffmpeg_path(), *args], check=True)
        files.append(path)
    return files


def cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


async def measure(files: list[Path], seconds: float, outlet_type: type[VirtualOutlet]) -> Cost:
    """Play so long; every child has ended, and is counted, when this returns."""
    own, children, began = cpu(resource.RUSAGE_SELF), cpu(resource.RUSAGE_CHILDREN), time.monotonic()
    sent: list[int] = []

    def take(block: Block) -> None:
        sent.append(block.seq)

    async with Encoder(MOUNTS) as encoder:
        outlet = outlet_type(datetime.now(UTC), take)
        playout = Playout(programme=Rotation(files), encoder=encoder, outlet=outlet, audio=Audio())
        await playout.run(blocks=round(seconds / BLOCK_S))
    return Cost(
        sound_s=len(sent) * BLOCK_S,
        wall_s=time.monotonic() - began,
        own_s=cpu(resource.RUSAGE_SELF) - own,
        children_s=cpu(resource.RUSAGE_CHILDREN) - children,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="of sound, at speed")
    parser.add_argument("--real-seconds", type=float, default=30.0, help="in real time")
    arguments, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        files = make_music(Path(folder))
        print("load before", os.getloadavg(), "ffmpeg", ffmpeg_path())
        print("at speed:    ", asyncio.run(measure(files, arguments.seconds, VirtualOutlet)))
        if arguments.real_seconds:
            Paced.began = time.monotonic()
            print("in real time:", asyncio.run(measure(files, arguments.real_seconds, Paced)))
    own, child = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"memory at most: Python {own:.0f} MB, largest ffmpeg {child:.0f} MB")


if __name__ == "__main__":
    main()
