"""The crew: the worker processes, kept alive, and who of them serves whom.

Owns: starting, watching and replacing workers, the blocks that a new one needs, the choice of a worker for a
listener, and the sum of what they did.
Must not know: who may listen, what is on the air, or HTTP.

Rules
- Each block is encoded once, for all. A new worker first gets the blocks that are on the transmitter's own
  rings; only then it is given listeners, so that they hear what others hear.
- A listener goes to the ready worker with the fewest. Where nobody can take it, the transmitter's own hall
  serves it: while workers start, when their ways are full, or all of them are.
- A worker that says nothing for HUNG_LOOKS looks in a row is killed. Looks are counted, not seconds: while
  the machine stands still we do not look either.
- Those whom a worker leaves behind are told of as lost, whether they sat there or were on their way.
"""

import asyncio
import contextlib
import logging
import math
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from radiocast.backoff import STABLE_AFTER_S
from radiocast.descriptors import allowed_descriptors, room_in_worker
from radiocast.link.codec import encode
from radiocast.link.messages import BlockReady, Departure, Pace, Stop, Tally, Ticket
from radiocast.model.audience import End
from radiocast.model.block import Block, MountSpec
from radiocast.model.units import BLOCK_S
from radiocast.reception.outlet import Outlet
from radiocast.transmitter.job import Job, TlsFiles
from radiocast.transmitter.post import Post
from radiocast.transmitter.secure_calls import CallOutlet, SecureCalls, Switchboard
from radiocast.transmitter.snapshot import WorkerNow
from radiocast.transmitter.starting import start_worker
from radiocast.transmitter.tally import together
from radiocast.transmitter.terms import Terms
from radiocast.transmitter.worker_side import WorkerSide

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
# A worker says what it did about each second. Its listeners' players have some six seconds of sound, but one
# that is only starved for a moment has twenty thousand of them.
HUNG_LOOKS: Final = 8
# One that starts has to be read from disk first, perhaps with five others, on a busy machine.
_HUNG_START_LOOKS: Final = 30
# When the station closes down: a worker sends 20,000 home in a tenth of that.
_STOP_GRACE_S: Final = 3.0
# So much sound may lie unread beside the ring's own, before a worker is as good as dead.
_UNREAD_S: Final = 15.0
# Told of between two turns of the loop: a few milliseconds.
_LOST_AT_ONCE: Final = 500


class Crew:
    """`size` workers; with none of them every method is quick and does nothing.

    `run` keeps them alive until `close`. Everything else is synchronous and never waits. `on_departure` is
    told of each listener that ends there. Not thread-safe: one event loop's.
    """

    def __init__(
        self,
        mounts: Sequence[MountSpec],
        terms: Terms,
        *,
        size: int,
        depth_blocks: int,
        on_departure: Callable[[Departure], None],
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._mounts = tuple(mounts)
        self._terms = terms
        self._on_departure = on_departure
        # Where workers find the certificate, and who decides about secure callers.
        self._tls: TlsFiles | None = None
        self._switchboard: Switchboard | None = None
        self._look_every_s = look_every_s
        self._posts = tuple(Post(number) for number in range(1, size + 1))
        # What the rings hold, as it is sent.
        self._frames: deque[bytes] = deque(maxlen=depth_blocks)
        self._most_unread = depth_blocks + math.ceil(_UNREAD_S / BLOCK_S)
        self._blocks = 0
        self._pace = 1
        self._closing = asyncio.Event()

    def take_secure_callers(self, tls: TlsFiles, switchboard: Switchboard) -> None:
        """Have workers speak TLS with those who are passed on to them. To be called before `run`."""
        self._tls, self._switchboard = tls, switchboard

    # The air

    def put(self, audio: Sequence[bytes], title: str) -> None:
        """The next block of every mount, for all workers."""
        number = self._blocks
        self._blocks += 1
        if not self._posts:
            return
        block = Block(seq=number, audio=tuple(audio), stream_title=title, level_dbfs=0.0)
        frame = encode(BlockReady(block=block))
        self._frames.append(frame)
        for side in self._sides():
            side.send(frame)

    def pace(self, blocks: int) -> None:
        """So many blocks are between two turns of a listener."""
        if blocks != self._pace:
            self._pace = blocks
            for side in self._sides():
                side.send(encode(Pace(blocks=blocks)))

    # Listeners

    def has_room_for(self, outlet: Outlet) -> bool:
        """Whether a worker could take this listener, as far as is known."""
        if isinstance(outlet, CallOutlet):
            return True
        return type(outlet) is socket.socket and any(side.room > 0 for side in self._sides())

    def admit(self, ticket: Ticket, outlet: Outlet) -> bool:
        """Hand a listener to a worker; True: its connection is closed here, and the worker's.

        One by TLS stays where its TLS is: in the worker that asked for it, or else in this process. False
        where it is this one's, or none can take it.
        """
        if isinstance(outlet, CallOutlet):
            outlet.let_in(ticket)
            return True
        if type(outlet) is not socket.socket:
            return False
        sides = [side for side in self._sides() if side.room > 0]
        sides.sort(key=lambda side: len(side.listeners))
        return any(side.give(ticket, outlet) for side in sides)

    def pass_on(self, sock: socket.socket, peer: str) -> bool:
        """Give a connection that begins with TLS to a worker; True: it is closed here, and the worker's.

        To the one with the fewest listeners and callers: a rush is in their lobbies for some round trips.
        """
        found = [
            (len(post.side.listeners) + post.calls.under_way, post.calls)
            for post in self._posts
            if post.side is not None and post.calls is not None
        ]
        found.sort(key=lambda busy: busy[0])
        return any(calls.pass_on(sock, peer) for _, calls in found)

    def dismiss(self, numbers: Iterable[int]) -> None:
        """End these listeners: they have listened for as long as they may."""
        wanted = tuple(numbers)
        for side in self._sides() if wanted else ():
            side.dismiss(wanted)

    # What others see

    def now(self) -> tuple[WorkerNow, ...]:
        """Each worker as it is now."""
        room = self._room()
        return tuple(post.now(capacity=room) for post in self._posts)

    @property
    def waiting(self) -> int:
        """How many secure callers have not asked yet, in all workers' lobbies."""
        return sum(post.calls.waiting for post in self._posts if post.calls is not None)

    def tally(self) -> Tally:
        """What all workers have done, also those that are gone."""
        done = [post.past for post in self._posts]
        return together([*done, *(side.tally for side in self._sides())])

    def problems(self) -> tuple[str, ...]:
        """What somebody should look at: a worker that dies too often, or took listeners with it just now."""
        now_s = time.monotonic()
        return tuple(filter(None, (post.problem(now_s) for post in self._posts)))

    # Their lives

    async def run(self) -> None:
        """Keep the workers running until `close`, and return when all have ended.

        Never raises for anything a worker does. Cancellation kills them.
        """
        async with asyncio.TaskGroup() as tasks:
            for post in self._posts:
                tasks.create_task(self._keep(post), name=f"worker-{post.number}")

    def close(self) -> None:
        """Have the workers end all listeners, and end. Safe to call twice."""
        if not self._closing.is_set():
            self._closing.set()
            for side in self._sides():
                side.ready = False
                side.send(encode(Stop()))

    def _sides(self) -> list[WorkerSide]:
        return [post.side for post in self._posts if post.side is not None]

    async def _keep(self, post: Post) -> None:
        while not self._closing.is_set():
            started_s = time.monotonic()
            try:
                await self._one_life(post)
            except OSError as error:
                _log.error("worker %d cannot be started: %s; trying again", post.number, error)
            except Exception:
                # No thread to wait for it with, or a mistake of ours: the station goes on without it.
                _log.exception("worker %d cannot be kept; trying again", post.number)
            if self._closing.is_set():
                return
            post.restarts += 1
            wait_s = post.backoff.died(time.monotonic() - started_s)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._closing.wait()

    async def _one_life(self, post: Post) -> None:
        """From one start to one end of a worker. Raises OSError when it cannot be started."""
        started = await start_worker(self._job())
        process = started.process
        side = post.side = WorkerSide(
            started.link,
            started.hatch,
            capacity=self._room(),
            most_unread=self._most_unread,
            on_departure=self._on_departure,
        )
        post.pid = process.pid
        if started.line is not None and self._switchboard is not None:
            post.calls = SecureCalls(
                started.line, side, switchboard=self._switchboard, on_departure=self._on_departure
            )
        try:
            self._brief(side)
            await self._watch(post, side)
        finally:
            # Also reached by cancellation: no process stays, nor a descriptor.
            side.ready = False
            if process.returncode is None:
                # Not `process.kill`, which reaps one that is dead, and asyncio then finds no exit code.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            await asyncio.shield(process.wait())
            side.hear_out()
            side.close()
            if post.calls is not None:
                post.calls.close()
            post.side = post.calls = post.pid = None
            post.keep(side.tally)
            await self._tell_of_lost(post, side.listeners, process.returncode)

    def _room(self) -> int:
        """How many listeners a worker can have."""
        return room_in_worker(allowed_descriptors(), secure=self._tls is not None)

    def _job(self) -> Job:
        return Job(
            mounts=self._mounts,
            burst_s=self._terms.burst_s,
            slow_listener=self._terms.slow_listener,
            first_blocks=max(1, len(self._frames)),
            tls=self._tls,
        )

    def _brief(self, side: WorkerSide) -> None:
        """What a new worker has to know; blocks follow as they come."""
        for frame in self._frames:
            side.send(frame)
        side.send(encode(Pace(blocks=self._pace)))
        if self._closing.is_set():
            side.send(encode(Stop()))

    async def _watch(self, post: Post, side: WorkerSide) -> None:
        """Return when the worker has ended, or has to be."""
        loop = asyncio.get_running_loop()
        stable_s = loop.time() + STABLE_AFTER_S
        silent = 0
        while not self._closing.is_set():
            if await self._ends_within(side, self._look_every_s):
                return
            if side.ready and loop.time() > stable_s:
                post.backoff.recovered()
            silent = 0 if side.heard else silent + 1
            side.heard = False
            if silent >= (HUNG_LOOKS if side.ready else _HUNG_START_LOOKS):
                _log.error("worker %d (pid %d) says nothing any more; killing it", post.number, post.pid)
                return
        await self._ends_within(side, _STOP_GRACE_S)

    async def _ends_within(self, side: WorkerSide, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await side.ended.wait()
        except TimeoutError:
            return False
        return True

    async def _tell_of_lost(self, post: Post, numbers: set[int], code: int | None) -> None:
        """A worker is gone: so are those who listened there, or were on their way to it."""
        closing = self._closing.is_set()
        if not closing:
            post.lost += len(numbers)
            if numbers:
                post.last_loss = time.monotonic(), len(numbers)
            _log.error(
                "worker %d ended (exit code %s) and %d listeners lost it; another takes its place",
                *(post.number, code, len(numbers)),
            )
        for count, number in enumerate(sorted(numbers), 1):
            # What it had sent them died with it.
            self._on_departure(
                Departure(number=number, end=End.CLOSED if closing else End.LOST, sent_bytes=0)
            )
            if count % _LOST_AT_ONCE == 0:
                # The others' next block is not held up by twenty thousand of them.
                await asyncio.sleep(0)
