"""What walks along the wire: an entry as its feed gave it, a feed as it was read, and what is kept of it."""

from dataclasses import dataclass
from datetime import datetime

from radiocast.config.station import FeedConfig
from radiocast.model.story import DroppedLine, PubStatus, Story, Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed, its parts taken apart; an empty one was not given.

    `id` is the same whenever the feed has the entry; `refs` are ids or addresses of others that it refers
    to, `corrects` among them. `urgency` None, and dates None: the feed does not say.
    """

    id: str
    link: str = ""
    refs: tuple[str, ...] = ()
    headline: str
    description: str = ""
    byline: str = ""
    source: str = ""
    language: str = ""
    dateline: str = ""
    body: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    embargoed: datetime | None = None
    expires: datetime | None = None
    pubstatus: PubStatus = PubStatus.USABLE
    urgency: int | None = None
    corrects: str = ""
    ednote: str = ""
    rightsinfo: str = ""
    subject: tuple[str, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()

    @property
    def when(self) -> datetime | None:
        """The later of its dates."""
        return max((date for date in (self.published, self.updated) if date is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as it was read, its newest entries first.

    `deleted` are ids that it says are withdrawn. `unreadable` are entries that give no story, and why.
    `ttl_s` is how long it wants to be left alone; `problem` what is wrong with it although it could be read.
    """

    title: str = ""
    language: str = ""
    ttl_s: float = 0.0
    entries: tuple[Entry, ...] = ()
    deleted: tuple[str, ...] = ()
    unreadable: tuple[Withheld, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is known of a feed between two times of asking.

    `configured` is a digest of its configuration: another one begins anew, but for the stories. `etag` and
    `modified` are the server's, `body` a digest of what it sent last. `moved_to` is where a permanent
    redirect led. `error` is why the last asking failed, `problem` what was wrong although it succeeded,
    `pages` what is wrong with the pages of its entries. `not_before` is the server's Retry-After,
    `patience_s` its Cache-Control or ttl.
    """

    configured: str = ""
    etag: str = ""
    modified: str = ""
    body: str = ""
    moved_to: str = ""
    asked: datetime | None = None
    last_ok: datetime | None = None
    failures: int = 0
    gone: bool = False
    error: str = ""
    problem: str = ""
    pages: str = ""
    not_before: datetime | None = None
    patience_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of an entry, where the full text is wanted: what its server said, how often it was tried."""

    tries: int = 0
    taken: bool = False
    etag: str = ""
    modified: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One entry as it is kept: its story, and what ties the next version of it to this one.

    `digest` is of what the feed said, and `summary` whether that was too little to be the article; `present`:
    the feed had it when it was last read.
    """

    id: str
    link: str = ""
    first_seen: datetime
    digest: str
    story: Story
    summary: bool = False
    present: bool = True
    page: Page = Page()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """`var/wire/NAME.json`, whole."""

    version: int = 1
    feed: str = ""
    state: FeedState = FeedState()
    entries: tuple[Kept, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WireJob:
    """What the child is told: these feeds are due; keep what they say under `folder`; it is `now`.

    `zone` is the station's, for times that have none.
    """

    feeds: tuple[FeedConfig, ...]
    folder: str
    now: datetime
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """One line of the child's answer: a feed was asked. `changed`: it has other stories than before.

    `unsaved` is why its file could not be written; the state is here in any case.
    """

    name: str
    changed: bool = False
    state: FeedState = FeedState()
    unsaved: str = ""
