"""The lookout: a file dropped into the breaking folder wakes it, and so does a while without one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from radiocast.studio import lookout as module
from radiocast.studio.lookout import Lookout
from radiocast.studio.rooms import Rooms


class FakeRooms:
    """Rooms in which only the breaking folder and the schedule are of interest."""

    def __init__(self, root: Path) -> None:
        (root / "config").mkdir()
        self.media = root / "media"
        self.articles = root / "media" / "news"
        self.breaking_folder = self.articles / "breaking"
        self.breaking_folder.mkdir(parents=True)
        self.schedule: Any = SimpleNamespace(
            path=root / "config" / "schedule.yaml",
            config=SimpleNamespace(breaking="the plan"),
            load=self.load,
            told=(),
        )
        self.newsroom: Any = SimpleNamespace(edition=tuple, scan=self.nothing)
        self.programme: Any = SimpleNamespace(next_bulletin=lambda: None)
        self.breaking: Any = SimpleNamespace(look=self.look)
        self.looked: list[object] = []
        self.has_looked = asyncio.Event()
        self.more = False
        self.loaded = 0

    def load(self) -> bool:
        self.loaded += 1
        return True

    async def nothing(self) -> None:
        return None

    async def look(self, plan: object) -> bool:
        self.looked.append(plan)
        self.has_looked.set()
        more, self.more = self.more, False
        return more


async def run(
    rooms: FakeRooms,
    told: Callable[[], None],
    then: Callable[[], Awaitable[None]],
    stories: Callable[[], None] = lambda: None,
) -> None:
    """The lookout, until what is awaited in `then` has come."""
    lookout = Lookout(cast("Rooms", rooms), replan=told, look_at_stories=stories)
    async with asyncio.TaskGroup() as tasks:
        work = [
            tasks.create_task(lookout.watch(rooms.nothing)),
            tasks.create_task(lookout.wait_for_breaking()),
        ]
        await then()
        for task in work:
            task.cancel()


async def test_what_is_new_is_told_and_the_folder_is_looked_into_again_and_again(tmp_path: Path) -> None:
    rooms = FakeRooms(tmp_path)
    told: list[str] = []

    async def twice() -> None:
        await rooms.has_looked.wait()
        rooms.has_looked.clear()
        rooms.more = True
        # Nothing is dropped: the next look comes by itself.
        await rooms.has_looked.wait()

    await run(rooms, lambda: told.append("anew"), twice)
    assert rooms.looked[:2] == ["the plan", "the plan"]
    assert told == ["anew"]


async def test_breaking_news_on_the_air_is_looked_at_after_each_look_into_its_folder(tmp_path: Path) -> None:
    rooms = FakeRooms(tmp_path)
    looked_at = asyncio.Event()

    async def once() -> None:
        await looked_at.wait()
        assert rooms.looked

    await run(rooms, lambda: None, once, stories=looked_at.set)


async def test_a_saved_schedule_is_read_and_told(tmp_path: Path) -> None:
    rooms = FakeRooms(tmp_path)
    told = asyncio.Event()

    async def saved() -> None:
        count = 0
        # The watch begins in a thread of its own at some time: save until it has seen it.
        while not told.is_set():
            count += 1
            rooms.schedule.path.write_text(f"# {count}\n")
            try:
                async with asyncio.timeout(0.3):
                    await told.wait()
            except TimeoutError:
                continue

    await run(rooms, told.set, saved)
    assert rooms.loaded >= 1


async def test_stories_of_a_feed_are_taken_as_those_of_the_folder_are(tmp_path: Path) -> None:
    rooms = FakeRooms(tmp_path)
    asked: list[object] = []
    renewed: list[object] = []
    stories: list[str] = []

    async def poll(now: object) -> bool:
        asked.append(now)
        return bool(stories)

    async def renew(plan: object, air: object) -> bool:
        renewed.append((plan, air))
        return True

    rooms.newsroom = SimpleNamespace(edition=lambda: tuple(stories), poll_feeds=poll)
    rooms.programme.next_bulletin = lambda: ("hourly", "at noon")
    rooms.schedule.config.bulletins = {"hourly": "its plan"}
    more: Any = rooms
    more.now, more.bulletins = lambda: "now", SimpleNamespace(renew=renew)
    told: list[str] = []
    lookout = Lookout(cast("Rooms", rooms), replan=lambda: told.append("anew"))
    await lookout.look_at_feeds()
    assert (asked, renewed, told) == (["now"], [], [])
    stories.append("a story")
    await lookout.look_at_feeds()
    assert renewed == [("its plan", "at noon")]
    assert told == ["anew"]


class Desk:
    """What a decision of the editor's does to these rooms, counted."""

    def __init__(self, root: Path) -> None:
        self.rooms = FakeRooms(root)
        self.file = root / "var" / "desk.json"
        self.file.parent.mkdir()
        self.told: list[str] = []
        self.has_heard = asyncio.Event()
        self.editions = 0
        newsroom: Any = self.rooms.newsroom
        newsroom.decisions_file, newsroom.edition = self.file, self.edition
        self.rooms.breaking.withdraw = lambda: True
        self.lookout = Lookout(
            cast("Rooms", self.rooms), replan=lambda: self.told.append("anew"), look_at_stories=self.look
        )

    def edition(self) -> int:
        self.editions += 1
        return self.editions

    def look(self) -> None:
        self.told.append("look")
        self.has_heard.set()

    async def run(self, *work: Awaitable[None]) -> None:
        """The lookout does this until the decision was heard of."""

        async def forever(one: Awaitable[None]) -> None:
            await one

        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(forever(one)) for one in work]
            count = 0
            while not self.has_heard.is_set():
                count += 1
                self.file.write_text(f"{{}}{' ' * count}")
                try:
                    async with asyncio.timeout(1.0):
                        await self.has_heard.wait()
                except TimeoutError:
                    continue
            for task in running:
                task.cancel()


async def test_a_decision_is_told_to_the_air_first_and_then_to_everybody(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.run(desk.lookout.wait_for_decisions(), desk.lookout.watch_the_desk())
    assert desk.told[:2] == ["look", "anew"]


async def test_a_decision_is_seen_where_no_watch_sees_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.run(desk.lookout.wait_for_decisions())
    assert desk.told[0] == "look"


async def test_a_folder_that_cannot_be_watched_does_not_end_the_lookout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)

    def no_watch(*_: object, **__: object) -> None:
        raise OSError(28, "no more watches")

    monkeypatch.setattr(module, "awatch", no_watch)
    await desk.run(desk.lookout.wait_for_decisions(), desk.lookout.watch_the_desk())


async def test_however_many_stories_come_in_while_it_is_made_again_it_is_made_once_more(
    tmp_path: Path,
) -> None:
    rooms = FakeRooms(tmp_path)
    editions = iter(range(100))
    renewed: list[object] = []
    done = asyncio.Event()

    async def renew(plan: object, air: object) -> bool:
        renewed.append(plan)
        await done.wait()
        return False

    rooms.newsroom = SimpleNamespace(edition=lambda: next(editions), scan=rooms.nothing)
    rooms.programme.next_bulletin = lambda: ("hourly", "at noon")
    rooms.schedule.config.bulletins = {"hourly": "its plan"}
    more: Any = rooms
    more.bulletins = SimpleNamespace(renew=renew)
    lookout = Lookout(cast("Rooms", rooms), replan=lambda: None)
    looks = [asyncio.create_task(lookout.look_at_articles()) for _ in range(9)]
    for _ in iter(lambda: bool(renewed) and all(look.done() for look in looks[1:]), True):
        await asyncio.sleep(0)
    done.set()
    await asyncio.gather(*looks)
    assert len(renewed) == 2
