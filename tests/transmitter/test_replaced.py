"""A listener whose player goes on to listen on another connection: the two are one."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from radiocast.model.audience import End, Joined, Left, Record
from radiocast.transmitter.seats import Seat
from radiocast.transmitter.terms import Terms
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.listening import Ear, HandClock, asked, tcp_pair
from tests.transmitter.sound import LIVE


class House:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.transmitter = Transmitter(
            (LIVE,),
            station_name="Newsline",
            terms=Terms(max_listeners=1, max_per_address=1),
            record=self.records.append,
            clock=HandClock(),
        )
        self.ears: list[Ear] = []

    def listen(self) -> Seat:
        ours, theirs = tcp_pair()
        ours.setblocking(False)
        self.ears.append(Ear(theirs))
        taken = self.transmitter.admit(ours, "/live.mp3", icy=False, head=b"head", asked=asked("192.0.2.1"))
        assert isinstance(taken, Seat), taken
        return taken

    def close(self) -> None:
        self.transmitter.close()
        for ear in self.ears:
            ear.close()


@pytest.fixture
def house() -> Iterator[House]:
    with closing(House()) as made:
        yield made


def test_a_listener_that_is_replaced_leaves_its_place_and_counts_once(house: House) -> None:
    first = house.listen()
    house.transmitter.replace(first.number)
    second = house.listen()
    listeners = house.transmitter.look().listeners
    assert (listeners.current, listeners.total, listeners.peak) == (1, 1, 1)
    assert second.number != first.number
    joined, left, again = house.records
    assert isinstance(joined, Joined)
    assert isinstance(again, Joined)
    assert isinstance(left, Left)
    assert (left.number, left.end) == (first.number, End.REPLACED)
    assert left.sent_bytes > len(b"head")
    house.ears[0].read()
    assert house.ears[0].ended
    house.ears[1].read()
    assert not house.ears[1].ended


def test_who_has_gone_cannot_be_replaced(house: House) -> None:
    first = house.listen()
    house.transmitter.replace(first.number)
    house.transmitter.replace(first.number)
    house.transmitter.replace(99)
    assert house.transmitter.look().listeners.total == 0
    assert len(house.records) == 2
    assert house.listen().number not in {first.number, 99}
