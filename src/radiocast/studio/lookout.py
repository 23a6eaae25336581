"""The lookout: files that are saved, dropped or taken away while the station is on the air.

Owns: the watch on the folders (watchfiles), the looks that find what a watch cannot see (network file
systems), and who is told of what.
Must not know: what is in the files, or what is on the air.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final

from watchfiles import awatch

from radiocast.model.errors import RadiocastError
from radiocast.studio.rooms import Rooms

log = logging.getLogger("radiocast.studio")

# The breaking folder is looked into so often where the watch on it does not see: a stat of a few files.
BREAKING_S: Final = 2.0
# And the editor's decisions: one stat. A story that is withdrawn is off the air two seconds later.
DECISIONS_S: Final = 0.4
# A program writes a file in several goes; the watch tells of it when it has been quiet for so long, and of a
# folder that never is after so long.
_QUIET_MS: Final = 50
_AT_LATEST_MS: Final = 400
# What cannot wait is read again when it turns out not to be whole.
_AT_ONCE_MS: Final = 20
# A watch that failed is begun again after this.
_AGAIN_S: Final = 5.0


def _nobody_reads() -> None:
    """Nothing is on the air."""


class Lookout:
    """One studio's. `replan` is called when what comes next may be another.

    `look_at_stories` is called when a story may have been withdrawn.
    """

    def __init__(
        self,
        rooms: Rooms,
        *,
        replan: Callable[[], None],
        look_at_stories: Callable[[], None] = _nobody_reads,
    ) -> None:
        self._rooms = rooms
        self._replan = replan
        self._look_at_stories = look_at_stories
        self._edition: object = None
        self._dropped = asyncio.Event()
        self._decided = asyncio.Event()
        # Whether there is news that the next bulletin lacks, and whether it is being made again.
        self._out_of_date = self._renewing = False
        self._watched: Path | None = None  # the breaking folder, while it is watched
        self._other_folders = asyncio.Event()
        self._one_measuring = asyncio.Lock()

    async def watch(self, then: Callable[[], Awaitable[None]]) -> None:
        """React to saved files at once, for ever; `then` is called after each reaction."""
        rooms = self._rooms
        self._edition = rooms.newsroom.edition()
        schedule, articles = rooms.schedule.path, rooms.articles
        folders = [folder for folder in (schedule.parent, rooms.media, articles) if folder.is_dir()]

        async def react(work: Callable[[], Awaitable[None]]) -> None:
            await work()
            await then()

        async with asyncio.TaskGroup() as tasks:
            # A bulletin that is made again and a file that is measured take their time; the watch goes on.
            async for changes in awatch(*folders, step=_QUIET_MS, debounce=_AT_LATEST_MS):
                paths = {Path(path) for _, path in changes}
                if schedule in paths:
                    await self._reload_schedule()
                if any(articles in path.parents for path in paths):
                    tasks.create_task(react(self.look_at_articles))
                if any(rooms.media in path.parents and articles not in path.parents for path in paths):
                    tasks.create_task(react(self.look_at_media))
                await then()

    async def watch_the_desk(self) -> None:
        """See at once what cannot wait, for ever: the editor's decisions, and the breaking folder."""
        while True:
            self._other_folders.clear()
            decisions, self._watched = self._rooms.newsroom.decisions_file, self._rooms.breaking_folder
            folders = [folder for folder in (decisions.parent, self._watched) if folder and folder.is_dir()]
            try:
                if folders:
                    await self._watch_folders(folders, decisions)
                    continue
            except (OSError, RuntimeError) as error:
                # A folder that goes in this very moment, or too many watches on this machine. It is looked
                # into anyway, some tenths of a second later.
                log.warning("the desk cannot be watched: %s", error)
            await asyncio.sleep(_AGAIN_S)

    async def _watch_folders(self, folders: Sequence[Path], decisions: Path) -> None:
        """Until breaking news is dropped in another folder, or its folder is there and was not."""
        breaking = self._watched if self._watched in folders else None
        self._watched = breaking

        def concerns_us(_: object, path: str) -> bool:
            # `var` is written to all the time; what else is in it is no business of ours.
            return path == str(decisions) or Path(path).parent == breaking

        watching = awatch(
            *folders,
            watch_filter=concerns_us,
            step=_AT_ONCE_MS,
            debounce=_AT_LATEST_MS,
            stop_event=self._other_folders,
            recursive=False,
        )
        async with aclosing(watching):
            async for changes in watching:
                paths = {Path(path) for _, path in changes}
                if decisions in paths:
                    self._decided.set()
                if paths - {decisions}:
                    self._dropped.set()

    async def wait_for_decisions(self) -> None:
        """Take a story that the editor holds or kills off the air as soon as can be, for ever."""
        decisions = self._rooms.newsroom.decisions_file
        stamp = _stamp(decisions)
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._decided.clear()
                before, stamp = stamp, _stamp(decisions)
                if before != stamp:
                    self._look_at_stories()
                    if self._rooms.breaking.withdraw():
                        self._replan()
                    # What was held may be released.
                    self._dropped.set()
                    tasks.create_task(self._take_stories())
                try:
                    async with asyncio.timeout(DECISIONS_S):
                        await self._decided.wait()
                except TimeoutError:
                    continue

    async def wait_for_breaking(self) -> None:
        """Put what is new in the breaking folder on the air as soon as it can be, for ever."""
        while True:
            self._dropped.clear()
            while await self._rooms.breaking.look(self._rooms.schedule.config.breaking):
                self._replan()
            # One that is being read may say now that it is canceled.
            self._look_at_stories()
            folder = self._rooms.breaking_folder
            if folder != self._watched and (folder is None or folder.is_dir()):
                self._other_folders.set()
            try:
                async with asyncio.timeout(BREAKING_S):
                    await self._dropped.wait()
            except TimeoutError:
                continue

    async def look_at_media(self) -> None:
        """Find new and changed files, and measure them."""
        async with self._one_measuring:
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
        if before == self._edition:
            return
        # Its source may have withdrawn one.
        self._look_at_stories()
        self._out_of_date = True
        if self._renewing:
            return
        self._renewing = True
        try:
            # However many stories come in while it is made again: once more is enough for all of them.
            while self._out_of_date:
                self._out_of_date = False
                await self._renew_bulletin()
        finally:
            self._renewing = False

    async def _renew_bulletin(self) -> None:
        coming = self._rooms.programme.next_bulletin()
        if coming is None:
            return
        name, air = coming
        plan = self._rooms.schedule.config.bulletins.get(name)
        if plan is not None and await self._rooms.bulletins.renew(plan, air):
            self._replan()

    async def _reload_schedule(self) -> None:
        """A saved schedule is on the air from the next item on; a broken one changes nothing."""
        changed = await asyncio.to_thread(self._rooms.schedule.load)
        for problem in self._rooms.schedule.told:
            log.error("schedule not taken: %s", problem)
        if changed:
            log.info("schedule taken: %s", self._rooms.schedule.path)
            self._replan()


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None without one."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino
