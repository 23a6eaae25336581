"""How a file sounds: loudness, true peak, cue points and its exact duration, in one pass of ffmpeg.

ffmpeg decodes to 48 kHz stereo, as a deck does, measures by EBU R 128 on the way, and hands the sound over
for the envelope. Nothing holds more of the file than a piece of a second or so.
"""

import asyncio
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radiocast.ffmpeg.inputs import file_input
from radiocast.ffmpeg.process import FfmpegProcess, run_ffmpeg
from radiocast.library.cues import Cues, Envelope, find_cues
from radiocast.library.tags import clean, open_media
from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE, seconds

# Stereo before the measurement: a mono file goes out on both channels, and is heard as that.
_DECODE: Final = f"aresample={SAMPLE_RATE},aformat=sample_fmts=flt:channel_layouts=stereo"
# framelog=verbose moves the line per 100 ms below what `-v info` shows. (5.1 has no "quiet".)
_MEASURE: Final = "ebur128=peak=true:framelog=verbose"
# 1.4 s of sound at a time to the worker thread: few enough hand-overs, little enough memory.
_PIECE_BYTES: Final = 2**18
# ffmpeg measures at about 100 times real time on one core. A twentieth of that is a machine in trouble.
_TIME_LIMIT_S: Final = 30.0
_SLOWEST_X_REAL_TIME: Final = 5.0
# ebur128's word for "nothing passed the gate", also of files shorter than its first window of 400 ms.
_UNMEASURED_LUFS: Final = -70.0
# Equal sound on two channels is 10 log10(2) louder than on one, less BS.1770's constant of 0.691.
_LUFS_OVER_CHANNEL_RMS: Final = 2.32
# More gain than this would lift the noise floor of a bad recording to the level of speech.
MAX_GAIN_DB: Final = 20.0
# Opening a file and reading its header, on a busy machine with a sleeping disk.
_PROBE_LIMIT_S: Final = 30.0

_LOUDNESS = re.compile(r"^\s*I:\s+(\S+) LUFS", re.MULTILINE)
_PEAK = re.compile(r"^\s*Peak:\s+(\S+) dBFS", re.MULTILINE)
_DURATION = re.compile(r"^\s*Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_OUT_TIME = re.compile(rb"^out_time_us=(\d+)", re.MULTILINE)
# What ffmpeg says among much else when a file is none; its last line is often only "Conversion failed!".
_TELLING: Final = (
    "Invalid data found when processing input",
    "Failed to find two consecutive MPEG audio frames",
    "matches no streams",
    "End of file",
    "Failed to read frame size",
)
# ffmpeg names the part of itself that speaks, and where that lies in memory; nobody needs to know.
_SPEAKER = re.compile(r"^(?:\[[^\]]*\]\s*)+|^file:.*?: (?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """How one file sounds, whatever the station's targets are.

    `duration_s` is what ffmpeg decodes, exact to the sample; so are the cue points' bounds.
    `loudness_lufs` is the integrated loudness of its stereo form, `true_peak_dbtp` its true peak.
    """

    duration_s: float
    loudness_lufs: float
    true_peak_dbtp: float
    cue_in_s: float
    cue_out_s: float
    tail_s: float


async def analyse_file(path: Path, *, expected_s: float, niceness: int = 0) -> Analysis:
    """Measure one file. The time limit grows with `expected_s`, its duration as far as it is known.

    Raises MediaError, its message a clause without the file's name, where it cannot be opened or
    decoded, holds only silence, or takes too long (then from a TimeoutError); EnvironmentFault where
    there is no ffmpeg.
    """
    # Before ffmpeg, which would wait for ever on a FIFO, and whose words are less clear.
    (await asyncio.to_thread(open_media, path)).close()
    limit_s = _TIME_LIMIT_S + expected_s / _SLOWEST_X_REAL_TIME
    args = (*file_input(path), "-map", "0:a:0", "-af", f"{_DECODE},{_MEASURE}", "-f", "s16le", "-")
    envelope = Envelope()
    try:
        async with (
            asyncio.timeout(limit_s),
            FfmpegProcess(args, loglevel="info", limit=_PIECE_BYTES, niceness=niceness) as process,
        ):
            ended = False
            while not ended:
                try:
                    piece = await process.stdout.readexactly(_PIECE_BYTES)
                except asyncio.IncompleteReadError as error:
                    piece, ended = error.partial, True
                await asyncio.to_thread(envelope.add, piece)
            code = await process.wait()
            words = process.errors()
    except TimeoutError as error:
        raise MediaError(
            f"could not be measured in {limit_s:.0f} s: is the disk it lies on slow or gone?"
        ) from error
    if code != 0 or not envelope.samples:
        raise MediaError(no_sound(words))
    cues = await asyncio.to_thread(lambda: find_cues(envelope.power(), envelope.samples))
    if cues is None:
        raise MediaError("holds nothing but silence: replace it, or delete it")
    return _analysis(cues, envelope.samples, words)


def gain_db(*, loudness_lufs: float, true_peak_dbtp: float, target_lufs: float, limit_dbtp: float) -> float:
    """Decibels that bring a file to the target, as far as its true peak stays under the limit."""
    return min(target_lufs - loudness_lufs, limit_dbtp - true_peak_dbtp, MAX_GAIN_DB)


async def probe_duration(path: Path) -> float:
    """Seconds a file lasts by ffmpeg's word: for a format whose tags say nothing of it.

    Opens it with its decoder, and counts its packets where its header does not say. Raises MediaError,
    its message a clause without the file's name, where ffmpeg finds no sound in it.
    """
    try:
        _, words = await run_ffmpeg(
            (*file_input(path), "-t", "0", "-map", "0:a:0", "-f", "null", "-"),
            timeout_s=_PROBE_LIMIT_S,
            loglevel="info",
        )
        if match := _DURATION.search(words):
            hours, minutes, rest = match.groups()
            if duration_s := int(hours) * 3600 + int(minutes) * 60 + float(rest):
                return duration_s
        progress, _ = await run_ffmpeg(
            (*file_input(path), "-map", "0:a:0", "-c", "copy", "-progress", "-", "-f", "null", "/dev/null"),
            timeout_s=_PROBE_LIMIT_S,
        )
    except MediaError as error:
        if isinstance(error.__cause__, TimeoutError):
            raise
        raise MediaError(no_sound(str(error))) from error
    times = _OUT_TIME.findall(progress)
    if not times or int(times[-1]) == 0:
        raise MediaError("holds no sound: replace it, or delete it")
    return int(times[-1]) / 1_000_000


def no_sound(words: str) -> str:
    """A clause for a file that ffmpeg cannot decode, with the most telling of its own words."""
    lines = [line for line in (_SPEAKER.sub("", line) for line in words.splitlines()) if line.strip()]
    telling = next((said for said in _TELLING if any(said in line for line in lines)), "")
    why = clean(telling or (lines[-1] if lines else "it ended without a word")).rstrip(".")
    return (
        f"holds no sound that ffmpeg can decode ({why}): it is damaged or no sound file; replace or delete it"
    )


def _analysis(cues: Cues, samples: int, words: str) -> Analysis:
    loudness = _last_number(_LOUDNESS, words)
    if loudness is None or loudness <= _UNMEASURED_LUFS:
        loudness = cues.level_dbfs + _LUFS_OVER_CHANNEL_RMS
    peak = _last_number(_PEAK, words)
    return Analysis(
        duration_s=seconds(samples),
        loudness_lufs=loudness,
        # Full scale where unknown: no gain is the cautious answer.
        true_peak_dbtp=0.0 if peak is None else peak,
        cue_in_s=cues.cue_in_s,
        cue_out_s=cues.cue_out_s,
        tail_s=cues.tail_s,
    )


def _last_number(pattern: re.Pattern[str], words: str) -> float | None:
    """The last one: the summary comes at the end, a file's own tags, whatever they say, before it."""
    found = pattern.findall(words)
    try:
        number = float(found[-1]) if found else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
