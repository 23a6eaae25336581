import contextlib
import errno
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


@pytest.mark.parametrize(
    ("slice_listeners", "served_at_each"),
    [
        (8, [8, 8, 8, 8, 8, 8, 8, 8]),
        (16, [16, 0, 16, 0, 16, 0, 16, 0]),
        (63, [32, 0, 0, 0, 32, 0, 0, 0]),
        (64, [64, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_listeners_are_spread_over_as_many_ticks_as_keep_slices_small_and_all_served_once_a_round(
    house: House, monkeypatch: pytest.MonkeyPatch, slice_listeners: int, served_at_each: list[int]
) -> None:
    monkeypatch.setattr(fanout, "_SLICE_LISTENERS", slice_listeners)
    ears = [house.join() for _ in range(64)]
    for ear in ears:
        ear.read()
    house.ring.put(block_sound(LIVE, BURST), "title 1")
    served, waits = [], []
    for _ in range(TICKS_PER_BLOCK):
        waits.append(house.fanout.serve(house.tick))
        house.tick += 1
        served.append(sum(bool(ear.read()) for ear in ears))
    assert served == served_at_each
    # Each tick says when somebody's turn comes next.
    turns = [tick for tick, count in enumerate(served_at_each) if count]
    assert waits == [
        min(turn for turn in (*turns, TICKS_PER_BLOCK) if turn > tick) - tick
        for tick in range(TICKS_PER_BLOCK)
    ]


@pytest.mark.parametrize("blocks_a_turn", [1, 2, 4])
@pytest.mark.parametrize("slice_listeners", [1, 20, 1000])
def test_who_serves_only_when_told_to_serves_everybody(
    house: House, monkeypatch: pytest.MonkeyPatch, blocks_a_turn: int, slice_listeners: int
) -> None:
    monkeypatch.setattr(fanout, "_SLICE_LISTENERS", slice_listeners)
    house.fanout.blocks_a_turn = blocks_a_turn
    ears = [house.join() for _ in range(2 * BUCKETS)]
    due = house.tick
    for tick in range(house.tick, house.tick + 2 * BUCKETS):
        if tick % TICKS_PER_BLOCK == 0:
            assert due == tick, "a block's tick was passed over"
            house.ring.put(block_sound(LIVE, house.ring.end), f"title {house.ring.end // 3}")
        if tick == due:
            due += house.fanout.serve(tick)
        for ear in ears:
            ear.read()
    for ear in ears:
        # All but what came since the last turn, of which each has one within blocks_a_turn.
        assert (HEAD + stream(0, house.ring.end)).startswith(bytes(ear.heard))
        assert len(ear.heard) >= len(HEAD + stream(0, house.ring.end - blocks_a_turn))


@pytest.mark.parametrize(
    ("burst_s", "cadences"),
    [
        (0.0, [1, 1, 1, 1, 1, 1, 1]),
        (1.0, [1, 1, 1, 1, 1, 1, 1]),
        (3.0, [1, 1, 2, 2, 2, 2, 2]),
        (6.0, [1, 1, 2, 2, 4, 4, 4]),
        (12.0, [1, 1, 2, 2, 4, 4, 8]),
    ],
)
def test_turns_come_less_often_with_more_listeners_as_far_as_the_burst_allows(
    burst_s: float, cadences: list[int]
) -> None:
    counts = (0, 250, 251, 30_000, 30_001, 60_000, 60_001)
    assert [fanout.cadence(count, burst_s=burst_s) for count in counts] == cadences


def test_who_comes_and_goes_at_a_limit_does_not_change_the_cadence() -> None:
    now = 1
    for listeners, wanted in [(250, 1), (251, 2), (249, 2), (226, 2), (225, 1), (249, 1), (30_001, 4)]:
        now = fanout.cadence(listeners, burst_s=6.0, current=now)
        assert now == wanted
    assert fanout.cadence(29_999, burst_s=6.0, current=4) == 4
    assert fanout.cadence(27_000, burst_s=6.0, current=4) == 2


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


# The tally


def test_the_tally_counts_every_send_and_every_byte(house: House) -> None:
    ears = [house.join(icy=number % 2 == 0) for number in range(40)]
    house.air(5)
    ears.pop().sock.close()
    house.air(5)
    for ear in ears:
        ear.read()
    tally = house.fanout.tally()
    # Each has its burst in one send, and each later block in one.
    assert tally.sends == 40 * 6 + 39 * 5
    gone = house.departed[0].sent_bytes
    assert tally.sent_bytes == sum(len(ear.heard) for ear in ears) + gone
    assert (tally.blocked, tally.skips) == (0, 0)


def test_the_tally_counts_what_a_full_socket_refused_and_what_was_taken_in_part(
    skipping_house: House,
) -> None:
    house = skipping_house
    slow, fast = stuck(house), house.join()
    house.air(60)
    while slow.read() or fast.read():
        house.turn()
    tally = house.fanout.tally()
    assert tally.blocked > 0
    assert tally.skips == house.fanout.skips >= 1
    assert tally.sent_bytes == len(slow.heard) + len(fast.heard)


def test_the_tally_has_each_slice_once_and_how_late_the_last_one_was(house: House) -> None:
    before = house.fanout.tally()
    house.join()
    house.fanout.serve(house.tick, late_s=0.25)
    house.fanout.serve(house.tick + 1, late_s=0.5)  # nobody's turn
    tally = house.fanout.tally()
    assert sum(tally.slices) == sum(before.slices) + 1
    assert tally.slices_s > before.slices_s
    assert tally.late_s == 0.25


# How long anybody may listen


def test_who_is_dismissed_is_gone_at_once_and_who_was_gone_already_is_no_matter(house: House) -> None:
    ears = [house.join() for _ in range(3)]
    ears[0].sock.close()
    house.turn()
    house.fanout.dismiss([1, 2, 99])
    assert [(gone.number, gone.end) for gone in house.departed] == [(1, End.LEFT), (2, End.EXPIRED)]
    house.air()
    ears[2].read()
    assert bytes(ears[2].heard) == HEAD + stream(0, house.ring.end)
    ears[1].read()
    assert ears[1].ended
    assert bytes(ears[1].heard) == HEAD + stream(0, BURST)


# Slow in other ways


def numbers_heard(heard: bytes) -> list[int]:
    """The blocks in a titled listener's bytes, checked to be whole, with each one's own title before it."""
    sound, titles = IcyDemuxer(METAINT).feed(heard[len(HEAD) :])
    whole = len(sound) // METAINT
    numbers = []
    for at in range(whole):
        block = sound[at * METAINT : (at + 1) * METAINT]
        number = int(block[: METAINT // 20].rsplit(b"<studio ", 1)[1].split()[0])
        assert block == block_sound(LIVE, number)
        announced = [title.title for title in titles if title.position <= at * METAINT]
        assert at == 0 or announced[-1] == f"title {number // 3}"
        numbers.append(number)
    return numbers


def test_who_stops_for_minutes_hears_what_is_live_when_it_reads_again(skipping_house: House) -> None:
    house = skipping_house
    slow = stuck(house)
    house.air(40)
    held = house.fanout.tally().sent_bytes
    house.air(600)
    # The kernel took next to nothing more meanwhile.
    assert house.fanout.tally().sent_bytes < held + 2 * METAINT
    while slow.read():
        house.turn()
    house.air()
    slow.read()
    numbers = numbers_heard(bytes(slow.heard))
    jumps = [at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1]
    assert len(jumps) == house.fanout.skips
    # Once moved, to the burst that a newcomer would have had; nothing of the minutes in between.
    last = jumps[-1]
    assert numbers[last:] == list(range(640, 645))
    assert house.departed == []


def test_who_reads_a_byte_at_a_time_gets_whole_blocks_in_order(skipping_house: House) -> None:
    house = skipping_house
    slow = stuck(house)
    for _ in range(3_000):
        try:
            slow.heard += slow.sock.recv(1)
        except BlockingIOError:
            house.turn()
        house.fanout.serve(house.tick)
        house.tick += 1
        if house.tick % 100 == 0:
            house.air()
    while slow.read():
        house.turn()
    house.air()
    slow.read()
    numbers = numbers_heard(bytes(slow.heard))
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == house.ring.end - 1
    assert house.departed == []


@pytest.mark.parametrize("slow_listener", ["drop", "skip"])
def test_one_in_ten_that_stops_reading_costs_the_others_nothing(slow_listener: SlowListener) -> None:
    house = House(slow_listener)
    deaf = [stuck(house) for _ in range(4)]
    well = [house.join() for _ in range(36)]
    for _ in range(80):
        house.air()
        for ear in well:
            ear.read()
    for ear in well:
        assert bytes(ear.heard) == HEAD + stream(0, house.ring.end)
    assert house.ends == ([End.SLOW] * 4 if slow_listener == "drop" else [])
    assert len(house.fanout) == (36 if slow_listener == "drop" else 40)
    for ear in deaf:
        ear.read()
        assert ear.ended == (slow_listener == "drop")
        if slow_listener == "drop":
            # Reset: the kernel threw away what had not been read, and keeps nothing for minutes.
            assert len(ear.heard) < len(HEAD) + BURST * METAINT
    house.close()


class Recording:
    """An outlet as TLS over a socket is one: what of a record the kernel does not take is kept and counts as
    sent, and the next send is refused until it has left."""

    def __init__(self, sock: socket.socket, *, record_bytes: int = 3_000) -> None:
        self._sock = sock
        self._record_bytes = record_bytes
        self._pending = memoryview(b"")

    def send(self, data: bytes | memoryview, /) -> int:
        self._flush()
        accepted = 0
        while accepted < len(data) and not self._pending:
            self._pending = memoryview(data)[accepted : accepted + self._record_bytes]
            accepted += len(self._pending)
            with contextlib.suppress(BlockingIOError):
                self._flush()
        return accepted

    def sendmsg(self, views: tuple[bytes | memoryview, ...], /) -> int:
        return self.send(b"".join(views))

    def _flush(self) -> None:
        while self._pending:
            self._pending = self._pending[self._sock.send(self._pending) :]

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        self._sock.setsockopt(level, option, value)

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        self._sock.close()


@pytest.mark.parametrize("pause", [5, 40])
def test_an_outlet_that_keeps_what_the_kernel_refused_loses_nothing(
    skipping_house: House, pause: int
) -> None:
    house = skipping_house
    server, client = tcp_pair(receive_buffer_bytes=4096)
    ear = Ear(client)
    house.ears.append(ear)
    house.fanout.admit(
        Listener(Recording(server), number=1, lane=house.ring.icy), HEAD, send_buffer_bytes=BURST * METAINT
    )
    for _ in range(3):
        house.air(pause)
        for _ in range(7):
            with contextlib.suppress(BlockingIOError):
                ear.heard += ear.sock.recv(2_999)
            house.turn()
        while ear.read():
            house.turn()
    house.air()
    while ear.read():
        house.turn()
    numbers = numbers_heard(bytes(ear.heard))
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == house.ring.end - 1
    assert house.fanout.tally().sent_bytes == len(ear.heard)


def test_two_thousand_who_hang_up_at_once_are_gone_in_some_slices_and_those_who_stay_notice_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "_HANGUPS_A_SLICE", 16)
    staying = house.join()
    for _ in range(100):
        house.join().sock.close()
    house.fanout.serve(house.tick)
    # With no new block nobody is sent anything, so only the kernel's word ends them.
    assert len(house.departed) == 16
    house.turn()
    house.turn()
    assert len(house.fanout) == 1
    house.air()
    staying.read()
    assert bytes(staying.heard) == HEAD + stream(0, house.ring.end)
    for ear in house.ears[1:]:
        ear.close()


class Unwatching:
    """An epoll of which the kernel will not have more (fs.epoll.max_user_watches)."""

    closed = False

    def register(self, _fd: int, _events: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def unregister(self, _fd: int) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    def poll(self, _timeout: float, _most: int) -> list[tuple[int, int]]:
        return []

    def close(self) -> None:
        self.closed = True


def test_who_cannot_be_watched_listens_all_the_same_and_a_send_tells_of_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.fanout._hangups.close()
    monkeypatch.setattr(house.fanout, "_hangups", Unwatching())
    leaves, stays = house.join(), house.join()
    house.air(2)
    stays.read()
    assert bytes(stays.heard) == HEAD + stream(0, BURST + 2)
    leaves.close()
    house.air(3)
    assert house.ends == [End.LEFT]
    assert len(house.fanout) == 1
    house.fanout.dismiss([2])
    assert house.ends == [End.LEFT, End.EXPIRED]


def test_a_connection_that_somebody_else_closed_ends_one_listener_only(house: House) -> None:
    closed, listener = tcp_pair()
    house.join(pair=(closed, listener))
    other = house.join()
    closed.close()
    house.air(2)
    assert house.ends == [End.LEFT]
    other.read()
    assert bytes(other.heard) == HEAD + stream(0, BURST + 2)
