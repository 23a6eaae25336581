"""The planner after a kill: what it kept, as `plan_memory` says that listeners expect it."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.play import Outcome, PlayItem, Start
from radiocast.studio.entries import entry_of
from radiocast.studio.plan_memory import STATE_FILE, PlanMemory
from tests.schedule.studio_day import TEN, Playout, at, hour, library

AWAY = timedelta(seconds=5)


class Station:
    """A playout whose studio can be killed: what it had not written is gone."""

    def __init__(self, var: Path, schedule: ScheduleConfig, start: datetime) -> None:
        self._var = var
        self._schedule = schedule
        self._memory = PlanMemory(var)
        self.playout = Playout(schedule, library(), start)
        self.played: list[PlayItem] = []

    async def play(self) -> PlayItem:
        item = self.playout.play()
        self._memory.began(
            self.playout.state, entry_of(item, outcome=Outcome.CUT, reason="", start=item.planned_start)
        )
        await self._memory.close(self.playout.state)
        self.played.append(item)
        return item

    async def play_until(self, source: str) -> PlayItem:
        while (item := await self.play()).source != source:
            pass
        return item

    def killed(self, when: datetime, away: timedelta = AWAY) -> None:
        """Killed at `when`; a new studio has its first sound `away` later."""
        os.utime(self._var / STATE_FILE, (when.timestamp(), when.timestamp()))
        self._memory = PlanMemory(self._var)
        state, since = self._memory.load(now=when + away)
        self.playout = Playout(self._schedule, library(), when + away, state=state)
        self.playout.since = since


NEWS = (
    '{at: "00:00", start: hard, play: cart/toh_id}',
    "{after: prev, play: bulletin/hourly}",
    '{at: "20:00", start: soft, play: cart/promo}',
    '{at: "40:00", start: hard, play: cart/toh_id}',
    "{fill: rotation/music}",
)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path, hour(*NEWS), TEN - timedelta(minutes=4))


async def test_killed_in_the_first_seconds_of_the_news_they_are_read_from_the_beginning(
    station: Station,
) -> None:
    news = await station.play_until("bulletin/hourly")
    station.killed(news.planned_start + timedelta(seconds=6))
    again = await station.play()
    assert again.source == "bulletin/hourly"
    assert again.planned_start == news.planned_start + timedelta(seconds=6) + AWAY
    assert (await station.play()).source == "rotation/music"


@pytest.mark.parametrize("heard_s", [25, 100, 170])
async def test_killed_later_in_the_news_they_are_not_read_twice(station: Station, heard_s: int) -> None:
    news = await station.play_until("bulletin/hourly")
    station.killed(news.planned_start + timedelta(seconds=heard_s))
    assert [(await station.play()).source for _ in range(2)] == ["rotation/music"] * 2


async def test_killed_in_the_ident_the_news_that_belong_to_it_follow(station: Station) -> None:
    ident = await station.play_until("cart/toh_id")
    station.killed(ident.planned_start + timedelta(seconds=3))
    assert (await station.play()).source == "bulletin/hourly"


async def test_killed_in_music_a_soft_start_that_was_due_is_next(station: Station) -> None:
    while station.playout.earliest < at("20:30"):
        track = await station.play()
    assert track.source == "rotation/music"
    station.killed(at("20:10"))
    promo = await station.play()
    assert (promo.source, promo.due) == ("cart/promo", at("20:00"))


async def test_killed_before_a_soft_start_is_due_it_comes_in_its_turn(station: Station) -> None:
    while station.playout.earliest < at("18:00"):
        await station.play()
    station.killed(at("17:50"))
    items = [await station.play() for _ in range(4)]
    assert [item.source for item in items].count("cart/promo") == 1
    assert items[0].source == "rotation/music"


@pytest.mark.parametrize("away_s", [11, 60, 540])
async def test_killed_across_a_hard_start_it_is_made_up_for_at_once(station: Station, away_s: int) -> None:
    while station.playout.earliest < at("39:30"):
        await station.play()
    station.killed(at("39:50"), timedelta(seconds=away_s))
    ident = await station.play()
    assert (ident.source, ident.start, ident.due) == ("cart/toh_id", Start.HARD, at("40:00"))
    assert (await station.play()).source == "rotation/music"


async def test_away_for_longer_the_station_signs_on_where_the_clock_says(station: Station) -> None:
    await station.play_until("bulletin/hourly")
    station.killed(at("8:00"), timedelta(minutes=29))
    # Nothing of what was due while it was away; the next hard start is on its second.
    while (item := await station.play()).source == "rotation/music":
        pass
    assert (item.source, item.planned_start) == ("cart/toh_id", at("40:00"))


async def test_rotations_and_cuts_go_on_where_they_were(tmp_path: Path) -> None:
    """Killed at the end of every item, three hours long."""
    schedule = hour("{every: 1 tracks, play: cart/toh_id}", "{fill: rotation/music}")
    station = Station(tmp_path, schedule, TEN)
    for _ in range(60):
        item = await station.play()
        station.killed(item.planned_start + timedelta(seconds=item.expected_s), timedelta(0))
    tracks = [item.title for item in station.played if item.source == "rotation/music"]
    assert len(tracks) == len(set(tracks)) == 30, "none comes again before all were heard"
    idents = [item.title for item in station.played if item.source == "cart/toh_id"]
    assert [idents.count(title) for title in ("id1", "id2")] == [20, 10], "two to one, as they weigh"
