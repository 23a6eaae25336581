"""Values of rendering: the job, its result, and the finished bulletin that the studio plays."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from radiocast.config.station import VoiceConfig
from radiocast.model.play import Cue
from radiocast.newsroom.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """Everything the render process needs. Paths are absolute; an empty one means none.

    `out` is the audio file to write, ending in .flac; the script goes beside it as .txt. What is `urgent`
    makes way for nothing else on the machine.
    """

    script: Script
    voice: VoiceConfig = field(default_factory=VoiceConfig)
    sounder: str = ""
    bed: str = ""
    duck_db: float = -14.0
    speech_lufs: float = -18.0
    true_peak_dbtp: float = -1.0
    out: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """What the render process made. Where it made nothing, `error` says why, and `fault` whose it is."""

    duration_s: float = 0.0
    cues: tuple[Cue, ...] = ()
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
    voice_failed: bool = False
    headlines_only: bool = False
    problems: tuple[str, ...] = ()
    peak_memory_mb: float = 0.0
