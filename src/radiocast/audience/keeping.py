"""What is kept about listeners, where, and for how long: the words of `records:` and the files they name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

Addresses = Literal["hashed", "full", "none"]
# In a station's `var/`.
FOLDER: Final = "audience"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """`folder` is the station's `var/audience`, `zone` the name of its time zone.

    `log_files` counts the one that is written to; with 0 there is no access log.
    """

    folder: Path
    zone: str = "UTC"
    addresses: Addresses = "hashed"
    keep_days: int = 400
    log_files: int = 5
    log_bytes: int = 10 * 1024 * 1024

    @property
    def sessions(self) -> Path:
        """The database of sessions."""
        return self.folder / "sessions.sqlite3"

    @property
    def access_log(self) -> Path:
        """The access log that is written to; older ones have `.1`, `.2` behind the name."""
        return self.folder / "access.log"

    @property
    def salt(self) -> Path:
        """Today's salt."""
        return self.folder / "salt"

    @property
    def time_zone(self) -> ZoneInfo:
        """The station's."""
        return ZoneInfo(self.zone)

    def as_text(self) -> str:
        """For a command line; `from_text` reads it."""
        return json.dumps(
            {
                "folder": str(self.folder),
                "zone": self.zone,
                "addresses": self.addresses,
                "keep_days": self.keep_days,
                "log_files": self.log_files,
                "log_bytes": self.log_bytes,
            }
        )


def from_text(text: str) -> Keeping:
    """What `as_text` wrote. Raises ValueError, KeyError or TypeError on anything else."""
    said = json.loads(text)
    return Keeping(
        folder=Path(said["folder"]),
        zone=str(said["zone"]),
        addresses=cast("Addresses", said["addresses"]),
        keep_days=int(said["keep_days"]),
        log_files=int(said["log_files"]),
        log_bytes=int(said["log_bytes"]),
    )
