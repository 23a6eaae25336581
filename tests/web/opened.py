"""The real way in, opened on loopback for a test: lobby, door and front, on a free port."""

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import ClientResponse, ClientSession
from yarl import URL

from radiocast.binding import Address, bind
from radiocast.config.station import Identity, StationConfig
from radiocast.model.audience import Record
from radiocast.model.block import MountSpec
from radiocast.reception.proxies import TrustedProxies
from radiocast.transmitter.emergency import Emergency
from radiocast.transmitter.terms import Terms
from radiocast.transmitter.transmitter import Transmitter
from radiocast.web.app import build_app
from radiocast.web.door import Door
from radiocast.web.front import Front
from radiocast.web.site import REMEMBER_S
from radiocast.web.source import AirSource
from radiocast.web.way_in import WayIn
from tests.transmitter.listening import HandClock
from tests.transmitter.sound import block_sound
from tests.web.arrivals import WAIT_S, Caller


class Opened:
    """A station's port. `records` is what it told of those who came; its clock is ticked by `block`."""

    def __init__(
        self,
        config: StationConfig,
        *,
        air: AirSource | None = None,
        published: Path | None = None,
        remember_s: float = REMEMBER_S,
        terms: Terms | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        """Without `air` the pages tell of the transmitter's own."""
        self.clock = HandClock()
        self.records: list[Record] = []
        self.transmitter = _transmitter(config.mounts, terms or Terms(), self.clock, self.records)
        self.front = Front(
            build_app(air or self.transmitter, config, published=published, remember_s=remember_s),
            record=self.records.append,
        )
        self._listening = bind(Address(host=host, port=0))
        self.host, self.port = host, int(self._listening.getsockname()[1])
        self.way_in = WayIn(
            [self._listening],
            door=Door(self.transmitter, config.station, record=self.records.append),
            front=self.front,
            record=self.records.append,
            proxies=TrustedProxies.parse(config.listen.trusted_proxies),
        )
        self._callers: list[Caller] = []

    async def __aenter__(self) -> Self:
        await self.way_in.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.transmitter.close()
        for caller in self._callers:
            await caller.hang_up()
        async with asyncio.timeout(WAIT_S):
            await self.way_in.close()
        self._listening.close()

    async def call(self, *, host: str | None = None) -> Caller:
        """Somebody connects."""
        caller = Caller(*await asyncio.open_connection(host or self.host, self.port, limit=2**20))
        self._callers.append(caller)
        return caller

    async def block(self) -> None:
        """A block's time passes."""
        for _ in range(8):
            self.clock.pass_blocks(1 / 8)
            self.transmitter.step()
            await asyncio.sleep(0)

    @property
    def listening_family(self) -> socket.AddressFamily:
        return self._listening.family


def _transmitter(
    mounts: Sequence[MountSpec], terms: Terms, clock: HandClock, records: list[Record]
) -> Transmitter:
    files = [block_sound(spec, 0, speaker="standby") for spec in mounts]
    return Transmitter(
        mounts,
        station_name="Newsline",
        emergency=Emergency.from_bytes(mounts, files, title="Back — soon"),
        terms=terms,
        record=records.append,
        clock=clock,
    )


class Client:
    """Asks for pages as a browser does."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.port = opened.port
        self._session = ClientSession()
        self._answers: list[ClientResponse] = []

    def make_url(self, path: str) -> URL:
        return URL(f"http://127.0.0.1:{self.port}{path}")

    async def get(self, path: str, **options: object) -> ClientResponse:
        return await self._ask("GET", path, **options)

    async def head(self, path: str, **options: object) -> ClientResponse:
        return await self._ask("HEAD", path, **options)

    async def post(self, path: str, **options: object) -> ClientResponse:
        return await self._ask("POST", path, **options)

    async def close(self) -> None:
        for answer in self._answers:
            answer.close()
        await self._session.close()

    async def _ask(self, method: str, path: str, **options: object) -> ClientResponse:
        answer = await self._session.request(method, self.make_url(path), **options)  # type: ignore[arg-type]
        self._answers.append(answer)
        return answer


IDENTITY = Identity(name="Newsline — Ελλάδα", slogan="All\r\nnews", genre="News", url="https://example.org")
