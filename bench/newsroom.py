"""A bulletin of three minutes: made from nothing, made again with one story changed; breaking news.

The demo station's voice, sounder and bed; a folder of 500 articles, no two alike. The render process is
started afresh each time, as on the air, and its start counts. Every figure is the median of its runs.
"""

import asyncio
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import Identity, StationConfig
from radiocast.folder import demo_source
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.production.bulletin import RenderedBulletin

RUNS: Final = 5
_ARTICLES: Final = 500
_PLAN: Final = BulletinPlan(
    name="bench", target_s=180.0, sounder="jingles/sounder.ogg", bed="beds/news.ogg", max_stories=5
)
_WORDS: Final = [
    "bridge",
    "ferry",
    "council",
    "orchard",
    "teacher",
    "winter",
    "captain",
    "lantern",
    "harvest",
    "mountain",
    "baker",
    "library",
    "window",
    "village",
    "morning",
    "river",
    "engine",
    "garden",
    "letter",
    "market",
    "museum",
    "pepper",
    "basket",
    "wagon",
    "shelter",
    "meadow",
    "farmer",
    "singer",
    "clock",
    "painter",
    "stable",
    "bicycle",
    "kitchen",
    "ladder",
    "pocket",
    "saddle",
    "timber",
    "violin",
    "barley",
    "cabin",
    "copper",
    "feather",
    "hammer",
    "island",
    "jacket",
    "kettle",
    "lemon",
    "marble",
    "needle",
    "onion",
    "parcel",
    "quarry",
    "ribbon",
    "sailor",
    "tailor",
    "umbrella",
    "valley",
    "walnut",
    "yellow",
    "anchor",
    "blanket",
    "candle",
    "donkey",
    "elbow",
    "forest",
    "gallon",
    "hollow",
    "insect",
    "journey",
]


def main() -> None:
    """Print the figures."""
    asyncio.run(_measure())


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, press = Path(folder), _Press()
        news = root / "media" / "news"
        news.mkdir(parents=True)
        for number in range(_ARTICLES):
            press.write(news / f"article-{number}.txt")
        station = StationConfig(station=Identity(name="Newsline"))
        newsroom = Newsroom(root, Path(demo_source()) / "media", root / "var", station)
        print(f"{_ARTICLES} new articles read and compared: {await _seconds(newsroom.scan):.2f} s")
        print(f"looked at again, nothing new: {await _seconds(newsroom.scan):.3f} s")
        print(f"bulletins with a target of {_PLAN.target_s:g} s; medians and worst of {RUNS}:")

        async def render() -> RenderedBulletin:
            return await newsroom.render(_PLAN, at=datetime.now(UTC))

        async def cold() -> RenderedBulletin:
            shutil.rmtree(root / "var", ignore_errors=True)
            return await render()

        await _report("from nothing", cold)
        await _report("again, nothing changed", render)
        last = await render()

        async def changed() -> RenderedBulletin:
            press.write(news / f"{last.stories[2]}.txt")
            await newsroom.scan()
            return await render()

        await _report("one story changed, article saved to audio ready", changed)

        async def added() -> RenderedBulletin:
            press.write(news / f"new-{press.written}.txt")
            await newsroom.scan()
            return await render()

        await _report("a new article, saved to audio ready", added)

        async def breaking() -> RenderedBulletin:
            press.write(news / "breaking" / f"news-{press.written}.txt")
            ((story, _), *_older) = await newsroom.scan_breaking(news / "breaking")
            return await newsroom.render_breaking(story, at=datetime.now(UTC), sounder="jingles/sounder.ogg")

        await _report("breaking news, saved to audio ready (0.25 s of it: is the file whole?)", breaking)
        for problem in newsroom.problems():
            print(f"problem: {problem}")


async def _report(what: str, make: Callable[[], Awaitable[RenderedBulletin]]) -> None:
    took: list[float] = []
    made: list[RenderedBulletin] = []
    for _ in range(RUNS):
        began = time.monotonic()
        made.append(await make())
        took.append(time.monotonic() - began)
    lengths = ", ".join(f"{each.duration_s:.1f}" for each in made)
    rendering = statistics.median(each.took_s for each in made)
    memory_mb = max(each.peak_memory_mb for each in made)
    print(
        f"  {what}: {statistics.median(took):.2f} s, worst {max(took):.2f} s (rendering {rendering:.2f} s);"
        f" its process {memory_mb:.0f} MB; {lengths} s of sound"
    )


async def _seconds(work: Callable[[], Awaitable[None]]) -> float:
    began = time.monotonic()
    await work()
    return time.monotonic() - began


class _Press:
    """Writes articles of ordinary length, no two alike, and the same ones in every run."""

    def __init__(self) -> None:
        self.written = 0
        self._choose = random.Random(1)

    def write(self, path: Path) -> None:
        self.written += 1
        paragraphs = "\n\n".join(f"{self._sentence()} {self._sentence()}" for _ in range(8))
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"{self._sentence(7)[:-1]}\n\nBy Ann Roe | Valley Herald |\n\n{paragraphs}\n", "utf-8"
        )

    def _sentence(self, words: int = 0) -> str:
        chosen = self._choose.choices(_WORDS, k=words or self._choose.randint(8, 24))
        return f"The {' '.join(chosen)}."


if __name__ == "__main__":
    main()
