"""`radiocast as-run` and `radiocast reconcile`, as somebody types them."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.cli import NOT_WELL, WRONG_USAGE, main
from radiocast.model.play import AsRunEntry, Kind, Outcome, Start
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.day_plan import day_plan
from radiocast.studio.asrun_archive import plan_file
from radiocast.studio.asrun_log import AsRunLog
from tests.schedule.studio_day import hour
from tests.studio.log_entries import ENTRY

LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 1, 14)
TEN = datetime(2026, 1, 14, 10, tzinfo=UTC)
Run = Callable[..., int]


@pytest.fixture
def station(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/station.yaml").write_text("station: {name: Test FM, timezone: Europe/London}\n")
    return tmp_path


@pytest.fixture
def run(station: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the station's folder; its exit code."""

    def call(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["radiocast", words[0], str(station), *words[1:]])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return call


def aired(name: str, at: datetime, **more: object) -> AsRunEntry:
    plain = replace(ENTRY, item_id=name, title=name, start_actual=at, start_predicted=at)
    plain = replace(plain, start_scheduled=None, late_ms=None, start_source=Start.FOLLOW, reason="a test")
    return replace(plain, **more)  # type: ignore[arg-type]


def log(station: Path, *entries: AsRunEntry) -> None:
    written = AsRunLog(station / "var" / "as-run", zone=LONDON)
    for entry in entries:
        written.write(entry)


def test_the_table_says_when_how_late_what_and_why(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    log(
        station,
        aired("Kettle", TEN, duration_actual_s=185.0, artist="Trio"),
        aired("News", TEN, kind=Kind.BULLETIN, start_source=Start.HARD, late_ms=12.0, outcome=Outcome.CUT),
    )
    assert run("as-run", "--from", "2026-01-14") == 0
    day, first, second = capsys.readouterr().out.splitlines()
    assert day == "Wednesday 2026-01-14"
    assert first.split()[:4] == ["10:00:00", "3:05", "track", "aired"]
    assert "Trio - Kettle" in first
    assert first.endswith("file/späti          a test")
    assert second.startswith("10:00:00!    +12 ms ")
    assert first.index("track") == second.index("bulletin"), "columns"
    assert "\x1b" not in second, "no colour where nobody looks"


def test_a_title_cannot_move_the_cursor(station: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    log(station, aired("Evil\x1b[2J\nTrack", TEN))
    run("as-run", "--from", "2026-01-14")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 2


def test_csv_is_for_spreadsheets(station: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    log(station, aired('=HYPERLINK("http://evil.example")', TEN), aired("b, c", TEN))
    assert run("as-run", "--from", "2026-01-14", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [row["title"] for row in rows] == ['\'=HYPERLINK("http://evil.example")', "b, c"]
    assert rows[0]["start_actual"] == "2026-01-14T10:00:00.000+00:00"
    assert rows[0]["late_ms"] == ""


def test_json_lines_are_those_of_the_log_and_can_be_chosen(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    log(
        station,
        aired("a", TEN),
        aired("b", TEN, kind=Kind.PROMO),
        aired("c", TEN, kind=Kind.PROMO, outcome=Outcome.CUT),
        aired("d", TEN, kind=Kind.IDENT, outcome=Outcome.CUT),
    )
    words = ("--json", "--kind", "promo", "--kind", "ident", "--outcome", "cut")
    assert run("as-run", "--from", "2026-01-14", *words) == 0
    out = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["item_id"] for line in out] == ["c", "d"]
    assert out == (station / "var/as-run/2026-01-14.jsonl").read_text().splitlines()[2:]


def test_where_there_is_nothing_it_says_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("as-run", "--from", "2026-01-14", "--to", "2026-01-14") == NOT_WELL
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "has nothing from 2026-01-14T00:00+00:00 to 2026-01-15T00:00+00:00" in captured.err


def test_a_log_that_is_broken_in_part_is_shown_and_told(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    log(station, aired("a", TEN))
    with (station / "var/as-run/2026-01-14.jsonl").open("a") as file:
        file.write("nonsense\n")
    assert run("as-run", "--from", "2026-01-14", "--json") == NOT_WELL
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 1
    assert "1 line cannot be read" in captured.err


@pytest.mark.parametrize(
    "words", [("as-run", "--from", "noon"), ("as-run", "--csv", "--json"), ("reconcile", "--date", "x")]
)
def test_wrong_usage_is_told_apart(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words) == WRONG_USAGE


def planned(station: Path) -> None:
    schedule = hour('{at: "00:00", start: hard, play: bulletin/hourly}', "{fill: rotation/music}")
    folder = station / "var/as-run"
    folder.mkdir(parents=True)
    plan = day_plan(Calendar(schedule, LONDON), DAY).from_then(TEN).up_to(TEN + timedelta(hours=2))
    plan_file(folder, DAY).write_text(plan.to_json())


def news(at: datetime, late_ms: float) -> AsRunEntry:
    at += timedelta(milliseconds=late_ms)
    return aired(
        f"news {at:%H}",
        at,
        kind=Kind.BULLETIN,
        source="bulletin/hourly",
        start_scheduled=at - timedelta(milliseconds=late_ms),
        late_ms=late_ms,
        duration_actual_s=180.0,
    )


def music(at: datetime) -> AsRunEntry:
    return aired("tracks", at + timedelta(seconds=180), source="rotation/music", duration_actual_s=3420.0)


def test_a_day_that_went_as_planned_is_well(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(station)
    eleven, noon = TEN + timedelta(hours=1), TEN + timedelta(hours=2)
    off = aired("off", noon, source="rotation/music", duration_actual_s=12 * 3600.0)
    log(station, news(TEN, 3.0), music(TEN), news(eleven, 12.0), music(eleven), off)
    assert run("reconcile", "--date", "2026-01-14") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "Wednesday 2026-01-14, Europe/London"
    assert out[1].startswith("10:00:00! on time         +3 ms  bulletin/hourly")
    assert out[-1] == "2 of 2 bulletins aired, worst lateness 12 ms"
    assert any(line.startswith("10:00:00 to 12:00:00  rotation/music had 95 %") for line in out)


def test_a_bulletin_that_is_missing_is_exit_code_1_and_told_in_json(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(station)
    log(station, news(TEN, 0.0), music(TEN))
    assert run("reconcile", "--date", "2026-01-14", "--json") == NOT_WELL
    answer = json.loads(capsys.readouterr().out)
    assert answer["well"] is False
    assert [row["verdict"] for row in answer["rows"]] == ["on time", "missing"]
    assert answer["rows"][1]["at"] == "2026-01-14T11:00:00.000+00:00"
    assert answer["gaps"][0]["from"] == "2026-01-14T11:00:00.000+00:00"


def test_a_day_without_a_kept_plan_is_laid_beside_the_schedule_of_now(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (station / "config/schedule.yaml").write_text(
        'rotations: {music: {files: "music/**"}}\n'
        "clocks: {hour: [{fill: rotation/music}]}\n"
        "grid: {default: hour}\n"
        "sustainer: rotation/music\n"
    )
    log(station, aired("a", TEN, source="rotation/music", duration_actual_s=3600.0))
    assert run("reconcile", "--date", "2026-01-14") == 0
    out = capsys.readouterr().out
    assert "no plan was kept of that day" in out
    assert "no line in the log for 23.0 h" in out


def test_a_day_of_which_nothing_is_known_is_told_as_that(
    station: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (station / "config/schedule.yaml").write_text(
        'rotations: {music: {files: "music/**"}}\nclocks: {hour: [{fill: rotation/music}]}\n'
        "grid: {default: hour}\nsustainer: rotation/music\n"
    )
    assert run("reconcile", "--date", "2026-01-14") == NOT_WELL
    assert "has neither plan nor log of 2026-01-14" in capsys.readouterr().err
