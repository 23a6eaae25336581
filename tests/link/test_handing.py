"""Descriptors on their way: each arrives once, and none is left open anywhere, whatever dies."""

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.link import handing
from radiocast.link.handing import MAX_HEAD_BYTES, Hatch, pack, unpack
from radiocast.link.messages import Ticket
from radiocast.model.errors import LinkError
from tests.descriptors import no_descriptor_left, open_descriptors

TICKET = Ticket(number=7, mount=1, titled=True, head=b"HTTP/1.0 200 OK\r\n\r\n")


@pytest.fixture
def hatches() -> Iterator[tuple[Hatch, Hatch]]:
    """Both ends, in one process."""
    ours, theirs = Hatch.pair()
    other = Hatch(theirs)
    yield ours, other
    ours.close()
    other.close()


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A listener's connection: the station's end, and the player's."""
    near, far = socket.socketpair()
    far.settimeout(10)
    yield near, far
    near.close()
    far.close()


tickets = st.builds(
    Ticket,
    number=st.integers(0, 2**64 - 1),
    mount=st.integers(0, 2**16 - 1),
    titled=st.booleans(),
    head=st.binary(max_size=2000),
)


@given(tickets)
def test_a_ticket_comes_out_of_its_packet_as_it_went_in(ticket: Ticket) -> None:
    assert unpack(pack(ticket)) == ticket


@given(st.binary(max_size=10))
def test_what_is_too_short_is_no_ticket(packet: bytes) -> None:
    with pytest.raises(LinkError):
        unpack(packet)


def test_a_header_that_is_too_long_is_refused_at_both_ends() -> None:
    with pytest.raises(LinkError):
        pack(Ticket(number=1, mount=0, titled=False, head=b"x" * (MAX_HEAD_BYTES + 1)))
    with pytest.raises(LinkError):
        unpack(b"\0" * (12 + MAX_HEAD_BYTES))


def test_a_connection_goes_over_and_works_there(
    hatches: tuple[Hatch, Hatch], line: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = hatches
    near, far = line
    near.setblocking(False)

    assert ours.give(TICKET, near.fileno())
    near.close()
    taken = theirs.take()

    assert taken is not None
    assert taken.ticket == TICKET
    assert taken.sock is not None
    with taken.sock as sock:
        assert sock.gettimeout() == 0
        assert not os.get_inheritable(sock.fileno())
        sock.send(b"heard")
        assert far.recv(10) == b"heard"
    assert far.recv(10) == b"", "no copy of it is open anywhere"


def test_nothing_there_is_none_and_not_a_wait(hatches: tuple[Hatch, Hatch]) -> None:
    ours, theirs = hatches
    assert theirs.take() is None
    ours.close()
    assert theirs.take() is None, "the end is told by the link, not here"


def test_packets_stay_apart_and_in_order(hatches: tuple[Hatch, Hatch]) -> None:
    ours, theirs = hatches
    far_ends = []
    for number in range(50):
        near, far = socket.socketpair()
        far_ends.append(far)
        given = Ticket(number=number, mount=0, titled=False, head=b"h" * number)
        assert ours.give(given, near.fileno())
        near.close()
    for number, far in enumerate(far_ends):
        taken = theirs.take()
        assert taken is not None
        assert taken.sock is not None
        assert (taken.ticket.number, len(taken.ticket.head)) == (number, number)
        with taken.sock as sock, far:
            sock.send(b"%d" % number)
            assert far.recv(10) == b"%d" % number
    assert theirs.take() is None


def test_a_full_way_says_not_now_and_takes_more_when_it_was_emptied(
    hatches: tuple[Hatch, Hatch], line: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = hatches
    near, _ = line
    on_their_way = 0
    while ours.give(TICKET, near.fileno()):
        on_their_way += 1
        assert on_their_way < 20_000
    assert on_their_way > 100
    for _ in range(on_their_way):
        taken = theirs.take()
        assert taken is not None
        assert taken.sock is not None
        taken.sock.close()
    assert theirs.take() is None
    assert ours.give(TICKET, near.fileno())


def test_what_is_on_its_way_when_the_receiver_dies_is_closed(hatches: tuple[Hatch, Hatch]) -> None:
    ours, theirs = hatches
    before = open_descriptors()
    near, far = socket.socketpair()
    with far:
        far.settimeout(10)
        assert ours.give(TICKET, near.fileno())
        near.close()
        theirs.close()
        assert far.recv(1) == b"", "the kernel closed it with the queue in which it lay"
    assert open_descriptors() == before - 1, "the receiver's own end"


def test_to_nobody_is_an_error_and_the_connection_stays_the_givers(
    hatches: tuple[Hatch, Hatch], line: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = hatches
    near, far = line
    theirs.close()
    with pytest.raises(LinkError):
        ours.give(TICKET, near.fileno())
    near.send(b"still there")
    assert far.recv(20) == b"still there"


class TooMany:
    """A socket whose system has as many descriptors on their way as it allows."""

    def __init__(self, number: int) -> None:
        self._number = number

    def setblocking(self, _flag: bool) -> None: ...

    def setsockopt(self, *_args: object) -> None: ...

    def sendmsg(self, *_args: object) -> int:
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize("number", sorted(handing._NOT_NOW))
def test_too_many_on_their_way_is_not_now_and_not_the_end(number: int) -> None:
    hatch = Hatch(TooMany(number))  # type: ignore[arg-type]  # what the kernel says only to ordinary users
    assert not hatch.give(TICKET, 0)


def test_a_packet_that_is_no_ticket_leaves_nothing_open(
    line: tuple[socket.socket, socket.socket],
) -> None:
    near, far = line
    ours, theirs = Hatch.pair()
    with theirs:
        socket.send_fds(theirs, [b"short"], [near.fileno()])
        near.close()
        with pytest.raises(LinkError):
            ours.take()
        assert far.recv(1) == b"", "what came with it was closed"
        theirs.send(pack(TICKET))
        with pytest.raises(LinkError, match="without a connection"):
            ours.take()
        theirs.send(b"\0" * (2 * MAX_HEAD_BYTES))
        with pytest.raises(LinkError, match="too long"):
            ours.take()
    ours.close()


def test_a_process_that_may_open_no_more_is_told_whose_connection_was_lost(
    hatches: tuple[Hatch, Hatch], line: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = hatches
    near, far = line
    assert ours.give(TICKET, near.fileno())
    near.close()
    with no_descriptor_left():
        taken = theirs.take()
    assert taken is not None
    assert taken.ticket == TICKET
    assert taken.sock is None
    assert far.recv(1) == b""
