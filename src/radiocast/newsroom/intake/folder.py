"""The folder of articles: which files are new or changed, read and taken apart. Blocking.

Text, Markdown and ninjs are read here; web pages by a child (`intake`), all that are new or changed in one
go.
"""

import os
import stat
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.model.errors import StoryError
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.intake.articles import WEB_PAGES, name_of, story_from
from radiocast.newsroom.intake.pages import NOT_YET, take_in
from radiocast.newsroom.intake.pages_job import PageFile
from radiocast.newsroom.intake.reading import MAX_ARTICLE_BYTES, refuse_too_large

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
_Known = tuple[_Stamp, datetime, Story | Withheld]  # the time is when it was written
# No file's: it is read again the next time.
_UNKNOWN: Final[_Stamp] = (0, 0, 0)
# Two machines' clocks differ by less, mostly.
_CLOCKS_DIFFER_S: Final = 60.0


@dataclass(slots=True)
class ArticleFolder:
    """`media/news/` as it was when it was last looked at. Folders in it are not entered.

    `stories` by slug and `withheld` by file name; both are new mappings after every `scan`. Dates without
    a zone are in `zone`.
    """

    path: Path
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    stories: dict[str, Story] = field(default_factory=dict)
    withheld: dict[str, Withheld] = field(default_factory=dict)
    problem: str = ""
    _known: dict[str, _Known] = field(default_factory=dict)

    @property
    def written(self) -> dict[str, datetime]:
        """When the file of each story was last written, by slug."""
        return {
            article.slug: written
            for _, written, article in self._known.values()
            if isinstance(article, Story)
            and article.slug in self.stories
            and article.file == self.stories[article.slug].file
        }

    def scan(self, *, pages: bool = True) -> None:
        """Look again: read what is new or changed, forget what is gone. Never raises for what it finds.

        Without `pages`, web pages that are new or changed are left for the next scan: a child to read them
        takes longer than all else together.
        """
        try:
            names = sorted(entry.name for entry in os.scandir(self.path) if not _ignored(entry.name))
            self.problem = ""
        except OSError as error:
            # A share that is away for a moment must not empty the newsroom.
            reason = error.strerror or str(error)
            self.problem = f"{self.path}: the articles cannot be read, the last known are used: {reason}"
            return
        known: dict[str, _Known] = {}
        waiting: dict[str, tuple[_Stamp, datetime]] = {}
        for name in names:
            result = self._look(name, waiting)
            if result is not None:
                known[name] = result
        # What needs no child is news at once; until its page is read, a changed story is what it was.
        self._take({**known, **{name: self._known[name] for name in waiting if name in self._known}})
        if waiting and pages:
            self._take({**known, **self._read_pages(waiting)})

    def _take(self, known: dict[str, _Known]) -> None:
        """These are the files from now on."""
        self._known = known
        stories: dict[str, Story] = {}
        withheld: dict[str, Withheld] = {}
        for name, (_, _, article) in sorted(known.items(), key=lambda each: each[0]):
            if isinstance(article, Withheld):
                withheld[name] = article
            elif article.slug in stories:
                reason = (
                    f"another file is already the story {article.slug!r}: give this one a name of its own"
                )
                withheld[name] = Withheld(file=name, reason=reason)
            else:
                stories[article.slug] = article
        self.stories, self.withheld = _tied(stories), withheld

    def _look(self, name: str, waiting: dict[str, tuple[_Stamp, datetime]]) -> _Known | None:
        """The file's stamp and what it gives.

        None: there is no file, or a web page is now among `waiting`.
        """
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
            written = written_at(facts)
            if path.suffix.lower() in WEB_PAGES:
                waiting[name] = stamp, written
                return None
            return stamp, written, _read(path, written, self.zone)
        except FileNotFoundError:
            return None  # gone since the folder was listed, or a link to nothing
        except OSError as error:
            # Not remembered by its real stamp: permissions may be mended without touching the file.
            reason = f"it cannot be read: {error.strerror or error}"
            return _UNKNOWN, datetime.now(UTC), Withheld(file=name, reason=reason)

    def _read_pages(self, waiting: dict[str, tuple[_Stamp, datetime]]) -> dict[str, _Known]:
        files = [
            PageFile(path=str(self.path / name), modified=written) for name, (_, written) in waiting.items()
        ]
        found = take_in(files, zone=self.zone.key)
        return {
            name: (
                _UNKNOWN if isinstance(article, Withheld) and article.reason == NOT_YET else stamp,
                written,
                article,
            )
            for (name, (stamp, written)), article in zip(waiting.items(), found, strict=True)
        }


def _tied(stories: dict[str, Story]) -> dict[str, Story]:
    """The stories, each correction that names a headline tied to the story that has it."""
    unknown = {slug for slug, story in stories.items() if story.corrects and story.corrects not in stories}
    if not unknown:
        return stories
    by_name = {name_of(story.headline): slug for slug, story in stories.items() if not story.corrects}
    return {
        slug: replace(story, corrects=by_name.get(story.corrects, story.corrects))
        if slug in unknown
        else story
        for slug, story in stories.items()
    }


def written_at(facts: os.stat_result) -> datetime:
    """When a file was written; one whose own time is still to come, when it came here.

    Programs carry over other machines' times, and their clocks may be years ahead: such a story would be the
    newest for years. Some file systems keep times that are in no calendar.
    """
    now_s = time.time()
    seconds = facts.st_mtime
    if seconds > now_s + _CLOCKS_DIFFER_S:
        seconds = min(facts.st_ctime, now_s)
    return datetime.fromtimestamp(max(0.0, seconds), UTC)


def _read(path: Path, modified: datetime, zone: tzinfo) -> Story | Withheld:
    with path.open("rb") as file:
        # One byte more than allowed is enough to be refused; a file of gigabytes is never read.
        data = file.read(MAX_ARTICLE_BYTES + 1)
        size = os.fstat(file.fileno()).st_size
    try:
        refuse_too_large(max(size, len(data)))
        return story_from(path.name, data, modified=modified, zone=zone)
    except StoryError as error:
        return Withheld(file=path.name, reason=str(error))


def _ignored(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED) or name.lower() in _SYSTEM
