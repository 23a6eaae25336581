from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from radiocast.model.audience import End
from radiocast.model.block import MountSpec
from radiocast.transmitter.seats import Refusal, Seat, Seats, counted_as
from radiocast.transmitter.terms import Terms
from tests.transmitter.listening import asked

MOUNTS = (
    MountSpec(path="/live.mp3", bitrate_kbps=128),
    MountSpec(path="/low.mp3", bitrate_kbps=48, channels=1, max_listeners=3),
)


def take(seats: Seats, mount: int = 0, *, address: str = "192.0.2.1", now_s: float = 0.0) -> Seat | Refusal:
    return seats.take(mount, asked=asked(address), now_s=now_s)


def seated(seats: Seats, mount: int = 0, *, address: str = "192.0.2.1", now_s: float = 0.0) -> Seat:
    taken = take(seats, mount, address=address, now_s=now_s)
    assert isinstance(taken, Seat)
    return taken


def test_the_station_the_mount_and_the_address_are_each_full_by_name() -> None:
    seats = Seats(MOUNTS, Terms(max_listeners=5, max_per_address=2))
    first = [seated(seats, 1, address=f"192.0.2.{number}") for number in range(3)]
    assert take(seats, 1, address="192.0.2.9") is Refusal.MOUNT_FULL
    seated(seats, address="192.0.2.0")
    assert take(seats, address="192.0.2.0") is Refusal.ADDRESS_FULL
    seated(seats, address="192.0.2.9")
    assert take(seats, address="192.0.2.10") is Refusal.FULL
    assert len(seats) == 5
    seats.leave(first[0].number, End.LEFT)
    seated(seats, 1, address="192.0.2.0")


def test_a_refusal_changes_no_count() -> None:
    seats = Seats(MOUNTS, Terms(max_listeners=10, max_per_address=1))
    seated(seats)
    for _ in range(5):
        assert take(seats) is Refusal.ADDRESS_FULL
    assert (len(seats), seats.total, seats.peak, seats.mounts[0].current) == (1, 1, 1, 1)
    seats.leave(1, End.LEFT)
    seated(seats)


def test_who_leaves_twice_left_once() -> None:
    seats = Seats(MOUNTS, Terms())
    number = seated(seats).number
    assert number in seats
    assert seats.leave(number, End.SLOW) is not None
    assert seats.leave(number, End.LEFT) is None
    assert number not in seats
    assert seats.ended == {**dict.fromkeys(End, 0), End.SLOW: 1}


def test_those_who_came_first_are_overdue_first_and_without_a_limit_nobody_is() -> None:
    seats = Seats(MOUNTS, Terms(max_duration_s=100.0))
    for second in range(5):
        seated(seats, now_s=float(second))
    seats.leave(2, End.LEFT)
    assert [seat.number for seat in seats.overdue(99.0)] == []
    assert [seat.number for seat in seats.overdue(102.0)] == [1, 3]
    unlimited = Seats(MOUNTS, Terms())
    seated(unlimited)
    assert list(unlimited.overdue(1e9)) == []


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_household_with_ipv6_counts_as_one_address(address: str, counted: str) -> None:
    assert counted_as(address) == counted


@dataclass(frozen=True, slots=True)
class Sitting:
    number: int
    mount: int
    address: str


class Coming(RuleBasedStateMachine):
    """However people come, are refused, leave, are killed and leave again: the counts are those of a list."""

    def __init__(self) -> None:
        super().__init__()
        self.seats = Seats(MOUNTS, Terms(max_listeners=6, max_per_address=2))
        self.sitting: list[Sitting] = []
        self.gone: list[int] = []
        self.ended: Counter[End] = Counter()
        self.peak = 0
        self.total = 0

    @rule(mount=st.integers(0, 1), household=st.integers(0, 4), six=st.booleans(), device=st.integers(1, 3))
    def come(self, mount: int, household: int, six: bool, device: int) -> None:
        address = f"2001:db8:0:{household}::{device}" if six else f"192.0.2.{household}"
        key = f"{household}/{six}"
        here = sum(sitting.mount == mount for sitting in self.sitting)
        beside = sum(sitting.address == key for sitting in self.sitting)
        taken = take(self.seats, mount, address=address)
        if len(self.sitting) >= 6:
            assert taken is Refusal.FULL
        elif mount == 1 and here >= 3:
            assert taken is Refusal.MOUNT_FULL
        elif beside >= 2:
            assert taken is Refusal.ADDRESS_FULL
        else:
            assert isinstance(taken, Seat)
            self.total += 1
            # Never anybody's before.
            assert taken.number > max([*self.gone, *(sitting.number for sitting in self.sitting)], default=0)
            self.sitting.append(Sitting(taken.number, mount, key))
            self.peak = max(self.peak, len(self.sitting))

    @precondition(lambda self: self.sitting)
    @rule(which=st.integers(0, 5), end=st.sampled_from(End))
    def leave(self, which: int, end: End) -> None:
        left = self.sitting.pop(which % len(self.sitting))
        seat = self.seats.leave(left.number, end)
        assert seat is not None
        assert (seat.number, seat.mount) == (left.number, left.mount)
        self.gone.append(left.number)
        self.ended[end] += 1
        # Whose player came again on another connection is counted with that one.
        self.total -= end is End.REPLACED

    @precondition(lambda self: self.gone)
    @rule(which=st.integers(0, 99), end=st.sampled_from(End))
    def leave_again(self, which: int, end: End) -> None:
        assert self.seats.leave(self.gone[which % len(self.gone)], end) is None

    @precondition(lambda self: self.sitting)
    @rule(mount=st.integers(0, 1))
    def a_worker_dies_with_a_mount_s_listeners(self, mount: int) -> None:
        for left in [sitting for sitting in self.sitting if sitting.mount == mount]:
            assert self.seats.leave(left.number, End.LOST) is not None
            self.sitting.remove(left)
            self.gone.append(left.number)
            self.ended[End.LOST] += 1

    @invariant()
    def the_counts_are_right(self) -> None:
        assert len(self.seats) == len(self.sitting)
        for number, mount in enumerate(self.seats.mounts):
            assert mount.current == sum(sitting.mount == number for sitting in self.sitting)
            assert mount.current <= mount.peak <= self.peak
        assert (self.seats.total, self.seats.peak) == (self.total, self.peak)
        assert all(self.seats.ended[end] == self.ended[end] for end in End)
        assert self.total == len(self.sitting) + self.ended.total() - self.ended[End.REPLACED]
        # Nothing is kept of addresses from which nobody listens.
        assert sum(self.seats._by_address.values()) == len(self.sitting)
        assert all(self.seats._by_address.values())


TestComing = Coming.TestCase
TestComing.settings = settings(max_examples=30, stateful_step_count=30)
