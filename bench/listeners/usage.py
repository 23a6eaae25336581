"""What processes used, from /proc: processor time, resident memory, descriptors.

Owns: which process of a station is what.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.household import family

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
# The parts of a station, and by what in its command line a process is known. The transmitter itself is the
# `server`, and whatever belongs to nobody else; what the studio starts is the studio's.
SERVER: Final = "server"
STUDIO: Final = "studio"
RECORDS: Final = "records"
_KNOWN_BY: Final = {"radiocast.studio": STUDIO, "radiocast.audience": RECORDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one part of the house has used up to `at_s`: processor seconds; bytes and descriptors, now."""

    at_s: float
    cpu_s: float
    resident_bytes: int
    descriptors: int
    processes: int


def parts(root_pid: int) -> dict[str, list[int]]:
    """The processes of a server by part."""
    found: dict[str, list[int]] = {SERVER: [], STUDIO: [], RECORDS: []}
    ours: dict[int, str] = {}
    for pid in family(root_pid):
        stat = _stat(pid)
        if stat is None:
            continue
        part = ours.get(int(stat[1]), SERVER)
        if part == SERVER:
            line = _command(pid)
            part = next((part for known, part in _KNOWN_BY.items() if known in line), SERVER)
        ours[pid] = part
        found[part].append(pid)
    return found


def use(root_pid: int, *, descriptors: bool = False) -> Mapping[str, Used]:
    """What each part of a server has used so far.

    Children that have ended count with whoever started them. `descriptors` are counted where asked for: of
    a hundred thousand that takes time.
    """
    return {part: _sum(pids, descriptors=descriptors) for part, pids in parts(root_pid).items()}


def cpu_s(pids: list[int]) -> float:
    """Processor seconds of these processes so far, and of their children that have ended."""
    return _sum(pids).cpu_s


def share(before: Used, after: Used) -> float:
    """Cores used between two looks."""
    return (after.cpu_s - before.cpu_s) / (after.at_s - before.at_s)


def _sum(pids: list[int], *, descriptors: bool = False) -> Used:
    cpu = resident = files = alive = 0
    at_s = time.monotonic()
    for pid in pids:
        stat = _stat(pid)
        if stat is None:
            continue
        alive += 1
        # utime, stime, cutime, cstime, rss: fields 14 to 17 and 24 of proc(5); the first two are cut off.
        cpu += sum(int(value) for value in stat[11:15])
        resident += int(stat[21])
        files += _descriptors(pid) if descriptors else 0
    return Used(
        at_s=at_s,
        cpu_s=cpu / _TICKS,
        resident_bytes=resident * _PAGE_BYTES,
        descriptors=files,
        processes=alive,
    )


def _stat(pid: int) -> list[str] | None:
    """The fields behind the name; None when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _descriptors(pid: int) -> int:
    folder = f"/proc/{pid}/fd"
    try:
        # Since Linux 6.2 the size is their number. To list a hundred thousand takes the kernel seconds, in
        # which nobody else has that core.
        return os.stat(folder).st_size or len(os.listdir(folder))  # noqa: PTH116, PTH208
    except OSError:
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""
