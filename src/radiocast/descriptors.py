"""How many files a process may have open, which is how many listeners it can hold: each is a descriptor.

Owns: the limit, raised as far as the system lets us, and how much of it is not for listeners.
"""

import resource
import sys
from typing import Final

# Of the process that does everything: the interpreter's, links, logs, and 300 pages being served. Those who
# have not said what they want make room when there is none.
_STATION_SPARE: Final = 500
# Of a worker: the interpreter's, its link and its hatch.
_WORKER_SPARE: Final = 200
# Of one that takes secure callers: who has not asked yet, who waits for an answer, pages (two each).
SECURE_WAITING: Final = 500
SECURE_CALLS: Final = 200
SECURE_PAGES: Final = 150
_SECURE_SPARE: Final = SECURE_WAITING + SECURE_CALLS + 2 * SECURE_PAGES


def allowed_descriptors() -> int:
    """How many files this process may have open at most, and each that it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if hard == resource.RLIM_INFINITY else hard


def raise_descriptor_limit() -> None:
    """Allow this process as many open files as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def room_in_worker(descriptors: int, *, secure: bool) -> int:
    """How many listeners fit into a worker that may have so many; `secure`: it takes secure callers too."""
    return max(1, descriptors - _WORKER_SPARE - (_SECURE_SPARE if secure else 0))


def room_for_listeners(descriptors: int, *, workers: int, secure: bool) -> int:
    """How many listeners fit into a station each of whose processes may have so many."""
    if workers:
        return workers * room_in_worker(descriptors, secure=secure)
    # With very few, half of them: better some who listen than none.
    return max(descriptors // 2, descriptors - _STATION_SPARE)
