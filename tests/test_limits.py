"""The open-file limit: raised as far as it goes, and said where it is too low for who may listen."""

import resource

import pytest

from radiocast import station
from radiocast.station import raise_limits


@pytest.fixture
def twenty_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "raise_descriptor_limit", lambda: 20_000)
    monkeypatch.setattr(station, "room_for_listeners", lambda: 19_800)


@pytest.mark.usefixtures("twenty_thousand")
@pytest.mark.parametrize(
    ("workers", "max_listeners", "room"),
    [(0, 19_000, None), (1, 19_800, None), (5, 99_000, None), (0, 20_001, "19,"), (2, 40_000, "39,600")],
)
def test_too_few_descriptors_for_all_listeners_are_said(
    workers: int, max_listeners: int, room: str | None
) -> None:
    said = raise_limits(max_listeners=max_listeners, workers=workers)
    if room is None:
        assert said == ""
    else:
        assert "20,000 open files" in said
        assert f"about {room}" in said
        assert f"not the {max_listeners:,} of listen.max_listeners" in said


def test_the_limit_is_raised_to_what_the_system_allows() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = min(before[0], 512)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        raise_limits(max_listeners=1, workers=0)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
