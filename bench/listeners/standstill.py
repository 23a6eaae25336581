"""A machine that stands still: all of its processes stop for a second, and go on.

Owns: the stopping, and a look at the kernel's memory for TCP, which what is not read fills.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

STILL_S: Final = 1.2
_FIRST_AFTER_S: Final = 10.0
_EVERY_S: Final = 15.0
_LOOK_EVERY_S: Final = 0.25
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Standstills:
    """Processes stand still now and then while the block runs; they go on before it ends.

    `count` is how often they did, `tcp_bytes` the most that the kernel held for TCP meanwhile.
    """

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="standstill", daemon=True)
        self.count = 0
        self.tcp_bytes = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s = _FIRST_AFTER_S
        while not self._pass(wait_s):
            stopped = list(self._pids())
            try:
                _tell(stopped, signal.SIGSTOP)
                self._over.wait(STILL_S)
            finally:
                _tell(stopped, signal.SIGCONT)
            self.count += 1
            wait_s = _EVERY_S

    def _pass(self, seconds: float) -> bool:
        """Whether it was over before."""
        for _ in range(round(seconds / _LOOK_EVERY_S)):
            self.tcp_bytes = max(self.tcp_bytes, _tcp_bytes())
            if self._over.wait(_LOOK_EVERY_S):
                return True
        return False


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
