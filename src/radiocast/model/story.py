"""A news story, by the names of IPTC ninjs where it has one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PubStatus(StrEnum):
    """Whether a story may be used, by ninjs's three words.

    `withheld` may come back; `canceled` never does: what was made of it is taken off the air and off the
    pages.
    """

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


# ninjs: 1 is the most urgent, 9 the least. 5 where nobody says.
DEFAULT_URGENCY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedLine:
    """A line of an article that is not read out, and the rule that said so."""

    line: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who reported a story: the writer's name alone, and the medium; either may be empty."""

    byline: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article, its parts taken apart.

    `slug` is its identity: the file's name without its ending; of a feed's story a name made of feed and
    entry. `body_text` holds the paragraphs that are read out, in order. `byline` is the writer's name alone,
    `source` the medium. `embargoed` is when it may first be used, `expires` from when it may not be any more;
    `stale_after_s` is after how long it is no longer news, where its feed says so. `breaking` is news that
    goes before all other. `corrects` is the slug of the story that this one corrects. `also` are others
    who reported the same, credited with it, once the desk has found that they are one story. `dropped` is
    the page furniture, kept so that an editor can see what was left out and why.
    """

    slug: str
    headline: str
    description_text: str = ""
    byline: str = ""
    source: str = ""
    body_text: tuple[str, ...] = ()
    language: str = ""
    dateline: str = ""
    versioncreated: datetime
    embargoed: datetime | None = None
    expires: datetime | None = None
    stale_after_s: float | None = None
    pubstatus: PubStatus = PubStatus.USABLE
    urgency: int = DEFAULT_URGENCY
    breaking: bool = False
    corrects: str = ""
    ednote: str = ""
    subject: tuple[str, ...] = ()
    rightsinfo: str = ""
    uri: str = ""
    file: str = ""
    feed: str = ""
    also: tuple[Credit, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Everybody who reported it, its own reporter first; none who is nobody."""
        return credits_of(Credit(byline=self.byline, source=self.source), self.also)


def credits_of(own: Credit, also: Iterable[Credit]) -> tuple[Credit, ...]:
    """Everybody who reported a story, its own reporter first, each once; none who is nobody."""
    return tuple(dict.fromkeys(credit for credit in (own, *also) if credit.byline or credit.source))


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """An article that gives no story, and why, in words for an editor."""

    file: str
    reason: str
