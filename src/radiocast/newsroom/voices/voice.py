"""The contract of a voice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.pronunciation import Notation


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Spoken sound: signed 16-bit little-endian mono PCM. `voice` is the name of who spoke it."""

    pcm: bytes
    rate: int
    voice: str = ""

    @property
    def duration_s(self) -> float:
        """Seconds it lasts."""
        return len(self.pcm) / 2 / self.rate


class Voice(Protocol):
    """Somebody who reads sentences aloud."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def identity(self) -> str:
        """Everything that its sound depends on besides the text: two voices of one identity sound the same.

        May look at files; MUST NOT start anything.
        """

    @property
    def notation(self) -> Notation:
        """How it takes pronunciations."""

    async def record(self, sentences: Sequence[str]) -> list[Speech | VoiceError]:
        """Each sentence as speech, never empty, or why there is none; in the order asked.

        MUST raise nothing. MUST end within its own time limits. MUST leave no process behind, also when
        it is cancelled. A sentence that it cannot say MUST NOT cost the others.
        """
