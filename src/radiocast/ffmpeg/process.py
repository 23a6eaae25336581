"""A running ffmpeg as an async context manager, its stderr drained into a bounded deque."""

import asyncio
import contextlib
import fcntl
import os
import re
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.errors import EnvironmentFault, MediaError

# Enough to see why a file cannot be read; a damaged hour would otherwise fill the memory with its log.
STDERR_LINES = 50
# A line longer than this is cut: a file's own tags come out in these lines, and may be megabytes.
_LINE_CHARS = 500
# -nostdin: a terminal's keys are not for ffmpeg. -nostats: stderr holds reasons, not progress.
_COMMON = ("-hide_banner", "-nostdin", "-nostats")
# A file that is not whole: many an ffmpeg ends with 0 where the disk was full for the last of what it wrote.
_UNWRITTEN: Final = re.compile(
    r"Error (?:writing trailer|closing file|muxing)|av_interleaved_write_frame\(\)|No space left on device"
)
# What it ends with whatever went wrong.
_TELLS_NOTHING: Final = "Conversion failed!"
# How long a child gets to end by itself before it is killed.
_GRACE_S = 1.0


class FfmpegProcess:
    """One ffmpeg: `stdin` and `stdout` are pipes, `errors()` what it complained about so far.

    Leaving the block always ends the process: closed, then terminated, then killed. Safe under
    cancellation; no zombie stays.
    """

    def __init__(
        self,
        args: Sequence[str],
        *,
        stdin: bool = False,
        stdout: bool = True,
        pass_fds: Sequence[int] = (),
        limit: int = 2**16,
        loglevel: str = "error",
        niceness: int = 0,
        pipe_bytes: int = 0,
    ) -> None:
        """`limit` is half the bytes of stdout buffered here before ffmpeg has to wait.

        `niceness` 1 to 19 makes way for everything else on the machine (the air comes first).
        `pipe_bytes` is the size of stdout's pipe, where the system allows it; 0 leaves it as it is.
        """
        self._args = args
        self._stdin = stdin
        self._stdout = stdout
        self._pass_fds = tuple(pass_fds)
        self._limit = limit
        self._loglevel = loglevel
        self._niceness = niceness
        self._pipe_bytes = pipe_bytes
        self._errors: deque[str] = deque(maxlen=STDERR_LINES)
        self._process: Process | None = None
        self._drain: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it. Raises EnvironmentFault when the binary cannot be run."""
        binary = ffmpeg_path()
        try:
            self._process = await asyncio.create_subprocess_exec(
                binary,
                *_COMMON,
                "-v",
                self._loglevel,
                *self._args,
                stdin=PIPE if self._stdin else DEVNULL,
                stdout=PIPE if self._stdout else DEVNULL,
                stderr=PIPE,
                pass_fds=self._pass_fds,
                limit=self._limit,
            )
        except OSError as error:
            raise EnvironmentFault(f"ffmpeg at {binary} cannot be started: {error}") from error
        if self._niceness:
            # From here and not in the child: a preexec_fn is unsafe beside threads and slows the fork.
            # ffmpeg's own threads, started later, inherit it.
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, self._niceness)
        if self._pipe_bytes and self._stdout:
            self._widen_pipe(self._process)
        stderr = self._process.stderr
        if stderr is not None:
            # No task group outlives start(); stop() ends this task in every case.
            self._drain = asyncio.create_task(self._drain_into_errors(stderr), name="ffmpeg-stderr")

    @property
    def pid(self) -> int:
        """Process id, for status and for tests that kill it."""
        return self._running.pid

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input; only with `stdin=True`."""
        writer = self._running.stdin
        assert writer is not None, "started without stdin=True"  # noqa: S101 - a caller's mistake
        return writer

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output; only with `stdout=True`."""
        reader = self._running.stdout
        assert reader is not None, "started without stdout=True"  # noqa: S101 - a caller's mistake
        return reader

    def errors(self) -> str:
        """The last lines of stderr, oldest first."""
        return "\n".join(self._errors)

    async def wait(self) -> int:
        """Wait for the end, stderr read to its end too; the exit code.

        Read stdout to its end first: what nobody reads keeps ffmpeg from ending.
        """
        code = await self._running.wait()
        if self._drain is not None:
            await self._drain
        return code

    async def stop(self) -> None:
        """End it whatever it does, and reap it. Safe to call twice; what it has not written is lost.

        Cancelled in the middle, it kills instead of waiting: asyncio's child watcher reaps it then.
        """
        process, self._process = self._process, None
        if process is None:
            return
        # The one thing here that asyncio has no public name for.
        transport: asyncio.SubprocessTransport = process._transport  # type: ignore[attr-defined] # noqa: SLF001
        try:
            if process.returncode is None:
                # Up to Python 3.12 wait() ends only when every pipe is closed, and a stdout that
                # nobody reads any more would never close by itself: close our ends first.
                for descriptor in (0, 1):
                    pipe = transport.get_pipe_transport(descriptor)
                    if pipe is not None:
                        pipe.close()
                await self._end(process)
            if self._drain is not None:
                # Its last words are on their way through the pipe.
                await asyncio.wait((self._drain,), timeout=_GRACE_S)
        finally:
            if self._drain is not None:
                self._drain.cancel()
            # Closes every pipe, and kills the child if it still lives.
            transport.close()

    def _widen_pipe(self, process: Process) -> None:
        # asyncio's own transport again; what cannot be widened works as it is.
        transport: asyncio.SubprocessTransport = process._transport  # type: ignore[attr-defined] # noqa: SLF001
        pipe = transport.get_pipe_transport(1)
        if pipe is not None:
            # A process that has ended already has its pipe closed: a ValueError.
            with contextlib.suppress(OSError, ValueError):
                fcntl.fcntl(pipe.get_extra_info("pipe").fileno(), fcntl.F_SETPIPE_SZ, self._pipe_bytes)

    @staticmethod
    async def _end(process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_GRACE_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GRACE_S):
                    await process.wait()

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError("ffmpeg is not running: use it inside its `async with` block")
        return self._process

    async def _drain_into_errors(self, stderr: asyncio.StreamReader) -> None:
        rest = b""
        # Not readline(): a line longer than the stream's limit would end the drain, and then ffmpeg.
        while chunk := await stderr.read(4096):
            *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
            self._errors.extend(_text(line) for line in lines if line.strip())
            rest = rest[:_LINE_CHARS]
        if rest.strip():
            self._errors.append(_text(rest))


def _text(line: bytes) -> str:
    return line[:_LINE_CHARS].decode("utf-8", "replace").rstrip()


async def end_reading(reader: asyncio.Task[None] | None, process: FfmpegProcess | None) -> None:
    """End the task that reads an ffmpeg's output, and then that ffmpeg; also where this is cancelled."""
    if reader is not None:
        reader.cancel()
    try:
        if reader is not None:
            # Not awaited itself: its cancellation is no news, ours must not be lost.
            await asyncio.wait({reader})
    finally:
        if process is not None:
            await process.stop()


def why_failed(code: int, errors: str) -> str:
    """The reason for a run with this exit code and stderr, in ffmpeg's most telling words; "" if it is none.

    A run whose output could not be written whole has failed, whatever its exit code.
    """
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    unwritten = next((line for line in lines if _UNWRITTEN.search(line)), "")
    if unwritten or code == 0:
        return unwritten
    telling = [line for line in lines if line != _TELLS_NOTHING] or lines
    return telling[-1] if telling else f"ffmpeg ended with exit code {code}"


async def run_ffmpeg(
    args: Sequence[str], *, timeout_s: float, loglevel: str = "error", niceness: int = 0
) -> tuple[bytes, str]:
    """Run ffmpeg to its end; `(stdout, stderr)`, of stderr the last `STDERR_LINES` lines.

    All of stdout is held in memory: not for a whole file's sound. Raises MediaError with ffmpeg's own
    last words when it fails, MediaError from a TimeoutError when it runs past `timeout_s`, and
    EnvironmentFault when there is no ffmpeg.
    """
    async with FfmpegProcess(args, loglevel=loglevel, niceness=niceness) as process:
        try:
            async with asyncio.timeout(timeout_s):
                output = await process.stdout.read()
                code = await process.wait()
        except TimeoutError as error:
            raise MediaError(f"ffmpeg took longer than {timeout_s:g} s and was ended") from error
        if code != 0:
            raise MediaError(process.errors() or f"ffmpeg ended with exit code {code}")
        if reason := why_failed(code, process.errors()):
            raise MediaError(reason)
        return output, process.errors()
