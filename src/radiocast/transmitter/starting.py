"""A worker process started, with our ends of all that it has to do with us."""

import asyncio
import contextlib
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from dataclasses import dataclass

from radiocast.link.calls import Line
from radiocast.link.handing import Hatch
from radiocast.memory import small_memory_environment
from radiocast.transmitter.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A process, and our ends: the caller's to close. `line` is for secure callers, where it takes them."""

    process: Process
    link: socket.socket
    hatch: Hatch
    line: Line | None


async def start_worker(job: Job) -> Started:
    """Start one. Raises OSError when that cannot be done; nothing stays open then."""
    with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
        link, their_link = socket.socketpair()
        ours.callback(link.close)
        theirs.callback(their_link.close)
        hatch, their_hatch = Hatch.pair()
        ours.callback(hatch.close)
        theirs.callback(their_hatch.close)
        numbers = [their_link.fileno(), their_hatch.fileno()]
        line = None
        if job.tls is not None:
            line, their_line = Line.pair()
            ours.callback(line.close)
            theirs.callback(their_line.close)
            numbers.append(their_line.fileno())
        link_number, hatch_number, *line_number = map(str, numbers)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "radiocast.transmitter.worker"),
            *(link_number, hatch_number, job.to_json(), *line_number),
            pass_fds=numbers,
            stdin=DEVNULL,
            stdout=DEVNULL,
            env=small_memory_environment(),
            # Ctrl-C in a terminal is for the transmitter, which ends its workers itself.
            start_new_session=True,
        )
        # Until here nobody else knew of them, should it be cancelled.
        ours.pop_all()
    return Started(process=process, link=link, hatch=hatch, line=line)
