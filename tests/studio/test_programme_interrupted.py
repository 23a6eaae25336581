"""The programme when something comes in between: breaking news, a stream that is lost and comes back."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

from radiocast.config.station import Identity, StationConfig
from radiocast.model.play import AsRunEntry, Kind, Outcome, PlayItem, Start, StreamPart
from radiocast.studio.breaking import BreakingItem, BreakingNews
from radiocast.studio.bulletins import Bulletins
from radiocast.studio.entries import entry_of
from radiocast.studio.programme import StationProgramme
from radiocast.studio.ready import ReadyItem
from radiocast.studio.remotes import Remotes
from radiocast.studio.schedule_file import ScheduleFile
from tests.studio.test_breaking import PLAN, Room, story
from tests.studio.test_programme import NOW, FakeLibrary, FakeNewsroom, tone

URL = "https://example.org/live.mp3"
SCHEDULE = f"""\
rotations:
  music: {{files: "music/**", order: sequence}}
bulletins:
  news: {{target: 60s, parts: [stories: {{max: 2}}]}}
clocks:
  hour:
    - {{fill: "stream/{URL}", until: "40:00"}}
    - {{fill: rotation/music, until: "45:00"}}
    - {{at: "45:00", start: hard, play: bulletin/news}}
    - {{fill: rotation/music, until: "60:00"}}
grid: {{default: hour}}
sustainer: rotation/music
"""
LOST = f"{URL}: the stream ended"


class House:
    """A programme whose clock is the test's."""

    def __init__(self, folder: Path) -> None:
        (folder / "config").mkdir()
        path = folder / "config" / "schedule.yaml"
        path.write_text(SCHEDULE)
        schedule = ScheduleFile(path, folder)
        schedule.load()
        assert not schedule.problems
        self.now = NOW  # 12:10
        self.room = Room()
        self.breaking = BreakingNews(self.room, root=folder, var=folder, now=lambda: self.now)
        self.remotes = Remotes(back=self.back, sleep=self.never)
        self.newsroom = FakeNewsroom()
        self.log: list[AsRunEntry] = []
        self.replanned = 0
        self.programme = StationProgramme(
            config=StationConfig(station=Identity(name="Test FM")),
            media=folder / "media",
            schedule=schedule,
            library=FakeLibrary([tone(name, seconds=400.0) for name in "abcdef"]),
            newsroom=self.newsroom,
            bulletins=Bulletins(self.newsroom, now=lambda: self.now, unhurried=True),
            breaking=self.breaking,
            remotes=self.remotes,
            now=lambda: self.now,
            write_as_run=self.log.append,
            seed=1,
        )
        self.programme.replan = self.replan
        self.since = NOW

    def back(self, url: str) -> None:
        self.programme.stream_is_back(url)

    async def never(self, seconds: float) -> None:
        raise AssertionError("nothing is awaited while nobody lets the loop run")

    def replan(self) -> None:
        self.replanned += 1

    async def ask(self, minutes: float) -> ReadyItem:
        """What follows what ends so many minutes past the hour."""
        earliest = NOW.replace(minute=0) + timedelta(minutes=minutes)
        return await self.programme.next_item(playing_since=self.since, earliest=earliest)

    def start(self, item: PlayItem, minutes: float | None = None) -> None:
        self.now = self.since = (
            item.planned_start if minutes is None else NOW.replace(minute=0) + timedelta(minutes=minutes)
        )
        self.programme.started(item, self.now)

    def end(self, item: PlayItem, at: datetime | None = None) -> None:
        self.programme.finished(entry_of(item, outcome=Outcome.AIRED, reason="", start=at or self.since))

    async def breaks(self, slug: str) -> BreakingItem:
        self.room.found.append((story(slug), self.now))
        assert await self.breaking.look(PLAN)
        waiting = self.breaking.next()
        assert waiting is not None
        return waiting


async def test_breaking_news_comes_at_once_and_then_the_plan_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.start((await house.ask(41)).item)  # music
    before = (await house.ask(44)).item
    house.now += timedelta(minutes=1)
    await house.breaks("bridge")
    ready = await house.ask(44)
    assert (ready.item.source, ready.item.start) == ("breaking/bridge", Start.HARD)
    assert ready.item.planned_start == house.now
    assert (ready.item.priority, ready.speech) == (98, True)
    house.start(ready.item)
    after = (await house.ask(44)).item
    assert (after.title, after.source) == (before.title, before.source), "what was next is next again"
    house.end(ready.item)
    assert house.newsroom.aired == ["bridge"]
    assert house.breaking.next() is None


async def test_breaking_news_does_not_interrupt_breaking_news_but_a_bulletin(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.start((await house.ask(41)).item)
    bulletin = (await house.ask(46)).item
    assert bulletin.kind is Kind.BULLETIN
    house.start(bulletin)
    house.now += timedelta(seconds=5)
    await house.breaks("bridge")
    first = (await house.ask(46)).item
    assert first.start is Start.HARD
    house.start(first)
    await house.breaks("flood")
    second = (await house.ask(46.2)).item
    assert (second.source, second.start) == ("breaking/flood", Start.FOLLOW)
    assert second.planned_start == NOW.replace(minute=46, second=12)


async def test_a_hard_start_that_breaking_news_ran_over_is_not_lost(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.start((await house.ask(41)).item)
    house.now = NOW.replace(minute=44, second=55)
    await house.breaks("bridge")
    house.start((await house.ask(46)).item)
    late = (await house.ask(45.2)).item
    assert late.source == "bulletin/news"
    assert late.due == NOW.replace(minute=45)


async def test_a_story_that_cannot_be_played_does_not_come_again_at_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.start((await house.ask(41)).item)
    await house.breaks("bridge")
    item = (await house.ask(44)).item
    await house.programme.failed(item, "the file is gone")
    assert (await house.ask(44)).item.kind is Kind.TRACK
    assert "the file is gone" in house.breaking.problems()[0]


async def test_a_stream_is_relayed_and_covered_by_the_sustainer_while_it_is_lost(tmp_path: Path) -> None:
    house = House(tmp_path)
    ready = await house.ask(10)
    assert ready.item.part == StreamPart(url=URL)
    assert ready.path is None
    assert ready.cues[0].stream_title == "example.org/live.mp3"
    assert ready.duration_s == 30 * 60.0
    house.start(ready.item)
    await house.programme.failed(ready.item, LOST)
    cover = (await house.ask(12)).item
    assert (cover.kind, cover.source) == (Kind.SUSTAINER, "rotation/music")
    assert all(URL not in upcoming.title for upcoming in house.programme.upcoming())
    await house.remotes.close()


async def covered(house: House) -> PlayItem:
    """A stream that was lost at 12:12, and a cover of six minutes and forty seconds."""
    relay = (await house.ask(10)).item
    house.start(relay)
    await house.programme.failed(relay, LOST)
    cover = (await house.ask(12)).item
    house.start(cover, 12)
    await house.remotes.close()
    for stream in house.remotes._streams.values():
        stream.reason = ""
    return cover


async def test_a_stream_that_is_back_fades_out_a_cover_that_goes_on_for_long(tmp_path: Path) -> None:
    house = House(tmp_path)
    cover = await covered(house)
    house.now += timedelta(seconds=20)
    house.programme.stream_is_back(URL)
    assert house.replanned == 1
    ends = 12 + cover.expected_s / 60
    relay = (await house.ask(ends)).item
    assert relay.part == StreamPart(url=URL)
    assert relay.start is Start.HARD
    assert house.now < relay.planned_start < house.now + timedelta(seconds=30)
    assert "it is back" in relay.reason
    until = relay.planned_start + timedelta(seconds=relay.expected_s)
    assert until == NOW.replace(minute=40)


async def test_a_stream_that_is_back_waits_for_the_end_of_a_cover_that_is_near(tmp_path: Path) -> None:
    house = House(tmp_path)
    await covered(house)
    house.now = NOW.replace(minute=17, second=40)
    house.programme.stream_is_back(URL)
    relay = (await house.ask(18.6)).item
    assert relay.part == StreamPart(url=URL)
    assert relay.start is Start.FOLLOW
    assert relay.planned_start == NOW.replace(minute=18, second=36)


async def test_a_stream_that_is_back_after_its_time_changes_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    cover = await covered(house)
    house.start(dataclasses.replace(cover, id="later"), 39.9)
    house.programme.stream_is_back(URL)
    assert (await house.ask(44)).item.kind is Kind.TRACK


async def test_on_a_virtual_clock_a_stream_is_covered_from_the_start(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.remotes.reachable = False
    item = (await house.ask(10)).item
    assert item.kind is Kind.SUSTAINER
    assert [entry.outcome for entry in house.log] == [Outcome.FAILED]
