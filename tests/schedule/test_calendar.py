"""What starts at which instant, by the local clock of every zone."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.config.schedule import (
    After,
    At,
    Clock,
    Dst,
    Entry,
    Event,
    EveryTime,
    Fill,
    GridRule,
    ScheduleConfig,
    Source,
    Window,
)
from radiocast.schedule.calendar import Calendar, Occurrence
from tests.schedule.test_zones import ANY_ZONE, changes

MUSIC = Source(type="rotation", name="music")
IDENT = Source(type="cart", name="ident")
NEWS = Source(type="bulletin", name="news")
LONDON = ZoneInfo("Europe/London")
DAY_S = 86_400.0
BY_DEFAULT = Dst()

NEWS_HOUR = Clock(
    name="news",
    entries=(
        At(offset_s=0.0, start="hard", play=IDENT),
        After(play=NEWS),
        Fill(source=MUSIC, until_s=1800.0),
        At(offset_s=1800.0, start="soft", play=NEWS),
        Fill(source=MUSIC),
    ),
)


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def config(
    *entries: Entry, events: tuple[Event, ...] = (), dst: Dst = BY_DEFAULT, grid: tuple[GridRule, ...] = ()
) -> ScheduleConfig:
    clocks = {"h": Clock(name="h", entries=entries), "news": NEWS_HOUR}
    return ScheduleConfig(
        clocks=clocks,
        default_clock="h" if entries else "news",
        grid=grid,
        events=events,
        dst=dst,
        sustainer=MUSIC,
    )


def starts(found: tuple[Occurrence, ...]) -> list[tuple[str, str]]:
    """(UTC as 05T01:00, what plays)."""
    return [(f"{datetime.fromtimestamp(o.at, UTC):%dT%H:%M}", str(o.play)) for o in found]


def between(calendar: Calendar, frm: str, to: str) -> tuple[Occurrence, ...]:
    """What starts in [frm, to)."""
    return calendar.occurrences(after=utc(frm) - 0.5, until=utc(to) - 0.5)


# -- every zone -----------------------------------------------------------------------------------------


@st.composite
def _events(draw: st.DrawFn, around: date) -> tuple[Event, ...]:
    """Dated, daily and weekly ones, some of which have the air."""

    def timed(number: int) -> Event:
        day = around + timedelta(days=draw(st.integers(-3, 3)))
        minute = draw(st.integers(0, 1439))
        duration_s = draw(st.sampled_from((None, 600.0, 30 * 3600.0)))
        at = datetime.combine(day, time(minute // 60, minute % 60)) if draw(st.booleans()) else None
        return Event(
            name=f"e{number}",
            at=at,
            time_s=None if at else 60.0 * minute,
            window=Window(days=tuple(sorted(draw(st.sets(st.integers(0, 6))))) if at is None else ()),
            duration_s=duration_s,
            play=MUSIC,
        )

    return tuple(timed(number) for number in range(draw(st.integers(1, 6))))


@given(zone=ANY_ZONE, day=st.dates(date(1990, 1, 8), date(2039, 12, 20)), data=st.data())
@settings(max_examples=150, deadline=None)
def test_an_event_among_many_starts_and_has_the_air_when_it_does_alone(
    zone: ZoneInfo, day: date, data: st.DataObject
) -> None:
    events = data.draw(_events(day))
    begin = utc(day.isoformat())
    alone = [Calendar(config(Fill(source=MUSIC), events=(event,)), zone) for event in events]
    together = Calendar(config(Fill(source=MUSIC), events=events), zone)

    def found(calendar: Calendar) -> list[Occurrence]:
        days = (begin + DAY_S * number for number in range(-2, 1))
        return [o for day in days for o in calendar.occurrences(after=day, until=day + DAY_S)]

    starts = [start for calendar in alone for start in found(calendar)]
    assert sorted((o.at, o.owner) for o in found(together)) == sorted((o.at, o.owner) for o in starts)
    for at in (begin + 3600.0 * hour for hour in range(24)):
        holding = [o for o in starts if o.duration_s and o.at <= at < o.at + o.duration_s]
        # Of those with the same precedence the first in the file.
        first = max(holding, key=lambda start: start.precedence, default=None)
        hold = together.hold_at(at)
        assert (hold and hold.owner) == (first and first.owner)


_ODD = tuple(At(offset_s=60.0 * m, start="soft", play=IDENT) for m in (0, 1, 17, 30, 59))
_NIGHT = GridRule(
    written="00-03", slots=frozenset(d * 24 + h for d in range(7) for h in range(3)), clock="news",
    days=False, hours=True,
)  # fmt: skip


def _change_day(zone: ZoneInfo, year: int, nth: int) -> int:
    found = changes(zone.key, year)
    at = found[nth % len(found)].at if found else utc(f"{year}-06-15")
    return int(at // DAY_S)


@given(
    zone=ANY_ZONE,
    year=st.integers(1990, 2039),
    nth=st.integers(0, 5),
    off=st.integers(-1, 1),
    fold=st.sampled_from(("first", "second", "both")),
)
@example(zone=ZoneInfo("Pacific/Apia"), year=2011, nth=2, off=0, fold="first")
@example(zone=ZoneInfo("Australia/Lord_Howe"), year=2026, nth=0, off=0, fold="second")
@example(zone=ZoneInfo("America/Santiago"), year=2026, nth=0, off=0, fold="first")
@example(zone=ZoneInfo("America/Goose_Bay"), year=1990, nth=0, off=0, fold="first")
@settings(max_examples=60, deadline=None)
def test_each_minute_has_what_its_local_time_says(
    zone: ZoneInfo, year: int, nth: int, off: int, fold: str
) -> None:
    """A day around a change, minute by minute: what reads its own local time, by the policy, and no more."""
    schedule = config(*_ODD, grid=(_NIGHT,), dst=Dst(fold=fold))  # type: ignore[arg-type]
    day = _change_day(zone, year, nth) + off
    minutes = [day * DAY_S + 60.0 * n for n in range(-1440, 2880)]
    instants = defaultdict(list)
    for at in minutes:
        instants[datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0)].append(at)
    expected = set()
    for local, ats in instants.items():
        clock = schedule.clocks["news" if local.hour < 3 else "h"]
        kept = ats if fold == "both" else ats[:1] if fold == "first" else ats[-1:]
        expected |= {
            (at, clock.name, index)
            for at in kept
            for index, entry in enumerate(clock.entries)
            if isinstance(entry, At) and entry.offset_s == local.minute * 60 and day == at // DAY_S
        }
    found = Calendar(schedule, zone).occurrences(after=day * DAY_S - 1, until=(day + 1) * DAY_S - 1)
    assert {(o.at, o.owner, o.index) for o in found if not o.moved} == expected
    assert len([o for o in found if not o.moved]) == len(expected)
    leaps = {change.at for change in changes(zone.key, year) if change.skipped_s > 0}
    assert {o.at for o in found if o.moved} <= leaps
    assert [o.at for o in found] == sorted(o.at for o in found)


@given(zone=ANY_ZONE, year=st.integers(1990, 2039), nth=st.integers(0, 5), minute=st.integers(0, 1439))
@example(zone=ZoneInfo("Pacific/Apia"), year=2011, nth=2, minute=0)
@example(zone=ZoneInfo("Asia/Beirut"), year=2026, nth=0, minute=30)
@settings(max_examples=60, deadline=None)
def test_a_daily_event_comes_once_on_every_day_there_is(
    zone: ZoneInfo, year: int, nth: int, minute: int
) -> None:
    daily = Event(name="daily", time_s=minute * 60.0, play=NEWS)
    middle = _change_day(zone, year, nth)
    calendar = Calendar(config(events=(daily,)), zone)
    found = [
        o
        for day in range(middle - 4, middle + 5)
        for o in calendar.occurrences(after=day * DAY_S - 1, until=(day + 1) * DAY_S - 1)
        if o.owner == "event/daily"
    ]
    dates = [datetime.fromtimestamp(o.at, zone).date() for o in found]
    shown = {datetime.fromtimestamp((middle - 4) * DAY_S + 3600 * n, zone).date() for n in range(9 * 24)}
    whole = sorted(shown)[1:-1]
    # What moved over a midnight that does not exist is counted on the day after.
    moved = {d for d, o in zip(dates, found, strict=True) if o.moved}
    assert [d for d in dates if d in whole and d not in moved] == [d for d in whole if d not in moved]
    for o in found:
        local = datetime.fromtimestamp(o.at, zone)
        assert o.moved or local.hour * 60 + local.minute == minute


@given(zone=ANY_ZONE, instant=st.integers(631_152_000, 2_208_988_800))
@settings(max_examples=150, deadline=None)
def test_what_fills_an_instant_ends_after_it(zone: ZoneInfo, instant: int) -> None:
    calendar = Calendar(config(), zone)
    filling = calendar.fill_at(instant)
    assert filling is not None
    assert instant < filling.until <= instant + 3600
    assert calendar.clock_at(instant).name == "news"


# -- gap and fold ---------------------------------------------------------------------------------------


def test_london_in_spring_has_no_second_hour_and_nothing_twice() -> None:
    found = between(Calendar(config(), LONDON), "2026-03-29T00:00", "2026-03-29T02:00")
    assert starts(found) == [
        ("29T00:00", "cart/ident"),
        ("29T00:30", "bulletin/news"),
        ("29T01:00", "cart/ident"),
        ("29T01:30", "bulletin/news"),
    ]
    assert not [o for o in found if o.moved]


def test_what_does_not_come_anyway_is_made_up_for_after_the_gap() -> None:
    promo = Source(type="cart", name="promo")
    one = GridRule(
        written="01-02", slots=frozenset(d * 24 + 1 for d in range(7)), clock="h", days=False, hours=True
    )
    entries = (At(offset_s=0.0, start="hard", play=IDENT), At(offset_s=900.0, start="hard", play=promo))
    schedule = config(*entries, grid=(one,))
    schedule = ScheduleConfig(
        clocks=schedule.clocks, default_clock="news", grid=schedule.grid, sustainer=MUSIC
    )
    found = between(Calendar(schedule, LONDON), "2026-03-29T00:45", "2026-03-29T01:30")
    assert [(s, o.moved) for s, o in zip(starts(found), found, strict=True)] == [
        (("29T01:00", "cart/ident"), False),
        (("29T01:00", "cart/promo"), True),
    ]
    skipping = ScheduleConfig(
        clocks=schedule.clocks,
        default_clock="news",
        grid=schedule.grid,
        sustainer=MUSIC,
        dst=Dst(gap="skip"),
    )
    found = between(Calendar(skipping, LONDON), "2026-03-29T00:45", "2026-03-29T01:30")
    assert starts(found) == [("29T01:00", "cart/ident")]


@pytest.mark.parametrize(
    ("fold", "expected"),
    [
        ("first", ["25T00:00", "25T02:00"]),
        ("second", ["25T01:00", "25T02:00"]),
        ("both", ["25T00:00", "25T01:00", "25T02:00"]),
    ],
)
def test_london_in_autumn_by_the_policy(fold: str, expected: list[str]) -> None:
    calendar = Calendar(config(dst=Dst(fold=fold)), LONDON)  # type: ignore[arg-type]
    found = between(calendar, "2026-10-25T00:00", "2026-10-25T02:30")
    assert [when for when, what in starts(found) if what == "cart/ident"] == expected
    # The second time round has its fill all the same.
    filling = calendar.fill_at(utc("2026-10-25T01:10"))
    assert filling is not None
    assert filling.until == utc("2026-10-25T01:30")


@pytest.mark.parametrize(
    ("zone", "when", "expected"),
    [
        # 00:00 does not exist on 29 March 2026 in Beirut; the clocks go from 23:59 to 01:00.
        ("Asia/Beirut", "2026-03-29T00:00", ["2026-03-28T22:00"]),
        ("Asia/Beirut", "2026-03-29T00:30", ["2026-03-28T22:00"]),
        # In Santiago 23:00 comes twice on Saturday, and midnight is missing in September.
        ("America/Santiago", "2026-04-04T23:30", ["2026-04-05T02:30"]),
        ("America/Santiago", "2026-09-06T00:00", ["2026-09-06T04:00"]),
        ("Australia/Lord_Howe", "2026-10-04T02:15", ["2026-10-03T15:30"]),
        ("Australia/Lord_Howe", "2026-04-05T01:45", ["2026-04-04T14:45"]),
        # A day that was left out: what was to be once is not lost.
        ("Pacific/Apia", "2011-12-30T20:00", ["2011-12-30T10:00"]),
        ("Africa/Harare", "2026-03-29T02:30", ["2026-03-29T00:30"]),
        ("Asia/Kathmandu", "2026-03-29T02:30", ["2026-03-28T20:45"]),
    ],
)
def test_an_event_at_a_local_time(zone: str, when: str, expected: list[str]) -> None:
    event = Event(name="once", at=datetime.fromisoformat(when), play=NEWS)
    calendar = Calendar(config(MUSIC_ONLY, events=(event,)), ZoneInfo(zone))
    base = datetime.fromisoformat(when).replace(tzinfo=UTC)
    frm, to = ((base + timedelta(days=n)).isoformat()[:16] for n in (-1, 1))
    found = [*between(calendar, frm, when), *between(calendar, when, to)]
    assert [o.at for o in found] == [utc(at) for at in expected]


MUSIC_ONLY = Fill(source=MUSIC)


def test_an_event_that_does_not_exist_is_skipped_if_the_policy_says_so() -> None:
    event = Event(name="once", at=datetime.fromisoformat("2026-03-29T01:30"), play=NEWS)
    calendar = Calendar(config(MUSIC_ONLY, events=(event,), dst=Dst(gap="skip")), LONDON)
    assert between(calendar, "2026-03-28T12:00", "2026-03-29T12:00") == ()


def test_the_day_that_samoa_left_out_has_no_daily_event() -> None:
    daily = Event(name="daily", time_s=20 * 3600.0, play=NEWS)
    calendar = Calendar(config(MUSIC_ONLY, events=(daily,)), ZoneInfo("Pacific/Apia"))
    found = [*between(calendar, "2011-12-30T00:00", "2011-12-31T00:00"),
             *between(calendar, "2011-12-31T00:00", "2012-01-01T00:00")]  # fmt: skip
    # The evenings of the 29th and the 31st.
    assert starts(tuple(found)) == [("30T06:00", "bulletin/news"), ("31T06:00", "bulletin/news")]


def test_an_event_of_weekdays_and_dates() -> None:
    weekly = Event(
        name="weekly",
        time_s=6 * 3600.0,
        window=Window(first=date(2026, 6, 1), last=date(2026, 6, 12), days=(0, 4)),
        play=NEWS,
    )
    calendar = Calendar(config(MUSIC_ONLY, events=(weekly,)), LONDON)
    found = [
        when
        for day in range(1, 30)
        for when, _ in starts(between(calendar, f"2026-06-{day:02}T00:00", f"2026-06-{day + 1:02}T00:00"))
    ]
    assert found == [f"{day:02}T05:00" for day in (1, 5, 8, 12)]


# -- holds, precedence, cuts ----------------------------------------------------------------------------


def event(name: str, at: str, **fields: object) -> Event:
    return Event(name=name, at=datetime.fromisoformat(at), **{"play": MUSIC, **fields})  # type: ignore[arg-type]


def test_while_an_event_has_the_air_what_is_lower_is_held_and_what_is_higher_is_not() -> None:
    entries = (
        At(offset_s=0.0, start="hard", play=IDENT),
        At(offset_s=1800.0, start="soft", play=NEWS, priority=90),
        EveryTime(seconds=600.0, play=IDENT),
        Fill(source=MUSIC),
    )
    other = Source(type="rotation", name="election")
    election = event("election", "2026-11-03T20:00", priority=80, duration_s=5400.0, play=other)
    calendar = Calendar(config(*entries, events=(election,)), LONDON)
    found = between(calendar, "2026-11-03T20:00", "2026-11-03T23:00")
    assert [(f"{datetime.fromtimestamp(o.at, UTC):%H:%M}", o.owner, o.held_by) for o in found] == [
        ("20:00", "event/election", ""),
        ("20:00", "h", "event/election"),
        ("20:30", "h", ""),
        ("21:00", "h", "event/election"),
        ("21:30", "h", ""),
        ("22:00", "h", ""),
        ("22:30", "h", ""),
    ]
    filling = calendar.fill_at(utc("2026-11-03T20:45"))
    assert filling is not None
    assert (filling.source, filling.until, filling.ends) == (other, utc("2026-11-03T21:30"), True)
    assert calendar.every_at(utc("2026-11-03T20:45")) == ()
    after = calendar.fill_at(utc("2026-11-03T21:30"))
    assert after is not None
    assert (after.source, after.owner) == (MUSIC, "h")
    assert len(calendar.every_at(utc("2026-11-03T21:30"))) == 1
    # The soft news cut nothing, the idents are held off: the next cut is when the event is over.
    assert calendar.next_cut(after=utc("2026-11-03T20:10"), before=utc("2026-11-03T23:00")) == utc(
        "2026-11-03T22:00"
    )


def test_of_two_events_alike_the_first_in_the_file_has_the_air() -> None:
    one = event("one", "2026-11-03T20:00", duration_s=3600.0)
    two = event("two", "2026-11-03T20:30", duration_s=3600.0)
    for events, held in (((one, two), "event/one"), ((two, one), "")):
        found = between(
            Calendar(config(MUSIC_ONLY, events=events), LONDON), "2026-11-03T20:30", "2026-11-03T21:00"
        )
        assert [o.held_by for o in found] == [held]
    hold = Calendar(config(MUSIC_ONLY, events=(two, one)), LONDON).hold_at(utc("2026-11-03T20:45"))
    assert hold is not None
    assert hold.event.name == "two"


def test_an_event_past_midnight_holds_the_next_day() -> None:
    late = event("late", "2026-12-31T23:00", duration_s=7200.0, priority=60)
    calendar = Calendar(config(events=(late,)), LONDON)
    found = between(calendar, "2027-01-01T00:00", "2027-01-01T01:30")
    assert [o.held_by for o in found] == ["event/late", "event/late", ""]


def test_of_two_at_one_second_priority_then_narrowness_then_the_file_decide() -> None:
    entries = (At(offset_s=0.0, start="hard", play=IDENT), Fill(source=MUSIC))
    usual = event("usual", "2026-06-01T12:00", start="hard")
    strong = event("strong", "2026-06-01T12:00", start="hard", priority=60)
    second = event("second", "2026-06-01T12:00", start="hard")
    daily = Event(name="daily", time_s=13 * 3600.0, start="hard", play=MUSIC)
    calendar = Calendar(config(*entries, events=(usual, second, strong, daily)), LONDON)
    found = between(calendar, "2026-06-01T11:00", "2026-06-01T11:01")
    assert [o.owner for o in found] == ["event/strong", "event/usual", "event/second", "h"]


def test_the_next_cut_is_hard_or_has_waited_long_enough() -> None:
    entries = (
        At(offset_s=600.0, start="soft", wait_up_to_s=120.0, play=NEWS, priority=60),
        At(offset_s=660.0, start="soft", play=IDENT),
        At(offset_s=900.0, start="hard", play=IDENT),
        Fill(source=MUSIC),
    )
    calendar = Calendar(config(*entries), LONDON)
    noon = utc("2026-01-14T12:00")
    assert calendar.next_cut(after=noon, before=noon + 3600) == noon + 720
    assert calendar.next_cut(after=noon, before=noon + 720) is None
    assert calendar.next_cut(after=noon + 600, before=noon + 3600) == noon + 900
    assert calendar.next_cut(after=noon, before=noon + 3600, above=50) == noon + 720
    assert calendar.next_cut(after=noon, before=noon + 3600, above=60) is None


def test_a_cut_is_found_days_ahead() -> None:
    far = event("far", "2026-01-17T12:00", start="hard")
    calendar = Calendar(config(MUSIC_ONLY, events=(far,)), LONDON)
    assert calendar.next_cut(after=utc("2026-01-14T12:00"), before=utc("2026-01-20T12:00")) == utc(
        "2026-01-17T12:00"
    )


def test_a_wait_that_would_end_too_late_cuts_nothing() -> None:
    entry = At(offset_s=600.0, start="soft", wait_up_to_s=120.0, drop_after_s=60.0, play=NEWS)
    calendar = Calendar(config(entry, MUSIC_ONLY), LONDON)
    noon = utc("2026-01-14T12:00")
    assert calendar.next_cut(after=noon, before=noon + 3600) is None


def test_an_entry_is_found_by_its_owner_and_place() -> None:
    once = event("once", "2026-06-01T12:00")
    calendar = Calendar(config(events=(once,)), LONDON)
    assert calendar.entry("event/once", 0) is once
    assert calendar.entry("event/once", 1) is None
    assert calendar.entry("news", 1) is NEWS_HOUR.entries[1]
    assert calendar.entry("news", 5) is calendar.entry("news", -1) is calendar.entry("gone", 0) is None
