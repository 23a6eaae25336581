"""The folder of articles: which files are new or changed, read and taken apart. Blocking; no clock."""

import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.model.errors import StoryError
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.articles import story_from
from radiocast.newsroom.reading import MAX_ARTICLE_BYTES, refuse_too_large

# What editors, browsers and file transfers call a file that is not finished, and what systems leave behind.
_UNFINISHED: Final = (
    ".part",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".partial",
    ".swp",
    ".swx",
    ".bak",
    "~",
)
_SYSTEM: Final = frozenset({"thumbs.db", "desktop.ini"})

_Stamp = tuple[int, int, int]  # modified (ns), size, inode


@dataclass(slots=True)
class ArticleFolder:
    """`media/news/` as it was when it was last looked at. Folders in it are not entered.

    `stories` by slug and `withheld` by file name; both are new mappings after every `scan`.
    """

    path: Path
    stories: dict[str, Story] = field(default_factory=dict)
    withheld: dict[str, Withheld] = field(default_factory=dict)
    problem: str = ""
    _known: dict[str, tuple[_Stamp, Story | Withheld]] = field(default_factory=dict)

    @property
    def modified(self) -> dict[str, int]:
        """When the file of each story was last written, by slug, in nanoseconds since 1970."""
        return {
            article.slug: stamp[0]
            for stamp, article in self._known.values()
            if isinstance(article, Story) and self.stories.get(article.slug) is article
        }

    def scan(self) -> None:
        """Look again: read what is new or changed, forget what is gone. Never raises for what it finds."""
        try:
            names = sorted(entry.name for entry in os.scandir(self.path) if not _ignored(entry.name))
            self.problem = ""
        except OSError as error:
            # A share that is away for a moment must not empty the newsroom.
            reason = error.strerror or str(error)
            self.problem = f"{self.path}: the articles cannot be read, the last known are used: {reason}"
            return
        known: dict[str, tuple[_Stamp, Story | Withheld]] = {}
        for name in names:
            result = self._look(name)
            if result is not None:
                known[name] = result
        self._known = known
        stories: dict[str, Story] = {}
        withheld: dict[str, Withheld] = {}
        for name, (_, article) in known.items():
            if isinstance(article, Withheld):
                withheld[name] = article
            elif article.slug in stories:
                reason = (
                    f"another file is already the story {article.slug!r}: give this one a name of its own"
                )
                withheld[name] = Withheld(file=name, reason=reason)
            else:
                stories[article.slug] = article
        self.stories, self.withheld = stories, withheld

    def _look(self, name: str) -> tuple[_Stamp, Story | Withheld] | None:
        path = self.path / name
        try:
            facts = path.stat()
            # Neither a folder nor a pipe, which would be waited for.
            if not stat.S_ISREG(facts.st_mode):
                return None
            stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            before = self._known.get(name)
            if before is not None and before[0] == stamp:
                return before
            return stamp, _read(path, datetime.fromtimestamp(facts.st_mtime, UTC))
        except FileNotFoundError:
            return None  # gone since the folder was listed, or a link to nothing
        except OSError as error:
            # Not remembered by its real stamp: permissions may be mended without touching the file.
            return (0, 0, 0), Withheld(file=name, reason=f"it cannot be read: {error.strerror or error}")


def _read(path: Path, modified: datetime) -> Story | Withheld:
    with path.open("rb") as file:
        # One byte more than allowed is enough to be refused; a file of gigabytes is never read.
        data = file.read(MAX_ARTICLE_BYTES + 1)
        size = os.fstat(file.fileno()).st_size
    try:
        refuse_too_large(max(size, len(data)))
        return story_from(path.name, data, modified=modified)
    except StoryError as error:
        return Withheld(file=path.name, reason=str(error))


def _ignored(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED) or name.lower() in _SYSTEM
