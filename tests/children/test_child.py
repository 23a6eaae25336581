"""What a child does first."""

import os
import sys

from radiocast.children.parent import ask, child
from tests.children.ended import gone


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"from radiocast.children.child import *\n{code}")


async def test_a_child_makes_way() -> None:
    code = "import os; make_way(7); print(os.nice(0))"

    answer = await ask(_python(code), b"", timeout_s=60)

    assert int(answer.output) == min(19, os.nice(0) + 7)


async def test_a_child_that_wants_too_much_memory_fails_and_leaves_no_core() -> None:
    code = """
import resource
stay_small(512 * 1024 * 1024)
try:
    bytearray(1024 * 1024 * 1024)
except MemoryError:
    print("refused", *resource.getrlimit(resource.RLIMIT_CORE))
"""

    answer = await ask(_python(code), b"", timeout_s=60)

    assert answer.output.split() == [b"refused", b"0", b"0"]


async def test_a_child_dies_with_its_parent() -> None:
    # In between stands a parent that starts one and is killed; the child says when it is ready for that.
    grandchild = (
        "import signal, sys, time; from radiocast.children.child import die_with_parent; "
        "die_with_parent(signal.SIGKILL); sys.stdout.write('ready\\\\n'); sys.stdout.flush(); time.sleep(600)"
    )
    code = f"""
import os, subprocess, sys
other = subprocess.Popen([sys.executable, "-c", "{grandchild}"], stdout=subprocess.PIPE,
    start_new_session=True)
other.stdout.readline()
print(other.pid, flush=True)
os.kill(os.getpid(), 9)
"""

    answer = await ask(_python(code), b"", timeout_s=60)

    assert await gone(int(answer.output))


async def test_told_to_end_it_leaves_through_every_finally() -> None:
    code = """
import asyncio
async def work():
    try:
        print("begun", flush=True)
        await asyncio.sleep(600)
    finally:
        print("put away", flush=True)
try:
    run_until_told(work())
except asyncio.CancelledError:
    print("told", flush=True)
"""
    async with child(_python(code), grace_s=60) as process:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"begun\n"
        process.terminate()
        assert await process.stdout.read() == b"put away\ntold\n"


async def test_work_that_ends_by_itself_gives_its_result() -> None:
    code = """
async def work():
    return 42
print(run_until_told(work()))
"""

    answer = await ask(_python(code), b"", timeout_s=60)

    assert int(answer.output) == 42
