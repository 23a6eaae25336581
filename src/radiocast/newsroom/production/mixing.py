"""The production desk: recorded sentences, sounder and bed become one bulletin. pydub lives here.

Everything is placed on whole milliseconds, pydub's unit, which at 48 kHz are whole samples: the second
noted for a sentence is exact. Only the render process imports this; pydub holds the GIL while it works.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.bulletin import Timing
from radiocast.newsroom.production.cutting import Frame, Stretch
from radiocast.newsroom.production.decoding import Sound
from radiocast.newsroom.production.loudness import HOP, hop_energies, integrated_lufs
from radiocast.newsroom.production.sound import (
    Pcm,
    amplified,
    level_dbfs,
    limited,
    pcm_of,
    whole_ms,
    with_envelope,
)
from radiocast.newsroom.script.rundown import ScriptPart
from radiocast.newsroom.voices.booth import Recording

with warnings.catch_warnings():
    # pydub looks for an ffmpeg and ffprobe of its own, which it is never asked to use here.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

# The bed is heard alone for about this long before the first word and after the last, at this level below
# speech, and moves between its levels this slowly.
_BED_ALONE: Final = Stretch(0.9, 1.2, 1.6)
_BED_TAIL: Final = Stretch(2.5, 3.0, 4.0)
_BED_OPEN_LU: Final = -5.0
_DUCK_S: Final = 0.4
_RISE_S: Final = 0.9
_BED_FADE_IN_S: Final = 0.25
# A gap in the speech shorter than this is a breath: the bed stays down, or it would pump.
_BREATH_S: Final = 1.5
_LOOP_MS: Final = 30
_FADED_DB: Final = -50.0
# A bed fades out to this, and is gone in a moment: what falls on as evenly as it began is not heard any more
# for the last second, which is a silence before whatever follows.
_TAIL_DB: Final = -28.0
_GONE_S: Final = 0.05
_WINDOW_MS: Final = 5_000
_MS: Final = SAMPLE_RATE // 1000
# Without a bed: a beat between sounder and voice, and room for the last word.
_BEAT_S: Final = 0.25
_END_S: Final = 0.3
# Half a second of nothing at all sounds like a fault.
_BARE_PAUSE_S: Final = 0.4
# Recordings keep some 0.09 s of their own silence: with it, a third of a second between two sentences.
SENTENCE_S: Final = 0.24
# Between two samples a signal rises above both, and MP3 at 128 kbit/s adds what it has forgotten: together
# up to 1.7 dB on limited speech and jingles.
_OVERSHOOT_DB: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A part as it was recorded, sentence by sentence, in the order of `part.sentences`."""

    part: ScriptPart
    sentences: tuple[Recording, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The finished bulletin; the second of each part's start, and of each sentence's.

    `windows` are its sound, stereo at 48 kHz, a few seconds at a time: mixed when they are asked for, once.
    """

    duration_s: float
    starts: tuple[tuple[ScriptPart, float], ...]
    timings: tuple[Timing, ...]
    windows: Iterator[Pcm]


def spoken_ms(pcm: Pcm) -> int:
    """The milliseconds that a recording takes in a bulletin."""
    return -(-len(pcm) // _MS)


def frame_of(sounder: Sound | None, bed: Sound | None) -> Frame:
    """What of a bulletin with these is no speech."""
    sounder_s = spoken_ms(sounder.pcm) / 1000 if sounder is not None else 0.0
    if bed is not None:
        opening = Stretch(*(sounder_s + alone for alone in _BED_ALONE))
        return Frame(opening=opening, tail=_BED_TAIL, sentence_s=SENTENCE_S)
    beat_s = _BEAT_S if sounder is not None else 0.0
    return Frame(
        opening=Stretch.fixed(sounder_s + beat_s),
        tail=Stretch.fixed(_END_S),
        sentence_s=SENTENCE_S,
        longest_pause_s=_BARE_PAUSE_S,
    )


def assemble(
    takes: Sequence[Take],
    *,
    opening_s: float,
    tail_s: float,
    sounder: tuple[ScriptPart, Sound] | None,
    bed: Sound | None,
    duck_db: float,
    speech_lufs: float,
    true_peak_dbtp: float,
) -> Mix:
    """Sounder, then the takes with their pauses, over the bed; the first word is at `opening_s`.

    All speech together is at `speech_lufs`, each voice of it too. The bed lies at `duck_db` against it
    while there is speech, rises before, after and in long pauses, and is faded out at the end. Needs
    a sounder or a take.
    """
    ceiling_dbfs = true_peak_dbtp - _OVERSHOOT_DB
    placed = _placed(takes, round(opening_s * 1000))
    head = None if sounder is None else whole_ms(_levelled(sounder[1], speech_lufs, ceiling_dbfs))
    end_ms = len(head) // _MS if head is not None else 0
    if placed:
        end_ms = max(end_ms, placed[-1].end_ms + round(tail_s * 1000))
    track = None
    if bed is not None and placed:
        head_s = 0.0 if head is None else len(head) / SAMPLE_RATE
        begin_s = max(0.0, head_s - _BED_FADE_IN_S)
        levels = _BedLevels.of(bed, duck_db=duck_db, speech_lufs=speech_lufs)
        track = _BedTrack(
            bed, begin_s, end_ms / 1000, [(s.at_ms / 1000, s.end_ms / 1000) for s in placed], levels
        )
    starts = [(sounder[0], 0.0)] if sounder is not None else []
    starts += [(each.take.part, each.at_ms / 1000) for each in placed if not each.number]
    return Mix(
        duration_s=end_ms / 1000,
        starts=tuple(starts),
        timings=tuple(each.timing() for each in placed),
        windows=limited(
            _windows(end_ms, lambda: _speech(placed, end_ms, speech_lufs, ceiling_dbfs), head, track),
            ceiling_dbfs=ceiling_dbfs,
        ),
    )


def _windows(
    end_ms: int, spoken: Callable[[], Pcm], head: Pcm | None, track: "_BedTrack | None"
) -> Iterator[Pcm]:
    """Everything one over the other; the last window has what is left, so that none is too short to limit."""
    speech = spoken()
    count = max(1, end_ms // _WINDOW_MS)
    for number in range(count):
        start, stop = number * _WINDOW_MS, (number + 1) * _WINDOW_MS if number < count - 1 else end_ms
        window = _segment(speech[start * _MS : stop * _MS]).set_channels(2)
        if head is not None and start * _MS < len(head):
            window = window.overlay(_segment(head[start * _MS : stop * _MS]))
        if track is not None and stop > track.begin_ms:
            first = max(start, track.begin_ms)
            window = window.overlay(_segment(track.window(first, stop)), position=first - start)
        yield pcm_of(window.raw_data, 2)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A sentence and the millisecond at which it starts; `number` is its place in its part."""

    take: Take
    number: int
    at_ms: int

    @property
    def recording(self) -> Recording:
        return self.take.sentences[self.number]

    @property
    def end_ms(self) -> int:
        return self.at_ms + spoken_ms(self.recording.pcm)

    def timing(self) -> Timing:
        return Timing(
            role=self.take.part.role,
            slug=self.take.part.slug,
            text=self.take.part.sentences[self.number],
            key=self.recording.key,
            start_s=self.at_ms / 1000,
            duration_s=self.recording.duration_s,
        )


def _placed(takes: Sequence[Take], first_ms: int) -> list[_Placed]:
    placed: list[_Placed] = []
    at_ms = first_ms
    for take in takes:
        for number in range(len(take.sentences)):
            placed.append(_Placed(take, number, at_ms))
            at_ms = placed[-1].end_ms + round(SENTENCE_S * 1000)
        at_ms += round((take.part.pause_s - SENTENCE_S) * 1000)
    return placed


def _speech(placed: Sequence[_Placed], end_ms: int, speech_lufs: float, ceiling_dbfs: float) -> Pcm:
    """All that is said, mono, each at its place and all at one loudness."""
    track = np.zeros((end_ms * _MS, 1), np.int16)
    for each in placed:
        track[each.at_ms * _MS :][: len(each.recording.pcm)] = each.recording.pcm
    if not placed:
        return track
    gains = _gains_db(placed, track, speech_lufs)
    # A step of gain lies in the middle of the silence between two sentences.
    points: list[tuple[float, float]] = [(0.0, gains[0])]
    for (before, gain), (after, other) in pairwise(zip(placed, gains, strict=True)):
        if gain != other:
            points += [(before.end_ms / 1000, gain), (after.at_ms / 1000, other)]
    return with_envelope(track, points, ceiling_dbfs=ceiling_dbfs)


def _gains_db(placed: Sequence[_Placed], track: Pcm, speech_lufs: float) -> list[float]:
    """The gain of each sentence: one for each voice, so that a quiet one and a loud one match.

    Within one voice nothing is evened out: a sentence that ends softly is meant to.
    """
    energies = hop_energies(track)
    owner = np.full(len(energies), -1)
    names = list(dict.fromkeys(each.recording.voice for each in placed))
    for each in placed:
        # A hop that a sentence shares with silence counts for it.
        owner[each.at_ms * _MS // HOP : -(-each.end_ms * _MS // HOP)] = names.index(each.recording.voice)
    gains = np.array([speech_lufs - _loudness(energies[owner == number]) for number in range(len(names))])
    scale = np.where(owner >= 0, 10 ** (gains[owner] / 10), 1.0)
    whole = integrated_lufs(energies * scale)
    gains += speech_lufs - whole if whole is not None else 0.0
    return [float(gains[names.index(each.recording.voice)]) for each in placed]


def _loudness(energies: NDArray[np.float64]) -> float:
    """Loudness of these hops; of a word too short to be measured, its power."""
    loudness = integrated_lufs(energies)
    if loudness is None:
        loudness = 10 * float(np.log10(max(2 * energies.mean() if len(energies) else 0.0, 1e-7)))
    return loudness


def _levelled(sound: Sound, target_lufs: float, ceiling_dbfs: float) -> Pcm:
    """The sound at a loudness, its peaks under the limit. Too short to measure: its RMS stands for it."""
    return amplified(sound.pcm, target_lufs - _measured(sound), ceiling_dbfs=ceiling_dbfs)


def _measured(sound: Sound) -> float:
    return sound.loudness_lufs if sound.loudness_lufs is not None else level_dbfs(sound.pcm)


@dataclass(frozen=True, slots=True)
class _BedLevels:
    """Gains of the bed, dB: under speech, and where it is alone."""

    ducked_db: float
    open_db: float

    @classmethod
    def of(cls, bed: Sound, *, duck_db: float, speech_lufs: float) -> "_BedLevels":
        loudness = _measured(bed)
        ducked, opened = speech_lufs + duck_db - loudness, speech_lufs + _BED_OPEN_LU - loudness
        return cls(ducked, max(ducked, opened))


class _BedTrack:
    """The bed, looped, ducked under the speech, faded in and out; made window by window."""

    def __init__(
        self,
        bed: Sound,
        begin_s: float,
        end_s: float,
        speech_s: Sequence[tuple[float, float]],
        levels: _BedLevels,
    ) -> None:
        self.begin_ms = round(begin_s * 1000)
        self._loop = _loop(bed.pcm)
        points = duck_points(speech_s, ducked_db=levels.ducked_db, open_db=levels.open_db)
        fade_in = ((begin_s, points[0][1] + _FADED_DB), (begin_s + _BED_FADE_IN_S, points[0][1]))
        # The rise after the last word is on its way when the fade begins, and goes down with it.
        tail = ((end_s - _GONE_S, levels.open_db + _TAIL_DB), (end_s, levels.open_db + _FADED_DB))
        self._points = sorted((*fade_in, *points, *tail))

    def window(self, start_ms: int, stop_ms: int) -> Pcm:
        """The bed from one millisecond of the bulletin to another."""
        first, count = (start_ms - self.begin_ms) * _MS % len(self._loop), (stop_ms - start_ms) * _MS
        rounds = -(-(first + count) // len(self._loop))
        pcm = (
            np.concatenate([self._loop] * rounds)[first : first + count]
            if rounds > 1
            else self._loop[first:][:count]
        )
        points = [(second - start_ms / 1000, gain) for second, gain in self._points]
        return with_envelope(pcm, points, ceiling_dbfs=0.0)


def _loop(pcm: Pcm) -> Pcm:
    """The sound as it can be repeated: its end is laid over its beginning."""
    over = min(_LOOP_MS * _MS, len(pcm) // 2)
    rise = np.linspace(0.0, 1.0, over, dtype=np.float32)[:, None]
    joint = pcm[:over] * rise + pcm[len(pcm) - over :] * (1 - rise)
    return np.concatenate([np.rint(joint).astype(np.int16), pcm[over : len(pcm) - over]])


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
