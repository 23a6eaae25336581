"""A scriptable air: a source whose snapshot a test sets, and the parts to make one of."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from radiocast.config.station import Identity, Listen, StationConfig
from radiocast.model.block import MountSpec, OnAir
from radiocast.model.play import Kind, Outcome
from radiocast.model.report import (
    BulletinReport,
    Headline,
    NewsroomReport,
    ScheduleError,
    ScheduleReport,
    StudioReport,
    Upcoming,
    WithheldReport,
)
from radiocast.transmitter.snapshot import (
    Aired,
    Airing,
    AirSnapshot,
    ListenersNow,
    MountNow,
    OutputNow,
    StudioNow,
    StudioState,
)

# A summer afternoon, so that London's offset shows.
NOW = datetime(2026, 6, 7, 13, 5, tzinfo=UTC)
LIVE = MountSpec(path="/live.mp3", bitrate_kbps=128)
LOW = MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1)
IDENTITY = Identity(
    name="Newsline",
    slogan="The news, and music to hear it by.",
    timezone="Europe/London",
    url="https://newsline.example",
)


def on_air(kind: Kind = Kind.TRACK, title: str = "Harbour Lights", artist: str = "The Tide Tables") -> OnAir:
    return OnAir(
        item_id="i7",
        kind=kind,
        title=title,
        artist=artist,
        stream_title=f"{artist} - {title}" if artist else title,
        source="rotation/music",
        duration_s=200.0,
    )


def story(headline: str) -> OnAir:
    return replace(on_air(Kind.STORY, "News", ""), headline=headline, stream_title=headline, duration_s=41.0)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def aired(item: OnAir, started_s_ago: float, seconds: float = 180.0) -> Aired:
    return Aired(on_air=item, started_at=ago(started_s_ago), ended_at=ago(started_s_ago - seconds))


REPORT = StudioReport(
    next=(
        Upcoming(
            at=NOW + timedelta(seconds=115),
            kind=Kind.IDENT,
            title="Newsline, top of the hour",
            duration_s=6.0,
        ),
        Upcoming(
            at=NOW + timedelta(seconds=121), kind=Kind.BULLETIN, title="Newsline News", duration_s=180.0
        ),
        Upcoming(
            at=NOW + timedelta(seconds=301),
            kind=Kind.TRACK,
            title="Paper Lanterns",
            artist="Ida Marsh",
            duration_s=187.0,
        ),
    ),
    schedule=ScheduleReport(file="config/schedule.yaml", loaded_at=ago(3600), ok=True),
    newsroom=NewsroomReport(
        stories=3,
        withheld=1,
        last_bulletin=BulletinReport(rendered_at=ago(1800), duration_s=174.6, stories=3, took_s=2.31),
        headlines=(
            Headline(
                slug="ferry",
                headline="Night ferry to the islands runs again after eleven years",
                description="The first crossing carried forty passengers and a piano.",
                source="Harbour Post",
                versioncreated=ago(4000),
            ),
            Headline(
                slug="bees", headline="City rooftops now hold two thousand hives", versioncreated=ago(9000)
            ),
            Headline(
                slug="library",
                headline="Library lends its first telescope",
                description="Readers may keep it for two clear nights.",
                source="Evening Gazette",
                versioncreated=ago(90000),
            ),
        ),
        withheld_files=(WithheldReport(file="media/news/empty.txt", reason="the file is empty"),),
    ),
)

WELL = AirSnapshot(
    taken_at=NOW,
    started_at=ago(7200),
    on_air=Airing(on_air=on_air(), started_at=ago(85)),
    history=(
        aired(on_air(Kind.SWEEPER, "Newsline sweeper", ""), 90, 5),
        aired(story("Library lends its first telescope"), 135, 45),
        Aired(
            on_air=on_air(Kind.TRACK, "Long Way Down to the Sea", "Marrow & Pine"),
            started_at=ago(420),
            ended_at=ago(300),
            outcome=Outcome.CUT,
            reason="the hour's ident was due",
        ),
    ),
    listeners=ListenersNow(current=1234, peak=2345, total=45678, slow_dropped=3),
    mounts=(
        MountNow(spec=LIVE, listeners=1200, peak=2300, stream_title="The Tide Tables - Harbour Lights"),
        MountNow(spec=LOW, listeners=34, peak=45, stream_title="The Tide Tables - Harbour Lights"),
    ),
    output=OutputNow(level_lufs=-16.34, lead_s=2.88, drift_ms=0.417, blocks=15000, block_age_s=0.21),
    studio=StudioNow(state=StudioState.ON_AIR, restarts=0, pid=4711),
    report=REPORT,
)

BAD_SCHEDULE = ScheduleReport(
    file="config/schedule.yaml",
    loaded_at=ago(3600),
    ok=False,
    errors=(
        ScheduleError(
            file="config/schedule.yaml",
            line=12,
            column=5,
            message="unknown key 'rotatons'; did you mean 'rotations'?",
        ),
    ),
)


def config(
    mounts: tuple[MountSpec, ...] = (LIVE, LOW), trusted_proxies: tuple[str, ...] = ()
) -> StationConfig:
    return StationConfig(station=IDENTITY, listen=Listen(trusted_proxies=trusted_proxies), mounts=mounts)


@dataclass
class FakeAir:
    """A source that shows whatever `now` is, or raises `fault`."""

    now: AirSnapshot = WELL
    fault: Exception | None = None
    looks: int = field(default=0)

    def look(self) -> AirSnapshot:
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return self.now
