"""Measuring the whole library now: before a simulation, or to learn which files hold no sound.

Owns: doing it with every processor. Must not know: what becomes of what was found.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable

from radiocast.library.library import Library
from radiocast.model.errors import MediaError


async def measure_all(library: Library, *, progress: Callable[[int, int], None]) -> int:
    """Measure every file that has not been yet; how many there were.

    `progress` is told how many of how many are done, first of all with 0. A file without sound becomes one
    of the library's problems. What was measured stays so when this is cancelled.
    """
    waiting = [file.path for file in library.files() if not file.analysed]
    turns = asyncio.Semaphore(os.cpu_count() or 1)
    done = 0

    async def measure(path: str) -> None:
        nonlocal done
        async with turns:
            with contextlib.suppress(MediaError):  # it is among the library's problems from now on
                await library.analyse(path)
        done += 1
        progress(done, len(waiting))

    if waiting:
        progress(0, len(waiting))
    async with asyncio.TaskGroup() as tasks:
        for path in waiting:
            tasks.create_task(measure(path))
    return len(waiting)
