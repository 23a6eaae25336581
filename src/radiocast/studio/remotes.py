"""Remote streams that are lost: kept out of the plan until they are heard again.

Owns: which streams cannot be relayed now, why, and trying them again in the background.
Must not know: what plays meanwhile, or when a stream is scheduled; it tells that one is back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from radiocast.ffmpeg.inputs import shown_url
from radiocast.model.errors import MediaError
from radiocast.model.units import SILENCE_DBFS, samples
from radiocast.studio.relay import RelayDeck

log = logging.getLogger(__name__)

# 5, 10, 20, 40 and then 60 s: soon enough for a cable that was pulled, seldom enough for a server that is
# gone.
FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 60.0
# What has come back and is lost again within this is tried again no sooner than it was last time.
_STEADY_S: Final = 300.0
# So much is listened to before a stream counts as back; one that is silent is not.
_LISTEN_S: Final = 3.0

Probe = Callable[[str], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class _Stream:
    wait_s: float = FIRST_WAIT_S
    reason: str = ""  # empty while it is there
    back_at: float = 0.0
    task: asyncio.Task[None] | None = None


async def listen(url: str) -> None:
    """Relay some seconds of it to nobody. Raises MediaError where there is no sound."""
    deck = RelayDeck(url)
    try:
        await deck.open()
        frames = await deck.ready(samples(_LISTEN_S))
        sound = deck.take(frames)
        if deck.failure:
            raise MediaError(deck.failure)
        if not frames or float(np.mean(sound**2)) < 10 ** (SILENCE_DBFS / 10):
            raise MediaError(f"{shown_url(url)}: is silent")
    finally:
        await deck.close()


class Remotes:
    """One station's remote streams, by address."""

    def __init__(
        self,
        *,
        back: Callable[[str], None],
        probe: Probe = listen,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        reachable: bool = True,
    ) -> None:
        """`back` is told the address of a stream that can be heard again.

        On a virtual clock no stream is `reachable`: it runs by another time.
        """
        self.reachable = reachable
        self._back = back
        self._probe = probe
        self._sleep = sleep
        self._streams: dict[str, _Stream] = {}

    @property
    def unavailable(self) -> frozenset[str]:
        """The sources that the planner is to leave out, as the schedule writes them."""
        return frozenset(f"stream/{url}" for url, stream in self._streams.items() if stream.reason)

    def problems(self) -> tuple[str, ...]:
        """A sentence for each stream that is lost."""
        return tuple(
            f"stream {stream.reason}; it is tried again and resumed when it is back"
            for stream in self._streams.values()
            if stream.reason
        )

    def lost(self, url: str, reason: str) -> None:
        """It ended before its time, or could not be opened: leave it out, and try it until it is back."""
        stream = self._streams.setdefault(url, _Stream())
        if stream.reason:
            return
        if asyncio.get_running_loop().time() - stream.back_at > _STEADY_S:
            stream.wait_s = FIRST_WAIT_S
        stream.reason = reason
        log.warning("stream lost: %s", reason)
        if not self.reachable:
            return
        stream.task = asyncio.create_task(self._try_again(url, stream), name=f"try {shown_url(url)}")

    async def _try_again(self, url: str, stream: _Stream) -> None:
        while True:
            await self._sleep(stream.wait_s)
            stream.wait_s = min(LONGEST_WAIT_S, stream.wait_s * 2)
            try:
                await self._probe(url)
            except MediaError as error:
                log.info("stream not back yet: %s", error)
                stream.reason = str(error)
                continue
            stream.reason, stream.back_at = "", asyncio.get_running_loop().time()
            log.info("stream is back: %s", shown_url(url))
            self._back(url)
            return

    async def close(self) -> None:
        """Stop trying."""
        tasks = [stream.task for stream in self._streams.values() if stream.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
