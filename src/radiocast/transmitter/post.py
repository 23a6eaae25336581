"""A place in the crew, where one worker follows another: what is known of them.

Must not know: how a worker is started or watched.
"""

from dataclasses import replace
from typing import Final

from radiocast.backoff import Backoff
from radiocast.link.messages import Tally
from radiocast.transmitter.secure_calls import SecureCalls
from radiocast.transmitter.snapshot import WorkerNow
from radiocast.transmitter.tally import together
from radiocast.transmitter.worker_side import WorkerSide

# Deaths in a row after which somebody should look.
_OFTEN: Final = 3
# For so long a loss of listeners is told of as a problem; for ever in the counts.
_LOSS_SHOWN_S: Final = 600.0


class Post:
    """`side`, `calls` (where it takes secure callers) and `pid` are those of the worker that is there now.

    `past` is what those before it did, `lost` how many listeners were lost with them; `last_loss` when that
    happened last, monotonic, and how many they were.
    """

    __slots__ = ("backoff", "calls", "last_loss", "lost", "number", "past", "pid", "restarts", "side")

    def __init__(self, number: int) -> None:
        self.number = number
        self.side: WorkerSide | None = None
        self.calls: SecureCalls | None = None
        self.pid: int | None = None
        self.past = Tally()
        self.restarts = 0
        self.lost = 0
        self.last_loss: tuple[float, int] | None = None
        self.backoff = Backoff()

    def now(self, *, capacity: int) -> WorkerNow:
        """The worker as it is now."""
        return WorkerNow(
            pid=self.pid,
            ready=self.side is not None and self.side.ready,
            listeners=len(self.side.listeners) if self.side is not None else 0,
            capacity=capacity,
            restarts=self.restarts,
            lost=self.lost,
        )

    def keep(self, tally: Tally) -> None:
        """Its worker is gone: what that did counts for ever, how late it was last does not."""
        self.past = replace(together([self.past, tally]), late_s=0.0)

    def problem(self, now_s: float) -> str:
        """What somebody should look at: one that dies too often, or took listeners with it just now."""
        if self.backoff.deaths >= _OFTEN:
            return (
                f"Worker {self.number} died {self.backoff.deaths} times shortly after it had started; the "
                "log says why. Others serve its listeners meanwhile."
            )
        if self.last_loss is None or now_s - self.last_loss[0] >= _LOSS_SHOWN_S:
            return ""
        minutes = int(now_s - self.last_loss[0]) // 60
        ago = f"{minutes} min ago" if minutes else "just now"
        who = "1 listener" if self.last_loss[1] == 1 else f"{self.last_loss[1]:,} listeners"
        return (
            f"Worker {self.number} died {ago}, and {who} lost the connection. "
            "Another took its place at once. The log says why: it hung and was killed, or, with exit code -9 "
            "and nothing before that, mostly the kernel was out of memory: see `dmesg`."
        )
