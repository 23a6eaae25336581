"""A machine that stands still: all of its processes stop for a second, and go on.

Owns: the stopping, and a look at the kernel's memory for TCP, which what is not read fills.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

STILL_S: Final = 1.2
_FIRST_AFTER_S: Final = 10.0
_EVERY_S: Final = 15.0
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Standstills:
    """Has processes stand still now and then, while it is looked at.

    `count` is how often they did, `tcp_bytes` the most that the kernel was seen to hold for TCP.
    """

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._next_s = time.monotonic() + _FIRST_AFTER_S
        self.count = 0
        self.tcp_bytes = 0

    def look(self) -> None:
        """To be called several times a second; while they stand still it does not return."""
        self.tcp_bytes = max(self.tcp_bytes, _tcp_bytes())
        if time.monotonic() < self._next_s:
            return
        stopped = list(self._pids())
        try:
            _tell(stopped, signal.SIGSTOP)
            time.sleep(STILL_S)
        finally:
            _tell(stopped, signal.SIGCONT)
        self.count += 1
        self._next_s = time.monotonic() + _EVERY_S


def _tell(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _tcp_bytes() -> int:
    """What all TCP connections hold in the kernel now."""
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            words = line.split()
            return int(words[words.index("mem") + 1]) * _PAGE_BYTES
    return 0
