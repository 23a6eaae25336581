"""The publishing process: `python -m radiocast.newsroom.publishing.child`, job and result in JSON.

One job from stdin, its result to stdout, and out; below the air in everything the kernel decides, and it
ends when the studio does.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from radiocast.children.child import die_with_parent, make_way, run_until_told
from radiocast.model.errors import RadiocastError
from radiocast.newsroom.publishing.job import PublishJob, PublishResult
from radiocast.newsroom.publishing.press import publish
from radiocast.newsroom.publishing.recorded import recorded_in

JOB: Final = TypeAdapter(PublishJob)
RESULT: Final = TypeAdapter(PublishResult)
_NICENESS: Final = 15


def main() -> int:
    """Read the job, do it, print the result. 0 done, 1 not (the reason is in the result)."""
    die_with_parent()
    make_way(_NICENESS)
    job = JOB.validate_json(sys.stdin.buffer.read())
    try:
        result = run_until_told(publish(job, recorded_in(Path(job.speech))))
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
