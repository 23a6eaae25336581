"""The folder of what is published: read whatever state it is in, written so that nobody sees half of it.

A damaged file is passed over and named; it goes with what is as old.
"""

import contextlib
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from radiocast.model.published import (
    ARTWORK,
    Episode,
    Listed,
    PublishedIndex,
    PublishedStory,
    page_name,
)
from radiocast.model.story import PubStatus
from radiocast.newsroom.production.storage import write_atomically

_STORY: Final = TypeAdapter(PublishedStory)
_EPISODE: Final = TypeAdapter(Episode)
_INDEX: Final = TypeAdapter(PublishedIndex)
_Value = TypeVar("_Value")
_SIGNATURES: Final = {"podcast.jpg": b"\xff\xd8\xff", "podcast.png": b"\x89PNG\r\n\x1a\n"}
_ARTWORK_BYTES: Final = 4 * 1024 * 1024


class Shelf:
    """Everything published, in memory as on the disk. Raises OSError where the disk does not take it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = folder / "index.json"
        self._stories_folder = folder / "stories"
        self._episodes_folder = folder / "episodes"
        self.problems: list[str] = []
        for each in (self._stories_folder, self._episodes_folder):
            each.mkdir(parents=True, exist_ok=True)
        self._damaged: set[str] = set()
        self._stories = {story.slug: story for story in self._load(self._stories_folder, _STORY)}
        self._episodes = {episode.id: episode for episode in self._load(self._episodes_folder, _EPISODE)}

    @property
    def stories(self) -> tuple[PublishedStory, ...]:
        """Stories that have a page, by slug."""
        usable = [each for each in self._stories.values() if each.pubstatus is PubStatus.USABLE]
        return tuple(sorted(usable, key=lambda story: story.slug))

    @property
    def withdrawn(self) -> frozenset[str]:
        """Slugs of stories that had a page."""
        return frozenset(
            slug for slug, each in self._stories.items() if each.pubstatus is not PubStatus.USABLE
        )

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """Episodes, oldest first."""
        return tuple(sorted(self._episodes.values(), key=lambda episode: (episode.published, episode.id)))

    def story(self, slug: str) -> PublishedStory | None:
        """The story, if it has a page."""
        found = self._stories.get(slug)
        return found if found is not None and found.pubstatus is PubStatus.USABLE else None

    def episode(self, id_: str) -> Episode | None:
        """The episode of this name."""
        return self._episodes.get(id_)

    def story_audio(self, slug: str) -> Path:
        """Where the story's MP3 lies."""
        return self._stories_folder / f"{page_name(slug)}.mp3"

    def episode_audio(self, id_: str) -> Path:
        """Where the episode's MP3 lies."""
        return self._episodes_folder / f"{id_}.mp3"

    def put_story(self, story: PublishedStory) -> None:
        """Keep this story; its audio MUST be there already."""
        if self._stories.get(story.slug) != story:
            path = self._stories_folder / f"{page_name(story.slug)}.json"
            write_atomically(path, _STORY.dump_json(story, indent=1))
            self._stories[story.slug] = story

    def put_episode(self, episode: Episode) -> None:
        """Keep this episode; its audio MUST be there already."""
        if self._episodes.get(episode.id) != episode:
            write_atomically(
                self._episodes_folder / f"{episode.id}.json", _EPISODE.dump_json(episode, indent=1)
            )
            self._episodes[episode.id] = episode

    def withdraw(self, slug: str, now: datetime) -> None:
        """Leave nothing of the story but that it was here."""
        story = self._stories[slug]
        self.put_story(
            PublishedStory(
                slug=slug,
                pubstatus=PubStatus.CANCELED,
                versioncreated=story.versioncreated,
                firstaired=story.firstaired,
                lastaired=now,
            )
        )
        self.story_audio(slug).unlink(missing_ok=True)

    def remove_episode(self, id_: str) -> None:
        """Take an episode down."""
        self._episodes.pop(id_, None)
        for path in (self._episodes_folder / f"{id_}.json", self.episode_audio(id_)):
            path.unlink(missing_ok=True)

    def remove_old(self, now: datetime, keep_days: int) -> None:
        """Remove what is older, damaged files and leftovers of a crash too."""
        since = now - timedelta(days=keep_days)
        for episode in self.episodes:
            if episode.published < since:
                self.remove_episode(episode.id)
        for slug in [slug for slug, story in self._stories.items() if story.lastaired < since]:
            del self._stories[slug]
        known = {page_name(slug) for slug in self._stories}
        self._sweep(self._stories_folder, known, since)
        self._sweep(self._episodes_folder, set(self._episodes), since)

    def hang_artwork(self, media: Path) -> None:
        """Take over the station's own picture; one that directories would refuse is named, and not used."""
        chosen = next((name for name in ARTWORK if (media / name).is_file()), "")
        if chosen:
            picture = (
                (media / chosen).read_bytes() if (media / chosen).stat().st_size <= _ARTWORK_BYTES else b""
            )
            if not picture.startswith(_SIGNATURES[chosen]):
                self.problems.append(
                    f"{media / chosen}: no {Path(chosen).suffix[1:].upper()} picture of at most 4 MB, "
                    "so the podcast shows radiocast's own"
                )
                chosen = ""
            elif not _holds(self._folder / chosen, picture):
                write_atomically(self._folder / chosen, picture)
        for name in ARTWORK:
            if name != chosen:
                (self._folder / name).unlink(missing_ok=True)

    def write_index(self, *, leaving_out: Iterable[str] = ()) -> None:
        """Tell readers what there is; without these episodes, whose sound is being made anew."""
        left_out = set(leaving_out)
        index = PublishedIndex(
            stories=tuple(
                sorted(
                    (_listed(story) for story in self.stories),
                    key=lambda each: (each.lastaired, each.slug),
                    reverse=True,
                )
            ),
            episodes=tuple(episode for episode in reversed(self.episodes) if episode.id not in left_out),
            withdrawn=tuple(sorted(self.withdrawn)),
            artwork=next((name for name in ARTWORK if (self._folder / name).is_file()), ""),
        )
        data = _INDEX.dump_json(index)
        if not _holds(self._index, data):
            write_atomically(self._index, data)

    def _load(self, folder: Path, adapter: TypeAdapter[_Value]) -> list[_Value]:
        found: list[_Value] = []
        for path in sorted(folder.glob("[!.]*.json")):
            try:
                found.append(adapter.validate_json(path.read_bytes()))
            except (OSError, ValidationError) as error:
                self._damaged.add(path.stem)
                reason = str(error).splitlines()[0]
                self.problems.append(f"{path}: what was published there is damaged and not shown: {reason}")
        return found

    def _sweep(self, folder: Path, known: set[str], since: datetime) -> None:
        for path in folder.iterdir():
            if path.stem in known and not path.name.startswith("."):
                continue
            if path.stem in self._damaged and path.stat().st_mtime > since.timestamp():
                continue  # somebody may want to mend it
            if path.name.startswith(".") and f".{os.getpid()}." in path.name:
                continue
            path.unlink(missing_ok=True)


def _holds(path: Path, data: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.read_bytes() == data
    return False


def _correction(story: PublishedStory) -> str:
    """What a correction says: it stands on the page of what it corrects, and mostly is all there is of it."""
    return story.body_text[0] if story.corrects and story.body_text else ""


def _listed(story: PublishedStory) -> Listed:
    sources = dict.fromkeys(credit.source for credit in story.credits if credit.source)
    return Listed(
        slug=story.slug,
        headline=story.headline,
        description_text=story.description_text or _correction(story),
        source=", ".join(sources),
        language=story.language,
        corrects=story.corrects,
        versioncreated=story.versioncreated,
        firstaired=story.firstaired,
        lastaired=story.lastaired,
    )
