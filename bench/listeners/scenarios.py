"""The scenarios: who comes when, and what is measured meanwhile.

Owns: the order of things. Each gives rows, one a server and number of listeners.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bench.household import family
from bench.listeners import servers
from bench.listeners.air import AirWatch, Punctuality
from bench.listeners.building import Programs
from bench.listeners.crowd import Crowd, Heard
from bench.listeners.folder import BURST_S
from bench.listeners.servers import Server
from bench.listeners.standstill import STILL_S, Standstills
from bench.listeners.usage import RECORDS, SERVER, STUDIO, Used, share, use

# Before anybody comes, and between the last who came and what counts.
IDLE_S: Final = 5.0
SETTLE_S: Final = 4.0
# A look at `/status` costs the transmitter a millisecond or two: rare enough not to be seen in the figures.
LOOK_EVERY_S: Final = 5.0
# With a hundred thousand there is a send every 3.84 s: three of them are in hand.
_LONG_BURST_S: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a scenario is."""

    listeners: int
    seconds: float
    rate: float = 1_000.0
    workers: int = 0
    churn: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The server at a moment of a run."""

    at_s: float
    resident_bytes: int
    descriptors: int
    listeners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one server did for so many listeners. `cores` are the server's alone, its workers included.

    `cpu_us` is per listener and second, over what the idle server takes; `cpu_us_whole` with that.
    `memory_bytes` is per listener, resident, over the idle server.
    """

    scenario: str
    server: str
    listeners: int
    seconds: float
    cpu_us: float
    cpu_us_whole: float
    cores: float
    studio_cores: float
    records_cores: float
    memory_bytes: float
    resident_bytes: int
    processes: int
    generator_cores: float
    heard: Heard | None
    air: Punctuality | None = None
    timeline: tuple[Moment, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Measuring:
    """One server and its crowd: idle first, then as often as wanted a steady stretch."""

    scenario: str
    server: Server
    crowd: Crowd
    _idle_before: Used = field(init=False)
    _idle: Used = field(init=False)
    _began_s: float = field(default_factory=time.monotonic)

    def idle(self) -> None:
        """The server before its first listener."""
        self._idle_before = use(self.server.pid)[SERVER]
        time.sleep(IDLE_S)
        self._idle = use(self.server.pid)[SERVER]

    def steady(
        self,
        listeners: int,
        seconds: float,
        *,
        looks: bool = False,
        every_s: float = 0.0,
        still: Standstills | None = None,
    ) -> Row:
        """So long as it is now, with so many; `heard` is filled in at the end."""
        watch = AirWatch(self.server) if looks else None
        if watch is not None:
            watch.begin()
        self.crowd.mark()
        before = use(self.server.pid)
        timeline = self._pass(seconds, watch, every_s, still)
        after = use(self.server.pid)
        air = watch.end() if watch is not None else None
        cores = share(before[SERVER], after[SERVER])
        idle_cores = share(self._idle_before, self._idle)
        resident = after[SERVER].resident_bytes
        return Row(
            scenario=self.scenario,
            server=self.server.name,
            listeners=listeners,
            seconds=seconds,
            cpu_us=(cores - idle_cores) / listeners * 1e6,
            cpu_us_whole=cores / listeners * 1e6,
            cores=cores,
            studio_cores=share(before[STUDIO], after[STUDIO]),
            records_cores=share(before[RECORDS], after[RECORDS]),
            memory_bytes=(resident - self._idle.resident_bytes) / listeners,
            resident_bytes=resident,
            processes=after[SERVER].processes,
            generator_cores=0.0,
            heard=None,
            air=air,
            timeline=timeline,
        )

    def _pass(
        self, seconds: float, watch: AirWatch | None, every_s: float, still: Standstills | None
    ) -> tuple[Moment, ...]:
        timeline: list[Moment] = []
        end_s = time.monotonic() + seconds
        look_s = time.monotonic() + LOOK_EVERY_S
        moment_s = time.monotonic()
        while (now_s := time.monotonic()) < end_s:
            if watch is not None and now_s >= look_s:
                watch.look()
                look_s = now_s + LOOK_EVERY_S
            if every_s and now_s >= moment_s:
                timeline.append(self.moment())
                moment_s = now_s + every_s
            if still is not None:
                still.look()
            time.sleep(min(0.25, max(0.0, end_s - time.monotonic())))
        if every_s:
            timeline.append(self.moment())
        return tuple(timeline)

    def moment(self) -> Moment:
        """The server now."""
        used = use(self.server.pid, descriptors=True)[SERVER]
        return Moment(
            at_s=used.at_s - self._began_s,
            resident_bytes=used.resident_bytes,
            descriptors=used.descriptors,
            listeners=self.crowd.said("hearing"),
        )


def _filled(row: Row, heard: Heard, began_s: float, *notes: str) -> Row:
    cores = heard.generator_cpu_s / (time.monotonic() - began_s)
    return replace(row, heard=heard, generator_cores=cores, notes=(*row.notes, *notes))


def _rise(
    scenario: str,
    programs: Programs,
    server: Server,
    sizes: tuple[int, ...],
    *,
    seconds: float,
    rate: float,
    tls: bool = False,
) -> Iterator[Row]:
    """The same server with more and more listeners, measured at each number; `heard` of all is the last's."""
    rows: list[Row] = []
    with Crowd(
        programs, port=server.port, truth=server.truth, most=sizes[-1], exact=server.exact, tls=tls
    ) as crowd:
        began_s = time.monotonic()
        measuring = Measuring(scenario, server, crowd)
        measuring.idle()
        there = 0
        for size in sizes:
            crowd.join_and_wait(size - there, rate=rate)
            there = size
            time.sleep(SETTLE_S)
            rows.append(measuring.steady(size, seconds))
        heard = crowd.finish()
    yield from rows[:-1]
    yield _filled(rows[-1], heard, began_s)


def compare(
    programs: Programs, size: Size, sizes: tuple[int, ...] = (), name: str = "compare"
) -> Iterator[Row]:
    """The floor, ours and Icecast with the same stream, in one run."""
    wanted = sizes or (size.listeners,)
    with servers.ours(max_listeners=wanted[-1] + 1_000) as station:
        for listeners in wanted:
            # A floor has one number of slices: it is started anew for each size.
            with servers.floor(programs, station, listeners=listeners) as bare:
                yield from _rise(name, programs, bare, (listeners,), seconds=size.seconds, rate=size.rate)
        yield from _rise(name, programs, station, wanted, seconds=size.seconds, rate=size.rate)
        if not servers.icecast_version():
            print("icecast2 is not installed, so it is left out. On Debian: apt-get install icecast2")
            return
        with servers.icecast(station, listeners=wanted[-1]) as icecast:
            yield from _rise(name, programs, icecast, wanted, seconds=size.seconds, rate=size.rate)


def growth(programs: Programs, size: Size) -> Iterator[Row]:
    """What a listener costs among few and among many."""
    steps = (500, 1_000, 2_000, 5_000, 10_000)
    yield from compare(
        programs, size, tuple(step for step in steps if step <= size.listeners) or (size.listeners,), "growth"
    )


def joining(programs: Programs, size: Size) -> Iterator[Row]:
    """Many who come at once."""
    with servers.ours(max_listeners=size.listeners + 1_000) as station:
        yield from _rise(
            "joining", programs, station, (size.listeners,), seconds=size.seconds, rate=size.rate
        )


def churn(programs: Programs, size: Size) -> Iterator[Row]:
    """Many who come and go, on top of those who stay."""
    with servers.ours(max_listeners=size.listeners + round(4 * size.churn) + 1_000) as station:
        yield _with_churn("churn", programs, station, size, every_s=2.0)


def _with_churn(
    scenario: str,
    programs: Programs,
    station: Server,
    size: Size,
    *,
    every_s: float,
    stands_still: bool = False,
) -> Row:
    most = size.listeners + round(2 * size.churn)
    with Crowd(programs, port=station.port, truth=station.truth, most=most) as crowd:
        began_s = time.monotonic()
        measuring = Measuring(scenario, station, crowd)
        measuring.idle()
        took_s = crowd.join_and_wait(size.listeners, rate=size.rate)
        if size.churn:
            crowd.churn(size.churn, life_s=1.0)
        time.sleep(SETTLE_S)
        still = Standstills(lambda: [*family(station.pid), *crowd.pids]) if stands_still else None
        row = measuring.steady(size.listeners, size.seconds, looks=True, every_s=every_s, still=still)
        if size.churn:
            crowd.churn(0, life_s=1.0)
            time.sleep(SETTLE_S)
        last = measuring.moment()
        heard = crowd.finish()
    notes = [
        f"{size.listeners:,} were in after {took_s:.1f} s",
        f"at the end {last.resident_bytes / 1e6:.1f} MB and {last.descriptors:,} descriptors",
    ]
    if still is not None:
        memory = f"the kernel held {still.tcp_bytes / 1e6:,.0f} MB for TCP at most"
        notes.append(f"stood still {still.count} times for {STILL_S:g} s; {memory}")
    return _filled(row, heard, began_s, *notes)


def stalled(programs: Programs, size: Size) -> Iterator[Row]:
    """One in ten stops reading: for good, where the slow are dropped; for a time, where they skip."""
    for slow in ("drop", "skip"):
        with servers.ours(max_listeners=size.listeners + 1_000, slow_listener=slow) as station:
            skips = slow == "skip"
            with Crowd(
                programs, port=station.port, truth=station.truth, most=size.listeners, skips=skips
            ) as crowd:
                began_s = time.monotonic()
                measuring = Measuring("stalled", station, crowd)
                measuring.idle()
                crowd.join_and_wait(size.listeners, rate=size.rate)
                time.sleep(SETTLE_S)
                crowd.stall(size.listeners // 10, seconds=size.seconds * 0.75 if skips else 0.0)
                row = measuring.steady(size.listeners, size.seconds, looks=True, every_s=2.0)
                status = station.status()["listeners"]
                heard = crowd.finish()
            counted = ", ".join(
                f"{status[name]:,} {name}" for name in ("current", "slow_dropped", "slow_skips")
            )
            row = replace(row, server=f"radiocast, {slow}")
            yield _filled(row, heard, began_s, f"the station counts {counted}")


def workers(programs: Programs, size: Size) -> Iterator[Row]:
    """Tens of thousands, one send a second, in several processes."""
    yield from _with_workers("workers30k", programs, size, burst_s=BURST_S)


def hundred(programs: Programs, size: Size) -> Iterator[Row]:
    """A hundred thousand, and others who come and go meanwhile."""
    yield from _with_workers("hundred", programs, size, burst_s=_LONG_BURST_S)


def standstill(programs: Programs, size: Size) -> Iterator[Row]:
    """The same, on a machine that now and then stands still for a second: the station and its listeners."""
    yield from _with_workers("standstill", programs, size, burst_s=_LONG_BURST_S, stands_still=True)


def _with_workers(
    scenario: str, programs: Programs, size: Size, *, burst_s: float, stands_still: bool = False
) -> Iterator[Row]:
    most = size.listeners + round(4 * size.churn) + 1_000
    with servers.ours(max_listeners=most, workers=size.workers, burst_s=burst_s) as station:
        yield _with_churn(scenario, programs, station, size, every_s=15.0, stands_still=stands_still)


def tls(programs: Programs, size: Size) -> Iterator[Row]:
    """The same listeners plain and by TLS; handshakes are not in the steady figures."""
    if not programs.tls:
        print(
            "without OpenSSL's headers there are no listeners by TLS. On Debian: apt-get install libssl-dev"
        )
        return
    with servers.ours(max_listeners=size.listeners + 1_000, tls=True) as station:
        for label, secure in (("plain", False), ("TLS", True)):
            for row in _rise(
                "tls",
                programs,
                station,
                (size.listeners,),
                seconds=size.seconds,
                rate=min(size.rate, 200.0) if secure else size.rate,
                tls=secure,
            ):
                yield replace(row, server=f"radiocast, {label}")
