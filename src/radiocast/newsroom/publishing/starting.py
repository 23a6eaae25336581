"""Starting the publishing process and hearing back from it."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.model.errors import MediaError
from radiocast.newsroom.publishing.job import PublishJob, PublishResult

_JOB: Final = TypeAdapter(PublishJob)
_RESULT: Final = TypeAdapter(PublishResult)
PUBLISH_COMMAND: Final = (sys.executable, "-m", "radiocast.newsroom.publishing.child")
# How long the process has to end its ffmpeg and remove its half-written file.
_GRACE_S: Final = 2.0
_STDERR_LINES: Final = 5


async def run_publish(
    job: PublishJob, *, timeout_s: float, command: Sequence[str] = PUBLISH_COMMAND
) -> PublishResult:
    """Publish in a process of its own. Raises MediaError where it ended without a result.

    Whatever happens, a time limit and a cancellation too, no process of it is left when this returns.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:
        raise MediaError(f"the process cannot be started: {error}") from error
    try:
        async with asyncio.timeout(timeout_s):
            output, said = await process.communicate(_JOB.dump_json(job))
    except TimeoutError as error:
        raise MediaError(f"not done within {timeout_s:g} s, ended") from error
    finally:
        await _end(process)
    try:
        result: PublishResult = _RESULT.validate_json(output)
    except ValidationError as error:
        words = said.decode("utf-8", "replace").strip().splitlines()[-_STDERR_LINES:]
        raise MediaError(
            f"the process failed with exit code {process.returncode}: "
            + (" | ".join(words) or "it said nothing")
        ) from error
    return result


async def _end(process: Process) -> None:
    """SIGTERM, so that it ends its own children; then SIGKILL for what is left of its group."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await process.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()  # asyncio keeps the pipes open until collected unless they are closed here
