"""Starting the publishing process and hearing back from it."""

import sys
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from radiocast.children.parent import ask
from radiocast.model.errors import MediaError
from radiocast.newsroom.publishing.job import PublishJob, PublishResult

_JOB: Final = TypeAdapter(PublishJob)
_RESULT: Final = TypeAdapter(PublishResult)
PUBLISH_COMMAND: Final = (sys.executable, "-m", "radiocast.newsroom.publishing.child")
# How long the process has to end its ffmpeg and remove its half-written file.
_GRACE_S: Final = 2.0


async def run_publish(
    job: PublishJob, *, timeout_s: float, command: Sequence[str] = PUBLISH_COMMAND
) -> PublishResult:
    """Publish in a process of its own. Raises MediaError where it ended without a result.

    Whatever happens, a time limit and a cancellation too, no process of it is left when this returns.
    """
    try:
        answer = await ask(command, _JOB.dump_json(job), timeout_s=timeout_s, grace_s=_GRACE_S)
    except TimeoutError as error:
        raise MediaError(f"not done within {timeout_s:g} s, ended") from error
    except OSError as error:
        raise MediaError(f"the process cannot be started: {error}") from error
    try:
        result: PublishResult = _RESULT.validate_json(answer.output)
    except ValidationError as error:
        raise MediaError(f"the process {answer.failure}") from error
    return result
