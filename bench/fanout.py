"""Fan-out: CPU and memory per listener of door and transmitter, beside a loop of bare send() in the same run.

A server process and this one, the load generator, share the machine. Each listener connects on its own, asks
for titles, and reads all it is sent; of every 40th each byte is checked (ICY positions, frames, order). The
floor is a process that does nothing but `send` the same bytes to every socket as often.

    python -m bench fanout                              (2,000 listeners, 20 s)
    python -m bench.fanout --listeners 5000 --seconds 30 --join-rate 1000
"""

import argparse
import asyncio
import contextlib
import os
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from radiocast.model.block import MountSpec
from radiocast.model.units import BLOCK_S, FRAMES_PER_BLOCK, block_bytes, frame_bytes
from radiocast.transmitter import frames
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.fanout import TICKS_PER_BLOCK, cadence
from radiocast.transmitter.icy import IcyDemuxer

MOUNT: Final = MountSpec(path="/live.mp3", bitrate_kbps=128)
METAINT: Final = block_bytes(MOUNT.bitrate_kbps)
LOOP_BLOCKS: Final = 50
BURST_S: Final = 6.0
_CHECK_EVERY: Final = 40
_REQUEST: Final = b"GET /live.mp3 HTTP/1.1\r\nHost: bench\r\nIcy-MetaData: 1\r\nUser-Agent: bench\r\n\r\n"
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
# How long a server's connections are left alone after the last has joined, before the figures count.
_SETTLE_S: Final = 3.0


# The servers


def numbered_sound() -> bytes:
    """A loop of valid frames; the first of each block says which block it is."""
    one = frames.silence(bitrate_kbps=MOUNT.bitrate_kbps, channels=MOUNT.channels, frames=1)
    rest = one * (FRAMES_PER_BLOCK - 1)
    marks = (f"<block {number:04d}>".encode() for number in range(LOOP_BLOCKS))
    return b"".join(one[: -len(mark)] + mark + rest for mark in marks)


async def serve() -> None:
    """The real door and transmitter with emergency sound on the air."""
    from aiohttp import web

    from radiocast.config.station import Identity
    from radiocast.transmitter.terms import Terms
    from radiocast.transmitter.transmitter import Transmitter
    from radiocast.web import door

    emergency = Emergency.from_bytes((MOUNT,), (numbered_sound(),), title="bench")
    transmitter = Transmitter(
        (MOUNT,), station_name="bench", emergency=emergency, terms=Terms(max_listeners=100_000)
    )
    app = web.Application()
    app.add_routes(door.routes(transmitter, Identity(name="bench")))
    runner = web.AppRunner(app, access_log=None, **door.LIMITS)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    print(runner.addresses[0][1], flush=True)
    await transmitter.run()


def floor(listeners: int) -> None:
    """Accept so many, then nothing but send() to each in turn, as many blocks at once as the fan-out."""
    blocks = cadence(listeners, burst_s=BURST_S)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(4096)
        print(door.getsockname()[1], flush=True)
        socks = [door.accept()[0] for _ in range(listeners)]
    for sock in socks:
        sock.setblocking(False)
    data = memoryview(bytes(blocks * (METAINT + 1)))
    due = time.monotonic()
    slices = TICKS_PER_BLOCK * blocks
    while True:
        for number in range(slices):
            for sock in socks[number::slices]:
                with contextlib.suppress(BlockingIOError):
                    sock.send(data)
            due += BLOCK_S / TICKS_PER_BLOCK
            time.sleep(max(0.0, due - time.monotonic()))


# The load generator


@dataclass(slots=True)
class Ear:
    sock: socket.socket
    asked_s: float
    first_s: float | None = None
    last_s: float = 0.0
    longest_s: float = 0.0
    received: int = 0
    kept: bytearray | None = None
    lost: bool = False


@dataclass(slots=True)
class Crowd:
    """Connections to a server, read as they are ready."""

    port: int
    request: bytes
    ears: dict[int, Ear] = field(default_factory=dict)
    poll: select.epoll = field(default_factory=select.epoll)
    buffer: bytearray = field(default_factory=lambda: bytearray(1 << 18))

    def join(self, *, check: bool) -> None:
        sock = socket.socket()
        sock.connect(("127.0.0.1", self.port))
        sock.setblocking(False)
        now_s = time.monotonic()
        if self.request:
            sock.send(self.request)
        self.ears[sock.fileno()] = Ear(sock, asked_s=now_s, last_s=now_s, kept=bytearray() if check else None)
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def read_until(self, end_s: float) -> None:
        while (now_s := time.monotonic()) < end_s:
            for fd, _ in self.poll.poll(end_s - now_s):
                self._read(self.ears[fd])

    def _read(self, ear: Ear) -> None:
        try:
            count = ear.sock.recv_into(self.buffer)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        now_s = time.monotonic()
        if count == 0:
            ear.lost = True
            self.poll.unregister(ear.sock.fileno())
            return
        if ear.first_s is None:
            ear.first_s = now_s
        else:
            ear.longest_s = max(ear.longest_s, now_s - ear.last_s)
        ear.last_s = now_s
        ear.received += count
        if ear.kept is not None:
            ear.kept += self.buffer[:count]

    def close(self) -> None:
        for ear in self.ears.values():
            ear.sock.close()
        self.poll.close()


@contextlib.contextmanager
def server(*args: str) -> Iterator[tuple[int, int]]:
    """A server process: its id and port. Ended at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.fanout", *args], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.pid, int(process.stdout.readline())
        finally:
            process.terminate()


def cpu_s(pid: int) -> float:
    """User and system time of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def resident_bytes(pid: int) -> int:
    """Resident memory (proc(5), statm)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    cpu_us: float  # per listener and second
    memory_bytes: float  # per listener, over the process before the first
    first_byte_ms: list[float]  # sorted
    longest_s: float
    lost: int
    wrong: int
    checked: int


def measure(
    pid: int, port: int, *, listeners: int, seconds: float, join_rate: float, titled: bool
) -> Figures:
    """Let listeners in, wait until all is steady, then measure."""
    crowd = Crowd(port, _REQUEST if titled else b"")
    before_bytes = resident_bytes(pid)
    start_s = time.monotonic()
    for number in range(listeners):
        crowd.join(check=titled and number % _CHECK_EVERY == 0)
        crowd.read_until(start_s + (number + 1) / join_rate)
    crowd.read_until(time.monotonic() + _SETTLE_S)
    for ear in crowd.ears.values():
        ear.longest_s = 0.0
    used_s, since_s = cpu_s(pid), time.monotonic()
    crowd.read_until(since_s + seconds)
    took_s = time.monotonic() - since_s
    ears = list(crowd.ears.values())
    figures = Figures(
        cpu_us=(cpu_s(pid) - used_s) / took_s / listeners * 1e6,
        memory_bytes=(resident_bytes(pid) - before_bytes) / listeners,
        first_byte_ms=sorted((ear.first_s - ear.asked_s) * 1e3 for ear in ears if ear.first_s is not None),
        longest_s=max(ear.longest_s for ear in ears),
        lost=sum(ear.lost or ear.first_s is None for ear in ears),
        wrong=sum(ear.kept is not None and not is_right(bytes(ear.kept)) for ear in ears),
        checked=sum(ear.kept is not None for ear in ears),
    )
    crowd.close()
    return figures


def is_right(heard: bytes) -> bool:
    """Whether a listener's bytes are a header, then the loop from some block on, with the title once."""
    _, _, body = heard.partition(b"\r\n\r\n")
    sound, titles = IcyDemuxer(METAINT).feed(body)
    first = re.search(rb"<block (\d{4})>", sound)
    if first is None or first.start() > frame_bytes(MOUNT.bitrate_kbps):
        return False
    # The episode's first block is faded in; being silence, it stays the same.
    loop = numbered_sound()
    start = int(first[1]) * METAINT
    whole = loop[start:] + loop * (len(sound) // len(loop) + 1)
    return whole.startswith(sound) and [(title.position, title.title) for title in titles] == [
        (METAINT, "bench")
    ]


def report(name: str, figures: Figures) -> None:
    times = figures.first_byte_ms
    p50, p99 = (times[int(len(times) * part)] for part in (0.5, 0.99)) if times else (0.0, 0.0)
    print(
        f"{name:9} {figures.cpu_us:6.1f} µs per listener-second  {figures.memory_bytes / 1024:5.2f} KB each  "
        f"first byte p50 {p50:.1f} p99 {p99:.1f} ms  longest wait {figures.longest_s:.2f} s  "
        f"lost {figures.lost}  wrong {figures.wrong} of {figures.checked}",
        flush=True,
    )


def main(listeners: int = 2_000, seconds: float = 20.0, join_rate: float = 1_000.0) -> None:
    print(f"{listeners} listeners at {MOUNT.bitrate_kbps} kbit/s, {seconds:g} s, joining at {join_rate:g}/s")
    with server("floor", "--listeners", str(listeners)) as (pid, port):
        bare = measure(pid, port, listeners=listeners, seconds=seconds / 2, join_rate=join_rate, titled=False)
    report("bare send", bare)
    with server("serve") as (pid, port):
        ours = measure(pid, port, listeners=listeners, seconds=seconds, join_rate=join_rate, titled=True)
    report("radiocast", ours)
    print(f"ratio      {ours.cpu_us / bare.cpu_us:6.2f} × bare send")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("role", nargs="?", choices=("serve", "floor"))
    parser.add_argument("--listeners", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--join-rate", type=float, default=1_000.0)
    options = parser.parse_args()
    if options.role == "serve":
        asyncio.run(serve())
    elif options.role == "floor":
        floor(options.listeners)
    else:
        main(options.listeners, options.seconds, options.join_rate)
