"""Starting the render process and hearing back from it."""

import sys
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.children.parent import ask
from radiocast.model.errors import MediaError, VoiceError
from radiocast.newsroom.production.bulletin import RenderJob, RenderResult

_JOB: Final = TypeAdapter(RenderJob)
_RESULT: Final = TypeAdapter(RenderResult)
# How long the process has to end its voices and remove its half-written file.
_GRACE_S: Final = 2.0
RENDER_COMMAND: Final = (sys.executable, "-m", "radiocast.newsroom.production.render")


async def run_render(
    job: RenderJob, *, timeout_s: float, command: Sequence[str] = RENDER_COMMAND
) -> RenderResult:
    """Render in a process of its own. Raises VoiceError (nothing to speak with) or MediaError (the rest).

    Whatever happens, a time limit and a cancellation too, no process of it is left when this returns.
    """
    name = f"bulletin {job.rundown.bulletin}"
    try:
        answer = await ask(command, _JOB.dump_json(job, by_alias=True), timeout_s=timeout_s, grace_s=_GRACE_S)
    except TimeoutError as error:
        raise MediaError(f"{name}: not rendered within {timeout_s:g} s, ended") from error
    except OSError as error:
        raise MediaError(f"the render process cannot be started: {error}") from error
    try:
        result: RenderResult = _RESULT.validate_json(answer.output)
    except ValidationError as error:
        raise MediaError(f"{name}: the render process {answer.failure}") from error
    if result.error:
        kind = VoiceError if result.fault == "voice" else MediaError
        raise kind(f"{name}: {result.error}")
    return result
