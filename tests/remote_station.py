"""A remote station for tests that are not on an event loop: `tests/studio/streams` in a thread of its own."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from tests.studio.streams import Behaviour, Remote, remote


class RemoteStation:
    """Serves on loopback inside the block. `change` is for whoever comes next; `hang_up` ends who listens."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return self._station.url

    @property
    def requests(self) -> int:
        return self._station.requests

    def change(self, behaviour: Behaviour) -> None:
        self._station.behaviour = behaviour

    def hang_up(self) -> None:
        asyncio.run_coroutine_threadsafe(self._station.hang_up(), self._loop).result(5)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(5)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        async with remote(self._behaviour) as station:
            self._station: Remote = station
            self._started.set()
            await self._ended.wait()
