from collections.abc import Iterator

import pytest

from radiocast.link.messages import Departure, Ticket
from radiocast.model.audience import End
from radiocast.model.units import block_bytes
from radiocast.transmitter.hall import Hall
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.terms import Terms
from tests.transmitter.listening import Ear, tcp_pair
from tests.transmitter.sound import LIVE, LOW, block_sound

MOUNTS = (LIVE, LOW)
HEAD = b"HTTP/1.0 200 OK\r\n\r\n"


class House:
    """A hall with what was on the air for some time, and whoever comes in."""

    def __init__(self, terms: Terms, titles: list[str]) -> None:
        self.departed: list[Departure] = []
        self.hall = Hall(MOUNTS, terms, on_departure=self.departed.append)
        self.titles: list[str] = []
        self.ears: list[Ear] = []
        for title in titles:
            self.put(title)

    def put(self, title: str) -> None:
        self.hall.put([block_sound(spec, len(self.titles)) for spec in MOUNTS], title)
        self.titles.append(title)

    def come(self, mount: int, *, titled: bool) -> Ear:
        server, listener = tcp_pair()
        self.ears.append(Ear(listener))
        number = len(self.ears)
        self.hall.admit(Ticket(number=number, mount=mount, titled=titled, head=HEAD), server)
        self.ears[-1].read()
        return self.ears[-1]

    def close(self) -> None:
        self.hall.fanout.close()
        for ear in self.ears:
            ear.close()


@pytest.fixture
def house() -> Iterator[House]:
    made = House(Terms(burst_s=4.0), [f"title {number // 4}" for number in range(40)])
    yield made
    made.close()


def test_the_burst_is_so_many_seconds_in_whole_blocks_on_every_mount(house: House) -> None:
    # 4 s are 8.3 blocks of 0.48 s: a newcomer has no less than was promised.
    for mount, spec in enumerate(MOUNTS):
        plain = house.come(mount, titled=False)
        sound = bytes(plain.heard[len(HEAD) :])
        assert sound == b"".join(block_sound(spec, number) for number in range(31, 40))


@pytest.mark.parametrize("mount", [0, 1])
def test_a_newcomer_s_titles_are_those_of_the_blocks_it_hears(house: House, mount: int) -> None:
    ear = house.come(mount, titled=True)
    size = block_bytes(MOUNTS[mount].bitrate_kbps)
    sound, titles = IcyDemuxer(size).feed(bytes(ear.heard[len(HEAD) :]))
    assert len(sound) == 9 * size
    # The burst is blocks 31 to 39. Sound comes first, so that of 31 has no title; then each at its change.
    assert [(found.position // size, found.title) for found in titles] == [
        (1, house.titles[32]),
        (5, house.titles[36]),
    ]
    house.put("news")
    for tick in range(8):
        house.hall.fanout.serve(tick)
    ear.read()
    _, titles = IcyDemuxer(size).feed(bytes(ear.heard[len(HEAD) :]))
    assert (titles[-1].position // size, titles[-1].title) == (9, "news")


def test_who_leaves_one_mount_is_counted_once_and_the_other_mount_goes_on(house: House) -> None:
    leaving, staying = house.come(0, titled=True), house.come(1, titled=False)
    leaving.sock.close()
    house.put("news")
    for tick in range(8):
        house.hall.fanout.serve(tick)
    assert [(gone.number, gone.end) for gone in house.departed] == [(1, End.LEFT)]
    assert len(house.hall) == 1
    staying.read()
    assert bytes(staying.heard).endswith(block_sound(LOW, 40))


def test_a_burst_is_never_less_than_sound_and_a_title() -> None:
    house = House(Terms(burst_s=0.0), ["a", "b"])
    ear = house.come(0, titled=True)
    sound, titles = IcyDemuxer(block_bytes(128)).feed(bytes(ear.heard[len(HEAD) :]))
    assert len(sound) == 2 * block_bytes(128)
    assert [title.title for title in titles] == ["b"]
    house.close()
