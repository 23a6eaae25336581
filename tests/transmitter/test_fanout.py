import socket
from collections.abc import Iterator

import pytest

from radiocast.link.messages import Departure
from radiocast.model.audience import End
from radiocast.transmitter import fanout, icy
from radiocast.transmitter.fanout import BUCKETS, TICKS_PER_BLOCK, Fanout, Listener
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.ring import Ring
from radiocast.transmitter.terms import SlowListener
from tests.transmitter.listening import Ear, tcp_pair
from tests.transmitter.sound import LIVE, block_sound

METAINT = 7680
BURST = 4
DEPTH = 8
HEAD = b"HTTP/1.0 200 OK\r\n\r\n"


class House:
    """A ring, a fan-out, and listeners of both kinds."""

    def __init__(self, slow_listener: SlowListener = "drop") -> None:
        self.ring = Ring(depth_blocks=DEPTH, burst_blocks=BURST)
        self.departed: list[Departure] = []
        self.fanout = Fanout(slow_listener=slow_listener, on_departure=self.departed.append)
        self.joined = 0
        self.ears: list[Ear] = []
        self.tick = 0
        self.air(BURST)

    def air(self, blocks: int = 1, title: str | None = None) -> None:
        """Put blocks on the ring and let every listener have its turn after each."""
        for _ in range(blocks):
            number = self.ring.end
            self.ring.put(block_sound(LIVE, number), title or f"title {number // 3}")
            self.turn()

    def turn(self) -> None:
        for _ in range(BUCKETS):
            self.fanout.serve(self.tick)
            self.tick += 1

    def join(self, *, icy: bool = True, pair: tuple[socket.socket, socket.socket] | None = None) -> Ear:
        server, listener = pair or tcp_pair()
        ear = Ear(listener)
        self.ears.append(ear)
        self.joined += 1
        self.fanout.admit(
            Listener(server, number=self.joined, lane=self.ring.icy if icy else self.ring.plain),
            HEAD,
            send_buffer_bytes=BURST * METAINT,
        )
        return ear

    @property
    def ends(self) -> list[End]:
        """Why each of those who are gone is gone, in order."""
        return [departure.end for departure in self.departed]

    def close(self) -> None:
        self.fanout.close()
        for ear in self.ears:
            ear.close()


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.close()


@pytest.fixture
def skipping_house() -> Iterator[House]:
    made = House("skip")
    yield made
    made.close()


def stream(first: int, end: int) -> bytes:
    numbers = range(first, end)
    return icy.mux(
        [block_sound(LIVE, number) for number in numbers], [f"title {number // 3}" for number in numbers]
    )


def test_a_newcomer_has_header_and_burst_before_the_next_turn(house: House) -> None:
    ear = house.join()
    ear.read()
    assert bytes(ear.heard) == HEAD + stream(0, BURST)


def test_listeners_of_both_kinds_get_every_block_in_order(house: House) -> None:
    titled, plain = house.join(), house.join(icy=False)
    for _ in range(30):
        house.air()
        titled.read()
        plain.read()
    assert bytes(titled.heard) == HEAD + stream(0, BURST + 30)
    assert bytes(plain.heard) == HEAD + b"".join(block_sound(LIVE, number) for number in range(BURST + 30))


def test_many_listeners_are_spread_over_the_ticks_and_all_served_once_a_round(house: House) -> None:
    ears = [house.join() for _ in range(2 * BUCKETS)]
    for ear in ears:
        ear.read()
    house.ring.put(block_sound(LIVE, BURST), "title 1")
    served = []
    for _ in range(TICKS_PER_BLOCK):
        house.fanout.serve(house.tick)
        house.tick += 1
        served.append(sum(bool(ear.read()) for ear in ears))
    assert served == [len(ears) // TICKS_PER_BLOCK] * TICKS_PER_BLOCK


@pytest.mark.parametrize(
    ("burst_s", "cadences"),
    [(0.0, [1, 1, 1, 1, 1]), (1.0, [1, 1, 1, 1, 1]), (3.0, [1, 1, 2, 2, 2]), (6.0, [1, 1, 2, 2, 4])],
)
def test_turns_come_less_often_with_more_listeners_as_far_as_the_burst_allows(
    burst_s: float, cadences: list[int]
) -> None:
    counts = (0, 250, 251, 30_000, 30_001)
    assert [fanout.cadence(count, burst_s=burst_s) for count in counts] == cadences


def test_a_long_cadence_still_serves_everybody_and_loses_nothing(house: House) -> None:
    house.fanout.blocks_a_turn = 4
    ears = [house.join() for _ in range(BUCKETS)]
    for _ in range(12):
        house.ring.put(block_sound(LIVE, house.ring.end), f"title {house.ring.end // 3}")
        for _ in range(TICKS_PER_BLOCK):
            house.fanout.serve(house.tick)
            house.tick += 1
        for ear in ears:
            ear.read()
    house.turn()
    for ear in ears:
        ear.read()
        assert bytes(ear.heard) == HEAD + stream(0, BURST + 12)


def test_a_send_that_is_taken_in_part_goes_on_where_it_stopped(house: House) -> None:
    """A listener with small buffers that reads a little at a time, at places that fit nothing."""
    pair = tcp_pair(receive_buffer_bytes=4096)
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    ear = house.join(pair=pair)
    total = 0
    for _ in range(200):
        try:
            total += len(piece := ear.sock.recv(2999))
            ear.heard += piece
        except BlockingIOError:
            pass
        if total > (house.ring.end - 2) * METAINT:
            house.air()
        else:
            house.turn()
    while ear.read():
        house.turn()
    assert bytes(ear.heard) == HEAD + stream(0, house.ring.end)
    assert house.ring.end > 2 * DEPTH
    assert house.departed == []


def stuck(house: House) -> Ear:
    """A listener who reads nothing until the kernel's buffers are full and the ring has gone past it."""
    return house.join(pair=tcp_pair(receive_buffer_bytes=4096))


def test_a_slow_listener_is_dropped_and_the_others_notice_nothing(house: House) -> None:
    slow, fast = stuck(house), house.join()
    aired = 0
    while not house.departed:
        house.air()
        fast.read()
        aired += 1
        assert aired < 100, "the kernel's buffers never filled"
    assert house.ends == [End.SLOW]
    assert bytes(fast.heard) == HEAD + stream(0, house.ring.end)
    assert len(house.fanout) == 1
    slow.read()
    assert slow.ended


def test_a_slow_listener_skips_whole_blocks_and_its_titles_stay_right(skipping_house: House) -> None:
    house = skipping_house
    slow, fast = stuck(house), house.join()
    for _ in range(60):
        house.air()
        fast.read()
    # It reads again: everything that was for it, then what is live.
    for _ in range(10):
        while slow.read():
            house.turn()
        house.air()
    while slow.read():
        house.turn()
    assert house.departed == []
    assert house.fanout.skips >= 1
    sound, titles = IcyDemuxer(METAINT).feed(bytes(slow.heard[len(HEAD) :]))
    assert len(sound) % METAINT == 0
    numbers = []
    for start in range(0, len(sound), METAINT):
        block = sound[start : start + METAINT]
        number = int(block[: METAINT // 20].rsplit(b"<studio ", 1)[1].split()[0])
        assert block == block_sound(LIVE, number)
        numbers.append(number)
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == house.ring.end - 1
    jumps = [at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1]
    assert len(jumps) == house.fanout.skips
    # At every block from the second on, the title last announced is the block's own.
    for at, number in enumerate(numbers[1:], start=1):
        announced = [title.title for title in titles if title.position <= at * METAINT]
        assert announced[-1] == f"title {number // 3}"
    fast.read()
    assert bytes(fast.heard) == HEAD + stream(0, house.ring.end)


def test_a_skipping_plain_listener_gets_whole_blocks_too(skipping_house: House) -> None:
    house = skipping_house
    slow = house.join(icy=False, pair=tcp_pair(receive_buffer_bytes=4096))
    house.air(60)
    for _ in range(5):
        while slow.read():
            house.turn()
        house.air()
    while slow.read():
        house.turn()
    sound = bytes(slow.heard[len(HEAD) :])
    assert len(sound) % METAINT == 0
    assert house.fanout.skips >= 1
    assert sound.endswith(block_sound(LIVE, house.ring.end - 1))


@pytest.mark.parametrize("how", ["close", "half-close", "reset"])
def test_who_hangs_up_is_gone_at_the_next_turn(house: House, how: str) -> None:
    pair = tcp_pair()
    leaving, staying = house.join(pair=pair), house.join()
    leaving.read()
    match how:
        case "close":
            leaving.sock.close()
        case "half-close":
            leaving.sock.shutdown(socket.SHUT_WR)
        case _:
            leaving.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            leaving.sock.close()
    house.fanout.serve(house.tick)
    assert house.ends == [End.LEFT]
    assert pair[0].fileno() == -1
    house.air()
    staying.read()
    assert bytes(staying.heard) == HEAD + stream(0, house.ring.end)


def test_a_send_that_fails_ends_its_listener_only(house: House) -> None:
    server, listener = tcp_pair()
    house.join(pair=(server, listener))
    staying = house.join()
    server.shutdown(socket.SHUT_WR)  # whatever the reason: this socket cannot be written any more
    house.air()
    assert house.ends == [End.LEFT]
    staying.read()
    assert bytes(staying.heard) == HEAD + stream(0, house.ring.end)


def test_what_a_listener_sends_is_not_read_and_does_no_harm(house: House) -> None:
    ear = house.join()
    ear.sock.send(b"GET / HTTP/1.1\r\n\r\n" * 100)
    house.air(3)
    ear.read()
    assert bytes(ear.heard) == HEAD + stream(0, house.ring.end)


def test_a_listener_that_is_gone_before_its_burst_is_ended_at_once(house: House) -> None:
    server, listener = tcp_pair()
    server.shutdown(socket.SHUT_WR)
    house.join(pair=(server, listener))
    assert house.ends == [End.LEFT]
    assert len(house.fanout) == 0


def test_closing_ends_everybody_and_counts_what_each_was_sent() -> None:
    house = House()
    ears = [house.join() for _ in range(3)]
    house.close()
    assert house.ends == [End.CLOSED] * 3
    assert {departure.sent_bytes for departure in house.departed} == {len(HEAD + stream(0, BURST))}
    assert len(ears) == 3
    house.air()  # the station still paces while it closes down
