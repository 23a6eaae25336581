"""The studio killed with -9: how long until a new one is on the air, and what listeners hear meanwhile.

The blocks that were ready are played out first, so that a studio that is back within its lead is not missed.
"""

import json
import os
import signal
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

from bench.startup import running
from radiocast.folder import copy_station, demo_source
from radiocast.model.units import BLOCK_S

KILLS: Final = 5
SETTLE_S: Final = 8.0
_GIVE_UP_S: Final = 30.0


def status(port: int) -> Any:
    """`/status`, decoded."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5) as answer:
        return json.load(answer)


def until_on_air(port: int, restarts: int) -> float:
    """Seconds until the studio of this number of restarts has its sound on the air."""
    began = time.monotonic()
    while time.monotonic() - began < _GIVE_UP_S:
        studio = status(port)["studio"]
        if studio["state"] == "on_air" and studio["restarts"] >= restarts:
            return time.monotonic() - began
        time.sleep(0.02)
    raise TimeoutError(f"no studio on the air within {_GIVE_UP_S:g} s")


def main() -> None:
    """Kill, wait, count."""
    took, covered = [], []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "station"
        copy_station(demo_source(), root)
        with running(root) as station:
            time.sleep(SETTLE_S)
            for number in range(1, KILLS + 1):
                before = status(station.port)
                os.kill(before["studio"]["pid"], signal.SIGKILL)
                took.append(until_on_air(station.port, number))
                after = status(station.port)
                covered.append(after["output"]["emergency_blocks"] - before["output"]["emergency_blocks"])
                time.sleep(SETTLE_S)
    print(f"killed until heard again: median {statistics.median(took):.2f} s, worst {max(took):.2f} s")
    seconds = [blocks * BLOCK_S for blocks in covered]
    print(
        f"emergency sound in between: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"
    )


if __name__ == "__main__":
    main()
