"""A voice that speaks many sentences in one process of ours: espeak-ng, piper (see `frames`)."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Sequence
from typing import Final

from radiocast.children.parent import hand_over
from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.frames import read_header, request
from radiocast.newsroom.voices.process import exit_reason, last_words, voice_process
from radiocast.newsroom.voices.pronunciation import Notation
from radiocast.newsroom.voices.voice import Speech

# The limit holds for a sentence of so many characters, half a minute of speech; longer ones have more.
USUAL_CHARS: Final = 500
# After so many deaths or hangs a voice is not asked again: each costs its time limit, and the bulletin its
# deadline.
GIVE_UP_AFTER: Final = 2


def limit_s(timeout_s: float, text: str) -> float:
    """The time that this text may take."""
    return timeout_s * max(1.0, len(text) / USUAL_CHARS)


class _DiedError(Exception):
    """The process ended, hung or talked nonsense.

    `again`: another try may do better. `hopeless`: no sentence will do better.
    """

    def __init__(self, reason: str, *, again: bool = False, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.again = again
        self.hopeless = hopeless


class EngineVoice:
    """Runs `command` once for all the sentences of a call.

    `timeout_s` is how long it may be silent: from its start to the first sentence's sound, and from each to
    the next. Where it dies the sentence it was at is tried once more alone, and the rest goes on without
    it. One object remembers its failures for as long as it lives.
    """

    def __init__(
        self, command: Sequence[str], *, name: str, identity: str, notation: Notation, timeout_s: float = 30.0
    ) -> None:
        self._command = tuple(command)
        self._timeout_s = timeout_s
        self._failures = 0
        self.name: Final = name
        self.identity: Final = identity
        self.notation: Final = notation

    async def record(self, sentences: Sequence[str]) -> list[Speech | VoiceError]:
        """Each sentence as speech, or why there is none. See `Voice`."""
        done: list[Speech | VoiceError] = []
        again = True  # whether the next sentence has a second try
        at_once = len(sentences)
        while len(done) < len(sentences):
            if self._failures >= GIVE_UP_AFTER:
                reason = f"voice {self.name}: failed {self._failures} times, not asked again"
                done += [VoiceError(reason) for _ in sentences[len(done) :]]
                break
            before = len(done)
            try:
                await self._batch(sentences[before : before + at_once], done)
            except _DiedError as death:
                if death.hopeless and len(done) == before:
                    self._failures = GIVE_UP_AFTER
                    return done + [VoiceError(f"voice {self.name}: {death}") for _ in sentences[before:]]
                again = again or len(done) > before
                if again and death.again:
                    again, at_once = False, 1
                    continue
                self._failures += 1
                done.append(VoiceError(f"voice {self.name}: {death}"))
            again, at_once = True, len(sentences)
        return done

    async def _batch(self, sentences: Sequence[str], done: list[Speech | VoiceError]) -> None:
        """Add to `done` as far as the process gets. Raises _DiedError when that is not to the end."""
        try:
            async with voice_process(self._command, voice=self.name) as process:
                await self._converse(process, sentences, done)
        except VoiceError as error:  # it cannot even be started
            raise _DiedError(str(error).removeprefix(f"voice {self.name}: "), hopeless=True) from error

    async def _converse(
        self, process: Process, sentences: Sequence[str], done: list[Speech | VoiceError]
    ) -> None:
        # No TaskGroup: it would wrap what is raised here, and both tasks end with this function in any case.
        saying = asyncio.create_task(hand_over(process, request(sentences)))
        listening = asyncio.create_task(last_words(process))
        try:
            for sentence in sentences:
                await self._one(process, sentence, listening, done)
        finally:
            # Also at cancellation and after nonsense: the process is about to be killed.
            saying.cancel()
            listening.cancel()
            await asyncio.gather(saying, listening, return_exceptions=True)

    async def _one(
        self,
        process: Process,
        sentence: str,
        listening: "asyncio.Task[str]",
        done: list[Speech | VoiceError],
    ) -> None:
        assert process.stdout is not None  # noqa: S101 - opened with PIPE
        limit = limit_s(self._timeout_s, sentence)
        try:
            async with asyncio.timeout(limit):
                line = await process.stdout.readline()
                if not line:
                    words = await listening
                    code = await process.wait()
                    # Our own processes end with 1 and a reason when they can do nothing at all.
                    raise _DiedError(
                        exit_reason(self._command[0], code, words), again=code != 1, hopeless=code == 1
                    )
                header = read_header(line, voice=self.name)
                if isinstance(header, VoiceError):
                    done.append(header)
                    return
                rate, size = header
                pcm = await process.stdout.readexactly(size)
        except TimeoutError as error:
            reason = f"not done within {limit:g} s, ended (newsroom.voice.timeout)"
            raise _DiedError(reason) from error
        except (asyncio.IncompleteReadError, ValueError) as error:
            raise _DiedError("it ended in the middle of a sentence", again=True) from error
        except VoiceError as error:
            raise _DiedError(str(error).removeprefix(f"voice {self.name}: ")) from error
        if any(pcm):
            done.append(Speech(pcm=pcm, rate=rate, voice=self.name))
        else:
            done.append(VoiceError(f"voice {self.name}: it gave no sound for {sentence[:40]!r}"))
