"""Timed work on a machine whose clock is set: nothing waits for a time of day that is an hour away again."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from radiocast.studio import timed_work
from radiocast.studio.timed_work import TimedWork


class Clocks(SimpleNamespace):
    """The module `time` as far as it is used here, with a wall's clock that can be set."""

    set_by_s = 0.0

    def time(self) -> float:
        return 1_700_000_000.0 + self.set_by_s

    def monotonic(self) -> float:
        return 1000.0


@pytest.mark.parametrize(("by_s", "runs"), [(-3600.0, True), (3600.0, True), (-5.0, True), (0.3, False)])
async def test_a_clock_that_is_set_has_every_job_run_and_go_on_from_there(
    monkeypatch: pytest.MonkeyPatch, by_s: float, runs: bool
) -> None:
    clocks = Clocks()
    monkeypatch.setattr(timed_work, "time", clocks)
    jobs = TimedWork(UTC)
    ran, later = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        ran.set()

    async def other() -> None:
        later.set()

    hour_away = datetime.now(UTC) + timedelta(hours=1)
    jobs.add("job", job, "interval", seconds=3600, next_run_time=hour_away)
    jobs.add("other", other, "date", run_date=hour_away)
    jobs.start()
    try:
        jobs.mind_the_clock()
        clocks.set_by_s = by_s
        jobs.mind_the_clock()
        if runs:
            await asyncio.wait_for(ran.wait(), 10)
        else:
            await asyncio.sleep(0)
            assert not ran.is_set()
        assert not later.is_set(), "what is for one time of day is for that"
    finally:
        jobs.close()
