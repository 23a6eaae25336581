"""A bulletin whose every part is a tone of its own, so that a test hears which parts are left."""

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.play import Cue, Kind
from radiocast.model.story import Story
from radiocast.newsroom.production.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.production.sound import Pcm, pcm_of
from radiocast.newsroom.publishing.job import Heard, PublishJob
from radiocast.newsroom.script.rundown import Role
from radiocast.newsroom.voices.cache import SpeechCache

RATE: Final = 48_000
AT: Final = datetime(2026, 6, 7, 14, 0, tzinfo=UTC)
DURATION_S: Final = 13.0
# What is said when, and the tone it is. The sounder (0 to 2 s) has no sentences.
SAID: Final = (
    (Role.INTRO, "", 2.0, 1.0, 300),
    (Role.HEADLINE, "ferry", 3.5, 0.8, 500),
    (Role.HEADLINE, "choir", 4.5, 0.8, 700),
    (Role.STORY, "ferry", 6.0, 1.0, 900),
    (Role.STORY, "ferry", 7.2, 1.0, 900),
    (Role.STORY, "choir", 9.0, 1.0, 1300),
    (Role.OUTRO, "", 11.0, 0.6, 1700),
)
TONES: Final = {"sounder": 2300, "bed": 4000}
HEADLINES: Final = {"ferry": "Goat takes the ferry", "choir": "Choir buys a bus"}


def story(slug: str, headline: str = "", **more: object) -> Story:
    values = {
        "headline": headline or HEADLINES.get(slug, slug),
        "body_text": (f"The whole of {slug}.", "And more of it."),
        "byline": "Ann Roe",
        "source": "Valley Herald",
        "versioncreated": AT - timedelta(hours=2),
        **more,
    }
    return Story(slug=slug, **values)  # type: ignore[arg-type]


STORIES: Final = (story("ferry"), story("choir"))


def bulletin(path: Path, *, at: datetime = AT) -> RenderedBulletin:
    def cue(at_s: float, kind: Kind = Kind.BULLETIN, slug: str = "") -> Cue:
        headline = HEADLINES.get(slug, "")
        title = headline or "Newsline News"
        return Cue(at_s=at_s, kind=kind, title=title, headline=headline, stream_title=title)

    return RenderedBulletin(
        name="hourly",
        path=path,
        at=at,
        duration_s=DURATION_S,
        cues=(
            cue(0.0),
            cue(3.5, slug="ferry"),
            cue(4.5, slug="choir"),
            cue(6.0, Kind.STORY, "ferry"),
            cue(9.0, Kind.STORY, "choir"),
            cue(11.0),
        ),
        timings=tuple(
            Timing(
                role=role,
                slug=slug,
                text=f"{role} {slug}",
                key=f"{role}{slug}{number}",
                start_s=start,
                duration_s=length,
            )
            for number, (role, slug, start, length, _) in enumerate(SAID)
        ),
        stories=("ferry", "choir"),
        rendered_at=at,
        took_s=1.0,
    )


def tone(hertz: float, seconds: float, level: float = 0.2) -> Pcm:
    sine = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.asarray(np.rint(sine * level * 32767), np.int16).reshape(-1, 1)


def write_flac(path: Path) -> None:
    """The bulletin as production would have written it: stereo, with a bed under all of it."""
    mix = tone(TONES["bed"], DURATION_S, 0.02).astype(np.int32)
    mix[: 2 * RATE] += tone(TONES["sounder"], 2.0)
    for _, _, start, length, hertz in SAID:
        first = round(start * RATE)
        mix[first : first + round(length * RATE)] += tone(hertz, length)
    stereo = np.repeat(mix.astype("<i2"), 2, axis=1).tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    pcm = ["-f", "s16le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]
    subprocess.run([ffmpeg_path(), "-v", "error", *pcm, "-y", str(path)], input=stereo, check=True)


def write_recordings(cache: Path) -> None:
    """The cached sentences: the same tones, without the bed."""
    SpeechCache(cache).put(
        {
            f"{role}{slug}{number}": (f"{role} {slug}", tone(hertz, length))
            for number, (role, slug, _, length, hertz) in enumerate(SAID)
        }
    )


def job(
    folder: Path,
    *,
    heard: Heard | None = None,
    withdrawn: Mapping[str, str] | None = None,
    now: datetime = AT + timedelta(minutes=5),
    keep_days: int = 30,
) -> PublishJob:
    return PublishJob(
        published=str(folder / "published"),
        speech=str(folder / "speech"),
        media=str(folder / "media"),
        station="Newsline",
        language="en",
        speech_lufs=-18.0,
        true_peak_dbtp=-1.0,
        keep_days=keep_days,
        now=now,
        heard=heard,
        withdrawn=dict(withdrawn or {}),
    )


def decode(path: Path) -> Pcm:
    pcm = ["-f", "s16le", "-ac", "1", "-ar", str(RATE), "pipe:1"]
    done = subprocess.run(
        [ffmpeg_path(), "-v", "error", "-i", str(path), *pcm], capture_output=True, check=True
    )
    return pcm_of(done.stdout, 1)


def loudness_of(pcm: Pcm, hertz: float, start_s: float = 0.0, end_s: float | None = None) -> float:
    """The amplitude (1.0 is full scale) of one frequency in a stretch of the sound."""
    piece = pcm[round(start_s * RATE) : None if end_s is None else round(end_s * RATE), 0] / 32768
    phase = 2 * np.pi * hertz * np.arange(len(piece)) / RATE
    return float(2 * abs(np.mean(piece * np.exp(-1j * phase)))) if len(piece) else 0.0
