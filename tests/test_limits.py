"""The open-file limit: raised as far as it goes, and said where it is too low for who may listen."""

import resource

import pytest

from radiocast import station
from radiocast.config.station import Listen, Tls
from radiocast.descriptors import room_for_listeners
from radiocast.station import raise_limits

TLS = Tls(cert="c", key="k")


@pytest.fixture
def twenty_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "raise_descriptor_limit", lambda: None)
    monkeypatch.setattr(station, "allowed_descriptors", lambda: 20_000)


@pytest.mark.usefixtures("twenty_thousand")
@pytest.mark.parametrize(
    ("workers", "tls", "max_listeners", "room"),
    [
        (0, None, 19_500, None),
        (0, None, 20_001, "19,500"),
        (0, TLS, 19_500, None),
        (1, None, 19_800, None),
        (5, None, 99_000, None),
        (2, None, 40_000, "39,600"),
        # A worker sets a thousand aside for those who have not asked yet, and for pages.
        (5, TLS, 94_000, None),
        (5, TLS, 94_001, "94,000"),
    ],
)
def test_too_few_descriptors_for_all_listeners_are_said(
    workers: int, tls: Tls | None, max_listeners: int, room: str | None
) -> None:
    said = raise_limits(Listen(max_listeners=max_listeners, workers=workers, tls=tls))
    if room is None:
        assert said == ""
    else:
        assert "20,000 open files" in said
        assert f"about {room} " in said
        assert f"not the {max_listeners:,} of listen.max_listeners" in said


def test_the_limit_is_raised_to_what_the_system_allows() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = min(before[0], 512)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        raise_limits(Listen())
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(("descriptors", "room"), [(256, 128), (1000, 500), (1024, 524), (20_000, 19_500)])
def test_with_few_descriptors_half_of_them_are_for_listeners(descriptors: int, room: int) -> None:
    assert room_for_listeners(descriptors, workers=0, secure=False) == room
