"""From notes to a mixed, mastered track.

A part is mixed by measured loudness, not by guess: `level` is where the part itself shall lie, in LUFS,
and the master brings the sum to TARGET_LUFS.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from demo_audio import dsp
from demo_audio.drums import KIT
from demo_audio.dsp import RATE, Signal
from demo_audio.pitched import Instrument
from demo_audio.theory import Change, clashes, hertz, rebased

TARGET_LUFS = -16.0
CEILING_DB = -2.2  # before encoding; a lossy codec adds a few tenths


@dataclass(slots=True, kw_only=True)
class Part:
    """One player. `width` spreads notes by pitch over the stereo field; `late_ms` is their way of playing."""

    instrument: Instrument | None
    level: float
    pan: float = 0.0
    width: float = 0.0
    send: float = 0.2
    late_ms: float = 0.0
    loose_ms: float = 5.0
    effect: Callable[[Signal], Signal] | None = None
    notes: list[tuple[float, float, int | str, float]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Song:
    """A score: tempo, swing, parts, and the room it is played in.

    `swing` is the share of a pair of `swing_unit`s that its first takes: 0.5 straight, 0.667 triplets.
    """

    title: str
    artist: str
    genre: str
    seed: int
    bpm: float
    bars: int
    beats_per_bar: float = 4
    swing: float = 0.5
    swing_unit: float = 0.5
    room_s: float = 1.6
    wet: float = 0.5
    tail_s: float = 3.0
    fade_s: float = 0.0
    tilt_db: float = 0.0
    parts: dict[str, Part] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def part(self, name: str, instrument: Instrument | None, level: float, **more: object) -> Part:
        """Add a player."""
        self.parts[name] = Part(instrument=instrument, level=level, **more)  # type: ignore[arg-type]
        return self.parts[name]

    def play(self, name: str, beat: float, beats: float, note: int | str, velocity: float) -> None:
        """One note or drum stroke; `beat` counts from the start of the piece."""
        self.parts[name].notes.append((beat, beats, note, velocity))

    def tune(
        self,
        name: str,
        bar: float,
        notes: list[tuple[float, float, int]],
        velocity: float = 0.75,
        over: list[Change] | None = None,
        shift: int = 0,
        legato: float = 0.95,
    ) -> None:
        """A written melody at `bar`: phrase-shaped dynamics, and a check against the harmony it is over."""
        base = bar * self.beats_per_bar
        pitches = [n for _, _, n in notes]
        low, span = min(pitches), max(1, max(pitches) - min(pitches))
        for start, beats, note in notes:
            accent = 0.05 if (start % 1) == 0 else -0.03
            shape = 0.12 * (note - low) / span - 0.04 + accent
            self.play(name, base + start, beats * legato, note + shift, velocity + shape)
        for start, note, chord in clashes(notes, rebased(over or [])):
            self.problems.append(f"{name} bar {bar + start / self.beats_per_bar:.2f}: {note} over {chord}")

    def seconds(self, beat: float) -> float:
        """When a beat falls, swing included."""
        pair = 2 * self.swing_unit
        whole, inside = divmod(beat, pair)
        half = inside / pair
        bent = half * 2 * self.swing if half < 0.5 else self.swing + (half - 0.5) * 2 * (1 - self.swing)
        return float((whole + bent) * pair * 60 / self.bpm)

    def render(self) -> Signal:
        """The track, stereo at RATE, mastered."""
        return master(self.mixdown(), tilt_db=self.tilt_db, fade_s=self.fade_s)

    def render_loop(self) -> Signal:
        """A seamless loop of exactly its bars: what rings past the end rings into the beginning."""
        mix = self.mixdown()
        n = round(self.seconds(self.bars * self.beats_per_bar) * RATE)
        loop = mix[:n].copy()
        loop[: len(mix) - n] += mix[n:]
        # Mastered twice over and cut from the middle: filters and compressor have no beginning either.
        twice = master(np.concatenate([loop, loop]), tilt_db=self.tilt_db, trim=False)
        return np.roll(twice[n // 2 : n // 2 + n], n // 2, axis=0)

    def mixdown(self) -> Signal:
        """All parts at their levels, and the room; not mastered, with the tail."""
        length = self.seconds(self.bars * self.beats_per_bar) + self.tail_s
        n = int(length * RATE)
        dry, wet = np.zeros((n, 2), np.float32), np.zeros((n, 2), np.float32)
        for index, (name, part) in enumerate(self.parts.items()):
            if not part.notes:
                self.problems.append(f"{name} plays nothing")
                continue
            sound = self._perform(part, n, np.random.default_rng([self.seed, index]))
            if part.effect:
                sound = part.effect(sound)
            sound = dsp.gain(sound, part.level - dsp.loudness(sound))
            dry += sound
            wet += sound * np.float32(part.send)
        return dry + dsp.convolve(wet, dsp.room(self.room_s)) * np.float32(self.wet)

    def _perform(self, part: Part, n: int, rng: np.random.Generator) -> Signal:
        out = np.zeros((n, 2), np.float32)
        kept: dict[tuple[object, ...], Signal] = {}
        for beat, beats, note, velocity in sorted(part.notes, key=lambda x: (x[0], str(x[2]))):
            strength = float(np.clip(velocity + rng.normal(0, 0.035), 0.08, 1.0))
            held = max(0.04, self.seconds(beat + beats) - self.seconds(beat))
            # A note is made once for each step of length and loudness, in two takes: a repeat is no copy.
            layer, length = max(0.1, round(strength * 8) / 8), round(held * 20) / 20 or 0.05
            key = (note, layer, length, int(rng.integers(2)))
            if key not in kept:
                own = np.random.default_rng([self.seed, hash_text(f"{key}")])
                if isinstance(note, str):
                    kept[key] = KIT[note](layer, own)
                else:
                    assert part.instrument is not None, "only drums have names for notes"  # noqa: S101 - a slip in a score
                    kept[key] = part.instrument(hertz(note), length, layer, own)
            sound = kept[key] * np.float32(strength / layer)
            place = (
                part.pan
                if isinstance(note, str) or not part.width
                else part.pan + part.width * (note - 64) / 24
            )
            at = self.seconds(beat) + (part.late_ms + rng.normal(0, part.loose_ms)) / 1000
            start = max(0, int(at * RATE))
            end = min(n, start + len(sound))
            if end > start:
                out[start:end] += dsp.pan(sound[: end - start], float(np.clip(place, -0.9, 0.9)))
        return out


def hash_text(text: str) -> int:
    """A number for a text that is the same in every run (Python's own hash is not)."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def master(
    mix: Signal, *, tilt_db: float = 0.0, fade_s: float = 0.0, target: float = TARGET_LUFS, trim: bool = True
) -> Signal:
    """Clean the ends, glue, warm, level and limit."""
    mix = dsp.apply_response(
        mix, dsp.chain(dsp.butter_high(32, 3), dsp.butter_low(15_000, 3), dsp.tilt(tilt_db))
    )
    mix = dsp.gain(mix, -18 - dsp.loudness(mix))
    mix = dsp.compress(mix, threshold_db=-19, ratio=1.8)
    mix = dsp.saturate(dsp.gain(mix, 2), 0.9)
    if trim:
        mix = trim_ends(mix)
    if fade_s:  # after trimming: a fade that ends in silence already cut off is half a fade
        fade = int(fade_s * RATE)
        mix[-fade:] *= (np.cos(np.linspace(0, np.pi / 2, fade)) ** 1.6).astype(np.float32)[:, None]
        mix = trim_ends(mix, -52)  # the last of a fade is silence too
    for _ in range(2):  # limiting lowers loudness a little; once more puts that right
        mix = dsp.limit(dsp.gain(mix, target - dsp.loudness(mix)), CEILING_DB)
    return mix


def trim_ends(x: Signal, floor_db: float = -48.0) -> Signal:
    """Without the silence before the first and after the last sound above `floor_db` of the peak."""
    level = np.max(np.abs(x), axis=1)
    heard = np.flatnonzero(level > level.max() * 10 ** (floor_db / 20))
    start, end = max(0, heard[0] - int(0.01 * RATE)), min(len(x), heard[-1] + int(0.05 * RATE))
    return dsp.edges(x[start:end], 0.004, 0.35)
