"""A listener by TLS at the real fan-out: what it gets is what it would get without."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.link.messages import Departure, Ticket
from radiocast.model.audience import End
from radiocast.transmitter import icy
from radiocast.transmitter.fanout import TICKS_PER_BLOCK
from radiocast.transmitter.hall import Hall
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.terms import SlowListener, Terms
from tests.reception.tls import certificate, drain, joined, pair
from tests.transmitter.sound import LIVE, block_sound

METAINT = 7_680
BURST = 4
HEAD = b"HTTP/1.0 200 OK\r\n\r\n"
# Made once: the examples of a property use the same blocks again and again.
SOUND = [block_sound(LIVE, number) for number in range(400)]


class House:
    """A hall, and one listener in it whose every read a test decides."""

    def __init__(self, slow_listener: SlowListener) -> None:
        self.departed: list[Departure] = []
        self.hall = Hall(
            [LIVE],
            Terms(burst_s=BURST * 0.48, slow_listener=slow_listener),
            on_departure=self.departed.append,
        )
        self.tick = 0
        self.air(BURST)
        self._ends = contextlib.ExitStack()
        # No TCP: what one end sends the other can read at once, so that every run is the same.
        self.secure, self.client = self._ends.enter_context(joined(pair()))
        self.hall.admit(Ticket(number=1, mount=0, titled=True, head=HEAD), self.secure)
        # Smaller than any burst, so that records are torn.
        self.secure.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)

    def air(self, blocks: int = 1) -> None:
        """So many blocks go out, and everybody has its turn after each."""
        for _ in range(blocks):
            number = self.hall.rings[0].end
            self.hall.put([SOUND[number]], f"title {number // 3}")
            self.turn()

    def turn(self) -> None:
        for _ in range(TICKS_PER_BLOCK):
            self.hall.fanout.serve(self.tick)
            self.tick += 1

    def catch_up(self) -> None:
        """The listener reads until it has everything."""
        for _ in range(2_000):
            before = len(self.client.heard)
            self.client.read()
            self.turn()
            with contextlib.suppress(BlockingIOError):
                self.secure.flush()  # as the next block would
            self.client.read()
            if not self.secure.blocked and len(self.client.heard) == before:
                return
        raise AssertionError("it never has everything")

    def close(self) -> None:
        self.hall.fanout.close()
        self._ends.close()


@contextlib.contextmanager
def house(slow_listener: SlowListener) -> Iterator[House]:
    made = House(slow_listener)
    with contextlib.closing(made):
        yield made


def stream(first: int, end: int) -> bytes:
    return icy.mux(SOUND[first:end], [f"title {number // 3}" for number in range(first, end)])


def blocks_in(heard: bytes) -> list[int]:
    """The numbers of the blocks in a listener's bytes, each of which is checked, as is every title."""
    assert heard.startswith(HEAD)
    sound, titles = IcyDemuxer(METAINT).feed(heard[len(HEAD) :])
    numbers = []
    for start in range(0, len(sound), METAINT):
        block = sound[start : start + METAINT]
        number = SOUND.index(block)
        if start:
            announced = [title.title for title in titles if title.position <= start]
            assert announced[-1] == f"title {number // 3}"
        numbers.append(number)
    return numbers


def test_a_listener_by_tls_hears_every_block() -> None:
    with house("drop") as station:
        for _ in range(20):
            station.air()
            station.catch_up()
        assert bytes(station.client.heard) == HEAD + stream(0, BURST + 20)
        assert station.departed == []


STEPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 60_000)), max_size=12)


@given(steps=STEPS)
def test_a_slow_one_that_skips_gets_whole_blocks_and_right_titles(steps: list[tuple[int, int]]) -> None:
    """However it reads: torn records, blocks that left the ring meanwhile, and the ICY counting unbroken."""
    with house("skip") as station:
        for blocks, encrypted_bytes in steps:
            station.air(blocks)
            station.client.read(encrypted_bytes)
            station.turn()
        station.catch_up()
        station.air()
        station.catch_up()
        assert station.departed == []
        numbers = blocks_in(bytes(station.client.heard))
        assert numbers == sorted(set(numbers))
        assert numbers[0] == 0
        assert numbers[-1] == station.hall.rings[0].end - 1
        jumps = sum(after != before + 1 for before, after in pairwise(numbers))
        # It was moved to the live sound at least as often; twice in one place is one jump.
        assert jumps <= station.hall.fanout.skips
        station.hall.fanout.close()
        assert station.departed[0].sent_bytes == len(station.client.heard)


@given(steps=STEPS)
def test_one_that_is_dropped_has_heard_only_what_is_right(steps: list[tuple[int, int]]) -> None:
    with house("drop") as station:
        for blocks, encrypted_bytes in steps:
            station.air(blocks)
            with contextlib.suppress(ssl.SSLEOFError):  # it was cut off, which it can tell
                station.client.read(encrypted_bytes)
        if not station.departed:
            station.catch_up()
            station.hall.fanout.close()
            assert station.departed[0].end is End.CLOSED
            assert station.departed[0].sent_bytes == len(station.client.heard)
        else:
            assert station.departed[0].end is End.SLOW
            assert station.departed[0].sent_bytes >= len(station.client.heard)
        whole = HEAD + stream(0, station.hall.rings[0].end)
        assert whole.startswith(bytes(station.client.heard))


def test_a_listener_that_reads_nothing_holds_one_record_and_is_let_go() -> None:
    with house("drop") as station:
        aired = 0
        while not station.departed:
            station.air()
            aired += 1
            assert aired < 100, "the kernel's buffers never filled"
        assert station.departed[0].end is End.SLOW
        assert station.secure.fileno() == -1


@pytest.mark.parametrize("how", ["says so", "is gone"])
def test_a_listener_that_hangs_up_is_gone_at_the_next_turn(how: str) -> None:
    with house("drop") as station:
        station.catch_up()
        if how == "says so":
            station.client.hang_up()
        else:
            station.client.close()
        station.hall.fanout.serve(station.tick)
        assert [departure.end for departure in station.departed] == [End.LEFT]


def test_a_new_certificate_leaves_those_who_listen_alone() -> None:
    """A renewal makes another context; connections keep theirs."""
    shown = certificate()
    with joined(pair(), shown=shown) as (secure, client):
        shown.context = certificate("second").context
        secure.send(b"sound")
        drain(secure, client)
        assert bytes(client.heard) == b"sound"
