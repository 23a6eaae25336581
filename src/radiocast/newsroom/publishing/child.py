"""The publishing process: `python -m radiocast.newsroom.publishing.child`, job and result in JSON.

One job from stdin, its result to stdout, and out; below the air in everything the kernel decides, and it
ends when the studio does.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from radiocast.model.errors import RadiocastError
from radiocast.newsroom.publishing.job import PublishJob, PublishResult
from radiocast.newsroom.publishing.press import publish
from radiocast.newsroom.publishing.recorded import recorded_in

JOB: Final = TypeAdapter(PublishJob)
RESULT: Final = TypeAdapter(PublishResult)
_PR_SET_PDEATHSIG: Final = 1
_NICENESS: Final = 15


async def _main(job: PublishJob) -> PublishResult:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        # Through every `finally` on the way out: no ffmpeg and no half file stay.
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    return await publish(job, recorded_in(Path(job.speech)))


def main() -> int:
    """Read the job, do it, print the result. 0 done, 1 not (the reason is in the result)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    job = JOB.validate_json(sys.stdin.buffer.read())
    try:
        result = asyncio.run(_main(job))
    except asyncio.CancelledError:
        return 1
    except RadiocastError as error:
        result = PublishResult(error=str(error))
    except OSError as error:
        result = PublishResult(error=f"{job.published}: it cannot be written: {error}")
    sys.stdout.buffer.write(RESULT.dump_json(result))
    return 1 if result.error else 0


if __name__ == "__main__":
    sys.exit(main())
