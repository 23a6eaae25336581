"""The reader of web pages, `python -m radiocast.newsroom.intake.pages_child`: a job in, a line a page out.

It reads web pages with trafilatura, which parses them in native code, and is gone. It limits its own
memory and processor time, starts nothing and writes nothing; it ends when the process that started it dies.
"""

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.children.child import die_with_parent, make_way, stay_small
from radiocast.model.errors import StoryError
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.intake.articles import at_most_bytes, story_from
from radiocast.newsroom.intake.pages_job import PageFile, dump_answer, load_job
from radiocast.newsroom.intake.reading import refuse_too_large

# Below the air in everything the kernel decides: a story may be a second late, a block may not.
_NICENESS: Final = 10
# Addresses, not memory: Python and its libraries take some 50 MB of them, the tree of a page of 4 MB some
# 200.
_ADDRESS_SPACE_BYTES: Final = 1024 * 1024 * 1024
# A page that is worked on longer is not worked on to the end. Counted for the whole child, page by page.
_PAGE_CPU_S: Final = 4


def read_page(page: PageFile, zone: ZoneInfo) -> Story | Withheld:
    """The story in one file, or why there is none."""
    path = Path(page.path)
    limit = at_most_bytes(path.name)
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to be refused; a file of gigabytes is never read.
            data = file.read(limit + 1)
            refuse_too_large(max(os.fstat(file.fileno()).st_size, len(data)), limit)
        return story_from(path.name, data, modified=page.modified, zone=zone)
    except StoryError as error:
        return Withheld(file=path.name, reason=str(error))
    except OSError as error:
        reason = f"it cannot be read: {error.strerror or error}"
    except MemoryError:
        reason = "it cannot be read: it wants more memory than a page may have"
    except RecursionError:
        reason = "it cannot be read: it is nested too deep"
    except Exception as error:  # noqa: BLE001, RUF100 - whatever a foreign parser does, the next page is read
        reason = f"it cannot be read: {type(error).__name__}: {str(error)[:200]}"
    return Withheld(file=path.name, reason=reason)


def _allow_cpu() -> None:
    """So many seconds more than were used until now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(OSError, ValueError):
        limit = int(used.ru_utime + used.ru_stime) + 1 + _PAGE_CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def main() -> int:
    """Read the job, answer for each page as soon as it is read."""
    die_with_parent(signal.SIGKILL)
    make_way(_NICENESS)
    stay_small(_ADDRESS_SPACE_BYTES)
    job = load_job(sys.stdin.buffer.read())
    zone = ZoneInfo(job.zone)
    for page in job.pages:
        _allow_cpu()
        sys.stdout.buffer.write(dump_answer(read_page(page, zone)))
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
