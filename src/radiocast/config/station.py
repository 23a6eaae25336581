"""The shape of `station.yaml`. Keys and defaults are the contract in docs/architecture.md.

Durations are seconds here (the file's `90s`, `3m`, `1h30m` are parsed on the way in).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from radiocast.model.block import MountSpec


class Section(BaseModel):
    """A block of the file: closed, so that a misspelt key is an error and not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Identity(Section):
    """`station:` who is on the air."""

    name: str
    slogan: str = ""
    timezone: str = "UTC"
    language: str = "en"
    genre: str = "News"
    url: str = ""


class Listen(Section):
    """`listen:` the door. `burst_s` of sound are sent at once to a newcomer."""

    host: str = "0.0.0.0"  # noqa: S104 - a radio station is there to be heard
    port: int = 8000
    max_listeners: int = 10_000
    burst_s: Annotated[float, Field(alias="burst")] = 6.0
    slow_listener: Literal["drop", "skip"] = "drop"
    trusted_proxies: tuple[str, ...] = ()


class Audio(Section):
    """`audio:` levels and timing. `crossfade_s` is the longest overlap of two items; 0 never overlaps."""

    speech_lufs: float = -18.0
    music_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    crossfade_s: Annotated[float, Field(alias="crossfade")] = 2.0
    lead_s: Annotated[float, Field(alias="lead")] = 3.0


class VoiceConfig(Section):
    """`newsroom.voice:` who reads. `fallback` voices are tried in turn when one fails or hangs."""

    engine: Literal["espeak-ng", "command"] = "espeak-ng"
    name: str = "en-gb"
    words_per_minute: int = 165
    command: tuple[str, ...] = ()
    timeout_s: Annotated[float, Field(alias="timeout")] = 30.0
    fallback: tuple["VoiceConfig", ...] = ()


class NewsroomConfig(Section):
    """`newsroom:` where stories come from and how they are read."""

    stories: str = "media/news"
    voice: VoiceConfig = VoiceConfig()
    pronunciation: dict[str, str] = Field(default_factory=dict)


class Titles(Section):
    """`titles:` what a player's title line says."""

    track: str = "{artist} - {title}"
    story: str = "{headline}"
    bulletin: str = "{station} News"


class StationConfig(Section):
    """The whole of `station.yaml`."""

    station: Identity
    listen: Listen = Listen()
    mounts: tuple[MountSpec, ...] = (MountSpec(path="/live.mp3", bitrate_kbps=128),)
    audio: Audio = Audio()
    newsroom: NewsroomConfig = NewsroomConfig()
    titles: Titles = Titles()
