"""`radiocast simulate`: seconds for a day without audio, and how many times real time an hour with it.

The demo station, its files measured beforehand. Three of the hour's five bulletins at least are made while
the virtual clock runs on.
"""

import argparse
import asyncio
import tempfile
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Final

from radiocast.folder import copy_station, demo_source
from radiocast.studio.simulated import Simulated
from radiocast.studio.simulation import Simulation

START: Final = datetime(2026, 3, 2, 8, 50)  # noqa: DTZ001 - by the station's clocks


def simulated(root: Path, hours: float, *, audio: bool) -> Simulated:
    """One run, its files written beside the station."""
    run = Simulation(
        root,
        root / "var",
        start=START,
        hours=hours,
        audio=root / "sound.mp3" if audio else None,
        as_run=root / "log.jsonl",
    )
    return asyncio.run(run.run())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours-with-audio", type=float, default=1.0)
    arguments, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "station"
        copy_station(demo_source(), root)
        (root / "var").mkdir(exist_ok=True)
        measured = simulated(root, 0.1, audio=False)
        print(f"{measured.measured} files listened to")
        day = simulated(root, 24.0, audio=False)
        print(f"a day without audio: {day.took_s:.2f} s, {day.tally.items} items")
        tracemalloc.start()
        simulated(root, 24.0, audio=False)
        _, day_peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        simulated(root, 24.0 * 7, audio=False)
        _, week_peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"memory at most: a day {day_peak / 2**20:.1f} MB, a week {week_peak / 2**20:.1f} MB")
        if arguments.hours_with_audio:
            hour = simulated(root, arguments.hours_with_audio, audio=True)
            print(
                f"{hour.hours:g} h with audio: {hour.took_s:.1f} s, "
                f"{hour.hours * 3600 / hour.took_s:.0f} x real time"
            )


if __name__ == "__main__":
    main()
