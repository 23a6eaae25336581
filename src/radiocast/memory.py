"""How a process asks the C library for memory.

Owns: three settings of glibc's allocator, for this process or for one that is to be started, and having it
tidy up. On another C library they do nothing.
"""

import contextlib
import ctypes
import os
from typing import Final

# glibc's malloc.h, and the names of the same settings in a process's environment (mallopt(3)).
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
# What is larger than this (a block of sound, a decoded jingle) goes back to the system when it is freed.
_THRESHOLD_BYTES: Final = 1 << 17


def keep_memory_small() -> None:
    """Have freed memory returned to the system, and threads share one heap. Call once, first thing.

    By default every thread that reads a file gets a heap of its own, which keeps what it ever needed:
    measured, 35 MB more for a station's two processes (`python -m bench household`).
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _THRESHOLD_BYTES)


def give_memory_back() -> None:
    """Return every free page to the system, also those between what is still in use; 2 ms for 40 MB.

    The allocator itself returns only what is free at the end of its heap, where some small thing of the
    library's measuring or of a bulletin often lies: measured, 24 MB in the studio.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def small_memory_environment() -> dict[str, str]:
    """This process's environment with the same settings, for a child, where they count from the start."""
    settings = {
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": str(_THRESHOLD_BYTES),
        "MALLOC_TRIM_THRESHOLD_": str(_THRESHOLD_BYTES),
    }
    # Whoever has set one knows better.
    return {**settings, **os.environ}
