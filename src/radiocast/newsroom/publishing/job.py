"""Values of publishing: the job that the studio gives to the child, and what comes back."""

from dataclasses import dataclass, field
from datetime import datetime

from radiocast.model.story import Story
from radiocast.newsroom.production.bulletin import RenderedBulletin


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A bulletin that was on the air from `at` on, and the slugs of the stories that listeners were told.

    `stories` are these stories as they were then. `episode`: it becomes one; a flash of breaking news does
    not, only its story is published.
    """

    bulletin: RenderedBulletin
    at: datetime
    told: tuple[str, ...]
    stories: tuple[Story, ...]
    episode: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishJob:
    """Everything the child needs. Paths are absolute.

    Whatever was `heard` is published, the stories `withdrawn` (slug and reason) are taken out of all that is,
    and what is older than `keep_days` at `now` is removed. `speech` is the cache of recorded sentences;
    `media` is where the station's own picture may lie.
    """

    published: str
    speech: str
    media: str
    station: str
    language: str
    speech_lufs: float
    true_peak_dbtp: float
    keep_days: int
    now: datetime
    heard: Heard | None = None
    withdrawn: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """What became of the job: every story that is published or spoken of, and what went wrong, as sentences.

    `error` says why the job is to be done again; "" if it is done.
    """

    slugs: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    error: str = ""
