"""Who tells the pages about the air.

Owns: the protocol. The transmitter is one such source, the tests' fake is another.
Must not know: how blocks are sent or listeners kept; the values themselves are the transmitter's.
"""

from typing import Protocol

from radiocast.transmitter.snapshot import AirSnapshot


class AirSource(Protocol):
    """Whoever knows the air."""

    def look(self) -> AirSnapshot:
        """The air as it is now. MUST be cheap (it is called for every page) and MUST NOT block."""
        ...
