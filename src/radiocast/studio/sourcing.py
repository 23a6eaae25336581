"""From a planned item to one for the air: its file measured, its bulletin made, its titles filled.

Owns: where each sort of item has its sound from, and what a listener reads while it plays.
Must not know: what is planned, or what becomes of an item that cannot be had.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, assert_never

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import StationConfig
from radiocast.ffmpeg.inputs import shown_url
from radiocast.model.errors import MediaError
from radiocast.model.media import MediaFile
from radiocast.model.play import BulletinPart, Cue, FilePart, Kind, PlayItem, StandbyPart, StreamPart
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.studio.bulletins import Bulletins
from radiocast.studio.readings import readings_of
from radiocast.studio.ready import ReadyItem
from radiocast.studio.remotes import Remotes
from radiocast.studio.titles import file_cue

log = logging.getLogger(__name__)

# A file that is not measured in this time (an hour takes a minute) plays at its own level.
MEASURE_WITHIN_S: Final = 8.0
STANDBY_S: Final = 30.0


class Shelf(Protocol):
    """What the studio needs of the library."""

    def files(self) -> tuple[MediaFile, ...]:
        """Every playable file; the same tuple until something changes."""
        ...

    async def analyse(self, path: str, *, timeout_s: float | None = None) -> MediaFile:
        """The file, measured. Raises MediaError when it holds no sound."""
        ...

    def mark_unplayable(self, path: str, reason: str) -> None:
        """Leave it out of `files` until it changes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplayable:
    """There is no sound for it, and why."""

    reason: str


class Sourcing:
    """One station's. `ready` never raises for an item that cannot be had."""

    def __init__(
        self, *, config: StationConfig, media: Path, library: Shelf, bulletins: Bulletins, remotes: Remotes
    ) -> None:
        self._station = config.station.name
        self._titles = TitleWriter.of(config)
        self._media = media
        self._library = library
        self._bulletins = bulletins
        self._remotes = remotes

    async def ready(
        self, item: PlayItem, *, plan: BulletinPlan | None, earliest: datetime
    ) -> tuple[ReadyItem, tuple[str, ...]] | Unplayable:
        """The item with its sound, and the stories that are read in it. `plan` is its bulletin's."""
        match item.part:
            case FilePart(media=media):
                return await self._file(item, media.path)
            case BulletinPart():
                return await self._bulletin(item, plan, max(item.planned_start, earliest))
            case StreamPart(url=url):
                return self._stream(item, url)
            case StandbyPart():
                return self._standing_by(item), ()
            case _:
                assert_never(item.part)

    async def _file(self, item: PlayItem, path: str) -> tuple[ReadyItem, tuple[str, ...]] | Unplayable:
        try:
            media = await self._library.analyse(path, timeout_s=MEASURE_WITHIN_S)
        except MediaError as error:
            return Unplayable(reason=str(error))
        ready = ReadyItem(
            item=item,
            path=self._media / path,
            cue_in_s=media.cue_in_s,
            cue_out_s=media.cue_out_s if media.analysed else None,
            segue_s=media.segue_s if media.analysed else None,
            gain_db=media.gain_db,
            cues=(file_cue(item, self._titles),),
            duration_s=media.air_s,
            speech=False,
        )
        return ready, ()

    async def _bulletin(
        self, item: PlayItem, plan: BulletinPlan | None, air: datetime
    ) -> tuple[ReadyItem, tuple[str, ...]] | Unplayable:
        if plan is None:
            return Unplayable(reason="the schedule has no such bulletin")
        taken = await self._bulletins.take(plan, air)
        if taken.bulletin is None:
            return Unplayable(reason=taken.reason)
        if taken.reason:
            log.warning(taken.reason)
        ready = ReadyItem(
            item=item,
            path=taken.bulletin.path,
            cues=taken.bulletin.cues,
            duration_s=taken.bulletin.duration_s,
            speech=True,
            substitute=taken.reason,
            readings=readings_of(taken.bulletin),
        )
        return ready, taken.bulletin.stories

    def _stream(self, item: PlayItem, url: str) -> tuple[ReadyItem, tuple[str, ...]] | Unplayable:
        if not self._remotes.reachable:
            reason = f"{shown_url(url)}: no stream is relayed on a virtual clock"
            self._remotes.lost(url, reason)
            return Unplayable(reason=reason)
        # Its own titles come with its sound, in ways that differ from station to station.
        cue = Cue(at_s=0.0, kind=item.kind, title=item.title, stream_title=item.title)
        ready = ReadyItem(item=item, path=None, cues=(cue,), duration_s=item.expected_s, speech=False)
        return ready, ()

    def standby(self, at: datetime) -> ReadyItem:
        """The standby sound for a while: nothing else can be played."""
        return self._standing_by(
            PlayItem(
                id=f"standby-{at.timestamp():.0f}",
                kind=Kind.SUSTAINER,
                part=StandbyPart(),
                source="standby",
                title=self._station,
                planned_start=at,
                expected_s=STANDBY_S,
                reason="nothing else can be played",
            )
        )

    def _standing_by(self, item: PlayItem) -> ReadyItem:
        cue = Cue(at_s=0.0, kind=item.kind, title=item.title, stream_title=self._station)
        return ReadyItem(item=item, path=None, cues=(cue,), duration_s=item.expected_s, speech=False)
