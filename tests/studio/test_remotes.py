"""Streams that are lost: tried again, each later than before, and told of when they are back."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE
from radiocast.studio.remotes import Remotes, listen
from tests.studio.sounds import noise
from tests.studio.streams import mp3, over_and_over, remote, sends

URL = "https://example.org/live.mp3"
LOST = "https://example.org/live.mp3: the stream ended"


class Bench:
    """Remotes whose waits are over when the test says so, and a probe that answers as the test says."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.back: list[str] = []
        self.answers: list[str] = []
        self.slept = asyncio.Event()
        self.go_on = asyncio.Event()
        self.remotes = Remotes(back=self.back.append, probe=self.probe, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.slept.set()
        await self.go_on.wait()
        self.go_on.clear()

    async def probe(self, url: str) -> None:
        reason = self.answers.pop(0)
        if reason:
            raise MediaError(reason)

    async def after_waiting(self, answer: str) -> None:
        await self.slept.wait()
        self.slept.clear()
        self.answers.append(answer)
        self.go_on.set()


async def until(condition: Callable[[], object], turn: Callable[[], Awaitable[None]]) -> None:
    while not condition():
        await turn()


async def test_it_is_left_out_until_it_is_back_and_tried_less_and_less_often() -> None:
    bench = Bench()
    assert not bench.remotes.unavailable
    bench.remotes.lost(URL, LOST)
    bench.remotes.lost(URL, "told twice")
    assert bench.remotes.unavailable == {f"stream/{URL}"}
    assert LOST in bench.remotes.problems()[0]
    for _ in range(5):
        await bench.after_waiting("still nothing")
    await bench.after_waiting("")
    await until(lambda: bench.back, lambda: asyncio.sleep(0))
    assert bench.back == [URL]
    assert bench.waits == [5, 10, 20, 40, 60, 60]
    assert not bench.remotes.unavailable
    assert not bench.remotes.problems()
    await bench.remotes.close()


async def test_what_is_lost_again_soon_is_not_tried_as_soon_again() -> None:
    bench = Bench()
    bench.remotes.lost(URL, LOST)
    await bench.after_waiting("")
    await until(lambda: bench.back, lambda: asyncio.sleep(0))
    bench.remotes.lost(URL, LOST)
    await bench.slept.wait()
    assert bench.waits == [5, 10]
    await bench.remotes.close()


async def test_on_a_virtual_clock_nothing_is_tried() -> None:
    bench = Bench()
    bench.remotes.reachable = False
    bench.remotes.lost(URL, LOST)
    await asyncio.sleep(0)
    assert bench.remotes.unavailable == {f"stream/{URL}"}
    assert not bench.waits
    await bench.remotes.close()


async def test_listening_hears_sound_and_takes_silence_for_none() -> None:
    async with remote(over_and_over(mp3(noise(5.0, seed=1)))) as station:
        await listen(station.url)
        station.behaviour = over_and_over(mp3(np.zeros((5 * SAMPLE_RATE, 2), dtype=np.float32)))
        with pytest.raises(MediaError, match="silent"):
            await listen(station.url)
        station.behaviour = sends(b"", head=b"HTTP/1.0 503 Service Unavailable\r\n\r\n")
        with pytest.raises(MediaError, match="5"):
            await listen(station.url)
