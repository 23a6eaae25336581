"""The planner's questions, asked with what the station has now.

Owns: the schedule, library, last bulletins and lost streams as the planner takes them; the calendar and the
catalogue are made anew only when they change.
Must not know: what is on the air, or how an item is given its sound.
"""

import dataclasses
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.config.schedule import BulletinPlan, Clock, ScheduleConfig
from radiocast.config.station import StationConfig
from radiocast.model.media import MediaFile
from radiocast.model.play import FilePart, PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import forecast
from radiocast.schedule.planner import Decision, next_item
from radiocast.schedule.state import PlanState
from radiocast.studio.bulletins import Renderer, last_durations
from radiocast.studio.remotes import Remotes
from radiocast.studio.schedule_file import ScheduleFile
from radiocast.studio.sourcing import Shelf


def seed_of(root: Path) -> int:
    """Chance is the station's own, the same after every restart: two stations do not play in step."""
    return zlib.crc32(str(root).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an answer of the planner depends on, besides the state and the time. Equal: so is the answer."""

    calendar: Calendar
    catalogue: Catalogue
    durations: Mapping[str, float]
    unavailable: frozenset[str]


class Planning:
    """One station's planner with its facts."""

    def __init__(
        self,
        *,
        config: StationConfig,
        schedule: ScheduleFile,
        library: Shelf,
        newsroom: Renderer,
        remotes: Remotes,
        seed: int,
    ) -> None:
        self._zone = ZoneInfo(config.station.timezone)
        self._crossfade_s = config.audio.crossfade_s
        self._schedule = schedule
        self._library = library
        self._newsroom = newsroom
        self._remotes = remotes
        self._seed = seed
        self._calendar = Calendar(schedule.config, self._zone)
        self._catalogue = Catalogue(())
        self._catalogued: tuple[object, ...] = ()

    def calendar(self) -> Calendar:
        """The schedule as the planner sees it; the same value until it changes."""
        schedule = self._schedule.config
        if schedule is not self._calendar.schedule:
            self._calendar = Calendar(schedule, self._zone)
        return self._calendar

    def catalogue(self) -> Catalogue:
        """The library as the planner sees it; the same value until a file changes."""
        files = self._library.files()
        if files is not self._catalogued:
            self._catalogue, self._catalogued = Catalogue(files, crossfade_s=self._crossfade_s), files
        return self._catalogue

    def bulletins(self) -> Mapping[str, BulletinPlan]:
        """Those of the schedule, by name."""
        return self._schedule.config.bulletins

    def facts(self) -> Facts:
        """As they are now."""
        return Facts(
            calendar=self.calendar(),
            catalogue=self.catalogue(),
            durations=last_durations(self._newsroom, self._schedule.config.bulletins),
            unavailable=self._remotes.unavailable,
        )

    def decide(
        self, state: PlanState, facts: Facts, *, playing_since: datetime, earliest: datetime
    ) -> Decision:
        """What follows by these facts; see `next_item`."""
        return next_item(
            facts.calendar,
            facts.catalogue,
            state,
            playing_since=playing_since,
            earliest=earliest,
            seed=self._seed,
            durations=facts.durations,
            unavailable=facts.unavailable,
        )

    def ahead(self, state: PlanState, earliest: datetime, *, count: int) -> tuple[PlayItem, ...]:
        """The next `count` items, if what plays has ended at `earliest`."""
        facts = self.facts()
        return forecast(
            facts.calendar,
            facts.catalogue,
            state,
            start=earliest,
            count=count,
            seed=self._seed,
            durations=facts.durations,
            unavailable=facts.unavailable,
        )

    def sustainer_file(self) -> MediaFile | None:
        """A file of the sustainer, for emergency sound; None when it has none."""
        now = datetime.now(self._zone)
        decision = next_item(
            Calendar(sustainer_only(self._schedule.config), self._zone),
            self.catalogue(),
            PlanState(),
            playing_since=now,
            earliest=now,
            seed=self._seed,
        )
        return decision.item.part.media if isinstance(decision.item.part, FilePart) else None


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
