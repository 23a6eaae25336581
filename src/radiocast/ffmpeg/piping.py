"""Sound through one ffmpeg in one go: what goes in by its stdin, what comes out by its stdout."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

from radiocast.ffmpeg.process import FfmpegProcess, why_failed
from radiocast.model.errors import MediaError

_PIPE_BYTES: Final = 2**20
_WRITE_BYTES: Final = 2**18


async def piped(
    args: Sequence[str], data: bytes | Iterator[bytes] | None, *, timeout_s: float, told: bool = False
) -> tuple[bytes, str]:
    """What ffmpeg puts on stdout for this stdin, and on stderr: with `told` what filters measure, too.

    An iterator's pieces are made in a thread, one while ffmpeg has the one before. Raises MediaError with
    ffmpeg's reason, also where it takes longer; EnvironmentFault without ffmpeg; what the iterator
    raises comes in an ExceptionGroup.
    """
    async with FfmpegProcess(
        args,
        stdin=data is not None,
        limit=_PIPE_BYTES,
        pipe_bytes=_PIPE_BYTES,
        loglevel="info" if told else "error",
    ) as process:
        try:
            async with asyncio.timeout(timeout_s):
                async with asyncio.TaskGroup() as tasks:
                    if data is not None:
                        tasks.create_task(_feed(process.stdin, data))
                    output = tasks.create_task(process.stdout.read())
                code = await process.wait()
        except TimeoutError as error:
            raise MediaError(f"ffmpeg took longer than {timeout_s:g} s and was ended") from error
        if reason := why_failed(code, process.errors()):
            raise MediaError(reason)
        return output.result(), process.errors()


async def _feed(stdin: asyncio.StreamWriter, data: bytes | Iterator[bytes]) -> None:
    # ffmpeg that stops reading says why on stderr and in its exit code.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if isinstance(data, bytes):
            for start in range(0, len(data), _WRITE_BYTES):
                stdin.write(data[start : start + _WRITE_BYTES])
                await stdin.drain()
        else:
            await _feed_pieces(stdin, data)
    stdin.close()


async def _feed_pieces(stdin: asyncio.StreamWriter, pieces: Iterator[bytes]) -> None:
    piece = await asyncio.to_thread(next, pieces, None)
    while piece is not None:
        stdin.write(piece)
        drained, following = await asyncio.gather(
            stdin.drain(), asyncio.to_thread(next, pieces, None), return_exceptions=True
        )
        if isinstance(following, BaseException):
            raise following
        if isinstance(drained, BaseException):
            raise drained
        piece = following
