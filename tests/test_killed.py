"""Killed with -9, the studio or the whole station, or stood still: the hour goes on where the clock says."""

import json
import math
import os
import signal
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults.media import sine, write_wav
from tests.serving import Serving, make_station

SCHEDULE = """\
carts:
  ident: {kind: ident, cuts: [{file: jingles/ident.wav}]}
rotations:
  music: {files: "music/**", order: sequential}
clocks:
  hour:
%s    - {fill: rotation/music, until: "60:00", backtime: false}
grid: {default: hour}
sustainer: rotation/music
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four tones that last longer than a test, and an ident."""
    root = make_station(tmp_path / "station", schedule=SCHEDULE % "")
    for number in range(4):
        write_wav(root / "media" / "music" / f"tone{number}.wav", sine(120.0, hertz=330.0 + 110 * number))
    (root / "media" / "jingles").mkdir()
    write_wav(root / "media" / "jingles" / "ident.wav", sine(2.0, hertz=880.0))
    return root


def on_a_track(station: Serving) -> Any:
    return station.wait_for("a track on the air", lambda s: s["on_air"]["kind"] == "track")["on_air"]


def schedule_an_ident(station: Serving, start: str, *, in_s: float) -> float:
    """Save a schedule that has one at a second of this hour and of every other; that second, Unix."""
    second = math.ceil(time.time() + in_s)
    if second % 3600 == 0:
        second += 1
    entry = f'    - {{at: "{second % 3600 // 60:02d}:{second % 60:02d}", start: {start}, play: cart/ident}}\n'
    before = station.status()["schedule"]["loaded_at"]
    (station.root / "config" / "schedule.yaml").write_text(SCHEDULE % entry)
    station.wait_for("the new schedule", lambda s: s["schedule"]["loaded_at"] != before)
    return float(second)


def as_run(root: Path, source: str) -> list[dict[str, Any]]:
    return [
        line
        for file in sorted((root / "var" / "as-run").glob("*.jsonl"))
        for line in map(json.loads, file.read_text().splitlines())
        if line["source"] == source
    ]


def heard_the_ident(station: Serving) -> None:
    """Wait until it has been on the air, and the next track is."""
    station.wait_for("the ident", lambda s: s["on_air"]["source"] == "cart/ident", timeout_s=30)
    on_a_track(station)


def test_a_soft_start_that_was_due_when_the_studio_was_killed_is_next(root: Path) -> None:
    with Serving(root) as station:
        first = on_a_track(station)
        due = schedule_an_ident(station, "soft", in_s=2)
        status = station.wait_for(
            "its second to be past",
            lambda s: datetime.fromisoformat(s["station"]["now"]).timestamp() > due + 1,
        )
        assert status["on_air"]["item_id"] == first["item_id"], "it waits for the end of the track"
        os.kill(status["studio"]["pid"], signal.SIGKILL)
        heard_the_ident(station)
        then = station.status()["on_air"]
    assert then["title"] == "tone1", f"the rotation goes on behind {first['title']}"
    (ident,) = as_run(root, "cart/ident")
    assert ident["outcome"] == "aired"
    assert datetime.fromisoformat(ident["start_scheduled"]).timestamp() == due


def test_a_hard_start_is_made_up_for_when_the_station_was_killed_across_it(root: Path) -> None:
    with Serving(root) as station:
        on_a_track(station)
        due = schedule_an_ident(station, "hard", in_s=6)
        # Before the ident is rendered, which is three seconds before it is heard.
        studio = station.status()["studio"]["pid"]
        os.kill(studio, signal.SIGKILL)
        os.kill(station.pid, signal.SIGKILL)
    # Its second passes while there is no station.
    threading.Event().wait(max(0.0, due + 0.5 - time.time()))
    with Serving(root) as station:
        heard_the_ident(station)
        then = station.status()["on_air"]
        # An hour has one of it.
        station.wait_for("some sound after it", lambda s: s["on_air"]["elapsed_s"] > 3)
    assert then["title"] == "tone1"
    (ident,) = as_run(root, "cart/ident")
    assert ident["outcome"] == "aired"
    assert datetime.fromisoformat(ident["start_scheduled"]).timestamp() == due
    assert 500 <= ident["late_ms"] < 60_000


def test_what_was_on_the_air_when_it_was_killed_is_not_played_twice(root: Path) -> None:
    """A hard ident that had begun has been heard: the hour goes on behind it."""
    with Serving(root) as station:
        on_a_track(station)
        schedule_an_ident(station, "hard", in_s=4)
        status = station.wait_for("the ident", lambda s: s["on_air"]["source"] == "cart/ident")
        os.kill(status["studio"]["pid"], signal.SIGKILL)
        station.wait_for(
            "the next track", lambda s: s["studio"]["restarts"] == 1 and s["on_air"]["kind"] == "track"
        )
        assert station.status()["on_air"]["title"] == "tone1"
    assert len(as_run(root, "cart/ident")) <= 1


def test_a_station_that_stood_still_is_on_its_second_again(root: Path) -> None:
    """As a virtual machine is moved to another: nothing runs for seconds, and the clocks have gone on."""
    with Serving(root) as station:
        on_a_track(station)
        due = schedule_an_ident(station, "hard", in_s=18)
        pids = [station.pid, station.status()["studio"]["pid"]]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        threading.Event().wait(5)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        heard_the_ident(station)
        status = station.wait_for("its line in the log", lambda _: as_run(root, "cart/ident"))
        assert status["studio"]["restarts"] == 0
    (ident,) = as_run(root, "cart/ident")
    assert datetime.fromisoformat(ident["start_scheduled"]).timestamp() == due
    assert abs(ident["late_ms"]) <= 50
