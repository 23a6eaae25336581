"""Start to first audio byte: from running the command to the first byte of sound at a listener.

The disk is warm (one run before those that count); the listener is a socket that tries again until the
port answers. Twice: with the emergency sound of an earlier run on disk, and on a station's very first start.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radiocast.folder import copy_station, demo_source

RUNS: Final = 7
_GIVE_UP_S: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A station that was started: its first process, and where it listens."""

    pid: int
    port: int


@contextmanager
def running(root: Path) -> Iterator["Running"]:
    """A station on loopback, ended with the block."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "radiocast",
        "serve",
        str(root),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield Running(pid=process.pid, port=port)
        finally:
            process.terminate()
            process.wait(timeout=_GIVE_UP_S)


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_byte_s(root: Path) -> float:
    """One start of the station, ended again."""
    began = time.monotonic()
    with running(root) as station:
        _hear(station.port, began)
        return time.monotonic() - began


def _hear(port: int, began: float) -> None:
    while time.monotonic() - began < _GIVE_UP_S:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                sock.sendall(b"GET /live.mp3 HTTP/1.0\r\n\r\n")
                data = b""
                while b"\r\n\r\n" not in data or data.endswith(b"\r\n\r\n"):
                    data += sock.recv(4096)
                return
        except ConnectionError:
            time.sleep(0.002)
    raise TimeoutError(f"no sound within {_GIVE_UP_S:g} s")


def main() -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "station"
        copy_station(demo_source(), root)
        first_byte_s(root)
        warm = [first_byte_s(root) for _ in range(RUNS)]
        fresh = []
        for _ in range(RUNS):
            shutil.rmtree(root / "var")
            fresh.append(first_byte_s(root))
    for label, runs in (("started before", warm), ("very first start", fresh)):
        print(
            f"{label:<17} median {statistics.median(runs):.2f} s"
            f"   ({min(runs):.2f} to {max(runs):.2f}, {RUNS} runs)"
        )


if __name__ == "__main__":
    main()
