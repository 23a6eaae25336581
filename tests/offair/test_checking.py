"""`radiocast check`: what it prints, what it answers as JSON, and its exit code."""

import json
from pathlib import Path

import pytest
from rich.text import Text
from typer.testing import CliRunner

from radiocast.cli import app
from radiocast.model.errors import Problem, Severity
from radiocast.offair.checking import Findings
from tests.offair.stations import sounding_station
from tests.serving import make_station

GOOD = """\
rotations: {music: {files: "music/**"}}
clocks:
  hour: [{fill: rotation/music}]
  other: [{fill: rotation/music, until: "50:00"}]
grid: {default: hour, "sat,sun": other, "06-09": hour}
sustainer: rotation/music
"""


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def problem(
    severity: Severity, line: int = 0, column: int = 0, file: Path = Path("schedule.yaml")
) -> Problem:
    return Problem(
        file=file, line=line, column=column, message="it is odd", hint="mend it", severity=severity
    )


def test_notices_leave_a_station_well_and_warnings_do_not() -> None:
    assert Findings().well
    assert Findings(problems=(problem(Severity.NOTICE),)).well
    assert not Findings(problems=(problem(Severity.WARNING),)).well
    assert not Findings(problems=(problem(Severity.ERROR),)).well


def test_a_problem_is_shown_with_its_line_a_caret_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "config" / "schedule.yaml"
    file.parent.mkdir()
    file.write_text("clocks:\n\t  a: b\n")
    problems = (problem(Severity.WARNING, 2, 4, file), problem(Severity.ERROR))
    shown = plain(Findings(root=tmp_path, problems=problems).lines())
    assert shown == [
        "config/schedule.yaml:2:4: warning: it is odd",
        "    \t  a: b",
        "    \t  ^",
        "    mend it",
        "schedule.yaml: error: it is odd",
        "    mend it",
        "1 error, 1 warning",
    ]


@pytest.mark.parametrize("line", [7, 10_000])
def test_a_place_that_is_not_in_the_file_any_more_is_no_trouble(tmp_path: Path, line: int) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("a: b\n")
    assert plain(Findings(root=tmp_path, problems=(problem(Severity.ERROR, line, 3, file),)).lines())[0] == (
        f"s.yaml:{line}:3: error: it is odd"
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sounding_station(tmp_path_factory.mktemp("check") / "s", GOOD)


def check(root: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["check", str(root), *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def test_everything_is_told_at_once_and_as_json_too(root: Path) -> None:
    code, text = check(root)
    json_code, answer = check(root, "--json")
    data = json.loads(answer)
    assert code == json_code == 1
    assert set(data) == {"version", "station", "well", "summary", "counts", "week", "problems"}
    assert data["well"] is False
    assert data["week"] == {"hour": 120, "other": 48}
    assert data["counts"]["notices"] == 1
    by_severity = {p["severity"]: p for p in data["problems"]}
    assert set(by_severity["warning"]) == {"file", "line", "column", "severity", "message", "hint"}
    assert (by_severity["warning"]["line"], by_severity["warning"]["column"]) == (4, 3)
    assert "nothing is scheduled from 50:00 to 60:00" in by_severity["warning"]["message"]
    assert '"sat,sun" and "06-09" both claim Sat, Sun 06-09' in by_severity["notice"]["message"]
    for told in data["problems"]:
        assert told["message"] in text
    assert data["summary"] == text.splitlines()[-1]


def test_notices_alone_are_exit_code_0(tmp_path: Path) -> None:
    text = GOOD.replace(', until: "50:00"', "")
    well = sounding_station(tmp_path / "s", text)
    code, shown = check(well)
    assert code == 0, shown
    assert "is well" in shown.splitlines()[-1]
    assert shown.splitlines()[-1].endswith("; 1 notice")


def test_both_files_can_be_wrong_at_once(tmp_path: Path) -> None:
    broken = make_station(tmp_path / "s", schedule="clokcs: {}\n")
    (broken / "config" / "station.yaml").write_text("station: {nmae: X}\n")
    code, shown = check(broken)
    assert code == 1
    assert "config/station.yaml:1:11: error:" in shown
    assert "config/schedule.yaml:1:1: error:" in shown
    assert "did you mean 'clocks'?" in shown


def test_a_file_without_sound_is_told_at_the_line_that_plays_it(tmp_path: Path) -> None:
    text = GOOD + 'events: [{name: e, at: "2030-01-01T12:00", play: file/music/junk.mp3}]\n'
    broken = make_station(tmp_path / "s", schedule=text)
    (broken / "media" / "music" / "junk.mp3").write_text("no sound")
    code, shown = check(broken)
    assert code == 1
    (line,) = (line for line in shown.splitlines() if line.startswith("config/schedule.yaml:7:"))
    assert "error: media/music/junk.mp3" in line
    # And not a second time without a place.
    assert sum("media/music/junk.mp3 " in each for each in shown.splitlines()) == 1


def test_a_feed_that_may_not_be_asked_is_told_without_asking_it(tmp_path: Path) -> None:
    feeds = (
        "newsroom:\n  feeds:\n"
        "    - {name: far, url: 'https://feeds.example/rss'}\n"
        "    - {name: near, url: 'http://127.0.0.1:9/rss'}\n"
        "    - {name: ours, url: 'http://127.0.0.1:9/rss', private_addresses: true}\n"
    )
    root = sounding_station(tmp_path / "station", GOOD)
    file = root / "config" / "station.yaml"
    file.write_text(file.read_text() + feeds)
    result = CliRunner().invoke(app, ["check", str(root)])
    assert result.exit_code == 1
    said = " ".join(result.output.split())
    assert (
        "newsroom.feeds: feed near: 127.0.0.1 is this machine; private_addresses: true would allow it" in said
    )
    assert "feed far" not in said
    assert "feed ours" not in said


def test_a_language_without_sentences_is_a_notice_and_a_bad_template_an_error(tmp_path: Path) -> None:
    root = sounding_station(tmp_path / "s", GOOD.replace(', until: "50:00"', ""))
    text = "station: {name: Test FM, language: sn}\nnewsroom: {templates: {en: {intro: '{tme}'}}}\n"
    (root / "config" / "station.yaml").write_text(text)
    code, shown = check(root)
    assert code == 1
    assert "config/station.yaml: notice: bulletins in 'sn' are framed in English" in shown
    assert "error: station.yaml, newsroom.templates.en.intro: '{tme}' cannot be used" in shown
