"""A log file that is rotated by size, and survives a full disk and somebody else's logrotate.

Owns: the file, its older siblings (`.1` the youngest), and what is said when it cannot be written.
Must not know: what a line says.
"""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_MODE: Final = 0o640


class LogFile:
    """Appends whole lines. Nothing raises: what cannot be written is counted and told in `problem`."""

    def __init__(self, path: Path, *, files: int, max_bytes: int) -> None:
        """`files` counts this one; 0 writes none at all."""
        self._path = path
        self._files = files
        self._max_bytes = max_bytes
        self._descriptor: int | None = None
        self.problem = ""
        """What whoever runs the station should know and do; empty while lines are written."""
        self.lost = 0
        """How many lines were never written."""

    def write(self, lines: Sequence[bytes]) -> None:
        """Append them, in as few calls to the system as there are files to be begun."""
        if not self._files or not lines:
            return
        at = 0
        try:
            while at < len(lines):
                at += self._write_some(lines[at:])
        except OSError as error:
            self.lost += len(lines) - at
            self.problem = (
                f"{self._path} cannot be written ({error.strerror or error}): {self.lost} lines of "
                "the access log are lost. Make room on the disk, or let radiocast's user write there."
            )
            self.close()  # and try anew next time
        else:
            self.problem = ""

    def close(self) -> None:
        """Close the file; the next `write` opens it again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _write_some(self, lines: Sequence[bytes]) -> int:
        """Write as many lines as this file has room for, one at least; how many."""
        descriptor = self._opened()
        size = os.fstat(descriptor).st_size
        if size and size + len(lines[0]) > self._max_bytes:
            self._rotate()
            descriptor = self._opened()
            size = os.fstat(descriptor).st_size
        taken, room = 1, self._max_bytes - size - len(lines[0])
        while taken < len(lines) and len(lines[taken]) <= room:
            room -= len(lines[taken])
            taken += 1
        _append(descriptor, b"".join(lines[:taken]), size)
        return taken

    def _opened(self) -> int:
        """The file of that name. One that was moved away or removed meanwhile is left to whoever did that."""
        if self._descriptor is not None:
            ours = os.fstat(self._descriptor)
            try:
                there = self._path.stat()
            except FileNotFoundError:
                there = None
            if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
                self.close()
        if self._descriptor is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, _MODE)
        return self._descriptor

    def _rotate(self) -> None:
        self.close()
        for number in range(self._files - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self._numbered(number - 1).replace(self._numbered(number))
        if self._files == 1:
            self._path.unlink()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path


def _append(descriptor: int, data: bytes, size: int) -> None:
    """All of it or nothing: half a line would be read as another one, together with the next."""
    written = 0
    try:
        while written < len(data):
            written += os.write(descriptor, data[written:])
    except OSError:
        if written:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
        raise
