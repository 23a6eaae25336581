"""The parent's side: a child in a group of its own, given its job, heard, and ended with everybody in it."""

import asyncio
import contextlib
import os
import signal
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# How much of what a child says on stderr is of use to a reader.
_TOLD_LINES: Final = 5
# Of each stream, before the child has to wait until it is read.
_LIMIT_BYTES: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a child said until it ended, and its exit code (minus the signal that ended it)."""

    output: bytes
    errors: bytes
    code: int | None

    @property
    def failure(self) -> str:
        """How it failed, for where its output is no answer: its exit code and its last words."""
        lines = self.errors.decode("utf-8", "replace").strip().splitlines()[-_TOLD_LINES:]
        return f"failed with exit code {self.code}: " + (" | ".join(lines) or "it said nothing")


async def ask(command: Sequence[str], job: bytes, *, timeout_s: float, grace_s: float = 0.0) -> Answer:
    """Start it, give it the job on stdin, and wait for its answer and its end.

    Raises TimeoutError when it took longer, OSError when it cannot be started. Whatever happens, no process
    of its group is left when this returns; `grace_s` as in `child`.
    """
    async with child(command, grace_s=grace_s) as process, asyncio.timeout(timeout_s):
        output, errors = await process.communicate(job)
        return Answer(output=output, errors=errors, code=process.returncode)


@asynccontextmanager
async def child(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    errors: bool = True,
    grace_s: float = 0.0,
    line: socket.socket | None = None,
) -> AsyncIterator[Process]:
    """The running child, in `folder` where one is given; its stderr is a pipe where `errors` are wanted.

    Its stdin is a pipe, or the `line` given, which stays the caller's too.

    Leaving the block, also by cancellation, ends it and its group, and reaps it. With `grace_s` it has that
    long after a SIGTERM to put its things away. Raises OSError or ValueError when it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE if line is None else line.fileno(),
        stdout=PIPE,
        stderr=PIPE if errors else DEVNULL,
        start_new_session=True,
        limit=_LIMIT_BYTES,
        cwd=folder,
    )
    try:
        yield process
    finally:
        await _end(process, grace_s)


async def hand_over(process: Process, data: bytes) -> None:
    """Write all of `data` to its stdin and close it.

    One that does not read to the end may still have answered; its exit code and its answer tell.
    """
    assert process.stdin is not None  # noqa: S101 - opened with PIPE
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()


def kill_group(pid: int) -> None:
    """Kill the child that leads this group, and whoever is left in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


async def _end(process: Process, grace_s: float) -> None:
    try:
        if grace_s and process.returncode is None:
            # It ends its own children, who may have groups of their own.
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace_s):
                    await process.wait()
    finally:
        # Also at cancellation: nobody will read what it still says.
        kill_group(process.pid)
        await asyncio.shield(process.wait())
        transport = getattr(process, "_transport", None)
        if transport is not None:
            transport.close()  # asyncio keeps the pipes open until collected unless they are closed here
