"""`radiocast serve` as a whole: two processes, listeners, signals, and a schedule that changes."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.model.units import block_bytes
from radiocast.transmitter.icy import IcyDemuxer
from tests.faults.media import sine, write_wav
from tests.serving import SCHEDULE_YAML, Serving, make_station, read_body, read_response

LISTENERS = 50


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A station with three tones of four seconds."""
    root = make_station(tmp_path / "station")
    for number, hertz in enumerate((330.0, 440.0, 550.0)):
        write_wav(root / "media" / "music" / f"tone{number}.wav", sine(4.0, hertz=hertz))
    return root


@pytest.fixture
def station(root: Path) -> Iterator[Serving]:
    with Serving(root) as serving:
        yield serving


def test_a_listener_hears_the_schedule_and_reads_its_titles(station: Serving) -> None:
    station.wait_for("a track on the air", lambda status: status["on_air"]["kind"] == "track")
    with station.listen() as sock:
        head, body = read_response(sock)
        assert head.startswith(b"HTTP/1.0 200 OK")
        demuxer = IcyDemuxer(block_bytes(128))
        audio, titles = demuxer.feed(read_body(sock, 150_000, body))
    assert audio[:2] == b"\xff\xfb", "the first byte is a frame's"
    # The first blocks may still be the emergency sound of before the studio was ready.
    assert any(at.title.startswith("tone") for at in titles), titles


def test_status_and_health_tell_that_it_is_well(station: Serving) -> None:
    status = station.wait_for("well, and the plan told", lambda s: s["well"] and s["next"])
    assert status["problems"] == []
    assert status["studio"]["state"] == "on_air"
    assert station.get("/healthz")[0] == 200


def test_fifty_listeners_stay_when_the_studio_is_killed(station: Serving) -> None:
    status = station.wait_for("the studio on the air", lambda s: s["studio"]["state"] == "on_air")
    socks = [station.listen() for _ in range(LISTENERS)]
    received = [0] * LISTENERS
    lost: list[int] = []
    done = threading.Event()

    def hear(number: int, sock: socket.socket) -> None:
        while not done.is_set():
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            if not data:
                if not done.is_set():
                    lost.append(number)
                return
            received[number] += len(data)

    threads = [threading.Thread(target=hear, args=pair, daemon=True) for pair in enumerate(socks)]
    for thread in threads:
        thread.start()
    try:
        station.wait_for("all admitted", lambda s: s["listeners"]["current"] == LISTENERS)
        os.kill(status["studio"]["pid"], signal.SIGKILL)
        # 5 s is the promise; the time until its first block is on the air includes the lead it had.
        status = station.wait_for(
            "a new studio on the air",
            lambda s: s["studio"]["restarts"] == 1 and s["studio"]["state"] == "on_air",
            timeout_s=30,
        )
        before = list(received)
        station.wait_for(
            "three more blocks", lambda s: s["output"]["blocks"] >= status["output"]["blocks"] + 3
        )
        assert lost == []
        assert station.status()["listeners"]["current"] == LISTENERS
        assert all(now > then for now, then in zip(received, before, strict=True)), "everybody still hears"
    finally:
        done.set()
        for sock in socks:
            sock.close()
        for thread in threads:
            thread.join(timeout=5)


def test_what_was_on_the_air_when_the_studio_was_killed_has_its_line(root: Path) -> None:
    for file in (root / "media" / "music").iterdir():
        file.unlink()
    write_wav(root / "media" / "music" / "long.wav", sine(60.0))
    with Serving(root) as station:
        status = station.wait_for("the tone on the air", lambda s: s["on_air"]["title"] == "long")
        os.kill(status["studio"]["pid"], signal.SIGKILL)
        station.wait_for(
            "a new studio on the air",
            lambda s: s["studio"]["restarts"] == 1 and s["studio"]["state"] == "on_air",
            timeout_s=30,
        )
        (file,) = (root / "var" / "as-run").glob("*.jsonl")
        (line,) = (json.loads(line) for line in file.read_text().splitlines())
    assert (line["item_id"], line["outcome"]) == (status["on_air"]["item_id"], "cut")
    assert line["reason"].startswith("the studio was killed")
    assert line["duration_actual_s"] < 60


def test_the_studio_ends_when_the_transmitter_is_killed(root: Path) -> None:
    with Serving(root) as station:
        status = station.wait_for("the studio on the air", lambda s: s["studio"]["state"] == "on_air")
        os.kill(station.pid, signal.SIGKILL)
    assert gone(status["studio"]["pid"]), "a studio without a transmitter would encode for nobody"


def gone(pid: int, *, within_s: float = 10.0) -> bool:
    """Whether a process ends in time; one that is not our child cannot be waited for."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([descriptor], [], [], within_s)
        return bool(ready)
    finally:
        os.close(descriptor)


def test_sigterm_ends_everything_and_leaves_a_log(root: Path) -> None:
    with Serving(root) as station:
        station.wait_for("an item that has ended", lambda s: len(s["history"]) >= 2)
        studio = station.status()["studio"]["pid"]
        with station.listen() as sock:
            read_response(sock)
            os.kill(station.pid, signal.SIGTERM)
            assert read_body(sock, 10_000_000) is not None, "the listener's connection is closed, not cut"
    with pytest.raises(ProcessLookupError):
        os.kill(studio, 0)
    lines = [
        json.loads(line)
        for file in (root / "var" / "as-run").glob("*.jsonl")
        for line in file.read_text().splitlines()
    ]
    assert lines
    assert {"item_id", "kind", "title", "start_actual", "late_ms", "outcome", "reason"} <= lines[0].keys()


def test_a_saved_schedule_is_on_the_air_from_the_next_item_on(station: Serving) -> None:
    station.wait_for("a track", lambda s: s["on_air"]["kind"] == "track")
    write_wav(station.root / "media" / "jingles" / "new.wav", sine(2.0, hertz=880.0))
    changed = SCHEDULE_YAML.replace(
        "clocks:", "carts:\n  new: {kind: ident, cuts: [{file: jingles/new.wav}]}\nclocks:"
    ).replace("    - {fill", "    - {every: 1 tracks, play: cart/new}\n    - {fill")
    (station.root / "config" / "schedule.yaml").write_text(changed)
    status = station.wait_for("the ident on the air", lambda s: s["on_air"]["kind"] == "ident")
    assert status["schedule"]["ok"]
    assert status["studio"]["restarts"] == 0


def test_a_broken_schedule_changes_nothing_and_shows_where_it_is_broken(station: Serving) -> None:
    station.wait_for("a track", lambda s: s["on_air"]["kind"] == "track")
    path = station.root / "config" / "schedule.yaml"
    path.write_text(SCHEDULE_YAML.replace("fill: rotation/music", "fill: rotation/musik"))
    status = station.wait_for("the error", lambda s: not s["schedule"]["ok"])
    error = status["schedule"]["errors"][0]
    assert error["line"] == 5
    assert error["column"] > 0
    assert "rotation/music" in error["message"], "the nearest name is suggested"
    assert "schedule.yaml:5" in station.log()
    assert not status["well"]
    before = status["on_air"]["item_id"]
    station.wait_for("the next track, by the old plan", lambda s: s["on_air"]["item_id"] != before)
    path.write_text(SCHEDULE_YAML)
    station.wait_for("well again", lambda s: s["schedule"]["ok"] and s["well"])


def test_a_restart_with_a_broken_schedule_goes_on_with_the_last_good_one(root: Path) -> None:
    with Serving(root) as station:
        station.wait_for("the plan", lambda s: s["schedule"]["ok"])
    (root / "config" / "schedule.yaml").write_text("clocks: [\n")
    with Serving(root) as station:
        status = station.wait_for("a track", lambda s: s["on_air"]["kind"] == "track")
        assert not status["schedule"]["ok"]
        assert status["on_air"]["source"] == "rotation/music"


def test_an_article_dropped_in_is_a_headline_of_the_station(station: Serving) -> None:
    station.wait_for("on the air", lambda s: s["studio"]["state"] == "on_air")
    (station.root / "media" / "news" / "well.txt").write_text(
        "Village well gives water again\n\nThe old well behind the school has been mended.\n"
    )
    status = station.wait_for("the story", lambda s: s["newsroom"]["stories"] == 1)
    assert status["newsroom"]["withheld"] == 0
    assert "Village well gives water again" in station.get("/")[1]


def test_a_port_in_use_is_exit_code_2_and_names_the_port(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "radiocast", "serve", str(root), "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr
