"""News that cannot wait, at a listener: breaking news on the air, and a killed story off it.

The demo station. From the moment that a file is in the breaking folder until its title (which stands within
a block of its first sound) has left for a listener; and from the moment that the editor's decision is on the
disk until the next title has, which is a third of a second after the last of the story's voice. Blocks that
came late to their time, and emergency sound, are counted meanwhile; bulletins are rendered all the time.
"""

import contextlib
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.recovery import status
from bench.startup import running
from radiocast.folder import copy_station, demo_source
from radiocast.model.units import block_bytes
from radiocast.newsroom.desk.decisions import Action, Decision, decide
from radiocast.transmitter.icy import IcyDemuxer

RUNS: Final = 4
SETTLE_S: Final = 15.0
_GIVE_UP_S: Final = 120.0
_LOOK_S: Final = 0.01
_METAINT: Final = block_bytes(128)

_SYLLABLES: Final = [c + v for c in "bdfgklmnprstv" for v in ("a", "e", "i", "o", "u", "or", "an")]
_SCHEDULE: Final = """\
rotations:
  music: {files: "jingles/ident-*.ogg"}
bulletins:
  news: {target: 60s, max: 90s, parts: [intro, stories: {max: 4}, outro]}
clocks:
  hour:
    - {every: 1 tracks, play: bulletin/news}
    - {fill: rotation/music, until: "60:00"}
grid: {default: hour}
breaking: {folder: media/news/breaking, max_age: 10m}
sustainer: rotation/music
"""


class Ear:
    """A listener that notes when each title came."""

    def __init__(self, port: int) -> None:
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._sock.sendall(b"GET /live.mp3 HTTP/1.1\r\nHost: bench\r\nIcy-MetaData: 1\r\n\r\n")
        self.titles: list[tuple[float, str]] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._sock.recv(4096)
        demuxer, data = IcyDemuxer(_METAINT), head.partition(b"\r\n\r\n")[2]
        with contextlib.suppress(OSError):
            while data:
                _, titles = demuxer.feed(data)
                self.titles += [(time.time(), title.title) for title in titles]
                data = self._sock.recv(65536)

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._sock.close()


class Watch:
    """Looks at the air all the time: how late its blocks are, in milliseconds, and how much was ready."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._done = threading.Event()
        self.late_ms: list[float] = []
        self.ready_s: list[float] = []
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(0.2):
            output = status(self._port)["output"]
            self.late_ms.append(output["drift_ms"])
            self.ready_s.append(output["lead_s"])

    def close(self) -> None:
        """Look no more."""
        self._done.set()
        self._thread.join(timeout=10)


def until(what: str, found: Callable[[], bool]) -> None:
    """Wait until it is so."""
    began = time.monotonic()
    while not found():
        if time.monotonic() - began > _GIVE_UP_S:
            raise TimeoutError(f"not within {_GIVE_UP_S:g} s: {what}")
        time.sleep(_LOOK_S)


def on_air(port: int) -> bool:
    """Whether it answers, and the studio's sound goes out."""
    try:
        return bool(status(port)["studio"]["state"] == "on_air")
    except OSError:
        return False


def article(number: int, word: str) -> str:
    """A story that has no word in common with another but its first."""
    chance = random.Random(number * 1000 + len(word))

    def made_up() -> str:
        return "".join(chance.choice(_SYLLABLES) for _ in range(2))

    sentences = (f"The {word} {' '.join(made_up() for _ in range(9))}." for _ in range(3))
    return f"The {word} of {made_up().title()} {made_up()}\n\n{' '.join(sentences)}\n"


def break_in(root: Path, ear: Ear, port: int, number: int) -> float:
    """Drop a file; seconds until its title has left for the listener."""
    # What breaks in does not break into its like.
    until("the programme", lambda: not status(port)["on_air"]["source"].startswith("breaking/"))
    time.sleep(5.0)
    headline = article(number, "breakwater").splitlines()[0]
    file = root / "media" / "news" / "breaking" / f"breakwater-{number}.txt"
    file.write_text(article(number, "breakwater"), encoding="utf-8")
    dropped = time.time()
    until("breaking news", lambda: any(title == headline for _, title in ear.titles))
    # The title is there a moment before the status says so; without this the next one would be dropped while
    # this one is read, and would wait for its end, as it should.
    until("it on the air", lambda: status(port)["on_air"]["source"] == f"breaking/{file.stem}")
    return next(at for at, title in ear.titles if title == headline) - dropped


def kill(root: Path, ear: Ear, port: int) -> float:
    """Kill the story that is read; seconds until the next title has left for the listener."""

    def reading() -> bool:
        on_air = status(port)["on_air"]
        return bool(on_air["kind"] == "story" and on_air["source"] == "bulletin/news")

    until("a story is read", reading)
    time.sleep(1.5)
    headline = status(port)["on_air"]["headline"]
    slug = next(
        file.stem
        for file in (root / "media" / "news").rglob("*.txt")
        if file.read_text(encoding="utf-8").startswith(headline)
    )
    seen = len(ear.titles)
    decision = Decision(slug=slug, action=Action.KILL, by="bench", at=datetime.now(UTC), why="a benchmark")
    decide(root / "var" / "desk.json", lambda _: decision)
    decided = time.time()
    until("the next part", lambda: len(ear.titles) > seen)
    return ear.titles[seen][0] - decided


def main() -> None:
    """Drop, kill, count."""
    killed = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "station"
        copy_station(demo_source(), root)
        for file in (root / "media" / "news").glob("*.*"):
            file.unlink()
        (root / "config" / "schedule.yaml").write_text(_SCHEDULE, encoding="utf-8")
        for number, word in enumerate(
            ("library", "mill", "harbour", "orchard", "museum", "market", "bakery")
        ):
            (root / "media" / "news" / f"{word}.txt").write_text(article(number, word), encoding="utf-8")
        with running(root) as station:
            until("on the air", lambda: on_air(station.port))
            ear, watch = Ear(station.port), Watch(station.port)
            time.sleep(SETTLE_S)
            before = status(station.port)["output"]
            broke = [break_in(root, ear, station.port, number) for number in range(RUNS)]
            print(f"breaking news heard after {', '.join(f'{took:.2f}' for took in broke)} s", flush=True)
            for _ in range(RUNS):
                killed.append(kill(root, ear, station.port))
                time.sleep(1.0)
            output = status(station.port)["output"]
            watch.close()
            ear.close()
    covered = output["emergency_blocks"] - before["emergency_blocks"]
    for what, took in (("breaking news heard", broke), ("a killed story gone, the next begun", killed)):
        print(f"{what}: median {statistics.median(took):.2f} s, worst {max(took):.2f} s")
    late_ms = watch.late_ms
    print(f"blocks late by: median {statistics.median(late_ms):.1f} ms, worst {max(late_ms):.1f} ms")
    print(f"ready ahead of the air: at least {min(watch.ready_s):.2f} s (a recall leaves a block or two)")
    print(
        f"blocks of emergency sound meanwhile: {covered}; machine stood still: {output['re_anchored']} times"
    )


if __name__ == "__main__":
    main()
