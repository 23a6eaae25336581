"""Bulletins in time for the air, with a newsroom that does as it is told."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.schedule import BulletinPlan
from radiocast.model.errors import VoiceError
from radiocast.model.play import Cue, Kind
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.studio import bulletins as module
from radiocast.studio.bulletins import Bulletins

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PLAN = BulletinPlan(name="hourly", render_by_s=90, freshness_s=3600)


class FakeNewsroom:
    """Renders when it is let; `fails` is what it raises instead."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.let = asyncio.Event()
        self.let.set()
        self.fails: Exception | None = None
        self.voice_failed = False
        self.kept: RenderedBulletin | None = None
        self.now = NOW

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        headlines_only = plan.max_stories == 0
        self.asked.append(headlines_only)
        await self.let.wait()
        if self.fails is not None and not headlines_only:
            raise self.fails
        if self.voice_failed:
            return replace(bulletin(self.now), voice_failed=True, problems=("no voice could speak",))
        return bulletin(self.now)

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        stale = self.kept and now and (now - self.kept.rendered_at).total_seconds() > plan.freshness_s
        return None if stale else self.kept


def bulletin(rendered_at: datetime) -> RenderedBulletin:
    cue = Cue(at_s=0.0, kind=Kind.BULLETIN, title="News", stream_title="News")
    return RenderedBulletin(
        name="hourly",
        path=Path("/nowhere.flac"),
        duration_s=60.0,
        cues=(cue,),
        stories=("one",),
        rendered_at=rendered_at,
        at=rendered_at,
        took_s=1.0,
    )


@pytest.fixture
def newsroom() -> FakeNewsroom:
    return FakeNewsroom()


@pytest.fixture
def make(newsroom: FakeNewsroom) -> Callable[[], Bulletins]:
    return lambda: Bulletins(newsroom, now=lambda: newsroom.now)


async def test_a_prepared_bulletin_is_taken_and_not_made_twice(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    bulletins.prepare(PLAN, NOW + timedelta(seconds=60))
    bulletins.prepare(PLAN, NOW + timedelta(seconds=62))
    taken = await bulletins.take(PLAN, NOW + timedelta(seconds=61))
    assert taken.bulletin is not None
    assert taken.reason == ""
    assert len(newsroom.asked) == 1


async def test_what_was_taken_and_thrown_away_can_be_taken_again_but_not_after_it_aired(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    air = NOW + timedelta(seconds=30)
    await bulletins.take(PLAN, air)
    await bulletins.take(PLAN, air)
    assert len(newsroom.asked) == 1
    bulletins.aired("hourly")
    await bulletins.take(PLAN, air)
    assert len(newsroom.asked) == 2


async def test_one_made_for_an_earlier_hour_is_made_again(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    await bulletins.take(PLAN, NOW + timedelta(seconds=10))
    newsroom.now = NOW + timedelta(minutes=30)
    await bulletins.take(PLAN, NOW + timedelta(minutes=30, seconds=20))
    assert len(newsroom.asked) == 2


async def test_a_failed_render_airs_the_previous_one_while_it_is_fresh(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    newsroom.fails = VoiceError("hung")
    newsroom.kept = bulletin(NOW - timedelta(minutes=20))
    bulletins = make()
    taken = await bulletins.take(PLAN, NOW + timedelta(seconds=20))
    assert taken.bulletin is newsroom.kept
    assert "hung" in taken.reason
    assert "previous" in taken.reason
    assert any("hung" in problem for problem in bulletins.problems())


async def test_one_made_for_an_airing_that_did_not_come_is_not_the_one_that_was_planned(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    first = await bulletins.take(PLAN, NOW + timedelta(seconds=20))
    newsroom.now = NOW + timedelta(minutes=30)
    newsroom.fails = VoiceError("hung")
    taken = await bulletins.take(PLAN, NOW + timedelta(minutes=30))
    assert taken.bulletin is first.bulletin
    assert "hung" in taken.reason
    assert "earlier one" in taken.reason


async def test_a_sounder_without_a_voice_says_why(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    newsroom.voice_failed = True
    taken = await make().take(PLAN, NOW + timedelta(seconds=20))
    assert taken.bulletin is not None
    assert taken.reason == "no voice could speak"


async def test_with_a_stale_previous_one_headlines_only_are_made(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    newsroom.fails = VoiceError("hung")
    newsroom.kept = bulletin(NOW - timedelta(hours=5))
    taken = await make().take(PLAN, NOW + timedelta(seconds=20))
    assert taken.bulletin is not None
    assert taken.bulletin is not newsroom.kept
    assert newsroom.asked == [False, True]
    assert "headlines only" in taken.reason


async def test_on_failure_skip_gives_nothing_and_says_so(newsroom: FakeNewsroom) -> None:
    newsroom.fails = VoiceError("hung")
    plan = BulletinPlan(name="hourly", on_failure=("skip", "headlines_only"))
    taken = await Bulletins(newsroom, now=lambda: NOW).take(plan, NOW)
    assert taken.bulletin is None
    assert "skipped" in taken.reason
    assert len(newsroom.asked) == 1, "what stands behind skip is never reached"


async def test_a_render_that_is_too_slow_is_not_waited_for_and_serves_the_next_airing(
    newsroom: FakeNewsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST_PATIENCE_S", 0.01)
    newsroom.let.clear()
    bulletins = Bulletins(newsroom, now=lambda: newsroom.now)
    plan = BulletinPlan(name="hourly", on_failure=("skip",))
    taken = await bulletins.take(plan, NOW)
    assert taken.bulletin is None
    newsroom.let.set()
    taken = await bulletins.take(plan, NOW + timedelta(seconds=60))
    assert taken.bulletin is not None
    assert len(newsroom.asked) == 1


async def test_a_mended_bulletin_is_a_problem_no_more(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    newsroom.fails = VoiceError("hung")
    await bulletins.take(PLAN, NOW)
    assert bulletins.problems()
    newsroom.fails = None
    await bulletins.take(PLAN, NOW)
    assert bulletins.problems() == ()


async def test_closing_ends_what_is_being_rendered(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    newsroom.let.clear()
    bulletins = make()
    bulletins.prepare(PLAN, NOW)
    await bulletins.close()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("bulletin-")]


async def test_news_that_comes_in_before_the_air_makes_the_bulletin_again(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    air = NOW + timedelta(seconds=100)
    assert not await bulletins.renew(PLAN, air), "nothing is made yet, so nothing is out of date"
    first = await bulletins.take(PLAN, air)
    newsroom.now = NOW + timedelta(seconds=20)
    assert await bulletins.renew(PLAN, air)
    second = await bulletins.take(PLAN, air)
    assert second.bulletin is not None
    assert second.bulletin is not first.bulletin


async def test_seconds_before_the_air_it_is_too_late_for_news(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    air = NOW + timedelta(seconds=8)
    await bulletins.take(PLAN, air)
    newsroom.now = NOW + timedelta(seconds=3)
    assert await bulletins.renew(PLAN, air), "five seconds before it is not"
    newsroom.now = NOW + timedelta(seconds=5)
    assert not await bulletins.renew(PLAN, air)
    assert len(newsroom.asked) == 2


async def test_a_renewal_that_fails_leaves_the_bulletin_that_there_is(
    newsroom: FakeNewsroom, make: Callable[[], Bulletins]
) -> None:
    bulletins = make()
    air = NOW + timedelta(seconds=100)
    first = await bulletins.take(PLAN, air)
    newsroom.fails = VoiceError("hung")
    assert not await bulletins.renew(PLAN, air)
    assert (await bulletins.take(PLAN, air)).bulletin is first.bulletin


class CountingNewsroom(FakeNewsroom):
    """Takes a few turns of the loop for each render, and counts how many are made side by side."""

    running = most = 0

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        self.running += 1
        self.most = max(self.most, self.running)
        for _ in range(5):
            await asyncio.sleep(0)
        self.running -= 1
        return await super().render(plan, at=at)


async def test_two_who_hear_of_the_same_news_at_once_do_not_make_it_side_by_side() -> None:
    """Regression: the watch and the poll waited for one render, and then each began its own."""
    newsroom = CountingNewsroom()
    bulletins = Bulletins(newsroom, now=lambda: newsroom.now)
    air = NOW + timedelta(seconds=100)
    bulletins.prepare(PLAN, air)
    await asyncio.gather(bulletins.renew(PLAN, air), bulletins.renew(PLAN, air))
    assert newsroom.most == 1
    assert (await bulletins.take(PLAN, air)).bulletin is not None
