"""The newsroom as the studio knows it: read stories, choose, render a bulletin, remember what aired.

Owns: the stories as they are now, from all their sources, and the desk's record. Must not know: what is on
the air; the studio asks `withdrawn` about that.
"""

import asyncio
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import StationConfig
from radiocast.model.report import NewsroomReport
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.desk import rules as desk
from radiocast.newsroom.desk.airing_log import AiringLog
from radiocast.newsroom.desk.airings import Airing, Record
from radiocast.newsroom.desk.decisions import Decisions, DecisionsFile
from radiocast.newsroom.desk.duplicates import same_stories
from radiocast.newsroom.desk.rules import NOT_TO_BE_USED, Selection
from radiocast.newsroom.intake.breaking import BreakingFolder
from radiocast.newsroom.intake.folder import ArticleFolder
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.production.making import BulletinMaker
from radiocast.newsroom.reporting import report_of
from radiocast.newsroom.script.in_language import in_language
from radiocast.newsroom.script.rundown import Rundown
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.newsroom.script.wording import Wording
from radiocast.newsroom.script.writing import write_breaking, write_rundown
from radiocast.newsroom.wire.wire import Wire

DECISIONS: Final = Path("var/desk.json")
# So many stories more than a bulletin reads, for when those before them are too short or too long for it.
_TO_CHOOSE_FROM: Final = 5
# Stories as they were read, for their pages; more than any bulletin that may still be heard has.
_REMEMBERED: Final = 200


class Newsroom:
    """Articles in, bulletins out. One for each station; used from one event loop.

    `root` is the station's folder, `media` and `var` those in it. Nothing here blocks the loop: files are
    read in a thread, bulletins made in a process of their own.
    """

    def __init__(self, root: Path, media: Path, var: Path, station: StationConfig) -> None:
        self._station = station
        self._zone, self._zone_problem = _zone(station.station.timezone)
        self._folder = ArticleFolder(root / station.newsroom.stories, self._zone)
        self._breaking: BreakingFolder | None = None
        self._wire = Wire(
            station.newsroom.feeds,
            var,
            known=root / "var",
            zone=self._zone.key,
            seed=zlib.crc32(station.station.name.encode()),
        )
        self._titles = TitleWriter.of(station)
        self._wording = Wording.of(station)
        self._aired = AiringLog(var / "newsroom.json")
        # The editor's word holds in a simulation, too, and where `var` is a stand-in.
        self._decisions = DecisionsFile(root / DECISIONS)
        self._decisions.changed()
        self._same: dict[str, tuple[str, ...]] = {}
        self._same_of: tuple[Story, ...] = ()
        self._given: dict[str, Story] = {}
        self._maker = BulletinMaker(root, media, var, station)
        self._one_scan = asyncio.Lock()

    async def scan(self, *, pages: bool = True) -> None:
        """Read what is new or changed in the folder of articles, and what the editor decided.

        Costs a stat for each file that is neither. Without `pages`, new web pages are left for the next scan.
        """
        async with self._one_scan:
            await asyncio.to_thread(self._folder.scan, pages=pages)
            self._decisions.changed()
            await self._compare()

    async def scan_breaking(
        self, folder: Path, *, now: datetime | None = None
    ) -> tuple[tuple[Story, datetime], ...]:
        """The stories in the breaking folder, with their files' times, newest first; see `BreakingFolder`.

        Those that may not be used `now` (the wall clock's time by default) are not among them. From then on
        they are stories like any other for bulletins, too. One call at a time.
        """
        if self._breaking is None or self._breaking.path != folder:
            self._breaking = BreakingFolder(folder, zone=self._zone)
        found = await asyncio.to_thread(self._breaking.scan)
        self._decisions.changed()
        refused = self.select(at=now or datetime.now(UTC)).refused
        barred = {each.slug for each in refused if each.rule in NOT_TO_BE_USED}
        return tuple((story, modified) for story, modified in found if story.slug not in barred)

    async def poll_feeds(self, now: datetime) -> bool:
        """Ask the feeds that are due; whether there are other stories than before. See `Wire.poll`."""
        changed = await self._wire.poll(now)
        if changed:
            async with self._one_scan:
                await self._compare()
        return changed

    def stories(self) -> tuple[Story, ...]:
        """Every story that can be read, whether the desk lets it or not, newest first."""
        return tuple(sorted(self._every(), key=lambda story: story.versioncreated, reverse=True))

    def withheld(self) -> tuple[Withheld, ...]:
        """Every article that gives no story, by file name."""
        breaking = () if self._breaking is None else self._breaking.withheld.values()
        return (*self._folder.withheld.values(), *breaking, *self._wire.withheld())

    def _every(self) -> tuple[Story, ...]:
        """The same story in two places is the breaking one, else the house's own."""
        breaking = {} if self._breaking is None else self._breaking.stories
        wire = {story.slug: story for story in self._wire.stories()}
        return tuple({**wire, **self._folder.stories, **breaking}.values())

    async def _compare(self) -> None:
        """Find which stories are the same, where any has changed; in a thread, since it takes a while."""
        every = self._every()
        if every != self._same_of:
            alike = self._station.newsroom.desk.duplicates
            self._same = await asyncio.to_thread(same_stories, every, alike=alike)
            self._same_of = every

    def edition(self) -> object:
        """A value that is equal to an earlier one as long as bulletins would be made of the same.

        Of the stories last scanned and the editor's decisions as they are on disk now.
        """
        self._decisions.changed()
        return self.stories(), dict(self._decisions.now.standing)

    @property
    def decisions_file(self) -> Path:
        """Where the editor's decisions are written, for whoever watches it."""
        return self._decisions.path

    @property
    def decisions(self) -> Decisions:
        """The editor's decisions as last read."""
        return self._decisions.now

    @property
    def record(self) -> Record:
        """What was heard when."""
        return self._aired.record

    @property
    def corrections(self) -> int:
        """In how many bulletins a correction is read."""
        return self._station.newsroom.desk.corrections

    def withdrawn(self, slugs: Iterable[str]) -> dict[str, str]:
        """Which of these may not be on the air any more, and why; of the decisions as they are on disk now.

        Held or killed by the editor, or withheld or canceled by its source as last scanned. A file that
        is deleted, or a time that is over, keeps a story out of later renders and does not cut it.
        """
        self._decisions.changed()
        stories = {story.slug: story for story in self._every()}
        found = {
            slug: desk.withdrawn(slug, stories.get(slug), decisions=self._decisions.now, same=self._same)
            for slug in slugs
        }
        return {slug: refusal.reason for slug, refusal in found.items() if refusal is not None}

    def select(self, *, at: datetime, record: Record | None = None) -> Selection:
        """What the desk says for this time, of the stories last scanned; `record` in place of its own."""
        return desk.select(
            self._every(),
            now=at,
            rules=self._station.newsroom.desk,
            heard=self._aired.record if record is None else record,
            decisions=self._decisions.now,
            same=self._same,
        )

    def problems(self, *, feeds: bool = True) -> tuple[str, ...]:
        """What is wrong now, as sentences; what is mended is not among them. Of the feeds only if wanted."""
        found = [
            self._folder.problem,
            "" if self._breaking is None else self._breaking.problem,
            *(self._wire.problems() if feeds else ()),
            self._zone_problem,
            self._aired.problem,
            self._decisions.problem,
            *self._titles.problems,
            *self._wording.problems,
            *self._maker.problems(),
        ]
        return tuple(dict.fromkeys(problem for problem in found if problem))

    def rundown(self, plan: BulletinPlan, *, at: datetime) -> Rundown:
        """What could be said in this bulletin at this time, from the stories last scanned. Blocks a while."""
        chosen, originals = self._chosen(plan, at)
        return self._write(plan, chosen, at, originals=originals)

    def _chosen(self, plan: BulletinPlan, at: datetime) -> tuple[tuple[Story, ...], Mapping[str, str]]:
        """The stories to write a bulletin of, and the headlines of what they correct."""
        most = plan.max_stories + _TO_CHOOSE_FROM if plan.max_stories else plan.max_headlines
        selection = self.select(at=at, record=self._aired.by(at, bulletin=plan.name))
        told = in_language(selection.chosen, plan.language, house=self._station.station.language)
        chosen = tuple(islice(told, most))
        self._remember(chosen)
        return chosen, selection.originals

    def read_out(self, slugs: Iterable[str]) -> tuple[Story, ...]:
        """These stories as they were given to a bulletin last, else as they are; none that is not known."""
        known = {**{story.slug: story for story in self._every()}, **self._given}
        return tuple(known[slug] for slug in slugs if slug in known)

    def _remember(self, stories: Iterable[Story]) -> None:
        for story in stories:
            self._given.pop(story.slug, None)
            self._given[story.slug] = story
        for slug in list(self._given)[:-_REMEMBERED]:
            del self._given[slug]

    def _write(
        self, plan: BulletinPlan, stories: Sequence[Story], at: datetime, *, originals: Mapping[str, str]
    ) -> Rundown:
        return write_rundown(
            plan,
            stories,
            at=at.astimezone(self._zone),
            station=self._station.station.name,
            titles=self._titles,
            language=self._station.station.language,
            wording=self._wording,
            corrected=originals,
        )

    def as_read(self, story: Story, *, at: datetime) -> tuple[str, ...]:
        """Every sentence of this story as a bulletin would read it, uncut, its credit last."""
        alone = BulletinPlan(name="", intro=False, outro=False, max_headlines=0, max_stories=1)
        written = self._write(alone, (story,), at, originals=self.select(at=at).originals)
        return tuple(
            sentence
            for passage in written.passages
            if passage.slug == story.slug
            for sentence in (*passage.sentences, *passage.closing)
        )

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """The bulletin to be heard at `at`, made now from the stories last scanned.

        Without stories it says that there is no news; with a plan of no stories (`max_stories` 0) it is
        headlines only. Raises as `BulletinMaker.make` does.
        """
        chosen, originals = self._chosen(plan, at)
        # Long stories take their time to be put into words: a quarter of a second, were it done on the loop.
        rundown = await asyncio.to_thread(self._write, plan, chosen, at, originals=originals)
        bulletin = await self._maker.make(plan, rundown)
        self._aired.made(plan.name, at, bulletin.stories)
        return bulletin

    async def render_breaking(self, story: Story, *, at: datetime, sounder: str) -> RenderedBulletin:
        """This story alone as breaking news, after `sounder`. Raises as `BulletinMaker.make` does."""
        self._remember((story,))
        rundown = await asyncio.to_thread(
            write_breaking,
            story,
            at=at.astimezone(self._zone),
            station=self._station.station.name,
            titles=self._titles,
            sounder=bool(sounder),
            language=self._station.station.language,
            wording=self._wording,
        )
        return await self._maker.make_breaking(rundown, sounder=sounder)

    def mark_aired(self, slugs: Iterable[str], at: datetime, *, bulletin: str = "") -> None:
        """These stories were heard at this time, and with them every version of them.

        Kept in `var/newsroom.json`; a failure is a problem text.
        """
        versions = dict.fromkeys(each for slug in slugs for each in self._same.get(slug, (slug,)))
        headlines = {story.slug: story.headline for story in self._every()}
        self._aired.mark(versions, Airing(at=at, bulletin=bulletin), headlines=headlines)

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        """The last good rendering of this bulletin; see `BulletinMaker.previous`.

        With `now`, which is to play it, none that tells of a story that is withdrawn since.
        """
        bulletin = self._maker.previous(plan, now=now)
        if bulletin is None or now is None:
            return bulletin
        told = {*bulletin.stories, *(timing.slug for timing in bulletin.timings if timing.slug)}
        return None if self.withdrawn(told) else bulletin

    def report(self) -> NewsroomReport:
        """What `/status` and the station's page show of the newsroom."""
        return report_of(
            self.stories(),
            self.select(at=datetime.now(UTC)),
            unreadable=self.withheld(),
            last=self._maker.last,
            feeds=self._wire.reports(),
            shown=lambda story: self._wording.shown(story, self._station.station.language),
        )


def _zone(name: str) -> tuple[ZoneInfo, str]:
    try:
        return ZoneInfo(name), ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC"), f"station.yaml, station.timezone: there is no zone {name!r}; UTC is used"
