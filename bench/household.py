"""The whole house at real time: processor and memory of both processes and their ffmpegs.

The demo station without a listener.
Sampled from /proc after the station has settled; the studio's children are counted with it.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.startup import running
from radiocast.folder import copy_station, demo_source

SETTLE_S: Final = 20.0
MEASURE_S: Final = 60.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def cpu_s(pid: int) -> tuple[float, float]:
    """Processor seconds of a process itself, and of those of its children that have ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    own_user, own_system, ended_user, ended_system = (int(value) / _TICKS for value in stat[11:15])
    return own_user + own_system, ended_user + ended_system


def memory_mb(pid: int) -> float:
    """Proportional set size: shared pages are counted once over all who share them."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def name_of(pid: int) -> str:
    """What it is, for the table."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return "ended"
    for word, name in (("studio.process", "studio"), ("serve", "transmitter"), ("ffmpeg", "ffmpeg")):
        if word in line:
            return name
    return line[:40]


def main() -> None:
    """Print a line for each process and the sums."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "station"
        copy_station(demo_source(), root)
        with running(root) as station:
            time.sleep(SETTLE_S)
            before = {pid: cpu_s(pid) for pid in family(station.pid)}
            began = time.monotonic()
            time.sleep(MEASURE_S)
            took = time.monotonic() - began
            total_cpu = total_memory = python_memory = ended_cpu = 0.0
            for pid in family(station.pid):
                then, now = before.get(pid, (0.0, 0.0)), cpu_s(pid)
                share = (now[0] - then[0]) / took * 100
                ended_cpu += (now[1] - then[1]) / took * 100
                memory, label = memory_mb(pid), name_of(pid)
                total_cpu += share
                total_memory += memory
                python_memory += memory if label in {"studio", "transmitter"} else 0.0
                print(f"{label:<12} {share:5.2f} % of a core   {memory:6.1f} MB")
            print(f"{'ended since':<12} {ended_cpu:5.2f} % of a core   (decoders, a bulletin being made)")
            print(
                f"{'together':<12} {total_cpu:5.2f} % of a core   {total_memory:6.1f} MB, "
                f"of which the two processes {python_memory:.1f} MB"
            )


if __name__ == "__main__":
    main()
