"""A year in ten zones: every hard start on its second by the local clock, never a silence, nothing twice.

What must start is reckoned here minute by minute from what the local clock reads, and from nothing of the
planner's. The weeks around each change of the clocks are tested by default; the whole years (`year`) take
a minute.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from radiocast.config.schedule import (
    After,
    At,
    BulletinPlan,
    Cart,
    Clock,
    Cut,
    Event,
    EveryTime,
    Fill,
    GridRule,
    Rotation,
    ScheduleConfig,
    Source,
)
from radiocast.model.play import Kind, PlayItem, Start
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.forecast import ends_at, forecast
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import JINGLES, library, media
from tests.schedule.test_zones import changes

# The plain, the odd, those that change at midnight or by half an hour, those whose rule was changed that
# year, Morocco with Ramadan, and Samoa, which left a day out.
YEARS: Final = (
    ("Europe/London", 2026),
    ("Asia/Beirut", 2026),
    ("America/Santiago", 2026),
    ("Australia/Lord_Howe", 2026),
    ("Africa/Casablanca", 2024),
    ("Pacific/Apia", 2011),
    ("Europe/Moscow", 2014),
    ("Asia/Amman", 2022),
    ("Asia/Kathmandu", 2026),
    ("Africa/Harare", 2026),
)

MUSIC = Source(type="rotation", name="music")
TALK = Source(type="rotation", name="talk")
IDENT = Source(type="cart", name="ident")
PROMO = Source(type="cart", name="promo")
SWEEP = Source(type="cart", name="sweep")
NEWS = Source(type="bulletin", name="news")

_DAY = (
    At(offset_s=0.0, start="hard", play=IDENT),
    After(play=NEWS),
    Fill(source=MUSIC, until_s=1043.0),
    At(offset_s=1043.0, start="hard", play=PROMO),  # 17:23
    Fill(source=MUSIC, until_s=1800.0),
    At(offset_s=1800.0, start="soft", play=NEWS),
    EveryTime(seconds=2400.0, play=SWEEP),
    Fill(source=MUSIC),
)
_WEEKEND = (
    At(offset_s=0.0, start="hard", play=IDENT),
    Fill(source=MUSIC, until_s=754.0),
    At(offset_s=754.0, start="hard", play=PROMO),  # 12:34
    Fill(source=MUSIC),
)
# In the small hours, where clocks are changed; the first with what no hour has.
_NIGHTS = tuple(
    Event(name=f"night{hour}{minute}", time_s=hour * 3600.0 + minute * 60.0, start="hard", play=SWEEP)
    for hour, minute in ((0, 5), (0, 30), (1, 45), (2, 15), (2, 30), (23, 30))
)
_EVENING = Event(name="evening", time_s=20 * 3600.0, start="hard", priority=80, duration_s=3000.0, play=TALK)
STATION = ScheduleConfig(
    carts={
        "ident": Cart(name="ident", kind=Kind.IDENT, cuts=(Cut(file="jingles/id*"),)),
        "promo": Cart(name="promo", kind=Kind.PROMO, cuts=(Cut(file="jingles/promo.ogg"),)),
        "sweep": Cart(name="sweep", kind=Kind.SWEEPER, cuts=(Cut(file="jingles/sweep*"),)),
    },
    rotations={
        "music": Rotation(name="music", files="music/**", title_separation_s=7200.0),
        "talk": Rotation(name="talk", files="talk/**"),
    },
    bulletins={"news": BulletinPlan(name="news")},
    clocks={"day": Clock(name="day", entries=_DAY), "weekend": Clock(name="weekend", entries=_WEEKEND)},
    default_clock="day",
    grid=(
        GridRule(
            written="sat,sun",
            slots=frozenset(range(120, 168)),
            clock="weekend",
            days=True,
            hours=False,
        ),
    ),
    events=(*_NIGHTS, _EVENING),
    sustainer=MUSIC,
)
# The same, but for fills that choose plainly: half the cost of a plan is in landing them.
PLAIN = replace(
    STATION,
    clocks={
        name: replace(
            clock,
            entries=tuple(replace(e, backtime=False) if isinstance(e, Fill) else e for e in clock.entries),
        )
        for name, clock in STATION.clocks.items()
    },
)
EVENTS_AT: dict[tuple[int, int], list[str]] = {}
for event in STATION.events:
    hour, minute = divmod(int(event.time_s or 0.0) // 60, 60)
    EVENTS_AT.setdefault((hour, minute), []).append(str(event.play))
# As long as the tracks of a year in a minute need to be.
LIBRARY = library(
    *(media(f"music/{i:02}.ogg", 900.0 + 41.0 * i, f"A{i}", f"T{i}") for i in range(12)),
    *(media(f"talk/{i}.ogg", 1100.0 + 100 * i) for i in range(4)),
    *JINGLES,
)


def due(zone: ZoneInfo, start: datetime, end: datetime) -> Counter[tuple[datetime, str]]:
    """When each hard start is due in [start, end), by looking at the local clock each minute."""
    found: Counter[tuple[datetime, str]] = Counter()
    shown = (start - timedelta(minutes=1)).astimezone(zone)
    for at in minutes(start, end):
        before, shown = shown, at.astimezone(zone)
        # Of two datetimes of one zone this is the difference of their digits.
        gap = shown - before
        if timedelta(minutes=1) < gap <= timedelta(hours=2):
            # The events of what does not exist, on the first instant after it.
            for n in range(1, gap // timedelta(minutes=1)):
                count(found, at, events_at(before + timedelta(minutes=n)))
        if shown.fold:
            continue  # for the second time
        count(found, at, events_at(shown))
        if shown.hour == 20 and shown.minute < 50:
            continue  # the evening has the air
        if shown.minute == 0:
            found[at, str(IDENT)] += 1
        if shown.weekday() < 5 and shown.minute == 17:
            found[at + timedelta(seconds=23), str(PROMO)] += 1
        if shown.weekday() >= 5 and shown.minute == 12:
            found[at + timedelta(seconds=34), str(PROMO)] += 1
    return found


def local_time(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    at = start
    while at < end:
        yield at
        at += timedelta(minutes=1)


def events_at(shown: datetime) -> list[str]:
    return EVENTS_AT.get((shown.hour, shown.minute), [])


def count(found: Counter[tuple[datetime, str]], at: datetime, sources: list[str]) -> None:
    for source in sources:
        found[at, source] += 1


def plan(
    zone: ZoneInfo, start: datetime, end: datetime, *, seed: int = 1, config: ScheduleConfig = STATION
) -> tuple[PlayItem, ...]:
    return forecast(Calendar(config, zone), LIBRARY, PlanState(), start=start, until=end, seed=seed)


def check(items: tuple[PlayItem, ...], zone: ZoneInfo, start: datetime, end: datetime) -> None:
    """Everything that was promised for this stretch of time."""
    for before, after in pairwise(items):
        assert timedelta(0) <= after.planned_start - ends_at(before) <= timedelta(seconds=0.25)
    assert ends_at(items[-1]) >= end
    assert {item.kind for item in items}.isdisjoint({Kind.EMERGENCY, Kind.SUSTAINER})
    expected = due(zone, start, end)
    aired = Counter(
        (item.due, item.source)
        for item in items
        if item.due is not None and item.source != str(NEWS) and not item.reason.startswith("soft")
    )
    last = end - timedelta(minutes=1)  # what waits behind another at the very end is beyond it
    aired, expected = (Counter({k: n for k, n in c.items() if k[0] < last}) for c in (aired, expected))
    assert aired == expected
    # On its second, but for what found another in the same one.
    at_once = Counter(at for at, _ in expected.elements())
    for item in items:
        if item.due is None or item.source == str(NEWS):
            continue
        late = item.planned_start - item.due
        if at_once[item.due] == 1:
            assert (item.start, late) == (Start.HARD, timedelta(0)), item
        else:
            assert timedelta(0) <= late < timedelta(minutes=1), item
    punctual = Counter(item.due for item in items if item.due == item.planned_start)
    assert {at for at, count in at_once.items() if count > 1 and punctual[at] != 1} == set()
    # The news of half past comes once, too.
    news = Counter(item.due for item in items if item.source == str(NEWS) and item.due is not None)
    assert set(news.values()) <= {1}
    assert {local_time(at, zone).minute for at in news} <= {30}


def _around_changes() -> list[tuple[str, datetime]]:
    found = []
    for zone, year in YEARS:
        ats = [change.at for change in changes(zone, year)] or [datetime(year, 7, 1, tzinfo=UTC).timestamp()]
        found += [(zone, datetime.fromtimestamp(at, UTC)) for at in ats]
    return found


@pytest.mark.parametrize(("zone", "change"), _around_changes(), ids=str)
def test_the_days_around_a_change_of_the_clocks(zone: str, change: datetime) -> None:
    where = ZoneInfo(zone)
    start, end = change - timedelta(days=3), change + timedelta(days=4)
    items = plan(where, start, end)
    check(items, where, start, end)
    assert plan(where, start, end) == items
    assert plan(where, start, end, seed=2) != items


@pytest.mark.year
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_a_year(zone: str, year: int) -> None:
    where = ZoneInfo(zone)
    start, end = (datetime(y, 1, 1, tzinfo=UTC) for y in (year, year + 1))
    items = plan(where, start, end, config=PLAIN)
    check(items, where, start, end)
    week = plan(where, start, start + timedelta(days=7), config=PLAIN)
    assert week == items[: len(week)]


def test_what_is_reckoned_here_finds_what_is_wrong() -> None:
    """An item that is late by a second, missing, or there twice, is found."""
    where, start = ZoneInfo("UTC"), datetime(2026, 1, 14, tzinfo=UTC)
    items = plan(where, start, start + timedelta(hours=5))
    check(items, where, start, start + timedelta(hours=5))
    n = next(i for i, item in enumerate(items) if item.source == str(PROMO))
    late = replace(items[n], planned_start=items[n].planned_start + timedelta(seconds=1))
    for wrong in ((late,), (), (items[n], items[n])):
        with pytest.raises(AssertionError):
            check((*items[:n], *wrong, *items[n + 1 :]), where, start, start + timedelta(hours=5))
