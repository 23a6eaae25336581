"""A mistake of ours in one tick is not the end of the station."""

import asyncio

import pytest

from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.sound import LIVE


async def test_a_tick_that_fails_is_told_of_and_the_next_is_taken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    transmitter = Transmitter([LIVE], station_name="x")
    listeners = transmitter._listeners
    serve, failures = listeners.serve, iter([True, True])

    def mistaken(tick: int, *, late_s: float) -> int:
        if next(failures, False):
            raise ValueError("a mistake")
        return serve(tick, late_s=late_s)

    monkeypatch.setattr(listeners, "serve", mistaken)
    running = asyncio.create_task(transmitter.run())
    async with asyncio.timeout(30):
        while transmitter.look().output.blocks < 2:  # noqa: ASYNC110 - the look is no event
            await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()
    transmitter.close()
    assert [record.message for record in caplog.records] == ["a tick failed; the station goes on"]
