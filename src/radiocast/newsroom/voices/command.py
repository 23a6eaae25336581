"""A voice that is any command: text on its stdin, a WAV file on its stdout."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from radiocast.children.parent import hand_over, kill_group
from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.engine import GIVE_UP_AFTER, limit_s
from radiocast.newsroom.voices.process import (
    CHUNK_BYTES,
    exit_reason,
    last_words,
    voice_process,
)
from radiocast.newsroom.voices.pronunciation import Notation
from radiocast.newsroom.voices.voice import Speech
from radiocast.newsroom.voices.wav import speech_from_wav

# Five minutes at 48 kHz stereo, 16 bits. No sentence is ever so long; a program that writes more does not
# end by itself.
MAX_WAV_BYTES: Final = 64 * 1024 * 1024
# Two fill both cores of a small machine, and more would only take them from the air.
_AT_ONCE: Final = 2


class CommandVoice:
    """Runs `command` for each sentence, in `folder`, in a process group of its own that ends with its time.

    `timeout_s` counts from the start of the program to the last byte of its sound. One object remembers its
    failures for as long as it lives.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str,
        folder: Path | None = None,
        identity: str = "",
        timeout_s: float = 30.0,
        max_bytes: int = MAX_WAV_BYTES,
    ) -> None:
        if not command:
            raise VoiceError(f"voice {name}: there is no command to run: set newsroom.voice.command")
        self._command = tuple(command)
        self._folder = folder
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._failures = 0
        self.name: Final = name
        self.identity: Final = identity or repr(self._command)
        self.notation: Final = Notation.PLAIN

    async def record(self, sentences: Sequence[str]) -> list[Speech | VoiceError]:
        """Each sentence as speech, or why there is none. See `Voice`."""
        turn = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            speaking = [tasks.create_task(self._in_turn(sentence, turn)) for sentence in sentences]
        return [task.result() for task in speaking]

    async def _in_turn(self, sentence: str, turn: asyncio.Semaphore) -> Speech | VoiceError:
        async with turn:
            if self._failures >= GIVE_UP_AFTER:
                return VoiceError(f"voice {self.name}: failed {self._failures} times, not asked again")
            try:
                return await self.speak(sentence)
            except VoiceError as error:
                self._failures += 1
                return error

    async def speak(self, text: str) -> Speech:
        """The text as the command speaks it. Raises VoiceError."""
        limit = limit_s(self._timeout_s, text)
        async with voice_process(self._command, voice=self.name, folder=self._folder) as process:
            try:
                async with asyncio.timeout(limit):
                    wav, complaint = await self._converse(process, text)
            except TimeoutError as error:
                raise VoiceError(
                    f"voice {self.name}: not done within {limit:g} s, ended (newsroom.voice.timeout)"
                ) from error
            code = process.returncode
        if code != 0:
            raise VoiceError(f"voice {self.name}: {exit_reason(self._command[0], code, complaint)}")
        return await asyncio.to_thread(speech_from_wav, wav, voice=self.name)

    async def _converse(self, process: Process, text: str) -> tuple[bytes, str]:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(hand_over(process, text.encode("utf-8", "replace")))
            complaint = tasks.create_task(last_words(process))
            wav = tasks.create_task(self._listen(process))
        if wav.result() is None:
            raise VoiceError(f"voice {self.name}: more than {self._max_bytes} bytes of sound, ended")
        await process.wait()
        return wav.result() or b"", complaint.result()

    async def _listen(self, process: Process) -> bytes | None:
        assert process.stdout is not None  # noqa: S101 - opened with PIPE
        heard = bytearray()
        while chunk := await process.stdout.read(CHUNK_BYTES):
            heard += chunk
            if len(heard) > self._max_bytes:
                kill_group(process.pid)
                return None
        return bytes(heard)
