"""The transmitter's side of the record: what it hands over, and the process that writes it down.

Owns: both ends of the line, the recording process (started, watched, started again), and what others are
told of it. Must not know: what a record becomes; no disk, no database, no text.

Both ends of the line stay open here: what the kernel holds for a recording process that died is there for
the next one.
"""

import asyncio
import contextlib
import json
import logging
import secrets
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from radiocast.audience.keeping import Keeping
from radiocast.audience.outbox import MEMORY_BYTES, RESERVE_BYTES, Outbox
from radiocast.audience.words import printable
from radiocast.backoff import Backoff
from radiocast.children.parent import child
from radiocast.model.audience import Answered, Record

log = logging.getLogger(__name__)

CHILD_COMMAND: Final = (sys.executable, "-m", "radiocast.audience.child")
# A record is on its way so soon after it was made.
_FLUSH_S: Final = 0.5
# One that leaves a full line for so long hangs. Disks that spin up or are rebuilt take seconds.
_HUNG_AFTER_S: Final = 60.0
# Closing down, a hundred thousand listeners are written off in this time; then it is the operator's.
_CLOSING_S: Final = 5.0
# After SIGTERM, for writing down what is in the line.
_GRACE_S: Final = 2.0
_SAID_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderNow:
    """How the record is doing. Counts are since the station started.

    `recorded` were handed over, `dropped` were not since there was no room, `lost` are those that the disk
    did not take. `waiting_bytes` is what this process holds. `problems` are sentences for whoever runs the
    station.
    """

    alive: bool
    restarts: int
    recorded: int
    dropped: int
    lost: int
    waiting_bytes: int
    problems: tuple[str, ...]


class Recorder:
    """`record` may be called as soon as it is made, and returns at once. `run` does the rest.

    One event loop's. Descriptors are closed when `run` ends, or by `abandon` where it never began.
    """

    def __init__(
        self,
        keeping: Keeping,
        *,
        command: Sequence[str] = CHILD_COMMAND,
        memory_bytes: int = MEMORY_BYTES,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self._keeping = keeping
        # A name for this life of the transmitter, whose numbers begin at 0 again.
        self._command = (*command, keeping.as_text(), secrets.token_hex(8))
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._outbox = Outbox(self._ours, memory_bytes=memory_bytes, reserve_bytes=reserve_bytes)
        self._stop = asyncio.Event()
        self._sent_all = asyncio.Event()
        self._drained = asyncio.Event()
        self._process: Process | None = None
        self._restarts = 0
        self._lost = 0
        self._lost_before = 0
        self._said: tuple[str, ...] = ()
        self._dropped_before = 0
        self._dropping = False

    def record(self, record: Record) -> None:
        """Hand a record over. Returns at once and raises nothing, whatever becomes of it."""
        if self._keeping.log_files or not isinstance(record, Answered):
            self._outbox.put(record)

    def look(self) -> RecorderNow:
        """How it is doing now."""
        problems = list(self._said)
        if self._process is None and self._restarts:
            problems.append(
                "The process that records the audience has ended and is started again: see the log. "
                "Nobody's listening is affected."
            )
        if self._dropping:
            problems.append(
                f"Records about listeners are being dropped, {self._outbox.dropped} so far: the process that "
                "writes them is not keeping up. See that the disk under var/ is neither full nor slow."
            )
        return RecorderNow(
            alive=self._process is not None,
            restarts=self._restarts,
            recorded=self._outbox.recorded,
            dropped=self._outbox.dropped,
            lost=self._lost,
            waiting_bytes=self._outbox.waiting_bytes,
            problems=tuple(problems),
        )

    def stop(self) -> None:
        """Nothing more will be recorded: `run` returns when all is written, or it takes too long."""
        self._stop.set()

    def abandon(self) -> None:
        """Close both ends. Safe to call twice."""
        self._ours.close()
        self._theirs.close()

    async def run(self) -> None:
        """Keep a recording process until `stop`. Raises nothing for what that process does.

        At a cancellation it is told that nothing more will come, and has two seconds to write what there is.
        """
        loop = asyncio.get_running_loop()
        loop.add_reader(self._ours, self._hear)
        try:
            async with asyncio.TaskGroup() as tasks:
                feeding = tasks.create_task(self._feed(), name="audience-feed")
                living = tasks.create_task(self._live(), name="audience-process")
                await self._stop.wait()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_CLOSING_S):
                        await asyncio.wait((feeding, living))
                feeding.cancel()
                living.cancel()
        finally:
            loop.remove_reader(self._ours)
            loop.remove_writer(self._ours)
            if self._outbox.waiting_bytes or self._outbox.dropped:
                log.warning(
                    "the audience's record is not whole: %d records were dropped, %d bytes not handed over",
                    self._outbox.dropped,
                    self._outbox.waiting_bytes,
                )
            self.abandon()

    # The line

    async def _feed(self) -> None:
        """Send what there is every half second, and at last say that nothing more will come."""
        loop = asyncio.get_running_loop()
        sent, since_s = 0, loop.time()
        try:
            while not self._stop.is_set():
                self._send()
                if self._outbox.sent_packets != sent or not self._outbox.blocked or self._process is None:
                    sent, since_s = self._outbox.sent_packets, loop.time()
                elif loop.time() - since_s > _HUNG_AFTER_S:
                    log.error("the process that records the audience hangs; killing it")
                    with contextlib.suppress(ProcessLookupError):  # it has just ended
                        self._process.kill()
                    since_s = loop.time()
                self._notice_drops()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_FLUSH_S):
                        await self._stop.wait()
            self._send()
            while self._outbox.blocked:
                self._drained.clear()
                await self._drained.wait()
        finally:
            # Also at a cancellation: the recording process writes what it can get, and ends.
            self._outbox.flush()
            with contextlib.suppress(OSError):
                self._ours.shutdown(socket.SHUT_WR)
            self._sent_all.set()

    def _send(self) -> None:
        self._outbox.flush()
        if self._outbox.blocked:
            asyncio.get_running_loop().add_writer(self._ours, self._send_more)

    def _send_more(self) -> None:
        self._outbox.flush()
        if not self._outbox.blocked:
            asyncio.get_running_loop().remove_writer(self._ours)
            self._drained.set()

    def _notice_drops(self) -> None:
        dropping = self._outbox.dropped > self._dropped_before
        if dropping and not self._dropping:
            log.warning(
                "records about listeners are dropped: the process that writes them is not keeping up; "
                "is the disk under var/ full or slow?"
            )
        elif self._dropping and not dropping:
            log.warning("records are written again; %d were dropped since the start", self._outbox.dropped)
        self._dropping = dropping
        self._dropped_before = self._outbox.dropped

    def _hear(self) -> None:
        """What the recording process says of itself; it always says everything."""
        try:
            said = json.loads(self._ours.recv(_SAID_BYTES))
            problems = tuple(str(problem) for problem in said["problems"])
            self._lost = self._lost_before + int(said["lost"])
        except BlockingIOError:
            return
        except (OSError, ValueError, KeyError, TypeError):
            # Both ends are ours and nothing else writes there; what cannot be read is not worth the station.
            asyncio.get_running_loop().remove_reader(self._ours)
            return
        for problem in problems:
            if problem not in self._said:
                log.warning("%s", problem)
        self._said = problems

    # The process

    async def _live(self) -> None:
        """Keep one running, until one has ended well after everything was sent."""
        loop = asyncio.get_running_loop()
        backoff = Backoff()
        while True:
            started_s = loop.time()
            if await self._one_life() == 0 and self._sent_all.is_set():
                return
            self._restarts += 1
            wait_s = backoff.died(loop.time() - started_s)
            log.warning("the process that records the audience ended; next start in %.1f s", wait_s)
            await asyncio.sleep(wait_s)

    async def _one_life(self) -> int | None:
        """From one start to one end; its exit code, None where it could not be started."""
        try:
            async with child(self._command, line=self._theirs, grace_s=_GRACE_S) as process:
                self._process = process
                try:
                    assert process.stderr is not None  # noqa: S101 - a pipe, since nobody said otherwise
                    async for line in process.stderr:
                        said = line.decode("ascii", "backslashreplace").rstrip()
                        log.warning("the audience's record: %s", printable(said))
                    return await process.wait()
                finally:
                    self._process = None
                    self._lost_before = self._lost
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: no thread to wait for it with
            log.error("the process that records the audience cannot be started: %s", error)  # noqa: TRY400
            return None
