"""Where blocks go, and when what is in them is heard.

Owns: the studio's side of the link's credit, and the mapping between block numbers and air time; the
virtual clock that simulation and tests run on. Must not know: what is in a block.
"""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import BlockReady, Credit, Recall, Recalled
from radiocast.model.block import Block
from radiocast.model.units import BLOCK_S

# A due time that moves by less is the difference of two clocks being read, not a pause of the air.
_SAME_S: Final = 0.002
# Air times are asked for back to the start of the item that plays: pauses of the air since then.
_MOST_STRETCHES: Final = 1000
# The transmitter must have a block this long before it is due.
_MARGIN_S: Final = 0.5
# A virtual clock stands still while it waits; this only ends a wait for what never comes.
VIRTUAL_PATIENCE_S: Final = 60.0


class Outlet(Protocol):
    """Takes the playout's blocks, in order, from 0."""

    @property
    def listeners(self) -> int:
        """How many listen now."""
        ...

    @property
    def gives_back(self) -> bool:
        """Whether what was sent may be taken back; if not, `recall` never does."""
        ...

    async def permit(self, seq: int) -> None:
        """Wait until the block `seq` may be sent. MUST have returned once before `air_time` is asked for."""
        ...

    async def send(self, block: Block) -> None:
        """Send it. Raises LinkError when nobody takes it any more."""
        ...

    async def recall(self, first: int, following: int) -> int:
        """Take back the blocks from `first` on that are not on the air yet; how many were.

        `following` is the block that is sent next; MUST NOT be called while one is on its way. They are the
        last before `following`, which is heard that much earlier; 0 where nothing can be taken back.
        """
        ...

    def air_time(self, seq: int, offset_s: float = 0.0) -> datetime:
        """When the sound `offset_s` into block `seq` is heard, as far as is known now; aware."""
        ...

    def slack_s(self, seq: int) -> float:
        """How long the block `seq` may still be waited for before anybody hears of it; may be negative."""
        ...


class LinkOutlet:
    """The studio's end of the link. Whoever receives the link's messages gives every Credit to `credit`."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._now = now
        self._monotonic = monotonic
        # By how much the wall's clock was ahead of the monotonic one at the last credit.
        self._wall_ahead_s = 0.0
        self._up_to = 0
        self._more = asyncio.Event()
        # Stretches of air without a pause: from this block on, due then (Unix seconds), parallel lists.
        self._from: list[int] = []
        self._due: list[float] = []
        self._listeners = 0
        self._answer: asyncio.Future[int] | None = None
        self._following = 0  # the block that the recall under way is for

    @property
    def listeners(self) -> int:
        """As of the last credit."""
        return self._listeners

    @property
    def gives_back(self) -> bool:
        """The transmitter does, where it is in time."""
        return True

    def credit(self, credit: Credit) -> None:
        """Take the transmitter's word for how far the studio may run, and when it is heard."""
        self._listeners = credit.listeners
        self._wall_ahead_s = self._now() - self._monotonic()
        if not self._from or abs(credit.next_due - self._due_of(credit.next_seq)) > _SAME_S:
            # What aired before keeps its times, as the clock went then; what is still to be heard moves,
            # be it that the air paused, or that the clock was set or the machine asleep.
            while self._from and self._from[-1] >= credit.next_seq:
                del self._from[-1], self._due[-1]
            self._add_stretch(credit.next_seq, credit.next_due)
        self._up_to = max(self._up_to, credit.up_to)
        self._more.set()

    async def permit(self, seq: int) -> None:
        """Wait for credit."""
        while seq >= self._up_to:
            self._more.clear()
            await self._more.wait()

    async def send(self, block: Block) -> None:
        """Over the link."""
        await self._endpoint.send(BlockReady(block=block))

    async def recall(self, first: int, following: int) -> int:
        """Ask the transmitter, which answers at once. Cancelled, the answer counts all the same."""
        if first >= following or not self._from:
            return 0
        self._following = following
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answer = answer
        await self._endpoint.send(Recall(first=first))
        return await answer

    def recalled(self, recalled: Recalled) -> None:
        """Take the transmitter's answer: what follows on what was taken back is heard in its place."""
        if recalled.count:
            due = self._due_of(recalled.first)
            # Behind it nothing is known yet.
            while self._from[-1] >= recalled.first:
                del self._from[-1], self._due[-1]
            self._add_stretch(self._following, due)
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(recalled.count)

    def air_time(self, seq: int, offset_s: float = 0.0) -> datetime:
        """In UTC. Raises RuntimeError before the first credit, a mistake of the caller."""
        if not self._from:
            raise RuntimeError("no air time before the first credit: wait for `permit`")
        return datetime.fromtimestamp(self._due_of(seq) + offset_s, UTC)

    def slack_s(self, seq: int) -> float:
        """Until it is due, less a margin. A clock that is set between two credits changes nothing in it."""
        if not self._from:
            return 0.0
        return self._due_of(seq) - self._wall_ahead_s - self._monotonic() - _MARGIN_S

    def _add_stretch(self, seq: int, due: float) -> None:
        self._from.append(seq)
        self._due.append(due)
        del self._from[:-_MOST_STRETCHES], self._due[:-_MOST_STRETCHES]

    def _due_of(self, seq: int) -> float:
        stretch = max(0, bisect_right(self._from, seq) - 1)
        return self._due[stretch] + (seq - self._from[stretch]) * BLOCK_S


class VirtualOutlet:
    """A clock that runs as fast as the sound is made: block `seq` is heard at `start + seq * BLOCK_S`."""

    def __init__(
        self, start: datetime, take: Callable[[Block], Awaitable[None] | None], *, listeners: int = 0
    ) -> None:
        self._start = start
        self._take = take
        self.listeners = listeners
        self.gives_back = False

    async def permit(self, seq: int) -> None:
        """At once."""

    async def send(self, block: Block) -> None:
        """To the callback."""
        waits = self._take(block)
        if waits is not None:
            await waits

    async def recall(self, first: int, following: int) -> int:
        """What was sent has been heard."""
        return 0

    def air_time(self, seq: int, offset_s: float = 0.0) -> datetime:
        """Exact, in the zone of `start`; in between, seconds pass as they do in UTC."""
        zone = self._start.tzinfo
        return (self._start.astimezone(UTC) + timedelta(seconds=seq * BLOCK_S + offset_s)).astimezone(zone)

    def slack_s(self, seq: int) -> float:
        """Time stands still while the studio waits."""
        return VIRTUAL_PATIENCE_S
