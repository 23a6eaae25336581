"""How many files a process may have open, which is how many listeners it can hold.

Owns: raising the limit as far as the system lets us. A listener is one descriptor.
"""

import resource
import sys
from typing import Final

# Descriptors that are not listeners: the interpreter's, links, logs, pages being served.
SPARE_DESCRIPTORS: Final = 200


def raise_descriptor_limit() -> int:
    """Allow this process as many open files as the system lets it have; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return sys.maxsize if hard == resource.RLIM_INFINITY else hard


def room_for_listeners(*, aside: int = 0) -> int:
    """How many listeners fit into one process of ours, this one or a worker that it starts.

    So many descriptors more are set `aside` for something else.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if hard == resource.RLIM_INFINITY else max(1, hard - SPARE_DESCRIPTORS - aside)
