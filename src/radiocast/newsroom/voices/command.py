"""A voice that is any command: text on its stdin, a WAV file on its stdout."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from typing import Final

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.voice import Speech
from radiocast.newsroom.voices.wav import speech_from_wav

# Five minutes at 48 kHz stereo, 16 bits. One part of a bulletin is never so long; a program that
# writes more does not end by itself.
MAX_WAV_BYTES: Final = 64 * 1024 * 1024
_STDERR_BYTES: Final = 2000
_CHUNK: Final = 2**16


class CommandVoice:
    """Runs `command` for each text. The process has a group of its own, which is killed at the time limit.

    `timeout_s` counts from the start of one call of `speak` to the last byte of its sound.
    """

    def __init__(
        self, command: Sequence[str], *, name: str, timeout_s: float = 30.0, max_bytes: int = MAX_WAV_BYTES
    ) -> None:
        if not command:
            raise VoiceError(f"voice {name}: there is no command to run: set newsroom.voice.command")
        self._command = tuple(command)
        self._name = name
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self._name

    async def speak(self, text: str) -> Speech:
        """The text as the command speaks it. Raises VoiceError; see `Voice`."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
            )
        except (OSError, ValueError) as error:
            raise VoiceError(f"voice {self._name}: {self._command[0]} cannot be run: {error}") from error
        try:
            async with asyncio.timeout(self._timeout_s):
                wav, complaint = await self._converse(process, text)
        except TimeoutError as error:
            raise VoiceError(
                f"voice {self._name}: not done within {self._timeout_s:g} s, ended (newsroom.voice.timeout)"
            ) from error
        finally:
            # Also at cancellation: nobody will read what it still says.
            await _end(process)
        if process.returncode != 0:
            reason = complaint.strip().splitlines()
            raise VoiceError(
                f"voice {self._name}: {self._command[0]} failed with exit code {process.returncode}"
                + (f": {reason[-1][:200]}" if reason else "")
            )
        return await asyncio.to_thread(speech_from_wav, wav, voice=self._name)

    async def _converse(self, process: Process, text: str) -> tuple[bytes, str]:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_say(process, text))
            complaint = tasks.create_task(_last_words(process))
            wav = tasks.create_task(self._listen(process))
        if wav.result() is None:
            raise VoiceError(f"voice {self._name}: more than {self._max_bytes} bytes of sound, ended")
        await process.wait()
        return wav.result() or b"", complaint.result()

    async def _listen(self, process: Process) -> bytes | None:
        assert process.stdout is not None  # noqa: S101 - opened with PIPE
        heard = bytearray()
        while chunk := await process.stdout.read(_CHUNK):
            heard += chunk
            if len(heard) > self._max_bytes:
                _kill(process)
                return None
        return bytes(heard)


async def _say(process: Process, text: str) -> None:
    assert process.stdin is not None  # noqa: S101 - opened with PIPE
    # A program that does not read its text to the end may still have spoken; its exit code tells.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(text.encode("utf-8", "replace"))
        await process.stdin.drain()
    process.stdin.close()


async def _last_words(process: Process) -> str:
    assert process.stderr is not None  # noqa: S101 - opened with PIPE
    words = b""
    while chunk := await process.stderr.read(_CHUNK):
        words = (words + chunk)[-_STDERR_BYTES:]
    return words.decode("utf-8", "replace")


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


async def _end(process: Process) -> None:
    """Kill the group, whoever is left in it, and reap the process."""
    _kill(process)
    await asyncio.shield(process.wait())
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()  # asyncio keeps the pipes open until collected unless they are closed here
