"""https at a real station: the stream, the pages, a renewal, and what is said of a wrong certificate."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.binding import Address, bind
from radiocast.config.station import Identity, Listen, StationConfig, Tls
from radiocast.station import announce
from tests.reception.tls import PAIRS, trusting
from tests.serving import Serving, make_station

PATIENCE_S = 60.0


def station(root: Path, *, port: int | None = None, workers: int = 0) -> Path:
    """A station's folder with a certificate of its own, by https on `port` or on the port of http."""
    own = f", port: {port}" if port is not None else ""
    made = make_station(
        root,
        station=(
            "station: {name: Test FM, timezone: UTC}\n"
            f"listen: {{host: 127.0.0.1, workers: {workers}, "
            f"tls: {{cert: tls/fullchain.pem, key: tls/privkey.pem{own}}}}}\n"
            "audio: {crossfade: 0s}\n"
        ),
    )
    (made / "tls").mkdir()
    renew(made, "first")
    return made


def renew(root: Path, name: str) -> None:
    for source, target in ((f"{name}.crt", "fullchain.pem"), (f"{name}.key", "privkey.pem")):
        shutil.copyfile(PAIRS / source, root / "tls" / "new")
        (root / "tls" / "new").rename(root / "tls" / target)


@contextlib.contextmanager
def connected(port: int) -> Iterator[ssl.SSLSocket]:
    """A client that believes both certificates."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as sock,
        trusting("first", "second").wrap_socket(sock, server_hostname="localhost") as secure,
    ):
        yield secure


def page(port: int, path: str) -> tuple[int, bytes]:
    asker = http.client.HTTPSConnection(
        "localhost", port, timeout=PATIENCE_S, context=trusting("first", "second")
    )
    with contextlib.closing(asker):
        asker.request("GET", path)
        answer = asker.getresponse()
        return answer.status, answer.read()


def common_name(port: int) -> str:
    with connected(port) as secure:
        shown = secure.getpeercert()
    assert shown is not None
    return str(dict(part[0] for part in shown["subject"])["commonName"])  # type: ignore[misc]


def heard(secure: ssl.SSLSocket, size: int) -> bytes:
    """So many bytes and more."""
    data = b""
    while len(data) < size:
        more = secure.recv(65_536)
        assert more, "the stream ended"
        data += more
    return data


def test_one_port_speaks_both_and_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    root = station(tmp_path)
    with Serving(root) as serving, connected(serving.port) as secure:
        secure.sendall(b"GET /live.mp3 HTTP/1.1\r\nHost: localhost\r\nIcy-MetaData: 1\r\n\r\n")
        head, _, sound = heard(secure, 20_000).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.0 200 OK\r\n")
        assert b"icy-metaint: 7680" in head
        assert sound[7681:].startswith(b"StreamTitle='")
        # Pages: larger than a record, and each knows by what address it was asked.
        status, text = page(serving.port, "/status")
        assert status == 200
        assert json.loads(text)["mounts"][0]["url"] == f"https://localhost:{serving.port}/live.mp3"
        assert json.loads(text)["listeners"]["current"] == 1
        assert page(serving.port, "/status/schema.json")[1].rstrip().endswith(b"}")
        # The same port, without.
        assert f"http://127.0.0.1:{serving.port}/live.mp3" in serving.get("/live.m3u")[1]
        assert common_name(serving.port) == "radiocast test first"
        renew(root, "second")
        deadline_s = time.monotonic() + PATIENCE_S
        while common_name(serving.port) != "radiocast test second":
            assert time.monotonic() < deadline_s, serving.log()
            heard(secure, 1)  # at the pace of the stream
        # Who listens has noticed nothing.
        heard(secure, 20_000)


def test_with_workers_tls_is_spoken_and_listeners_are_served_there(tmp_path: Path) -> None:
    root = station(tmp_path, workers=1)
    with Serving(root) as serving, contextlib.ExitStack() as listening:
        # Until the worker is ready, the transmitter serves them itself.
        serving.wait_for("the worker is ready", lambda status: status["workers"][0]["ready"])
        deadline_s = time.monotonic() + PATIENCE_S
        while not any(worker["listeners"] for worker in serving.status()["workers"]):
            assert time.monotonic() < deadline_s, serving.log()
            secure = listening.enter_context(connected(serving.port))
            secure.sendall(b"GET /live.mp3 HTTP/1.1\r\nHost: localhost\r\nIcy-MetaData: 1\r\n\r\n")
            head, _, sound = heard(secure, 20_000).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.0 200 OK\r\n")
            assert sound[7681:].startswith(b"StreamTitle='")
        # From here on it is the worker that reads; the transmitter answers, as it does everybody.
        status, text = page(serving.port, "/status")
        assert status == 200
        assert json.loads(text)["mounts"][0]["url"] == f"https://localhost:{serving.port}/live.mp3"
        assert page(serving.port, "/status/schema.json")[1].rstrip().endswith(b"}")
        assert page(serving.port, "/nothing-here")[0] == 404
        with connected(serving.port) as secure:
            secure.sendall(b"POST /live.mp3 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert heard(secure, 100).startswith(b"HTTP/1.0 405 ")
        with connected(serving.port) as secure:
            secure.sendall(b"nonsense\r\n\r\n")
            assert heard(secure, 100).startswith(b"HTTP/1.0 400 ")
        serving.wait_for(
            "the refusal is counted", lambda status: status["connections"]["refused"]["malformed"] == 1
        )
        # The worker shows a renewed certificate too; one that cannot be used is told of once, by the station.
        shutil.copyfile(PAIRS / "second.key", root / "tls" / "privkey.pem")
        serving.wait_for("it is told", lambda status: "does not belong" in " ".join(status["problems"]))
        renew(root, "second")
        while common_name(serving.port) != "radiocast test second":
            assert time.monotonic() < deadline_s, serving.log()
            serving.status()  # at the pace of a page
        listening.close()
        serving.wait_for("all have left", lambda status: status["listeners"]["current"] == 0)
        assert "Traceback" not in serving.log()
        assert serving.log().count("the renewed certificate is not used") == 1
        assert all(re.match(r"\d{4}-\d\d-\d\d ", line) for line in serving.log().splitlines())


def test_https_may_have_a_port_of_its_own(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    root = station(tmp_path, port=port)
    with Serving(root) as serving:
        assert serving.port != port
        assert page(port, "/healthz")[0] in {200, 503}
        assert serving.get("/healthz")[0] in {200, 503}


def test_a_certificate_that_cannot_be_used_is_said_with_its_file(tmp_path: Path) -> None:
    root = station(tmp_path)
    shutil.copyfile(PAIRS / "second.key", root / "tls" / "privkey.pem")
    done = subprocess.run(
        [sys.executable, "-m", "radiocast", "serve", str(root), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert (
        f"{root / 'tls' / 'privkey.pem'}: this key does not belong to the certificate"
        in done.stderr.replace("\n", " ")
    )
    assert "Traceback" not in done.stderr


def test_strangers_that_begin_tls_and_mean_nothing_harm_nobody(tmp_path: Path) -> None:
    with Serving(station(tmp_path)) as serving:
        for said in (b"\x16\x03\x01\x02\x00" + bytes(512), b"\x16"):
            with socket.create_connection(("127.0.0.1", serving.port), timeout=PATIENCE_S) as stranger:
                stranger.sendall(said)
                stranger.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    while stranger.recv(4_096):
                        pass
        assert page(serving.port, "/status")[0] == 200
        assert "Traceback" not in serving.log()


@pytest.mark.parametrize("doors", [1, 2])
def test_both_addresses_are_announced(doors: int, capsys: pytest.CaptureFixture[str]) -> None:
    config = StationConfig(station=Identity(name="Test FM"), listen=Listen(tls=Tls(cert="c", key="k")))
    with contextlib.ExitStack() as listening:
        socks = [listening.enter_context(bind(Address(host="127.0.0.1", port=0))) for _ in range(doors)]
        announce(config, socks)
        plain, secure = socks[0].getsockname()[1], socks[-1].getsockname()[1]
    said = capsys.readouterr().out
    assert f"  listen   http://127.0.0.1:{plain}/live.mp3\n" in said
    assert f"  listen   https://127.0.0.1:{secure}/live.mp3\n" in said
    assert f"  page     https://127.0.0.1:{secure}/\n" in said
