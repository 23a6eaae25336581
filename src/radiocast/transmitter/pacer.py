"""When each tick of the station is due, for as long as the station runs.

Owns: the arithmetic. Pure: the time comes in as an argument, from a monotonic clock.
Must not know: what is done at a tick, or how anybody waits for it.
"""


class Pacer:
    """Tick n is due at `start + n * period`: multiplied, never added up, so that no error accumulates.

    A tick that comes late does not move those after it: they catch up. Only when the machine stood still for
    longer than `limit_s` is the schedule anchored again (`re_anchored` counts it) instead of a flood: at that
    moment; or, where it `keeps_step`, later by a whole number of limits, so that several which stood still
    together do not go on at the same instants for ever. All times are seconds.
    """

    def __init__(self, start_s: float, *, period_s: float, limit_s: float, keeps_step: bool = False) -> None:
        if not 0 < period_s <= limit_s:
            raise ValueError("a pacer needs a period above 0, and a limit of at least one period")
        self._start_s = start_s
        self._period_s = period_s
        self._limit_s = limit_s
        self._keeps_step = keeps_step
        # The tick that is due at _start_s.
        self._first = 0
        self.tick = 0
        self.late_s = 0.0
        self.re_anchored = 0

    def due_s(self, tick: int) -> float:
        """When a tick is due."""
        return self._start_s + (tick - self._first) * self._period_s

    def take(self, now_s: float) -> bool:
        """Whether the next tick (`tick`) is due; if so it is taken, and `late_s` says how late it came."""
        late_s = now_s - self.due_s(self.tick)
        if late_s < 0:
            return False
        if late_s > self._limit_s:
            left_s = late_s % self._limit_s if self._keeps_step else 0.0
            self._start_s, self._first = now_s - left_s, self.tick
            self.re_anchored += 1
            late_s = left_s
        self.late_s = late_s
        self.tick += 1
        return True

    def pass_over(self, ticks: int) -> None:
        """Nothing is to be done at the next so many ticks: the one after them is the next."""
        self.tick += ticks

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next tick is due; 0 if it is."""
        return max(0.0, self.due_s(self.tick) - now_s)
