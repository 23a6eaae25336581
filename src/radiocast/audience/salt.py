"""A listener's name for one day: its address, hashed with a salt that is destroyed when the day is over.

The day is the station's, since the report's is: whoever listens twice on one day of the report is one
listener of that day. With UTC days, a station in Auckland would change the salt at one in the afternoon and
count everybody twice.

The salt is kept on disk (0600) while its day lasts, so that a restart makes nobody new. Then it is
overwritten in place: with it goes the only way from an address to its name, also for whoever has the whole
disk and a list of all addresses, as far as a disk can forget.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

_SALT_BYTES: Final = 32
# 120 bits behind `fd` make an address of the range fd00::/8 (RFC 4193), which is nobody's on the internet:
# what reads access logs takes it for an address, and finds no country for it.
_NAME_BYTES: Final = 15
_ALL: Final = "{day} {salt}\n"


class Salt:
    """Names of today. `now` gives Unix seconds. `problem` is a sentence, empty when all is well."""

    def __init__(self, path: Path, zone: ZoneInfo, *, now: Callable[[], float]) -> None:
        self._path = path
        self._zone = zone
        self._now = now
        self._day = ""
        self._salt = b""
        self.problem = ""

    def turn(self) -> None:
        """Begin a new salt if the day is another; also without a listener yesterday's must go.

        Any other day, not only a later one: a clock that was years ahead must not keep a salt for years.
        """
        today = datetime.fromtimestamp(self._now(), self._zone).date().isoformat()
        if today == self._day:
            return
        kept = self._kept(today) if not self._day else None
        self._day, self._salt = today, kept or secrets.token_bytes(_SALT_BYTES)
        if kept is None:
            self._keep()

    def name(self, address: str) -> str:
        """The address's name today, in the form of an IPv6 address."""
        self.turn()
        word = address.encode("utf-8", "surrogatepass")
        digits = hashlib.blake2b(word, key=self._salt, digest_size=_NAME_BYTES).hexdigest()
        return ":".join(f"fd{digits}"[start : start + 4] for start in range(0, 32, 4))

    def _kept(self, today: str) -> bytes | None:
        """The salt of a day that is still today; None for another day's, or for what is no salt."""
        try:
            day, _, digits = self._path.read_text(encoding="ascii").strip().partition(" ")
            salt = bytes.fromhex(digits)
        except (OSError, ValueError):
            return None
        return salt if day == today and len(salt) == _SALT_BYTES else None

    def _keep(self) -> None:
        text = _ALL.format(day=self._day, salt=self._salt.hex()).encode("ascii")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Not a new file under the old name: yesterday's bytes would stay on the disk.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.fchmod(descriptor, 0o600)
                os.pwrite(descriptor, text, 0)
                os.ftruncate(descriptor, len(text))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            # Yesterday's must not be found under any circumstances.
            with contextlib.suppress(OSError):
                self._path.unlink()
            self.problem = (
                f"{self._path} cannot be written ({error.strerror or error}): after a restart today's "
                "listeners count as new ones. Make room on the disk, or let radiocast's user write there."
            )
        else:
            self.problem = ""
