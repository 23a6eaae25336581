"""Carts that run out of cuts, dates gone by, and local times that the clocks skip or repeat."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from radiocast.model.errors import Problem, Severity
from radiocast.schedule.dates_review import carts_without_a_cut, dates_gone_by, times_moved
from radiocast.schedule.places import Places
from tests.schedule.examining import AMPLE, FILE, MONDAY, only, station
from tests.schedule.studio_day import LONDON, schedule

CLOCK = (
    "clocks: {news: [{every: 20m, play: cart/spot}, {fill: rotation/music}], "
    "music: [{fill: rotation/music}]}\n"
)
PROMO, ID = "file: jingles/promo.ogg", "file: jingles/id1.ogg"


def spot(*cuts: str, grid: str = "{default: news}") -> str:
    head = (
        f"carts: {{spot: {{kind: promo, cuts: [{', '.join(cuts)}]}}, id: {{files: jingles/id1.ogg}}}}\n"
        'rotations: {music: {files: "music/**"}}\n'
    )
    return station(clocks=CLOCK, head=head, grid=grid)


def gaps(text: str) -> tuple[Problem, ...]:
    config = schedule(text)
    return tuple(carts_without_a_cut(config, AMPLE, Places(config, FILE), now=MONDAY, zone=LONDON))


def test_a_cart_that_runs_out_is_told_with_the_day() -> None:
    text = spot("{file: jingles/promo.ogg, valid: 2026-01-01..2026-01-20}")
    where, said = only(text, Severity.WARNING, gaps(text))
    assert where.startswith("spot:")
    assert said == (
        "carts.spot is played from Wed 21 Jan 2026 on, but none of its cuts is valid after Tue 20 Jan 2026"
    )


@pytest.mark.parametrize(
    "cuts",
    [
        (f"{{{PROMO}}}",),
        (f"{{{PROMO}, valid: 2026-01-01..2026-01-20}}", f"{{{ID}, evergreen: true}}"),
        (f"{{{PROMO}, days: mon-fri}}", f'{{{ID}, days: "sat,sun"}}'),
        (f'{{{PROMO}, daypart: "06:00-18:00"}}', f'{{{ID}, daypart: "18:00-06:00"}}'),
        # It runs out, but long after anybody wants to hear of it.
        (f"{{{PROMO}, valid: 2026-01-01..2026-12-31}}",),
    ],
)
def test_carts_that_always_have_a_cut(cuts: tuple[str, ...]) -> None:
    assert gaps(spot(*cuts)) == ()


def test_dayparts_leave_holes_only_where_the_cart_is_scheduled() -> None:
    cut = '{file: jingles/promo.ogg, days: mon-fri, daypart: "06:00-10:00"}'
    assert "Mon-Fri 00-06, 10-24, Sat, Sun" in gaps(spot(cut))[0].message
    assert gaps(spot(cut, grid='{default: music, "mon-fri 06-10": news}')) == ()
    (hole,) = gaps(spot(cut, grid='{default: music, "mon-fri 09-11": news}'))
    assert "is played Mon-Fri 10-11" in hole.message


def test_a_cut_whose_time_is_over_beside_others_is_a_notice() -> None:
    text = spot("{file: jingles/promo.ogg, valid: ..2025-12-31}", "{file: jingles/id1.ogg}")
    where, said = only(text, Severity.NOTICE, gaps(text))
    assert where.startswith("{file: jingles/promo.ogg")
    assert said == "carts.spot: jingles/promo.ogg has not been valid since Wed 31 Dec 2025"


def test_dates_gone_by_are_notices() -> None:
    text = station(
        "exceptions:",
        "  - {date: 2025-12-25, clock: music}",
        "  - {date: 12-25, clock: music}",
        "  - {date: 2026-12-25, clock: music}",
        "events:",
        '  - {name: gone, at: "2025-11-03T20:00", play: cart/toh_id}',
        '  - {name: coming, at: "2026-11-03T20:00", play: cart/toh_id}',
        '  - {name: season, at: "20:00", valid: ..2025-12-01, play: cart/toh_id}',
    )
    config = schedule(text)
    found = tuple(dates_gone_by(config, Places(config, FILE), now=MONDAY, zone=LONDON))
    assert [problem.message for problem in found] == [
        "this exception is over since Thu 25 Dec 2025",
        "event/gone is over since Mon 3 Nov 2025",
        "event/season is over since Mon 1 Dec 2025",
    ]
    assert {problem.severity for problem in found} == {Severity.NOTICE}


@pytest.mark.parametrize(
    ("zone", "at", "dst", "said"),
    [
        ("Europe/London", "2026-03-29T01:30", "", "01:30 does not exist: it starts at 02:00"),
        ("Europe/London", "2026-03-29T01:30", "dst: {gap: skip}", "01:30 does not exist: it is left out"),
        ("Europe/London", "2026-10-25T01:30", "", "01:30 comes twice: it starts the first time"),
        ("Europe/London", "2026-10-25T01:30", "dst: {fold: both}", "01:30 comes twice: it starts both times"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "", "02:10 does not exist: it starts at 02:30"),
        ("Asia/Beirut", "2026-03-29T00:30", "", "00:30 does not exist: it starts at 01:00"),
        ("Europe/London", "2026-03-28T01:30", "", ""),
    ],
)
def test_local_times_that_the_clocks_skip_or_repeat(zone: str, at: str, dst: str, said: str) -> None:
    event = f'  - {{name: e, at: "{at}", play: cart/toh_id}}'
    config = schedule(station("events:", event, dst))
    found = tuple(times_moved(config, Places(config, FILE), now=MONDAY, zone=ZoneInfo(zone)))
    assert [said in problem.message for problem in found] == ([True] if said else [])


def test_a_daily_event_is_told_of_the_days_on_which_the_clocks_are_changed() -> None:
    text = station("events:", '  - {name: e, at: "01:30", play: cart/toh_id}')
    config = schedule(text)
    found = tuple(times_moved(config, Places(config, FILE), now=MONDAY, zone=LONDON))
    spring, autumn = found
    assert "29 Mar 2026" in spring.message
    assert "25 Oct 2026" in autumn.message
    asleep = datetime(2026, 1, 12, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert not tuple(times_moved(config, Places(config, FILE), now=asleep, zone=ZoneInfo("Asia/Tokyo")))
