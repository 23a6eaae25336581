"""The recording process: started, stopped, killed and closed down, with everything written that was taken."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from radiocast.audience.keeping import Keeping
from radiocast.audience.recorder import Recorder
from tests.audience.records import answered, joined, left
from tests.children.ended import gone


@asynccontextmanager
async def _running(recorder: Recorder) -> AsyncIterator[None]:
    """Until everything is written."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recorder.run())
        try:
            yield
        finally:
            recorder.stop()


async def _until(true: Callable[[], bool]) -> None:
    """Wait for what another process does; pytest's time limit ends it."""
    while not true():  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.02)


def _keeping(folder: Path) -> Keeping:
    return Keeping(folder=folder / "audience", addresses="full", log_bytes=100 * 1024 * 1024)


def _ask(keeping: Keeping, sql: str) -> list[tuple[object, ...]]:
    if not keeping.sessions.exists():
        return []
    connection = sqlite3.connect(keeping.sessions, timeout=30)
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []  # its tables are being made
    finally:
        connection.close()


def _sessions(keeping: Keeping) -> int:
    rows = _ask(keeping, "SELECT count(*) FROM session")
    return int(str(rows[0][0])) if rows else 0


def _child(recorder: Recorder) -> int:
    assert recorder._process is not None
    return recorder._process.pid


async def test_what_was_recorded_is_written_when_it_closes_down(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    recorder = Recorder(keeping)
    recorder.record(joined(1))  # before there is anybody to write it
    async with _running(recorder):
        for number in range(2, 3000):
            recorder.record(joined(number))
        for number in range(1, 3000):
            recorder.record(left(number))
        recorder.record(answered())

    assert _ask(keeping, "SELECT ended, count(*) FROM session GROUP BY 1") == [("left", 2999)]
    assert len(keeping.access_log.read_bytes().splitlines()) == 3000
    now = recorder.look()
    assert (now.recorded, now.dropped, now.lost, now.waiting_bytes) == (5999, 0, 0, 0)


async def test_a_record_is_on_the_disk_soon_without_being_asked_for(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    recorder = Recorder(keeping)
    async with _running(recorder):
        recorder.record(joined(1))
        await _until(lambda: _sessions(keeping) == 1)
        assert recorder.look().alive

    assert _ask(keeping, "SELECT ended FROM session") == [("unknown",)]  # nobody said that it left


async def test_a_process_that_stands_still_costs_neither_time_nor_memory(tmp_path: Path) -> None:
    keeping, bound = _keeping(tmp_path), 300_000
    recorder = Recorder(keeping, memory_bytes=bound, reserve_bytes=200_000)
    async with _running(recorder):
        recorder.record(joined(0))
        await _until(lambda: _sessions(keeping) == 1)
        os.kill(_child(recorder), signal.SIGSTOP)

        # A call that waited for it would wait for ever: nothing here wakes it up.
        for number in range(1, 20_000):
            recorder.record(joined(number))
            assert recorder.look().waiting_bytes <= bound + 4096
        for number in range(20_000):
            recorder.record(left(number))
        now = recorder.look()
        assert now.recorded + now.dropped == 40_000
        assert now.dropped > 1000
        await _until(lambda: any("being dropped" in problem for problem in recorder.look().problems))

        os.kill(_child(recorder), signal.SIGCONT)
        await _until(lambda: not recorder.look().waiting_bytes)
        recorder.record(joined(50_000))
        await _until(lambda: not any("being dropped" in text for text in recorder.look().problems))

    (written,) = _ask(keeping, "SELECT count(*) FROM session WHERE id > 0")
    (missing,) = _ask(keeping, "SELECT sum(records) FROM loss")
    dropped = recorder.look().dropped
    assert missing == (dropped,)
    assert 1 < int(str(written[0])) <= 20_001 - dropped + 20_000


async def test_a_killed_process_is_replaced_and_nothing_that_was_sent_is_lost(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    recorder = Recorder(keeping)
    async with _running(recorder):
        recorder.record(joined(0))
        await _until(lambda: _sessions(keeping) == 1)
        number = 0
        for _ in range(3):
            first = _child(recorder)
            for _ in range(1500):
                number += 1
                recorder.record(joined(number))
            os.kill(first, signal.SIGKILL)
            await _until(lambda before=first: recorder.look().alive and _child(recorder) != before)  # type: ignore[misc]
        for gone in range(number + 1):
            recorder.record(left(gone))

    assert _ask(keeping, "SELECT ended, count(*) FROM session GROUP BY 1") == [("left", number + 1)]
    now = recorder.look()
    assert now.restarts == 3
    assert now.dropped == 0


async def test_a_process_that_is_told_to_end_is_replaced_and_leaves_sessions_open(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    recorder = Recorder(keeping)
    async with _running(recorder):
        recorder.record(joined(1))
        await _until(lambda: _sessions(keeping) == 1)
        first = _child(recorder)
        os.kill(first, signal.SIGTERM)
        await _until(lambda: recorder.look().alive and _child(recorder) != first)
        assert _ask(keeping, "SELECT ended FROM session") == [(None,)]
        recorder.record(left(1))

    assert _ask(keeping, "SELECT ended FROM session") == [("left",)]


async def test_a_process_that_cannot_be_started_is_told_and_the_station_goes_on(tmp_path: Path) -> None:
    recorder = Recorder(_keeping(tmp_path), command=(sys.executable, "-c", "raise SystemExit('no disk')"))
    task = asyncio.create_task(recorder.run())
    await _until(lambda: recorder.look().restarts > 1)
    recorder.record(joined(1))

    await _until(lambda: bool(recorder.look().problems))
    assert "Nobody's listening is affected" in recorder.look().problems[0]
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_what_the_disk_does_is_told_here(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    keeping.access_log.mkdir(parents=True)
    recorder = Recorder(keeping)
    async with _running(recorder):
        recorder.record(answered())
        await _until(lambda: bool(recorder.look().problems))
        assert "access.log cannot be written" in recorder.look().problems[0]
        await _until(lambda: recorder.look().lost == 1)


async def test_where_there_is_no_access_log_requests_are_not_even_sent(tmp_path: Path) -> None:
    recorder = Recorder(Keeping(folder=tmp_path / "audience", log_files=0))
    recorder.record(answered())
    recorder.record(joined(1))

    assert recorder.look().recorded == 1
    recorder.abandon()


_STATION = """
import asyncio, sys
from pathlib import Path
import pytest

from radiocast.audience.keeping import Keeping
from radiocast.audience.recorder import Recorder
from tests.audience.records import joined
async def main():
    recorder = Recorder(Keeping(folder=Path(sys.argv[1])))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(recorder.run())
        while not recorder.look().alive:
            await asyncio.sleep(0.01)
        for number in range(500):
            recorder.record(joined(number))
        recorder._outbox.flush()
        print(recorder._process.pid, flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


async def test_it_ends_with_the_transmitter_and_writes_what_it_has_first(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: ASYNC220 - a station that is killed
        [sys.executable, "-c", _STATION, str(tmp_path / "audience")], stdout=subprocess.PIPE, text=True
    ) as station:
        assert station.stdout is not None
        child = int(await asyncio.to_thread(station.stdout.readline))
        station.kill()
    keeping = _keeping(tmp_path)

    while not await gone(child):
        pass

    rows = _ask(keeping, "SELECT ended, sent_bytes, count(*), min(seconds) >= 0 FROM session GROUP BY 1, 2")
    assert rows == [("unknown", None, 500, 1)]


async def test_a_process_that_hangs_with_a_full_line_is_killed_and_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than one takes to start on a busy machine: that one is not to be killed as well.
    monkeypatch.setattr("radiocast.audience.recorder._HUNG_AFTER_S", 4.0)
    keeping = _keeping(tmp_path)
    recorder = Recorder(keeping)
    async with _running(recorder):
        recorder.record(joined(0))
        await _until(lambda: _sessions(keeping) == 1)
        first = _child(recorder)
        os.kill(first, signal.SIGSTOP)
        for number in range(1, 5000):
            recorder.record(joined(number))
        await _until(lambda: recorder.look().alive and _child(recorder) != first)
        await _until(lambda: not recorder.look().waiting_bytes)
        recorder.record(joined(5000))

    assert _sessions(keeping) == 5001


async def test_a_database_that_somebody_holds_is_waited_for_and_nothing_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeping = _keeping(tmp_path)
    keeping.folder.mkdir()
    holder = sqlite3.connect(keeping.sessions, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    recorder = Recorder(keeping)
    async with _running(recorder):
        recorder.record(joined(1))
        await _until(lambda: recorder.look().restarts > 0)
        assert "cannot be had now: database is locked" in caplog.text
        holder.close()
        await _until(lambda: _sessions(keeping) == 1)
        assert not recorder.look().problems


async def test_a_program_that_is_not_there_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder(_keeping(tmp_path), command=("/nowhere/program",))
    task = asyncio.create_task(recorder.run())
    await _until(lambda: recorder.look().restarts > 0)
    task.cancel()
    await asyncio.wait([task])

    assert "cannot be started" in caplog.text
