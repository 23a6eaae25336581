"""When each feed is asked next. Pure: times and state in, a time out.

Rules: a feed is asked every `every`, and never sooner. A server that asks for more patience (Cache-Control,
ttl) gets it, up to an hour; one that says Retry-After gets that, up to a day. After a failure the wait
doubles each time, up to an hour. A feed that is gone (410) is not asked again until its configuration
changes. A little jitter, the same for the same seed, keeps feeds from being asked all at once.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from radiocast.config.station import FeedConfig
from radiocast.newsroom.wire.values import FeedState

# Neither a failing server nor a patient one keeps a feed away longer; news is hourly.
LONGEST_S: Final = 3600.0
# A server may mean "tomorrow"; one that means "next year" is a mistake.
RETRY_AFTER_LONGEST_S: Final = 86_400.0
# The first round after the start is spread over so long.
_SPREAD_S: Final = 10.0
_JITTER: Final = 0.05
# 2 ** 12 of the shortest interval is beyond the longest wait already.
_MOST_DOUBLINGS: Final = 12


def configured(feed: FeedConfig) -> str:
    """A digest of everything that is configured about a feed: another one, and it is asked anew."""
    return hashlib.sha256(feed.model_dump_json().encode()).hexdigest()[:16]


def due_at(feed: FeedConfig, state: FeedState, *, started: datetime, seed: int = 0) -> datetime | None:
    """When this feed is to be asked next; None: not until its configuration changes.

    `started` is when the station began to ask. May lie in the past: then it is due now.
    """
    if state.configured != configured(feed) or state.asked is None:
        return started + timedelta(seconds=_SPREAD_S * _fraction(seed, feed.name, 0))
    if state.gone:
        return None
    wait_s = feed.every_s
    if state.failures:
        doublings = min(state.failures - 1, _MOST_DOUBLINGS)
        wait_s = max(wait_s, min(LONGEST_S, wait_s * 2.0**doublings))
    else:
        wait_s = max(wait_s, min(LONGEST_S, state.patience_s))
    wait_s *= 1 + _JITTER * _fraction(seed, feed.name, int(state.asked.timestamp()))
    due = state.asked + timedelta(seconds=wait_s)
    if state.not_before is not None:
        latest = state.asked + timedelta(seconds=RETRY_AFTER_LONGEST_S)
        due = max(due, min(state.not_before, latest))
    return due


def is_due(feed: FeedConfig, state: FeedState, now: datetime, *, started: datetime, seed: int = 0) -> bool:
    """Whether it is to be asked now. Asked in the future, as after a clock was set back, is due."""
    due = due_at(feed, state, started=started, seed=seed)
    if due is None:
        return False
    return due <= now or (state.asked is not None and state.asked > now)


def _fraction(seed: int, name: str, turn: int) -> float:
    """A number from 0 to 1, the same for the same arguments, unlike Python's own hash of a text."""
    digest = hashlib.sha256(f"{seed}/{name}/{turn}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
