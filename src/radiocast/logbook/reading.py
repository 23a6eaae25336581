"""As-run files read: any stretch of time, plain or compressed, one line at a time.

Owns: which files a stretch of time is in, and what is said of lines that cannot be read.
Must not know: what is done with the entries.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.folder import StationFolder
from radiocast.model.errors import UsageError
from radiocast.model.play import AsRunEntry, Outcome
from radiocast.schedule.day_plan import day_bounds
from radiocast.studio.asrun import from_json
from radiocast.studio.asrun_archive import days_kept
from radiocast.studio.asrun_log import ON_AIR

# The studio touches the note of what is on the air every five seconds.
_SIGN_OF_LIFE: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `frm` up to but not including `until`; in UTC."""

    frm: datetime
    until: datetime


def log_folder(folder: StationFolder) -> Path:
    """Where a station's as-run log lies, also for somebody who may only read there."""
    return folder.root / "var" / "as-run"


def period(frm: str, to: str, *, zone: ZoneInfo, now: datetime) -> Period:
    """What `--from` and `--to` mean: dates or times of the station's clock, today where nothing is said.

    A date at the end is included whole. Raises UsageError for what is no date or time, and for an end that
    is before the beginning.
    """
    today = now.astimezone(zone).date()
    last = _moment(to, zone) if to else day_period(today, zone)
    first = _moment(frm, zone) if frm else day_period(last.frm.astimezone(zone).date(), zone)
    end = last.until
    if end <= first.frm:
        raise UsageError(f"--from {frm} is not before --to {to or 'today'}")
    return Period(frm=first.frm, until=end)


def day_period(day: date, zone: ZoneInfo) -> Period:
    """A day of the station's calendar: 23, 24 or 25 hours."""
    begin, end = day_bounds(day, zone)
    return Period(frm=datetime.fromtimestamp(begin, UTC), until=datetime.fromtimestamp(end, UTC))


def _moment(text: str, zone: ZoneInfo) -> Period:
    """A day, or an instant (an empty period)."""
    try:
        if len(text) <= len("2026-11-03"):
            return day_period(date.fromisoformat(text), zone)
        given = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{text!r} is no date or time; write it like 2026-11-03 or 2026-11-03T20:00"
        ) from error
    at = (given if given.tzinfo is not None else given.replace(tzinfo=zone)).astimezone(UTC)
    return Period(frm=at, until=at)


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads one folder. What could not be read is in `complaints`, once everything has been."""

    folder: Path
    zone: ZoneInfo
    complaints: list[str] = field(default_factory=list)

    def entries(self, wanted: Period) -> Iterator[AsRunEntry]:
        """The lines of what started in that time, or should have: by day, and there as they were written."""
        first = wanted.frm.astimezone(self.zone).date()
        last = (wanted.until - timedelta(microseconds=1)).astimezone(self.zone).date()
        for path in self._files(first, last):
            for entry in self._lines(path):
                if wanted.frm <= (entry.start_actual or entry.start_predicted) < wanted.until:
                    yield entry

    def on_air(self, now: datetime) -> Iterator[AsRunEntry]:
        """What is on the air and has no line yet, as far as it has come.

        Where the studio has given no sign of life lately, that is as far as it is known to have come.
        """
        path = self.folder / ON_AIR
        try:
            alive = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            return
        until = now if now - alive < _SIGN_OF_LIFE else alive
        for entry in self._lines(path):
            if entry.start_actual is not None and entry.start_actual <= until:
                heard_s = (until - entry.start_actual).total_seconds()
                on_air = replace(entry, outcome=Outcome.AIRED, reason="on the air now")
                yield replace(on_air, duration_actual_s=heard_s)

    def _files(self, first: date, last: date) -> list[Path]:
        """Oldest first. Of one day the compressed file is the earlier one, if there are two."""
        if not self.folder.is_dir():
            return []
        found = [(day, path) for day, path in days_kept(self.folder) if first <= day <= last]
        logs = [(day, path) for day, path in found if not path.name.endswith(".plan.json")]
        return [path for _, path in sorted(logs, key=lambda one: (one[0], one[1].suffix != ".gz"))]

    def _lines(self, path: Path) -> Iterator[AsRunEntry]:
        broken = 0
        try:
            with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
                for line in file:
                    try:
                        yield from_json(line.decode("utf-8", "replace"))
                    except ValueError:
                        broken += 1
        except (OSError, EOFError, zlib.error) as error:
            self.complaints.append(f"{path} cannot be read to its end: {error}")
        if broken:
            self.complaints.append(f"{path}: {broken} line{'' if broken == 1 else 's'} cannot be read")
