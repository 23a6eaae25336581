"""A station without the rest of the house: a scripted programme, and the playout at speed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from radiocast.config.station import Audio
from radiocast.model.block import Block, MountSpec
from radiocast.model.media import MediaFile
from radiocast.model.play import AsRunEntry, Cue, FilePart, Kind, PlayItem, StandbyPart, Start
from radiocast.model.units import BLOCK_S
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.playout import Playout
from radiocast.studio.ready import ReadyItem

MOUNT = MountSpec(path="/live.mp3", bitrate_kbps=128)
LOW = MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1)
# The file of an item that no deck opens.
NOWHERE = Path("nowhere.wav")
START = datetime(2026, 5, 1, 11, 59, 0, tzinfo=UTC)


def item(
    path: Path | None,
    *,
    name: str = "",
    length_s: float = 10.0,
    cue_in_s: float = 0.0,
    cue_out_s: float | None = None,
    segue_s: float | None = None,
    kind: Kind = Kind.TRACK,
    cues: Sequence[tuple[float, str]] = (),
    start: Start = Start.FOLLOW,
    at: datetime = START,
    cut_at: datetime | None = None,
    fade_s: float | None = None,
    priority: int = 50,
    gain_db: float = 0.0,
) -> ReadyItem:
    """A file as the programme would give it; titles are its name unless `cues` say otherwise."""
    name = name or (path.stem if path is not None else "standby")
    media = MediaFile(path=name, title=name, duration_s=length_s, cue_out_s=length_s, segue_s=length_s)
    return ReadyItem(
        item=PlayItem(
            id=name,
            kind=kind,
            part=FilePart(media=media) if path is not None else StandbyPart(),
            source=f"file/{name}",
            title=name,
            start=start,
            planned_start=at,
            due=None if start is Start.FOLLOW else at,
            cut_at=cut_at,
            fade_s=fade_s,
            priority=priority,
            expected_s=length_s,
            reason="a test",
        ),
        path=path,
        cue_in_s=cue_in_s,
        cue_out_s=cue_out_s,
        segue_s=segue_s,
        gain_db=gain_db,
        cues=tuple(Cue(at_s=at_s, kind=kind, title=t, stream_title=t) for at_s, t in cues or ((0.0, name),)),
        duration_s=length_s,
        speech=kind.is_speech,
    )


class Script:
    """A programme that gives these items, in order, and then the last one's factory over and over."""

    def __init__(self, items: Sequence[ReadyItem], *, then: Callable[[], ReadyItem] | None = None) -> None:
        self.items = list(items)
        self.then = then
        self.asked: list[tuple[datetime, datetime]] = []
        self.began: list[tuple[str, datetime]] = []
        self.entries: list[AsRunEntry] = []
        self.failures: list[tuple[str, str]] = []
        self.edits: list[tuple[str, datetime]] = []
        self.told: dict[str, tuple[str, ...]] = {}
        self.was_asked = asyncio.Event()
        self.hold = asyncio.Event()
        self.hold.set()

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        self.asked.append((playing_since, earliest))
        self.was_asked.set()
        await self.hold.wait()
        if self.items:
            return self.items.pop(0)
        if self.then is not None:
            return self.then()
        return item(None, name=f"filler-{len(self.asked)}", length_s=600.0)

    def started(self, item: PlayItem, at: datetime) -> None:
        self.began.append((item.id, at))

    def edited(self, item: PlayItem, ends: datetime) -> None:
        self.edits.append((item.id, ends))

    def heard(self, item: PlayItem, slugs: tuple[str, ...]) -> None:
        self.told[item.id] = slugs

    def finished(self, entry: AsRunEntry) -> None:
        self.entries.append(entry)

    async def failed(self, item: PlayItem, reason: str) -> None:
        self.failures.append((item.id, reason))

    def entry(self, name: str) -> AsRunEntry:
        (found,) = [entry for entry in self.entries if entry.item_id == name]
        return found


class Air:
    """What came out: blocks, and each mount's stream."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def mp3(self, mount: int = 0) -> bytes:
        return b"".join(block.audio[mount] for block in self.blocks)

    def titles(self) -> list[str]:
        return [block.stream_title for block in self.blocks]


async def play(
    script: Script,
    *,
    seconds: float,
    crossfade_s: float = 0.0,
    mounts: Sequence[MountSpec] = (MOUNT,),
    watch: Callable[[Block, Playout], None] | None = None,
    clock: type[VirtualOutlet] = VirtualOutlet,
) -> Air:
    """Play so many seconds at speed on a clock that starts at START."""
    air = Air()

    def take(block: Block) -> None:
        air.blocks.append(block)
        if watch is not None:
            watch(block, playout)

    async with Encoder(mounts) as encoder:
        audio = Audio.model_validate({"crossfade": crossfade_s})
        outlet = clock(START, take, listeners=7)
        playout = Playout(programme=script, encoder=encoder, outlet=outlet, audio=audio, title="Test FM")
        await playout.run(signed_on=START, blocks=round(seconds / BLOCK_S))
    return air
