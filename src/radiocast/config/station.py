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


class Tls(Section):
    """`listen.tls:` PEM files, paths in the station's folder or absolute ones.

    `listen.port` answers both http and https; `port` is another one, for those who expect it elsewhere.
    """

    cert: str
    key: str
    port: int | None = None


class Listen(Section):
    """`listen:` the door. `burst_s` of sound are sent at once to a newcomer.

    `workers` processes serve the listeners; 0: the transmitter does. `max_per_address` listeners from one
    address, and `max_duration_s` for each: 0 is no limit.
    """

    host: str = "0.0.0.0"  # noqa: S104 - a radio station is there to be heard
    port: int = 8000
    max_listeners: int = 10_000
    max_per_address: int = 0
    max_duration_s: Annotated[float, Field(alias="max_duration")] = 0.0
    burst_s: Annotated[float, Field(alias="burst")] = 6.0
    workers: int = 0
    tls: Tls | None = None
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
    """A voice: who reads. `fallback` voices are tried in turn when one fails or hangs.

    `model` is the voice file of engine piper, a path in the station's folder or an absolute one.
    """

    engine: Literal["espeak-ng", "command", "piper"] = "espeak-ng"
    name: str = "en-gb"
    words_per_minute: int = 165
    command: tuple[str, ...] = ()
    model: str = ""
    timeout_s: Annotated[float, Field(alias="timeout")] = 30.0
    fallback: tuple["VoiceConfig", ...] = ()


class Voices(Section):
    """`newsroom.voices:` other voices than `newsroom.voice`, by a story's language or a bulletin's part.

    The language goes before the part. Parts: intro, headlines, stories, breaking, correction, outro.
    """

    languages: dict[str, VoiceConfig] = Field(default_factory=dict)
    parts: dict[str, VoiceConfig] = Field(default_factory=dict)


class FeedConfig(Section):
    """One of `newsroom.feeds:`. `source` credits stories that name nobody; "" takes the feed's own title.

    `private_addresses` lets it, and what it redirects to, be on this machine or in this network.
    `full_text` fetches each entry's page where the feed gives only a summary.
    """

    name: str
    url: str
    every_s: Annotated[float, Field(alias="every")] = 300.0
    stale_after_s: Annotated[float | None, Field(alias="stale_after")] = None
    expire_after_s: Annotated[float, Field(alias="expire_after")] = 7 * 86_400.0
    source: str = ""
    language: str = ""
    urgency: int = 5
    full_text: bool = False
    private_addresses: bool = False
    timeout_s: Annotated[float, Field(alias="timeout")] = 20.0
    max_bytes: int = 4 * 1024 * 1024
    max_stories: int = 100


class DeskConfig(Section):
    """`newsroom.desk:` the editor's rules.

    A story airs at most `airings` times (0: no limit), at least `apart_s` after its last; it is stale when
    older than `stale_after_s`: then a feed's is not read, and an article of the house's own comes last. A
    correction airs in so many bulletins. Headlines and bodies that are alike to `duplicates` (0 to 1; 0 turns
    it off) are one story.
    """

    airings: int = 0
    apart_s: Annotated[float, Field(alias="apart")] = 0.0
    stale_after_s: Annotated[float, Field(alias="stale_after")] = 48 * 3600.0
    corrections: int = 3
    duplicates: float = 0.6


class NewsroomConfig(Section):
    """`newsroom:` where stories come from, the desk's rules, and how they are read.

    `templates` are a language's sentences by name (see `newsroom/languages`), in place of the house's own.
    `pronunciation` gives a word's respelling, or its IPA between slashes. `publish`: bulletins and stories
    that aired get pages and a podcast, kept for `keep_days`.
    """

    stories: str = "media/news"
    feeds: tuple[FeedConfig, ...] = ()
    desk: DeskConfig = DeskConfig()
    voice: VoiceConfig = VoiceConfig()
    voices: Voices = Voices()
    pronunciation: dict[str, str] = Field(default_factory=dict)
    templates: dict[str, dict[str, str]] = Field(default_factory=dict)
    publish: bool = True
    keep_days: int = 30


class Records(Section):
    """`records:` what is kept about listeners, in `var/`.

    `addresses`: `hashed` with a salt that is another every day and then forgotten, `full`, or `none`.
    Sessions are kept for `keep_days`; the access log in `access_log_files` files of `access_log_bytes`
    each; with 0 files there is none.
    """

    addresses: Literal["hashed", "full", "none"] = "hashed"
    keep_days: int = 400
    access_log_files: int = 5
    access_log_bytes: int = 10 * 1024 * 1024


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
    records: Records = Records()
    titles: Titles = Titles()
