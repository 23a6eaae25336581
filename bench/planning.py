"""Planning: how long a week takes, with separation and back-timing, by the size of the library.

Seconds of processor time: what else the machine does must not count.
"""

import statistics
import time
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bench.backtiming import MONDAY, WEEK, config, library
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.forecast import ends_at, forecast
from radiocast.schedule.planner import next_item
from radiocast.schedule.state import PlanState

RUNS: Final = 5


def week_s(tracks: int) -> tuple[float, int]:
    """Processor seconds for a week with a fresh calendar and catalogue, and how many items it has."""
    schedule, catalogue = config(backtime=True), library(tracks=tracks, artists=tracks // 5)
    began = time.process_time()
    items = forecast(
        Calendar(schedule, ZoneInfo("Europe/London")),
        catalogue,
        PlanState(),
        start=MONDAY,
        until=MONDAY + WEEK,
        seed=1,
    )
    return time.process_time() - began, len(items)


def decisions_ms(tracks: int, span: timedelta) -> list[float]:
    """Milliseconds of processor time for each decision."""
    calendar, catalogue = (
        Calendar(config(backtime=True), ZoneInfo("Europe/London")),
        library(tracks=tracks, artists=tracks // 5),
    )
    state, since, earliest = PlanState(), MONDAY, MONDAY
    took = []
    while earliest < MONDAY + span:
        began = time.process_time_ns()
        decision = next_item(calendar, catalogue, state, playing_since=since, earliest=earliest, seed=1)
        took.append((time.process_time_ns() - began) / 1e6)
        state, since, earliest = decision.state, decision.item.planned_start, ends_at(decision.item)
    return took


def main() -> None:
    """A line for each size of library."""
    for tracks in (300, 5000):
        runs = [week_s(tracks) for _ in range(RUNS)]
        took = sorted(decisions_ms(tracks, timedelta(days=1)))
        week = statistics.median(run[0] for run in runs)
        print(
            f"{tracks:>5} tracks: a week of {runs[0][1]} items in {week:.2f} s"
            f" (median of {RUNS}); a decision {statistics.median(took):.2f} ms, "
            f"99 of 100 within {took[int(len(took) * 0.99)]:.1f} ms, the longest {took[-1]:.1f} ms"
        )


if __name__ == "__main__":
    main()
