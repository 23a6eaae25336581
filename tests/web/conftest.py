from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from radiocast.config.station import StationConfig
from radiocast.web.app import build_app
from tests.web.an_archive import AnArchive
from tests.web.fake_air import FakeAir, config

Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
def air() -> FakeAir:
    return FakeAir()


@pytest.fixture
async def serve(air: FakeAir) -> AsyncIterator[Serve]:
    """Serves the air on loopback; answers are not remembered unless a test says so."""
    clients: list[Client] = []

    async def start(
        station: StationConfig | None = None, *, remember_s: float = 0.0, published: Path | None = None
    ) -> Client:
        app = build_app(air, station or config(), published=published, remember_s=remember_s)
        client = TestClient(TestServer(app, host="127.0.0.1"))
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
def archive(tmp_path: Path) -> AnArchive:
    """Two stories and an episode, written."""
    found = AnArchive(tmp_path / "published")
    found.write()
    return found


@pytest.fixture
async def client(serve: Serve, archive: AnArchive) -> Client:
    """The station with its pages of the news."""
    return await serve(published=archive.folder)
