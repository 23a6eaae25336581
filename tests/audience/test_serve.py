"""A station on the air, heard, stopped and killed: what stands in `var/audience` then."""

import os
import signal
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.audience.records import COMBINED
from tests.serving import STATION_YAML, Serving, make_station


def _tune_in(station: Serving, agent: str = "tests/1") -> socket.socket:
    sock = socket.create_connection((station.host, station.port), timeout=30)
    sock.sendall(f"GET /live.mp3 HTTP/1.1\r\nHost: x\r\nUser-Agent: {agent}\r\n\r\n".encode("latin-1"))
    assert sock.recv(1024)
    return sock


def _rows(root: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(root / "var" / "audience" / "sessions.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("workers", [0, 1])
def test_who_listened_stands_in_the_record_when_the_station_has_ended(tmp_path: Path, workers: int) -> None:
    listen = f"listen: {{host: 127.0.0.1, workers: {workers}}}"
    root = make_station(tmp_path, station=STATION_YAML.replace("listen: {host: 127.0.0.1}", listen))
    with Serving(root) as station:
        _tune_in(station, 'evil" 999 \\ \xff').close()
        listener = _tune_in(station)
        station.status()
    listener.close()

    ended = _rows(root, "SELECT ended, count(*) FROM session GROUP BY 1 ORDER BY 1")
    assert sum(int(str(count)) for _, count in ended) == 2
    assert "closed" in {reason for reason, _ in ended}
    assert "unknown" not in {reason for reason, _ in ended}
    lines = (root / "var" / "audience" / "access.log").read_text("ascii").splitlines()
    found = [COMBINED.match(line) for line in lines]
    assert all(found)
    requests = [one["request"] for one in found if one]
    assert requests.count("GET /live.mp3 HTTP/1.1") == 2
    assert any(request.startswith("GET /status") for request in requests)
    assert all(one["host"].startswith("fd") for one in found if one)


def test_a_station_that_is_killed_leaves_no_session_open(tmp_path: Path) -> None:
    root = make_station(tmp_path)
    with Serving(root) as station, _tune_in(station):
        station.wait_for("the session on the disk", lambda _: bool(_open(root)))
        os.kill(station.pid, signal.SIGKILL)
    with Serving(root) as station:
        station.wait_for("the session closed", lambda _: not _open(root))

    assert _rows(root, "SELECT ended FROM session") == [("unknown",)]


def _open(root: Path) -> list[tuple[object, ...]]:
    try:
        return _rows(root, "SELECT * FROM listening")
    except sqlite3.OperationalError:
        return []
