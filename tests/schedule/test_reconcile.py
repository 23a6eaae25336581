"""Plan and as-run side by side: every verdict there is, and the line that sums them up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.config.load import parse_schedule
from radiocast.model.play import AsRunEntry, Kind, Outcome, PlayItem, Start, Transition
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.day_plan import DayPlan, Timed, day_bounds, day_plan
from radiocast.schedule.forecast import forecast
from radiocast.schedule.reconcile import Reconciliation, Verdict, reconcile
from radiocast.schedule.state import PlanState
from tests.schedule.studio_day import LONDON, NEWS_HOUR, TEN, library

DAY = date(2026, 1, 14)
NOON = TEN + timedelta(hours=2)


def plan(frm: datetime = TEN) -> DayPlan:
    """From ten to noon: at each full hour an ident and a bulletin behind it, and at half past a soft one."""
    schedule = parse_schedule(NEWS_HOUR, Path("schedule.yaml"))
    return day_plan(Calendar(schedule, LONDON), DAY).from_then(frm).up_to(NOON)


def line(
    source: str,
    kind: Kind,
    start: datetime,
    seconds: float,
    *,
    due: datetime | None = None,
    late_ms: float | None = None,
    outcome: Outcome = Outcome.AIRED,
    reason: str = "",
) -> AsRunEntry:
    return AsRunEntry(
        item_id=f"{source} {start:%H%M%S}",
        clock="news_hour",
        kind=kind,
        title=source,
        artist="",
        headline="",
        source=source,
        start_scheduled=due,
        start_predicted=start,
        start_actual=start,
        late_ms=late_ms,
        duration_planned_s=seconds,
        duration_actual_s=seconds,
        start_source=Start.FOLLOW if due is None else Start.HARD,
        transition=Transition.BUTT,
        listeners_start=0,
        listeners_end=0,
        outcome=outcome,
        reason=reason,
    )


def unaired(entry: AsRunEntry, outcome: Outcome) -> AsRunEntry:
    return replace(entry, start_actual=None, late_ms=None, duration_actual_s=0.0, outcome=outcome)


def hour(begin: datetime) -> list[AsRunEntry]:
    """An hour as it should be: 10 s ident, 3 min bulletin, music, a bulletin half a minute past half past."""
    half = begin + timedelta(minutes=30)
    news_at = begin + timedelta(seconds=10)
    return [
        line("cart/toh_id", Kind.IDENT, begin, 10, due=begin, late_ms=12.0),
        line("bulletin/hourly", Kind.BULLETIN, news_at, 180),
        line("rotation/music", Kind.TRACK, begin + timedelta(seconds=190), 1640),
        line("bulletin/hourly", Kind.BULLETIN, half + timedelta(seconds=30), 180, due=half, late_ms=30_000.0),
        line("cart/sweep", Kind.SWEEPER, half + timedelta(seconds=210), 5),
        line("rotation/music", Kind.TRACK, half + timedelta(seconds=215), 1585),
    ]


def both() -> list[AsRunEntry]:
    return [*hour(TEN), *hour(TEN + timedelta(hours=1))]


def laid(entries: list[AsRunEntry], until: datetime = NOON) -> Reconciliation:
    return reconcile(plan(), entries, until=until)


def verdicts(found: Reconciliation) -> list[Verdict]:
    return [row.verdict for row in found.rows]


def test_a_day_as_it_should_be() -> None:
    found = laid(both())
    assert verdicts(found) == [Verdict.ON_TIME] * 6
    assert found.well
    assert found.summary() == "4 of 4 bulletins aired, 2 of 2 idents aired, worst lateness 12 ms"
    assert found.gaps == ()
    (filled,) = found.fills
    assert filled.own_s == 2 * (1640 + 1585)


def test_what_has_no_line_is_missing() -> None:
    found = laid([entry for entry in both() if entry.late_ms != 30_000.0])
    assert verdicts(found).count(Verdict.MISSING) == 2
    assert not found.well
    assert found.summary().startswith("2 of 4 bulletins aired")
    assert "2 bulletins missing; no line in the log for 6 min" in found.summary()


def test_an_hour_the_station_was_off_is_missing_and_a_gap() -> None:
    found = laid(hour(TEN))
    assert verdicts(found)[3:] == [Verdict.MISSING] * 3
    (gap,) = found.gaps
    assert (gap.frm, gap.until) == (TEN + timedelta(hours=1), NOON)


def test_a_hard_start_is_late_by_more_than_fifty_milliseconds() -> None:
    entries = both()
    for late_ms, verdict in ((50.0, Verdict.ON_TIME), (51.0, Verdict.LATE), (-51.0, Verdict.LATE)):
        entries[0] = replace(entries[0], late_ms=late_ms)
        found = laid(entries)
        assert found.rows[0].verdict is verdict
        assert found.well, "late, and still aired"


def test_a_soft_start_is_late_only_beyond_what_it_may_wait() -> None:
    entries = both()
    entries[3] = replace(entries[3], late_ms=601_000.0)
    assert laid(entries).rows[2].verdict is Verdict.LATE


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome.CUT, Verdict.CUT),
        (Outcome.SUBSTITUTED, Verdict.SUBSTITUTED),
        (Outcome.FAILED, Verdict.FAILED),
        (Outcome.DROPPED, Verdict.DROPPED),
    ],
)
def test_a_bulletin_that_did_not_come_whole_is_not_well(outcome: Outcome, verdict: Verdict) -> None:
    entries = both()
    never = outcome in {Outcome.FAILED, Outcome.DROPPED}
    entries[3] = unaired(entries[3], outcome) if never else replace(entries[3], outcome=outcome)
    found = laid(entries)
    assert found.rows[2].verdict is verdict
    assert not found.well
    assert f"1 bulletin {verdict.value}" in found.summary()


def test_what_stands_behind_another_is_not_mistaken_for_one_with_a_time_of_its_own() -> None:
    entries = both()
    del entries[1]  # the bulletin behind the ident; that of half past is another one's
    found = laid(entries)
    assert verdicts(found) == [Verdict.ON_TIME, Verdict.MISSING, *[Verdict.ON_TIME] * 4]


def test_a_failed_line_and_the_airing_after_it_are_one_entry() -> None:
    entries = both()
    failed = unaired(entries[3], Outcome.FAILED)
    found = laid([*entries[:3], failed, *entries[3:]])
    assert verdicts(found) == [Verdict.ON_TIME] * 6


def test_what_nobody_planned_is_extra() -> None:
    breaking = line("bulletin/breaking", Kind.BULLETIN, TEN + timedelta(minutes=7), 40)
    found = laid([*both(), breaking])
    extra = [row for row in found.rows if row.verdict is Verdict.EXTRA]
    assert [row.entry for row in extra] == [breaking]
    assert found.well
    assert found.summary().endswith("; 1 extra")


def test_the_standby_sound_is_shown_as_what_it_is() -> None:
    standby = line("standby", Kind.EMERGENCY, TEN + timedelta(minutes=7), 4, outcome=Outcome.SUBSTITUTED)
    assert Verdict.SUBSTITUTED in verdicts(laid([*both(), standby]))


def test_what_gives_way_to_an_event_is_not_missed() -> None:
    begun = plan()
    held = replace(begun, timed=(*begun.timed[:3], *(_held(t) for t in begun.timed[3:])))
    dropped = unaired(line("cart/toh_id", Kind.IDENT, TEN + timedelta(hours=1), 10), Outcome.DROPPED)
    dropped = replace(dropped, start_scheduled=TEN + timedelta(hours=1))
    found = reconcile(held, [*hour(TEN), dropped], until=NOON)
    assert verdicts(found)[3:] == [Verdict.GAVE_WAY] * 3
    assert found.well
    assert found.summary().startswith("2 of 2 bulletins aired, 1 of 1 ident aired")


def _held(timed: Timed) -> Timed:
    return replace(timed, held_by="event/concert")


def test_today_is_judged_only_as_far_as_it_has_come() -> None:
    now = TEN + timedelta(minutes=33)
    found = laid(hour(TEN)[:3], until=now)
    assert verdicts(found) == [Verdict.ON_TIME, Verdict.ON_TIME, Verdict.TO_COME]
    assert found.well
    assert found.summary().startswith("1 of 1 bulletin aired, 1 of 1 ident aired")


def test_what_began_before_midnight_covers_what_is_after_it() -> None:
    entries = [replace(line("rotation/music", Kind.TRACK, TEN - timedelta(minutes=1), 70)), *both()]
    late = reconcile(plan(), [replace(e) for e in entries], until=NOON)
    assert late.gaps == ()


def test_a_track_that_is_cut_for_a_hard_start_is_no_failure() -> None:
    source = "rotation/music"
    timed = Timed(at=TEN, source=source, kind=Kind.TRACK, clock="news_hour", start=Start.HARD)
    cut = line(source, Kind.TRACK, TEN, 60, due=TEN, late_ms=0.0, outcome=Outcome.CUT)
    found = reconcile(replace(plan(), timed=(timed,)), [cut], until=NOON)
    assert verdicts(found) == [Verdict.CUT]
    assert found.well


def test_a_day_with_nothing_at_a_time_of_its_own_says_so() -> None:
    found = reconcile(replace(plan(), timed=()), [], until=TEN + timedelta(seconds=30))
    assert found.summary() == "nothing was scheduled at a time of its own; no line in the log for 30 s"


def as_heard(item: PlayItem, ends: datetime) -> AsRunEntry:
    """The line of an item that goes on the air exactly as the planner has it."""
    late_ms = None if item.due is None else (item.planned_start - item.due).total_seconds() * 1000
    heard = line(
        item.source,
        item.kind,
        item.planned_start,
        (ends - item.planned_start).total_seconds(),
        due=item.due,
        late_ms=late_ms,
    )
    # A cut at its second is what the plan wants.
    return replace(heard, item_id=item.id, clock=item.clock, start_source=item.start)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 1, 14), 24),
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 24),  # the hour that comes twice has its entries once
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24),
    ],
)
def test_what_the_planner_plays_is_what_the_day_has_planned(zone: str, day: date, hours: int) -> None:
    """Both sides from one schedule, on days of 23, 24, 24½ and 25 hours: nothing missing, nothing extra."""
    calendar = Calendar(parse_schedule(NEWS_HOUR, Path("schedule.yaml")), ZoneInfo(zone))
    begin, end = (datetime.fromtimestamp(at, UTC) for at in day_bounds(day, calendar.zone))
    items = forecast(calendar, library(), PlanState(), start=begin, until=end, seed=1)
    ends = [*(item.planned_start for item in items[1:]), end]
    entries = [as_heard(item, over) for item, over in zip(items, ends, strict=True)]
    found = reconcile(day_plan(calendar, day), entries, until=end)
    assert set(verdicts(found)) == {Verdict.ON_TIME}
    assert len(found.rows) == 3 * hours
    assert found.gaps == ()
    assert found.worst_late_ms == 0.0
