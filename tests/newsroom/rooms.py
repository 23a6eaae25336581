"""A newsroom in a folder of its own, and voices that speak at once."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import Audio, Identity, NewsroomConfig, StationConfig, Titles, VoiceConfig
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.newsroom import Newsroom
from tests.newsroom.production.test_sound import tone
from tests.newsroom.sounds import wav

AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PLAN = BulletinPlan(name="hourly", target_s=30.0)
# Speaks at once: a tone whose pitch tells how long the text was, as long as 50 letters a second.
TONE_VOICE = (
    "import math, struct, sys, wave\n"
    "text = sys.stdin.read()\n"
    "hz, count = 300 + 8 * (len(text) % 100), 16000 * max(16, len(text)) // 50\n"
    "out = wave.open(sys.stdout.buffer, 'wb'); out.setparams((1, 2, 16000, 0, 'NONE', ''))\n"
    "wave = (int(9000 * math.sin(2 * math.pi * hz * n / 16000)) for n in range(count))\n"
    "out.writeframes(struct.pack(f'<{count}h', *wave))\n"
)

Make = Callable[..., Newsroom]


def tone_hz(text: str) -> int:
    return 300 + 8 * (len(text) % 100)


def says(code: str, *, timeout: float = 20.0) -> VoiceConfig:
    command = (sys.executable, "-c", code)
    return VoiceConfig.model_validate(
        {"engine": "command", "name": "fake", "command": command, "timeout": timeout}
    )


def newsroom_in(folder: Path, voice: VoiceConfig | None = None, titles: Titles | None = None) -> Newsroom:
    (folder / "media" / "news").mkdir(parents=True, exist_ok=True)
    config = StationConfig(
        station=Identity(name="Newsline", timezone="Europe/London"),
        audio=Audio(),
        newsroom=NewsroomConfig(voice=voice or says(TONE_VOICE)),
        titles=titles or Titles(),
    )
    return Newsroom(folder, folder / "media", folder / "var", config)


def put(folder: Path, name: str, data: str | bytes, *, minutes_old: float = 0) -> Path:
    """An article in the station's folder, as old as that at nine o'clock."""
    path = folder / "media" / "news" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    when = AT.timestamp() - 60 * minutes_old
    os.utime(path, (when, when))
    return path


def write_wav(path: Path, seconds: float, hz: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(tone(seconds, level=0.3, hz=hz)[:, 0].tobytes(), SAMPLE_RATE))
