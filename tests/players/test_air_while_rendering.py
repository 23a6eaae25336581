"""The air does not notice that bulletins are made: one after the other, with both cores busy besides.

The margins are those of the station, not of a fast machine: it is three seconds ahead of the air, and a block
lasts half of one.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from radiocast.model.units import BLOCK_S
from tests.serving import SCHEDULE_YAML, STATION_YAML, Serving, make_station
from tests.studio.sounds import convert, noise, sine, write_wav

RENDERS = 8
# They end by themselves, too.
BUSY_S = 200
BURNER = f"import time\nend = time.monotonic() + {BUSY_S}\nwhile time.monotonic() < end: pass\n"
LEFT_S = 0.5


@contextmanager
def busy_cores() -> Iterator[None]:
    """As many processes as there are cores, that do nothing but that."""
    burners = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def article(number: int) -> str:
    """Text that nobody has spoken before, so that all of it has to be."""
    told = " ".join(
        f"Sentence {number * 10 + line} of this report says that the ferry took {line + 2} goats to the mill,"
        " and that the miller counted them twice."
        for line in range(8)
    )
    return f"Ferry report number {number}\n\n{told}\n"


@pytest.mark.timeout(300)
def test_blocks_go_out_on_their_time_while_bulletins_are_made(tmp_path: Path) -> None:
    schedule = SCHEDULE_YAML.replace(
        "clocks:",
        "bulletins:\n  long: {target: 3m, min: 10s, max: 4m, render_by: 4m, bed: beds/hum.flac,\n"
        "         parts: [intro, headlines: {max: 3}, stories: {max: 8}, outro]}\nclocks:",
    ).replace("    - {fill", "    - {every: 1 tracks, play: bulletin/long}\n    - {fill")
    root = make_station(tmp_path / "station", schedule=schedule, station=STATION_YAML)
    convert(write_wav(tmp_path / "m.wav", sine(200.0, hz=300.0, level=0.2)), root / "media/music/music.mp3")
    (root / "media/beds").mkdir()
    convert(write_wav(tmp_path / "hum.wav", noise(8.0, seed=5)), root / "media/beds/hum.flac")
    for number in range(8):
        (root / "media/news" / f"report-{number}.txt").write_text(article(number), encoding="utf-8")
    outputs: list[dict[str, Any]] = []

    known = ""

    def made_another(status: Any) -> bool:
        """Whether there is a new bulletin; what is seen of the air on the way is kept."""
        outputs.append(status["output"])
        last = status["newsroom"]["last_bulletin"]
        return last is not None and last["rendered_at"] != known

    with Serving(root) as serving, busy_cores():
        serving.wait_for("the studio's sound", lambda now: now["studio"]["state"] == "on_air")
        status = serving.wait_for("a bulletin", made_another, timeout_s=60)
        outputs.clear()
        for number in range(8, 8 + RENDERS):
            known = status["newsroom"]["last_bulletin"]["rendered_at"]
            (root / "media/news" / f"report-{number}.txt").write_text(article(number), encoding="utf-8")
            status = serving.wait_for("the next", made_another, timeout_s=60)
    assert len(outputs) > RENDERS
    assert outputs[-1]["emergency_blocks"] == outputs[0]["emergency_blocks"]
    assert min(output["lead_s"] for output in outputs) >= LEFT_S
    assert max(output["drift_ms"] for output in outputs) < 1000 * BLOCK_S
