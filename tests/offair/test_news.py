"""`radiocast news`: what an editor types, what comes back, and what the station makes of it."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from radiocast import cli
from radiocast.folder import open_folder
from radiocast.model.errors import UsageError
from radiocast.model.story import Story
from radiocast.newsroom.desk.airings import Airing, load_airings, save_airings, with_airing
from radiocast.newsroom.desk.decisions import read_decisions
from radiocast.offair import news_decisions, news_table
from radiocast.offair.newsdesk import NewsDesk, open_desk
from radiocast.studio.rooms import Rooms
from tests.newsroom.texts import MARKDOWN, PAGE, WEBPAGE
from tests.serving import make_station

SCHEDULE = """\
rotations: {music: {files: "music/**"}}
clocks: {hour: [{fill: rotation/music}]}
grid: {default: hour}
sustainer: rotation/music
breaking: {folder: media/news/breaking}
"""
STATION = "station: {name: Test FM, timezone: Europe/London}\nnewsroom: {desk: {airings: 3, apart: 1h}}\n"
# No scanner's clock is later.
NOW = datetime.now(UTC)


def files_of(news: Path, **articles: str) -> None:
    news.mkdir(parents=True, exist_ok=True)
    for name, text in articles.items():
        stem, _, ending = name.rpartition("_")
        path = news / f"{stem.replace('_', '-')}.{ending}"
        path.write_text(text, "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A station with four articles and one file that gives none."""
    root = tmp_path / "station"
    make_station(root, schedule=SCHEDULE, station=STATION)
    news = root / "media" / "news"
    files_of(news, ferry_pay_txt=PAGE, bus_md=MARKDOWN, empty_txt="")
    files_of(news, well_opens_md="---\nheadline: The well opens\nurgency: 2\n---\nIt opens at nine.\n")
    files_of(
        news, well_budget_md="---\nheadline: The budget\nembargoed: 2999-01-01T09:00\n---\nIt is small.\n"
    )
    return root


def break_news(root: Path) -> None:
    files_of(root / "media/news/breaking", bridge_txt="The bridge at Mopane is shut\n\nNobody was hurt.\n")


def run(*words: str | Path, code: int = 0) -> str:
    """The command's own output, stdout and stderr, with its exit code checked."""
    result = CliRunner().invoke(cli.app, ["news", *map(str, words)])
    if isinstance(result.exception, UsageError):
        assert code == 2
        return str(result.exception)
    assert result.exit_code == code, result.output
    return result.output


def listed(root: Path, *more: str) -> dict[str, dict[str, Any]]:
    found = json.loads(run("list", root, "--json", *more))
    assert isinstance(found, list)
    return {each.get("slug", each["file"]): each for each in found}


def desk(root: Path, *, now: datetime | None = None) -> NewsDesk:
    return asyncio.run(open_desk(open_folder(root), now=now))


def lines(root: Path, columns: int | None, *, every: bool = False, now: datetime | None = None) -> list[str]:
    return [line.plain for line in news_table.table(desk(root, now=now), columns=columns, every=every)]


# --- list


def test_a_story_in_json_has_ninjs_names_and_what_the_desk_says(root: Path) -> None:
    save_airings(root / "var" / "newsroom.json", with_airing({}, ["ferry-pay"], Airing(at=NOW), {}))
    found = listed(root)["ferry-pay"]
    assert found["headline"] == "Ferry captains refuse to sail as harbour board withholds winter pay"
    assert found["description_text"].startswith("Eleven captains who carry")
    assert (found["byline"], found["source"]) == ("Gabriella Clare", "Mirror")
    assert "\n\n" in found["body_text"]
    assert found["pubstatus"] == "usable"
    assert found["urgency"] == 5
    assert found["embargoed"] is found["expires"] is None
    assert datetime.fromisoformat(found["versioncreated"]).utcoffset() is not None
    assert (found["file"], found["feed"], found["corrects"], found["also"]) == ("ferry-pay.txt", "", "", [])
    assert (found["state"], found["airings"]) == ("apart", 1)
    assert found["reason"] == "aired less than 1h ago"
    assert datetime.fromisoformat(found["until"]) == NOW + timedelta(hours=1)
    assert datetime.fromisoformat(found["last_aired"]) == NOW
    assert found["dropped"] > 0
    assert {"language", "subject", "ednote", "rightsinfo", "uri", "breaking"} <= found.keys()


def test_stories_come_in_the_order_of_reading_and_then_the_others(root: Path) -> None:
    break_news(root)
    found = listed(root)
    names = list(found)
    assert names[:2] == ["bridge", "well-opens"]
    assert names[-1] == "well-budget"
    assert set(names) == {"bridge", "well-opens", "ferry-pay", "bus", "well-budget"}
    states = [each["state"] for each in found.values()]
    assert states == ["ready"] * 4 + ["embargo"]


def test_all_has_the_files_that_give_no_story(root: Path) -> None:
    assert "empty.txt" not in listed(root)
    assert listed(root, "--all")["empty.txt"] == {
        "file": "empty.txt",
        "state": "unreadable",
        "reason": "the file is empty",
    }
    assert "empty.txt: the file is empty" in run("list", root, "--all")
    assert "1 file gives no story (--all)" in run("list", root)


def test_the_same_stories_as_the_studio_has(root: Path) -> None:
    async def studio() -> tuple[Story, ...]:
        rooms = Rooms(root, root / "var", write_as_run=lambda _: None, seed=0)
        await rooms.open()
        await rooms.newsroom.scan_breaking(root / "media" / "news" / "breaking")
        await rooms.close()
        return rooms.newsroom.stories()

    break_news(root)
    files_of(root / "media" / "news", coins_html=WEBPAGE)
    assert desk(root).stories == asyncio.run(studio())
    assert "coins" in listed(root)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_fits_its_terminal(root: Path, columns: int) -> None:
    long = "A very long headline about " + "ferries and goats and " * 6
    files_of(root / "media/news", **{f"a_very_long_name_of_{'file_' * 9}txt": f"{long}\n\nBody.\n"})
    files_of(root / "media/news", wide_txt="湖渡船长拒绝出航因港务局拖欠冬季工资" * 3 + "\n\nBody.\n")
    shown = lines(root, columns)
    assert any("until 01 Jan 2999 09:00" in line for line in shown)
    if columns == 120:
        assert max(map(cell_len, shown)) <= columns
        [row] = [line for line in shown if "well-budget" in line]
        assert row.startswith("embargo ")
        assert "The budget" in row
    else:
        at = next(number for number, line in enumerate(shown) if "well-budget" in line)
        assert shown[at - 1].startswith("embargo ")
        assert shown[at].strip() == "well-budget  embargoed, until 01 Jan 2999 09:00"


def test_in_a_pipe_names_are_whole(root: Path) -> None:
    name = "a-very-long-name-of-a-file-that-no-column-holds"
    files_of(root / "media/news", **{f"{name.replace('-', '_')}_txt": "The goat sails\n\nBody.\n"})
    assert name in run("list", root)


def test_ages_and_times_are_short(root: Path) -> None:
    shown = "\n".join(lines(root, None, now=NOW + timedelta(hours=30)))
    assert "  30h  " in shown or "  29h  " in shown
    assert "3d" in "\n".join(lines(root, None, now=NOW + timedelta(hours=76)))


# --- show


def test_show_has_the_story_as_it_is_read_and_every_line_that_is_not(root: Path) -> None:
    shown = run("show", "ferry-pay", root)
    story = desk(root).story("ferry-pay")
    assert story is not None
    assert story.dropped
    for each in story.dropped:
        assert any(
            line.split()[:1] == [str(each.line)] and each.rule in line and line.endswith(each.text)
            for line in shown.splitlines()
        ), each
    assert f"Not read, {len(story.dropped)} lines:" in shown
    assert "As it is read:\n  Ferry captains refuse to sail" in shown
    assert "byline" in shown
    assert "Gabriella Clare" in shown
    assert "ready: not aired yet" in shown


def test_show_of_a_file_that_gives_no_story_says_why(root: Path) -> None:
    assert run("show", "empty.txt", root, code=1) == "empty.txt gives no story: the file is empty\n"


def test_show_of_a_story_that_is_gone(root: Path) -> None:
    run("kill", "bus", root, "--why", "all wrong", "--by", "ann")
    (root / "media/news/bus.md").unlink()
    assert run("show", "bus", root, code=1) == "bus is not there any more; killed by ann: all wrong\n"


def test_a_story_is_found_by_name_file_and_beginning(root: Path) -> None:
    opened = desk(root)
    for name in ("ferry-pay", "ferry-pay.txt", "media/news/ferry-pay.txt", "fer", "FERRY"):
        assert opened.find(name) == "ferry-pay"
    for name, said in {
        "well": "'well' is the beginning of 2 stories: well-budget, well-opens; write more of it",
        "fery": "there is no story 'fery'; nearest: ferry-pay",
        "opens": "nearest: well-opens",
        "zzz": "there is no story 'zzz' (",
    }.items():
        with pytest.raises(UsageError) as caught:
            opened.find(name)
        assert said in str(caught.value)


# --- decisions


def test_hold_and_release(root: Path) -> None:
    said = run("hold", "ferry", root, "--why", "names to be checked", "--by", "ann")
    assert "ferry-pay (Ferry captains refuse" in said
    held = listed(root)["ferry-pay"]
    assert (held["state"], held["pubstatus"]) == ("held", "withheld")
    assert held["reason"] == "held by ann: names to be checked"
    assert "held by ann: names to be checked" in run("show", "ferry", root)
    assert "is released" in run("release", "ferry", root)
    assert listed(root)["ferry-pay"]["state"] == "ready"
    assert run("release", "ferry", root, code=1) == "ferry-pay is not held\n"


def test_who_takes_a_story_off_the_air_is_not_told_of_feeds(root: Path) -> None:
    station = root / "config" / "station.yaml"
    feeds = "newsroom: {feeds: [{name: wire, url: https://example.org/rss}]}"
    station.write_text(f"station: {{name: Test FM, timezone: Europe/London}}\n{feeds}\n", "utf-8")
    kept = root / "var" / "wire" / "wire.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("no JSON", "utf-8")
    assert "feed wire" in run("list", root)
    assert run("hold", "ferry-pay", root).startswith("ferry-pay (Ferry captains")


def test_what_is_held_as_another_version_says_which(root: Path) -> None:
    files_of(root / "media" / "news", ferry_copy_txt=PAGE)
    run("hold", "ferry-pay", root, "--by", "ann")
    assert listed(root)["ferry-copy"]["reason"] == "the same as ferry-pay, held by ann"
    said = run("release", "ferry-copy", root, code=1)
    assert said == "ferry-copy is not held itself; it is the same as ferry-pay, held by ann\n"


def test_a_kill_is_for_ever(root: Path) -> None:
    run("kill", "bus", root, "--by", "ann")
    assert (listed(root)["bus"]["state"], listed(root)["bus"]["pubstatus"]) == ("killed", "canceled")
    assert "A kill is for ever" in run("release", "bus", root, code=1)
    assert "stays so" in run("hold", "bus", root, code=1)
    assert listed(root)["bus"]["state"] == "killed"
    assert "is killed" in run("kill", "bus", root)


def test_who_decides_is_who_is_logged_in(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "editor-in-chief")
    run("hold", "bus", root)
    [decision] = read_decisions(root / "var" / "desk.json").history
    assert decision.by == "editor-in-chief"
    monkeypatch.delenv("SUDO_USER")

    def nobody() -> str:
        raise KeyError("no name")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert news_decisions.editor() == f"user {os.getuid()}"


def test_a_story_that_is_gone_can_be_killed_while_it_is_remembered(root: Path) -> None:
    save_airings(root / "var/newsroom.json", with_airing({}, ["gone"], Airing(at=NOW), {"gone": "The goat"}))
    assert run("kill", "gone", root).startswith("gone (The goat) is killed")


def test_an_editor_can_withdraw_a_story_while_the_schedule_is_broken(root: Path) -> None:
    (root / "config/schedule.yaml").write_text("clocks: [", "utf-8")
    run("hold", "ferry", root)
    assert listed(root)["ferry-pay"]["state"] == "held"


def test_a_damaged_file_of_decisions_stops_commands_and_is_said(root: Path) -> None:
    run("hold", "bus", root)
    (root / "var/desk.json").write_text("{", "utf-8")
    command = [sys.executable, "-m", "radiocast", "news", "kill", "ferry", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "desk.json: damaged" in done.stderr
    assert (root / "var/desk.json").read_text("utf-8") == "{"


def test_exit_codes_and_errors_on_stderr(root: Path) -> None:
    def code(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "radiocast", "news", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
        return done.returncode, done.stderr

    assert code("hold", "ferry") == (0, "")
    assert code("release", "bus") == (1, "bus is not held\n")
    wrong, said = code("show", "fery")
    assert (wrong, said.splitlines()[0][:40]) == (2, "radiocast: there is no story 'fery'; nea")
    assert code("list", "nowhere")[0] == 2


def test_a_var_that_cannot_be_written_is_said_and_nothing_is_lost_silently(
    tmp_path: Path, root: Path
) -> None:
    (root / "var").mkdir(exist_ok=True)
    (root / "var").rmdir()
    (root / "var").write_text("a file where the folder should be", "utf-8")
    command = [sys.executable, "-m", "radiocast", "news", "hold", "ferry", str(root)]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


# --- corrections


def test_a_correction_is_an_article_that_can_be_edited(root: Path) -> None:
    said = run("correct", "bus", 'The bus has "two" drivers.\n\nWe said: one.', root, "--by", "ann")
    path = root / "media/news/correction-bus.md"
    assert str(path) in said
    assert "next 3 bulletins" in said
    stories = listed(root)
    correction = stories["correction-bus"]
    assert (correction["corrects"], correction["state"]) == ("bus", "ready")
    assert correction["body_text"] == 'The bus has "two" drivers.\n\nWe said: one.'
    assert correction["headline"].endswith("Library bus: 40 villages, one driver")
    assert stories["bus"]["state"] == "corrected"
    assert list(stories).index("correction-bus") == 0
    assert stat.S_IMODE(path.stat().st_mode) & 0o444 == 0o444
    path.write_text(path.read_text("utf-8").replace("two", "three"), "utf-8")
    assert "three" in listed(root)["correction-bus"]["body_text"]
    assert [d.action for d in read_decisions(root / "var/desk.json").history] == ["correct"]
    shown = run("show", "correction-bus", root)
    assert "bus (Library bus: 40 villages, one driver)" in shown


def test_the_correction_of_a_killed_story_does_not_say_it_again(root: Path) -> None:
    run("kill", "bus", root)
    run("correct", "bus", "No driver was asleep. We are sorry.", root)
    correction = listed(root)["correction-bus"]
    assert (correction["headline"], correction["state"]) == ("No driver was asleep.", "ready")


def test_a_second_correction_does_not_overwrite_the_first(root: Path) -> None:
    run("correct", "bus", "It is green.", root)
    run("correct", "bus", "It is blue.", root)
    found = listed(root)
    assert found["correction-bus"]["body_text"] == "It is green."
    assert found["correction-bus-2"]["body_text"] == "It is blue."


def test_a_correction_of_a_story_that_is_gone_names_it(root: Path) -> None:
    save_airings(
        root / "var/newsroom.json", with_airing({}, ["gone"], Airing(at=NOW), {"gone": "The goat: \\"})
    )
    run("correct", "gone", "It was a sheep.", root)
    assert listed(root)["correction-gone"]["headline"].endswith("The goat: \\")


def test_a_correction_needs_a_text(root: Path) -> None:
    assert "is empty" in run("correct", "bus", " \n ", root, code=2)
    assert not (root / "media/news/correction-bus.md").exists()


def test_a_story_of_tomorrow_is_corrected_too(root: Path) -> None:
    files_of(
        root / "media/news",
        ahead_md="---\nheadline: The fair\ndate: 2999-01-01T09:00:00+00:00\n---\nIt is on.\n",
    )
    run("correct", "ahead", "It is off.", root)
    assert listed(root)["ahead"]["state"] == "corrected"


def test_the_record_of_airings_is_the_studios_alone(root: Path) -> None:
    record = with_airing({}, ["bus"], Airing(at=NOW), {"bus": "Library bus"})
    save_airings(root / "var/newsroom.json", record)
    run("list", root)
    run("kill", "bus", root)
    run("correct", "bus", "It is green.", root)
    assert load_airings(root / "var/newsroom.json") == (record, "")
