import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from radiocast.model.story import Story, Withheld
from radiocast.newsroom.intake import folder as folder_module
from radiocast.newsroom.intake.folder import ArticleFolder
from radiocast.newsroom.intake.pages import NOT_YET
from radiocast.newsroom.intake.pages_job import PageFile

PAGE = "<html><body><article><h1>Goat lands</h1><p>The goat came by the ferry.</p></article></body></html>"


@pytest.fixture
def folder(tmp_path: Path) -> ArticleFolder:
    return ArticleFolder(tmp_path, ZoneInfo("Africa/Harare"))


def headlines(folder: ArticleFolder) -> dict[str, str]:
    return {slug: story.headline for slug, story in folder.stories.items()}


def test_all_four_formats_become_stories_in_one_scan(folder: ArticleFolder) -> None:
    (folder.path / "a.txt").write_text("Goat sails\n\nIt sailed.")
    (folder.path / "b.md").write_text("---\ndate: 2026-03-11 06:00\n---\n# Goat waits\n\nIt waited.")
    (folder.path / "c.html").write_text(PAGE)
    (folder.path / "d.json").write_text('{"headline": "Goat rests", "body_text": "It rested."}')
    (folder.path / "e.docx").write_text("PK")
    (folder.path / "f.part").write_text("half")
    folder.scan()
    assert headlines(folder) == {"a": "Goat sails", "b": "Goat waits", "c": "Goat lands", "d": "Goat rests"}
    assert {slug: story.file for slug, story in folder.stories.items()}["c"] == "c.html"
    assert folder.stories["b"].versioncreated.isoformat() == "2026-03-11T04:00:00+00:00"
    assert set(folder.withheld) == {"e.docx"}


def test_what_did_not_change_is_not_read_again(folder: ArticleFolder) -> None:
    (folder.path / "a.txt").write_text("Goat sails\n\nIt sailed.")
    (folder.path / "c.html").write_text(PAGE)
    folder.scan()
    before = dict(folder.stories)
    folder.scan()
    assert all(folder.stories[slug] is story for slug, story in before.items())


def test_a_file_that_an_editor_writes_anew_and_renames_is_the_same_story_changed(
    folder: ArticleFolder,
) -> None:
    path = folder.path / "c.html"
    path.write_text(PAGE)
    folder.scan()
    stamp = path.stat()
    new = folder.path / ".c.html.swp"
    new.write_text(PAGE.replace("lands", "sings"))  # as long as before
    os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # and as old
    new.replace(path)
    folder.scan()
    assert headlines(folder) == {"c": "Goat sings"}


def test_without_pages_a_changed_page_is_what_it_was_until_the_next_scan(folder: ArticleFolder) -> None:
    page = folder.path / "c.html"
    page.write_text(PAGE)
    folder.scan(pages=False)
    assert folder.stories == {}
    folder.scan()
    assert headlines(folder) == {"c": "Goat lands"}
    page.write_text(PAGE.replace("lands", "lands again"))
    (folder.path / "a.txt").write_text("Goat sails\n\nIt sailed.")
    folder.scan(pages=False)
    assert headlines(folder) == {"a": "Goat sails", "c": "Goat lands"}
    folder.scan()
    assert headlines(folder)["c"] == "Goat lands again"


def test_text_is_news_before_the_pages_are_read(
    folder: ArticleFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "a.txt").write_text("Goat sails\n\nIt sailed.")
    (folder.path / "c.html").write_text(PAGE)
    seen: list[dict[str, str]] = []

    def look(pages: Sequence[PageFile], *, zone: str) -> list[Story | Withheld]:
        seen.append(headlines(folder))
        return [Withheld(file="c.html", reason=NOT_YET) for _ in pages]

    monkeypatch.setattr(folder_module, "take_in", look)
    folder.scan()
    folder.scan()
    # What was not got to is asked for again.
    assert seen == [{"a": "Goat sails"}, {"a": "Goat sails"}]
    assert folder.withheld["c.html"].reason == NOT_YET


def test_a_bad_page_is_not_read_again_until_it_changes(
    folder: ArticleFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "c.html").write_text("<p>")
    asked: list[int] = []

    def look(pages: Sequence[PageFile], *, zone: str) -> list[Story | Withheld]:
        asked.append(len(pages))
        return [Withheld(file="c.html", reason="bad") for _ in pages]

    monkeypatch.setattr(folder_module, "take_in", look)
    folder.scan()
    folder.scan()
    assert asked == [1]
    (folder.path / "c.html").write_text("<p>changed")
    folder.scan()
    assert asked == [1, 1]


def test_a_correction_that_names_a_headline_is_tied_to_its_story(folder: ArticleFolder) -> None:
    (folder.path / "goat.txt").write_text("Goat sails at five\n\nIt sailed.")
    (folder.path / "goat-2.txt").write_text("CORRECTION: Goat sails at five\n\nIt sailed at six.")
    (folder.path / "other.txt").write_text("CORRECTION: Duck waits\n\nIt does not.")
    folder.scan()
    assert folder.stories["goat-2"].corrects == "goat"
    assert folder.stories["goat-2"].headline == "Goat sails at five"
    assert folder.stories["goat"].corrects == ""
    assert folder.stories["other"].corrects == "duck-waits"  # nobody's, and still a correction
    assert set(folder.written) == {"goat", "goat-2", "other"}


def test_a_file_whose_time_is_still_to_come_is_dated_when_it_came(folder: ArticleFolder) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    for name, seconds in (("ahead.txt", 2_082_758_400), ("ahead.html", 2_082_758_400), ("epoch.txt", 0)):
        (folder.path / name).write_text(PAGE if name.endswith("html") else "Goat sails\n\nIt sailed.")
        os.utime(folder.path / name, (seconds, seconds))
        (folder.path / name).rename(folder.path / name.replace(".", f"-{seconds}."))
    folder.scan()
    dates = {slug: story.versioncreated for slug, story in folder.stories.items()}
    assert dates.pop("epoch-0") == datetime(1970, 1, 1, tzinfo=UTC)
    assert all(before <= date <= datetime.now(UTC) for date in dates.values())
    assert folder.written == {"epoch-0": datetime(1970, 1, 1, tzinfo=UTC), **dates}
    # And it stays so.
    known = dict(folder.stories)
    folder.scan()
    assert folder.stories == known


@pytest.mark.parametrize("seconds", [99_999_999_999_999, -99_999_999_999_999])
def test_a_time_that_is_in_no_calendar_stops_nothing(seconds: int) -> None:
    facts = os.stat_result((0o100644, 1, 1, 1, 0, 0, 20, 0, seconds, 1_800_000_000))
    assert datetime(1970, 1, 1, tzinfo=UTC) <= folder_module.written_at(facts) <= datetime.now(UTC)


def test_a_folder_that_is_away_for_a_moment_empties_nothing(folder: ArticleFolder) -> None:
    (folder.path / "a.txt").write_text("Goat sails\n\nIt sailed.")
    folder.scan()
    away = folder.path.with_name("away")
    folder.path.rename(away)
    folder.scan()
    assert headlines(folder) == {"a": "Goat sails"}
    assert "cannot be read" in folder.problem
    away.rename(folder.path)
    folder.scan()
    assert folder.problem == ""


def test_the_studio_never_has_a_foreign_parser_in_it(tmp_path: Path) -> None:
    (tmp_path / "c.html").write_text(PAGE)
    (tmp_path / "d.json").write_text('{"headline": "Goat rests", "body_html": "<p>It rested.</p>"}')
    code = (
        "import sys; from pathlib import Path; from radiocast.newsroom.newsroom import Newsroom\n"
        "from radiocast.newsroom.intake.folder import ArticleFolder\n"
        "folder = ArticleFolder(Path(sys.argv[1])); folder.scan(); assert len(folder.stories) == 2\n"
        "print([name for name in ('trafilatura', 'lxml', 'feedparser', 'justext') if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True, text=True
    )
    assert said.stdout.strip() == "[]"
