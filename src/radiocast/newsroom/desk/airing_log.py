"""What the station has read, as the newsroom goes by it: the record on disk, and bulletins under way.

Owns: `var/newsroom.json` while the station runs, and what has been made and is not told as heard yet. Must
not know: the desk's rules.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.newsroom.desk.airings import Airing, Record, bounded, load_airings, save_airings, with_airing

# A bulletin that began so long ago has been told as aired by now, or did not air.
_NOT_TOLD_YET: Final = timedelta(minutes=15)
# It may have begun a little before its time.
_EARLY: Final = timedelta(minutes=2)


class AiringLog:
    """One station's. `problem` says why the record cannot be read or kept, empty while it can."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.record: Record
        self.record, self.problem = load_airings(path)
        self._coming: dict[str, tuple[datetime, tuple[str, ...]]] = {}  # by bulletin: when, and what it tells

    def mark(self, slugs: Iterable[str], airing: Airing, *, headlines: Mapping[str, str]) -> None:
        """These stories were heard. `headlines` of all that are there, by slug: these are not forgotten.

        On the disk when this returns, or the reason is in `problem`.
        """
        record = with_airing(self.record, slugs, airing, headlines)
        self.record = bounded(record, now=airing.at, present=headlines.keys())
        try:
            # Some KB into the page cache, once a bulletin: less than a thread for it would cost.
            save_airings(self._path, self.record)
            self.problem = ""
        except OSError as error:
            self.problem = f"{self._path}: what was aired cannot be kept: {error.strerror or error}"

    def made(self, bulletin: str, at: datetime, slugs: Iterable[str]) -> None:
        """This bulletin, to be heard at `at`, tells these stories."""
        self._coming[bulletin] = at, tuple(slugs)

    def by(self, at: datetime, *, bulletin: str) -> Record:
        """What will have been heard when this bulletin is: another may be on the air, or about to be."""
        record = self.record
        for other, (heard_at, slugs) in self._coming.items():
            if other != bulletin and timedelta() < at - heard_at < _NOT_TOLD_YET:
                untold = [slug for slug in slugs if not self._heard_since(slug, heard_at - _EARLY)]
                record = with_airing(record, untold, Airing(at=heard_at, bulletin=other))
        return record

    def _heard_since(self, slug: str, at: datetime) -> bool:
        heard = self.record.get(slug)
        return heard is not None and heard.last is not None and heard.last >= at
