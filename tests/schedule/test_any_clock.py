"""Any schedule that can be written down can be played, in any zone, at any instant."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.schedule import (
    After,
    At,
    BulletinPlan,
    Cart,
    Clock,
    Cut,
    DateRule,
    Dst,
    Entry,
    Event,
    EveryTime,
    EveryTracks,
    Fill,
    GridRule,
    Rotation,
    ScheduleConfig,
    Source,
    Window,
)
from radiocast.model.play import Kind, PlayItem, Start
from radiocast.schedule.calendar import Calendar, Occurrence
from radiocast.schedule.forecast import ends_at, forecast
from radiocast.schedule.planner import next_item
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import JINGLES, library, tracks
from tests.schedule.test_zones import ANY_ZONE, changes

MUSIC = Source(type="rotation", name="music")
_ANY = st.sampled_from(
    [
        MUSIC,
        Source(type="rotation", name="in order"),
        Source(type="cart", name="ids"),
        Source(type="cart", name="empty"),
        Source(type="bulletin", name="news"),
        Source(type="file", name="jingles/*"),
        Source(type="file", name="none.ogg"),
        Source(type="cart", name="not in the schedule"),
        Source(type="stream", name="https://example.org/a"),
    ]
)
PLAYABLE = {"rotation/music", "rotation/in order", "cart/ids", "bulletin/news", "file/jingles/*"}
LIBRARY = library(*tracks(12, artists=6), *JINGLES)
PRIORITIES = st.sampled_from((10, 50, 50, 50, 80))
SPAN = timedelta(hours=3)


@st.composite
def _timing(draw: st.DrawFn) -> dict[str, object]:
    """What `at` entries and events share."""
    waits = draw(st.sampled_from((None, None, 0.0, 45.0, 200.0)))
    return {
        "start": draw(st.sampled_from(("hard", "hard", "soft"))) if waits is None else "soft",
        "wait_up_to_s": waits,
        "drop_after_s": draw(st.sampled_from((600.0, 600.0, 30.0, 3600.0))),
        "make_next": draw(st.booleans()),
        "priority": draw(PRIORITIES),
        "duration_s": draw(st.sampled_from((None, None, 20.0, 400.0, 3000.0, 9000.0))),
        "play": draw(_ANY),
    }


@st.composite
def clocks(draw: st.DrawFn, name: str) -> Clock:
    """Entries in the order of their times; what the loader refuses beyond that may be among them."""
    offsets = sorted(draw(st.sets(st.integers(0, 3599), max_size=7)))
    entries: list[Entry] = []
    for offset in offsets:
        match draw(st.integers(0, 4)):
            case 0 | 1:
                entries.append(At(offset_s=float(offset), **draw(_timing())))  # type: ignore[arg-type]
            case 2:
                backtime = draw(st.booleans())
                entries.append(Fill(source=draw(_ANY), until_s=float(offset), backtime=backtime))
            case 3:
                entries.append(EveryTracks(tracks=draw(st.integers(1, 4)), play=draw(_ANY)))
            case _:
                entries.append(EveryTime(seconds=float(draw(st.integers(60, 3600))), play=draw(_ANY)))
        entries += [After(play=draw(_ANY), priority=draw(PRIORITIES))] * draw(st.integers(0, 2))
    last = draw(st.sampled_from(((), (Fill(source=MUSIC),), (Fill(source=MUSIC, backtime=False),))))
    return Clock(name=name, entries=(*entries, *last))


@st.composite
def schedules(draw: st.DrawFn, around: datetime) -> ScheduleConfig:
    """Clocks, grid, exceptions, events and policy; what is of a date is near this local time."""
    today = around.date()
    events = tuple(
        Event(
            name=f"e{n}",
            at=around + timedelta(minutes=draw(st.integers(-300, 300))) if once else None,
            time_s=None if once else 60.0 * draw(st.integers(0, 1439)),
            window=Window() if once else Window(days=tuple(sorted(draw(st.sets(st.integers(0, 6)))))),
            **draw(_timing()),  # type: ignore[arg-type]
        )
        for n, once in enumerate(draw(st.lists(st.booleans(), max_size=3)))
    )
    rule = DateRule(
        first=today, last=today, clock="other", hours=frozenset(draw(st.sets(st.integers(0, 23))))
    )
    grid = GridRule(
        written="a", slots=frozenset(draw(st.sets(st.integers(0, 167)))), clock="other", days=True, hours=True
    )
    return ScheduleConfig(
        carts={
            "ids": Cart(name="ids", kind=Kind.IDENT, cuts=(Cut(file="jingles/id*"),)),
            "empty": Cart(name="empty", kind=Kind.PROMO, cuts=()),
        },
        rotations={
            "music": Rotation(name="music", files="music/**", artist_separation_s=1800.0),
            "in order": Rotation(name="in order", files="music/**", order="sequence"),
        },
        bulletins={"news": BulletinPlan(name="news")},
        clocks={"h": draw(clocks("h")), "other": draw(clocks("other"))},
        default_clock="h",
        grid=draw(st.sampled_from(((), (grid,)))),
        exceptions=draw(st.sampled_from(((), (rule,)))),
        events=events,
        dst=Dst(
            gap=draw(st.sampled_from(("next_valid", "skip"))),
            fold=draw(st.sampled_from(("first", "second", "both"))),
        ),
        sustainer=MUSIC,
    )


@st.composite
def stations(draw: st.DrawFn) -> tuple[ScheduleConfig, ZoneInfo, datetime]:
    """A schedule, its zone, and an instant: every other time within hours of a change of the clocks."""
    zone = draw(ANY_ZONE)
    at = float(draw(st.integers(946_684_800, 2_051_222_400)))
    found = changes(zone.key, datetime.fromtimestamp(at, UTC).year)
    near = draw(st.booleans())
    if found and near:
        at = found[draw(st.integers(0, len(found) - 1))].at + draw(st.integers(-4 * 3600, 3600))
    local = datetime.fromtimestamp(at, zone).replace(tzinfo=None)
    return draw(schedules(local)), zone, datetime.fromtimestamp(at, UTC)


def _speaks(items: Sequence[PlayItem], occurrence: Occurrence) -> bool:
    """Whether speech that it may not interrupt is on the air at its second."""
    return any(
        item.kind.is_speech and item.priority >= occurrence.priority
        and item.planned_start.timestamp() < occurrence.at < ends_at(item).timestamp()
        for item in items
    )  # fmt: skip


@given(station=stations(), seed=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_any_schedule_is_played_without_a_gap_and_each_hard_start_on_its_second(
    station: tuple[ScheduleConfig, ZoneInfo, datetime], seed: int
) -> None:
    config, zone, start = station
    calendar = Calendar(config, zone)
    items = forecast(calendar, LIBRARY, PlanState(), start=start, until=start + SPAN, seed=seed)
    for before, after in pairwise(items):
        gap = after.planned_start - ends_at(before)
        assert timedelta(0) <= gap <= timedelta(seconds=0.25)
        assert after.planned_start > before.planned_start
    for item in items:
        assert item.expected_s > 0
        assert item.cut_at is None or item.cut_at > item.planned_start
        assert item.due is None or item.due <= item.planned_start + timedelta(seconds=0.25)
        assert item.start is not Start.FOLLOW or item.due is None
    assert ends_at(items[-1]) >= start + SPAN
    again = forecast(Calendar(config, zone), LIBRARY, PlanState(), start=start, until=start + SPAN, seed=seed)
    assert again == items
    hard = {item.planned_start.timestamp() for item in items if item.start is Start.HARD}
    due = calendar.occurrences(after=start.timestamp() - 1e-6, until=(start + SPAN).timestamp() - 1)
    for occurrence in due:
        if occurrence.hard and not occurrence.held_by and str(occurrence.play) in PLAYABLE:
            short = occurrence.duration_s is not None and occurrence.duration_s < 5
            assert occurrence.at in hard or short or _speaks(items, occurrence)


@given(
    station=stations(),
    asked=st.lists(st.tuples(st.floats(-90_000, 90_000), st.floats(0, 20_000)), min_size=1, max_size=6),
    down=st.sampled_from((frozenset[str](), frozenset({"stream/https://example.org/a"}))),
)
@settings(max_examples=40, deadline=None)
def test_there_is_an_item_whatever_the_machine_s_clock_says(
    station: tuple[ScheduleConfig, ZoneInfo, datetime],
    asked: list[tuple[float, float]],
    down: frozenset[str],
) -> None:
    """Between two questions the clock leaps by anything up to a day; what plays lasts up to hours."""
    config, zone, now = station
    calendar, state = Calendar(config, zone), PlanState()
    for leap_s, lasted_s in asked:
        since = now + timedelta(seconds=leap_s)
        now = since + timedelta(seconds=lasted_s)
        decision = next_item(
            calendar, LIBRARY, state, playing_since=since, earliest=now, seed=1, unavailable=down
        )
        assert decision.item.source not in down
        assert since <= decision.item.planned_start <= now + timedelta(seconds=0.25)
        state = PlanState.from_json(decision.state.to_json())
        assert state == decision.state


def test_a_day_at_the_edge_of_the_calendar_is_planned() -> None:
    config = ScheduleConfig(
        rotations={"music": Rotation(name="music", files="music/**")},
        clocks={"h": Clock(name="h", entries=(Fill(source=MUSIC),))},
        default_clock="h",
        exceptions=(DateRule(first=date(1970, 1, 1), last=date(1970, 1, 1), clock="h"),),
        sustainer=MUSIC,
    )
    start = datetime(1970, 1, 3, tzinfo=UTC)
    assert forecast(Calendar(config, ZoneInfo("UTC")), LIBRARY, PlanState(), start=start, count=3, seed=1)
