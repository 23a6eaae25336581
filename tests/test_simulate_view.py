"""`radiocast simulate` as it is seen: in a pipe, on a terminal, and ended by Ctrl-C."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import make_station
from tests.studio.sounds import noise, write_wav

PATIENCE_S = 60.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_station(tmp_path / "station")
    for number in range(3):
        write_wav(root / "media" / "music" / f"{number}.wav", noise(20.0 + number, seed=number))
    return root


def command(root: Path, hours: str) -> list[str]:
    options = ["--from", "2026-03-02T08:50", "--hours", hours, "--as-run", str(root / "log.jsonl")]
    return [sys.executable, "-m", "radiocast", "simulate", str(root), *options]


def test_into_a_pipe_only_the_summary_is_said(root: Path) -> None:
    done = subprocess.run(
        command(root, "24"), capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert said[0].startswith("24 h simulated in ")
    assert said[0].endswith("after listening to 3 new files")
    lines = (root / "log.jsonl").read_text().splitlines()
    assert said[1] == f"{sum(1 for line in lines if json.loads(line)['start_actual'])} items"
    assert "longest silence n/a (no audio)" in said


def test_on_a_terminal_a_bar_tells_the_time_of_day_and_ctrl_c_keeps_what_was_written(root: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    # A hundred years: it does not end by itself.
    with subprocess.Popen(
        command(root, "876000"), stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        while b"simulating" not in shown or b" Mar " not in shown:
            shown += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_S)
    os.close(ours)
    assert process.returncode == 130
    assert "h simulated in" in out
    lines = (root / "log.jsonl").read_text().splitlines()
    assert lines
    assert json.loads(lines[-1])["outcome"] == "cut"
