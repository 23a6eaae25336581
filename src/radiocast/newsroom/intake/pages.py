"""Web pages to stories, read by a child: what comes off the net is never parsed in the studio. Blocking.

One child reads all the pages of one scan, one after the other. A page that kills it, hangs it or wants too
much memory is withheld with the reason, and a new child reads the rest. The child has limits of its own (see
`intake_child`); here is the clock.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pydantic import TypeAdapter, ValidationError

from radiocast.children.parent import kill_group
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.intake.pages_job import PageFile, dump_job

# A page takes some hundredths of a second, on a machine with other work ten times that.
PAGE_S: Final = 10.0
# All pages of one scan: what is left over is read in the next, so that one folder of bad pages holds up
# nobody.
SCAN_S: Final = 20.0
# A story is at most 256 KB of text, and its dropped lines; more is no answer of ours.
_LINE_BYTES: Final = 8 * 1024 * 1024
_SAID_BYTES: Final = 2000
NOT_YET: Final = "it is not read yet: other web pages took all the time; it is tried again"
COMMAND: Final = (sys.executable, "-m", "radiocast.newsroom.intake.pages_child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The child's answer for one page, in the order of the job. One of the two is there."""

    story: Story | None = None
    withheld: Withheld | None = None


_READ: Final = TypeAdapter(Read)


def take_in(
    pages: Sequence[PageFile],
    *,
    zone: str,
    command: Sequence[str] = COMMAND,
    page_s: float = PAGE_S,
    scan_s: float = SCAN_S,
) -> list[Story | Withheld]:
    """What each page gives, in order. Never raises for what a page does; no child is left when it returns.

    A page that was not got to within `scan_s` is withheld as `NOT_YET`.
    """
    found: list[Story | Withheld] = []
    until = time.monotonic() + scan_s
    while len(found) < len(pages):
        if time.monotonic() >= until:
            found += [Withheld(file=Path(page.path).name, reason=NOT_YET) for page in pages[len(found) :]]
            break
        answers, failure = _one_child(pages[len(found) :], zone, command, page_s=page_s, until=until)
        found += answers
        if failure and len(found) < len(pages):
            found.append(Withheld(file=Path(pages[len(found)].path).name, reason=failure))
    return found


def _one_child(
    pages: Sequence[PageFile], zone: str, command: Sequence[str], *, page_s: float, until: float
) -> tuple[list[Story | Withheld], str]:
    """(what one child answered, why it answered no more.

    "" where it did, or where the scan's time was up).
    """
    found: list[Story | Withheld] = []
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, start_new_session=True
            )
        except OSError as error:
            return found, f"it cannot be read: no process for it: {error.strerror or error}"
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
        try:
            # A job is some KB: a pipe takes it while the child still starts, or the child is gone.
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(dump_job(pages, zone))
            lines = _Lines(process.stdout)
            while len(found) < len(pages):
                line = lines.next(min(page_s, max(0.0, until - time.monotonic())))
                if line is None:
                    late = time.monotonic() >= until
                    return (
                        found,
                        "" if late and found else f"it cannot be read: it took more than {page_s:g} s",
                    )
                if not line:
                    return found, _why(process, said)
                try:
                    answer = _READ.validate_json(line)
                except ValidationError:
                    return found, "it cannot be read: its reader answered nonsense"
                result = answer.story or answer.withheld
                if result is None:
                    return found, "it cannot be read: its reader answered nothing"
                found.append(result)
            return found, ""
        finally:
            _end(process)
            process.stdout.close()


class _Lines:
    """Lines of a pipe, each within a time limit."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._rest = bytearray()

    def next(self, within_s: float) -> bytes | None:
        """The next line; b"" at the end; None: it did not come in time, or was too long to be one."""
        until = time.monotonic() + within_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            searched = 0
            while (end := self._rest.find(b"\n", searched)) < 0:
                searched = len(self._rest)
                left = until - time.monotonic()
                if left <= 0 or searched > _LINE_BYTES or not selector.select(left):
                    return None
                data = os.read(self._pipe.fileno(), 65_536)
                if not data:
                    return b""
                self._rest += data
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return line


def _why(process: subprocess.Popen[bytes], said: IO[bytes]) -> str:
    """Why the child is gone, in words."""
    try:
        code = process.wait(1.0)
    except subprocess.TimeoutExpired:
        return "it cannot be read: its reader closed its door"
    if code == -signal.SIGXCPU:
        return "it cannot be read: it takes too long to be taken apart"
    if code < 0:
        name = signal.Signals(-code).name if -code in {each.value for each in signal.Signals} else str(-code)
        return (
            f"it cannot be read: its reader was ended by {name}, as a page that is broken or hostile can do"
        )
    said.seek(0, os.SEEK_END)
    said.seek(max(0, said.tell() - _SAID_BYTES))
    words = said.read().decode("utf-8", "replace").strip().splitlines()
    return f"it cannot be read: its reader failed: {words[-1] if words else f'exit code {code}'}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """It writes nothing anywhere: it can be ended at any moment, and whatever it started with it."""
    kill_group(process.pid)
    process.wait()
