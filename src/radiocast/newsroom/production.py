"""The production desk: recorded parts, sounder and bed become one bulletin. pydub lives here.

Everything is placed on whole milliseconds, pydub's unit, which at 48 kHz are whole samples: the second
noted for a part is exact. Only the render process imports this; pydub holds the GIL while it works.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.decoding import Sound
from radiocast.newsroom.rundown import ScriptPart
from radiocast.newsroom.sound import Pcm, amplified, level_dbfs, pcm_of, whole_ms, with_envelope

with warnings.catch_warnings():
    # pydub looks for an ffmpeg and ffprobe of its own, which it is never asked to use here.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

# The bed is heard alone for this long before the first word and after the last, at this level below
# speech, and moves between its levels this slowly.
_BED_ALONE_MS: Final = 1200
_BED_TAIL_MS: Final = 3000
_BED_OPEN_LU: Final = -5.0
_DUCK_S: Final = 0.4
_RISE_S: Final = 0.9
_BED_FADE_IN_MS: Final = 250
# A gap in the speech shorter than this is a breath: the bed stays down, or it would pump.
_BREATH_S: Final = 1.5
_LOOP_MS: Final = 30
_FADED_DB: Final = -50.0
_WINDOW_MS: Final = 10_000
_MS: Final = SAMPLE_RATE // 1000
# Without a bed: a beat between sounder and voice, and room for the last word.
_BEAT_MS: Final = 250
# Half a second of nothing at all sounds like a fault.
_BARE_PAUSE_MS: Final = 400
_END_MS: Final = 300
# Between two samples a signal may rise above both; a decibel covers what band-limited sound does.
_INTERSAMPLE_DB: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A part as it was recorded; the sound is mono, trimmed, and at the station's speech level."""

    part: ScriptPart
    pcm: Pcm


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The finished bulletin: stereo PCM at 48 kHz and the second at which each part starts."""

    pcm: bytes
    starts: tuple[tuple[ScriptPart, float], ...]

    @property
    def duration_s(self) -> float:
        """Seconds it lasts."""
        return len(self.pcm) / 4 / SAMPLE_RATE


def levelled(sound: Sound, target_lufs: float, true_peak_dbtp: float) -> Pcm:
    """The sound at a loudness, its peaks under the limit. Too short to measure: its RMS stands for it."""
    loudness = sound.loudness_lufs if sound.loudness_lufs is not None else level_dbfs(sound.pcm)
    return amplified(sound.pcm, target_lufs - loudness, ceiling_dbfs=true_peak_dbtp - _INTERSAMPLE_DB)


def assemble(
    takes: Sequence[Take],
    *,
    sounder: tuple[ScriptPart, Sound] | None,
    bed: Sound | None,
    duck_db: float,
    speech_lufs: float,
    true_peak_dbtp: float,
) -> Mix:
    """Sounder, then the takes in order with their pauses, over the bed.

    The bed lies at `duck_db` against the speech while there is speech, rises before, after and in long
    pauses, and is faded out at the end. Needs a sounder or a take.
    """
    bed = bed if takes else None
    placed: list[tuple[ScriptPart, int]] = []
    opening = AudioSegment.empty()
    now_ms = 0
    if sounder is not None:
        opening = _segment(whole_ms(levelled(sounder[1], speech_lufs, true_peak_dbtp)))
        placed.append((sounder[0], 0))
        now_ms = len(opening)
    bed_from_ms = max(0, now_ms - _BED_FADE_IN_MS)
    if takes and bed is not None:
        now_ms += _BED_ALONE_MS
    elif takes and sounder is not None:
        now_ms += _BEAT_MS
    spoken: list[tuple[AudioSegment, int]] = []
    for take in takes:
        segment = _segment(whole_ms(take.pcm))
        placed.append((take.part, now_ms))
        spoken.append((segment, now_ms))
        pause_ms = round(take.part.pause_s * 1000)
        now_ms += len(segment) + (pause_ms if bed is not None else min(pause_ms, _BARE_PAUSE_MS))
    if spoken:
        last, at = spoken[-1]
        now_ms = at + len(last) + (_BED_TAIL_MS if bed is not None else _END_MS)
    mix = AudioSegment.silent(duration=now_ms, frame_rate=SAMPLE_RATE)
    for segment, at in spoken:
        mix = mix.overlay(segment, position=at)
    mix = mix.set_channels(2)
    if len(opening):
        mix = _over(opening, mix, at_ms=0)
    if bed is not None:
        speech_s = [(at / 1000, (at + len(segment)) / 1000) for segment, at in spoken]
        levels = _BedLevels.of(bed, duck_db=duck_db, speech_lufs=speech_lufs)
        mix = _over(_laid_bed(bed, bed_from_ms, now_ms, speech_s, levels), mix, at_ms=bed_from_ms)
    pcm = amplified(pcm_of(mix.raw_data, 2), 0.0, ceiling_dbfs=true_peak_dbtp - _INTERSAMPLE_DB)
    return Mix(pcm=pcm.tobytes(), starts=tuple((part, at / 1000) for part, at in placed))


def _over(above: AudioSegment, below: AudioSegment, *, at_ms: int) -> AudioSegment:
    """`above` mixed into `below` from `at_ms` on, window by window.

    AudioSegment.overlay makes five copies of what it is given: of a window that is nothing, of a whole
    bulletin it is 170 MB.
    """
    mixed = [below[:at_ms].raw_data]
    for start in range(0, len(above), _WINDOW_MS):
        piece = above[start : start + _WINDOW_MS]
        # Of the same length: the last piece is shorter, and what lies behind it comes once.
        window = below[at_ms + start : at_ms + start + len(piece)]
        mixed.append(window.overlay(piece).raw_data)
    mixed.append(below[at_ms + len(above) :].raw_data)
    return AudioSegment(data=b"".join(mixed), sample_width=2, frame_rate=SAMPLE_RATE, channels=below.channels)


@dataclass(frozen=True, slots=True)
class _BedLevels:
    """Gains of the bed, dB: under speech, and where it is alone."""

    ducked_db: float
    open_db: float

    @classmethod
    def of(cls, bed: Sound, *, duck_db: float, speech_lufs: float) -> "_BedLevels":
        loudness = bed.loudness_lufs if bed.loudness_lufs is not None else level_dbfs(bed.pcm)
        ducked, opened = speech_lufs + duck_db - loudness, speech_lufs + _BED_OPEN_LU - loudness
        return cls(ducked, max(ducked, opened))


def _laid_bed(
    bed: Sound, start_ms: int, end_ms: int, speech_s: Sequence[tuple[float, float]], levels: _BedLevels
) -> AudioSegment:
    """The bed from `start_ms` to `end_ms`, looped, ducked under the speech, faded in and out."""
    length_ms = end_ms - start_ms
    # Whole milliseconds, and no more of a long bed than is wanted.
    loop = _segment(bed.pcm[: min(len(bed.pcm) // _MS, length_ms) * _MS])
    track = loop
    while len(track) < length_ms:
        track = track.append(loop, crossfade=min(_LOOP_MS, len(loop) // 2))
    points = duck_points(speech_s, ducked_db=levels.ducked_db, open_db=levels.open_db)
    fade_in = (
        (start_ms / 1000, points[0][1] + _FADED_DB),
        ((start_ms + _BED_FADE_IN_MS) / 1000, points[0][1]),
    )
    # The rise after the last word is on its way when the fade begins, and goes down with it.
    fade_out = ((end_ms / 1000, levels.open_db + _FADED_DB),)
    shifted = [(second - start_ms / 1000, gain) for second, gain in (*fade_in, *points, *fade_out)]
    shifted.sort()
    pcm = with_envelope(pcm_of(track.raw_data, 2)[: length_ms * _MS], shifted, ceiling_dbfs=-_INTERSAMPLE_DB)
    del track
    return _segment(pcm)


def duck_points(
    speech_s: Sequence[tuple[float, float]], *, ducked_db: float, open_db: float
) -> tuple[tuple[float, float], ...]:
    """The bed's gain curve as (second, dB): down before each stretch of speech, up after it. Pure.

    Stretches that only a breath divides are one. Times are in order and never the same twice.
    """
    stretches: list[tuple[float, float]] = []
    for start, end in speech_s:
        if stretches and start - stretches[-1][1] < _BREATH_S:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    points: list[tuple[float, float]] = []
    for start, end in stretches:
        points += [
            (start - _DUCK_S, open_db),
            (start, ducked_db),
            (end, ducked_db),
            (end + _RISE_S, open_db),
        ]
    return tuple(points)


def _segment(pcm: Pcm) -> AudioSegment:
    data = np.ascontiguousarray(pcm, dtype="<i2").tobytes()
    return AudioSegment(data=data, sample_width=2, frame_rate=SAMPLE_RATE, channels=pcm.shape[1])
