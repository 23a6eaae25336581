"""Planning: how long a week takes, with separation and back-timing, by the size of library and schedule.

The large schedule is that of `bench loading`: of its 5,000 lines a week is planned, they are reviewed as at
each save of the file, and examined as by `radiocast check`.

Seconds of processor time: what else the machine does must not count.
"""

import statistics
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bench.backtiming import MONDAY, WEEK, config, file, library
from bench.loading import LINES, schedule_of
from radiocast.config.load import parse_schedule
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import ends_at, forecast
from radiocast.schedule.planner import next_item
from radiocast.schedule.review import Circumstances, examine, review
from radiocast.schedule.state import PlanState

RUNS: Final = 5
ZONE: Final = ZoneInfo("Europe/London")


def week_s(tracks: int) -> tuple[float, int]:
    """Processor seconds for a week with a fresh calendar and catalogue, and how many items it has."""
    schedule, catalogue = config(backtime=True), library(tracks=tracks, artists=tracks // 5)
    began = time.process_time()
    items = forecast(
        Calendar(schedule, ZONE),
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
        Calendar(config(backtime=True), ZONE),
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


def large_library() -> Catalogue:
    """What the large schedule names: forty rotations of twenty tracks, sixty carts of their cuts."""
    chance = Random(3)
    files = [file("jingles/sounder.ogg", 4.0, "", "sounder", 0.0)]
    for folder in range(40):
        for number in range(20):
            path = f"music/{folder}/{'hits/' if number % 4 == 0 else ''}{number}.ogg"
            length_s = min(360.0, max(120.0, chance.lognormvariate(5.35, 0.22)))
            artist, tail_s = f"Artist {chance.randrange(60)}", chance.uniform(0.0, 2.0)
            files.append(file(path, length_s, artist, f"Song {folder}-{number}", tail_s))
    for cart in range(60):
        files += [file(f"promos/{cart}/{cut}.ogg", chance.uniform(10, 30), "", "", 0.0) for cut in range(21)]
    return Catalogue(files, crossfade_s=2.0)


def large_s() -> tuple[float, float, float, int]:
    """Processor seconds for a week of the large schedule, for its review, for its examination; its items."""
    path = Path("schedule.yaml")
    schedule = parse_schedule(schedule_of(LINES), path)
    planned_from, reviewed_with, examined_with = (large_library() for _ in range(3))
    times = [time.process_time()]
    items = forecast(
        Calendar(schedule, ZONE),
        planned_from,
        PlanState(),
        start=MONDAY,
        until=MONDAY + WEEK,
        seed=1,
    )
    times.append(time.process_time())
    review(schedule, reviewed_with, file=path)
    times.append(time.process_time())
    examine(schedule, examined_with, Circumstances(now=MONDAY, zone=ZONE), file=path)
    times.append(time.process_time())
    planned, reviewed, examined = (b - a for a, b in pairwise(times))
    return planned, reviewed, examined, len(items)


def main() -> None:
    """A line for each size of library, and one for the large schedule."""
    for tracks in (300, 5000):
        runs = [week_s(tracks) for _ in range(RUNS)]
        took = sorted(decisions_ms(tracks, timedelta(days=1)))
        week = statistics.median(run[0] for run in runs)
        print(
            f"{tracks:>5} tracks: a week of {runs[0][1]} items in {week:.2f} s"
            f" (median of {RUNS}); a decision {statistics.median(took):.2f} ms, "
            f"99 of 100 within {took[int(len(took) * 0.99)]:.1f} ms, the longest {took[-1]:.1f} ms"
        )
    large = [large_s() for _ in range(RUNS)]
    week, reviewed, examined = (statistics.median(run[i] for run in large) for i in range(3))
    print(
        f"{LINES} lines of schedule: a week of {large[0][3]} items in {week:.2f} s (median of {RUNS}); "
        f"review {reviewed:.2f} s, check {examined:.2f} s"
    )


if __name__ == "__main__":
    main()
