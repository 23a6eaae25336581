"""Breaking news: a file in the breaking folder is on the air as soon as it can be, and once.

Owns: which breaking stories wait for the air, and which have had it, also across a restart.
Must not know: how a story is read out (the newsroom), or what is on the air when it comes.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from radiocast.config.schedule import Breaking
from radiocast.model.errors import RadiocastError
from radiocast.model.play import BulletinPart, Kind, PlayItem, Start
from radiocast.model.story import Story
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.studio.readings import Reading
from radiocast.studio.ready import ReadyItem

log = logging.getLogger(__name__)

AIRED_FILE: Final = "breaking.json"
# A story that could not be made or played is tried again at the next look, since what failed may have been a
# moment's (a process that was killed, a machine out of memory); then, while it is fresh, after twice as long
# each time (no voice, a full disk).
_AGAIN_S: Final = 1.0
_AGAIN_AT_MOST_S: Final = 15.0
# News that cannot wait does not wait for a long fade either.
_FADE_S: Final = 0.4
# A year of three a day; a story this old is past any max_age.
_MOST_KEPT: Final = 1000


class BreakingRoom(Protocol):
    """What breaking news needs of the newsroom."""

    async def scan_breaking(self, folder: Path) -> tuple[tuple[Story, datetime], ...]:
        """The stories in the folder that can be read, with each file's time, newest file first.

        One that is still being written is not among them.
        """
        ...

    async def render_breaking(self, story: Story, *, at: datetime, sounder: str) -> RenderedBulletin:
        """The story alone, as breaking news. Raises RadiocastError when it cannot be made."""
        ...

    def withdrawn(self, slugs: Iterable[str]) -> Mapping[str, str]:
        """Which of these stories may not be on the air any more, and why."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakingItem:
    """A story rendered for the air. `source` is what the log calls it: `breaking/NAME`."""

    key: str
    story: Story
    bulletin: RenderedBulletin
    priority: int

    @property
    def source(self) -> str:
        """As it is named in the log."""
        return f"breaking/{self.story.slug}"

    def ready(self, at: datetime, *, start: Start) -> ReadyItem:
        """As an item for the air."""
        bulletin = self.bulletin
        item = PlayItem(
            id=f"breaking-{bulletin.rendered_at:%Y%m%dT%H%M%S}-{self.story.slug}",
            kind=Kind.STORY,
            part=BulletinPart(bulletin=bulletin.name),
            source=self.source,
            title=self.story.headline,
            start=start,
            planned_start=at,
            priority=self.priority,
            expected_s=bulletin.duration_s,
            reason="breaking news",
        )
        return ReadyItem(
            item=item,
            path=bulletin.path,
            cues=bulletin.cues,
            duration_s=bulletin.duration_s,
            speech=True,
            fade_before_s=_FADE_S,
            urgent=start is Start.HARD,
            # From its sounder on it is this story.
            readings=(Reading(slug=self.story.slug, told=True, from_s=0.0, to_s=bulletin.duration_s),),
        )


class BreakingNews:
    """The queue of one station: `look` fills it, `next` shows its first, `started` takes that out."""

    def __init__(self, newsroom: BreakingRoom, *, root: Path, var: Path, now: Callable[[], datetime]) -> None:
        """`root` is the station's folder; what has aired is remembered in `var`."""
        self._newsroom = newsroom
        self._root = root
        self._file = var / AIRED_FILE
        self._now = now
        self._aired = _load(self._file)
        self._queue: list[BreakingItem] = []
        self._on_air: dict[str, str] = {}  # source and key
        self._failed: dict[str, tuple[datetime, str]] = {}
        self._failures: dict[str, int] = {}  # how often it failed so far, whether it is to be tried or waits
        self._problem = ""
        self._one_look = asyncio.Lock()

    def problems(self) -> tuple[str, ...]:
        """Sentences for `/status`: stories that should be on the air and cannot be."""
        failures = (reason for _, reason in self._failed.values())
        return tuple(text for text in (*failures, self._problem) if text)

    async def look(self, breaking: Breaking | None) -> bool:
        """Look into the folder and render one that is new; whether something else is to air than before.

        Where it is there may be more: look again until it is not. The first of several does not wait for the
        others to be made. Raises nothing: what cannot be read or rendered is among `problems`.
        """
        async with self._one_look:
            if breaking is None:
                self._queue.clear()
                self._failed.clear()
                return False
            found = await self._newsroom.scan_breaking(self._root / breaking.folder)
            now = self._now()
            fresh = {
                _key(story): story
                for story, modified in found
                if now - modified <= timedelta(seconds=breaking.max_age_s)
            }
            # What was withdrawn, or has waited too long, is not aired any more.
            left = [item for item in self._queue if item.key in fresh]
            gone, self._queue = len(left) < len(self._queue), left
            self._failed = {key: failure for key, failure in self._failed.items() if key in fresh}
            self._failures = {key: times for key, times in self._failures.items() if key in fresh}
            # Oldest first: in the order in which the news came.
            for key, story in reversed(fresh.items()):
                if self._is_wanted(key, now) and await self._render(key, story, breaking):
                    return True
            return gone

    def withdraw(self) -> bool:
        """Forget what is waiting and was withdrawn; whether there was any."""
        gone = self._newsroom.withdrawn([item.story.slug for item in self._queue])
        for item in [item for item in self._queue if item.story.slug in gone]:
            log.info("breaking news %s is not aired: %s", item.story.slug, gone[item.story.slug])
            self._queue.remove(item)
        return bool(gone)

    def next(self) -> BreakingItem | None:
        """The first that waits for the air; it stays until it has started."""
        return self._queue[0] if self._queue else None

    def started(self, source: str) -> None:
        """It is on the air: it waits no longer."""
        for item in [item for item in self._queue if item.source == source]:
            self._queue.remove(item)
            self._on_air[source] = item.key

    def finished(self, source: str) -> None:
        """It has been heard: never again. What a killed studio was reading airs again, whole."""
        key = self._on_air.pop(source, None)
        if key is not None:
            self._aired[key] = self._now().isoformat()
            self._keep()

    def give_up(self, source: str, reason: str) -> None:
        """Its sound could not be played: it is made again later."""
        for item in [item for item in self._queue if item.source == source]:
            self._queue.remove(item)
            self._fail(item.key, f"breaking news {item.story.slug}: {reason}")

    def _is_wanted(self, key: str, now: datetime) -> bool:
        if key in self._aired or key in self._on_air.values() or any(key == i.key for i in self._queue):
            return False
        failure = self._failed.get(key)
        if failure is None:
            return True
        wait_s = min(_AGAIN_AT_MOST_S, _AGAIN_S * 2.0 ** (self._failures[key] - 1))
        return now - failure[0] >= timedelta(seconds=wait_s)

    def _fail(self, key: str, reason: str) -> None:
        # 2 ** 10 is past the longest wait already.
        self._failures[key] = min(10, self._failures.get(key, 0) + 1)
        self._failed[key] = self._now(), reason

    async def _render(self, key: str, story: Story, breaking: Breaking) -> bool:
        log.info("breaking news: %s", story.headline)
        try:
            bulletin = await self._newsroom.render_breaking(story, at=self._now(), sounder=breaking.sounder)
        except RadiocastError as error:
            reason = f"breaking news {story.slug} could not be made: {error}"
            log.error(reason)  # noqa: TRY400 - a sentence for the operator
            self._fail(key, reason)
            return False
        if bulletin.voice_failed:
            # A sounder alone tells nobody anything; it would only be alarming.
            self._fail(key, f"breaking news {story.slug}: {'; '.join(bulletin.problems)}")
            return False
        self._failed.pop(key, None)
        self._queue.append(BreakingItem(key=key, story=story, bulletin=bulletin, priority=breaking.priority))
        # It may have been withdrawn while it was made.
        self.withdraw()
        return any(item.key == key for item in self._queue)

    def _keep(self) -> None:
        for old in list(self._aired)[: max(0, len(self._aired) - _MOST_KEPT)]:
            del self._aired[old]
        scratch = self._file.with_suffix(".tmp")
        try:
            scratch.write_text(json.dumps(self._aired), encoding="utf-8")
            scratch.replace(self._file)
            self._problem = ""
        except OSError as error:
            self._problem = (
                f"{self._file}: which breaking news has aired cannot be kept ({error.strerror or error}): "
                "after a restart it may air again"
            )


def _key(story: Story) -> str:
    """What makes it one story: a corrected body does not make it another, a new headline does."""
    return f"{story.slug}\n{story.headline.casefold()}"


def _load(file: Path) -> dict[str, str]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(at) for key, at in kept.items()} if isinstance(kept, dict) else {}
