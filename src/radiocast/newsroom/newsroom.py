"""The newsroom as the studio knows it: scan articles, render a bulletin, remember what aired."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import StationConfig
from radiocast.model.report import BulletinReport, Headline, NewsroomReport, WithheldReport
from radiocast.model.story import Story, Withheld
from radiocast.newsroom import desk, storage
from radiocast.newsroom.breaking import BreakingFolder
from radiocast.newsroom.bulletin import RenderedBulletin
from radiocast.newsroom.folder import ArticleFolder
from radiocast.newsroom.making import BulletinMaker
from radiocast.newsroom.rundown import Rundown
from radiocast.newsroom.script import write_breaking, write_rundown
from radiocast.newsroom.titles import TitleWriter

# The station's page lists so many headlines; the report goes over the link whole with every change.
_REPORTED: Final = 20


class Newsroom:
    """Articles in, bulletins out. One for each station; used from one event loop.

    `root` is the station's folder, `media` and `var` those in it. Nothing here blocks the loop: files are
    read in a thread, bulletins made in a process of their own.
    """

    def __init__(self, root: Path, media: Path, var: Path, station: StationConfig) -> None:
        self._state = var / "newsroom.json"
        self._station = station
        self._folder = ArticleFolder(root / station.newsroom.stories)
        self._breaking: BreakingFolder | None = None
        self._zone, self._zone_problem = _zone(station.station.timezone)
        self._titles = TitleWriter.of(station)
        self._aired, self._state_problem = storage.load_airings(self._state)
        self._maker = BulletinMaker(root, media, var, station)
        self._save_problem = ""
        self._one_scan = asyncio.Lock()

    async def scan(self) -> None:
        """Read what is new or changed in the folder of articles. Costs a stat for each file that is not."""
        async with self._one_scan:
            await asyncio.to_thread(self._folder.scan)

    async def scan_breaking(self, folder: Path) -> tuple[tuple[Story, datetime], ...]:
        """The stories in the breaking folder, with their files' times, newest first; see `BreakingFolder`.

        From then on they are stories like any other for bulletins, too. One call at a time.
        """
        if self._breaking is None or self._breaking.path != folder:
            self._breaking = BreakingFolder(folder)
        return await asyncio.to_thread(self._breaking.scan)

    def stories(self) -> tuple[Story, ...]:
        """Every story that can be read, newest first."""
        return tuple(sorted(self._usable(), key=lambda story: story.versioncreated, reverse=True))

    def withheld(self) -> tuple[Withheld, ...]:
        """Every article that gives no story, by file name."""
        breaking = () if self._breaking is None else self._breaking.withheld.values()
        return (*self._folder.withheld.values(), *breaking)

    def _usable(self) -> tuple[Story, ...]:
        """The same story in both folders is the breaking one."""
        breaking = {} if self._breaking is None else self._breaking.stories
        return tuple({**self._folder.stories, **breaking}.values())

    def problems(self) -> tuple[str, ...]:
        """What is wrong now, as sentences; what is mended is not among them."""
        found = [
            self._folder.problem,
            "" if self._breaking is None else self._breaking.problem,
            self._zone_problem,
            self._state_problem,
            self._save_problem,
            *self._titles.problems,
            *self._maker.problems(),
        ]
        return tuple(dict.fromkeys(problem for problem in found if problem))

    def rundown(self, plan: BulletinPlan, *, at: datetime) -> Rundown:
        """What could be said in this bulletin at this time, from the stories last scanned."""
        most = plan.max_stories or plan.max_headlines
        return write_rundown(
            plan,
            desk.choose(self._usable(), aired=self._aired, now=at, at_most=most),
            at=at.astimezone(self._zone),
            station=self._station.station.name,
            titles=self._titles,
            language=self._station.station.language,
        )

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """The bulletin to be heard at `at`, made now from the stories last scanned.

        Without stories it says that there is no news; with a plan of no stories (`max_stories` 0) it is
        headlines only. Raises as `BulletinMaker.make` does.
        """
        return await self._maker.make(plan, self.rundown(plan, at=at))

    async def render_breaking(self, story: Story, *, at: datetime, sounder: str) -> RenderedBulletin:
        """This story alone as breaking news, after `sounder`. Raises as `BulletinMaker.make` does."""
        rundown = write_breaking(
            story,
            at=at.astimezone(self._zone),
            station=self._station.station.name,
            titles=self._titles,
            sounder=bool(sounder),
            language=self._station.station.language,
        )
        return await self._maker.make_breaking(rundown, sounder=sounder)

    def mark_aired(self, slugs: Iterable[str], at: datetime) -> None:
        """These stories were heard at this time. Kept in `var/newsroom.json`; a failure is a problem text."""
        self._aired.update(dict.fromkeys(slugs, at))
        try:
            # A few KB into the page cache, once a bulletin: less than a thread for it would cost.
            storage.save_airings(self._state, self._aired, now=at)
            self._save_problem = self._state_problem = ""
        except OSError as error:
            self._save_problem = f"{self._state}: what was aired cannot be kept: {error.strerror or error}"

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        """The last good rendering of this bulletin; see `BulletinMaker.previous`."""
        return self._maker.previous(plan, now=now)

    def report(self) -> NewsroomReport:
        """What `/status` and the station's page show of the newsroom."""
        stories, withheld = self.stories(), self.withheld()
        last = self._maker.last
        return NewsroomReport(
            stories=len(stories),
            withheld=len(withheld),
            last_bulletin=BulletinReport(
                rendered_at=last.rendered_at,
                duration_s=last.duration_s,
                stories=len(last.stories),
                took_s=last.took_s,
            )
            if last is not None
            else None,
            headlines=tuple(
                Headline(
                    slug=story.slug,
                    headline=story.headline,
                    description=story.description_text,
                    source=story.source,
                    versioncreated=story.versioncreated,
                )
                for story in stories[:_REPORTED]
            ),
            withheld_files=tuple(WithheldReport(file=each.file, reason=each.reason) for each in withheld),
        )


def _zone(name: str) -> tuple[ZoneInfo, str]:
    try:
        return ZoneInfo(name), ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC"), f"station.yaml, station.timezone: there is no zone {name!r}; UTC is used"
