"""Starting the render process and hearing back from it."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.model.errors import MediaError, VoiceError
from radiocast.newsroom.production.bulletin import RenderJob, RenderResult

_JOB: Final = TypeAdapter(RenderJob)
_RESULT: Final = TypeAdapter(RenderResult)
# How long the process has to end its voices and remove its half-written file.
_GRACE_S: Final = 2.0
_STDERR_LINES: Final = 5
RENDER_COMMAND: Final = (sys.executable, "-m", "radiocast.newsroom.production.render")


async def run_render(
    job: RenderJob, *, timeout_s: float, command: Sequence[str] = RENDER_COMMAND
) -> RenderResult:
    """Render in a process of its own. Raises VoiceError (nothing to speak with) or MediaError (the rest).

    Whatever happens, a time limit and a cancellation too, no process of it is left when this returns.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True, limit=2**20
        )
    except OSError as error:
        raise MediaError(f"the render process cannot be started: {error}") from error
    try:
        async with asyncio.timeout(timeout_s):
            output, said = await process.communicate(_JOB.dump_json(job, by_alias=True))
    except TimeoutError as error:
        raise MediaError(
            f"bulletin {job.rundown.bulletin}: not rendered within {timeout_s:g} s, ended"
        ) from error
    finally:
        # Also at cancellation, when the bulletin is no longer wanted.
        await _end(process)
    try:
        result: RenderResult = _RESULT.validate_json(output)
    except ValidationError as error:
        words = said.decode("utf-8", "replace").strip().splitlines()[-_STDERR_LINES:]
        raise MediaError(
            f"bulletin {job.rundown.bulletin}: the render process failed"
            f" with exit code {process.returncode}: " + (" | ".join(words) or "it said nothing")
        ) from error
    if result.error:
        kind = VoiceError if result.fault == "voice" else MediaError
        raise kind(f"bulletin {job.rundown.bulletin}: {result.error}")
    return result


async def _end(process: Process) -> None:
    """SIGTERM, so that it ends its own children, who have groups of their own; then SIGKILL for its group."""
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
