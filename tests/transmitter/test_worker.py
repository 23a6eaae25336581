"""A worker process by itself: what it serves, what it tells, and that nothing makes it wait or stay."""

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from radiocast.link.framing import frame
from radiocast.link.messages import Departure, Dismiss, Hello, Pace, Serving, Stop, Tallied, Ticket
from radiocast.model.audience import End
from radiocast.transmitter.hall import Hall
from radiocast.transmitter.job import Job
from radiocast.transmitter.terms import Terms
from tests.transmitter.lone_worker import HEAD, MOUNTS, TIME_LIMIT_S, LoneWorker, gone, read
from tests.transmitter.sound import studio_block

# A title is 32 bytes of metadata: the length, `StreamTitle='a title';`, padding.
BLOCK: Final = 7680
TITLED: Final = 7680 + 33


@pytest.fixture
def worker() -> Iterator[LoneWorker]:
    """One that has its first blocks, 100 to 102, and is ready."""
    with LoneWorker() as made:
        made.put(range(100, 103))
        made.said(Serving)
        yield made


def as_without_workers(*, titled: bool, mount: int, blocks: range, joins_before: int, title: str) -> bytes:
    """What a listener hears of a hall in this process, where it joins before block `joins_before`."""
    hall = Hall(MOUNTS, Terms(burst_s=0.96), on_departure=lambda _: None)
    near, far = socket.socketpair()
    near.setblocking(False)
    with far:
        for number in blocks:
            if number == joins_before:
                hall.admit(Ticket(number=1, mount=mount, titled=titled, head=HEAD), near)
            hall.put(studio_block(number, MOUNTS).audio, title if number >= joins_before else "a title")
            for tick in range(32):
                hall.fanout.serve(tick)
        hall.fanout.close()
        return read(far)


def test_a_job_comes_out_of_a_command_line_as_it_went_in() -> None:
    job = Job(mounts=MOUNTS, burst_s=6.0, slow_listener="skip", first_blocks=45)
    assert Job.from_json(job.to_json()) == job


def test_it_is_ready_only_when_it_has_its_first_blocks() -> None:
    with LoneWorker(first_blocks=3) as worker:
        worker.put(range(7, 9))
        far = worker.give(1)
        worker.put(range(9, 10))
        assert worker.said(Serving).pid == worker.process.pid
        assert b"<studio 8 0>" in read(far, len(HEAD) + BLOCK), "whoever came early waited for the blocks"
        far.close()


@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("mount", [0, 1])
def test_a_listener_hears_the_bytes_that_it_would_hear_without_workers(
    worker: LoneWorker, titled: bool, mount: int
) -> None:
    far = worker.give(1, titled=titled, mount=mount)
    expected = as_without_workers(
        titled=titled, mount=mount, blocks=range(100, 110), joins_before=103, title="another"
    )
    burst = read(far, 5000)
    worker.put(range(103, 110), title="another")
    heard = burst + read(far, len(expected) - len(burst))
    worker.say(Stop())
    assert heard + read(far) == expected
    far.close()


def test_a_block_that_was_sent_before_a_listener_is_in_its_burst(worker: LoneWorker) -> None:
    """The link and the hatch are two ways; the one must not overtake the other."""
    for number in range(103, 153):
        worker.put([number])
        far = worker.give(number)
        assert b"<studio %d 0>" % number in read(far, len(HEAD) + BLOCK + TITLED)
        far.close()


def test_it_tells_who_left_and_how_much_they_got(worker: LoneWorker) -> None:
    far = worker.give(5, titled=False)
    read(far, len(HEAD) + 2 * BLOCK)
    far.close()
    assert worker.departures(1) == [Departure(number=5, end=End.LEFT, sent_bytes=len(HEAD) + 2 * BLOCK)]


def test_it_tells_what_it_did_about_each_second(worker: LoneWorker) -> None:
    first = sum(worker.said(Tallied).tally.slices)
    assert sum(worker.said(Tallied).tally.slices) > first


def test_who_has_listened_long_enough_is_sent_home(worker: LoneWorker) -> None:
    stays, goes = worker.give(1), worker.give(2)
    read(goes, len(HEAD) + BLOCK)
    worker.say(Dismiss(numbers=(2, 77)))
    assert [(gone.number, gone.end) for gone in worker.departures(1)] == [(2, End.EXPIRED)]
    read(goes)
    worker.say(Pace(blocks=4))
    worker.put(range(103, 105))
    assert b"<studio 104 19>" in read(stays, len(HEAD) + BLOCK + TITLED + 2 * (BLOCK + 1))


@pytest.mark.parametrize("slow_listener", ["drop", "skip"])
def test_a_slow_listener_is_dropped_or_skips_and_a_quick_one_hears_everything(slow_listener: str) -> None:
    with LoneWorker(slow_listener="skip" if slow_listener == "skip" else "drop") as worker:
        worker.put(range(3))
        worker.said(Serving)
        slow, quick = worker.give(1), worker.give(2)
        heard = read(quick, len(HEAD) + BLOCK + TITLED)
        last = 123
        for number in range(3, last, 20):
            # The quick one reads as they come; the slow one's kernel buffers are full after some twenty.
            worker.put(range(number, number + 20))
            heard += read(quick, 20 * (BLOCK + 1))
        for number in range(1, last):
            assert b"<studio %d 19>" % number in heard
        if slow_listener == "drop":
            [departure] = worker.departures(1)
            assert (departure.number, departure.end) == (1, End.SLOW)
            read(slow)
        else:
            late = b""
            while b"<studio %d 19>" % (last - 1) not in late:
                late += slow.recv(1 << 16)
            assert b"<studio 100 0>" not in late
            # Metadata, or its single zero byte, stands between whole blocks, also where some are missing.
            at, kept = len(HEAD), 0
            while at + BLOCK <= len(late):
                assert late[at + BLOCK - 15 : at + BLOCK].endswith(b" 19>")
                at, kept = at + BLOCK, kept + 1
                if at < len(late):
                    at += 1 + 16 * late[at]
            assert kept > 2
            worker.say(Stop())
            assert {departure.number for departure in worker.departures(2)} == {1, 2}
            assert worker.said(Tallied).tally.skips > 0


def test_a_transmitter_that_does_not_read_neither_stops_it_nor_loses_a_departure(worker: LoneWorker) -> None:
    stays = worker.give(1, titled=False)
    numbers = range(2, 6002)
    for number in numbers:
        worker.give(number).close()
    # More has been told than the link holds. Sound goes on.
    worker.put(range(103, 106))
    assert b"<studio 105 19>" in read(stays, len(HEAD) + 5 * BLOCK)
    assert sorted(departure.number for departure in worker.departures(len(numbers))) == list(numbers)


def test_told_to_stop_it_sends_everybody_home_and_ends(worker: LoneWorker) -> None:
    fars = [worker.give(number) for number in range(300)]
    for far in fars:
        read(far, len(HEAD) + BLOCK)
    worker.say(Stop())
    departures = worker.departures(300)
    assert {departure.end for departure in departures} == {End.CLOSED}
    assert len({departure.number for departure in departures}) == 300
    assert worker.end() == (0, "")
    for far in fars:
        read(far)


def test_without_a_transmitter_it_ends(worker: LoneWorker) -> None:
    far = worker.give(1)
    worker.link.close()
    read(far)
    assert worker.end() == (0, "")
    far.close()


def test_it_dies_with_whoever_started_it() -> None:
    code = (
        "import sys, time; from tests.transmitter.lone_worker import LoneWorker\n"
        "worker = LoneWorker().__enter__(); worker.put(range(3))\n"
        "from radiocast.link.messages import Serving\n"
        "print(worker.said(Serving).pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        parent.kill()
        pidfd_wait(pid)
    assert gone(pid)


def pidfd_wait(pid: int) -> None:
    """Until a process that is nobody's child here has ended."""
    import select

    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], TIME_LIMIT_S)[0]
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_that_end_a_service_are_the_transmitters(worker: LoneWorker, number: signal.Signals) -> None:
    worker.process.send_signal(number)
    far = worker.give(1)
    assert b"<studio 102 0>" in read(far, len(HEAD) + BLOCK + TITLED)
    far.close()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (b"nonsense, at length", "no message of ours"),
        (frame(Hello, b'{"protocol": 2, "pid": 1, "mounts": []}'), "is not for a worker"),
        (frame(Pace, b"{}"), "cannot be read"),
    ],
)
def test_what_no_transmitter_of_ours_says_ends_it_with_a_sentence(
    worker: LoneWorker, said: bytes, complaint: str
) -> None:
    worker.link.sendall(said)
    code, errors = worker.end()
    assert code == 1
    assert complaint in errors
    assert "Traceback" not in errors


def test_a_block_out_of_turn_ends_it(worker: LoneWorker) -> None:
    worker.put([105])
    code, errors = worker.end()
    assert (code, "block 105 came where 103 was next" in errors) == (1, True)


def test_who_cannot_be_had_for_want_of_descriptors_is_told_of_as_lost(worker: LoneWorker) -> None:
    used = {int(entry.name) for entry in Path(f"/proc/{worker.process.pid}/fd").iterdir()}
    free = (number for number in range(1000) if number not in used)
    first, second = next(free), next(free)
    _, hard = resource.prlimit(worker.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(worker.process.pid, resource.RLIMIT_NOFILE, (max(first, second) + 1, hard))
    fars = [worker.give(number) for number in range(1, 5)]
    lost = worker.departures(2)
    assert [(departure.number, departure.end) for departure in lost] == [(3, End.LOST), (4, End.LOST)]
    assert b"<studio 102 0>" in read(fars[0], len(HEAD) + BLOCK + TITLED)
    assert read(fars[3]) == b""


def test_it_takes_as_many_as_it_has_room_for_and_more_when_some_have_left() -> None:
    # Room for 3: the limit counts from the start.
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (203, 203)); "
        "from radiocast.transmitter.worker import main; sys.exit(main(sys.argv[1:]))"
    )
    with LoneWorker(command=(sys.executable, "-c", code)) as worker:
        worker.put(range(3))
        worker.said(Serving)
        fars = [worker.give(number) for number in range(3)]
        for far in fars:
            read(far, len(HEAD) + BLOCK + TITLED)
        worker.said(Tallied)
        waits = worker.give(9)
        worker.said(Tallied)
        waits.setblocking(False)
        with pytest.raises(BlockingIOError):
            waits.recv(1)
        waits.settimeout(TIME_LIMIT_S)
        fars[0].close()
        assert b"<studio 2 0>" in read(waits, len(HEAD) + BLOCK + TITLED)


def test_it_imports_little() -> None:
    code = "import sys, radiocast.transmitter.worker; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"asyncio", "pydantic", "aiohttp", "numpy", "pydub", "logging", "ssl", "argparse", "subprocess"}
    assert heavy.isdisjoint(done.stdout.split())
