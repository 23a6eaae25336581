"""Values of rendering: the job, its result, and the finished bulletin that the studio plays."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from radiocast.config.station import VoiceConfig, Voices
from radiocast.model.play import Cue
from radiocast.newsroom.script.rundown import Role, Rundown


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """Everything the render process needs. Paths are absolute; an empty one means none.

    `out` is the audio file to write, ending in .flac; the script goes beside it as .txt. `cache` is the
    folder of recorded sentences. Voice files that are not absolute are looked for under `root`. What is
    `urgent` makes way for nothing else on the machine.
    """

    rundown: Rundown
    voice: VoiceConfig = field(default_factory=VoiceConfig)
    voices: Voices = field(default_factory=Voices)
    pronunciation: dict[str, str] = field(default_factory=dict)
    root: str = ""
    cache: str = ""
    sounder: str = ""
    bed: str = ""
    duck_db: float = -14.0
    speech_lufs: float = -18.0
    true_peak_dbtp: float = -1.0
    out: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One sentence in the finished bulletin: from which second on it is heard, and for how long.

    `key` is its recording's in the cache of sentences; `text` is what was said.
    """

    role: Role
    slug: str = ""
    text: str
    key: str = ""
    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """What the render process made. Where it made nothing, `error` says why, and `fault` whose it is."""

    duration_s: float = 0.0
    cues: tuple[Cue, ...] = ()
    timings: tuple[Timing, ...] = ()
    stories: tuple[str, ...] = ()
    voice_failed: bool = False
    problems: tuple[str, ...] = ()
    peak_memory_mb: float = 0.0
    error: str = ""
    fault: Literal["", "voice", "media"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedBulletin:
    """A bulletin ready for the air: its audio, and from which second on a listener hears what.

    `stories` are the slugs that are read, in order; the caller marks them as aired when they were heard.
    `voice_failed`: no voice could speak, the sounder stands alone. `headlines_only`: no story is told.
    `problems` are sentences for the status page. The JSON file beside the audio is this value.
    """

    name: str
    path: Path
    at: datetime
    duration_s: float
    cues: tuple[Cue, ...]
    stories: tuple[str, ...]
    rendered_at: datetime
    took_s: float
    timings: tuple[Timing, ...] = ()
    voice_failed: bool = False
    headlines_only: bool = False
    problems: tuple[str, ...] = ()
    peak_memory_mb: float = 0.0
