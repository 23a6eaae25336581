"""What the station's processes take of the machine, read from /proc.

Owns: where in /proc it stands (proc(5)). Must not know: what the processes are for.
"""

import os
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PAGE_BYTES: Final = resource.getpagesize()
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessNow:
    """One process. `max_descriptors` is how many files it may have open; None where there is no limit."""

    cpu_s: float
    resident_bytes: int
    descriptors: int
    max_descriptors: int | None


def process_now(pid: int, proc: Path = _PROC) -> ProcessNow | None:
    """The process as it is now; None where it is gone, or where that cannot be read. Reads files."""
    folder = proc / str(pid)
    try:
        # The name in brackets may have anything in it, brackets too.
        fields = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        limits = (folder / "limits").read_text("ascii", "replace").splitlines()
        limit = next(line for line in limits if line.startswith("Max open files")).split()[3]
        return ProcessNow(
            # The fields count from 1, and two stand before the bracket: 14 is utime, 15 stime, 24 rss.
            cpu_s=(int(fields[11]) + int(fields[12])) / _TICKS_PER_S,
            resident_bytes=int(fields[21]) * _PAGE_BYTES,
            descriptors=_descriptors(folder / "fd"),
            max_descriptors=int(limit) if limit.isdigit() else None,
        )
    except (OSError, IndexError, ValueError, StopIteration):
        return None


def _descriptors(folder: Path) -> int:
    """Linux 6.2 and later say how many there are; before, they are counted, 20,000 in 10 ms."""
    return folder.stat().st_size or len(os.listdir(folder))  # noqa: PTH208 - names will do, and are many
