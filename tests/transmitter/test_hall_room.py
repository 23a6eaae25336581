"""The transmitter's own hall leaves descriptors for everything else."""

import socket

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
