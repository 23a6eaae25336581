"""Markers with a hard start, found in the sound of a listener: each within 50 ms of its second, 20 times.

How a place in the stream becomes a second of the wall's clock: the station sends a listener each block as it
is due, at the earliest. So of all blocks, that which came earliest for its place in the stream came when it
was due, or as long after as the loopback took; the first byte's second is that arrival less its place. The
burst at the start is of blocks that were due before, and came later than that. A listener's turn is up to a
block after the block goes on the air, by how many listen; the first one's comes at once, so there is only
one here.
"""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from radiocast.model.units import BLOCK_S, SAMPLE_RATE, block_bytes
from tests.serving import Serving, make_station, read_response
from tests.studio.sounds import decode, noise, write_wav

MARKERS = 20
PROMISE_S = 0.05
MARKER_S = 0.6
# The station and the listener are there by then.
FIRST_IN_S = 25
STATION_YAML = "station: {name: Test FM, timezone: UTC}\nlisten: {host: 127.0.0.1}\naudio: {crossfade: 2s}\n"
# Ends by itself, should nobody end it.
BUSY = "import time\nend = time.monotonic() + 240\nwhile time.monotonic() < end: pass"


def sweep() -> np.ndarray:
    """A tone from 800 to 2400 Hz, `(frames,)`: its correlation has one peak, a few samples wide."""
    n = np.arange(round(MARKER_S * SAMPLE_RATE)) / SAMPLE_RATE
    return 0.5 * np.sin(2 * np.pi * (800.0 + 1600.0 * n / (2 * MARKER_S)) * n)


def shown(offset: int) -> str:
    """A place in the hour as a clock has it."""
    return f"{offset // 60:02d}:{offset % 60:02d}"


def schedule(seconds: list[int]) -> str:
    """A clock with a marker at each of these Unix seconds, and noise between, cut or fitted by turns."""
    offsets = sorted(second % 3600 for second in seconds)
    lines = [f'    - {{fill: rotation/music, until: "{shown(offsets[0])}"}}']
    for number, (offset, until) in enumerate(zip(offsets, [*offsets[1:], 3600], strict=True)):
        lines.append(f'    - {{at: "{shown(offset)}", start: hard, play: cart/marker}}')
        backtime = "true" if number % 2 else "false"
        lines.append(f'    - {{fill: rotation/music, until: "{shown(until)}", backtime: {backtime}}}')
    return (
        "carts:\n  marker: {kind: ident, cuts: [{file: jingles/marker.wav}]}\n"
        'rotations:\n  music: {files: "music/**"}\n'
        "clocks:\n  hour:\n" + "\n".join(lines) + "\ngrid: {default: hour}\nsustainer: rotation/music\n"
    )


@pytest.fixture
def seconds() -> list[int]:
    """When the markers are due: Unix seconds, six to eight apart."""
    steps = random.Random(time.time_ns()).choices((6, 7, 8), k=MARKERS)
    first = int(time.time()) + FIRST_IN_S
    return [first + sum(steps[:number]) for number in range(MARKERS)]


@pytest.fixture
def root(tmp_path: Path, seconds: list[int]) -> Path:
    """A station of noise, short and long, and the marker."""
    root = make_station(tmp_path / "station", schedule=schedule(seconds), station=STATION_YAML)
    for seed, length_s in enumerate((3.0, 4.3, 5.2, 6.1, 30.0, 45.0)):
        write_wav(root / "media" / "music" / f"noise{seed}.wav", noise(length_s, seed=seed))
    (root / "media" / "jingles").mkdir()
    write_wav(root / "media" / "jingles" / "marker.wav", np.repeat(sweep()[:, None], 2, axis=1))
    return root


@pytest.fixture
def busy_cores() -> Iterator[None]:
    """A program for each core that does nothing but keep it busy, at the priority of all others."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(os.cpu_count() or 1)]
    yield
    for process in busy:
        process.kill()
        process.wait()


class Ear:
    """One listener: every byte, and when each block's first byte came."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sound = bytearray()
        self.came: dict[int, float] = {}
        self._sock = sock
        self._until = until
        _, body = read_response(sock)
        self._take(body)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while time.time() < self._until:
            self._take(self._sock.recv(65536))

    def _take(self, data: bytes) -> None:
        now, size = time.time(), block_bytes(128)
        first = -(-len(self.sound) // size)
        self.sound += data
        for block in range(first, -(-len(self.sound) // size)):
            self.came[block] = now

    def hear_out(self) -> None:
        """Wait until it has heard all it was to hear."""
        self._thread.join(timeout=self._until - time.time() + 10)
        assert not self._thread.is_alive()

    @property
    def began(self) -> float:
        """The Unix second of the stream's first sample."""
        return min(came - block * BLOCK_S for block, came in self.came.items())


def onset(sound: np.ndarray, around_s: float) -> float:
    """The second of `sound` at which a marker begins, sought within three seconds around one."""
    marker = sweep()
    frm = max(0, round((around_s - 3.0) * SAMPLE_RATE))
    part = sound[frm : frm + 6 * SAMPLE_RATE]
    size = 1 << (len(part) + len(marker)).bit_length()
    match = np.fft.irfft(np.fft.rfft(part, size) * np.conj(np.fft.rfft(marker, size)), size)[: len(part)]
    place = int(np.argmax(np.abs(match)))
    assert abs(match[place]) > 0.2 * float(marker @ marker), f"there is no marker around {around_s:.1f} s"
    return (frm + place) / SAMPLE_RATE


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("busy_cores")
def test_twenty_markers_are_heard_within_50_ms_of_their_second(root: Path, seconds: list[int]) -> None:
    with Serving(root) as station:
        # The burst is of what went before, and a player that connects then hears no less exactly.
        with station.listen(icy=False) as sock:
            ear = Ear(sock, until=seconds[-1] + MARKER_S + 2.0)
            ear.hear_out()
        log = station.log()
    sound = decode(bytes(ear.sound[: len(ear.sound) // 384 * 384]), channels=1)[:, 0]
    late = [ear.began + onset(sound, second - ear.began) - second for second in seconds]
    logged = {
        round(datetime.fromisoformat(line["start_scheduled"]).astimezone(UTC).timestamp()): line["late_ms"]
        for file in (root / "var" / "as-run").glob("*.jsonl")
        for line in map(json.loads, file.read_text().splitlines())
        if line["source"] == "cart/marker"
    }
    in_ms = [round(value * 1000, 1) for value in late]
    print(
        f"\nheard, ms after its second: {in_ms}; median {np.median(in_ms):.1f}, worst {max(in_ms, key=abs)}"
    )
    waits = sorted(
        (came - block * BLOCK_S - ear.began) * 1000 for block, came in ear.came.items() if block > 13
    )
    print(f"blocks came after they were due, ms: median {np.median(waits):.1f}, worst {waits[-1]:.1f}")
    print(f"logged, ms after its second: {[logged.get(second) for second in seconds]}")
    assert max(map(abs, late)) <= PROMISE_S, log
    for second, heard in zip(seconds, in_ms, strict=True):
        assert logged[second] == pytest.approx(heard, abs=25.0), "the log says what was heard"
