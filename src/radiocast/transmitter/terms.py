"""The terms on which anybody may listen, as the station's configuration sets them."""

import sys
from dataclasses import dataclass
from typing import Literal

SlowListener = Literal["drop", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How many may listen, in all and from one address, for how long, and what they get.

    `max_per_address` and `max_duration_s` of 0 are no limit. A newcomer gets `burst_s` of sound at once. A
    `slow_listener` whose next block has left the ring is let go (`drop`) or moved to the live sound (`skip`).
    The transmitter's own process serves `hall_room` of all listeners at most.
    """

    max_listeners: int = 10_000
    max_per_address: int = 0
    max_duration_s: float = 0.0
    burst_s: float = 6.0
    slow_listener: SlowListener = "drop"
    hall_room: int = sys.maxsize


ORDINARY = Terms()
