"""Sound through ffmpeg on its way into production: decoded and measured, and encoded at the end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radiocast.ffmpeg.piping import piped
from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import Pcm, pcm_of

# dualmono: one channel is heard from two loudspeakers, so it counts as loud as its stereo copy.
_MEASURE: Final = "ebur128=framelog=verbose:dualmono=true"
_LOUDNESS: Final = re.compile(r"^\s*I:\s+(-?[\d.]+|-inf|nan) LUFS", re.MULTILINE)
# R 128's absolute gate is -70 LUFS; what measures below this is no sound to be levelled.
_NO_LOUDNESS: Final = -60.0

# A fifth less of the processor's time than any of ffmpeg's levels needs, and a quarter more bytes: nothing is
# tried out, each sample is guessed from the two before it.
_FLAC: Final = (
    *("-compression_level", "0", "-ch_mode", "indep", "-lpc_type", "fixed"),
    *("-min_prediction_order", "2", "-max_prediction_order", "2", "-max_partition_order", "2"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """PCM at 48 kHz and its integrated loudness (EBU R 128); None where it is too short or too soft."""

    pcm: Pcm
    loudness_lufs: float | None


async def decode(path: Path, *, at_most_s: float, timeout_s: float = 20.0) -> Sound:
    """The file as stereo. Raises MediaError with ffmpeg's reason, and for a file without sound."""
    args = [
        *("-nostats", "-i", f"file:{path}", "-map", "0:a:0", "-t", f"{at_most_s:g}"),
        *("-af", f"aresample={SAMPLE_RATE},{_MEASURE}"),
        *("-f", "s16le", "-ac", "2", "-ar", str(SAMPLE_RATE), "pipe:1"),
    ]
    if not path.is_file():  # noqa: ASYNC240 - one stat, in the render process, whose loop serves nobody
        raise MediaError(f"{path}: there is no such file")
    try:
        output, said = await piped(args, None, timeout_s=timeout_s, told=True)
    except MediaError as error:
        raise MediaError(f"{path}: {error}") from error
    pcm = pcm_of(output, 2)
    if not len(pcm):
        raise MediaError(f"{path}: there is no sound in it")
    measured = _LOUDNESS.findall(said)
    loudness = float(measured[-1]) if measured else float("-inf")
    return Sound(pcm=pcm, loudness_lufs=loudness if loudness > _NO_LOUDNESS else None)


async def encode_flac(windows: Iterator[Pcm], path: Path, *, timeout_s: float = 60.0) -> None:
    """Stereo PCM at 48 kHz to a FLAC file; windows are made, in a thread, meanwhile. Raises MediaError."""
    source = ["-nostats", "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0"]
    args = [*source, "-c:a", "flac", *_FLAC, "-f", "flac", "-y", f"file:{path}"]
    await piped(args, (window.astype("<i2", copy=False).tobytes() for window in windows), timeout_s=timeout_s)
