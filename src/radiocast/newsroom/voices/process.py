"""A voice's process: started, listened to, and what it failed with, in a voice's words."""

from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from radiocast.children.parent import child
from radiocast.model.errors import VoiceError

_STDERR_BYTES: Final = 2000
CHUNK_BYTES: Final = 2**16


@asynccontextmanager
async def voice_process(
    command: Sequence[str], *, voice: str, folder: Path | None = None
) -> AsyncIterator[Process]:
    """As `children.parent.child`. Raises VoiceError when it cannot be started."""
    async with AsyncExitStack() as running:
        try:
            process = await running.enter_async_context(child(command, folder=folder))
        except (OSError, ValueError) as error:
            raise VoiceError(f"voice {voice}: {command[0]} cannot be run: {error}") from error
        yield process


async def last_words(process: Process) -> str:
    """The end of what it says on stderr, once it has said it."""
    assert process.stderr is not None  # noqa: S101 - opened with PIPE
    words = b""
    while chunk := await process.stderr.read(CHUNK_BYTES):
        words = (words + chunk)[-_STDERR_BYTES:]
    return words.decode("utf-8", "replace")


def exit_reason(program: str, code: int | None, words: str) -> str:
    """How it ended, with its own last line."""
    lines = words.strip().splitlines()
    return f"{program} failed with exit code {code}" + (f": {lines[-1][:200]}" if lines else "")
