"""The breaking folder, and what is said of a breaking story."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from radiocast.model.play import Kind
from radiocast.model.story import Story
from radiocast.newsroom.intake.breaking import BreakingFolder
from radiocast.newsroom.script.rundown import Role
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.newsroom.script.writing import write_breaking

TEXT = "Bridge closed\n\nThe bridge over the Save was closed this morning.\n"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_whole_files_come_newest_first_with_their_times(tmp_path: Path) -> None:
    folder = BreakingFolder(tmp_path / "breaking")
    assert folder.scan() == ()
    assert folder.path.is_dir(), "there to be dropped into"
    for name, age_s in (("old", 100.0), ("new", 10.0)):
        (folder.path / f"{name}.txt").write_text(TEXT)
        os.utime(folder.path / f"{name}.txt", (NOW.timestamp() - age_s,) * 2)
    found = folder.scan()
    assert [story.slug for story, _ in found] == ["new", "old"]
    assert (NOW - found[0][1]).total_seconds() == 10.0
    assert set(folder.stories) == {"new", "old"}


def test_a_file_that_is_being_written_waits_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = BreakingFolder(tmp_path)
    path = tmp_path / "bridge.txt"
    path.write_text("Bridge closed\n\nThe bri")

    def the_editor_goes_on(seconds: float) -> None:
        path.write_text(TEXT)
        os.utime(path, (NOW.timestamp(),) * 2)

    monkeypatch.setattr("radiocast.newsroom.intake.breaking.time.sleep", the_editor_goes_on)
    assert folder.scan() == ()
    ((story, _),) = folder.scan()
    assert story.body_text == ("The bridge over the Save was closed this morning.",)


def test_what_gives_no_story_is_withheld_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    folder = BreakingFolder(tmp_path)
    assert folder.scan() == ()
    assert "empty" in folder.withheld["empty.txt"].reason


def test_a_breaking_story_says_what_it_is_and_has_its_headline_from_the_start() -> None:
    story = Story(slug="bridge", headline="Bridge closed", body_text=("It is closed.",), versioncreated=NOW)
    made = write_breaking(story, at=NOW, station="Test FM", titles=TitleWriter("Test FM"), sounder=True)
    assert [part.role for part in made.passages] == [Role.SOUNDER, Role.INTRO, Role.STORY]
    assert made.passages[1].sentences == ("Breaking news.",)
    assert made.passages[2].sentences == ("Bridge closed.", "It is closed.")
    assert {part.stream_title for part in made.passages} == {"Bridge closed"}
    assert {part.kind for part in made.passages} == {Kind.STORY}
    assert [part.slug for part in made.passages] == ["", "", "bridge"]


def test_a_long_breaking_story_may_be_cut_after_its_first_sentence() -> None:
    """What interrupts is short: three quarters of a minute; the headline and one sentence are sure."""
    body = tuple(f"This is sentence number {number} of a long report." for number in range(100))
    story = Story(slug="long", headline="Long", body_text=body, versioncreated=NOW)
    made = write_breaking(story, at=NOW, station="Test FM", titles=TitleWriter("Test FM"), sounder=False)
    assert (made.target_s, made.max_stories) == (45.0, 1)
    assert (made.passages[-1].least, len(made.passages[-1].sentences)) == (2, 101)
