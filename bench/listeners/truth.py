"""The truth: every block that goes on the air, in a file that others read while it is written.

Owns: the layout of the file, which `truth.h` reads. One mount, a ring of the last four minutes.
"""

import mmap
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
    """Writes it. `put` MUST come before a listener can get the block."""

    def __init__(self, path: Path, *, metaint: int) -> None:
        self._metaint = metaint
        self._sound_at = _PAGE * (1 + CAPACITY_BLOCKS)
        size = self._sound_at + metaint * CAPACITY_BLOCKS
        # Beside it first: a reader that waits for the file finds it whole.
        making = path.with_suffix(".making")
        with making.open("w+b") as file:
            file.truncate(size)
            self._map = mmap.mmap(file.fileno(), size)
        self._map[:16] = MAGIC + struct.pack("<II", metaint, CAPACITY_BLOCKS)
        self.count = 0
        making.rename(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._map.close()

    def put(self, sound: bytes, announcement: bytes) -> None:
        """The next block, and the metadata that announces its title (length byte, text, padding)."""
        if len(sound) != self._metaint:
            raise ValueError(f"a block of {len(sound)} bytes, not {self._metaint}")
        slot = self.count % CAPACITY_BLOCKS
        title_at = _PAGE * (1 + slot)
        self._map[title_at : title_at + 2 + len(announcement)] = (
            struct.pack("<H", len(announcement)) + announcement
        )
        sound_at = self._sound_at + slot * self._metaint
        self._map[sound_at : sound_at + self._metaint] = sound
        self.count += 1
        self._map[_COUNT_AT : _COUNT_AT + 8] = struct.pack("<Q", self.count)


def blocks_so_far(path: Path) -> int:
    """How many blocks have gone out; 0 while there is no file yet."""
    try:
        with path.open("rb") as file:
            file.seek(_COUNT_AT)
            (count,) = struct.unpack("<Q", file.read(8))
    except OSError:
        return 0
    return int(count)
