"""The studio's side door: what a studio process says, checked, and what it is told.

Owns: the conversation over the link, from Hello to its end, and what is known of the studio's state.
Must not know: listeners, rings, or who starts the studio.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import (
    PROTOCOL,
    BlockReady,
    Credit,
    Hello,
    Message,
    Recall,
    Recalled,
    Reported,
    StandbyReady,
    Stop,
)
from radiocast.model.block import MountSpec
from radiocast.model.errors import LinkError, MediaError
from radiocast.model.report import StudioReport
from radiocast.transmitter.clock import Clock
from radiocast.transmitter.continuity import Continuity
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.snapshot import StudioNow, StudioState

_log = logging.getLogger(__name__)


class StudioSide:
    """One studio at a time; its blocks go to `continuity`.

    `credit` says how far it may run now, `recall` takes back its blocks from a number on.
    """

    def __init__(
        self,
        mounts: Sequence[MountSpec],
        continuity: Continuity,
        *,
        clock: Clock,
        credit: Callable[[], Credit],
        recall: Callable[[int], Recalled],
    ) -> None:
        self._mounts = tuple(mounts)
        self._continuity = continuity
        self._clock = clock
        self._credit = credit
        self._recall = recall
        self._answer: Recalled | None = None
        self._credit_due = asyncio.Event()
        self._stop_wanted = False
        self._pid: int | None = None
        self._down = False
        self._last_heard_s = clock.monotonic_s()
        self.attached = False
        # What is wrong with what the studio gave, in words for whoever runs the station; empty if nothing is.
        self.problem = ""
        self.report: StudioReport | None = None

    async def serve(self, endpoint: Endpoint) -> None:
        """Converse until the studio closes the link. Raises LinkError on what no studio of ours says.

        Cancellation leaves the link open: the caller closes the endpoint.
        """
        if self.attached:
            raise LinkError("studio: one is attached already")
        self._last_heard_s = self._clock.monotonic_s()
        fault: LinkError | None = None
        try:
            async with asyncio.TaskGroup() as group, aclosing(endpoint.messages()) as messages:
                sender: asyncio.Task[None] | None = None
                try:
                    async for message in messages:
                        if sender is None:
                            self._greet(message)
                            sender = group.create_task(self._send_credit(endpoint), name="link-credit")
                        else:
                            await self._take(message)
                except LinkError as error:
                    # Not let through the group, which would wrap it.
                    fault = error
                finally:
                    if sender is not None:
                        sender.cancel()
        finally:
            self.down()
        if fault is not None:
            raise fault

    def starting(self, pid: int) -> None:
        """A studio process was started, and has said nothing yet."""
        self._pid = pid
        self._down = False
        self._last_heard_s = self._clock.monotonic_s()

    def down(self) -> None:
        """There is no studio. Safe to call twice."""
        self._pid = None
        self._down = True
        if self.attached:
            self.attached = False
            self._continuity.detach()

    def stop(self) -> None:
        """Ask the studio to write its logs and end; `serve` returns when it has."""
        self._stop_wanted = True
        self._credit_due.set()

    def credit_changed(self) -> None:
        """A block went out: the studio may run further."""
        self._credit_due.set()

    def stood_still(self) -> None:
        """The machine stood still, and the studio with it: that time is no silence of the studio's."""
        self._last_heard_s = self._clock.monotonic_s()

    def silent_for_s(self) -> float:
        """How long the studio has sent no block although it might; 0 while it needs to send none."""
        allowance = self._continuity.allowance()
        waits_for_us = self.attached and allowance.up_to <= self._continuity.arriving
        if self._pid is None or waits_for_us:
            return 0.0
        return self._clock.monotonic_s() - self._last_heard_s

    def now(self, air_session: int) -> StudioNow:
        """For the status; `air_session` is the session whose sound is, or was last, on the air."""
        session = self._continuity.session
        if self.attached and air_session == session:
            state = StudioState.ON_AIR
        elif self._down:
            state = StudioState.DOWN
        else:
            state = StudioState.STARTING
        return StudioNow(state=state, restarts=max(0, session - 1), pid=self._pid)

    def _greet(self, message: Message) -> None:
        if not isinstance(message, Hello):
            raise LinkError(f"studio: it began with {type(message).__name__} and not with Hello")
        if message.protocol != PROTOCOL:
            raise LinkError(
                f"studio: it speaks protocol {message.protocol} and we {PROTOCOL}: "
                "an upgrade was not finished; restart radiocast"
            )
        paths = tuple(spec.path for spec in self._mounts)
        if message.mounts != paths:
            raise LinkError(f"studio: it makes {message.mounts} and not {paths}")
        self.attached = True
        self._answer = None
        self.starting(message.pid)
        self._continuity.attach()
        self._credit_due.set()

    async def _take(self, message: Message) -> None:
        match message:
            case BlockReady(block=block):
                self._continuity.offer(block)
                self._last_heard_s = self._clock.monotonic_s()
            case Reported(report=report):
                self.report = report
            case StandbyReady():
                await self._renew_emergency(message)
            case Recall(first=first):
                self._answer = self._recall(first)
                self._credit_due.set()
            case _:
                raise LinkError(f"studio: {type(message).__name__} does not belong here")

    async def _renew_emergency(self, message: StandbyReady) -> None:
        try:
            emergency = await asyncio.to_thread(
                Emergency.from_files, self._mounts, message.files, title=message.title
            )
        except MediaError as error:
            # The sound it was to replace is still good.
            self.problem = f"The new emergency sound is not used, the one before stays: {error}"
            _log.warning(self.problem)
            return
        self.problem = ""
        self._continuity.renew(emergency)

    async def _send_credit(self, endpoint: Endpoint) -> None:
        """Tell the studio after every block how far it may run; only the latest word counts."""
        while True:
            await self._credit_due.wait()
            self._credit_due.clear()
            try:
                if self._answer is not None:
                    # Before the credit that goes by it, and behind every one that does not.
                    answer, self._answer = self._answer, None
                    await endpoint.send(answer)
                await endpoint.send(Stop() if self._stop_wanted else self._credit())
            except LinkError:
                return  # whoever receives will see the end too, after what was sent before it
            if self._stop_wanted:
                return
