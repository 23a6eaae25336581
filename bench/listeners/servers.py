"""The servers that are compared: ours, the floor, Icecast; each started on a port of its own and ended.

Owns: their command lines and what is waited for until they are ready.
"""

import contextlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.listeners.building import BenchError, Programs
from bench.listeners.folder import BURST_S, MOUNT, make_certificate, write_station
from bench.listeners.relay import Relay
from bench.listeners.truth import blocks_so_far
from bench.startup import free_port
from radiocast.model.units import BLOCK_S
from radiocast.transmitter.fanout import TICKS_PER_BLOCK, cadence

_READY_S: Final = 60.0
_END_S: Final = 15.0
# The truth has so much of the studio's sound before anybody listens: more than a burst, and more than the
# emergency sound of the start, which is a loop in which no place is the only one.
_OLDER_THAN_BLOCKS: Final = round(14 / BLOCK_S)

_ICECAST: Final = """\
<icecast>
  <location>Earth</location><admin>nobody@localhost</admin><hostname>127.0.0.1</hostname>
  <limits>
    <clients>{clients}</clients><sources>2</sources><queue-size>524288</queue-size>
    <burst-on-connect>1</burst-on-connect><burst-size>65535</burst-size>
    <client-timeout>30</client-timeout><header-timeout>15</header-timeout><source-timeout>10</source-timeout>
  </limits>
  <authentication>
    <source-password>bench</source-password><relay-password>unused</relay-password>
    <admin-user>unused</admin-user><admin-password>unused</admin-password>
  </authentication>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <mount><mount-name>{mount}</mount-name><charset>UTF-8</charset></mount>
  <paths>
    <basedir>/usr/share/icecast2</basedir><logdir>{folder}</logdir>
    <webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot>
  </paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>2</loglevel></logging>
</icecast>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One that runs. `exact`: it sends the truth's titles to the byte. `root`: its folder."""

    name: str
    pid: int
    port: int
    truth: Path
    exact: bool
    root: Path

    def status(self) -> Any:
        """Our `/status`, decoded. Raises OSError."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status", timeout=10) as answer:
            return json.load(answer)


@contextlib.contextmanager
def _process(
    command: list[str], log: Path, *, said: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process for the length of a block, its output in `log`, or where `said` tells.

    Ctrl-C is ours alone to hear; this one is ended by us.
    """
    with log.open("ab") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said or sink, stderr=sink, process_group=0
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(what: str, ready: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline_s = time.monotonic() + _READY_S
    while time.monotonic() < deadline_s and process.poll() is None:
        if ready():
            return
        time.sleep(0.1)
    tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
    raise BenchError(f"{what} was not ready within {_READY_S:g} s:\n{tail}")


@contextlib.contextmanager
def ours(
    *,
    max_listeners: int,
    workers: int = 0,
    slow_listener: str = "drop",
    burst_s: float = BURST_S,
    tls: bool = False,
) -> Iterator[Server]:
    """A station of our own, with a real studio that has been on the air for longer than a burst."""
    with tempfile.TemporaryDirectory(prefix="radiocast-bench-") as name:
        folder = Path(name)
        root, truth, log, port = folder / "station", folder / "truth", folder / "serve.log", free_port()
        write_station(
            root,
            max_listeners=max_listeners,
            workers=workers,
            slow_listener=slow_listener,
            burst_s=burst_s,
            certificate=make_certificate(folder) if tls else None,
        )
        command = [sys.executable, "-m", "bench.listeners.station", str(root), str(port), str(truth)]
        with _process(command, log) as process:
            server = Server(name="radiocast", pid=process.pid, port=port, truth=truth, exact=True, root=root)
            _wait("the station", lambda: _studio_is_on(server), process, log)
            older = blocks_so_far(truth) + _OLDER_THAN_BLOCKS
            _wait("the station's sound", lambda: blocks_so_far(truth) >= older, process, log)
            yield server


def _studio_is_on(server: Server) -> bool:
    try:
        return bool(server.status()["studio"]["state"] == "on_air")
    except OSError:
        return False


@contextlib.contextmanager
def floor(programs: Programs, station: Server, *, listeners: int) -> Iterator[Server]:
    """Bare send() of the station's blocks, as often and in as many slices as our fan-out serves so many."""
    blocks = cadence(listeners, burst_s=BURST_S)
    burst_blocks = math.ceil(BURST_S / BLOCK_S)
    arguments = [str(station.truth), str(blocks), str(TICKS_PER_BLOCK), str(burst_blocks)]
    log = station.root.parent / "floor.log"
    with _process([str(programs.floor), *arguments], log, said=subprocess.PIPE) as process:
        assert process.stdout is not None
        with process.stdout as output:
            line = output.readline()
        if not line:
            raise BenchError(f"the floor did not start:\n{log.read_text()}")
        yield Server(
            name="bare send()",
            pid=process.pid,
            port=int(line),
            truth=station.truth,
            exact=True,
            root=station.root,
        )


def icecast_version() -> str:
    """What is installed; empty where none is."""
    if shutil.which("icecast2") is None:
        return ""
    said = subprocess.run(["icecast2", "-v"], capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip()


@contextlib.contextmanager
def icecast(station: Server, *, listeners: int) -> Iterator[Server]:
    """Icecast with a source client that gives it our station's stream and titles."""
    with tempfile.TemporaryDirectory(prefix="radiocast-bench-icecast-") as name:
        folder, port = Path(name), free_port()
        config, log = folder / "icecast.xml", folder / "output.log"
        config.write_text(
            _ICECAST.format(clients=2 * listeners + 100, port=port, mount=MOUNT, folder=folder), "utf-8"
        )
        command = [*_as_ordinary_user(folder), "icecast2", "-c", str(config)]
        with _process(command, log) as process:
            _wait("Icecast", lambda: _answers(port), process, log)
            with Relay(source_port=station.port, source_path=MOUNT, port=port, path=MOUNT) as relay:
                _wait("Icecast's mount", lambda: _has_mount(port, relay), process, log)
                # Its queue, from which a newcomer's burst comes, has to fill first.
                time.sleep(2 * BURST_S)
                yield Server(
                    name="Icecast", pid=process.pid, port=port, truth=station.truth, exact=False, root=folder
                )
                if relay.failed:
                    raise BenchError(f"Icecast was not fed to the end: {relay.failed}")


def _answers(port: int, path: str = "/") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _has_mount(port: int, relay: Relay) -> bool:
    if relay.failed:
        raise BenchError(f"Icecast could not be fed: {relay.failed}")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status-json.xsl", timeout=5) as answer:
            return b"listenurl" in answer.read()
    except OSError:
        return False


def _as_ordinary_user(folder: Path) -> list[str]:
    """Icecast refuses to be root."""
    if os.geteuid() != 0:
        return []
    folder.chmod(0o755)
    shutil.chown(folder, "nobody", "nogroup")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
