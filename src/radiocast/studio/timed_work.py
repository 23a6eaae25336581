"""Timed work beside the air: APScheduler, one job of a name at a time, late rather than never.

Owns: the scheduler, and what becomes of it when the machine's clock is set.
Must not know: what the jobs do.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from radiocast.model.errors import LinkError

log = logging.getLogger(__name__)

# What the clock is off by in less is slewed by those that keep it.
CLOCK_SET_S: Final = 1.0


class TimedWork:
    """The studio's jobs. Each is a coroutine function that MUST NOT raise for one bad file."""

    def __init__(self, zone: tzinfo) -> None:
        self._jobs = AsyncIOScheduler(timezone=zone)
        self._wall_ahead_s = time.time() - time.monotonic()

    def start(self) -> None:
        """From now on what was added is run."""
        self._jobs.start()

    def close(self) -> None:
        """Nothing more is begun; what is under way is cancelled with the loop's tasks."""
        if self._jobs.running:
            self._jobs.shutdown(wait=False)

    def add(self, name: str, job: Callable[[], Awaitable[None]], trigger: str, **when: object) -> None:
        """Have `job` run by the scheduler; one of the same name is replaced.

        Late is better than never for all of them, and one at a time is enough.
        """

        async def run() -> None:
            try:
                await job()
            except asyncio.CancelledError:
                # The studio ends, and the scheduler would log a traceback for whatever was under way.
                log.debug("%s was ended with the studio", name)
            except LinkError:
                log.debug("%s: the transmitter is gone", name)

        self._jobs.add_job(
            run,
            trigger,
            id=name,
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            **when,
        )

    def mind_the_clock(self) -> None:
        """The scheduler waits for times of day: with a clock that was put back, for as long again."""
        ahead_s = time.time() - time.monotonic()
        set_by_s, self._wall_ahead_s = ahead_s - self._wall_ahead_s, ahead_s
        if abs(set_by_s) < CLOCK_SET_S or not self._jobs.running:
            return
        log.warning("the machine's clock was set by %+.1f s, or it slept; the hour goes on by it", set_by_s)
        for job in self._jobs.get_jobs():
            if isinstance(job.trigger, IntervalTrigger):
                job.modify(next_run_time=datetime.now(UTC))
