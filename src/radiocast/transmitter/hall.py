"""The hall: every mount's ring, and the fan-out to who listens. The transmitter has one, each worker too.

Owns: which lane a listener walks, and how much of the kernel's memory it may hold.
Must not know: who may come in, the studio, or what time it is.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from radiocast.link.messages import Departure, Ticket
from radiocast.model.block import MountSpec
from radiocast.model.units import BLOCK_S, block_bytes
from radiocast.reception.outlet import Outlet
from radiocast.transmitter.fanout import Fanout, Listener
from radiocast.transmitter.ring import LEAST_BURST_BLOCKS, Ring
from radiocast.transmitter.terms import Terms

# How far a listener may fall behind a newcomer before its blocks are gone: longer than most gaps that a
# tunnel or a change of cell makes, and at 320 kbit/s about 2.5 MB a mount in all three forms.
SLOW_ALLOWANCE_S: Final = 15.0


class Hall:
    """Rings and fan-out of all mounts. Not thread-safe."""

    def __init__(
        self,
        mounts: Sequence[MountSpec],
        terms: Terms,
        *,
        on_departure: Callable[[Departure], None],
    ) -> None:
        self.burst_blocks = max(LEAST_BURST_BLOCKS, math.ceil(terms.burst_s / BLOCK_S))
        self.depth_blocks = self.burst_blocks + math.ceil(SLOW_ALLOWANCE_S / BLOCK_S)
        self.rings = tuple(
            Ring(depth_blocks=self.depth_blocks, burst_blocks=self.burst_blocks) for _ in mounts
        )
        self._burst_bytes = tuple(self.burst_blocks * block_bytes(spec.bitrate_kbps) for spec in mounts)
        self.fanout = Fanout(slow_listener=terms.slow_listener, on_departure=on_departure)

    def __len__(self) -> int:
        """How many listen here."""
        return len(self.fanout)

    def put(self, audio: Sequence[bytes], title: str) -> None:
        """The next block of every mount."""
        for ring, sound in zip(self.rings, audio, strict=True):
            ring.put(sound, title)

    def admit(self, ticket: Ticket, outlet: Outlet) -> None:
        """Take a listener over: header and burst are sent at once."""
        ring = self.rings[ticket.mount]
        listener = Listener(outlet, number=ticket.number, lane=ring.icy if ticket.titled else ring.plain)
        self.fanout.admit(listener, ticket.head, send_buffer_bytes=self._burst_bytes[ticket.mount])
