"""https on asyncio's loop: the certificate is looked after, and pages go through tunnels.

Owns: when the certificate's files are looked at, and when the tunnels have their turn.
Must not know: what is asked for; listeners by TLS are the transmitter's as all others.
"""

import asyncio
import socket
import time

from radiocast.reception.arrival import Arrival
from radiocast.reception.certificate import LOOK_EVERY_S, Certificate
from radiocast.reception.secure import SecureSocket
from radiocast.reception.tunnel import Tunnels

# Tunnels want to be looked at every few seconds at most.
_TURN_EVERY_S = 1.0


class Https:
    """The station's side of https. Raises OSError when no descriptor is left for it."""

    def __init__(self, certificate: Certificate) -> None:
        self.certificate = certificate
        self._tunnels = Tunnels()

    def inner_socket(self, arrival: Arrival) -> socket.socket:
        """The socket by which an arrival is served: its own, or a tunnel's near end where it speaks TLS.

        Raises OSError when no descriptor is left for a tunnel.
        """
        if isinstance(arrival.way_out, SecureSocket):
            return self._tunnels.open(arrival.way_out, time.monotonic())
        return arrival.sock

    async def run(self) -> None:
        """Look after both until cancelled, which closes the tunnels."""
        loop = asyncio.get_running_loop()
        descriptor = self._tunnels.descriptor
        loop.add_reader(descriptor, self._turn)
        looked_s = time.monotonic()
        try:
            while True:
                await asyncio.sleep(_TURN_EVERY_S)
                self._turn()
                if time.monotonic() - looked_s >= LOOK_EVERY_S:
                    # The files may lie on a disk that is slow to answer.
                    await asyncio.to_thread(self.certificate.look)
                    looked_s = time.monotonic()
        finally:
            loop.remove_reader(descriptor)
            self._tunnels.close()

    def _turn(self) -> None:
        self._tunnels.turn(time.monotonic())
