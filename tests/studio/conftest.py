"""Fixtures of the sound path."""

from collections.abc import Iterator

import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from radiocast.ffmpeg.binary import OVERRIDE, ffmpeg_path


@pytest.fixture(params=["system", "wheel"])
def ffmpeg(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both binaries that a station may run on; `system` is whatever this machine prefers."""
    if request.param == "wheel":
        monkeypatch.setenv(OVERRIDE, get_ffmpeg_exe())
    ffmpeg_path.cache_clear()
    yield
    monkeypatch.undo()
    ffmpeg_path.cache_clear()
