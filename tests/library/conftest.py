from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from radiocast.config.station import Audio
from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.library.library import Library
from tests.faults.media import ffmpegs, use_ffmpeg


@pytest.fixture(params=ffmpegs(), ids=lambda path: "wheel" if "imageio" in path else "system")
def each_ffmpeg(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The test runs once with each ffmpeg that has to work."""
    binary: str = request.param
    use_ffmpeg(binary, monkeypatch)
    yield binary
    ffmpeg_path.cache_clear()


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
async def library(media: Path, tmp_path: Path) -> AsyncIterator[Library]:
    """An empty library over `media`, closed after the test."""
    opened = Library(media, tmp_path / "var" / "library.sqlite", Audio())
    yield opened
    await opened.close()
