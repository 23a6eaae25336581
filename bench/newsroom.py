"""A bulletin of three minutes: how long it takes to render, and what memory its process needs.

The demo station's voice, sounder and bed; articles long enough to fill the time. The render process
is started afresh each time, as on the air. Also: how long a folder of 500 articles takes to scan.
"""

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import Identity, StationConfig
from radiocast.folder import demo_source
from radiocast.newsroom.newsroom import Newsroom

RUNS: Final = 5
_ARTICLES: Final = 500


def main() -> None:
    """Print the figures."""
    asyncio.run(_measure())


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write_articles(root / "media" / "news")
        station = StationConfig(station=Identity(name="Newsline"))
        newsroom = Newsroom(root, Path(demo_source()) / "media", root / "var", station)
        began = time.monotonic()
        await newsroom.scan()
        print(f"scan of {_ARTICLES} new articles: {time.monotonic() - began:.2f} s")
        began = time.monotonic()
        await newsroom.scan()
        print(f"scan again, nothing new: {time.monotonic() - began:.3f} s")
        plan = BulletinPlan(
            name="bench", target_s=180.0, sounder="jingles/sounder.ogg", bed="beds/news.ogg", max_stories=5
        )
        bulletins = [await newsroom.render(plan, at=datetime.now(UTC)) for _ in range(RUNS)]
    took = [bulletin.took_s for bulletin in bulletins]
    lengths = ", ".join(f"{bulletin.duration_s:.0f}" for bulletin in bulletins)
    print(f"bulletins: {lengths} s of sound for a target of {plan.target_s:g} s")
    print(f"render: median {statistics.median(took):.2f} s, worst {max(took):.2f} s, of {RUNS}")
    peak_mb = max(bulletin.peak_memory_mb for bulletin in bulletins)
    print(f"render process, peak memory: {peak_mb:.0f} MB, then none")
    for problem in newsroom.problems():
        print(f"problem: {problem}")


def _write_articles(folder: Path) -> None:
    folder.mkdir(parents=True)
    paragraph = (
        "The council said on Monday that the bridge would be repaired before the rains, and that lorries "
        "must take the old road until then. Farmers in the valley were told on Tuesday."
    )
    for number in range(_ARTICLES):
        text = (
            f"Bridge number {number} to be repaired\n\nBy Ann Roe | Valley Herald |\n\n"
            + f"{paragraph}\n\n" * 12
        )
        (folder / f"bridge-{number}.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
