from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from radiocast.config.station import StationConfig
from tests.web.an_archive import AnArchive
from tests.web.fake_air import FakeAir, config
from tests.web.opened import Client, Opened

Serve = Callable[..., Awaitable[Client]]

__all__ = ["Client", "Serve"]


@pytest.fixture
def air() -> FakeAir:
    return FakeAir()


@pytest.fixture
async def serve(air: FakeAir) -> AsyncIterator[Serve]:
    """Serves the air on loopback, by the way in that listeners have. Answers are not remembered."""
    async with AsyncExitStack() as stack:

        async def start(
            station: StationConfig | None = None, *, remember_s: float = 0.0, published: Path | None = None
        ) -> Client:
            opened = Opened(station or config(), air=air, published=published, remember_s=remember_s)
            await stack.enter_async_context(opened)
            client = Client(opened)
            stack.push_async_callback(client.close)
            return client

        yield start


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
