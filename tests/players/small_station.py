"""A station small enough that its title changes several times in half a minute, and its own record of it.

Owns: the folder with tones, articles and a schedule; the running `radiocast serve`; and `TitleLog`,
which asks `/status` ten times a second what is on the air. That, and never what a player said, is
what players are compared with.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.players.evidence import changes
from tests.reception.tls import PAIRS

MOUNT = "/live.mp3"
# At 0.48 s a block, ten looks a second miss no title.
LOOK_EVERY_S = 0.1
# The station's own default: what most listeners get. The log must be older than this when a player starts.
BURST_S = 6.0


def without_apostrophes(title: str) -> str:
    """The title as ICY can carry it: an apostrophe may end it early, so it goes out as U+2019."""
    return title.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """A track that is one pure tone, so that a machine can hear which one it is."""

    file: str
    artist: str
    title: str
    hertz: float

    @property
    def stream_title(self) -> str:
        """What `titles.track` of the station makes of its tags, as a player may see it."""
        return without_apostrophes(f"{self.artist} - {self.title}")


# Names with what breaks players: accents, letters outside Latin-1, quotes, a semicolon, an apostrophe.
TONES = (
    Tone(file="a.flac", artist="Ada O'Neill", title="Morning", hertz=330.0),
    Tone(file="b.mp3", artist="Café Ñandú", title="Mañana", hertz=494.0),
    Tone(file="c.ogg", artist="Żółw", title="Zażółć gęślą jaźń", hertz=740.0),
    Tone(file="d.flac", artist='The "Quoted"', title="Five; six", hertz=1109.0),
)
TRACK_S = 6

ARTICLES = {
    "bridge.txt": "Bridge opens after two years\n\nThe new bridge over the river opened this morning.\n",
    "harbour.md": "---\nheadline: Harbour café wins a prize\n---\n\nA café by the water has won a prize.\n",
    "trams.html": "<html><head><title>It's official: trams return</title></head><body><article>"
    "<h1>It's official: trams return</h1><p>Trams will run again from the station to the sea.</p>"
    "</article></body></html>\n",
}
HEADLINES = tuple(
    without_apostrophes(headline)
    for headline in (
        "Bridge opens after two years",
        "Harbour café wins a prize",
        "It's official: trams return",
    )
)

STATION_YAML = """\
station: {name: Players FM, timezone: UTC, language: en}
listen: {host: 127.0.0.1, port: %(port)d, tls: {cert: tls/station.crt, key: tls/station.key}}
audio: {crossfade: 0s}
"""

SCHEDULE_YAML = """\
rotations:
  tones: {files: "music/**"}
bulletins:
  brief: {target: 20s, min: 1s, max: 1m, render_by: 5s, bed: beds/hum.flac,
          parts: [intro, stories: {max: 2}]}
clocks:
  hour:
    - {fill: rotation/tones, until: "60:00"}
    - {every: 2 tracks, play: bulletin/brief}
grid: {default: hour}
sustainer: rotation/tones
"""


def write_station(root: Path, port: int) -> None:
    """Make the station's folder."""
    for folder in ("config", "media/music", "media/news", "media/beds", "tls"):
        (root / folder).mkdir(parents=True)
    for ending in ("crt", "key"):
        shutil.copyfile(PAIRS / f"first.{ending}", root / f"tls/station.{ending}")
    (root / "config/station.yaml").write_text(STATION_YAML % {"port": port}, encoding="utf-8")
    (root / "config/schedule.yaml").write_text(SCHEDULE_YAML, encoding="utf-8")
    for name, text in ARTICLES.items():
        (root / "media/news" / name).write_text(text, encoding="utf-8")
    # A bed under the news, so that a reader's pause is no silence, and silence is a fault.
    _make_sound("anoisesrc=color=brown:sample_rate=48000:duration=8", root / "media/beds/hum.flac")
    for tone in TONES:
        source = f"sine=frequency={tone.hertz}:sample_rate=48000:duration={TRACK_S},volume=4"
        tags = ("-metadata", f"artist={tone.artist}", "-metadata", f"title={tone.title}")
        _make_sound(source, root / "media/music" / tone.file, tags)


def _make_sound(source: str, file: Path, tags: tuple[str, ...] = ()) -> None:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", source, "-ac", "2", *tags, str(file)]
    subprocess.run(command, check=True, timeout=30)


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> bytes:
    """The body of a page of a server on this machine. Raises OSError where there is none, or no 200."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        body: bytes = answer.read()
    return body


class TitleLog:
    """What the station says is on the air, from `/status`, as `(seconds since the first look, title)`."""

    def __init__(self, status_url: str) -> None:
        self._url = status_url
        self._seen: list[str] = []
        self._started = time.monotonic()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="title-log", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def titles(self) -> list[str]:
        """Every title so far, each change once, oldest first."""
        with self._changed:
            return changes(self._seen)

    def wait_until_older_than(self, age_s: float, *, changes_at_least: int, timeout_s: float) -> None:
        """Wait until the log covers a newcomer's burst and shows a working station."""
        with self._changed:
            ready = self._changed.wait_for(
                lambda: (
                    time.monotonic() - self._started > age_s and len(changes(self._seen)) > changes_at_least
                ),
                timeout_s,
            )
            if not ready:
                raise AssertionError(
                    f"after {timeout_s:g} s the station had aired {changes(self._seen)} only"
                )

    def _look(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                status = json.loads(fetch(self._url))
            except OSError:
                continue  # a station that is gone shows in the players' results
            title = next(mount["stream_title"] for mount in status["mounts"] if mount["path"] == MOUNT)
            with self._changed:
                self._seen.append(without_apostrophes(title))
                self._changed.notify_all()


class SmallStation:
    """A running `radiocast serve`, ended when its block is left."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = root / "serve.log"
        self.titles = TitleLog(f"{self.base}/status")

    @property
    def url(self) -> str:
        """The mount's address."""
        return self.base + MOUNT

    def __enter__(self) -> Self:
        write_station(self.root, self.port)
        command = Path(sys.executable).with_name("radiocast")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [command, "serve", str(self.root), "--host", "127.0.0.1", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        try:
            self._wait_until_well(20.0)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        self.titles.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.titles.__exit__(kind, error, trace)
        self._process.terminate()
        try:
            code = self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError("radiocast serve was still there 15 s after SIGTERM") from None
        assert code in (0, -15), f"radiocast serve ended with {code}:\n{self.log_tail()}"

    def log_tail(self, lines: int = 30) -> str:
        """The last lines of the server's output."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def _wait_until_well(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        pause = threading.Event()
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                fetch(f"{self.base}/healthz")
            except OSError:
                pause.wait(0.05)
            else:
                return
        raise AssertionError(f"radiocast serve was not well within {timeout_s:g} s:\n{self.log_tail()}")
