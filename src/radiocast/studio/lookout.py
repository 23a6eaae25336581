"""The lookout: files that are saved, dropped or taken away while the station is on the air.

Owns: the watch on the folders (watchfiles), the looks that find what a watch cannot see (network file
systems), and who is told of what.
Must not know: what is in the files, or what is on the air.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from watchfiles import awatch

from radiocast.model.errors import RadiocastError
from radiocast.studio.rooms import Rooms

log = logging.getLogger("radiocast.studio")

# The breaking folder is looked into so often where the watch on it does not see: a stat of a few files.
BREAKING_S: Final = 2.0


class Lookout:
    """One studio's. `replan` is called when what comes next may be another."""

    def __init__(self, rooms: Rooms, *, replan: Callable[[], None]) -> None:
        self._rooms = rooms
        self._replan = replan
        self._edition: object = None
        self._dropped = asyncio.Event()

    async def watch(self, then: Callable[[], Awaitable[None]]) -> None:
        """React to saved files at once, for ever; `then` is called after each reaction."""
        rooms = self._rooms
        self._edition = rooms.newsroom.edition()
        schedule, articles = rooms.schedule.path, rooms.articles
        folders = [folder for folder in (schedule.parent, rooms.media, articles) if folder.is_dir()]
        async for changes in awatch(*folders, step=100, debounce=400):
            paths = {Path(path) for _, path in changes}
            breaking = rooms.breaking_folder
            if breaking is not None and any(breaking in path.parents for path in paths):
                self._dropped.set()
            if schedule in paths:
                await self._reload_schedule()
            if any(articles in path.parents for path in paths):
                await self.look_at_articles()
            if any(rooms.media in path.parents and articles not in path.parents for path in paths):
                await self.look_at_media()
            await then()

    async def wait_for_breaking(self) -> None:
        """Put what is new in the breaking folder on the air as soon as it can be, for ever."""
        while True:
            self._dropped.clear()
            if await self._rooms.breaking.look(self._rooms.schedule.config.breaking):
                self._replan()
            try:
                async with asyncio.timeout(BREAKING_S):
                    await self._dropped.wait()
            except TimeoutError:
                continue

    async def look_at_media(self) -> None:
        """Find new and changed files, and measure them."""
        result = await self._rooms.library.scan()
        if result.new or result.changed:
            log.info("library: %d new, %d changed", len(result.new), len(result.changed))
            await self.measure()

    async def measure(self) -> None:
        """Measure every file that is not."""
        try:
            await self._rooms.library.analyse_all()
        except RadiocastError as error:
            log.error("the library cannot be measured: %s", error)  # noqa: TRY400 - a sentence for the operator

    async def look_at_articles(self) -> None:
        """Read new articles; a bulletin that was made before they came in is made again."""
        await self._rooms.newsroom.scan()
        await self._take_stories()

    async def look_at_feeds(self) -> None:
        """Ask the feeds that are due; what they have is taken as articles are."""
        if await self._rooms.newsroom.poll_feeds(self._rooms.now()):
            await self._take_stories()

    async def _take_stories(self) -> None:
        rooms = self._rooms
        before, self._edition = self._edition, rooms.newsroom.edition()
        coming = rooms.programme.next_bulletin()
        if before == self._edition or coming is None:
            return
        name, air = coming
        plan = rooms.schedule.config.bulletins.get(name)
        if plan is not None and await rooms.bulletins.renew(plan, air):
            self._replan()

    async def _reload_schedule(self) -> None:
        """A saved schedule is on the air from the next item on; a broken one changes nothing."""
        changed = await asyncio.to_thread(self._rooms.schedule.load)
        for problem in self._rooms.schedule.told:
            log.error("schedule not taken: %s", problem)
        if changed:
            log.info("schedule taken: %s", self._rooms.schedule.path)
            self._replan()
