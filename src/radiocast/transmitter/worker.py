"""A worker: `python -m radiocast.transmitter.worker LINK HATCH JOB [LINE]`, a process that serves listeners.

Owns: a hall of its own, the loop that serves it, and what the transmitter is told. LINK, HATCH and LINE (for
secure callers, of whom `secure_desk` knows more) are descriptors, JOB is JSON.
Must not know: who may listen, the studio, HTTP.

Theory of operation
- One plain loop around an epoll, no asyncio: blocks and orders come over the link, listeners through the
  hatch, and between them the hall is served at each tick of a pacer. Nothing in it ever waits.
- A block that was sent before a listener is on the ring before that listener: the link is read to its end
  before any that came is let in. So it hears what it would hear with no workers.
- What the transmitter does not read stays here: at most one message half sent, one departure for each
  listener that went, the newest tally. Departures take up room that listeners would have had, so that
  they are bounded as those are; a full worker takes nobody until it could report.
- The end of the link is the end of the process, whatever became of the transmitter.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from radiocast.children.child import die_with_parent
from radiocast.descriptors import allowed_descriptors, raise_descriptor_limit, room_in_worker
from radiocast.link import light
from radiocast.link.calls import Line
from radiocast.link.framing import Frames
from radiocast.link.handing import Hatch, Taken
from radiocast.link.messages import (
    PROTOCOL,
    BlockReady,
    Departed,
    Departure,
    Dismiss,
    Pace,
    Serving,
    Stop,
    Tallied,
    ToWorker,
)
from radiocast.model.audience import End
from radiocast.model.block import Block
from radiocast.model.errors import LinkError
from radiocast.model.units import BLOCK_S
from radiocast.transmitter.fanout import TICKS_PER_BLOCK
from radiocast.transmitter.hall import Hall
from radiocast.transmitter.job import Job, TlsFiles
from radiocast.transmitter.pacer import Pacer
from radiocast.transmitter.terms import Terms

if TYPE_CHECKING:
    from radiocast.transmitter.secure_desk import SecureDesk

_TICK_S: Final = BLOCK_S / TICKS_PER_BLOCK
# About a second, in whole blocks: where few listen there is no tick in between.
_TICKS_PER_TALLY: Final = 2 * TICKS_PER_BLOCK
# One read takes at most this; a block of two ordinary mounts is about 11 KB.
_READ_BYTES: Final = 262_144
# Listeners let in between two looks at the time: 64 of 50 µs are a twentieth of a tick.
_LET_IN_AT_ONCE: Final = 64
# Departures in one message: about 20 KB.
_DEPARTURES_AT_ONCE: Final = 256
# How long the last report may take when the station closes down.
_LAST_WORD_S: Final = 2.0


class Worker:
    """Serves until the link ends or says Stop. It owns and closes both its ends."""

    def __init__(
        self, job: Job, link: socket.socket, hatch: Hatch, line: socket.socket | None, *, capacity: int
    ) -> None:
        link.setblocking(False)
        self._link = link
        self._hatch = hatch
        self._capacity = capacity
        self._frames = Frames()
        # Who went, and has not been reported.
        self._gone: list[Departure] = []
        # What is left of a message of which the link did not take all.
        self._unsent = memoryview(b"")
        self._hall = Hall(
            job.mounts,
            Terms(burst_s=job.burst_s, slow_listener=job.slow_listener),
            on_departure=self._gone.append,
        )
        self._blocks_missing = job.first_blocks
        # At a turn everybody is served everything: where the machine stood still, nobody gains by turns that
        # come one upon the other, and a second's are more than the kernel has memory for.
        self._pacer = Pacer(time.monotonic(), period_s=_TICK_S, limit_s=BLOCK_S, keeps_step=True)
        self._epoll = select.epoll()
        self._epoll.register(link.fileno(), select.EPOLLIN)
        self._taking = False
        self._over = False
        self._desk = None if line is None or job.tls is None else self._open_desk(job.tls, line)

    def run(self) -> None:
        """Raises LinkError when the transmitter says what none of ours says."""
        try:
            while not self._over:
                self._tick()
                self._hear()
        finally:
            # After Stop everybody is gone already; without the transmitter nobody is there to be told.
            self._hall.fanout.close()
            if self._desk is not None:
                self._desk.close()
            self._epoll.close()
            self._hatch.close()
            self._link.close()

    def _tick(self) -> None:
        tick, now_s = self._pacer.tick, time.monotonic()
        late_s = now_s - self._pacer.due_s(tick)
        if not self._pacer.take(now_s):
            return
        until_next = self._hall.fanout.serve(tick, late_s=late_s)
        self._pacer.pass_over(until_next - 1)
        self._report(tally=tick % _TICKS_PER_TALLY == 0)
        self._open_or_shut()

    def _hear(self) -> None:
        """Wait for what comes, until the next tick at the longest."""
        descriptors = {descriptor for descriptor, _ in self._epoll.poll(self._pacer.wait_s(time.monotonic()))}
        # Taken before the link is read, and let in after it.
        came = self._take() if self._hatch.fileno() in descriptors else []
        if came or self._desk is not None or self._link.fileno() in descriptors:
            try:
                self._read_link()
            finally:
                self._let_in(came)
        if self._desk is not None and not self._over:
            self._desk.turn(time.monotonic())

    def _read_link(self) -> None:
        while not self._over:
            try:
                data = self._link.recv(_READ_BYTES)
            except BlockingIOError:
                return
            except ConnectionResetError:
                # How a Unix socket says that the other end closed without having read everything.
                data = b""
            if not data:
                self._over = True
                return
            for found in self._frames.feed(data):
                self._obey(light.read(found))

    def _obey(self, message: ToWorker) -> None:
        match message:
            case BlockReady(block=block):
                self._put(block)
            case Pace(blocks=blocks):
                self._hall.fanout.blocks_a_turn = blocks
            case Dismiss(numbers=numbers):
                self._hall.fanout.dismiss(numbers)
            case Stop():
                self._hall.fanout.close()
                self._say_all()
                self._over = True

    def _put(self, block: Block) -> None:
        for ring in self._hall.rings:
            if ring.end != block.seq:
                if ring.end:
                    raise LinkError(f"worker: block {block.seq} came where {ring.end} was next")
                # The first: its number is the transmitter's.
                ring.end = block.seq
        self._hall.put(block.audio, block.stream_title)
        if self._blocks_missing:
            self._blocks_missing -= 1
            if not self._blocks_missing:
                self._say(light.encode(Serving(protocol=PROTOCOL, pid=os.getpid())))
                self._open_or_shut()

    # Listeners

    def _open_or_shut(self) -> None:
        """Take listeners while there is room for them."""
        room = not self._blocks_missing and len(self._hall) + len(self._gone) < self._capacity
        if room and not self._taking:
            self._epoll.register(self._hatch.fileno(), select.EPOLLIN)
        elif self._taking and not room:
            self._epoll.unregister(self._hatch.fileno())
        self._taking = room

    def _open_desk(self, files: TlsFiles, line: socket.socket) -> "SecureDesk":
        # Not imported where nobody speaks TLS: it would be a tenth of a worker's memory.
        import logging

        from radiocast.logs import log_to_stderr
        from radiocast.transmitter.secure_desk import SecureDesk

        log_to_stderr(verbose=False)
        # The transmitter looks at the same files, and says once what is the matter.
        logging.getLogger("radiocast.reception.certificate").setLevel(logging.CRITICAL)
        desk = SecureDesk(files, Line(line), admit=self._hall.admit, missed=self._missed)
        self._epoll.register(desk.descriptor, select.EPOLLIN)
        return desk

    def _missed(self, number: int) -> None:
        self._gone.append(Departure(number=number, end=End.LEFT, sent_bytes=0))

    def _take(self) -> list[Taken]:
        came: list[Taken] = []
        while len(came) < _LET_IN_AT_ONCE and (taken := self._hatch.take()) is not None:
            came.append(taken)
        return came

    def _let_in(self, came: Iterable[Taken]) -> None:
        for taken in came:
            if taken.sock is None:
                # No descriptor was left for it; the kernel has hung up.
                self._gone.append(Departure(number=taken.ticket.number, end=End.LOST, sent_bytes=0))
            elif self._over:
                taken.sock.close()
            else:
                self._hall.admit(taken.ticket, taken.sock)

    # What the transmitter is told

    def _report(self, *, tally: bool) -> None:
        """Say who went, and now and then what was done, as far as the link takes it."""
        if not self._flush():
            return
        while self._gone:
            said = Departed(departures=tuple(self._gone[:_DEPARTURES_AT_ONCE]))
            del self._gone[:_DEPARTURES_AT_ONCE]
            if not self._say(light.encode(said)):
                return
        if tally and not self._blocks_missing:
            self._say(light.encode(Tallied(tally=self._hall.fanout.tally())))

    def _say(self, data: bytes) -> bool:
        """Send it now or as soon as there is room; whether it all went now."""
        self._unsent = memoryview(bytes(self._unsent) + data)
        return self._flush()

    def _flush(self) -> bool:
        while self._unsent:
            try:
                self._unsent = self._unsent[self._link.send(self._unsent) :]
            except BlockingIOError:
                return False
            except OSError:
                # The other end is gone, which reading tells as well; or it took no last word.
                self._over = True
                self._unsent = memoryview(b"")
        return True

    def _say_all(self) -> None:
        """The last report; the transmitter has a little time to read it."""
        self._link.settimeout(_LAST_WORD_S)
        self._report(tally=True)


def main(arguments: list[str]) -> int:
    """Serve as the job says. 0 when the transmitter ended it."""
    die_with_parent(signal.SIGKILL)
    # The transmitter is told to end by whoever ends the station, and tells its workers. A service's signal
    # goes to all its processes at once: listeners would count as lost that were only sent home.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise_descriptor_limit()
    link, hatch, job = socket.socket(fileno=int(arguments[0])), int(arguments[1]), Job.from_json(arguments[2])
    line = socket.socket(fileno=int(arguments[3])) if arguments[3:] else None
    capacity = room_in_worker(allowed_descriptors(), secure=line is not None)
    worker = Worker(job, link, Hatch(socket.socket(fileno=hatch)), line, capacity=capacity)
    # No collector: nothing here is ever part of a cycle (a listener knows its socket and its lane, the
    # fan-out knows the listener), so that counting references frees everything; and a walk over 100,000
    # objects would keep the next slice waiting.
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        worker.run()
    except LinkError as error:
        print(f"radiocast worker {os.getpid()}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - its log
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
