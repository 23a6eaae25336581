"""Children of ours: heard in full, and never left behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from radiocast.children.parent import ask, child, hand_over
from tests.children.ended import gone


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


# Says the pid of a child of its own, in its own group, and waits for ever; as a voice that hangs.
_FAMILY = """
import subprocess, sys
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(other.pid, flush=True)
other.wait()
"""
# Tidies up at SIGTERM.
_TIDY = """
import signal, sys, time
from pathlib import Path
def tidy(*_):
    Path(sys.argv[1]).write_text("tidied")
    sys.exit(0)
signal.signal(signal.SIGTERM, tidy)
print("ready", flush=True)
while True: time.sleep(600)
"""
_STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
while True: time.sleep(600)
"""


async def test_a_job_goes_in_and_an_answer_comes_out() -> None:
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"

    answer = await ask(_python(code), b"job" * 300_000, timeout_s=60)

    assert answer.output == b"boj" * 300_000
    assert answer.code == 0


async def test_a_child_that_fails_is_told_with_its_last_words() -> None:
    code = "import sys; print('one', 'two', sep='\\n', file=sys.stderr); sys.exit(3)"

    answer = await ask(_python(code), b"job", timeout_s=60)

    assert answer.failure == "failed with exit code 3: one | two"
    assert (await ask(_python("raise SystemExit(4)"), b"", timeout_s=60)).failure == (
        "failed with exit code 4: it said nothing"
    )


async def test_what_cannot_be_started_is_an_error() -> None:
    with pytest.raises(OSError, match="nowhere"):
        await ask(("/nowhere/program",), b"", timeout_s=60)


async def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError):
        await ask(_python("import time; time.sleep(600)"), b"", timeout_s=0.05)


async def test_nobody_of_its_group_outlives_the_block() -> None:
    async with child(_python(_FAMILY)) as process:
        assert process.stdout is not None
        grandchild = int(await process.stdout.readline())
        os.kill(grandchild, 0)

    assert process.returncode == -9
    assert await gone(grandchild)


async def test_nobody_of_its_group_outlives_a_cancellation() -> None:
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def listen() -> None:
        async with child(_python(_FAMILY)) as process:
            assert process.stdout is not None
            begun.set_result(int(await process.stdout.readline()))
            await process.wait()

    task = asyncio.create_task(listen())
    grandchild = await begun
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await gone(grandchild)


async def test_with_grace_it_puts_its_things_away(tmp_path: Path) -> None:
    trace = tmp_path / "trace"

    async with child((*_python(_TIDY), str(trace)), grace_s=60) as process:
        assert process.stdout is not None
        await process.stdout.readline()

    assert trace.read_text() == "tidied"
    assert process.returncode == 0


async def test_grace_is_not_without_end() -> None:
    async with child(_python(_STUBBORN), grace_s=0.05) as process:
        assert process.stdout is not None
        await process.stdout.readline()

    assert process.returncode == -9


async def test_a_child_that_does_not_read_its_job_may_still_answer() -> None:
    code = "import os; os.close(0); print('done', flush=True)"

    async with child(_python(code)) as process:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"done\n"
        await hand_over(process, b"job" * 300_000)
        assert await process.wait() == 0
