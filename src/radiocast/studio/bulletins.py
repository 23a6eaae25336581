"""Bulletins in time for the air: rendered by their deadline, or replaced as the schedule says.

Owns: which bulletin is ready, which is being rendered, and what happens when one is not.
Must not know: how a bulletin is made, or when it airs; it is told.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from radiocast.config.schedule import BulletinPlan
from radiocast.model.errors import RadiocastError
from radiocast.newsroom.production.bulletin import RenderedBulletin

log = logging.getLogger(__name__)

# Rendering starts this long before `render_by`: a three-minute bulletin takes a few seconds.
HEAD_START: Final = timedelta(seconds=15)
# The studio is its lead ahead of the air, and what is made again needs a moment: later than this it would not
# be in time for any lead. A render that is too late costs nothing but itself.
_RENEW_UNTIL: Final = timedelta(seconds=4)
# Even when the air is only seconds away, a render gets this long: emergency sound never needs to cover
# it, because the studio is a few seconds ahead of the air.
LEAST_PATIENCE_S: Final = 2.5
# The deck opens before the air and the first second is decoded; a bulletin that comes later is late.
_DECK_S: Final = 2.0
# A virtual clock has all the time it needs.
_UNHURRIED_S: Final = 120.0


class Renderer(Protocol):
    """What bulletins need of the newsroom."""

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        """Make the bulletin for this time on the air; with `max_stories` 0, of headlines alone.

        Raises RadiocastError when it cannot be made.
        """
        ...

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        """The last one made, perhaps before a restart; with `now`, only while it is fresh."""
        ...


def last_durations(newsroom: Renderer, plans: Mapping[str, BulletinPlan]) -> dict[str, float]:
    """How long each bulletin lasted the last time it was made, by name; those never made are left out."""
    last = {name: newsroom.previous(plan) for name, plan in plans.items()}
    return {name: made.duration_s for name, made in last.items() if made is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What goes on the air for a bulletin: it (or a stand-in, and why), or nothing, and why."""

    bulletin: RenderedBulletin | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A bulletin and when, by the clock that the air goes by, its making began."""

    bulletin: RenderedBulletin
    made_at: datetime


class Bulletins:
    """One at a time is rendered for each name; the air takes the one that is ready."""

    def __init__(self, newsroom: Renderer, *, now: Callable[[], datetime], unhurried: bool = False) -> None:
        """`now` is the wall clock. `unhurried`: on a virtual clock, wait for every render."""
        self._newsroom = newsroom
        self._now = now
        self._unhurried = unhurried
        self._rendering: dict[str, asyncio.Task[RenderedBulletin]] = {}
        self._ready: dict[str, _Ready] = {}
        self._failures: dict[str, str] = {}

    def problems(self) -> tuple[str, ...]:
        """A sentence for each bulletin whose last render failed."""
        return tuple(self._failures.values())

    def deadline(self, plan: BulletinPlan, air: datetime) -> datetime:
        """When rendering for this time on the air has to begin."""
        return air - timedelta(seconds=plan.render_by_s) - HEAD_START

    def prepare(self, plan: BulletinPlan, air: datetime) -> None:
        """Begin rendering now, unless one for about this time is ready or on its way."""
        if plan.name in self._rendering or self._is_current(plan, air):
            return
        self._begin(plan, air)

    async def renew(self, plan: BulletinPlan, air: datetime) -> bool:
        """Make it again, because the stories have changed; whether there is a newer one to take now.

        One that is not made yet needs no renewal, and for one that airs within seconds it is too late. The
        old one stays until the new one is there. Cancellation leaves the render running.
        """
        # Again and again: who waited here too may have begun the next one.
        while plan.name in self._rendering:
            await asyncio.wait({self._rendering[plan.name]})
        if not self._is_current(plan, air) or air - self._now() < _RENEW_UNTIL:
            return False
        before = self._ready[plan.name]
        await asyncio.wait({self._begin(plan, air)})
        return self._ready.get(plan.name) not in {None, before}

    def _begin(self, plan: BulletinPlan, air: datetime) -> asyncio.Task[RenderedBulletin]:
        made_at = self._now()
        if self._unhurried:
            # Begun early only to have it ready; it counts as made when the air would have begun it.
            made_at = max(made_at, self.deadline(plan, air))
        task = asyncio.create_task(self._newsroom.render(plan, at=air), name=f"bulletin-{plan.name}")
        self._rendering[plan.name] = task
        task.add_done_callback(lambda done: self._rendered(plan, made_at, done))
        return task

    async def take(self, plan: BulletinPlan, air: datetime) -> Taken:
        """The bulletin for this time on the air. Waits as long as there is time; never raises."""
        made = True
        if not self._is_current(plan, air):
            self.prepare(plan, air)
            made = await self._made(self._rendering[plan.name], air)
        ready = self._ready.get(plan.name)
        if ready is None or ready.made_at < air - timedelta(seconds=plan.freshness_s):
            return await self._stand_in(plan, air)
        if not made:
            # One that was made for an airing that did not come.
            return Taken(bulletin=ready.bulletin, reason=f"{self._why_not(plan)}; an earlier one airs")
        if ready.bulletin.voice_failed:
            return Taken(bulletin=ready.bulletin, reason="; ".join(ready.bulletin.problems))
        return Taken(bulletin=ready.bulletin)

    def aired(self, name: str) -> None:
        """The bulletin of this name is on the air: the next airing wants a new one.

        Not done by `take`, whose answer may be thrown away unheard when a schedule is saved.
        """
        self._ready.pop(name, None)

    async def _made(self, task: asyncio.Task[RenderedBulletin], air: datetime) -> bool:
        """Wait for a render as long as there is time; whether it has made its bulletin."""
        patience_s = max(LEAST_PATIENCE_S, (air - self._now()).total_seconds() - _DECK_S)
        if self._unhurried:
            patience_s = _UNHURRIED_S
        # The render is not cancelled with us: a replan in between must not throw a finished bulletin away.
        await asyncio.wait({task}, timeout=patience_s)
        return task.done() and not task.cancelled() and task.exception() is None

    def _why_not(self, plan: BulletinPlan) -> str:
        return self._failures.get(plan.name, f"bulletin {plan.name} was not ready in time")

    async def _stand_in(self, plan: BulletinPlan, air: datetime) -> Taken:
        """Walk down `on_failure`."""
        reason = self._why_not(plan)
        for means in plan.on_failure:
            match means:
                case "previous_if_fresh":
                    previous = self._newsroom.previous(plan, now=air)
                    if previous is not None:
                        return Taken(bulletin=previous, reason=f"{reason}; the previous one airs")
                case "headlines_only":
                    short = await self._headlines_only(plan, air)
                    if short is not None:
                        return Taken(bulletin=short, reason=f"{reason}; headlines only")
                case "skip":
                    break
        return Taken(bulletin=None, reason=f"{reason}; skipped")

    async def _headlines_only(self, plan: BulletinPlan, air: datetime) -> RenderedBulletin | None:
        short = dataclasses.replace(plan, max_stories=0, max_headlines=max(1, plan.max_headlines))
        patience_s = _UNHURRIED_S if self._unhurried else LEAST_PATIENCE_S
        try:
            async with asyncio.timeout(patience_s):
                return await self._newsroom.render(short, at=air)
        except (TimeoutError, RadiocastError) as error:
            log.warning("bulletin %s: not even headlines: %s", plan.name, error)
            return None

    def _rendered(self, plan: BulletinPlan, made_at: datetime, done: asyncio.Task[RenderedBulletin]) -> None:
        del self._rendering[plan.name]
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            self._ready[plan.name] = _Ready(bulletin=done.result(), made_at=made_at)
            self._failures.pop(plan.name, None)
            return
        self._failures[plan.name] = f"bulletin {plan.name} could not be made: {error}"
        log.error(self._failures[plan.name], exc_info=None if isinstance(error, RadiocastError) else error)

    def _is_current(self, plan: BulletinPlan, air: datetime) -> bool:
        """Whether the ready one was made for about this time and not for an earlier hour."""
        ready = self._ready.get(plan.name)
        return ready is not None and ready.made_at >= self.deadline(plan, air) - HEAD_START

    async def close(self) -> None:
        """End what is being rendered."""
        tasks = tuple(self._rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
