"""`radiocast simulate` in a terminal: a bar while it runs, the summary, and a clean end on Ctrl-C.

Owns: what is shown, and what an interrupt leaves behind. Must not know: how a station is simulated.
"""

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from radiocast.model.errors import RadiocastError
from radiocast.studio.simulation import Simulation

# As shells count an end by Ctrl-C.
INTERRUPTED: Final = 128 + signal.SIGINT
# The bar is drawn ten times a second; to be told more often costs more than it shows.
_EVERY_S: Final = 0.1


class _Bar:
    """Shows how far it is on stderr, where that is a terminal; nothing stays of it."""

    def __init__(self, progress: Progress, total_s: float) -> None:
        self._progress = progress
        self._told_at = 0.0
        self._measuring = progress.add_task("listening to new files", visible=False, total=None, now="")
        self._playing = progress.add_task("simulating", visible=False, total=total_s, now="")

    def measuring(self, done: int, total: int) -> None:
        """So many of so many files."""
        self._progress.update(
            self._measuring, completed=done, total=total, visible=done < total, now=f"{done} of {total}"
        )

    def playing(self, done_s: float, now: datetime) -> None:
        """So many seconds, up to this time of day."""
        told_at = time.monotonic()
        if told_at - self._told_at < _EVERY_S:
            return
        self._told_at = told_at
        self._progress.update(self._playing, completed=done_s, visible=True, now=f"{now:%a %d %b %H:%M}")


@contextlib.contextmanager
def _bar(total_s: float) -> Iterator[_Bar | None]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        yield _Bar(progress, total_s)


def show(
    root: Path,
    var: Path,
    *,
    start: datetime | None,
    hours: float,
    seed: int,
    audio: Path | None,
    as_run: Path | None,
    verbose: bool = False,
) -> int:
    """Simulate, and print the summary to stdout; the exit code: 0, or INTERRUPTED.

    Raises what the simulation raises. What it would warn of on the air is counted in the summary, and
    logged only when `verbose`.
    """
    if not verbose:
        logging.getLogger("radiocast").setLevel(logging.ERROR)
    with _bar(hours * 3600) as bar:
        simulation = Simulation(
            root, var, start=start, hours=hours, seed=seed, audio=audio, as_run=as_run, watcher=bar
        )
        interrupted = asyncio.run(_interruptible(simulation))
    result = simulation.result
    print(result)  # noqa: T201 - the command's answer
    if not interrupted:
        return 0
    kept = " and ".join(str(path) for path in (audio, as_run) if path is not None)
    at = f" at {result.ended:%a %d %b %H:%M:%S}, station time" if result.ended is not None else ""
    print(f"stopped{at}" + (f"; what was written is kept: {kept}" if kept else ""), file=sys.stderr)  # noqa: T201
    return INTERRUPTED


async def _interruptible(simulation: Simulation) -> bool:
    """Run it to its end, or until Ctrl-C; whether it was that."""
    task = asyncio.create_task(simulation.run())
    interrupted = False

    def stop() -> None:
        nonlocal interrupted
        interrupted = True
        task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)
    try:
        await task
    except (asyncio.CancelledError, RadiocastError):
        # A terminal's Ctrl-C reaches the encoder too, which may be the first to say that it ends.
        if not interrupted:
            raise
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
    return interrupted
