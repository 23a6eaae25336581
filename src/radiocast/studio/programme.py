"""What plays next, with its sound at hand: the planner's word made real.

Owns: the planner's state on the air, and the walk from a decision to a file, a bulletin or a stand-in.
Must not know: decks, samples or the encoder; the playout asks, this answers, and never raises.
"""

import dataclasses
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from radiocast.config.schedule import Clock, ScheduleConfig
from radiocast.config.station import StationConfig
from radiocast.model.errors import MediaError
from radiocast.model.media import MediaFile
from radiocast.model.play import (
    AsRunEntry,
    BulletinPart,
    Cue,
    FilePart,
    Kind,
    Outcome,
    PlayItem,
    StandbyPart,
    StreamPart,
)
from radiocast.model.report import Upcoming
from radiocast.newsroom.titles import TitleWriter
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import forecast
from radiocast.schedule.planner import next_item
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped
from radiocast.studio.bulletins import Bulletins, Renderer, last_durations
from radiocast.studio.entries import dropped_entry, entry_of, failed_entry
from radiocast.studio.ready import ReadyItem
from radiocast.studio.schedule_file import ScheduleFile
from radiocast.studio.titles import file_cue

log = logging.getLogger(__name__)

# So many items in a row that cannot be played: then the standby sound, while the library is looked at again.
MOST_TRIES: Final = 8
# How far ahead `/status` shows, and bulletins are looked for.
LOOK_AHEAD_ITEMS: Final = 12
STANDBY_S: Final = 30.0
# A file that is not measured in this time (an hour takes a minute) plays at its own level.
MEASURE_WITHIN_S: Final = 8.0


class Shelf(Protocol):
    """What the programme needs of the library."""

    def files(self) -> tuple[MediaFile, ...]:
        """Every playable file; the same tuple until something changes."""
        ...

    async def analyse(self, path: str, *, timeout_s: float | None = None) -> MediaFile:
        """The file, measured. Raises MediaError when it holds no sound."""
        ...

    def mark_unplayable(self, path: str, reason: str) -> None:
        """Leave it out of `files` until it changes."""
        ...


class NewsDesk(Renderer, Protocol):
    """What the programme needs of the newsroom."""

    def mark_aired(self, slugs: Iterable[str], at: datetime) -> None:
        """These stories were heard at this time."""
        ...


class StationProgramme:
    """The `Programme` of a running station."""

    def __init__(  # noqa: PLR0913 - the rooms it brings together
        self,
        *,
        config: StationConfig,
        media: Path,
        schedule: ScheduleFile,
        library: Shelf,
        newsroom: NewsDesk,
        bulletins: Bulletins,
        write_as_run: Callable[[AsRunEntry], None],
        note_on_air: Callable[[AsRunEntry], None] | None = None,
        seed: int,
        state: PlanState | None = None,
    ) -> None:
        """`note_on_air` is told what begins, as its line will be if the studio does not live to write it."""
        self._config = config
        self._titles = TitleWriter.of(config)
        self._zone = ZoneInfo(config.station.timezone)
        self._media = media
        self._schedule = schedule
        self._library = library
        self._newsroom = newsroom
        self._bulletins = bulletins
        self._write_as_run = write_as_run
        self._note_on_air = note_on_air
        self._seed = seed
        self._state = state or PlanState()
        # The planner's state behind the item that was given out and has not started yet.
        self._given: dict[str, PlanState] = {}
        self._stories_on_air: dict[str, tuple[str, ...]] = {}
        self._dropped: tuple[Dropped, ...] = ()
        self._calendar = Calendar(schedule.config, self._zone)
        self._catalogue = Catalogue(())
        self._catalogued: tuple[object, ...] = ()
        self._upcoming: tuple[PlayItem, ...] = ()

    @property
    def state(self) -> PlanState:
        """The planner's state after the item that is on the air."""
        return self._state

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        """What follows; see `Programme`."""
        state = self._state
        for _ in range(MOST_TRIES):
            decision = next_item(
                self.calendar(),
                self.current_catalogue(),
                state,
                playing_since=playing_since,
                earliest=earliest,
                seed=self._seed,
            )
            state = decision.state
            self._note_dropped(decision.dropped)
            ready = await self._ready(decision.item, earliest)
            if ready is not None:
                self._given = {decision.item.id: state}
                return ready
        log.error("%d items in a row could not be played; the standby sound plays", MOST_TRIES)
        return self._standby(state, earliest)

    def started(self, item: PlayItem, at: datetime) -> None:
        """Commit the planner's state; look ahead for bulletins. See `Programme`."""
        self._state = self._given.pop(item.id, self._state)
        if self._note_on_air is not None:
            self._note_on_air(entry_of(item, outcome=Outcome.CUT, reason="", start=at))
        if isinstance(item.part, BulletinPart):
            self._bulletins.aired(item.part.bulletin)
        self.look_ahead(at + timedelta(seconds=item.expected_s))

    def finished(self, entry: AsRunEntry) -> None:
        """Write the log; tell the newsroom which stories were read. See `Programme`."""
        self._write_as_run(entry)
        slugs = self._stories_on_air.pop(entry.item_id, ())
        if slugs and entry.start_actual is not None:
            self._newsroom.mark_aired(slugs, entry.start_actual)

    async def failed(self, item: PlayItem, reason: str) -> None:
        """Keep a broken file from being chosen again until it changes. See `Programme`."""
        log.warning("%s: %s", item.source, reason)
        self._state = self._given.pop(item.id, self._state)
        if isinstance(item.part, FilePart):
            self._library.mark_unplayable(item.part.media.path, reason)

    def look_ahead(self, earliest: datetime) -> None:
        """Plan on from `earliest` for `/status`, and for the deadlines of bulletins."""
        self._upcoming = forecast(
            self.calendar(),
            self.current_catalogue(),
            self._state,
            start=earliest,
            count=LOOK_AHEAD_ITEMS,
            until=None,
            seed=self._seed,
            durations=last_durations(self._newsroom, self._schedule.config.bulletins),
        )

    def next_bulletin(self) -> tuple[str, datetime] | None:
        """The first bulletin that the look-ahead has, and when it is expected on the air."""
        for item in self._upcoming:
            if isinstance(item.part, BulletinPart):
                return item.part.bulletin, item.planned_start
        return None

    def sustainer_file(self) -> MediaFile | None:
        """A file of the sustainer, for emergency sound; None when it has none."""
        decision = next_item(
            Calendar(sustainer_only(self._schedule.config), self._zone),
            self.current_catalogue(),
            PlanState(),
            playing_since=datetime.now(self._zone),
            earliest=datetime.now(self._zone),
            seed=self._seed,
        )
        return decision.item.part.media if isinstance(decision.item.part, FilePart) else None

    def upcoming(self) -> tuple[Upcoming, ...]:
        """What plays next, for `/status`."""
        return tuple(
            Upcoming(
                at=item.planned_start,
                kind=item.kind,
                title=self._shown_title(item),
                artist=item.artist,
                duration_s=item.expected_s,
            )
            for item in self._upcoming
        )

    def _shown_title(self, item: PlayItem) -> str:
        if isinstance(item.part, BulletinPart):
            return self._titles.bulletin(item.part.bulletin)
        return item.title

    def calendar(self) -> Calendar:
        """The schedule as the planner sees it; the same value until it changes."""
        schedule = self._schedule.config
        if schedule is not self._calendar.schedule:
            self._calendar = Calendar(schedule, self._zone)
        return self._calendar

    def current_catalogue(self) -> Catalogue:
        """The library as the planner sees it; the same value until a file changes."""
        files = self._library.files()
        if files is not self._catalogued:
            self._catalogue, self._catalogued = Catalogue(files), files
        return self._catalogue

    async def _ready(self, item: PlayItem, earliest: datetime) -> ReadyItem | None:
        """The item with its sound; None when it cannot be played, which has been logged and counted."""
        match item.part:
            case FilePart(media=media):
                return await self._ready_file(item, media.path)
            case BulletinPart(bulletin=name):
                return await self._ready_bulletin(item, name, earliest)
            case StreamPart(url=url):
                self._could_not(item, f"{url}: streams cannot be relayed yet")
                return None
            case StandbyPart():
                return _standby_item(item, self._config)

    async def _ready_file(self, item: PlayItem, path: str) -> ReadyItem | None:
        try:
            media = await self._library.analyse(path, timeout_s=MEASURE_WITHIN_S)
        except MediaError as error:
            self._could_not(item, str(error))
            return None
        return ReadyItem(
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

    async def _ready_bulletin(self, item: PlayItem, name: str, earliest: datetime) -> ReadyItem | None:
        air = max(item.planned_start, earliest)
        taken = await self._bulletins.take(self._schedule.config.bulletins[name], air)
        if taken.bulletin is None:
            self._could_not(item, taken.reason)
            return None
        if taken.reason:
            log.warning(taken.reason)
        self._stories_on_air[item.id] = taken.bulletin.stories
        return ReadyItem(
            item=item,
            path=taken.bulletin.path,
            cues=taken.bulletin.cues,
            duration_s=taken.bulletin.duration_s,
            speech=True,
        )

    def _note_dropped(self, dropped: tuple[Dropped, ...]) -> None:
        """Log each entry that was passed over, once: a question asked again has the same answer."""
        for entry in dropped:
            if entry not in self._dropped:
                log.warning("%s was not played: %s", entry.source, entry.reason)
                self._write_as_run(dropped_entry(entry, self._schedule.config))
        self._dropped = dropped

    def _could_not(self, item: PlayItem, reason: str) -> None:
        """An item that never came to the air still has its line in the log."""
        log.warning("%s is not played: %s", item.source, reason)
        self._write_as_run(failed_entry(item, reason))

    def _standby(self, state: PlanState, earliest: datetime) -> ReadyItem:
        item = PlayItem(
            id=f"standby-{earliest.timestamp():.0f}",
            kind=Kind.SUSTAINER,
            part=StandbyPart(),
            source="standby",
            title=self._config.station.name,
            planned_start=earliest,
            expected_s=STANDBY_S,
            reason="nothing else can be played",
        )
        self._given = {item.id: state}
        return _standby_item(item, self._config)


def sustainer_only(schedule: ScheduleConfig) -> ScheduleConfig:
    """The schedule with nothing in it but its sustainer."""
    return dataclasses.replace(
        schedule,
        clocks={"none": Clock(name="none", entries=())},
        default_clock="none",
        grid=(),
        exceptions=(),
        events=(),
    )


def _standby_item(item: PlayItem, config: StationConfig) -> ReadyItem:
    cue = Cue(at_s=0.0, kind=item.kind, title=item.title, stream_title=config.station.name)
    return ReadyItem(item=item, path=None, cues=(cue,), duration_s=item.expected_s, speech=False)
