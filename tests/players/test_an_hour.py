"""An hour of the demo station on a virtual clock: every frame there, no error, no silence.

The virtual clock runs the real studio; what it gives are the bytes that listeners would have got.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from radiocast.folder import copy_station, demo_source
from radiocast.model.units import BLOCK_S, block_bytes

HOUR_BLOCKS = round(3600 / BLOCK_S)
SILENCE_S = 0.5


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `hour.mp3` and `hour.jsonl`; from ten to nine on, so that the top of an hour is in it."""
    folder = tmp_path_factory.mktemp("hour")
    copy_station(demo_source(), folder / "station")
    command = [
        sys.executable,
        "-m",
        "radiocast",
        "simulate",
        str(folder / "station"),
        "--from",
        "2026-03-02T08:50",
    ]
    outputs = ["--hours", "1", "--audio", str(folder / "hour.mp3"), "--as-run", str(folder / "hour.jsonl")]
    subprocess.run([*command, *outputs], check=True, timeout=900)
    return folder


@pytest.mark.timeout(1200)
def test_no_frame_is_missing_and_ffmpeg_finds_no_error_and_no_silence(hour: Path) -> None:
    assert (hour / "hour.mp3").stat().st_size == HOUR_BLOCKS * block_bytes(128)
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-v", "info", "-err_detect", "explode"]
    command += ["-i", str(hour / "hour.mp3")]
    command += ["-af", f"silencedetect=noise=-60dB:duration={SILENCE_S}", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    complaints = [
        line for line in done.stderr.splitlines() if re.search(r"error|invalid|missing", line, re.IGNORECASE)
    ]
    assert complaints == []
    assert "silence_start" not in done.stderr


@pytest.mark.timeout(1200)
def test_mpg123_decodes_every_frame_without_a_word(hour: Path) -> None:
    done = subprocess.run(
        ["mpg123", "--test", "--verbose", "--no-control", str(hour / "hour.mp3")],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    words = re.findall(r"(?i).*(?:warning|error|resync|illegal|skipped).*", done.stderr)
    assert words == []


def test_the_hour_has_music_idents_and_news_and_the_top_of_the_hour_on_its_second(hour: Path) -> None:
    log = [json.loads(line) for line in (hour / "hour.jsonl").read_text().splitlines()]
    assert {entry["kind"] for entry in log} >= {"track", "ident", "bulletin"}
    assert all(entry["outcome"] in {"aired", "cut"} for entry in log), log
    hard = [entry for entry in log if entry["start_source"] == "hard"]
    assert [entry["start_scheduled"][11:19] for entry in hard][:1] == ["09:00:00"]
    assert all(abs(entry["late_ms"]) <= 50 for entry in hard)
