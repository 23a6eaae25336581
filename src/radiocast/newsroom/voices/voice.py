"""The contract of a voice."""

from dataclasses import dataclass
from typing import Protocol


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
    """Somebody who reads a text aloud."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    async def speak(self, text: str) -> Speech:
        """The text as speech, never empty.

        MUST raise VoiceError, and nothing else, when it cannot: the next voice takes over. MUST end
        within its own time limit. MUST leave no process behind, also when it is cancelled.
        """
