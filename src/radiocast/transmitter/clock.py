"""The two clocks of the transmitter, so that a test can tick them by hand."""

import time
from typing import Final, Protocol

# Two readings of one clock this close together have one of the other between them. On a busy machine a
# process may lose its processor between two readings, for tens of milliseconds: then it is read again.
_CLOSE_S: Final = 0.0005
_TRIES: Final = 5


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


def wall_ahead_s(clock: Clock) -> float:
    """By how many seconds the wall's clock is ahead of the monotonic one, right now.

    Constant while nobody touches the wall's clock and the machine does not sleep. Right to half a
    millisecond, or as right as the closest of a few readings.
    """
    closest_s, ahead_s = float("inf"), 0.0
    for _ in range(_TRIES):
        before_s, unix_s, after_s = clock.monotonic_s(), clock.unix_s(), clock.monotonic_s()
        if after_s - before_s < closest_s:
            closest_s, ahead_s = after_s - before_s, unix_s - (before_s + after_s) / 2
        if closest_s <= _CLOSE_S:
            break
    return ahead_s
