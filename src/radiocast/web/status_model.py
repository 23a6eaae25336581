"""The shape of `/status`, from which its JSON Schema is made.

Owns: names, types and one line about each field. Fields may be added, never changed or removed.
Must not know: where the values come from or what counts as well.
"""

import json
from datetime import datetime
from functools import cache
from typing import Annotated, Final

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from radiocast.model.play import Kind, Outcome
from radiocast.transmitter.snapshot import StudioState

# Raised when a field changes its meaning, which the contract does not allow without a new address.
SCHEMA_VERSION: Final = 1


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def scrub(text: object) -> object:
    """Text that UTF-8 can carry: a file name with bytes of another encoding holds lone surrogates."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Text = Annotated[str, BeforeValidator(scrub, json_schema_input_type=str)]


class Shape(BaseModel):
    """An object of the document. Not closed: a reader of today accepts the fields of tomorrow."""

    # Validators are built when the first status is asked for, not while the first listener waits.
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null", defer_build=True)


class StationShape(Shape):
    """Who is on the air."""

    name: Text
    timezone: Text = Field(description="IANA name; every time in this document carries its offset")
    now: Moment = Field(description="the station's clock when this document was made")
    slogan: Text = ""
    language: Text = ""
    genre: Text = ""
    url: Text = ""


class OnAirShape(Shape):
    """What is heard at the live edge; a listener hears it up to `burst` seconds later."""

    item_id: Text
    kind: Kind
    title: Text
    artist: Text
    headline: Text = Field(description="the story being read; empty for anything else")
    stream_title: Text = Field(description="what a player shows")
    started_at: Moment
    elapsed_s: float
    duration_s: float | None = Field(description="null where it is not known beforehand")
    source: Text = Field(description="the schedule's word for where it came from, e.g. rotation/music")


class NextShape(Shape):
    """What plays next, as far as the plan can tell."""

    at: Moment
    kind: Kind
    title: Text
    artist: Text = ""
    duration_s: float | None


class HistoryShape(NextShape):
    """What was heard, newest first."""

    outcome: Outcome
    reason: Text = Field(default="", description="why, where the outcome is not `aired`")
    headline: Text = ""
    item_id: Text = ""


class ListenersShape(Shape):
    """Listeners on all mounts."""

    current: int
    peak: int
    total: int = Field(description="how many ever came since the start")
    slow_dropped: int = Field(description="let go because their connection could not keep up")
    slow_skips: int = Field(
        default=0, description="how often one too slow was moved to the live sound instead"
    )
    max_listeners: int = Field(
        default=0, description="how many may listen at once; 0 where that is not known"
    )
    expired: int = Field(default=0, description="had listened for as long as listen.max_duration allows")
    lost: int = Field(default=0, description="lost with a worker that died")
    refused: dict[Text, int] = Field(default={}, description="not let in, by reason")


class MountShape(Shape):
    """One stream."""

    path: Text
    format: Text
    bitrate_kbps: int
    channels: int = 2
    listeners: int
    peak: int = 0
    stream_title: Text
    url: Text
    max_listeners: int | None = Field(default=None, description="null where only the station's limit holds")


class WorkerShape(Shape):
    """One of the processes that serve listeners."""

    pid: int | None = Field(description="null between the death of one and the next")
    ready: bool = Field(description="whether it is given listeners")
    listeners: int
    capacity: int | None = Field(description="the most it can hold; null where there is no limit")
    restarts: int = Field(description="how often it had to be replaced")
    lost: int = Field(description="listeners lost with it")


class ConnectionsShape(Shape):
    """Those who come in, before it is known what they want."""

    waiting: int = Field(description="have not finished their request yet")
    refused: dict[Text, int] = Field(description="never asked for anything that could be answered, by reason")


class RecordsShape(Shape):
    """What is kept about listeners and requests."""

    dropped: int = Field(description="records that were not written")


class HttpsShape(Shape):
    """The certificate in use."""

    certificate_ends: Moment


class OutputShape(Shape):
    """What goes out."""

    sound: bool = Field(description="whether a listener hears something: what /healthz answers by")
    level_lufs: float = Field(description="mean level of the last 3 s; -120 is digital silence")
    silent_for_s: float
    lead_s: float = Field(description="how far the studio is ahead of the air")
    drift_ms: float = Field(description="how late the last block was")
    blocks: int = Field(description="blocks of 0.48 s sent since the start")
    emergency_blocks: int = Field(description="those of them that were emergency sound")
    re_anchored: int = Field(
        default=0, description="how often the machine stood still and the sending began anew"
    )
    block_age_s: float | None = Field(default=None, description="since the last block; null before the first")


class StudioShape(Shape):
    """The process that makes the sound."""

    state: StudioState
    restarts: int
    pid: int | None


class ScheduleErrorShape(Shape):
    """One mistake in the schedule file as it is on disk."""

    file: Text
    line: int
    column: int
    message: Text


class ScheduleShape(Shape):
    """The schedule on the air."""

    file: Text
    loaded_at: Moment | None
    ok: bool = Field(description="whether the file on disk is the plan on the air")
    errors: tuple[ScheduleErrorShape, ...]


class BulletinShape(Shape):
    """The last bulletin that was rendered."""

    rendered_at: Moment
    duration_s: float
    stories: int
    took_s: float


class FeedShape(Shape):
    """One news feed."""

    name: Text
    ok: bool
    last_ok: Moment | None
    error: Text


class HeadlineShape(Shape):
    """A story that may be read."""

    slug: Text
    headline: Text
    description: Text
    source: Text
    at: Moment = Field(description="when this version of the story was made")
    page: Text = Field(default="", description="the address of its page; empty until it has been heard")


class WithheldShape(Shape):
    """An article that is not read out, and why."""

    file: Text
    reason: Text


class NewsroomShape(Shape):
    """The newsroom."""

    stories: int
    withheld: int
    last_bulletin: BulletinShape | None
    feeds: tuple[FeedShape, ...]
    headlines: tuple[HeadlineShape, ...] = ()
    withheld_files: tuple[WithheldShape, ...] = ()


class StatusDocument(Shape):
    """How the station is. `well` is true exactly when `problems` is empty."""

    model_config = ConfigDict(title="radiocast status")

    schema_version: int
    version: Text
    started_at: Moment
    uptime_s: float
    well: bool
    problems: tuple[Text, ...] = Field(description="sentences: what is wrong, and what to do")
    station: StationShape
    on_air: OnAirShape | None
    next: tuple[NextShape, ...]
    history: tuple[HistoryShape, ...]
    listeners: ListenersShape
    mounts: tuple[MountShape, ...]
    output: OutputShape
    studio: StudioShape
    schedule: ScheduleShape
    newsroom: NewsroomShape
    workers: tuple[WorkerShape, ...] = Field(
        default=(), description="empty where one process serves everybody"
    )
    connections: ConnectionsShape | None = None
    records: RecordsShape | None = None
    https: HttpsShape | None = Field(default=None, description="null without https")


@cache
def schema_text() -> str:
    """The JSON Schema of the document, as served at `/status/schema.json` and kept in docs/."""
    schema = StatusDocument.model_json_schema(mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
