"""A news story, by the names of IPTC ninjs where it has one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedLine:
    """A line of an article that is not read out, and the rule that said so."""

    line: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article, its parts taken apart.

    `slug` is its identity: the file's name without its ending. `body_text` holds the paragraphs that
    are read out, in order. `byline` is the writer's name alone, `source` the medium. `dropped` is the
    page furniture, kept so that an editor can see what was left out and why.
    """

    slug: str
    headline: str
    description_text: str = ""
    byline: str = ""
    source: str = ""
    body_text: tuple[str, ...] = ()
    language: str = ""
    versioncreated: datetime
    dropped: tuple[DroppedLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """An article that gives no story, and why, in words for an editor."""

    file: str
    reason: str
