"""Emergency sound: what goes out while the studio gives nothing.

Owns: the loop of encoded sound in memory, one a mount, cut into blocks.
Must not know: when it is needed, or who made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from radiocast.model.block import MountSpec
from radiocast.model.errors import MediaError
from radiocast.model.units import block_bytes
from radiocast.transmitter import frames

# The level it is reported with where nobody measured it: that of the station's own speech and music.
NOMINAL_DBFS: Final = -18.0
SILENT_DBFS: Final = -120.0
# Ten minutes at 320 kbit/s; a larger file is a mistake, and would stay in memory for good.
MAX_FILE_BYTES: Final = 24_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Loops of whole frames, one for each mount in order. `level_dbfs` is the RMS level of their sound."""

    mounts: tuple[MountSpec, ...]
    loops: tuple[bytes, ...]
    title: str
    level_dbfs: float = NOMINAL_DBFS

    @classmethod
    def from_bytes(
        cls,
        mounts: Sequence[MountSpec],
        files: Sequence[bytes],
        *,
        title: str,
        level_dbfs: float = NOMINAL_DBFS,
    ) -> Self:
        """From the bytes of CBR MP3 files, one a mount. Raises MediaError for what cannot go on the air."""
        if len(files) != len(mounts):
            raise MediaError(f"emergency sound: {len(files)} files for {len(mounts)} mounts")
        loops = []
        for mount, data in zip(mounts, files, strict=True):
            try:
                loops.append(frames.from_file(data, bitrate_kbps=mount.bitrate_kbps, channels=mount.channels))
            except frames.FrameError as error:
                raise MediaError(f"emergency sound for {mount.path}: {error}") from error
        return cls(mounts=tuple(mounts), loops=tuple(loops), title=title, level_dbfs=level_dbfs)

    @classmethod
    def from_files(
        cls,
        mounts: Sequence[MountSpec],
        paths: Sequence[str | Path],
        *,
        title: str,
        level_dbfs: float = NOMINAL_DBFS,
    ) -> Self:
        """From files on disk; reads them, so not on an event loop. Raises MediaError."""
        contents = []
        for path in map(Path, paths):
            try:
                if path.stat().st_size > MAX_FILE_BYTES:
                    raise MediaError(f"emergency sound: {path} has more than {MAX_FILE_BYTES} bytes")
                contents.append(path.read_bytes())
            except OSError as error:
                raise MediaError(f"emergency sound: {path} cannot be read: {error.strerror}") from error
        return cls.from_bytes(mounts, contents, title=title, level_dbfs=level_dbfs)

    @classmethod
    def silent(cls, mounts: Sequence[MountSpec], *, title: str) -> Self:
        """The last resort, for the seconds before there is anything better: silence that decodes."""
        loops = tuple(
            frames.silence(bitrate_kbps=mount.bitrate_kbps, channels=mount.channels) for mount in mounts
        )
        return cls(mounts=tuple(mounts), loops=loops, title=title, level_dbfs=SILENT_DBFS)

    def block(self, number: int) -> tuple[bytes, ...]:
        """Block `number` of the endless loop, for each mount."""
        return tuple(
            _slice(loop, number, block_bytes(mount.bitrate_kbps))
            for mount, loop in zip(self.mounts, self.loops, strict=True)
        )


def _slice(loop: bytes, number: int, size: int) -> bytes:
    start = number * size % len(loop)
    block = loop[start : start + size]
    while len(block) < size:
        block += loop[: size - len(block)]
    return block
