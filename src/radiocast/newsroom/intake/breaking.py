"""The breaking folder: articles that are to be read out at once. Blocking; no clock but the file's own.

Owns: which files in it are whole, and how old they are. Must not know: when they air, or whether they have.
"""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.model.story import Story, Withheld
from radiocast.newsroom.intake.folder import ArticleFolder

# An editor's program may write a file in several goes: one that has not changed for so long is whole.
_SETTLED_S: Final = 0.25


@dataclass(slots=True)
class BreakingFolder:
    """One folder. `problem` says why it cannot be looked into, empty while it can."""

    path: Path
    problem: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))  # of dates that have none
    _articles: ArticleFolder = field(init=False)
    # By slug, the time of its file when it was found whole.
    _whole: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._articles = ArticleFolder(self.path, self.zone)

    @property
    def stories(self) -> dict[str, Story]:
        """Whole stories, by slug: breaking news, whatever they say of themselves."""
        return {
            slug: replace(story, breaking=True)
            for slug, story in self._articles.stories.items()
            if slug in self._whole
        }

    @property
    def withheld(self) -> dict[str, Withheld]:
        """What gives no story, by file name."""
        return self._articles.withheld

    def scan(self) -> tuple[tuple[Story, datetime], ...]:
        """Look again: the whole stories and their files' times, newest first. Makes the folder if need be.

        Takes a quarter of a second where a file is new or has changed.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.problem = (
                f"{self.path}: the folder for breaking news cannot be made: {error.strerror or error}"
            )
            return ()
        self._articles.scan()
        before = self._articles.written
        if any(self._whole.get(slug) != written for slug, written in before.items()):
            time.sleep(_SETTLED_S)
            self._articles.scan()
        self.problem = self._articles.problem
        after = self._articles.written
        self._whole = {slug: written for slug, written in after.items() if before.get(slug) == written}
        stories = self.stories
        found = [(stories[slug], written) for slug, written in self._whole.items()]
        return tuple(sorted(found, key=lambda story: story[1], reverse=True))
