"""A transmitter with real workers: the same as without, and what becomes of one that dies or hangs."""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from radiocast.link.messages import Departure, Tally, Ticket
from radiocast.model.audience import End, Joined, Left, Record
from radiocast.model.units import BLOCK_S
from radiocast.transmitter.crew import Crew
from radiocast.transmitter.icy import IcyDemuxer
from radiocast.transmitter.job import Job
from radiocast.transmitter.seats import Refusal
from radiocast.transmitter.snapshot import AirSnapshot
from radiocast.transmitter.starting import start_worker
from radiocast.transmitter.tally import together
from radiocast.transmitter.terms import ORDINARY, Terms
from tests.descriptors import open_descriptors
from tests.transmitter.house import (
    HEAD,
    MOUNTS,
    TIME_LIMIT_S,
    House,
    linked,
    speakers,
    until_ready,
)
from tests.transmitter.listening import Ear, asked, tcp_pair
from tests.transmitter.lone_worker import gone
from tests.transmitter.sound import studio_block

BLOCK: Final = 7680


@asynccontextmanager
async def crewed(workers: int, *, terms: Terms = ORDINARY) -> AsyncIterator[tuple[House, list[Record]]]:
    """A house whose workers are ready, and what it recorded; closed down in order when the block is left."""
    records: list[Record] = []
    house = House(workers=workers, terms=terms, record=records.append)
    running = asyncio.create_task(house.transmitter.crew.run())
    try:
        await until(lambda: all(worker.ready for worker in house.transmitter.look().workers))
        yield house, records
    finally:
        house.close()
        async with asyncio.timeout(TIME_LIMIT_S):
            await running


async def until(condition: Callable[[], bool]) -> None:
    """Let time pass until it is so."""
    async with asyncio.timeout(TIME_LIMIT_S):
        while not condition():  # noqa: ASYNC110 - a worker's doing is no event of this process's
            await asyncio.sleep(0.005)


def length(ear: Ear) -> int:
    """How many bytes it has heard by now."""
    ear.read()
    return len(ear.heard)


def ended(ear: Ear) -> bool:
    """Whether its connection was closed by the station."""
    ear.read()
    return ear.ended


class SameAsWithout:
    """One scenario: listeners of every kind come, go, are refused, are sent home; titles change.

    Run without workers it notes after each block who has heard how much; run with them it waits until as many
    have heard as much, and goes on.
    """

    TERMS: Final = Terms(max_listeners=6, max_per_address=5, max_duration_s=20 * BLOCK_S, burst_s=2.0)

    def __init__(self, reference: "SameAsWithout | None" = None) -> None:
        self._reference = reference
        self._notes: list[tuple[list[int], int]] = []
        self.ears: list[Ear] = []
        self.looks: list[AirSnapshot] = []
        self.refused: list[Refusal] = []
        self.records: list[Record] = []

    async def run(self, workers: int) -> None:
        try:
            await self._play(workers)
        finally:
            for ear in self.ears:
                ear.close()

    async def _play(self, workers: int) -> None:
        async with crewed(workers, terms=self.TERMS) as (house, self.records):
            self._house = house
            for path, icy in (("/live.mp3", True), ("/live.mp3", True), ("/low.mp3", True)):
                await self._join(path, icy=icy)
            await self._join("/live.mp3", icy=False)
            await self._join("/none.mp3")
            await self._blocks(2)
            async with linked(house) as studio:
                await studio.hello()
                await studio.credit(7)
                await studio.send(3, title="it's the news")
                await studio.send(6, title="")
                await studio.send(7, title="weather")
                await until_ready(house, 7)
                await self._blocks(5)
                # The fifth from one address is welcome, the sixth is not; the station is full with its sixth.
                for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3"):
                    await self._join("/live.mp3", address=address)
                await self._blocks(2)
            await self._blocks(3)
            self.ears[1].close()
            await self._blocks(2)
            # Whoever came first is sent home; whoever came later is not.
            await self._blocks(8)
            house.transmitter.close()
            await self._join("/live.mp3")
            await until(lambda: house.transmitter.listeners == 0)
            self.looks.append(house.transmitter.look())
            await until(lambda: all(ended(ear) for ear in self._open()))

    async def _join(self, path: str, *, icy: bool = True, address: str = "192.0.2.1") -> None:
        server, listener = tcp_pair()
        admitted = self._house.transmitter.admit(server, path, icy=icy, head=HEAD, asked=asked(address))
        if isinstance(admitted, Refusal):
            self.refused.append(admitted)
            server.close()
            listener.close()
        else:
            self.ears.append(Ear(listener))
            # A block that goes out before a worker has taken it would be in its burst, as if it came later.
            await until(lambda: length(self.ears[-1]) > 0)

    async def _blocks(self, count: int) -> None:
        for _ in range(count):
            self._house.blocks(1)
            if self._reference is not None:
                note = self._reference._notes[len(self._notes)]
                await until(partial(self._as_far_as, note))
            self._notes.append(([length(ear) for ear in self._open()], self._house.transmitter.listeners))
        self.looks.append(self._house.transmitter.look())

    def _as_far_as(self, note: tuple[list[int], int]) -> bool:
        sizes, listeners = note
        far = all(length(ear) >= size for ear, size in zip(self._open(), sizes, strict=True))
        return far and self._house.transmitter.listeners == listeners

    def _open(self) -> list[Ear]:
        return [ear for ear in self.ears if ear.sock.fileno() >= 0]


def without_workers(look: AirSnapshot) -> AirSnapshot:
    return replace(look, workers=(), tally=Tally())


@pytest.mark.parametrize("workers", [0, 2])
async def test_bytes_figures_and_records_are_the_same_with_workers_as_without(workers: int) -> None:
    reference = SameAsWithout()
    await reference.run(0)
    told = SameAsWithout(reference)
    await told.run(workers)

    assert told.refused == reference.refused
    assert told.refused == [
        Refusal.UNKNOWN_MOUNT,
        Refusal.ADDRESS_FULL,
        Refusal.FULL,
        Refusal.CLOSING,
    ]
    ends = {record.number: record.end for record in told.records if isinstance(record, Left)}
    expired, closed = End.EXPIRED, End.CLOSED
    assert ends == {1: expired, 2: End.LEFT, 3: expired, 4: expired, 5: closed, 6: closed}
    for number, (ear, expected) in enumerate(zip(told.ears, reference.ears, strict=True), 1):
        heard = bytes(ear.heard)
        if ends[number] is End.EXPIRED and workers:
            # A worker may serve the last block in the moment before it is told to send the listener home.
            assert heard.startswith(expected.heard)
            assert len(heard) - len(expected.heard) in {0, 1 + 7680, 7680, 1 + 2880}
        else:
            assert heard == expected.heard
    assert [without_workers(look) for look in told.looks] == list(map(without_workers, reference.looks))
    assert told.looks[-1].listeners.total == 6
    assert_same_records(told.records, reference.records)


def assert_same_records(told: list[Record], reference: list[Record]) -> None:
    """In the same order but for who left in the same moment; seconds and bytes to a block."""
    assert [record for record in told if not isinstance(record, Left)] == [
        record for record in reference if not isinstance(record, Left)
    ]
    left = {record.number: record for record in told if isinstance(record, Left)}
    for record in reference:
        if isinstance(record, Left):
            assert left[record.number].end is record.end
            assert left[record.number].seconds == pytest.approx(record.seconds, abs=BLOCK_S + 1e-3)
            tolerance = 7681 if record.end is End.EXPIRED else 0
            assert left[record.number].sent_bytes == pytest.approx(record.sent_bytes, abs=tolerance)


# What goes wrong


async def test_who_is_replaced_on_the_way_to_a_worker_is_sent_home_all_the_same() -> None:
    """Orders and connections go by different ways: this order is read before its listener is let in."""
    async with crewed(1) as (house, records):
        (pid,) = pids(house)
        os.kill(pid, signal.SIGSTOP)
        await until(lambda: stopped(pid))
        ear = house.join()
        (joined,) = records
        assert isinstance(joined, Joined)
        house.transmitter.replace(joined.number)
        os.kill(pid, signal.SIGCONT)
        await until(lambda: length(ear) > 0)
        house.blocks(1)
        await until(lambda: ended(ear))
        await until(lambda: len(records) == 2)
        assert isinstance(records[1], Left)
        assert (records[1].number, records[1].end) == (joined.number, End.REPLACED)
        assert house.transmitter.look().workers[0].listeners == 0


def stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def pids(house: House) -> list[int]:
    found = [worker.pid for worker in house.transmitter.look().workers]
    assert None not in found
    return [pid for pid in found if pid is not None]


async def test_a_worker_that_is_killed_loses_its_own_listeners_only_and_is_replaced(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with crewed(2) as (house, records), linked(house) as studio:
        await studio.hello()
        await studio.credit(7)
        await studio.send(7)
        await until_ready(house, 7)
        house.blocks(2)
        ears = [house.join() for _ in range(20)]
        assert [worker.listeners for worker in house.transmitter.look().workers] == [10, 10]
        await until(lambda: all(length(ear) > 13 * BLOCK for ear in ears))
        victim, survivor = pids(house)
        os.kill(victim, signal.SIGKILL)
        await until(lambda: house.transmitter.look().listeners.lost == 10)
        for seq in range(7, 27):
            house.blocks(1)
            await studio.credit(seq + 1)
            await studio.send(seq + 1)
            await until_ready(house, 5)
        await until(lambda: all(worker.ready for worker in house.transmitter.look().workers))

        hurt = [ear for ear in ears if ended(ear)]
        stayed = [ear for ear in ears if ear not in hurt]
        assert (len(hurt), len(stayed)) == (10, 10)
        await until(lambda: all(b"<studio 20 19>" in ear.heard for ear in stayed if length(ear)))
        for ear in stayed:
            seqs = [int(name.split()[1]) for name in speakers(whole(ear)) if name.startswith("studio")]
            assert seqs == list(range(seqs[0], seqs[-1] + 1))
            assert seqs[0] <= 2
        look = house.transmitter.look()
        assert pids(house)[1] == survivor
        assert pids(house)[0] != victim
        assert [(worker.listeners, worker.restarts, worker.lost) for worker in look.workers] == [
            (0, 1, 10),
            (10, 0, 0),
        ]
        assert (look.listeners.current, look.listeners.lost) == (10, 10)
        assert [record.end for record in records if isinstance(record, Left)] == [End.LOST] * 10
        assert "10 listeners lost it" in caplog.text

        # Whoever comes now is served by the new one, as if it had always been there.
        newcomer = house.join()
        await until(lambda: length(newcomer) > 13 * BLOCK)
        assert house.transmitter.look().workers[0].listeners == 1
        assert speakers(whole(newcomer)) == speakers(whole(stayed[0]))[-13:]
        titles = IcyDemuxer(BLOCK).feed(bytes(newcomer.heard[len(HEAD) :]))[1]
        assert [title.title for title in titles][:1] == ["studio sound"]


def whole(ear: Ear) -> bytes:
    """What it heard up to the last whole block."""
    sound, _ = IcyDemuxer(BLOCK).feed(bytes(ear.heard[len(HEAD) :]))
    short = len(sound) % BLOCK
    return bytes(ear.heard[: len(ear.heard) - short])


@dataclass(slots=True)
class Company:
    """A crew by itself, with blocks on its rings, and who departed."""

    crew: Crew
    departures: list[Departure] = field(default_factory=list)
    blocks: int = 0

    def put(self, count: int) -> None:
        for _ in range(count):
            self.crew.put(studio_block(self.blocks, MOUNTS).audio, "a title")
            self.blocks += 1

    def give(self, number: int) -> Ear | None:
        """A listener; None if no worker took it."""
        server, listener = tcp_pair()
        if not self.crew.admit(Ticket(number=number, mount=0, titled=True, head=HEAD), server):
            server.close()
            listener.close()
            return None
        assert server.fileno() == -1, "our side of it is closed"
        return Ear(listener)

    @property
    def ready(self) -> bool:
        return all(worker.ready for worker in self.crew.now())


@asynccontextmanager
async def company(size: int, *, look_every_s: float = 1.0) -> AsyncIterator[Company]:
    departures: list[Departure] = []
    crew = Crew(
        MOUNTS,
        ORDINARY,
        size=size,
        depth_blocks=45,
        on_departure=departures.append,
        look_every_s=look_every_s,
    )
    made = Company(crew, departures)
    made.put(45)
    running = asyncio.create_task(crew.run())
    try:
        yield made
    finally:
        crew.close()
        async with asyncio.timeout(TIME_LIMIT_S):
            await running


async def test_while_no_worker_is_ready_nobody_is_handed_over() -> None:
    async with company(1) as made:
        assert made.give(1) is None
        await until(lambda: made.ready)
        ear = made.give(2)
        assert ear is not None
        ear.close()
        await until(lambda: [departure.number for departure in made.departures] == [2])


async def test_before_there_are_workers_the_transmitter_serves() -> None:
    house = House(workers=2)
    ear = house.join()
    house.blocks(2)
    assert speakers(bytes(ear.heard)) == ["standby 0"] * 15
    look = house.transmitter.look()
    assert look.listeners.current == 1
    assert [(worker.pid, worker.ready, worker.listeners) for worker in look.workers] == [(None, False, 0)] * 2
    house.close()


async def test_what_is_no_plain_socket_stays_here() -> None:
    """A connection by TLS has its keys in this process."""

    class Wrapped(socket.socket):
        pass

    async with company(1) as made:
        await until(lambda: made.ready)
        with Wrapped() as sock:
            assert not made.crew.admit(Ticket(number=1, mount=0, titled=True, head=HEAD), sock)


async def test_a_worker_that_hangs_is_killed_and_those_on_their_way_to_it_are_lost() -> None:
    async with company(1, look_every_s=0.4) as made:
        await until(lambda: made.ready)
        pid = made.crew.now()[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        ears: list[Ear] = []
        while (ear := made.give(len(ears) + 1)) is not None:
            ears.append(ear)
            assert len(ears) < 10_000
        assert ears, "some were on their way when no more could be"
        await until(lambda: len(made.departures) == len(ears))
        assert made.departures == [
            Departure(number=number, end=End.LOST, sent_bytes=0) for number in range(1, len(ears) + 1)
        ]
        await until(lambda: all(ended(ear) for ear in ears))
        await until(lambda: made.ready)
        assert made.crew.now()[0].pid != pid
        assert gone(pid)
        newcomer = made.give(99_999)
        assert newcomer is not None
        await until(lambda: b"<studio 44 19>" in newcomer.heard if length(newcomer) else False)
        for ear in (*ears, newcomer):
            ear.close()


async def test_a_worker_that_leaves_its_blocks_unread_is_given_up() -> None:
    async with company(2) as made:
        await until(lambda: made.ready)
        stuck, other = (worker.pid for worker in made.crew.now())
        assert stuck is not None
        os.kill(stuck, signal.SIGSTOP)
        while not gone(stuck):
            made.put(5)
            await asyncio.sleep(0.02)
            assert made.blocks < 5_000
        await until(lambda: made.ready)
        # Faster than life, one that lives may fall as far behind; what counts is that the stuck one is gone.
        assert made.crew.now()[0].pid != stuck
        assert other is not None


async def test_one_that_dies_again_and_again_is_started_less_often_and_called_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        async with company(1) as made:
            await until(lambda: made.crew.now()[0].restarts >= 3)
            assert any("Worker 1" in problem for problem in made.crew.problems())
            broken.undo()
            await until(lambda: made.ready)


async def test_a_program_that_is_not_there_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/no/such/python")
        async with company(1) as made:
            await until(lambda: made.crew.now()[0].restarts >= 2)
            assert "cannot be started" in caplog.text
            broken.undo()
            await until(lambda: made.ready)


async def test_no_thread_to_watch_a_worker_with_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def no_thread(*_command: str, **_options: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as broken:
        broken.setattr(asyncio, "create_subprocess_exec", no_thread)
        async with company(1) as made:
            await until(lambda: made.crew.now()[0].restarts >= 2)
            assert "can't start new thread" in caplog.text
            broken.undo()
            await until(lambda: made.ready)


async def test_with_no_descriptor_for_all_ways_to_a_worker_none_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[socket.socket] = []
    pair = socket.socketpair

    def noted() -> tuple[socket.socket, socket.socket]:
        both = pair()
        made.extend(both)
        return both

    def none_left() -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    job = Job(mounts=MOUNTS, burst_s=6.0, slow_listener="drop", first_blocks=1)
    with monkeypatch.context() as broken:
        broken.setattr("radiocast.transmitter.starting.socket.socketpair", noted)
        broken.setattr("radiocast.transmitter.starting.Hatch.pair", none_left)
        with pytest.raises(OSError, match="Too many open files"):
            await start_worker(job)
    assert len(made) == 2
    assert [sock.fileno() for sock in made] == [-1, -1]


async def test_a_clean_end_leaves_no_process_no_descriptor_and_no_listener() -> None:
    async with company(1) as made:
        await until(lambda: made.ready)
    before = open_descriptors()
    async with company(3) as made:
        await until(lambda: made.ready)
        ears = [made.give(number) for number in range(30)]
        pids = [worker.pid for worker in made.crew.now()]
    assert all(pid is not None and gone(pid) for pid in pids)
    assert {departure.end for departure in made.departures} == {End.CLOSED}
    assert sorted(departure.number for departure in made.departures) == list(range(30))
    for ear in ears:
        assert ear is not None
        assert ended(ear)
        ear.close()
    assert open_descriptors() == before


async def test_cancelled_it_leaves_no_process_either() -> None:
    departures: list[Departure] = []
    crew = Crew(MOUNTS, ORDINARY, size=2, depth_blocks=45, on_departure=departures.append)
    made = Company(crew, departures)
    made.put(45)
    running = asyncio.create_task(crew.run())
    await until(lambda: made.ready)
    pids = [worker.pid for worker in crew.now()]
    ear = made.give(1)
    assert ear is not None
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert all(pid is not None and gone(pid) for pid in pids)
    assert [departure.number for departure in departures] == [1]
    ear.close()


def test_a_transmitter_that_is_killed_leaves_no_worker() -> None:
    code = """
import asyncio
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.sound import LIVE
async def main():
    transmitter = Transmitter((LIVE,), station_name="x", workers=2)
    running = asyncio.create_task(transmitter.crew.run())
    while not all(worker.ready for worker in transmitter.look().workers):
        await asyncio.sleep(0.01)
    print(*(worker.pid for worker in transmitter.look().workers), flush=True)
    await running
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        pids = [int(word) for word in killed.stdout.readline().split()]
        assert len(pids) == 2
        assert not any(map(gone, pids))
        killed.kill()
        asyncio.run(until(lambda: all(map(gone, pids))))


def test_what_a_dead_worker_did_counts_on_and_how_late_it_was_does_not() -> None:
    crew = Crew(MOUNTS, ORDINARY, size=2, depth_blocks=45, on_departure=lambda _: None)
    for _ in range(2):
        crew._posts[0].keep(Tally(sends=3, sent_bytes=10, late_s=1.5))
    assert crew.tally() == Tally(sends=6, sent_bytes=20, late_s=0.0)


def test_what_several_have_done_is_added_up() -> None:
    one = Tally(sends=1, sent_bytes=10, blocked=2, skips=3, slices=(1,) * 12, slices_s=0.5, late_s=0.1)
    two = Tally(sends=4, sent_bytes=20, blocked=0, skips=1, slices=(2,) * 12, slices_s=0.25, late_s=0.2)
    assert together([one, two]) == Tally(
        sends=5, sent_bytes=30, blocked=2, skips=4, slices=(3,) * 12, slices_s=0.75, late_s=0.2
    )
    assert together([]) == Tally()
