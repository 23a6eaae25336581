"""The transmitter's own hall leaves descriptors for everything else, and a place is free at once."""

import socket

import pytest

from radiocast.transmitter.seats import Refusal, Seat
from radiocast.transmitter.secure_calls import CallOutlet
from radiocast.transmitter.terms import Terms
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.listening import asked, tcp_pair
from tests.transmitter.sound import LIVE


def admit(transmitter: Transmitter, sock: socket.socket) -> Seat | Refusal:
    return transmitter.admit(sock, "/live.mp3", icy=False, head=b"head", asked=asked("192.0.2.1"))


def test_who_does_not_fit_is_refused_until_somebody_leaves() -> None:
    transmitter = Transmitter([LIVE], station_name="x", terms=Terms(hall_room=1))
    first, first_ear = tcp_pair()
    second, second_ear = tcp_pair()
    with first_ear, second_ear:
        taken = admit(transmitter, first)
        assert isinstance(taken, Seat)
        assert admit(transmitter, second) is Refusal.FULL
        look = transmitter.look()
        assert dict(look.refused)[Refusal.FULL] == 1
        assert (look.listeners.current, look.listeners.total) == (1, 1)
        transmitter.replace(taken.number)
        assert isinstance(admit(transmitter, second), Seat)
        transmitter.close()


def test_who_has_a_place_elsewhere_is_not_refused_here() -> None:
    transmitter = Transmitter([LIVE], station_name="x", terms=Terms(hall_room=0))
    sock, ear = tcp_pair()
    with sock, ear:
        assert not transmitter.crew.has_room_for(sock)
        assert admit(transmitter, sock) is Refusal.FULL
        # One that a worker holds already.
        assert transmitter.crew.has_room_for(CallOutlet.__new__(CallOutlet))
        transmitter.close()


@pytest.mark.parametrize(
    "terms",
    [Terms(max_per_address=1), Terms(max_listeners=1), Terms(hall_room=1)],
    ids=["address", "station", "hall"],
)
def test_who_hangs_up_and_comes_back_at_once_has_its_place(terms: Terms) -> None:
    """A page that is loaded anew closes one connection and opens the next in the same moment."""
    transmitter = Transmitter([LIVE], station_name="x", terms=terms)
    for _ in range(3):
        sock, ear = tcp_pair()
        assert isinstance(admit(transmitter, sock), Seat)
        ear.close()
    last, last_ear = tcp_pair()
    other, other_ear = tcp_pair()
    with last_ear, other_ear, other:
        assert isinstance(admit(transmitter, last), Seat)
        assert isinstance(admit(transmitter, other), Refusal)
        look = transmitter.look()
        assert sum(count for _, count in look.refused) == 1
        assert (look.listeners.current, look.listeners.total) == (1, 4)
        transmitter.close()
