"""The recording booth: sentences in, each spoken once by the voice that is meant for it.

Values for now; the booth itself follows.
"""

from dataclasses import dataclass

from radiocast.newsroom.sound import Pcm


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence to be recorded. `part` is the bulletin's part as `newsroom.voices.parts` names it."""

    text: str
    language: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A sentence as it was spoken: mono at 48 kHz, trimmed, coloured for the air, not yet levelled.

    `key` names it in the cache. `voice` is who spoke it; `cached` that nobody had to.
    """

    line: Line
    pcm: Pcm
    key: str
    voice: str
    cached: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds it lasts."""
        return len(self.pcm) / 48_000
