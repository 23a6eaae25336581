"""What a voice's sound gets before it is kept: to 48 kHz, coloured for the air, its silence trimmed.

Many sentences go through one ffmpeg in a row, each after silence long enough that nothing of the one before
is left in the filters, at a place that is a whole sample before and after the resampling: each comes out as
if it had gone alone.
"""

import asyncio
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Final

import numpy as np

from radiocast.ffmpeg.piping import piped
from radiocast.model.errors import EnvironmentFault, MediaError, VoiceError
from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.sound import Pcm, level_dbfs, pcm_of
from radiocast.newsroom.voices.voice import Speech

# Raised when the same speech would come out otherwise: recordings of before are made again.
COLOUR_VERSION: Final = 1
# Rumble out, the edge of synthesis down (speech programs are brighter above 4 kHz than people by 3 to 7 dB,
# against the long-term spectrum of Byrne et al., 1994), hiss of s held, and a gentle compressor, so that a
# radio in a kitchen still understands every word.
_COLOUR: Final = (
    "highpass=f=80",
    "treble=f=5500:g=-3",
    "deesser=i=0.25:m=0.4:f=0.4",
    "acompressor=threshold=0.08:ratio=2.2:attack=8:release=140:knee=4",
)
# Seven times the compressor's release: a thousandth of what it had done is left.
_SILENCE_S: Final = 1.0
_BATCH_BYTES: Final = 32 * 1024 * 1024
# Two at once, where there is work enough that a second ffmpeg's start is made good: ten seconds of speech.
_AT_ONCE: Final = 2
_WORTH_BYTES: Final = 2 * 22_050 * 10
_LEAST_TIMEOUT_S: Final = 10.0
# ffmpeg does this some hundred times as fast as it sounds; a twentieth of that is a sick machine.
_TIMEOUT_SHARE: Final = 0.2
# The threshold of silence, below the sentence's own level: under its softest consonant, over idle noise.
_SILENT_DB: Final = -32.0
_KEEP_BEFORE: Final = SAMPLE_RATE * 10 // 1000
_KEEP_AFTER: Final = SAMPLE_RATE * 80 // 1000


async def coloured(speeches: Sequence[Speech]) -> list[Pcm | VoiceError]:
    """Each sentence as mono at 48 kHz, coloured and trimmed, or why not; in the order given.

    Where ffmpeg fails on many it is asked for each alone, so that one bad one costs only itself.
    """
    done: dict[int, Pcm | VoiceError] = {}
    turn = asyncio.Semaphore(_AT_ONCE)

    async def colour(batch: list[tuple[int, Speech]], rate: int) -> None:
        async with turn:
            sounds = await _batch([speech for _, speech in batch], rate)
        done.update(zip((index for index, _ in batch), sounds, strict=True))

    async with asyncio.TaskGroup() as tasks:
        for rate in dict.fromkeys(speech.rate for speech in speeches):
            same = [(index, speech) for index, speech in enumerate(speeches) if speech.rate == rate]
            for batch in _batches(same):
                tasks.create_task(colour(batch, rate))
    return [done[index] for index in range(len(speeches))]


def _batches(speeches: list[tuple[int, Speech]]) -> Iterator[list[tuple[int, Speech]]]:
    """In order, as many as can go to work at once, or as one of them can hold."""
    whole = sum(len(speech.pcm) for _, speech in speeches)
    most = min(_BATCH_BYTES, max(_WORTH_BYTES, -(-whole // _AT_ONCE)))
    batch: list[tuple[int, Speech]] = []
    size = 0
    for each in speeches:
        # The sentence that lies across the middle belongs to the first half.
        if batch and size + len(each[1].pcm) // 2 > most:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += len(each[1].pcm)
    if batch:
        yield batch


async def _batch(speeches: Sequence[Speech], rate: int) -> list[Pcm | VoiceError]:
    try:
        sounds = await _through_ffmpeg([speech.pcm for speech in speeches], rate)
    except (MediaError, EnvironmentFault) as error:
        if len(speeches) == 1:
            return [VoiceError(f"voice {speeches[0].voice}: its sound cannot be coloured: {error}")]
        return [one for speech in speeches for one in await _batch([speech], rate)]
    return [
        sound if len(sound) else VoiceError(f"voice {speech.voice}: it is silent")
        for sound, speech in zip(map(_trimmed, sounds), speeches, strict=True)
    ]


async def _through_ffmpeg(pcms: Sequence[bytes], rate: int) -> list[Pcm]:
    step = rate // gcd(rate, SAMPLE_RATE)  # so many samples of theirs are a whole number of ours
    silence = -(-int(_SILENCE_S * rate) // step) * step
    pieces: list[bytes] = []
    starts: list[int] = []
    at = 0
    for pcm in pcms:
        length = len(pcm) // 2
        starts.append(at + silence)
        padded = -(-length // step) * step
        pieces += [bytes(2 * silence), pcm[: 2 * length], bytes(2 * (padded - length))]
        at += silence + padded
    pieces.append(bytes(2 * silence))
    timeout_s = max(_LEAST_TIMEOUT_S, _TIMEOUT_SHARE * at / rate)
    sound = pcm_of(await _talk(b"".join(pieces), rate, timeout_s), 1)
    cut = [
        sound[start * SAMPLE_RATE // rate : (start + len(pcm) // 2) * SAMPLE_RATE // rate + _KEEP_AFTER]
        for start, pcm in zip(starts, pcms, strict=True)
    ]
    if len(sound) < at * SAMPLE_RATE // rate:
        raise MediaError(f"ffmpeg gave {len(sound)} samples for {at} at {rate} Hz")
    return cut


async def _talk(data: bytes, rate: int, timeout_s: float) -> bytes:
    chain = ",".join((f"aresample={SAMPLE_RATE}", *_COLOUR))
    args = [
        *("-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "pipe:0", "-af", chain),
        *("-f", "s16le", "-ac", "1", "-ar", str(SAMPLE_RATE), "pipe:1"),
    ]
    output, _ = await piped(args, data, timeout_s=timeout_s)
    return output


def _trimmed(pcm: Pcm) -> Pcm:
    """The sound without the silence before and after it; empty if there is nothing else."""
    threshold = max(1.0, 32768 * 10 ** ((level_dbfs(pcm) + _SILENT_DB) / 20))
    loud = np.flatnonzero(np.abs(pcm[:, 0].astype(np.int32)) > threshold)
    if not len(loud):
        return pcm[:0]
    return np.ascontiguousarray(pcm[max(0, int(loud[0]) - _KEEP_BEFORE) : int(loud[-1]) + 1 + _KEEP_AFTER])
