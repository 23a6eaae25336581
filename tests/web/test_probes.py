"""Which listener is one with which, at what time."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from radiocast.reception.arrival import Arrival
from radiocast.web import probes
from radiocast.web.probes import Probes
from tests.transmitter.listening import tcp_pair
from tests.web.arrivals import arrival, wire


@pytest.fixture
def stream() -> Iterator[Arrival]:
    """Somebody who asks for the stream."""
    ours, theirs = tcp_pair()
    with closing(ours), closing(theirs):
        yield arrival(ours, wire("GET /live.mp3 HTTP/1.1"))


def asking(first: Arrival, requested: str, *, address: str = "192.0.2.7") -> Arrival:
    """The same, for this range and from there."""
    request = replace(first.request, headers={"range": requested})
    return replace(first, request=request, asked=replace(first.asked, address=address))


@pytest.mark.parametrize("requested", ["bytes=0-1", "Bytes=0-1", "bytes = 0-1"])
def test_who_asked_for_two_bytes_is_found_once_and_for_ten_seconds(stream: Arrival, requested: str) -> None:
    known = Probes()
    for after_s, found in ((0.0, 7), (10.0, 7), (10.1, None)):
        known.probed(asking(stream, requested), 7, now_s=100.0)
        assert known.followed(stream, now_s=100.0 + after_s) == found
        assert known.followed(stream, now_s=100.0) is None


@pytest.mark.parametrize("requested", ["", "bytes=0-", "bytes=0-10", "bytes=1-1", "bytes=0-1,3-4"])
def test_who_asked_for_anything_else_is_not_remembered(stream: Arrival, requested: str) -> None:
    known = Probes()
    known.probed(asking(stream, requested), 7, now_s=100.0)
    assert len(known) == 0


def test_of_two_probes_the_later_one_is_followed(stream: Arrival) -> None:
    known = Probes()
    for number in (7, 8):
        known.probed(asking(stream, "bytes=0-1"), number, now_s=100.0)
    assert known.followed(asking(stream, "bytes=0-1"), now_s=100.0) is None
    assert known.followed(stream, now_s=100.0) == 8


def test_nobody_fills_the_memory_with_probes(stream: Arrival, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_MOST", 3)
    known = Probes()
    for number in range(5):
        known.probed(asking(stream, "bytes=0-1", address=f"192.0.2.{number}"), number, now_s=100.0)
    assert len(known) == 3
    known.probed(asking(stream, "bytes=0-1"), 9, now_s=111.0)
    assert len(known) == 1, "those whose time is over are forgotten"
