"""`radiocast plan`: which stretch, from which memory, and how it is shown."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from radiocast.cli import app
from radiocast.folder import open_folder
from radiocast.model.play import Outcome, PlayItem
from radiocast.offair.plan_table import table
from radiocast.offair.planning import Plan, Stretch, foreseen, plan_station, stretch_of
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.forecast import decisions
from radiocast.schedule.state import PlanState
from radiocast.studio.entries import entry_of
from radiocast.studio.plan_memory import PlanMemory
from tests.offair.stations import sounding_station
from tests.schedule.examining import AMPLE, station
from tests.schedule.studio_day import LONDON, schedule

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
SCHEDULE = """\
carts: {id: {kind: ident, cuts: [{file: jingles/id.wav}]}}
rotations: {music: {files: "music/**"}}
clocks:
  hour:
    - {at: "00:00", start: hard, play: cart/id}
    - {at: "30:00", play: cart/id}
    - {fill: rotation/music}
grid: {default: hour}
sustainer: rotation/music
"""


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Europe/London", date(2026, 7, 1), 24),
    ],
)
def test_a_day_is_a_day_of_the_local_clock(zone: str, day: date, hours: float) -> None:
    stretch = stretch_of(ZoneInfo(zone), now=NOW, start=None, day=day, hours=2)
    assert (stretch.end.timestamp() - stretch.begin.timestamp()) / 3600 == hours
    assert stretch.begin.date() == day
    assert not stretch.now


def test_hours_pass_alike_when_the_clocks_are_changed() -> None:
    start = datetime(2026, 3, 29, 0, 30)  # noqa: DTZ001 - as typed, without an offset
    stretch = stretch_of(LONDON, now=NOW, start=start, day=None, hours=2)
    assert stretch.end.isoformat() == "2026-03-29T03:30:00+01:00"
    assert stretch_of(LONDON, now=NOW, start=None, day=None, hours=1) == Stretch(
        begin=NOW.astimezone(LONDON), end=(NOW + timedelta(hours=1)).astimezone(LONDON), now=True
    )


def planned(text: str, begin: datetime, hours: float) -> Plan:
    calendar = Calendar(schedule(text), LONDON)
    end = (begin.astimezone(UTC) + timedelta(hours=hours)).astimezone(LONDON)
    ahead = decisions(calendar, AMPLE, PlanState(), start=begin, until=end, seed=1)
    return Plan(
        station="Test FM",
        stretch=Stretch(begin=begin, end=end),
        foreseen=foreseen(ahead),
        calendar=calendar,
        remark="at random",
    )


def shown(plan: Plan, columns: int | None = None) -> list[str]:
    return [line.plain for line in table(plan, columns=columns)]


def test_the_table_groups_by_hour_with_its_clock_and_marks_how_items_start_and_end() -> None:
    plan = planned(station(), datetime(2026, 1, 12, 9, 50, tzinfo=LONDON), 1.5)
    lines = shown(plan)
    assert lines[0] == "Test FM  Mon 12 Jan 2026 09:50, 1 h 30 min, Europe/London"
    assert [line for line in lines if line.endswith("  news")] == [
        "09:00  news",
        "10:00  news",
        "11:00  news",
    ]
    (hard,) = (line for line in lines if line.startswith("  10:00:00"))
    assert hard.startswith("  10:00:00!   3:00  bulletin  Bulletin hourly")
    assert hard.endswith("hard at 00:00")
    before = lines[lines.index("10:00  news") - 2]
    assert before[18] in "=»", before
    items = [line for line in lines if line[:2] == "  " and line[4:5] == ":"]
    assert len(items) == len(plan.items)
    # Columns stand under each other.
    assert {line[20:29].strip() for line in items} <= {"track", "bulletin", "ident", "sweeper", "promo"}


def test_what_is_not_played_is_shown_with_its_reason() -> None:
    talk = (
        'events: [{name: talk, at: "2026-01-12T09:55", start: hard, priority: 80, duration: 10m, '
        "play: rotation/music}]\n"
    )
    plan = planned(station() + talk, datetime(2026, 1, 12, 9, 50, tzinfo=LONDON), 0.5)
    (line,) = (line for line in shown(plan) if "not played:" in line)
    assert line == "  10:00:00x        bulletin/hourly is not played: event/talk has the air until 10:05"
    told = [entry for item in json.loads(plan.as_json()) for entry in item["not_played"]]
    assert told == [
        {
            "at": "2026-01-12T10:00:00+00:00",
            "source": "bulletin/hourly",
            "reason": "event/talk has the air until 10:05",
        }
    ]


def test_both_hours_of_one_name_can_be_told_apart() -> None:
    lines = shown(planned(station(), datetime(2026, 10, 25, 0, 30, tzinfo=LONDON), 3))
    heads = [line.split("  ")[0] for line in lines if line.endswith("  news")]
    assert heads == ["00:00 BST", "01:00 BST", "01:00 GMT", "02:00 GMT"]
    change = lines.index("--- the clocks go back by 1 h: 01:00 to 02:00 comes again ---")
    assert change < lines.index("01:00 GMT  news")
    forward = shown(planned(station(), datetime(2026, 3, 29, 0, 30, tzinfo=LONDON), 1))
    assert "--- the clocks go forward by 1 h: there is no 01:00 to 02:00 ---" in forward


def test_an_event_that_takes_the_air_has_a_heading_of_its_own() -> None:
    event = 'events: [{name: show, at: "2026-01-12T10:20", start: hard, duration: 20m, play: rotation/music}]'
    lines = shown(planned(station(event), datetime(2026, 1, 12, 10, tzinfo=LONDON), 1))
    assert "10:20  event/show has the air until 10:40 (else news)" in lines
    assert any(
        line.endswith("  news")
        for line in lines[lines.index(next(x for x in lines if "show has" in x)) + 1 :]
    )


def test_titles_and_reasons_share_a_narrow_terminal() -> None:
    plan = planned(station(), datetime(2026, 1, 12, 9, 50, tzinfo=LONDON), 0.5)
    wide, narrow = shown(plan), shown(plan, 60)
    start = next(n for n, line in enumerate(wide) if "hard at 00:00" in line)
    assert narrow[start].index("hard at") < wide[start].index("hard at")
    assert shown(replace(plan, foreseen=()))[-1] == "Nothing starts in this time."


# The command.


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sounding_station(tmp_path_factory.mktemp("plan") / "s", SCHEDULE)


def run(root: Path, *options: str) -> str:
    done = CliRunner().invoke(app, ["plan", str(root), *options])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def test_json_items_have_their_fields_and_offsets(root: Path) -> None:
    rows = json.loads(run(root, "--json", "--day", "2026-10-25"))
    assert set(rows[0]) == {
        "at",
        "start",
        "kind",
        "title",
        "artist",
        "source",
        "clock",
        "duration_s",
        "reason",
        "due",
        "cut_at",
        "fade_s",
        "priority",
        "not_played",
    }
    hard = [row for row in rows if row["start"] == "hard"]
    assert len(hard) == 24  # the hour that comes twice has its entries once
    assert hard[1]["at"] == hard[1]["due"] == "2026-10-25T01:00:00+01:00"
    assert hard[2]["at"] == "2026-10-25T02:00:00+00:00"
    assert all(datetime.fromisoformat(row["at"]).utcoffset() is not None for row in rows)


def test_the_same_seed_gives_the_same_plan_and_the_station_has_one_of_its_own(root: Path) -> None:
    options = ("--json", "--from", "2026-05-01T10:00", "--hours", "3")
    assert run(root, *options, "--seed", "5") == run(root, *options, "--seed", "5")
    assert run(root, *options, "--seed", "5") != run(root, *options, "--seed", "6")
    assert run(root, *options) == run(root, *options)


def test_the_table_is_plain_in_a_pipe(root: Path) -> None:
    text = run(root, "--from", "2026-05-01T10:00", "--hours", "1", "--seed", "1")
    assert "\x1b" not in text
    assert "10:00:00!" in text
    assert "soft at 30:00" in text


def test_two_ways_of_saying_when_are_refused(root: Path) -> None:
    done = CliRunner().invoke(app, ["plan", str(root), "--day", "2026-05-01", "--from", "2026-05-01"])
    assert done.exit_code == 2
    assert CliRunner().invoke(app, ["plan", str(root), "--day", "1.5.2026"]).exit_code == 2


def test_the_week_is_written_as_html(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "week.html"
    run(root, "--html", str(out), "--day", "2026-10-25")
    assert "<b>Week 43</b>: 19 to 25 October 2026" in out.read_text(encoding="utf-8")
    done = CliRunner().invoke(app, ["plan", str(root), "--html", str(tmp_path / "none" / "week.html")])
    assert done.exit_code != 0


def test_a_changed_file_is_compared(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(SCHEDULE.replace('"30:00"', '"35:00"'), encoding="utf-8")
    text = run(root, "--diff", str(other), "--from", "2026-05-01T10:00", "--hours", "4")
    assert "> cart/id from 30:00 to 35:00 past the hour (4 times, first Fri 1 May 2026 10:35)" in text
    assert (
        json.loads(run(root, "--diff", str(other), "--json", "--hours", "1"))["changes"][0]["kind"] == "moved"
    )
    done = CliRunner().invoke(app, ["plan", str(root), "--diff", str(tmp_path / "none.yaml")])
    assert done.exit_code != 0


async def test_now_is_planned_from_the_memory_of_the_station(tmp_path: Path) -> None:
    folder = open_folder(sounding_station(tmp_path / "s", SCHEDULE))
    fresh = await plan_station(folder, hours=1)
    assert "has not been on the air yet" in fresh.remark
    first = fresh.items[0]
    ends = datetime.now(UTC) + timedelta(minutes=3)
    memory = PlanMemory(folder.var)
    entry = entry_of(first, outcome=Outcome.CUT, reason="", start=first.planned_start)
    state = after(fresh, first)
    memory.began(state, entry, ends=ends)
    await memory.close(state)
    running = await plan_station(folder, hours=1)
    assert "this is what will air" in running.remark
    # What plays is heard to its end first, and the plan goes on behind it.
    assert abs(running.items[0].planned_start - ends) < timedelta(milliseconds=1)
    elsewhere = await plan_station(folder, start=datetime(2026, 5, 1, 10, tzinfo=UTC), hours=1)
    assert "signs on then" in elsewhere.remark


def after(plan: Plan, item: PlayItem) -> PlanState:
    """The state of a station that has just begun to play an item."""
    at = item.planned_start.timestamp()
    return PlanState(counter=1, considered=at, started=at, fills=1, lasts_s=item.expected_s)


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "0001-01-01"),
        ("--from", "9999-12-31T23:00"),
        ("--day", "9999-12-31"),
        ("--day", "2026-05-01", "--hours", "3"),
        ("--html", "week.html", "--json"),
        ("--html", "week.html", "--diff", "other.yaml"),
    ],
)
def test_what_cannot_be_planned_or_contradicts_itself_is_wrong_usage(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    assert CliRunner().invoke(app, ["plan", str(tmp_path), *options]).exit_code == 2
    assert "Invalid value" in CliRunner().invoke(app, ["plan", str(tmp_path), *options]).output
