"""https on asyncio's loop: the certificate is looked after, pages go through tunnels, callers are heard.

Owns: when the certificate's files are looked at, when the tunnels have their turn, and how a request that a
worker read arrives here.
Must not know: what is asked for; listeners by TLS are the transmitter's as all others.
"""

import asyncio
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from radiocast.link.calls import Refused, TurnedAway
from radiocast.model.audience import Answered, Asked
from radiocast.reception.arrival import Arrival, arrive
from radiocast.reception.certificate import LOOK_EVERY_S, Certificate
from radiocast.reception.proxies import TrustedProxies
from radiocast.reception.request import Request, header_end, parse
from radiocast.reception.secure import SecureSocket
from radiocast.reception.tunnel import Tunnels
from radiocast.transmitter.crew import Crew
from radiocast.transmitter.job import TlsFiles
from radiocast.transmitter.secure_calls import CallOutlet
from radiocast.web.way_in import WayIn

log = logging.getLogger(__name__)

# Tunnels want to be looked at every few seconds at most.
_TURN_EVERY_S: Final = 1.0


class Https:
    """The station's side of https. `record` is told whom a worker refused.

    `door` is a listening socket, for the address that we have. Raises OSError when no descriptor is left.
    """

    def __init__(
        self,
        certificate: Certificate,
        *,
        door: socket.socket,
        record: Callable[[Answered], None],
        proxies: TrustedProxies,
    ) -> None:
        self.certificate = certificate
        self._take: Callable[[Arrival], None] | None = None
        # Who came no further than a worker's lobby, by reason.
        self.turned_away_by_workers: Counter[str] = Counter()
        self._door = door
        self._record = record
        self._proxies = proxies
        self._tunnels = Tunnels()

    def share_with(self, crew: Crew, way_in: WayIn) -> None:
        """Let workers speak TLS where there are any; what they are asked is answered as `way_in` does it."""
        self._take = way_in.take
        files = TlsFiles(cert=str(self.certificate.cert), key=str(self.certificate.key))
        crew.take_secure_callers(files, self)
        way_in.lobby.give_away = crew.pass_on

    def inner_socket(self, arrival: Arrival) -> socket.socket:
        """The socket by which an arrival is served: its own, or a tunnel's near end where it speaks TLS.

        Raises OSError when no descriptor is left for a tunnel.
        """
        match arrival.way_out:
            case SecureSocket() as secure:
                return self._tunnels.open(secure, time.monotonic())
            case CallOutlet() as call:
                return call.serve()
            case _:
                return arrival.sock

    async def run(self) -> None:
        """Look after certificate and tunnels until cancelled, which closes the tunnels."""
        loop = asyncio.get_running_loop()
        descriptor = self._tunnels.descriptor
        loop.add_reader(descriptor, self._turn)
        looked_s = time.monotonic()
        try:
            while True:
                await asyncio.sleep(_TURN_EVERY_S)
                try:
                    self._turn()
                    if time.monotonic() - looked_s >= LOOK_EVERY_S:
                        looked_s = time.monotonic()
                        # The files may lie on a disk that is slow to answer.
                        await asyncio.to_thread(self.certificate.look)
                except Exception:
                    # No thread, or a mistake of ours: whoever listens is not to suffer for it.
                    log.exception("https could not be looked after; trying again")
        finally:
            loop.remove_reader(descriptor)
            self._tunnels.close()

    def _turn(self) -> None:
        self._tunnels.turn(time.monotonic())

    # Workers' callers

    def asked(self, outlet: CallOutlet, peer: str, received: bytes) -> None:
        """Deal with what somebody asked a worker by TLS."""
        request = parse(received[: header_end(received)])
        if self._take is None or not isinstance(request, Request):
            outlet.close()  # the worker has read it by the same rules: it is one
            return
        arrival = arrive(
            request,
            received,
            sock=self._door,
            way_out=outlet,
            peer=peer,
            secure=True,
            proxies=self._proxies,
            at_unix_s=time.time(),
        )
        try:
            self._take(arrival)
        except Exception:
            # Whoever took it is broken; the next one may ask for something else.
            log.exception("%r failed", arrival.asked.line)
            outlet.close()

    def turned_away(self, word: TurnedAway) -> None:
        """Some came no further than a worker's lobby."""
        self.turned_away_by_workers[word.reason] += word.count

    def refused(self, word: Refused) -> None:
        """A worker answered somebody by itself."""
        asked = Asked(address=word.address, line=word.line, at_unix_s=word.at_unix_s)
        self._record(
            Answered(asked=asked, status=word.status, sent_bytes=word.sent_bytes, seconds=word.seconds)
        )
