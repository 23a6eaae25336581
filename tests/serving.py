"""A real `radiocast serve` for tests that need the whole house: started, asked, ended.

Owns: the process and a few ways to look at it. The station listens on loopback, on a free port that it
chooses itself, and is ended by leaving the block.
"""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

START_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05

STATION_YAML: Final = (
    "station: {name: Test FM, timezone: UTC}\nlisten: {host: 127.0.0.1}\naudio: {crossfade: 0s}\n"
)
SCHEDULE_YAML: Final = """\
rotations:
  music: {files: "music/**"}
clocks:
  hour:
    - {fill: rotation/music, until: "60:00"}
grid: {default: hour}
sustainer: rotation/music
"""


def make_station(root: Path, *, schedule: str = SCHEDULE_YAML, station: str = STATION_YAML) -> Path:
    """A station folder without any sound or story."""
    for folder in ("config", "media/music", "media/news"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "config" / "station.yaml").write_text(station, encoding="utf-8")
    (root / "config" / "schedule.yaml").write_text(schedule, encoding="utf-8")
    return root


class Serving:
    """A running station. `log()` is what it wrote to stderr so far."""

    def __init__(self, root: Path, *, env: dict[str, str] | None = None) -> None:
        self.root = root
        self._env = {**os.environ, **(env or {})}
        self._stdout: queue.Queue[str] = queue.Queue()
        self._stderr: list[str] = []
        self.host, self.port = "127.0.0.1", 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "radiocast", "serve", str(self.root), "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._env,
        )
        self._readers = [
            threading.Thread(target=self._read_stdout, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.port = self._announced_port()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def pid(self) -> int:
        """The transmitter's process id."""
        return self._process.pid

    @property
    def base(self) -> str:
        """The station's address."""
        return f"http://{self.host}:{self.port}"

    def log(self) -> str:
        """Everything on stderr so far."""
        return "".join(self._stderr)

    def status(self) -> Any:
        """`/status`, decoded."""
        with urllib.request.urlopen(f"{self.base}/status", timeout=30) as answer:
            return json.load(answer)

    def get(self, path: str) -> tuple[int, str]:
        """The answer to a GET: status code and text."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_for(self, what: str, condition: Callable[[Any], object], *, timeout_s: float = 60.0) -> Any:
        """Look at `/status` until the condition holds; that status. Fails with the log when it never does."""
        deadline = time.monotonic() + timeout_s
        status = None
        while time.monotonic() < deadline:
            status = self.status()
            if condition(status):
                return status
            threading.Event().wait(_LOOK_EVERY_S)
        raise AssertionError(
            f"not within {timeout_s:g} s: {what}\n{json.dumps(status, indent=1)}\n{self.log()}"
        )

    def listen(self, *, icy: bool = True, path: str = "/live.mp3") -> socket.socket:
        """A listener's socket, its request sent; time limit 5 s a read."""
        sock = socket.create_connection((self.host, self.port), timeout=5)
        title = "Icy-MetaData: 1\r\n" if icy else ""
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{title}\r\n".encode())
        return sock

    def _announced_port(self) -> int:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                line = self._stdout.get(timeout=0.1)
            except queue.Empty:
                if self._process.poll() is not None:
                    break
                continue
            found = re.search(r"http://[^:]+:(\d+)/", line)
            if found:
                return int(found[1])
        raise AssertionError(f"the station did not start (exit code {self._process.poll()}):\n{self.log()}")

    def _read_stdout(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._stdout.put(line)

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        self._stderr.extend(iter(self._process.stderr.readline, ""))

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the station did not end on SIGTERM:\n{self.log()}") from None
        finally:
            for reader in self._readers:
                reader.join(timeout=5)
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe is not None:
                    pipe.close()


def read_response(sock: socket.socket) -> tuple[bytes, bytes]:
    """The response's header, and what of the body came with it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        assert more, f"closed in the header: {data!r}"
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def read_body(sock: socket.socket, size: int, begun: bytes = b"") -> bytes:
    """So many bytes of the body, or fewer when the other end closes."""
    data = bytearray(begun)
    while len(data) < size:
        more = sock.recv(min(65536, size - len(data)))
        if not more:
            break
        data += more
    return bytes(data)
