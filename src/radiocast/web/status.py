"""The status document, put together from one look at the air.

Owns: which value stands in which field, and times in the station's zone.
Must not know: requests and responses; `base` is the address under which the asker knows us.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from radiocast import __version__
from radiocast.config.station import Identity
from radiocast.model.audience import End
from radiocast.model.report import BulletinReport, NewsroomReport, ScheduleReport, StudioReport
from radiocast.transmitter.snapshot import Aired, Airing, AirSnapshot, MountNow, WorkerNow
from radiocast.web import health
from radiocast.web.source import HouseLook
from radiocast.web.status_model import (
    SCHEMA_VERSION,
    BulletinShape,
    ConnectionsShape,
    FeedShape,
    HeadlineShape,
    HistoryShape,
    HttpsShape,
    ListenersShape,
    MountShape,
    NewsroomShape,
    NextShape,
    OnAirShape,
    OutputShape,
    RecordsShape,
    ScheduleErrorShape,
    ScheduleShape,
    StationShape,
    StatusDocument,
    StudioShape,
    WithheldShape,
    WorkerShape,
)

# The quietest level that is written: JSON has no minus infinity.
FLOOR_LUFS: Final = -120.0


_UNKNOWN: Final = HouseLook()


def status(
    air: AirSnapshot,
    identity: Identity,
    base: str,
    page_of: Callable[[str], str] = lambda _: "",
    house: HouseLook = _UNKNOWN,
) -> StatusDocument:
    """The whole document. `base` is e.g. `http://radio.example:8000`, without a slash at its end.

    `page_of` tells of a story's slug the path of its page, "" where it has none.
    """
    zone = ZoneInfo(identity.timezone)
    report = air.report or StudioReport(schedule=ScheduleReport(file=""))
    problems = health.problems(air, house)
    output = air.output
    return StatusDocument(
        schema_version=SCHEMA_VERSION,
        version=__version__,
        started_at=air.started_at.astimezone(zone),
        uptime_s=_tenths(max(0.0, (air.taken_at - air.started_at).total_seconds())),
        well=not problems,
        problems=problems,
        station=StationShape(
            name=identity.name,
            timezone=identity.timezone,
            now=air.taken_at.astimezone(zone),
            slogan=identity.slogan,
            language=identity.language,
            genre=identity.genre,
            url=identity.url,
        ),
        on_air=None if air.on_air is None else _on_air(air.on_air, air.taken_at, zone),
        next=tuple(
            NextShape(
                at=coming.at.astimezone(zone),
                kind=coming.kind,
                title=coming.title,
                artist=coming.artist,
                duration_s=_tenths(coming.duration_s),
            )
            for coming in report.next
        ),
        history=tuple(_history(aired, zone) for aired in air.history),
        listeners=_listeners(air, house),
        mounts=tuple(_mount(mount, base) for mount in air.mounts),
        output=OutputShape(
            sound=not health.no_sound(air),
            level_lufs=_tenths(max(FLOOR_LUFS, output.level_lufs)),
            silent_for_s=_tenths(output.silent_for_s),
            lead_s=round(output.lead_s, 2),
            drift_ms=round(output.drift_ms, 2),
            blocks=output.blocks,
            emergency_blocks=output.emergency_blocks,
            re_anchored=output.re_anchored,
            block_age_s=None if output.block_age_s is None else round(output.block_age_s, 2),
        ),
        studio=StudioShape(state=air.studio.state, restarts=air.studio.restarts, pid=air.studio.pid),
        schedule=_schedule(report.schedule, zone),
        newsroom=_newsroom(report.newsroom, zone, base, page_of),
        workers=tuple(map(_worker, air.workers)),
        connections=ConnectionsShape(waiting=house.waiting, refused=dict(house.turned_away)),
        records=RecordsShape(dropped=house.records_dropped),
        https=None
        if house.certificate_ends is None
        else HttpsShape(certificate_ends=house.certificate_ends.astimezone(zone)),
    )


def _listeners(air: AirSnapshot, house: HouseLook) -> ListenersShape:
    listeners = air.listeners
    return ListenersShape(
        current=listeners.current,
        peak=listeners.peak,
        total=listeners.total,
        slow_dropped=listeners.slow_dropped,
        slow_skips=listeners.slow_skips,
        max_listeners=house.max_listeners,
        expired=dict(listeners.ended).get(End.EXPIRED, 0),
        lost=listeners.lost,
        refused={refusal.value: count for refusal, count in air.refused},
    )


def _worker(worker: WorkerNow) -> WorkerShape:
    return WorkerShape(
        pid=worker.pid,
        ready=worker.ready,
        listeners=worker.listeners,
        # Beyond what any machine has, it is no limit.
        capacity=worker.capacity if worker.capacity < 1 << 31 else None,
        restarts=worker.restarts,
        lost=worker.lost,
    )


def _tenths(value: float) -> float:
    return round(value, 1)


def _on_air(airing: Airing, now: datetime, zone: ZoneInfo) -> OnAirShape:
    item = airing.on_air
    return OnAirShape(
        item_id=item.item_id,
        kind=item.kind,
        title=item.title,
        artist=item.artist,
        headline=item.headline,
        stream_title=item.stream_title,
        started_at=airing.started_at.astimezone(zone),
        elapsed_s=_tenths(max(0.0, (now - airing.started_at).total_seconds())),
        duration_s=None if item.duration_s is None else _tenths(item.duration_s),
        source=item.source,
    )


def _history(aired: Aired, zone: ZoneInfo) -> HistoryShape:
    item = aired.on_air
    return HistoryShape(
        at=aired.started_at.astimezone(zone),
        kind=item.kind,
        title=item.title,
        artist=item.artist,
        headline=item.headline,
        item_id=item.item_id,
        duration_s=_tenths((aired.ended_at - aired.started_at).total_seconds()),
        outcome=aired.outcome,
        reason=aired.reason,
    )


def _mount(mount: MountNow, base: str) -> MountShape:
    return MountShape(
        path=mount.spec.path,
        format="mp3",
        bitrate_kbps=mount.spec.bitrate_kbps,
        channels=mount.spec.channels,
        listeners=mount.listeners,
        peak=mount.peak,
        stream_title=mount.stream_title,
        url=base + mount.spec.path,
        max_listeners=mount.spec.max_listeners,
    )


def _schedule(schedule: ScheduleReport, zone: ZoneInfo) -> ScheduleShape:
    return ScheduleShape(
        file=schedule.file,
        loaded_at=_local(schedule.loaded_at, zone),
        ok=schedule.ok,
        errors=tuple(
            ScheduleErrorShape(file=error.file, line=error.line, column=error.column, message=error.message)
            for error in schedule.errors
        ),
    )


def _newsroom(
    newsroom: NewsroomReport, zone: ZoneInfo, base: str, page_of: Callable[[str], str]
) -> NewsroomShape:
    return NewsroomShape(
        stories=newsroom.stories,
        withheld=newsroom.withheld,
        last_bulletin=None if newsroom.last_bulletin is None else _bulletin(newsroom.last_bulletin, zone),
        feeds=tuple(
            FeedShape(name=feed.name, ok=feed.ok, last_ok=_local(feed.last_ok, zone), error=feed.error)
            for feed in newsroom.feeds
        ),
        headlines=tuple(
            HeadlineShape(
                slug=headline.slug,
                headline=headline.headline,
                description=headline.description,
                source=headline.source,
                at=headline.versioncreated.astimezone(zone),
                page=base + page if (page := page_of(headline.slug)) else "",
            )
            for headline in newsroom.headlines
        ),
        withheld_files=tuple(
            WithheldShape(file=withheld.file, reason=withheld.reason) for withheld in newsroom.withheld_files
        ),
    )


def _bulletin(bulletin: BulletinReport, zone: ZoneInfo) -> BulletinShape:
    return BulletinShape(
        rendered_at=bulletin.rendered_at.astimezone(zone),
        duration_s=_tenths(bulletin.duration_s),
        stories=bulletin.stories,
        took_s=round(bulletin.took_s, 2),
    )


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)
