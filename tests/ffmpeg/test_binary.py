import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.ffmpeg.binary import OVERRIDE, ffmpeg_path
from radiocast.model.errors import EnvironmentFault


@pytest.fixture(autouse=True)
def _forget_what_was_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(OVERRIDE, raising=False)
    ffmpeg_path.cache_clear()
    yield
    ffmpeg_path.cache_clear()


def program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_systems_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    expected = program(tmp_path / "ffmpeg")
    assert ffmpeg_path() == str(expected)


def test_the_wheels_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "imageio_ffmpeg" in ffmpeg_path()


def test_a_pinned_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, str(program(tmp_path / "mine")))
    assert ffmpeg_path() == str(tmp_path / "mine")


def test_a_pinned_one_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OVERRIDE, "/nowhere/ffmpeg")
    with pytest.raises(EnvironmentFault, match="/nowhere/ffmpeg"):
        ffmpeg_path()


def test_none_at_all_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(EnvironmentFault, match="apt-get install ffmpeg"):
        ffmpeg_path()
