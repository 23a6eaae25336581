"""The newsroom as the studio knows it: scan articles, render a bulletin, remember what aired."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import StationConfig
from radiocast.model.errors import EnvironmentFault, RadiocastError
from radiocast.model.report import BulletinReport, Headline, NewsroomReport, WithheldReport
from radiocast.model.story import Story, Withheld
from radiocast.newsroom import desk, storage
from radiocast.newsroom.breaking import BreakingFolder
from radiocast.newsroom.bulletin import RenderedBulletin, RenderJob
from radiocast.newsroom.folder import ArticleFolder
from radiocast.newsroom.rendering import run_render
from radiocast.newsroom.script import BREAKING, Script, write_breaking, write_script
from radiocast.newsroom.titles import TitleWriter

# The station's page lists so many headlines; the report goes over the link whole with every change.
_REPORTED: Final = 20
# A plan may allow itself little time; less than this, and not even an empty bulletin is made.
_RENDER_AT_LEAST_S: Final = 10.0
# Breaking news that is not made by then waits for a mended voice.
_BREAKING_WITHIN_S: Final = 20.0


class Newsroom:
    """Articles in, bulletins out. One for each station; used from one event loop.

    `root` is the station's folder, `media` and `var` those in it. Nothing here blocks the loop: files are
    read in a thread, bulletins made in a process of their own.
    """

    def __init__(self, root: Path, media: Path, var: Path, station: StationConfig) -> None:
        self._media = media
        self._bulletins = var / "bulletins"
        self._state = var / "newsroom.json"
        self._station = station
        self._folder = ArticleFolder(root / station.newsroom.stories)
        self._breaking: BreakingFolder | None = None
        self._zone, self._zone_problem = _zone(station.station.timezone)
        self._titles = TitleWriter.of(station)
        self._aired, self._state_problem = storage.load_airings(self._state)
        self._previous = {
            bulletin.name: bulletin
            for bulletin in storage.load_sidecars(self._bulletins)
            if not (bulletin.voice_failed or bulletin.headlines_only or bulletin.name == BREAKING)
        }
        self._last: RenderedBulletin | None = max(
            self._previous.values(), key=lambda bulletin: bulletin.rendered_at, default=None
        )
        self._render_problems: dict[str, tuple[str, ...]] = {}
        self._save_problem = ""
        self._under_way: set[Path] = set()
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
        ]
        for name, problems in self._render_problems.items():
            found += [f"bulletin {name}: {problem}" for problem in problems]
        return tuple(dict.fromkeys(problem for problem in found if problem))

    def script(self, plan: BulletinPlan, *, at: datetime) -> Script:
        """What would be said in this bulletin at this time, from the stories last scanned."""
        most = plan.max_stories or plan.max_headlines
        newsroom = self._station.newsroom
        return write_script(
            plan,
            desk.choose(self._usable(), aired=self._aired, now=at, at_most=most),
            at=at.astimezone(self._zone),
            station=self._station.station.name,
            titles=self._titles,
            words_per_minute=newsroom.voice.words_per_minute,
            pronunciation=newsroom.pronunciation,
        )

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """The bulletin to be heard at `at`, made now from the stories last scanned.

        Without stories it says that there is no news; with a plan of no stories (`max_stories` 0) it is
        headlines only. Ends within the plan's `render_by_s`. Raises VoiceError when nothing can be spoken
        or sounded, MediaError when the audio cannot be made, EnvironmentFault when `var/` cannot be
        written; the reason is among `problems` until a render succeeds.
        """
        try:
            out = await self._reserve(plan.name, at)
            try:
                bulletin = await self._render(plan, self.script(plan, at=at), out)
            finally:
                self._under_way.discard(out)
        except RadiocastError as error:
            self._render_problems[plan.name] = (f"not rendered: {error}",)
            raise
        self._render_problems[plan.name] = bulletin.problems
        self._last = bulletin
        if not (bulletin.voice_failed or bulletin.headlines_only):
            self._previous[plan.name] = bulletin
        return bulletin

    async def render_breaking(self, story: Story, *, at: datetime, sounder: str) -> RenderedBulletin:
        """This story alone as breaking news, after `sounder` (a file under `media/`; empty for none).

        Raises as `render` does. It is no bulletin of the schedule: nothing falls back on it.
        """
        newsroom = self._station.newsroom
        script = write_breaking(
            story,
            at=at.astimezone(self._zone),
            station=self._station.station.name,
            titles=self._titles,
            words_per_minute=newsroom.voice.words_per_minute,
            sounder=bool(sounder),
            pronunciation=newsroom.pronunciation,
        )
        plan = BulletinPlan(name=BREAKING, sounder=sounder, render_by_s=_BREAKING_WITHIN_S)
        out = await self._reserve(plan.name, at)
        try:
            return await self._render(plan, script, out, urgent=True)
        finally:
            self._under_way.discard(out)

    async def _reserve(self, name: str, at: datetime) -> Path:
        """A path that neither a bulletin nor a render under way has."""
        try:
            await asyncio.to_thread(self._bulletins.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentFault(f"{self._bulletins}: bulletins cannot be kept there: {error}") from error
        path = storage.bulletin_path(self._bulletins, name, at.astimezone(UTC), taken=self._under_way)
        self._under_way.add(path)
        return path

    async def _render(
        self, plan: BulletinPlan, script: Script, out: Path, *, urgent: bool = False
    ) -> RenderedBulletin:
        started, clock = datetime.now(UTC), time.monotonic()
        audio = self._station.audio
        job = RenderJob(
            script=script,
            voice=self._station.newsroom.voice,
            sounder=str(self._media / plan.sounder) if plan.sounder else "",
            bed=str(self._media / plan.bed) if plan.bed else "",
            duck_db=plan.duck_db,
            speech_lufs=audio.speech_lufs,
            true_peak_dbtp=audio.true_peak_dbtp,
            out=str(out),
            urgent=urgent,
        )
        result = await run_render(job, timeout_s=max(_RENDER_AT_LEAST_S, plan.render_by_s))
        bulletin = RenderedBulletin(
            name=plan.name,
            path=out,
            at=script.at,
            duration_s=result.duration_s,
            cues=result.cues,
            stories=result.stories,
            rendered_at=started,
            took_s=round(time.monotonic() - clock, 3),
            voice_failed=result.voice_failed,
            headlines_only=plan.max_stories == 0,
            problems=result.problems,
            peak_memory_mb=result.peak_memory_mb,
        )
        try:
            await asyncio.to_thread(storage.save_sidecar, bulletin)
            spared = [out, *(previous.path for previous in self._previous.values())]
            await asyncio.to_thread(storage.remove_old, self._bulletins, spare=spared)
        except OSError as error:
            # The audio is there and can be played: that what lies beside it is not is a problem, no failure.
            problem = f"{self._bulletins}: the record of the bulletin cannot be kept: {error}"
            return replace(bulletin, problems=(*bulletin.problems, problem))
        return bulletin

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
        """The last good rendering of this bulletin, also of an earlier run, if its audio is still there.

        With `now`, only while it is fresh: rendered within the plan's `freshness_s`.
        """
        bulletin = self._previous.get(plan.name)
        if bulletin is None or not bulletin.path.is_file():
            return None
        if now is not None and (now - bulletin.rendered_at).total_seconds() > plan.freshness_s:
            return None
        return bulletin

    def report(self) -> NewsroomReport:
        """What `/status` and the station's page show of the newsroom."""
        stories, withheld = self.stories(), self.withheld()
        last = self._last
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
