"""A voice's process: started in a group of its own, fed, listened to, and ended with everybody in it."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from radiocast.model.errors import VoiceError

_STDERR_BYTES: Final = 2000
CHUNK_BYTES: Final = 2**16


@asynccontextmanager
async def voice_process(
    command: Sequence[str], *, voice: str, folder: Path | None = None
) -> AsyncIterator[Process]:
    """The running process, in `folder` where one is given.

    Leaving the block, also by cancellation, kills its group and reaps it. Raises VoiceError when it cannot
    be started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True, limit=2**20, cwd=folder
        )
    except (OSError, ValueError) as error:
        raise VoiceError(f"voice {voice}: {command[0]} cannot be run: {error}") from error
    try:
        yield process
    finally:
        # Also at cancellation: nobody will read what it still says.
        kill_group(process)
        await asyncio.shield(process.wait())
        transport = getattr(process, "_transport", None)
        if transport is not None:
            transport.close()  # asyncio keeps the pipes open until collected unless they are closed here


async def say(process: Process, data: bytes) -> None:
    """Write all of `data` to its stdin and close it.

    A program that does not read its text to the end may still have spoken; its exit code tells.
    """
    assert process.stdin is not None  # noqa: S101 - opened with PIPE
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()


async def last_words(process: Process) -> str:
    """The end of what it says on stderr, once it has said it."""
    assert process.stderr is not None  # noqa: S101 - opened with PIPE
    words = b""
    while chunk := await process.stderr.read(CHUNK_BYTES):
        words = (words + chunk)[-_STDERR_BYTES:]
    return words.decode("utf-8", "replace")


def kill_group(process: Process) -> None:
    """Kill it and whoever is left in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def exit_reason(program: str, code: int | None, words: str) -> str:
    """How it ended, with its own last line."""
    lines = words.strip().splitlines()
    return f"{program} failed with exit code {code}" + (f": {lines[-1][:200]}" if lines else "")
