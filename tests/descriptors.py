"""This process's open files, counted and limited (Linux)."""

import contextlib
import os
import resource
from collections.abc import Iterator


def open_descriptors() -> int:
    """How many it has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not walked


@contextlib.contextmanager
def descriptors(soft: int) -> Iterator[None]:
    """So many are allowed meanwhile."""
    before, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, hard))


@contextlib.contextmanager
def no_descriptor_left() -> Iterator[None]:
    """Every one is taken meanwhile."""
    taken: list[int] = []
    with descriptors(256):
        try:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(os.open(os.devnull, os.O_RDONLY))
            yield
        finally:
            for descriptor in taken:
                os.close(descriptor)
