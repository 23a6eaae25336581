"""The transmitter on the machine's clock, while other programs want every core."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from radiocast.model.units import BLOCK_S
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.house import HEAD
from tests.transmitter.listening import asked, tcp_pair
from tests.transmitter.sound import LIVE

LISTENERS = 40
SECONDS = 5.0


@pytest.fixture
def busy_cores() -> Iterator[None]:
    """Two programs for each core that do nothing but keep it busy."""
    command = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(command) for _ in range(2 * (os.cpu_count() or 1))]
    yield
    for process in busy:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("busy_cores")
async def test_no_listener_waits_more_than_two_blocks_while_the_cores_are_busy() -> None:
    transmitter = Transmitter((LIVE,), station_name="Newsline")
    loop = asyncio.get_running_loop()
    ears = []
    for _ in range(LISTENERS):
        server, listener = tcp_pair()
        transmitter.admit(server, "/live.mp3", icy=True, head=HEAD, asked=asked(""))
        ears.append(listener)
    end_s = loop.time() + SECONDS
    waits: list[float] = []

    async def listen(number: int) -> None:
        last_s, longest_s = loop.time(), 0.0
        while last_s < end_s:
            await loop.sock_recv(ears[number], 1 << 20)
            now_s = loop.time()
            longest_s, last_s = max(longest_s, now_s - last_s), now_s
        waits.append(longest_s)

    pacing = asyncio.create_task(transmitter.run())
    async with asyncio.TaskGroup() as tasks:
        for number in range(LISTENERS):
            tasks.create_task(listen(number))
    pacing.cancel()
    transmitter.close()
    for ear in ears:
        ear.close()
    assert len(waits) == LISTENERS
    # A block is due every BLOCK_S: a listener that gets each one waits that long, and never twice that.
    assert BLOCK_S / 2 < max(waits) < 2 * BLOCK_S
    assert transmitter.look().output.re_anchored == 0
