"""The as-run log on disk: one line for every item that aired, was cut, or could not be played.

Owns: the file of the day, `YYYY-MM-DD.jsonl`, `on-air.ndjson` with what is on the air and has no line yet,
and saying when they cannot be written. A log that cannot be written never stops the air.
Must not know: what becomes of the files of other days (`asrun_archive`).

Theory of operation. A line is appended with one write(2), and one that the disk took only in part is taken
back, so that every line is a whole one. Power can still go between the two: what follows the last line
end of a file is a whole line that lacks its end, or is cut off when the file is next written to. The item
that it was about is still in `on-air.ndjson` then, as is whatever sounds when the studio is killed;
`recover` writes their lines at the next start.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Final

from radiocast.model.play import AsRunEntry, Outcome
from radiocast.studio.asrun import as_json, from_json

# Not .jsonl: those are the days.
ON_AIR: Final = "on-air.ndjson"
# A line has some 600 bytes; a title or a reason may be a long one.
_LONGEST_LINE_BYTES: Final = 65_536


def day_file(folder: Path, day: date) -> Path:
    """The file of a day of the station's calendar, as it is written."""
    return folder / f"{day.isoformat()}.jsonl"


class AsRunLog:
    """Appends to `folder/YYYY-MM-DD.jsonl`, the day being that of the item's start in the station's zone."""

    def __init__(self, folder: Path, *, zone: tzinfo = UTC) -> None:
        self._folder = folder
        self._zone = zone
        self._problem = ""
        self._lost = 0
        self._whole: Path | None = None  # the file whose end has been looked at
        self._open: dict[str, AsRunEntry] = {}

    @property
    def problem(self) -> str:
        """What keeps it from being written, for `/status`; empty while it is. Mended by itself."""
        return self._problem

    def recover(self) -> int:
        """Write the lines of what was on the air when the studio was killed; how many there were.

        Called once, before anything else. Each was heard at least until `on-air.ndjson` was last touched.
        """
        path = self._folder / ON_AIR
        try:
            alive = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return 0  # nothing was on the air, or nothing is known of it
        left = [entry for entry in map(_entry_or_none, lines) if entry is not None]
        for entry in left:
            self._recover(entry, alive)
        self._note_on_air()
        return len(left)

    def began(self, entry: AsRunEntry) -> None:
        """An item is on the air from `start_actual` on; its line comes with `write`."""
        self._open[entry.item_id] = entry
        self._note_on_air()

    def alive(self) -> None:
        """What is on the air still is. Called every few seconds: see `recover`."""
        try:
            os.utime(self._folder / ON_AIR)
        except OSError:
            self._note_on_air()

    def write(self, entry: AsRunEntry) -> None:
        """Append one line. An entry that cannot be written is counted, not raised."""
        path = day_file(
            self._folder, (entry.start_actual or entry.start_predicted).astimezone(self._zone).date()
        )
        # A lone surrogate, of a file name in no known encoding, becomes an escape of JSON.
        line = f"{as_json(entry, self._zone)}\n".encode("utf-8", "backslashreplace")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path != self._whole:
                _end_whole(path)
            self._whole = path
            _append(path, line)
        except OSError as error:
            self._lost += 1
            self._whole = None
            self._problem = (
                f"the as-run log {path} cannot be written ({error.strerror or error}); {self._lost} entries "
                "are lost so far: make the folder writable, or free some space"
            )
        else:
            self._problem = ""
        if self._open.pop(entry.item_id, None) is not None:
            self._note_on_air()

    def _recover(self, entry: AsRunEntry, alive: datetime) -> None:
        start = entry.start_actual or entry.start_predicted
        if self._has(entry, start):
            return
        alive = max(alive, start)
        self.write(
            replace(
                entry,
                duration_actual_s=(alive - start).total_seconds(),
                outcome=Outcome.CUT,
                reason=f"the studio was killed; it was on the air at {alive.astimezone(self._zone):%H:%M:%S}",
            )
        )

    def _has(self, entry: AsRunEntry, start: datetime) -> bool:
        """Whether it has its line: the kill came between that and taking it off the air."""
        path = day_file(self._folder, start.astimezone(self._zone).date())
        try:
            with path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE_BYTES))
                last = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return False
        found = (_entry_or_none(line) for line in last)
        return any(one is not None and _same(one, entry) for one in found)

    def _note_on_air(self) -> None:
        """Keep what is on the air, all at once. What cannot be kept costs only its trace after a kill."""
        scratch = self._folder / f"{ON_AIR}.tmp"
        text = "".join(f"{as_json(entry, self._zone)}\n" for entry in self._open.values())
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(text.encode("utf-8", "backslashreplace"))
            scratch.replace(self._folder / ON_AIR)
        except OSError as error:
            self._problem = (
                f"the as-run log cannot note what is on the air in {self._folder} "
                f"({error.strerror or error}): make the folder writable, or free some space"
            )


def _same(one: AsRunEntry, other: AsRunEntry) -> bool:
    """Whether two lines are of one item: counters begin anew in a station whose state was lost."""
    if one.start_actual is None or other.start_actual is None:
        return False
    return one.item_id == other.item_id and abs((one.start_actual - other.start_actual).total_seconds()) < 1


def _entry_or_none(line: str) -> AsRunEntry | None:
    try:
        return from_json(line)
    except ValueError:
        return None


def _append(path: Path, line: bytes) -> None:
    """Write it whole, or not at all. Raises OSError."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        size = os.fstat(file).st_size
        written = os.write(file, line)
        if written < len(line):
            os.ftruncate(file, size)
            raise OSError(28, f"only {written} of {len(line)} bytes were taken: the disk is full")
    finally:
        os.close(file)


def _end_whole(path: Path) -> None:
    """See that the file ends with the end of a line, after power was lost in the middle of one."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return
    with file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LONGEST_LINE_BYTES))
        torn = file.read().rpartition(b"\n")[2]
        if not torn:
            return
        if _entry_or_none(torn.decode("utf-8", "replace")) is not None:
            file.write(b"\n")
        else:
            file.truncate(size - len(torn))
