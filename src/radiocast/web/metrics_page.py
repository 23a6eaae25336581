"""`/metrics` as an answer.

Owns: which form a reader wants, and how long an answer is remembered.
Must not know: which metrics there are.
"""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Final

from aiohttp import web

from radiocast.web.processes import ProcessNow, process_now
from radiocast.web.source import AirSource, House, HouseLook

_PLAIN: Final = "text/plain; version=0.0.4; charset=utf-8"
_OPEN_METRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_HEADERS: Final = {"Cache-Control": "no-store"}


class MetricsPage:
    """The page. Made in a thread: its imports, and what it reads in /proc, take too long for a slice."""

    def __init__(
        self,
        source: AirSource,
        *,
        house: House = HouseLook,
        remember_s: float,
    ) -> None:
        self._source = source
        self._house = house
        self._remember_s = remember_s
        # By content type.
        self._made: dict[str, bytes] = {}
        self._made_at = -float("inf")
        # Many who ask at once get what is made for the first of them.
        self._making = asyncio.Lock()

    async def answer(self, request: web.Request) -> web.Response:
        """The metrics, in Prometheus's text format or as OpenMetrics, whichever is asked for."""
        kind = _wanted(request.headers.get("Accept", ""))
        async with self._making:
            body = await self._remembered(kind)
        return web.Response(body=body, headers={**_HEADERS, "Content-Type": kind})

    async def _remembered(self, kind: str) -> bytes:
        now = time.monotonic()
        if now - self._made_at >= self._remember_s:
            self._made.clear()
            self._made_at = now
        body = self._made.get(kind)
        if body is None:
            body = self._made[kind] = await asyncio.to_thread(self._writer(kind))
        return body

    def _writer(self, kind: str) -> Callable[[], bytes]:
        """What writes the page. Looks at the station now, on the loop to which its values belong."""
        air, house = self._source.look(), self._house()
        pids = {"transmitter": os.getpid(), "studio": air.studio.pid}
        pids |= {f"worker-{number}": worker.pid for number, worker in enumerate(air.workers, 1)}

        def write() -> bytes:
            from radiocast.web.metrics import Readings, open_metrics, plain_text

            looked = {name: process_now(pid) for name, pid in pids.items() if pid is not None}
            processes: dict[str, ProcessNow] = {name: now for name, now in looked.items() if now is not None}
            readings = Readings(air=air, house=house, processes=processes)
            return open_metrics(readings) if kind == _OPEN_METRICS else plain_text(readings)

        return write


def _wanted(accept: str) -> str:
    """Prometheus asks for OpenMetrics before all else; who does not name it gets what everything reads."""
    for one in accept.lower().split(","):
        kind, *parameters = (part.strip().replace(" ", "") for part in one.split(";"))
        if kind == "application/openmetrics-text" and not any(
            parameter in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for parameter in parameters
        ):
            return _OPEN_METRICS
    return _PLAIN
