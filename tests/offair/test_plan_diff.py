"""What a changed schedule file changes."""

import json
from datetime import datetime, timedelta

import pytest

from radiocast.offair.plan_diff import Comparison, compare
from radiocast.schedule.calendar import Calendar
from tests.schedule.examining import AMPLE, MONDAY, station
from tests.schedule.studio_day import LONDON, schedule

CLOCKS = """\
clocks:
  news:
    - {at: "00:00", start: hard, play: cart/toh_id}
    - {after: prev, play: bulletin/hourly}
    - {fill: rotation/music, until: "30:00"}
    - {at: "30:00", play: cart/promo}
    - {every: 4 tracks, play: cart/sweep}
    - {fill: rotation/music}
  music: [{fill: rotation/music}]
"""
EVENTS = 'events: [{name: show, at: "2026-01-12T12:00", start: hard, duration: 1h, play: rotation/music}]'
BASE = station(EVENTS, clocks=CLOCKS)


def changed(*edits: tuple[str, str], hours: float = 6, base: str = BASE) -> Comparison:
    text = base
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return compare(
        Calendar(schedule(base), LONDON),
        Calendar(schedule(text), LONDON),
        AMPLE,
        begin=MONDAY,
        end=MONDAY + timedelta(hours=hours),
        seed=1,
        durations={},
        names=("now.yaml", "other.yaml"),
    )


def told(of: Comparison) -> list[tuple[str, str, str, int]]:
    return [(c.kind, c.source, c.what, c.count) for c in of.changes]


def test_the_same_schedule_changes_nothing_wherever_its_lines_stand() -> None:
    same = changed(("clocks:", "# a note\nclocks:"))
    assert (same.rules, same.changes, same.totals, same.tracks_differ_from) == ((), (), (), None)
    assert same.summary == "other.yaml changes nothing in the 6 h from Mon 12 Jan 2026 09:00."
    assert [line.plain for line in same.lines()] == [same.summary]


def test_what_moves_within_its_hour_is_one_change_however_often() -> None:
    moved = changed(('at: "30:00"', 'at: "40:00"'), ('until: "30:00"', 'until: "40:00"'))
    # Six hours, in one of which the event has the air.
    assert told(moved) == [("moved", "cart/promo", "from 30:00 to 40:00 past the hour", 5)]
    assert moved.changes[0].first == datetime(2026, 1, 12, 9, 40, tzinfo=LONDON)
    assert "30:00 soft cart/promo" in moved.rules[0]
    assert "becomes" in moved.rules[0]


def test_what_comes_and_what_goes() -> None:
    gone = changed(("    - {after: prev, play: bulletin/hourly}\n", ""))
    assert told(gone) == [("removed", "bulletin/hourly", "at 00:00 past the hour", 5)]
    (music,) = (total for total in gone.totals if total.source == "rotation/music")
    assert music.after[1] - music.before[1] == pytest.approx(15 * 60, abs=90)
    come = changed(
        ("    - {every: 4", '    - {at: "45:00", start: hard, play: bulletin/hourly}\n    - {every: 4')
    )
    assert told(come)[0] == ("added", "bulletin/hourly", "at 45:00 past the hour, hard", 5)
    assert come.rules == ("clock news: now with 45:00 hard bulletin/hourly",)


def test_how_something_starts() -> None:
    hard = changed(('{at: "30:00", play', '{at: "30:00", start: hard, play'))
    assert told(hard) == [("changed", "cart/promo", "at 30:00 past the hour: soft becomes hard", 5)]


def test_an_event_that_gets_longer_takes_what_comes_meanwhile() -> None:
    longer = changed(("duration: 1h", "duration: 2h"))
    kinds = {(kind, source): what for kind, source, what, _ in told(longer)}
    assert kinds[("changed", "event/show (rotation/music)")] == "at 12:00: hard for 1 h becomes hard for 2 h"
    assert ("removed", "cart/toh_id") in kinds
    assert longer.rules == ("event show: duration 1h becomes 2h",)
    assert "event/show" in longer.lines()[4].plain or any(
        "event/show" in line.plain for line in longer.lines()
    )


def test_rules_are_told_in_words_though_the_stretch_does_not_reach_them() -> None:
    new = changed(
        (
            "grid: {default: news}",
            'grid: {default: news, "sat,sun": music}\nexceptions: [{date: 12-25, clock: music}]',
        ),
        ("target: 3m", "target: 2m"),
        ('files: "music/**"', 'files: "music/**", separation: {artist: 1h}'),
    )
    assert new.rules == (
        "grid: Sat, Sun plays music in place of news",
        "exception 12-25: added",
        "rotation music: artist separation 0s becomes 1h",
        "bulletin hourly: target 3m becomes 2m",
    )
    assert new.changes == ()


def test_which_tracks_a_shuffle_takes_is_one_line() -> None:
    text = changed(("{after: prev, play: bulletin/hourly}", "{after: prev, play: cart/promo}")).lines()
    assert len(text) < 20
    assert "Other tracks are chosen from Mon 12 Jan 2026" in text[-1].plain


def test_json_has_the_same_in_it() -> None:
    moved = changed(('at: "30:00"', 'at: "40:00"'), ('until: "30:00"', 'until: "40:00"'))
    data = json.loads(moved.as_json())
    assert set(data) == {"before", "after", "from", "to", "summary", "rules", "changes", "totals"}
    assert data["changes"][0] == {
        "kind": "moved",
        "source": "cart/promo",
        "what": "from 30:00 to 40:00 past the hour",
        "count": 5,
        "first": "2026-01-12T09:40:00+00:00",
    }
