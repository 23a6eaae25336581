"""The two clocks of the transmitter, so that a test can tick them by hand."""

import time
from typing import Protocol


class Clock(Protocol):
    """What time it is; both in seconds."""

    def monotonic_s(self) -> float:
        """Never goes back and is never set: everything is paced by it."""
        ...

    def unix_s(self) -> float:
        """Time of day, since 1970: for what people read, and for the studio's hard starts."""
        ...


class SystemClock:
    """The machine's."""

    def monotonic_s(self) -> float:
        """The same clock that asyncio's loop uses."""
        return time.monotonic()

    def unix_s(self) -> float:
        """As the machine has it."""
        return time.time()
