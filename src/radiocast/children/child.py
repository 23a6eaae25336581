"""The child's side: what a process of ours does first, so that it cannot outlive, outrun or outgrow anybody.

Where the system has no such thing, the parent's clock must do. Light to import: some children are gone
within tenths of a second.
"""

import contextlib
import ctypes
import os
import resource
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

_PR_SET_PDEATHSIG: Final = 1
_Result = TypeVar("_Result")


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux for this signal when the process that started this one dies."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)


def make_way(niceness: int) -> None:
    """Stand back, 1 to 19, in everything the kernel decides: what a child makes may be late, a block not."""
    with contextlib.suppress(OSError):
        os.nice(niceness)


def stay_small(address_space_bytes: int) -> None:
    """Fail at more memory than this (addresses, not pages in use), and leave no core behind."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (address_space_bytes, address_space_bytes))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_until_told(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run it to its end; SIGTERM cancels it. Raises asyncio.CancelledError then, and whatever it raises.

    Cancellation goes through every `finally` on its way out: no grandchild and no half file stay.
    """
    import asyncio

    async def told() -> _Result:
        task = asyncio.current_task()
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    return asyncio.run(told())
