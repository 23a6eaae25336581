"""The rundown of a bulletin: everything that could be said, in order, before it is cut to its time.

Values only. `script` writes one from stories; `cutting` makes the script out of it once speech is measured.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from radiocast.model.play import Kind

# The bulletin that is breaking news; the name is none that a bulletin of the schedule can have.
BREAKING: Final = "breaking news"


class Role(StrEnum):
    """What a part is in its bulletin."""

    SOUNDER = "sounder"
    INTRO = "intro"
    HEADLINE = "headline"
    CORRECTION = "correction"
    STORY = "story"
    OUTRO = "outro"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One part: sentences as they are spoken, and what a player shows from its start on.

    Of `sentences` the first `least` are always read where the passage is; from there on it may be cut after
    any. `closing` (the credit) is read after the last one that is. `slug` is the story's, for headlines,
    corrections and stories. `language` is the one to read it in. `pause_s` is the silence after it.
    """

    role: Role
    language: str
    sentences: tuple[str, ...] = ()
    least: int = 0
    closing: tuple[str, ...] = ()
    slug: str = ""
    kind: Kind = Kind.BULLETIN
    title: str
    headline: str = ""
    stream_title: str
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rundown:
    """A bulletin before its length is settled. `at` is when it is to be heard, in the station's zone.

    Stories stand in the desk's order: where there is too much, the last go first. At most `max_stories` of
    them are read; there may be more here, for when short ones leave time. Headlines of stories that
    are not read stay: they are the round-up.
    """

    bulletin: str
    at: datetime
    passages: tuple[Passage, ...]
    target_s: float
    max_s: float
    max_stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptPart:
    """One part as it is read. The sounder has no sentences."""

    role: Role
    sentences: tuple[str, ...] = ()
    slug: str = ""
    kind: Kind = Kind.BULLETIN
    title: str
    headline: str = ""
    stream_title: str
    pause_s: float = 0.0

    @property
    def text(self) -> str:
        """What is said, whole."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A bulletin as text: what is said, part by part. `at` is when it is heard, in the station's zone."""

    bulletin: str
    at: datetime
    parts: tuple[ScriptPart, ...]

    def __str__(self) -> str:
        """The script as people read it, for the record beside the audio."""
        lines = [f"{self.bulletin}, {self.at.isoformat(timespec='minutes')}", ""]
        for part in self.parts:
            lines += [f"[{part.role}{' ' + part.slug if part.slug else ''}]", part.text or "(sound)", ""]
        return "\n".join(lines)
