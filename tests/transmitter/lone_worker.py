"""A real worker process for tests, with the transmitter's ends of its link and hatch in their hands."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from radiocast.link.codec import Decoder, encode
from radiocast.link.handing import Hatch
from radiocast.link.messages import (
    BlockReady,
    Departed,
    Departure,
    FromWorker,
    Message,
    Ticket,
    ToWorker,
)
from radiocast.transmitter.job import Job
from radiocast.transmitter.terms import SlowListener
from tests.transmitter.sound import LIVE, LOW, studio_block

MOUNTS: Final = (LIVE, LOW)
HEAD: Final = b"HTTP/1.0 200 OK\r\n\r\n"
# For what takes milliseconds, on a machine that does other things too.
TIME_LIMIT_S: Final = 30
_Kind = TypeVar("_Kind", bound=FromWorker)


def read(far: socket.socket, size: int = sys.maxsize) -> bytes:
    """So many bytes, or what came until the end."""
    heard = bytearray()
    try:
        while len(heard) < size and (data := far.recv(min(1 << 16, size - len(heard)))):
            heard += data
    except ConnectionResetError:
        pass
    return bytes(heard)


def gone(pid: int) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class LoneWorker:
    """Ended by leaving the block, if it has not ended before."""

    def __init__(
        self,
        *,
        first_blocks: int = 3,
        slow_listener: SlowListener = "drop",
        command: Sequence[str] = (sys.executable, "-m", "radiocast.transmitter.worker"),
    ) -> None:
        self._command = tuple(command)
        self._fars: list[socket.socket] = []
        # A burst of two blocks.
        self.job = Job(mounts=MOUNTS, burst_s=0.96, slow_listener=slow_listener, first_blocks=first_blocks)

    def __enter__(self) -> Self:
        self.link, their_link = socket.socketpair()
        self.link.settimeout(TIME_LIMIT_S)
        self.hatch, their_hatch = Hatch.pair()
        with their_link, their_hatch:
            descriptors = (their_link.fileno(), their_hatch.fileno())
            self.process = subprocess.Popen(
                [*self._command, *map(str, descriptors), self.job.to_json()],
                pass_fds=descriptors,
                stderr=subprocess.PIPE,
                text=True,
            )
        self._decoder = Decoder()
        self._said: list[Message] = []
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(TIME_LIMIT_S)
        assert self.process.stderr is not None
        self.process.stderr.close()
        self.link.close()
        self.hatch.close()
        for far in self._fars:
            far.close()

    def say(self, *messages: ToWorker) -> None:
        self.link.sendall(b"".join(map(encode, messages)))

    def put(self, numbers: Iterable[int], *, title: str = "a title") -> None:
        """Blocks whose frames say their numbers."""
        self.say(*(BlockReady(block=studio_block(number, MOUNTS, title=title)) for number in numbers))

    def give(self, number: int, *, titled: bool = True, mount: int = 0) -> socket.socket:
        """A listener; its own end of the connection, closed at the latest when the block is left."""
        near, far = socket.socketpair()
        near.setblocking(False)
        far.settimeout(TIME_LIMIT_S)
        self._fars.append(far)
        ticket = Ticket(number=number, mount=mount, titled=titled, head=HEAD)
        with near:
            while not self.hatch.give(ticket, near.fileno()):
                os.sched_yield()
        return far

    def said(self, kind: type[_Kind]) -> _Kind:
        """The next message of this kind; others before it are passed over."""
        while True:
            while self._said:
                message = self._said.pop(0)
                if isinstance(message, kind):
                    return message
            data = self.link.recv(1 << 16)
            assert data, "the worker closed the link"
            self._said += self._decoder.feed(data)

    def departures(self, count: int) -> list[Departure]:
        """So many, in the order in which they were told."""
        found: list[Departure] = []
        while len(found) < count:
            found += self.said(Departed).departures
        return found

    def end(self) -> tuple[int, str]:
        """Its exit code, once it has ended, and what it wrote to stderr."""
        _, errors = self.process.communicate(timeout=TIME_LIMIT_S)
        return self.process.returncode, errors
