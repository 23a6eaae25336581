"""The mixer: voices on one time-line, summed to the sample. Pure: sound in, sound out.

Rules
- A voice's sample 0 is heard at the time-line's sample `start`; the next of two voices that meet at a
  sample is heard from exactly there, with no ramp, no gap and no overlap.
- One voice with gain 1 passes bit for bit; silence is added as exact zeros.
- Whatever the sizes of the pieces it is rendered in, the samples are the same: a fade is computed once,
  for its whole length, and voices are summed in the order in which they were started.
"""

from typing import Final, Protocol

import numpy as np

from radiocast.studio.pcm import Pcm, silence

# A fade is computed at once; this bounds what that costs (60 s are 11.5 MB).
_LONGEST_FADE: Final = 60 * 48_000


class Takes(Protocol):
    """What a voice draws its sound from."""

    def take(self, frames: int) -> Pcm:
        """The next frames; fewer only at the end."""
        ...


def linear(gain_db: float) -> float:
    """Decibels to a factor; exactly 1.0 for 0 dB."""
    return 1.0 if gain_db == 0.0 else float(10.0 ** (gain_db / 20.0))


def fade_out(frames: int) -> Pcm:
    """The falling quarter of a cosine, `(frames, 1) float32`: 1 at its first sample, 0 one after its last.

    Its square and that of the sine add up to one, so that unrelated sound under it keeps its power.
    """
    curve = np.cos(np.arange(frames, dtype=np.float64) * (np.pi / 2 / max(1, frames)))
    return curve.astype(np.float32).reshape(-1, 1)


def fade_in(frames: int) -> Pcm:
    """The rising counterpart of `fade_out`: 0 at its first sample, 1 one after its last."""
    curve = np.sin(np.arange(frames, dtype=np.float64) * (np.pi / 2 / max(1, frames)))
    return curve.astype(np.float32).reshape(-1, 1)


class Voice:
    """One sound on the time-line. `ended_at` is the sample after its last, once that was rendered."""

    def __init__(self, source: Takes, *, start: int, gain_db: float = 0.0, rise: int = 0) -> None:
        self.start = start
        self.ended_at: int | None = None
        self.fading = False
        self._source = source
        self._gain = np.float32(linear(gain_db))
        self._stop: int | None = None
        self._fade_start = 0
        self._fade: Pcm = silence(0)
        self._rise = fade_in(rise)

    @property
    def stop(self) -> int | None:
        """The sample from which a fade has silenced it; None without one."""
        return self._stop

    def fade(self, *, frm: int, to: int) -> None:
        """Fade it out so that it is at zero exactly at sample `to`. What was rendered stays as it is."""
        to = max(frm, to)
        frm = max(frm, to - _LONGEST_FADE)
        self.fading, self._fade_start, self._stop = True, frm, to
        self._fade = fade_out(to - frm)

    def instead(self, source: Takes) -> None:
        """What is rendered next is this sound's, as it is; a fade that was set is off."""
        self._source, self._gain = source, np.float32(1.0)
        self.fading, self._stop, self._fade, self._rise = False, None, silence(0), silence(0)

    def render(self, frm: int, to: int) -> tuple[int, Pcm]:
        """Its sound between two samples: `(first sample, sound)`, empty where it has none there."""
        first = max(frm, self.start)
        last = to if self._stop is None else min(to, self._stop)
        if self.ended_at is not None:
            return first, silence(0)
        if first >= last:
            if self._stop is not None and self._stop <= to:
                self.ended_at = max(self._stop, self.start)
            return first, silence(0)
        sound = self._source.take(last - first)
        if len(sound) < last - first or last == self._stop:
            self.ended_at = first + len(sound)
        return first, self._shaped(first, sound)

    def _shaped(self, first: int, sound: Pcm) -> Pcm:
        if self._gain != 1.0:
            sound = sound * self._gain
        if self.fading:
            sound = _apply(sound, first, self._fade, self._fade_start)
        if len(self._rise):
            sound = _apply(sound, first, self._rise, self.start)
        return sound


def _apply(sound: Pcm, first: int, curve: Pcm, curve_start: int) -> Pcm:
    """Multiply the part of `sound` (which starts at sample `first`) that a curve covers."""
    frm, to = max(first, curve_start), min(first + len(sound), curve_start + len(curve))
    if frm >= to:
        return sound
    shaped = sound.copy()
    shaped[frm - first : to - first] *= curve[frm - curve_start : to - curve_start]
    return shaped


class Mixer:
    """The time-line. `position` is the next sample to be rendered; the first is 0."""

    def __init__(self) -> None:
        self.position = 0
        self._voices: list[Voice] = []

    def start(self, source: Takes, *, at: int, gain_db: float = 0.0, rise: int = 0) -> Voice:
        """Put a sound on the time-line, its first sample at `at`, which MUST NOT lie before `position`.

        `rise` frames of it are faded in. Raises ValueError for a start in the past.
        """
        return self._put_on(Voice(source, start=at, gain_db=gain_db, rise=rise))

    def _put_on(self, voice: Voice) -> Voice:
        if voice.start < self.position:
            raise ValueError(f"sample {voice.start} was rendered already: the mixer is at {self.position}")
        self._voices.append(voice)
        return voice

    def render(self, frames: int) -> Pcm:
        """The next `frames` frames of everything together, before limiting."""
        frm, to = self.position, self.position + frames
        self.position = to
        heard = [(first, sound) for first, sound in (v.render(frm, to) for v in self._voices) if len(sound)]
        self._voices = [voice for voice in self._voices if voice.ended_at is None]
        if len(heard) == 1 and len(heard[0][1]) == frames:
            return heard[0][1]
        mixed = silence(frames)
        for first, sound in heard:
            mixed[first - frm : first - frm + len(sound)] += sound
        return mixed
