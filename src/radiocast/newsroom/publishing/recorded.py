"""Sentences as the booth recorded them, by their key in its cache."""

from pathlib import Path

from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.publishing.press import Recorded
from radiocast.newsroom.voices.cache import SpeechCache


def recorded_in(folder: Path) -> Recorded:
    """Looks recordings up; what is damaged, or has no name of ours, counts as lost."""
    cache = SpeechCache(folder)

    def recorded(key: str) -> Pcm | None:
        # A key comes from a file on the disk, and becomes a path.
        return cache.get(key) if key.replace("-", "").isalnum() else None

    return recorded
