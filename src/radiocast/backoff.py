"""How long to wait before what has ended is started again: at once, and less and less often if it ends again.

Pure: how long it lived comes in as an argument.
"""

from typing import Final

# What dies again and again is given longer and longer, so that its crash does not eat the processor.
FIRST_WAIT_S: Final = 0.1
MOST_WAIT_S: Final = 10.0
# One that was up this long had recovered: its crash counts as a first one.
STABLE_AFTER_S: Final = 60.0


class Backoff:
    """The waits of one place. `deaths` is how many in a row died young."""

    def __init__(self) -> None:
        self.deaths = 0
        self._wait_s = FIRST_WAIT_S

    def died(self, lived_s: float) -> float:
        """One has ended after so long: seconds until the next should be started."""
        if lived_s > STABLE_AFTER_S:
            self.recovered()
        self.deaths += 1
        wait_s = self._wait_s
        self._wait_s = min(MOST_WAIT_S, 2 * wait_s)
        return wait_s

    def recovered(self) -> None:
        """The one that is there has been up for long."""
        self.deaths = 0
        self._wait_s = FIRST_WAIT_S
