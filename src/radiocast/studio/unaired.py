"""What never came to the air has its line in the log too, and one only.

Owns: which such lines were written. Must not know: what plays instead, or when a decision is final.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.play import AsRunEntry, PlayItem
from radiocast.schedule.turn import Dropped
from radiocast.studio.entries import dropped_entry, failed_entry

log = logging.getLogger(__name__)

# A decision that is asked for again gives the same items: these are those of the last few.
_REMEMBERED: Final = 64


class Unaired:
    """Writes what was dropped and what failed. A question asked again has the same answer: no other line."""

    def __init__(self, write: Callable[[AsRunEntry], None]) -> None:
        self._write = write
        self._failed: deque[str] = deque(maxlen=_REMEMBERED)

    def dropped(self, dropped: Iterable[Dropped], schedule: ScheduleConfig) -> None:
        """Entries that were passed over for something that is on the air now."""
        for entry in dropped:
            log.warning("%s was not played: %s", entry.source, entry.reason)
            self._write(dropped_entry(entry, schedule))

    def failed(self, item: PlayItem, reason: str) -> None:
        """An item whose sound could not be had."""
        if item.id in self._failed:
            return
        self._failed.append(item.id)
        log.warning("%s is not played: %s", item.source, reason)
        self._write(failed_entry(item, reason))
