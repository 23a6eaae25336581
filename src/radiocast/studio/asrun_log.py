"""The as-run log on disk: one line for every item that aired, was cut, or could not be played.

Owns: the files `YYYY-MM-DD.jsonl`, one a day, and saying when they cannot be written. A log that cannot be
written never stops the air.
"""

from datetime import UTC, tzinfo
from pathlib import Path

from radiocast.model.play import AsRunEntry
from radiocast.studio.asrun import as_json


class AsRunLog:
    """Appends to `folder/YYYY-MM-DD.jsonl`, the day being the item's own in the station's zone."""

    def __init__(self, folder: Path, *, zone: tzinfo = UTC) -> None:
        self._folder = folder
        self._zone = zone
        self._problem = ""
        self._lost = 0

    @property
    def problem(self) -> str:
        """What keeps it from being written, for `/status`; empty while it is. Mended by itself."""
        return self._problem

    def write(self, entry: AsRunEntry) -> None:
        """Append one line and flush it. An entry that cannot be written is counted, not raised."""
        day = (entry.start_actual or entry.start_predicted).astimezone(self._zone).date()
        path = self._folder / f"{day.isoformat()}.jsonl"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(as_json(entry, self._zone) + "\n")
        except OSError as error:
            self._lost += 1
            self._problem = (
                f"the as-run log {path} cannot be written ({error.strerror or error}); {self._lost} entries "
                "are lost so far: make the folder writable, or free some space"
            )
        else:
            self._problem = ""
