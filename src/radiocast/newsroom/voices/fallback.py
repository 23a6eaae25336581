"""A chain of voices: the next one speaks where the one before fails."""

from collections import Counter
from collections.abc import Sequence

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.command import CommandVoice
from radiocast.newsroom.voices.voice import Speech

# After so many failures in one bulletin a voice is not asked again: a voice that hangs would cost its
# time limit with every part, and the bulletin its deadline.
_GIVE_UP_AFTER = 2


class FallbackVoice:
    """Asks each voice in turn. `failures` and `problems` say which failed, how often and why."""

    def __init__(self, voices: Sequence[CommandVoice]) -> None:
        if not voices:
            raise VoiceError("there is no voice to speak with: set newsroom.voice")
        self._voices = tuple(voices)
        self.failures: Counter[str] = Counter()
        self.problems: list[str] = []

    @property
    def name(self) -> str:
        """The names of all, in the order they are asked."""
        return ", ".join(voice.name for voice in self._voices)

    async def speak(self, text: str) -> Speech:
        """The text in the first voice that manages. Raises VoiceError, with every reason, when none does."""
        reasons: list[str] = []
        for index, voice in enumerate(self._voices):
            key = f"{index}:{voice.name}"
            if self.failures[key] >= _GIVE_UP_AFTER:
                reasons.append(f"voice {voice.name}: failed {self.failures[key]} times, not asked again")
                continue
            try:
                return await voice.speak(text)
            except VoiceError as error:
                self.failures[key] += 1
                reasons.append(str(error))
                if str(error) not in self.problems:
                    self.problems.append(str(error))
        raise VoiceError("; ".join(reasons))
