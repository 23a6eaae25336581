"""The truth: every block that goes on the air, in a file that others read while it is written.

Owns: the layout of the file, which `truth.h` reads. One mount, a ring of the last four minutes.
"""

import os
import struct
from pathlib import Path
from types import TracebackType
from typing import Final, Self

MAGIC: Final = b"RCTRUTH1"
# Four minutes: longer than anybody whose bytes are checked can be behind.
CAPACITY_BLOCKS: Final = 512
_PAGE: Final = 4096
_COUNT_AT: Final = 16


class Truth:
    """Writes it. `put` MUST come before a listener can get the block.

    By write(), and not through a mapping of its own: that would count as memory of the server's.
    """

    def __init__(self, path: Path, *, metaint: int) -> None:
        self._metaint = metaint
        self._sound_at = _PAGE * (1 + CAPACITY_BLOCKS)
        self.count = 0
        # Beside it first: a reader that waits for the file finds it whole.
        making = path.with_suffix(".making")
        self._file = os.open(making, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        os.truncate(self._file, self._sound_at + metaint * CAPACITY_BLOCKS)
        os.pwrite(self._file, MAGIC + struct.pack("<II", metaint, CAPACITY_BLOCKS), 0)
        making.rename(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def put(self, sound: bytes, announcement: bytes) -> None:
        """The next block, and the metadata that announces its title (length byte, text, padding)."""
        if len(sound) != self._metaint:
            raise ValueError(f"a block of {len(sound)} bytes, not {self._metaint}")
        slot = self.count % CAPACITY_BLOCKS
        title = struct.pack("<H", len(announcement)) + announcement
        os.pwrite(self._file, title, _PAGE * (1 + slot))
        os.pwrite(self._file, sound, self._sound_at + slot * self._metaint)
        self.count += 1
        os.pwrite(self._file, struct.pack("<Q", self.count), _COUNT_AT)


def blocks_so_far(path: Path) -> int:
    """How many blocks have gone out; 0 while there is no file yet."""
    try:
        with path.open("rb") as file:
            file.seek(_COUNT_AT)
            (count,) = struct.unpack("<Q", file.read(8))
    except OSError:
        return 0
    return int(count)
