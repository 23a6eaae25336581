"""The transmitter: continuity, pacing and listeners put together, and the studio's side door.

Owns: the order in which a tick does things, and what is told of the air.
Must not know: HTTP, files of configuration, how the studio is started.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import Credit, Recalled
from radiocast.model.audience import Asked, Record
from radiocast.model.block import MountSpec
from radiocast.model.units import BLOCK_S, SILENCE_DBFS
from radiocast.reception.outlet import Outlet
from radiocast.transmitter.airlog import AirLog
from radiocast.transmitter.clock import Clock, SystemClock, wall_ahead_s
from radiocast.transmitter.continuity import Continuity, StudioBlock
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.fanout import TICKS_PER_BLOCK
from radiocast.transmitter.listeners import Listeners
from radiocast.transmitter.pacer import Pacer
from radiocast.transmitter.ring import LEAST_BURST_BLOCKS
from radiocast.transmitter.seats import Refusal, Seat
from radiocast.transmitter.snapshot import AirSnapshot, OutputNow
from radiocast.transmitter.studio_side import StudioSide
from radiocast.transmitter.terms import ORDINARY, Terms

_log = logging.getLogger(__name__)

# When the studio takes blocks back, what is left lasts at least so long before emergency sound would begin:
# it has its next block there in a few hundredths of a second, on a busy machine in a tenth.
RECALL_MARGIN_S: Final = 0.25
# One that fails at each tick would fill the log.
_TELL_EVERY_S: Final = 10.0


def _not_kept(_record: Record) -> None:
    """Where nobody wants to know who listened."""


class Transmitter:
    """Ready to admit listeners as soon as it is made: its rings hold a burst of emergency sound already.

    Without `emergency` that is silence, until the studio gives something better. `record` is told who joins
    and who leaves, and MUST return at once. With `workers` above 0, `crew.run` has to be kept going too;
    until they are ready, and wherever they cannot, the transmitter's own hall serves.
    `run` keeps it going; `step` is one tick of it, for tests with a clock of their own. Everything but
    `run` and `serve_studio` is synchronous and returns at once. Not thread-safe: one event loop's.
    """

    def __init__(
        self,
        mounts: Sequence[MountSpec],
        *,
        station_name: str,
        emergency: Emergency | None = None,
        lead_s: float = 3.0,
        terms: Terms = ORDINARY,
        workers: int = 0,
        record: Callable[[Record], None] = _not_kept,
        clock: Clock | None = None,
    ) -> None:
        self._clock: Clock = clock or SystemClock()
        self._specs = tuple(mounts)
        self._listeners = Listeners(mounts, terms, workers=workers, record=record, clock=self._clock)
        self.crew = self._listeners.crew
        silence = Emergency.silent(mounts, title=station_name)
        self._continuity = Continuity(mounts, emergency or silence, lead_s=lead_s)
        self._studio = StudioSide(
            mounts, self._continuity, clock=self._clock, credit=self.credit, recall=self.recall
        )
        self._airlog = AirLog()
        # The session whose sound is, or was last, on the air; 0 before the first.
        self._air_session = 0
        self._blocks = self._emergency_blocks = 0
        self._drift_ms = 0.0
        self._started_unix_s = self._clock.unix_s()
        self._last_block_s: float | None = None
        for _ in range(self._listeners.burst_blocks):
            self._put_block(self._utc(0.0))
        # What the first listener's burst is made of did not go out in its own time: it does not count.
        self._blocks = self._emergency_blocks = 0
        self._pacer = Pacer(
            self._clock.monotonic_s(),
            period_s=BLOCK_S / TICKS_PER_BLOCK,
            # Late by up to the lead, the studio's queued blocks make up for it.
            limit_s=max(lead_s, LEAST_BURST_BLOCKS * BLOCK_S),
        )

    # The air

    async def run(self) -> None:
        """Keep the air going until cancelled. Between two ticks the loop is everybody else's.

        A tick that fails by a mistake of ours is told of in the log, and does not end it.
        """
        told_s = -math.inf
        while True:
            try:
                wait_s = self.step()
            except Exception:
                wait_s, now_s = BLOCK_S / TICKS_PER_BLOCK, self._clock.monotonic_s()
                if now_s - told_s >= _TELL_EVERY_S:
                    told_s = now_s
                    _log.exception("a tick failed; the station goes on")
            await asyncio.sleep(wait_s)

    def step(self) -> float:
        """Do the next tick if it is due; seconds until the next that matters."""
        now_s = self._clock.monotonic_s()
        tick, anchored = self._pacer.tick, self._pacer.re_anchored
        if self._pacer.take(now_s):
            if self._pacer.re_anchored != anchored:
                self._studio.stood_still()
            if tick % TICKS_PER_BLOCK == 0:
                self._drift_ms = self._pacer.late_s * 1000
                self._last_block_s = now_s
                self._put_block(self._utc(self._pacer.late_s))
                self._listeners.keep_terms(now_s)
            # At most to the next block, which is due at a tick of its own.
            until_next = self._listeners.serve(tick, late_s=self._pacer.late_s)
            self._pacer.pass_over(until_next - 1)
        return self._pacer.wait_s(self._clock.monotonic_s())

    def close(self) -> None:
        """End every listener and admit nobody more; the workers' are gone when `crew.run` returns.

        Safe to call twice.
        """
        self._listeners.close()

    def _put_block(self, at: datetime) -> None:
        """Put the block that is due on every ring, and tell the studio."""
        outgoing = self._continuity.next()
        self._blocks += 1
        if isinstance(outgoing, StudioBlock):
            if outgoing.session != self._air_session:
                self._airlog.studio_lost(at)
                self._air_session = outgoing.session
            audio, title = outgoing.block.audio, outgoing.block.stream_title
            self._airlog.studio_block(outgoing.block, at)
        else:
            self._emergency_blocks += 1
            if not self._studio.attached:
                self._airlog.studio_lost(at)
            audio, title = outgoing.audio, outgoing.stream_title
            self._airlog.cover_block(outgoing, at)
        self._listeners.put(audio, title)
        self._studio.credit_changed()

    # Listeners

    @property
    def mounts(self) -> tuple[MountSpec, ...]:
        """What is sent, in the order of the configuration."""
        return self._specs

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    def admit(
        self, outlet: Outlet, mount_path: str, *, icy: bool, head: bytes, asked: Asked
    ) -> Seat | Refusal:
        """Take a connection over, and send `head` (the response's header) and the burst on it.

        It MUST be non-blocking and the caller's own; from here on it is the fan-out's, here or in a worker,
        which closes it. With a Refusal it is the caller's still, and nothing was sent on it. `icy` is whether
        titles stand in the sound, every `block_bytes(bitrate)` bytes.
        """
        return self._listeners.admit(outlet, mount_path, icy=icy, head=head, asked=asked)

    def replace(self, number: int) -> None:
        """Let a listener go whose player is about to listen on another connection; they count as one.

        Its place is free at once. Nothing happens when it is gone already.
        """
        self._listeners.replace(number)

    # The studio

    async def serve_studio(self, endpoint: Endpoint) -> None:
        """Be the studio's other end until it closes the link, for good or to be started again.

        Raises LinkError when it says what no studio of ours says, or is cut off in the middle of a message;
        the air goes on either way. Cancellation leaves the link open: the caller closes the endpoint.
        """
        await self._studio.serve(endpoint)

    def studio_starting(self, pid: int) -> None:
        """A studio process was started; it is `starting` until its sound goes out."""
        self._studio.starting(pid)

    def studio_down(self) -> None:
        """There is no studio process. What it had sent is still played."""
        self._studio.down()

    def studio_silent_for_s(self) -> float:
        """Seconds in which the studio sent no block although it might; 0 while none is wanted of it."""
        return self._studio.silent_for_s()

    def stop_studio(self) -> None:
        """Ask the studio to write its logs and end; `serve_studio` returns when it has."""
        self._studio.stop()

    def credit(self) -> Credit:
        """How far the studio may run, and when what it sends next is heard, as of now."""
        allowance = self._continuity.allowance()
        due_tick = self._next_block_tick() + allowance.blocks_until_next * TICKS_PER_BLOCK
        return Credit(
            up_to=allowance.up_to,
            next_seq=allowance.next_seq,
            # Anew for every credit: the wall's clock may be slewed, be set, or have gone on while we slept.
            next_due=self._pacer.due_s(due_tick) + wall_ahead_s(self._clock),
            listeners=len(self._listeners),
        )

    def recall(self, first: int) -> Recalled:
        """Take the studio's blocks from `first` on off the air, as far as that leaves it time for others."""
        # The last block that is left must not go out before there is another.
        next_s = self._pacer.due_s(self._next_block_tick()) - self._clock.monotonic_s()
        keep = max(1, math.ceil((RECALL_MARGIN_S - next_s) / BLOCK_S) + 1)
        gone = self._continuity.recall(first, keep=keep)
        return Recalled(first=gone.start, count=len(gone))

    def _next_block_tick(self) -> int:
        """The next tick that puts a block on the air: its number is a multiple of TICKS_PER_BLOCK."""
        return -(-self._pacer.tick // TICKS_PER_BLOCK) * TICKS_PER_BLOCK

    # What others see

    def look(self) -> AirSnapshot:
        """The air as it is now."""
        now_s = self._clock.monotonic_s()
        return AirSnapshot(
            taken_at=self._utc(0.0),
            started_at=datetime.fromtimestamp(self._started_unix_s, UTC),
            on_air=self._airlog.now,
            history=self._airlog.history,
            listeners=self._listeners.now(),
            mounts=self._listeners.mounts_now(),
            output=OutputNow(
                level_lufs=self._airlog.level_dbfs,
                silent_for_s=self._airlog.silent_for_s,
                lead_s=self._continuity.queued * BLOCK_S,
                drift_ms=self._drift_ms,
                blocks=self._blocks,
                emergency_blocks=self._emergency_blocks,
                block_age_s=None if self._last_block_s is None else now_s - self._last_block_s,
                re_anchored=self._pacer.re_anchored,
            ),
            studio=self._studio.now(self._air_session),
            report=self._studio.report,
            workers=self.crew.now(),
            tally=self._listeners.tally(),
            refused=self._listeners.refused(),
            problems=self._problems(),
        )

    def _problems(self) -> tuple[str, ...]:
        found = [self._studio.problem]
        if self._continuity.emergency.level_dbfs <= SILENCE_DBFS:
            found.append(
                "There is no emergency sound, so a studio that fails would be heard as silence. "
                "It is made at the start, in var/: see there that the disk is not full and can be written."
            )
        return (*filter(None, found), *self.crew.problems())

    def _utc(self, ago_s: float) -> datetime:
        return datetime.fromtimestamp(self._clock.unix_s(), UTC) - timedelta(seconds=ago_s)
