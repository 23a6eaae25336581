"""How both processes log: one line to stderr, the same form, foreign chatter left out."""

import logging
import sys


def log_to_stderr(*, verbose: bool) -> None:
    """Set up this process's log. Call once, first thing."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    # What they say below a warning is about themselves, not about the station.
    for chatty in ("apscheduler", "watchfiles", "asyncio", "aiohttp.access", "tzlocal"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of every job whose last run is not done yet: one at a time is how they are meant, and a slow
    # feed would fill a night's log with it.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
