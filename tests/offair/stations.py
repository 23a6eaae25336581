"""Stations with sound in them, for the commands."""

import math
import wave
from array import array
from pathlib import Path

from tests.serving import make_station

_RATE = 8000


def tone(path: Path, seconds: float, hz: float = 440.0) -> None:
    """A tone as a WAV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = array(
        "h", (int(8000 * math.sin(2 * math.pi * hz * n / _RATE)) for n in range(int(seconds * _RATE)))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())


def sounding_station(root: Path, schedule: str, *, zone: str = "Europe/London") -> Path:
    """A station with four tracks and an ident."""
    station = f"station: {{name: Test FM, timezone: {zone}}}\n"
    make_station(root, schedule=schedule, station=station)
    for number, seconds in enumerate((61.0, 83.5, 47.25, 120.0)):
        tone(root / "media" / "music" / f"track{number}.wav", seconds, 300 + 50 * number)
    tone(root / "media" / "jingles" / "id.wav", 4.0)
    return root
