"""Who tells the pages about the air, and about the house beside it.

Owns: the protocols. The station is one such source, the tests' fakes are others.
Must not know: how blocks are sent or listeners kept; the air's values themselves are the transmitter's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from radiocast.transmitter.snapshot import AirSnapshot


class AirSource(Protocol):
    """Whoever knows the air."""

    def look(self) -> AirSnapshot:
        """The air as it is now. MUST be cheap (it is called for every page) and MUST NOT block."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseLook:
    """What the transmitter cannot know: who never got as far as it, and what is kept of those who did.

    `max_listeners` is how many may listen at once, 0 where that is not known. `turned_away` counts by reason
    connections that ended without a request that could be answered; `waiting` have not finished theirs yet.
    `records_dropped` were not written because whoever writes them was behind. `certificate_ends` is None
    without https. `problems` are in words for whoever runs the station.
    """

    max_listeners: int = 0
    waiting: int = 0
    turned_away: tuple[tuple[str, int], ...] = ()
    records_dropped: int = 0
    certificate_ends: datetime | None = None
    problems: tuple[str, ...] = ()


# MUST be cheap and MUST NOT block, as an air's look.
House = Callable[[], HouseLook]
