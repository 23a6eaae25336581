"""What is here needs real players, so it runs with `-m players` (make test-players) or by its path only."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.players.evidence import PlayerFailedError, Recording
from tests.players.https import HTTPS_PLAYERS
from tests.players.programs import COMMAND_PLAYERS, RECORD_S
from tests.players.servers import SERVERS
from tests.players.small_station import BURST_S, SmallStation

# All of a wave play at the same time, one wave after the other.
WAVES = ((*COMMAND_PLAYERS, *SERVERS), HTTPS_PLAYERS)
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is here `players`; deselect it, and have pytest say so, unless it was asked for."""
    ours = [item for item in items if _HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.players)
    asked_for = config.option.markexpr or any(_HERE.name in Path(arg).parts for arg in config.args)
    if ours and not asked_for:
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if _HERE not in item.path.parents]


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """A folder that other users can enter, which pytest's own is not: VLC and Icecast refuse to be root."""
    with tempfile.TemporaryDirectory(prefix="radiocast-players-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def station(workshop: Path) -> Iterator[SmallStation]:
    """The station that every player listens to."""
    if shutil.which("ffmpeg") is None:
        raise PlayerFailedError("ffmpeg is not installed. On Debian: apt-get install ffmpeg")
    with SmallStation(workshop / "station") as running:
        running.titles.wait_until_older_than(BURST_S + 2, changes_at_least=1, timeout_s=45)
        yield running


@pytest.fixture(scope="session")
def recording(
    request: pytest.FixtureRequest, workshop: Path, station: SmallStation
) -> Iterator[Callable[[str], Recording]]:
    """Give a player's recording. Those of its wave that the chosen tests need play at the same time."""
    wanted = {
        item.callspec.params["player"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and "player" in item.callspec.params
    }
    with ThreadPoolExecutor(max_workers=max(map(len, WAVES))) as pool:
        runs: dict[str, Future[Recording]] = {}

        def recording_of(name: str) -> Recording:
            if name not in runs:
                wave = next(wave for wave in WAVES if any(player.name == name for player in wave))
                for player in wave:
                    if player.name in wanted:
                        folder = workshop / player.name.replace(" ", "-")
                        folder.mkdir()
                        runs[player.name] = pool.submit(player.record, station.url, folder, RECORD_S)
            return runs[name].result(timeout=RECORD_S + 120)

        yield recording_of
