"""The queue of breaking news: what is new and fresh waits for the air, once."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from radiocast.config.schedule import Breaking
from radiocast.model.errors import VoiceError
from radiocast.model.play import Cue, Kind, Start
from radiocast.model.story import Story
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.studio.breaking import BreakingNews

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PLAN = Breaking(folder="media/news/breaking", priority=98, max_age_s=600.0)


def story(slug: str, headline: str = "Bridge closed", body: str = "") -> Story:
    return Story(slug=slug, headline=headline, body_text=(body,), versioncreated=NOW)


class Room:
    """A newsroom with this folder; renders at once, or fails."""

    def __init__(self) -> None:
        self.found: list[tuple[Story, datetime]] = []
        self.rendered: list[str] = []
        self.asked = 0
        self.fails = False
        self.folders: list[Path] = []
        self.audio = Path("/var/breaking.flac")
        self.gone: dict[str, str] = {}

    async def scan_breaking(self, folder: Path) -> tuple[tuple[Story, datetime], ...]:
        self.folders.append(folder)
        return tuple(sorted(self.found, key=lambda each: each[1], reverse=True))

    def withdrawn(self, slugs: Iterable[str]) -> dict[str, str]:
        return {slug: self.gone[slug] for slug in slugs if slug in self.gone}

    async def render_breaking(self, story: Story, *, at: datetime, sounder: str) -> RenderedBulletin:
        self.asked += 1
        if self.fails:
            raise VoiceError("no voice can speak")
        self.rendered.append(story.slug)
        cue = Cue(at_s=0.0, kind=Kind.STORY, title=story.headline, stream_title=story.headline)
        return RenderedBulletin(
            name="breaking news",
            path=self.audio,
            at=at,
            duration_s=12.0,
            cues=(cue,),
            stories=(story.slug,),
            rendered_at=at,
            took_s=1.0,
        )


class Desk:
    """Breaking news with a newsroom and a clock of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.room = Room()
        self.restart()

    def restart(self) -> None:
        self.news = BreakingNews(self.room, root=self.folder, var=self.folder, now=lambda: self.now)

    def drop(self, item: Story, *, minutes_ago: float = 0.0) -> None:
        self.room.found = [each for each in self.room.found if each[0].slug != item.slug]
        self.room.found.append((item, self.now - timedelta(minutes=minutes_ago)))

    async def look(self) -> bool:
        return await self.news.look(PLAN)

    def air(self) -> str:
        waiting = self.news.next()
        assert waiting is not None
        self.news.started(waiting.source)
        self.news.finished(waiting.source)
        return waiting.source


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_new_story_waits_for_the_air_with_its_priority_and_its_sound(desk: Desk) -> None:
    desk.drop(story("bridge"))
    assert await desk.look()
    assert desk.room.folders == [desk.folder / "media/news/breaking"]
    waiting = desk.news.next()
    assert waiting is not None
    ready = waiting.ready(NOW, start=Start.HARD)
    assert (ready.item.source, ready.item.kind, ready.item.priority) == ("breaking/bridge", Kind.STORY, 98)
    assert (ready.item.start, ready.item.planned_start, ready.item.expected_s) == (Start.HARD, NOW, 12.0)
    assert ready.speech


async def test_what_has_been_on_the_air_is_not_again_also_after_a_restart(desk: Desk) -> None:
    desk.drop(story("bridge"))
    await desk.look()
    desk.air()
    assert not await desk.look()
    desk.drop(story("bridge", body="Corrected."))
    assert not await desk.look(), "a correction is for the next bulletin"
    desk.restart()
    assert not await desk.look()
    assert desk.news.next() is None
    desk.drop(story("bridge", "Bridge open again"))
    assert await desk.look(), "a new headline is news"


async def test_what_a_killed_studio_was_reading_is_read_again(desk: Desk) -> None:
    desk.drop(story("bridge"))
    await desk.look()
    desk.news.started("breaking/bridge")
    assert not await desk.look()
    desk.restart()
    assert await desk.look()


async def test_several_come_in_the_order_of_their_files(desk: Desk) -> None:
    desk.drop(story("second"), minutes_ago=1)
    desk.drop(story("first"), minutes_ago=2)
    assert await desk.look()
    assert desk.news.next() is not None, "it does not wait for the second to be made"
    assert desk.room.asked == 1
    assert await desk.look()
    assert not await desk.look()
    assert [desk.air(), desk.air()] == ["breaking/first", "breaking/second"]


async def test_what_is_old_or_was_taken_away_is_not_aired(desk: Desk) -> None:
    desk.drop(story("old"), minutes_ago=11)
    assert not await desk.look()
    desk.drop(story("bridge"))
    await desk.look()
    desk.room.found.clear()
    await desk.look()
    assert desk.news.next() is None


async def test_what_cannot_be_made_is_told_and_tried_again(desk: Desk) -> None:
    desk.room.fails = True
    desk.drop(story("bridge"))
    assert not await desk.look()
    assert "no voice can speak" in desk.news.problems()[0]
    desk.room.fails = False
    assert not await desk.look(), "not at once again"
    # What failed may have been a moment's: the next look is two seconds later.
    desk.now += timedelta(seconds=2)
    assert await desk.look()
    assert not desk.news.problems()


@pytest.mark.parametrize("unplayable", [False, True])
async def test_what_fails_again_and_again_is_tried_less_often(desk: Desk, unplayable: bool) -> None:
    desk.room.fails = not unplayable
    desk.drop(story("bridge"))
    tried = []
    for second in range(120):
        before = desk.room.asked
        if await desk.look():
            desk.news.give_up("breaking/bridge", "no sound in it")
        if desk.room.asked > before:
            tried.append(second)
        desk.now += timedelta(seconds=1)
    apart = [after - before for before, after in pairwise(tried)]
    assert apart == [1, 2, 4, 8, 15, 15, 15, 15, 15, 15]


async def test_without_a_breaking_folder_nothing_waits(desk: Desk) -> None:
    desk.drop(story("bridge"))
    await desk.look()
    assert not await desk.news.look(None)
    assert desk.news.next() is None


async def test_what_is_withdrawn_while_it_waits_is_not_aired(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.drop(story("bridge"), minutes_ago=1)
    desk.drop(story("rain", "Rain"))
    assert await desk.look()
    assert await desk.look()
    assert not desk.news.withdraw()
    desk.room.gone["bridge"] = "killed by ann: wrong bridge"
    assert desk.news.withdraw()
    assert desk.air() == "breaking/rain"
    assert desk.news.next() is None


async def test_what_is_withdrawn_while_it_is_made_never_waits(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.drop(story("bridge"))
    desk.room.gone["bridge"] = "killed by ann: wrong bridge"
    assert not await desk.look()
    assert desk.news.next() is None


async def test_a_file_that_is_taken_away_while_it_waits_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.drop(story("bridge"))
    assert await desk.look()
    desk.room.found.clear()
    assert await desk.look(), "what was given out for the air is not to be aired"
    assert desk.news.next() is None
    assert not await desk.look()
