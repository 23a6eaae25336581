"""Sentences as the booth recorded them, by their key in its cache."""

import contextlib
import wave
from pathlib import Path

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.publishing.press import Recorded
from radiocast.newsroom.sound import Pcm, pcm_of


def recorded_in(cache: Path) -> Recorded:
    """Looks recordings up; what is damaged, or no recording of ours, counts as lost."""

    def recorded(key: str) -> Pcm | None:
        if not key.replace("-", "").isalnum():
            return None
        with contextlib.suppress(OSError, wave.Error, EOFError), wave.open(str(cache / f"{key}.wav")) as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2):
                pcm = pcm_of(file.readframes(file.getnframes()), 1)
                return pcm if len(pcm) else None
        return None

    return recorded
