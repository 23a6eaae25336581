"""A small library and schedules for the planner's tests, and a playout that needs no sound."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.config.load import parse_schedule
from radiocast.config.schedule import ScheduleConfig
from radiocast.model.media import MediaFile
from radiocast.model.play import PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import ends_at
from radiocast.schedule.planner import Decision, next_item
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped

LONDON = ZoneInfo("Europe/London")
# An ordinary winter's day: London reads UTC.
TEN = datetime(2026, 1, 14, 10, tzinfo=UTC)

NEWS_HOUR = """\
carts:
  toh_id: {kind: ident, cuts: [{file: jingles/id1.ogg, weight: 2}, {file: jingles/id2.ogg}]}
  sweep: {kind: sweeper, files: "jingles/sweep-*.ogg"}
  promo: {kind: promo, cuts: [{file: jingles/promo.ogg}]}
rotations:
  music: {files: "music/**"}
bulletins:
  hourly: {target: 3m, max: 4m}
clocks:
  news_hour:
    - {at: "00:00", start: hard, play: cart/toh_id}
    - {after: prev, play: bulletin/hourly}
    - {fill: rotation/music, until: "30:00"}
    - {at: "30:00", start: soft, play: bulletin/hourly}
    - {every: 4 tracks, play: cart/sweep}
    - {every: 20m, play: cart/promo}
    - {fill: rotation/music}
grid: {default: news_hour}
sustainer: rotation/music
"""


def media(path: str, air_s: float, artist: str = "", title: str = "") -> MediaFile:
    return MediaFile(
        path=path,
        title=title or path.rpartition("/")[2].partition(".")[0],
        artist=artist,
        duration_s=air_s,
        cue_out_s=air_s,
        segue_s=air_s,
    )


def tracks(count: int, artists: int = 0) -> list[MediaFile]:
    """Tracks of two to five minutes, the lengths spread as a library's are."""
    return [
        media(
            f"music/track{i:03}.ogg",
            120.0 + (i * 37 % 180) + 0.5,
            f"Artist {i % artists}" if artists else f"Artist {i}",
            f"Song {i}",
        )
        for i in range(count)
    ]


JINGLES = [
    media("jingles/id1.ogg", 8.0),
    media("jingles/id2.ogg", 6.5),
    media("jingles/sweep-a.ogg", 5.0),
    media("jingles/sweep-b.ogg", 4.0),
    media("jingles/promo.ogg", 20.0),
]


def library(*files: MediaFile) -> Catalogue:
    return Catalogue(files or [*tracks(40), *JINGLES])


def schedule(text: str) -> ScheduleConfig:
    return parse_schedule(text, Path("schedule.yaml"))


def hour(*entries: str, more: str = "") -> ScheduleConfig:
    """A schedule of one clock with these entries, the names of NEWS_HOUR, and `more`."""
    head = NEWS_HOUR[: NEWS_HOUR.index("clocks:")]
    lines = "".join(f"    - {entry}\n" for entry in entries)
    return schedule(f"{head}clocks:\n  h:\n{lines}grid: {{default: h}}\nsustainer: rotation/music\n{more}")


class Playout:
    """Plays what the planner decides, each item for as long as it is expected to last."""

    def __init__(
        self,
        config: ScheduleConfig,
        catalogue: Catalogue,
        start: datetime,
        *,
        zone: ZoneInfo = LONDON,
        state: PlanState | None = None,
        seed: int = 1,
    ) -> None:
        self.calendar = Calendar(config, zone)
        self.catalogue = catalogue
        self.seed = seed
        self.state = state or PlanState()
        self.since = self.earliest = start
        self.dropped: list[Dropped] = []

    def ask(self) -> Decision:
        """What the planner says now; nothing is taken."""
        return next_item(
            self.calendar,
            self.catalogue,
            self.state,
            playing_since=self.since,
            earliest=self.earliest,
            seed=self.seed,
        )

    def play(self, lasts_s: float | None = None) -> PlayItem:
        """Take the next item; it lasts `lasts_s`, or as expected."""
        decision = self.ask()
        item, self.state = decision.item, decision.state
        self.dropped += decision.dropped
        self.since = item.planned_start
        self.earliest = ends_at(item)
        if lasts_s is not None:
            self.earliest = item.planned_start + timedelta(seconds=lasts_s)
        return item

    def play_for(self, span: timedelta) -> list[PlayItem]:
        """Everything that starts within this long from now."""
        end = self.earliest + span
        items = []
        while self.earliest < end:
            items.append(self.play())
        return items


def at(offset: str, base: datetime = TEN) -> datetime:
    """`mm:ss` after the base; minutes may pass 60."""
    minutes, seconds = offset.split(":")
    return base + timedelta(minutes=int(minutes), seconds=float(seconds))
