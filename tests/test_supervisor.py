"""The studio process kept alive: one that crashes, one that hangs, one that is told to stop."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from radiocast import supervisor as module
from radiocast.backoff import FIRST_WAIT_S
from radiocast.link.endpoint import Endpoint
from radiocast.model.block import MountSpec
from radiocast.supervisor import StudioSupervisor
from radiocast.transmitter.transmitter import Transmitter

MOUNTS = (MountSpec(path="/live.mp3", bitrate_kbps=128),)
WITHIN_S = 30.0

# Says Hello as a studio does, then nothing, until the link closes or it is killed.
MUTE = """
import os, socket, sys
from radiocast.link.codec import encode
from radiocast.link.messages import PROTOCOL, Hello
sock = socket.socket(fileno=int(sys.argv[1]))
sock.sendall(encode(Hello(protocol=PROTOCOL, pid=os.getpid(), mounts=("/live.mp3",))))
while sock.recv(65536):
    pass
"""
CRASHES = "raise SystemExit(3)"


def python(code: str) -> Callable[[int], list[str]]:
    return lambda descriptor: [sys.executable, "-c", code, str(descriptor)]


@asynccontextmanager
async def kept_alive(code: str) -> AsyncIterator[tuple[Transmitter, StudioSupervisor]]:
    """A transmitter on the air with this as its studio."""
    transmitter = Transmitter(MOUNTS, station_name="Test FM")
    supervisor = StudioSupervisor(transmitter, python(code))
    async with asyncio.TaskGroup() as tasks:
        pacing = tasks.create_task(transmitter.run())
        running = tasks.create_task(supervisor.run())
        try:
            yield transmitter, supervisor
        finally:
            await supervisor.stop()
            running.cancel()
            pacing.cancel()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110 - the transmitter's look is no event
            await asyncio.sleep(0.02)


async def test_a_studio_that_sends_nothing_is_killed_and_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "HUNG_AFTER_S", 0.3)
    monkeypatch.setattr(module, "_LOOK_EVERY_S", 0.05)
    async with kept_alive(MUTE) as (transmitter, _):
        await until(lambda: transmitter.look().studio.pid)
        first = transmitter.look().studio.pid
        await until(lambda: transmitter.look().studio.pid not in {None, first})
        assert transmitter.look().output.emergency_blocks > 0, "the air went on"


async def test_a_studio_that_crashes_at_once_is_tried_again_but_not_as_fast_as_possible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await real_sleep(0)

    real_sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", pause)
    transmitter = Transmitter(MOUNTS, station_name="Test FM")
    supervisor = StudioSupervisor(transmitter, python(CRASHES))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(supervisor.run())
        async with asyncio.timeout(WITHIN_S):
            while len([seconds for seconds in pauses if seconds != module._LOOK_EVERY_S]) < 4:
                await real_sleep(0.02)
        await supervisor.stop()
        running.cancel()
    backoffs = [seconds for seconds in pauses if seconds != module._LOOK_EVERY_S][:4]
    assert backoffs == sorted(backoffs)
    assert backoffs[0] == FIRST_WAIT_S
    assert backoffs[3] == 8 * FIRST_WAIT_S


async def test_a_command_that_cannot_be_run_does_not_end_the_station() -> None:
    transmitter = Transmitter(MOUNTS, station_name="Test FM")
    supervisor = StudioSupervisor(transmitter, lambda _: ["/nowhere/python"])
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(supervisor.run())
        await asyncio.sleep(0)
        assert not running.done()
        await supervisor.stop()
        running.cancel()


async def test_stop_ends_a_studio_that_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STOP_GRACE_S", 0.3)
    async with kept_alive("import time; time.sleep(60)") as (transmitter, supervisor):
        await until(lambda: transmitter.look().studio.pid)
        async with asyncio.timeout(WITHIN_S):
            await supervisor.stop()


async def test_a_studio_that_cannot_be_served_does_not_end_the_station(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def mistaken(_endpoint: Endpoint) -> None:
        raise ValueError("a mistake")

    async with kept_alive(MUTE) as (transmitter, _):
        with monkeypatch.context() as wrong:
            wrong.setattr(transmitter, "serve_studio", mistaken)
            await until(lambda: caplog.text.count("the studio could not be served") >= 2)
        await until(lambda: transmitter._studio.attached)
