"""A station's folder: found, made, and written to or not."""

import os
from pathlib import Path

import pytest

from radiocast.config.load import load_schedule, load_station
from radiocast.folder import StationFolder, copy_station, demo_source, init_station, open_folder
from radiocast.model.errors import UsageError


def _small_source(root: Path) -> Path:
    (root / "config").mkdir(parents=True)
    (root / "media").mkdir()
    (root / "config" / "station.yaml").write_text("station:\n  name: Old  # what listeners read\n")
    return root


def test_a_folder_without_a_station_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"radiocast init"):
        open_folder(tmp_path)


def test_var_is_made_in_the_folder(tmp_path: Path) -> None:
    folder = open_folder(_small_source(tmp_path / "s"))
    assert folder.var == tmp_path / "s" / "var"
    assert folder.var.is_dir()
    assert folder.var_problem == ""
    assert list(folder.var.iterdir()) == [], "the write test leaves nothing behind"


def test_a_var_that_cannot_be_written_gets_a_stand_in_and_a_reason(tmp_path: Path) -> None:
    root = _small_source(tmp_path / "s")
    # A file in its place: refused to every user, root too, which no mode would be.
    (root / "var").write_text("not a folder")
    folder = open_folder(root)
    try:
        assert folder.var.is_dir()
        assert folder.var != root / "var"
        assert str(root / "var") in folder.var_problem
        assert "write" in folder.var_problem
    finally:
        folder.var.rmdir()


def test_init_copies_the_demo_under_a_name_of_its_own(tmp_path: Path) -> None:
    init_station(tmp_path / "new", name='Radio "Ubuntu": 98.4 \\ FM')
    folder = StationFolder(root=tmp_path / "new", var=tmp_path / "new" / "var")
    assert load_station(folder.station_file).station.name == 'Radio "Ubuntu": 98.4 \\ FM'
    assert load_schedule(folder.schedule_file).default_clock
    assert any((folder.media / "music").iterdir())


def test_init_keeps_the_comments_of_the_file(tmp_path: Path) -> None:
    source = _small_source(tmp_path / "source")
    copy_station(source, tmp_path / "copy")
    assert "# what listeners read" in (tmp_path / "copy" / "config" / "station.yaml").read_text()


def test_the_articles_of_a_new_station_are_of_today(tmp_path: Path) -> None:
    """Regression: in a wheel every file is of 2020, and so were the demo's headlines."""
    source = _small_source(tmp_path / "source")
    article = source / "media" / "story.txt"
    article.write_text("Old news")
    os.utime(article, (0, 0))
    copy_station(source, tmp_path / "copy")
    assert (tmp_path / "copy" / "media" / "story.txt").stat().st_mtime > 1_000_000_000


def test_init_never_overwrites_a_station(tmp_path: Path) -> None:
    root = _small_source(tmp_path / "mine")
    with pytest.raises(UsageError, match="exists already"):
        init_station(root, name="Other")
    assert "Old" in (root / "config" / "station.yaml").read_text()


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "bell\x07"])
def test_a_name_that_is_not_one_line_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="one line"):
        init_station(tmp_path / "new", name=name)
    assert not (tmp_path / "new").exists()


def test_the_demo_is_a_whole_station() -> None:
    source = demo_source()
    assert (source / "config" / "schedule.yaml").is_file()
    assert (source / "media" / "news").is_dir()
