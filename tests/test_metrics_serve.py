"""A real station with workers tells of itself, and of a worker that is killed."""

import os
import signal
import socket
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.serving import Serving, make_station

STATION = (
    "station: {name: Test FM, timezone: UTC}\n"
    "listen: {host: 127.0.0.1, workers: 2, max_listeners: 3, max_per_address: 2}\n"
    "mounts: [{path: /live.mp3, bitrate: 64k}, {path: /low.mp3, bitrate: 32k, max_listeners: 1}]\n"
    "audio: {crossfade: 0s}\n"
)


def metrics(station: Serving) -> dict[tuple[str, ...], float]:
    """Value by name and the values of its labels."""
    code, text = station.get("/metrics")
    assert code == 200
    return {
        (sample.name.removeprefix("radiocast_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def listen(station: Serving, path: str) -> tuple[socket.socket, bytes]:
    """A connection that has asked for a mount, and the first line of the answer."""
    sock = socket.create_connection((station.host, station.port), timeout=60)
    sock.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    return sock, sock.recv(100).partition(b"\r\n")[0]


def all_ready(status: Any) -> bool:
    return [worker["ready"] for worker in status["workers"]] == [True, True]


def test_a_station_with_workers_tells_who_listens_where_and_who_was_lost(tmp_path: Path) -> None:
    with Serving(make_station(tmp_path, station=STATION)) as station:
        station.wait_for("two workers", all_ready)
        low, said = listen(station, "/low.mp3")
        with low:
            assert b"200" in said
            for path in ("/low.mp3", "/low.mp3"):
                sock, said = listen(station, path)
                with sock:
                    assert b"503" in said
            live, said = listen(station, "/live.mp3")
            with live:
                assert b"200" in said
                sock, said = listen(station, "/live.mp3")
                with sock:
                    assert b"503" in said
                status = station.wait_for("both served", lambda status: status["listeners"]["current"] == 2)
                assert sorted(worker["listeners"] for worker in status["workers"]) == [1, 1]
                assert status["listeners"]["max_listeners"] == 3
                assert [mount["max_listeners"] for mount in status["mounts"]] == [None, 1]
                now = metrics(station)
                assert now["listeners", "/live.mp3"] == now["listeners", "/low.mp3"] == 1
                assert now["listeners_refused_total", "mount_full"] == 2
                assert now["listeners_refused_total", "address_full"] == 1
                assert now["listeners_joined_total",] == 2
                assert now["worker_up", "1"] == now["worker_up", "2"] == 1
                for process in ("transmitter", "studio", "worker-1", "worker-2"):
                    assert now["process_resident_memory_bytes", process] > 1_000_000

                os.kill(status["workers"][0]["pid"], signal.SIGKILL)
                status = station.wait_for(
                    "a loss and a new worker",
                    lambda status: status["listeners"]["lost"] and all_ready(status),
                )
                assert (status["listeners"]["current"], status["listeners"]["lost"]) == (1, 1)
                assert [worker["restarts"] for worker in status["workers"]] == [1, 0]
                assert any("Worker 1 died just now, and 1 listener" in said for said in status["problems"])
                # An answer is half a second old at most, and a worker may be back sooner.
                station.wait_for("the loss", lambda _: metrics(station)["listeners_ended_total", "lost"] == 1)
                now = metrics(station)
                assert now["worker_restarts_total", "1"] == 1
                assert now["worker_lost_listeners_total", "1"] == 1
                assert now["well",] == 0
