"""The desk with the real planner, while the wall's clock is set or the machine sleeps."""

from datetime import UTC, datetime, timedelta

import pytest

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.play import AsRunEntry, Cue, PlayItem
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.planner import Decision, next_item
from radiocast.schedule.state import PlanState
from radiocast.studio.ready import ReadyItem
from tests.schedule.studio_day import LONDON, hour, library
from tests.studio.desk_at_a_clock import Wall, on_the_air
from tests.studio.station import NOWHERE, START

# START is a minute before the hour, in UTC; London is an hour ahead of it then.
HOUR = START + timedelta(minutes=1)
MINUTE_S = 60.0


class Planned:
    """The planner's items, with a file that nobody opens."""

    def __init__(self, schedule: ScheduleConfig) -> None:
        self.calendar = Calendar(schedule, LONDON)
        self.catalogue = library()
        self.state = PlanState()
        self.decisions: dict[str, Decision] = {}
        self.dropped: list[tuple[datetime, str]] = []
        self.aired: list[AsRunEntry] = []

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        decision = next_item(
            self.calendar,
            self.catalogue,
            self.state,
            playing_since=playing_since,
            earliest=earliest,
            seed=1,
        )
        item = decision.item
        self.decisions = {item.id: decision}
        return ReadyItem(
            item=item,
            path=NOWHERE,
            cues=(Cue(at_s=0.0, kind=item.kind, title=item.title, stream_title=item.title),),
            duration_s=item.expected_s,
            speech=item.kind.is_speech,
        )

    def started(self, item: PlayItem, at: datetime) -> None:
        decision = self.decisions[item.id]
        self.state = decision.state
        self.dropped += [(d.planned_start, d.source) for d in decision.dropped]

    def edited(self, item: PlayItem, ends: datetime) -> None:
        raise AssertionError(item.id)

    def heard(self, item: PlayItem, slugs: tuple[str, ...]) -> None:
        raise AssertionError(item.id)

    def finished(self, entry: AsRunEntry) -> None:
        self.aired.append(entry)

    async def failed(self, item: PlayItem, reason: str) -> None:
        raise AssertionError(f"{item.id}: {reason}")

    def starts(self, source: str) -> list[datetime]:
        """When it was heard, by the clock of then, in UTC."""
        return [
            entry.start_actual.astimezone(UTC)
            for entry in self.aired
            if entry.source == source and entry.start_actual is not None
        ]


def seconds_after(times: list[datetime], begin: datetime = HOUR) -> list[float]:
    return [round((time - begin).total_seconds(), 1) for time in times]


def news_hour() -> Planned:
    """An ident at each quarter of the hour, and music."""
    return Planned(
        hour(
            *(f'{{at: "{minute:02d}:00", start: hard, play: cart/toh_id}}' for minute in (0, 15, 30, 45)),
            '{fill: rotation/music, until: "60:00", backtime: false}',
        )
    )


async def test_on_an_undisturbed_clock_every_one_is_on_its_second() -> None:
    planned = news_hour()
    await on_the_air(planned, seconds=32 * MINUTE_S)
    assert seconds_after(planned.starts("cart/toh_id")) == [0.0, 900.0, 1800.0]


@pytest.mark.parametrize("by_s", [0.3, -0.3, 5.0, -5.0])
async def test_a_step_between_two_of_them_moves_the_second(by_s: float) -> None:
    planned = news_hour()
    await on_the_air(planned, seconds=32 * MINUTE_S, wall=Wall(sets=[(300.0, by_s), (1000.0, -by_s)]))
    assert seconds_after(planned.starts("cart/toh_id")) == [0.0, 900.0, 1800.0]
    assert planned.dropped == []


@pytest.mark.parametrize("at_s", [300.0, 955.0, 958.0])
async def test_an_hour_asleep_and_the_station_is_in_the_new_hour(at_s: float) -> None:
    """What the night had is not made up for; what follows by the clock is on its second."""
    planned = news_hour()
    await on_the_air(planned, seconds=at_s + 16 * MINUTE_S, wall=Wall(sets=[(at_s, 3450.0)]))
    woke = at_s - 60.0 + 3450.0
    starts = seconds_after(planned.starts("cart/toh_id"))
    due = [s for s in range(3600, 3600 + 40 * 60, 900) if woke + 6 < s < woke + 15.9 * MINUTE_S]
    assert [s for s in starts if s > woke + 15.0] == due
    # One that was missed by minutes may be made up for at once, but not those of an hour ago.
    assert len([s for s in starts if woke <= s <= woke + 15.0]) <= 1


@pytest.mark.parametrize("asleep_s", [100.0, 400.0, 560.0])
async def test_what_was_missed_by_minutes_is_made_up_for_at_once(asleep_s: float) -> None:
    planned = news_hour()
    await on_the_air(planned, seconds=1200.0, wall=Wall(sets=[(930.0, asleep_s)]))
    starts = seconds_after(planned.starts("cart/toh_id"))
    assert starts[0] == 0.0
    assert 870.0 + asleep_s < starts[1] < 870.0 + asleep_s + 6.0


async def test_what_was_missed_by_more_than_ten_minutes_is_dropped_and_told() -> None:
    planned = news_hour()
    await on_the_air(planned, seconds=600.0, wall=Wall(sets=[(300.0, 4200.0)]))
    assert seconds_after(planned.starts("cart/toh_id")) == [0.0, 4500.0]
    assert seconds_after([when for when, _ in planned.dropped]) == [3600.0]


async def test_a_clock_put_back_by_an_hour_has_that_hour_again() -> None:
    """It was wrong before: the hour that it shows now has not been on the air yet."""
    planned = news_hour()
    await on_the_air(planned, seconds=40 * MINUTE_S, wall=Wall(sets=[(400.0, -3600.0)]))
    assert seconds_after(planned.starts("cart/toh_id")) == [0.0, -2700.0, -1800.0]


async def test_a_clock_put_back_by_a_minute_repeats_nothing() -> None:
    planned = news_hour()
    await on_the_air(planned, seconds=20 * MINUTE_S, wall=Wall(sets=[(90.0, -60.0)]))
    assert seconds_after(planned.starts("cart/toh_id")) == [0.0, 900.0]
