"""What is published, as the pages need it: `var/published/`, read in threads, kept while it stays as it is.

Owns: how old an answer may be, and how much of the archive is in memory: the index, and the stories asked for
last. Must not know: who writes there.
"""

import asyncio
import os
import time
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.model.published import ARTWORK, Episode, Listed, PublishedIndex, PublishedStory, page_name
from radiocast.model.story import PubStatus

# A withdrawn story is off the pages this long after the newsroom has taken it out, at most.
LOOK_EVERY_S: Final = 1.0
# Some 5 KB each.
_STORIES_KEPT: Final = 128
_INDEX: Final = TypeAdapter(PublishedIndex)
_STORY: Final = TypeAdapter(PublishedStory)
_Stamp = tuple[int, int, int]
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Everything that is published at one moment, newest first.

    `stories` and `episodes` by their names in addresses; `corrections` by the slug of what they correct, the
    latest first. `withdrawn` are page names. `version` changes with any of it.
    """

    stories: Mapping[str, Listed] = field(default_factory=dict)
    episodes: Mapping[str, Episode] = field(default_factory=dict)
    corrections: Mapping[str, tuple[Listed, ...]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    artwork: str = ""
    modified: datetime = _LONG_AGO
    version: str = ""

    @property
    def picture(self) -> str:
        """The path of the podcast's picture: the station's own, else radiocast's."""
        return f"/{self.artwork or 'podcast.png'}"

    def page(self, slug: str) -> str:
        """The path of this story's page; "" while it has none."""
        name = page_name(slug)
        return f"/news/{name}" if name in self.stories else ""


class Archive:
    """The published files under `folder`; used from one event loop, which it never blocks."""

    def __init__(self, folder: Path, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._folder = folder
        self._look_every_s = look_every_s
        self._looked_at = float("-inf")
        self._stamp: _Stamp | None = None
        self._now = Published()
        self._one_look = asyncio.Lock()
        self._stories: OrderedDict[str, tuple[_Stamp, PublishedStory]] = OrderedDict()

    async def look(self) -> Published:
        """What is there now; a damaged index is as it was before it was damaged."""
        if time.monotonic() - self._looked_at >= self._look_every_s:
            async with self._one_look:
                if time.monotonic() - self._looked_at >= self._look_every_s:
                    await self._read()
                    self._looked_at = time.monotonic()
        return self._now

    async def story(self, name: str) -> PublishedStory | None:
        """The story of this page, whole; None where there is none, or it is withdrawn."""
        path = self._folder / "stories" / f"{name}.json"
        kept = self._stories.get(name)
        found = await asyncio.to_thread(_read_story, path, kept)
        if found is None:
            self._stories.pop(name, None)
            return None
        self._stories[name] = found
        self._stories.move_to_end(name)
        while len(self._stories) > _STORIES_KEPT:
            self._stories.popitem(last=False)
        return found[1]

    def story_audio(self, name: str) -> Path:
        """The MP3 of the story with this page name."""
        return self._folder / "stories" / f"{name}.mp3"

    def picture(self, name: str) -> Path:
        """The station's own picture."""
        return self._folder / name

    def episode_audio(self, id_: str) -> Path:
        """The MP3 of this episode."""
        return self._folder / "episodes" / f"{id_}.mp3"

    async def _read(self) -> None:
        found = await asyncio.to_thread(_read_index, self._folder / "index.json", self._stamp)
        if found is not None:
            self._stamp, self._now = found


def _stamp(status: os.stat_result) -> _Stamp:
    # Files are replaced, never written over: another file has another inode, though the clock stand still.
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read_index(path: Path, before: _Stamp | None) -> tuple[_Stamp | None, Published] | None:
    """What is published and by what to know that it is as it was; None if it is, or cannot be read."""
    try:
        with path.open("rb") as file:
            stamp = _stamp(os.fstat(file.fileno()))
            if stamp == before:
                return None
            index = _INDEX.validate_json(file.read())
    except FileNotFoundError:
        return (None, Published()) if before is not None else None
    except (OSError, ValidationError):
        return None
    corrections: dict[str, list[Listed]] = defaultdict(list)
    for story in index.stories:
        if story.corrects:
            corrections[story.corrects].append(story)
    return stamp, Published(
        stories={page_name(story.slug): story for story in index.stories},
        episodes={episode.id: episode for episode in index.episodes},
        corrections={slug: tuple(stories) for slug, stories in corrections.items()},
        withdrawn=frozenset(map(page_name, index.withdrawn)),
        artwork=index.artwork if index.artwork in ARTWORK else "",
        modified=datetime.fromtimestamp(stamp[0] / 1e9, UTC),
        version=f"{stamp[0]:x}-{stamp[1]:x}-{stamp[2]:x}",
    )


def _read_story(
    path: Path, kept: tuple[_Stamp, PublishedStory] | None
) -> tuple[_Stamp, PublishedStory] | None:
    try:
        with path.open("rb") as file:
            stamp = _stamp(os.fstat(file.fileno()))
            if kept is not None and kept[0] == stamp:
                return kept
            story = _STORY.validate_json(file.read())
    except (OSError, ValidationError):
        return None
    return (stamp, story) if story.pubstatus is PubStatus.USABLE else None
