"""What is kept of the news after the air, as it lies in `var/published/` and as the pages show it.

The publishing child writes these values, the pages read them; neither knows the other.

    index.json              PublishedIndex: everything that lists need
    podcast.jpg|png         the station's own picture for its podcast
    stories/NAME.json       PublishedStory; NAME.mp3 is the story read aloud, without the bulletin around it
    episodes/ID.json        Episode; ID.mp3 is the bulletin as it was heard

NAME is `page_name(slug)`. A story that was withdrawn keeps its file, empty but for the reason: its page says
so as long as a story is kept.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from radiocast.model.story import DEFAULT_URGENCY, Credit, PubStatus, credits_of

# What is whole in a URL (RFC 3986, unreserved) and in every file system, and hides nothing from `ls`.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,99}", re.ASCII)
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9]+", re.ASCII)
# Endings that the pages' own addresses have.
_TAKEN: Final = (".mp3", ".json")


# What a station's own picture may be called, in `media/` and in addresses.
ARTWORK: Final = ("podcast.jpg", "podcast.png")


def page_name(slug: str) -> str:
    """The story's name in addresses and file names: its slug where that can be, else one made of it.

    Different slugs have different names; a name is its own name.
    """
    if _PLAIN.fullmatch(slug) and not slug.lower().endswith(_TAKEN):
        return slug
    digest = hashlib.sha256(slug.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return "-".join(part for part in (_FOREIGN.sub("-", slug).strip("-")[:60], digest) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A stretch of an episode, in seconds; `slug` is the story that is read in it, "" for none."""

    start_s: float
    end_s: float
    title: str
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where an episode speaks of a story, in seconds. `told`: it is the story, not its headline alone."""

    slug: str
    told: bool
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A bulletin that was heard, as an episode of the podcast.

    `published` is when it was heard, `bytes` the size of its MP3. `stories` are the slugs of those read in
    it, in order. `stretches` are what is cut out of it when a story is withdrawn.
    """

    id: str
    bulletin: str
    title: str
    language: str
    published: datetime
    duration_s: float
    bytes: int
    chapters: tuple[Chapter, ...]
    stories: tuple[str, ...]
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAudio:
    """A story read aloud: the size and length of its MP3."""

    bytes: int
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedStory:
    """A story that was read on the air, by ninjs names where it has one; see `Story`.

    `episodes` are those it is read in, oldest first. `related` are slugs of stories on the same, nearest
    first. `pubstatus` other than usable: withdrawn at `lastaired`, and of it nothing but the slug is left.
    """

    slug: str
    pubstatus: PubStatus = PubStatus.USABLE
    headline: str = ""
    description_text: str = ""
    byline: str = ""
    source: str = ""
    body_text: tuple[str, ...] = ()
    language: str = ""
    dateline: str = ""
    versioncreated: datetime
    urgency: int = DEFAULT_URGENCY
    corrects: str = ""
    subject: tuple[str, ...] = ()
    rightsinfo: str = ""
    uri: str = ""
    also: tuple[Credit, ...] = ()
    firstaired: datetime
    lastaired: datetime
    episodes: tuple[str, ...] = ()
    audio: StoryAudio | None = None
    related: tuple[str, ...] = ()

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Everybody who reported it, its own reporter first."""
        return credits_of(Credit(byline=self.byline, source=self.source), self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A story as lists show it. `source` names every medium that reported it."""

    slug: str
    headline: str
    description_text: str = ""
    source: str = ""
    language: str = ""
    corrects: str = ""
    versioncreated: datetime
    firstaired: datetime
    lastaired: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedIndex:
    """Everything that is published, newest first, and the slugs of what was withdrawn.

    `artwork` is the station's own picture for its podcast, one of `ARTWORK`; "" where it has none.
    """

    stories: tuple[Listed, ...] = ()
    episodes: tuple[Episode, ...] = ()
    withdrawn: tuple[str, ...] = ()
    artwork: str = ""
