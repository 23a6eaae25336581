"""Bulletins in the making: from a rundown to the finished audio, and what was made before.

Owns: the render job, where bulletins lie, and the last good one of each name. Must not know: which stories
are in a rundown, or why.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import StationConfig
from radiocast.model.errors import EnvironmentFault, MediaError, RadiocastError
from radiocast.newsroom.production import storage
from radiocast.newsroom.production.bulletin import RenderedBulletin, RenderJob
from radiocast.newsroom.production.rendering import run_render
from radiocast.newsroom.script.rundown import BREAKING, Rundown

# A plan may allow itself little time; less than this, and not even an empty bulletin is made.
_RENDER_AT_LEAST_S: Final = 10.0
# Breaking news that is not made by then waits for a mended voice.
_BREAKING_WITHIN_S: Final = 20.0


class BulletinMaker:
    """Renders in a process of its own and remembers what it made. One for each station; blocks no loop.

    `root` is the station's folder, `media` and `var` those in it.
    """

    def __init__(self, root: Path, media: Path, var: Path, station: StationConfig) -> None:
        self._root = root
        self._media = media
        self._bulletins = var / "bulletins"
        self._cache = var / "speech"
        self._station = station
        self._previous = {
            bulletin.name: bulletin
            for bulletin in storage.load_sidecars(self._bulletins)
            if not (bulletin.voice_failed or bulletin.headlines_only or bulletin.name == BREAKING)
        }
        self.last: RenderedBulletin | None = max(
            self._previous.values(), key=lambda bulletin: bulletin.rendered_at, default=None
        )
        self._problems: dict[str, tuple[str, ...]] = {}
        self._under_way: set[Path] = set()
        # The last one of each name that was less than its minimum.
        self._short: dict[str, RenderedBulletin] = {}

    def problems(self) -> tuple[str, ...]:
        """What is wrong with the last render of each bulletin, as sentences."""
        return tuple(
            f"bulletin {name}: {problem}" for name, problems in self._problems.items() for problem in problems
        )

    async def make(self, plan: BulletinPlan, rundown: Rundown) -> RenderedBulletin:
        """The bulletin of this rundown.

        Ends within the plan's `render_by_s`. Raises VoiceError when nothing can be spoken or sounded,
        MediaError when the audio cannot be made or is shorter than the plan's minimum, EnvironmentFault when
        `var/` cannot be written; the reason is among `problems` until a render succeeds.

        Headlines alone may be as short as they are. Where they are asked for in place of a bulletin for
        the same time that was too short, that one is given: it tells more.
        """
        short = self._short.pop(plan.name, None)
        if plan.max_stories == 0 and short is not None and short.at == rundown.at:
            return short
        try:
            bulletin = await self._render(plan, rundown)
            if plan.max_stories and bulletin.duration_s < plan.min_s:
                self._short[plan.name] = bulletin
                reason = "; ".join(bulletin.problems) or "there is too little news"
                raise MediaError(
                    f"{bulletin.duration_s:.0f} s are less than its min of {plan.min_s:g} s: {reason}"
                )
        except RadiocastError as error:
            self._problems[plan.name] = (f"not rendered: {error}",)
            raise
        self._problems[plan.name] = bulletin.problems
        self.last = bulletin
        if not (bulletin.voice_failed or bulletin.headlines_only):
            self._previous[plan.name] = bulletin
        return bulletin

    async def make_breaking(self, rundown: Rundown, *, sounder: str) -> RenderedBulletin:
        """Breaking news, after `sounder` (a file under `media/`; empty for none). Raises as `make` does.

        It is no bulletin of the schedule: nothing falls back on it.
        """
        plan = BulletinPlan(name=BREAKING, sounder=sounder, render_by_s=_BREAKING_WITHIN_S)
        return await self._render(plan, rundown, urgent=True)

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

    async def _render(
        self, plan: BulletinPlan, rundown: Rundown, *, urgent: bool = False
    ) -> RenderedBulletin:
        try:
            await asyncio.to_thread(self._bulletins.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentFault(f"{self._bulletins}: bulletins cannot be kept there: {error}") from error
        with self._reserved(plan.name, rundown.at) as out:
            return await self._render_to(out, plan, rundown, urgent=urgent)

    @contextmanager
    def _reserved(self, name: str, at: datetime) -> Iterator[Path]:
        """A path that neither a bulletin nor a render under way has."""
        path = storage.bulletin_path(self._bulletins, name, at.astimezone(UTC), taken=self._under_way)
        self._under_way.add(path)
        try:
            yield path
        finally:
            self._under_way.discard(path)

    async def _render_to(
        self, out: Path, plan: BulletinPlan, rundown: Rundown, *, urgent: bool
    ) -> RenderedBulletin:
        started, clock = datetime.now(UTC), time.monotonic()
        audio, newsroom = self._station.audio, self._station.newsroom
        job = RenderJob(
            rundown=rundown,
            voice=newsroom.voice,
            voices=newsroom.voices,
            pronunciation=newsroom.pronunciation,
            root=str(self._root),
            cache=str(self._cache),
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
            at=rundown.at,
            duration_s=result.duration_s,
            cues=result.cues,
            timings=result.timings,
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
            before = started - timedelta(days=newsroom.keep_days)
            await asyncio.to_thread(storage.remove_old, self._bulletins, before=before, spare=spared)
        except OSError as error:
            # The audio is there and can be played: that what lies beside it is not is a problem, no failure.
            problem = f"{self._bulletins}: the record of the bulletin cannot be kept: {error}"
            return replace(bulletin, problems=(*bulletin.problems, problem))
        return bulletin
