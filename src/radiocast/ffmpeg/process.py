"""A running ffmpeg as an async context manager, its stderr drained into a bounded deque."""

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.errors import EnvironmentFault, MediaError

# Enough to see why a file cannot be read; a damaged hour would otherwise fill the memory with its log.
STDERR_LINES = 50
# -nostdin: a terminal's keys are not for ffmpeg. -v error: stderr holds reasons, not progress.
_COMMON = ("-hide_banner", "-nostdin", "-v", "error")
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
    ) -> None:
        self._args = args
        self._stdin = stdin
        self._stdout = stdout
        self._pass_fds = tuple(pass_fds)
        self._limit = limit
        self._loglevel = loglevel
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
        common = (*_COMMON[:-1], self._loglevel)
        try:
            self._process = await asyncio.create_subprocess_exec(
                ffmpeg_path(),
                *common,
                *self._args,
                stdin=PIPE if self._stdin else DEVNULL,
                stdout=PIPE if self._stdout else DEVNULL,
                stderr=PIPE,
                pass_fds=self._pass_fds,
                limit=self._limit,
            )
        except OSError as error:
            raise EnvironmentFault(f"ffmpeg at {ffmpeg_path()} cannot be started: {error}") from error
        self._drain = asyncio.create_task(self._drain_stderr(), name="ffmpeg-stderr")

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

    @property
    def returncode(self) -> int | None:
        """Its exit code once it has ended."""
        return self._running.returncode

    def errors(self) -> str:
        """The last lines of stderr, oldest first."""
        return "\n".join(self._errors)

    async def wait(self) -> int:
        """Wait for the end, stderr read to its end too; the exit code."""
        code = await self._running.wait()
        if self._drain is not None:
            await self._drain
        return code

    async def stop(self) -> None:
        """End it whatever it does, and reap it. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(_GRACE_S):
                    await process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if self._drain is not None:
            self._drain.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._drain
        # asyncio keeps the pipe transports open until collected unless they are closed here.
        transport = getattr(process, "_transport", None)
        if transport is not None:
            transport.close()

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError("ffmpeg is not running: use it inside its `async with` block")
        return self._process

    async def _drain_stderr(self) -> None:
        stderr = self._running.stderr
        if stderr is None:
            return
        while line := await stderr.readline():
            self._errors.append(line.decode("utf-8", "replace").rstrip())


async def run_ffmpeg(args: Sequence[str], *, timeout_s: float, loglevel: str = "error") -> tuple[bytes, str]:
    """Run ffmpeg to its end; `(stdout, stderr)`.

    Raises MediaError with ffmpeg's own last words when it fails or runs past `timeout_s`.
    """
    async with FfmpegProcess(args, loglevel=loglevel) as process:
        try:
            async with asyncio.timeout(timeout_s):
                output = await process.stdout.read()
                code = await process.wait()
        except TimeoutError as error:
            raise MediaError(f"ffmpeg took longer than {timeout_s:g} s and was ended") from error
        if code != 0:
            raise MediaError(process.errors() or f"ffmpeg ended with exit code {code}")
        return output, process.errors()
