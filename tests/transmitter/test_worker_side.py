"""One worker as the transmitter sees it: what is heard of one that dies."""

import asyncio
import os
import socket

from radiocast.link.codec import encode
from radiocast.link.handing import Hatch
from radiocast.link.messages import PROTOCOL, Departed, Departure, Serving, Ticket
from radiocast.model.audience import End
from radiocast.transmitter.worker_side import WorkerSide


async def test_what_a_worker_said_before_it_died_is_heard_though_a_listener_was_to_go_there() -> None:
    departed: list[Departure] = []
    link, far = socket.socketpair()
    hatch, far_hatch = Hatch.pair()
    side = WorkerSide(link, hatch, capacity=10, most_unread=10, on_departure=departed.append)
    left = Departure(number=1, end=End.LEFT, sent_bytes=5)
    near, ear = socket.socketpair()
    with near, ear:
        side.listeners.update({1, 2})
        side.ready = True
        far.sendall(encode(Serving(protocol=PROTOCOL, pid=os.getpid())))
        far.sendall(encode(Departed(departures=(left,))))
        far_hatch.close()
        far.close()
        assert not side.give(Ticket(number=3, mount=0, titled=False, head=b""), near)
        assert side.room == 0
        async with asyncio.timeout(30):
            await side.ended.wait()
    assert departed == [left]
    assert side.listeners == {2}
    side.close()
