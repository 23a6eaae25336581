"""What the studio tells about itself; `/status` shows it. Names follow the status contract."""

from dataclasses import dataclass
from datetime import datetime

from radiocast.model.play import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """One line of what will play next, as far as the plan can tell."""

    at: datetime
    kind: Kind
    title: str
    artist: str = ""
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleError:
    """One problem of the schedule file as it is now on disk."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleReport:
    """The schedule on the air since `loaded_at`, and whether the file on disk is that one (`ok`)."""

    file: str
    loaded_at: datetime | None = None
    ok: bool = False
    errors: tuple[ScheduleError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinReport:
    """The last bulletin that was rendered."""

    rendered_at: datetime
    duration_s: float
    stories: int
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """One news feed's health."""

    name: str
    ok: bool
    last_ok: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A story as the station's page lists it."""

    slug: str
    headline: str
    description: str = ""
    source: str = ""
    versioncreated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldReport:
    """An article that is not read out, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsroomReport:
    """The newsroom: usable stories, how many are withheld, the last bulletin, the feeds.

    `withheld` counts articles that give no story, which `withheld_files` names, and stories that are held,
    killed, withdrawn by their source or embargoed, which nothing public names.
    """

    stories: int = 0
    withheld: int = 0
    last_bulletin: BulletinReport | None = None
    feeds: tuple[FeedReport, ...] = ()
    headlines: tuple[Headline, ...] = ()
    withheld_files: tuple[WithheldReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioReport:
    """Everything the studio reports, sent whole whenever any of it changes.

    `problems` are sentences for whoever looks at three in the morning: what is wrong, where, and what
    to do about it. A problem that is mended is in the next report no more.
    """

    next: tuple[Upcoming, ...] = ()
    schedule: ScheduleReport
    newsroom: NewsroomReport = NewsroomReport()
    problems: tuple[str, ...] = ()
