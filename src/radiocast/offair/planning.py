"""What will play when: `radiocast plan`.

Owns: which stretch is planned, and from which memory: now, that of the running station, so that the plan
is what will air; another time, none, so that the same seed gives the same plan.
Must not know: how a plan is shown; that is `plan_table`, `week_page` and `plan_diff`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.config.load import load_schedule, load_station
from radiocast.config.schedule import BulletinPlan, ScheduleConfig
from radiocast.config.station import StationConfig
from radiocast.folder import StationFolder
from radiocast.model.play import PlayItem
from radiocast.offair.opening import open_rooms
from radiocast.offair.plan_diff import Comparison, compare
from radiocast.offair.week_page import WeekPage
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import decisions
from radiocast.schedule.instants import in_zone
from radiocast.schedule.planner import Decision
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped
from radiocast.schedule.zones import day_start, local
from radiocast.studio.bulletins import last_durations
from radiocast.studio.plan_memory import load_state
from radiocast.studio.planning import seed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From `begin` up to `end`, both aware and of the station's zone; `now`: it begins at this moment."""

    begin: datetime
    end: datetime
    now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """An item of the plan, and what is not played before it although its time comes."""

    item: PlayItem
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A stretch of the plan. `remark` says from which memory it was planned."""

    station: str
    stretch: Stretch
    foreseen: tuple[Foreseen, ...]
    calendar: Calendar
    remark: str

    @property
    def items(self) -> tuple[PlayItem, ...]:
        """What will play."""
        return tuple(seen.item for seen in self.foreseen)

    @property
    def zone(self) -> ZoneInfo:
        """The station's."""
        return self.calendar.zone

    def as_json(self) -> str:
        """An array of items; `docs/check-and-plan.md` has its fields. Times have their offset."""

        def text(at: datetime | None) -> str | None:
            if at is None:
                return None
            shown = at.astimezone(self.zone)
            return shown.isoformat(timespec="milliseconds" if shown.microsecond else "seconds")

        rows = [
            {
                "at": item.planned_start.astimezone(self.zone).isoformat(timespec="seconds"),
                "start": item.start.value,
                "kind": item.kind.value,
                "title": item.title,
                "artist": item.artist,
                "source": item.source,
                "clock": item.clock,
                "duration_s": round(item.expected_s, 1),
                "reason": item.reason,
                "due": text(item.due),
                "cut_at": text(item.cut_at),
                "fade_s": item.fade_s,
                "priority": item.priority,
                "not_played": [
                    {"at": text(entry.planned_start), "source": entry.source, "reason": entry.reason}
                    for entry in seen.dropped
                ],
            }
            for seen in self.foreseen
            for item in (seen.item,)
        ]
        return json.dumps(rows, ensure_ascii=False, indent=2)


def stretch_of(
    zone: ZoneInfo, *, now: datetime, start: datetime | None, day: date | None, hours: float
) -> Stretch:
    """The stretch that a command asks for: a day by the local clock, or so many hours from `start` or now."""
    if day is not None:
        begins, ends = (day_start(at, zone) for at in (day, day + timedelta(days=1)))
        return Stretch(begin=local(begins, zone), end=local(ends, zone))
    begin = in_zone(start or now, zone)
    # Through UTC: hours pass alike on the day on which the clocks are changed.
    end = (begin.astimezone(UTC) + timedelta(hours=hours)).astimezone(zone)
    return Stretch(begin=begin, end=end, now=start is None)


async def plan_station(
    folder: StationFolder,
    *,
    start: datetime | None = None,
    day: date | None = None,
    hours: float,
    seed: int | None = None,
) -> Plan:
    """What will play. Without a seed it is the station's own. Raises ConfigurationError."""
    station = load_station(folder.station_file)
    schedule = load_schedule(folder.schedule_file)
    zone = ZoneInfo(station.station.timezone)
    now = datetime.now(UTC)
    stretch = stretch_of(zone, now=now, start=start, day=day, hours=hours)
    catalogue, durations = await _facts(folder, station, schedule.bulletins)
    calendar = Calendar(schedule, zone)
    state, earliest, remark = _memory(folder, stretch)
    ahead = decisions(
        calendar,
        catalogue,
        state,
        start=earliest,
        until=stretch.end,
        seed=seed_of(folder.root) if seed is None else seed,
        durations=durations,
    )
    return Plan(
        station=station.station.name,
        stretch=stretch,
        foreseen=foreseen(ahead),
        calendar=calendar,
        remark=remark,
    )


def foreseen(ahead: Iterable[Decision]) -> tuple[Foreseen, ...]:
    """What of the planner's decisions a plan shows."""
    return tuple(Foreseen(item=decision.item, dropped=decision.dropped) for decision in ahead)


async def compare_plans(
    folder: StationFolder,
    other: Path,
    *,
    start: datetime | None = None,
    day: date | None = None,
    hours: float,
    seed: int | None = None,
) -> Comparison:
    """What plays otherwise by another schedule file. Raises ConfigurationError."""
    station = load_station(folder.station_file)
    before, after = load_schedule(folder.schedule_file), load_schedule(other)
    zone = ZoneInfo(station.station.timezone)
    stretch = stretch_of(zone, now=datetime.now(UTC), start=start, day=day, hours=hours)
    catalogue, durations = await _facts(folder, station, {**before.bulletins, **after.bulletins})
    return compare(
        Calendar(before, zone),
        Calendar(after, zone),
        catalogue,
        begin=stretch.begin,
        end=stretch.end,
        seed=seed_of(folder.root) if seed is None else seed,
        durations=durations,
        names=(str(folder.schedule_file.relative_to(folder.root)), str(other)),
    )


def draw_week(folder: StationFolder, *, start: datetime | None = None, day: date | None = None) -> WeekPage:
    """The week that a day is in, as a picture; without one, this week. Raises ConfigurationError."""
    station = load_station(folder.station_file)
    schedule: ScheduleConfig = load_schedule(folder.schedule_file)
    zone = ZoneInfo(station.station.timezone)
    now = datetime.now(UTC).astimezone(zone)
    inside = day or (in_zone(start, zone) if start is not None else now).date()
    return WeekPage(
        station=station.station.name,
        calendar=Calendar(schedule, zone),
        monday=inside - timedelta(days=inside.weekday()),
        made_at=now,
    )


async def _facts(
    folder: StationFolder, station: StationConfig, bulletins: Mapping[str, BulletinPlan]
) -> tuple[Catalogue, Mapping[str, float]]:
    """The library as the planner sees it, and how long bulletins last."""
    library, newsroom = await open_rooms(folder, station)
    try:
        catalogue = Catalogue(library.files(), crossfade_s=station.audio.crossfade_s)
        return catalogue, last_durations(newsroom, bulletins)
    finally:
        await library.close()


def _memory(folder: StationFolder, stretch: Stretch) -> tuple[PlanState, datetime, str]:
    """What the planner remembers, when what plays will have ended, and a word about both."""
    if not stretch.now:
        return PlanState(), stretch.begin, "from a station that signs on then"
    # Not when the command began: the station may have written meanwhile.
    now = datetime.now(UTC)
    kept = load_state(folder.var, now=now)
    if kept.state == PlanState():
        return kept.state, stretch.begin, "from a station that signs on now: it has not been on the air yet"
    if kept.since >= now:
        return kept.state, stretch.begin, "from what was heard when the station was last on the air"
    ends = stretch.begin if kept.ends is None else max(stretch.begin, kept.ends)
    return kept.state, ends, "from the memory of the station as it runs: this is what will air"
