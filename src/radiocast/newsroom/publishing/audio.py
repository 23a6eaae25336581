"""The sound of what is published: bulletins and stories as MP3, with chapters.

Mono at 64 kbit/s is as good as 128 in stereo and half as much to fetch; the news loses nothing by it.
Arrays are int16, (frames, 1), at 48 kHz.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import mutagen.id3
import numpy as np

from radiocast.ffmpeg.piping import piped
from radiocast.model.errors import MediaError
from radiocast.model.published import Chapter
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.loudness import hop_energies, integrated_lufs
from radiocast.newsroom.production.sound import Pcm, amplified, pcm_of

BITRATE_KBPS: Final = 64
# At this bit rate LAME makes everything softer by a twentieth, half a loudness unit, against overshoot
# (presets.c, abr_map); `levelled` has left room for that.
_UNDO_LAME: Final = f"volume={1 / 0.95:.4f}"
_TIMEOUT_S: Final = 90.0
# A bulletin is minutes; an hour of PCM would be a third of a gigabyte.
_MOST_S: Final = 3600.0
# Where something was cut out: short enough to lose no word, long enough not to click.
_FADE_S: Final = 0.03
# Nobody hears a tenth of a loudness unit. What is limited is less loud than its gain promised.
_NEAR_LU: Final = 0.1
_PASSES: Final = 4
# Between two samples a signal may rise above both.
_INTERSAMPLE_DB: Final = 1.0


async def decoded(path: Path, *, until_s: float = _MOST_S) -> Pcm:
    """The file's sound as mono, up to a second. Raises MediaError with the reason."""
    args = ["-i", f"file:{path}", "-map", "0:a:0", "-t", f"{min(until_s, _MOST_S):.6f}"]
    output = await _talk(
        [*args, "-f", "s16le", "-ac", "1", "-ar", str(SAMPLE_RATE), "pipe:1"], None, place=str(path)
    )
    pcm = pcm_of(output, 1)
    if not len(pcm):
        raise MediaError(f"{path}: there is no sound in it")
    return pcm


def joined(pcm: Pcm, keep: Sequence[tuple[float, float]]) -> Pcm:
    """These stretches (seconds, from and to) of the sound one after another, faded where they were cut."""
    pieces: list[Pcm] = []
    for number, (start_s, end_s) in enumerate(keep):
        piece = pcm[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)].copy()
        length = min(len(piece), round(_FADE_S * SAMPLE_RATE))
        ramp = np.linspace(0.0, 1.0, length, endpoint=False)[:, None]
        if start_s > 0:
            piece[:length] = np.rint(piece[:length] * ramp)
        if number < len(keep) - 1 or round(end_s * SAMPLE_RATE) < len(pcm):
            piece[len(piece) - length :] = np.rint(piece[len(piece) - length :] * ramp[::-1])
        pieces.append(piece)
    return np.concatenate(pieces) if pieces else pcm[:0]


def levelled(pcm: Pcm, target_lufs: float, true_peak_dbtp: float) -> Pcm:
    """The sound at a loudness (EBU R 128), its peaks under the limit; as it is where none is measured.

    What the limiter takes away is made up for.
    """
    sound, gain_db = pcm, 0.0
    for _ in range(_PASSES):
        loudness = integrated_lufs(hop_energies(sound))
        if loudness is None:
            return pcm
        lacking_db = target_lufs - loudness
        if abs(lacking_db) < _NEAR_LU:
            break
        gain_db += lacking_db
        sound = amplified(pcm, gain_db, ceiling_dbfs=true_peak_dbtp - _INTERSAMPLE_DB)
    return sound


async def write_mp3(
    pcm: Pcm, path: Path, *, title: str, station: str, at: datetime, chapters: Sequence[Chapter] = ()
) -> int:
    """Write the sound with its tags; the file is there whole or not at all. Its bytes.

    Raises MediaError.
    """
    part = path.with_name(f".{path.name}.part")
    # To a file and not through a pipe: only then LAME's header tells the exact length.
    source = ["-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0"]
    coding = [
        "-af",
        _UNDO_LAME,
        "-c:a",
        "libmp3lame",
        "-b:a",
        f"{BITRATE_KBPS}k",
        "-id3v2_version",
        "0",
        "-f",
        "mp3",
    ]
    try:
        await _talk([*source, *coding, "-y", f"file:{part}"], pcm.tobytes(), place=str(path))
        await asyncio.to_thread(_tag, part, title, station, at, chapters)
        part.replace(path)
        return path.stat().st_size  # noqa: ASYNC240 - the child's loop serves nobody
    except OSError as error:
        raise MediaError(f"{path}: it cannot be written: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _tag(path: Path, title: str, station: str, at: datetime, chapters: Sequence[Chapter]) -> None:
    """ID3v2.3, which everything reads, with chapters as in "ID3v2 Chapter Frame Addendum" 1.0."""
    id3: Any = mutagen.id3  # its functions have no types
    utf16 = id3.Encoding.UTF16  # 2.3 has no UTF-8
    tags = id3.ID3()
    tags.add(id3.TIT2(encoding=utf16, text=[title]))
    tags.add(id3.TPE1(encoding=utf16, text=[station]))
    tags.add(id3.TALB(encoding=utf16, text=[station]))
    tags.add(id3.TCON(encoding=utf16, text=["Podcast"]))
    tags.add(id3.TDRC(encoding=utf16, text=[at.strftime("%Y-%m-%dT%H:%M:%S")]))
    names = [f"chp{number}" for number in range(len(chapters))]
    if chapters:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        tags.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=[]))
    for name, chapter in zip(names, chapters, strict=True):
        tags.add(
            id3.CHAP(
                element_id=name,
                start_time=round(chapter.start_s * 1000),
                end_time=round(chapter.end_s * 1000),
                # Byte positions are not used where all bits are set.
                start_offset=0xFFFFFFFF,
                end_offset=0xFFFFFFFF,
                sub_frames=[id3.TIT2(encoding=utf16, text=[chapter.title])],
            )
        )
    tags.update_to_v23()
    tags.save(path, v2_version=3)


async def _talk(args: Sequence[str], data: bytes | None, *, place: str) -> bytes:
    """What ffmpeg puts on stdout. Raises MediaError."""
    try:
        output, _ = await piped(args, data, timeout_s=_TIMEOUT_S)
    except MediaError as error:
        raise MediaError(f"{place}: {error}") from error
    return output
