"""The studio process, kept alive: started, linked, watched, started again.

Owns: the child process and its end of the socket pair, the back-off, the watchdog.
Must not know: what the studio does, or what becomes of its blocks.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable
from typing import Final

from radiocast.backoff import Backoff
from radiocast.folder import StationFolder
from radiocast.link.endpoint import Endpoint
from radiocast.memory import small_memory_environment
from radiocast.model.errors import LinkError
from radiocast.transmitter.transmitter import Transmitter

log = logging.getLogger(__name__)

# A studio that holds credit and sends no block for so long hangs; it is killed and started again.
# Generous, since a machine that swaps or resumes from suspend is slow for a while.
HUNG_AFTER_S: Final = 20.0
_LOOK_EVERY_S: Final = 1.0
_STOP_GRACE_S: Final = 3.0


class StudioSupervisor:
    """Runs one studio process after another for as long as the station lives."""

    def __init__(self, transmitter: Transmitter, command: Callable[[int], list[str]]) -> None:
        """`command` gives the argument list for a studio whose link is file descriptor N."""
        self._transmitter = transmitter
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._stop_wanted = asyncio.Event()

    async def run(self) -> None:
        """Keep a studio running until `stop`. Never raises for anything a studio does."""
        backoff = Backoff()
        loop = asyncio.get_running_loop()
        while not self._stop_wanted.is_set():
            started = loop.time()
            try:
                await self._one_life()
            except OSError as error:
                log.error("the studio process cannot be started: %s; trying again", error)  # noqa: TRY400 - a sentence for the operator
            except Exception:
                # Whatever it is, listeners hear the emergency sound, and not the end of the station.
                log.exception("the studio could not be served; trying again")
            if self._stop_wanted.is_set():
                return
            lived_s = loop.time() - started
            wait_s = backoff.died(lived_s)
            # Listeners hear emergency sound meanwhile.
            self._transmitter.studio_down()
            log.warning("the studio ended after %.1f s; next start in %.1f s", lived_s, wait_s)
            await asyncio.sleep(wait_s)

    async def _one_life(self) -> None:
        """From one start to one end of the process."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *self._command(theirs.fileno()),
                    pass_fds=(theirs.fileno(),),
                    stdin=asyncio.subprocess.DEVNULL,
                    env=small_memory_environment(),
                    # Ctrl-C in a terminal is for the transmitter, which tells the studio to write its logs
                    # and end; the studio's ffmpegs would otherwise be gone before that.
                    start_new_session=True,
                )
        except BaseException:
            # No studio, or cancelled before there was one: nobody else knows of our end.
            ours.close()
            raise
        self._process = process
        self._transmitter.studio_starting(process.pid)
        endpoint = await Endpoint.over(ours)
        watchdog = asyncio.create_task(self._watch(process), name="studio-watchdog")
        try:
            await self._transmitter.serve_studio(endpoint)
        except LinkError as error:
            log.error("the link to the studio broke: %s", error)  # noqa: TRY400 - the same
        finally:
            # Also reached by cancellation: the child must not outlive us, nor its descriptor.
            watchdog.cancel()
            await endpoint.close()
            await _reap(process)
            self._process = None

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Kill a studio that is there but gives nothing."""
        # Silence is no event; it can only be looked for.
        while self._transmitter.studio_silent_for_s() <= HUNG_AFTER_S:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY_S)
        log.error("the studio has sent nothing for %.0f s; killing it", HUNG_AFTER_S)
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    async def stop(self) -> None:
        """Ask the studio to end, so that it writes its logs; it is ended by force if it does not."""
        self._stop_wanted.set()
        self._transmitter.stop_studio()
        if self._process is not None:
            await _reap(self._process)


async def _reap(process: asyncio.subprocess.Process) -> None:
    """Wait for a process to end; terminate, then kill, one that does not."""
    for force in (None, process.terminate, process.kill):
        if force is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                force()
        try:
            async with asyncio.timeout(_STOP_GRACE_S):
                await process.wait()
                return
        except TimeoutError:
            continue


def studio_command(folder: StationFolder, *, verbose: bool) -> Callable[[int], list[str]]:
    """The command line of a studio process for this station, given the link's file descriptor."""

    def command(descriptor: int) -> list[str]:
        return [
            *(sys.executable, "-m", "radiocast.studio.process", str(folder.root)),
            *("--var", str(folder.var), "--link", str(descriptor)),
            *(("--problem", folder.var_problem) if folder.var_problem else ()),
            *(("--verbose",) if verbose else ()),
        ]

    return command
