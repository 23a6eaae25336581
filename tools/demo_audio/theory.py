"""Notes, chords, voice leading and the notation the pieces are written in. Pure: text in, values out."""

import itertools
import re
from dataclasses import dataclass

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# Intervals above the root, in the order in which a voicing needs them.
_QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7), "m": (0, 3, 7), "6": (4, 9, 7, 0), "m6": (3, 9, 7, 0), "69": (4, 9, 2, 7),
    "maj7": (4, 11, 7, 0), "maj9": (4, 11, 2, 7), "7": (4, 10, 7, 0), "9": (4, 10, 2, 7),
    "13": (4, 10, 9, 2),
    "m7": (3, 10, 7, 0), "m9": (3, 10, 2, 7), "m11": (3, 10, 5, 7), "sus": (5, 10, 2, 7), "sus2": (0, 2, 7),
    "sus4": (0, 5, 7), "add9": (0, 4, 7, 2), "madd9": (0, 3, 7, 2), "m7b5": (3, 10, 6, 0),
    "dim7": (0, 3, 6, 9),
    "7b9": (4, 10, 1, 7), "7alt": (4, 10, 8, 1), "5": (0, 7), "maj7#11": (4, 11, 6, 2),
}  # fmt: skip


def pitch(name: str) -> int:
    """`C4` is 60; `Bb3`, `F#5`. Raises ValueError for anything else."""
    match = re.fullmatch(r"([A-G])([#b]?)(-?\d)", name)
    if not match:
        raise ValueError(f"not a note: {name!r}")
    step, sign, octave = match.groups()
    return _STEPS[step] + {"": 0, "#": 1, "b": -1}[sign] + 12 * (int(octave) + 1)


def hertz(note: float) -> float:
    """Equal temperament, A4 = 440 Hz."""
    return float(440 * 2 ** ((note - 69) / 12))


@dataclass(frozen=True, slots=True)
class Chord:
    """`root` and `bass` are pitch classes; `tones` intervals above the root, guide tones first."""

    root: int
    tones: tuple[int, ...]
    bass: int

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes in it, bass and root too."""
        return frozenset({(self.root + t) % 12 for t in self.tones} | {self.bass, self.root})

    def degree(self, which: str) -> int:
        """Semitones above the bass note for a bass player's word: R, 3, 5, 6, 7, 8."""
        third = 3 if 3 in self.tones else 5 if 5 in self.tones and 4 not in self.tones else 4
        fifth = 6 if 6 in self.tones and 7 not in self.tones else 7
        seventh = 11 if 11 in self.tones else 9 if 9 in self.tones and 10 not in self.tones else 10
        steps = {"R": 0, "3": third, "5": fifth, "6": 9, "7": seventh, "8": 12}
        return (
            0
            if which == "R"
            else steps[which] + (self.root - self.bass) % 12 - (12 if self.root != self.bass else 0)
        )


def chord(symbol: str) -> Chord:
    """`Dm9`, `G13`, `Bbmaj7`, `C/E`. Raises ValueError or KeyError for what is not one."""
    match = re.fullmatch(r"([A-G][#b]?)([^/]*)(?:/([A-G][#b]?))?", symbol)
    if not match:
        raise ValueError(f"not a chord: {symbol!r}")
    root = pitch(match[1] + "4") % 12
    return Chord(root, _QUALITIES[match[2]], pitch(match[3] + "4") % 12 if match[3] else root)


@dataclass(frozen=True, slots=True)
class Change:
    """A chord and how many beats it lasts, from `start` (beats from where the progression begins)."""

    start: float
    beats: float
    chord: Chord


def changes(text: str, beats_per_bar: float) -> list[Change]:
    """`Dm7 G7 | Cmaj7`: bars between `|`, chords in a bar share it evenly."""
    result, at = [], 0.0
    for bar in text.split("|"):
        symbols = bar.split()
        for symbol in symbols:
            result.append(Change(at, beats_per_bar / len(symbols), chord(symbol)))
            at += beats_per_bar / len(symbols)
    return result


def rebased(progression: list[Change]) -> list[Change]:
    """The same chords, counted from the first of them: a slice becomes a progression of its own."""
    return [Change(c.start - progression[0].start, c.beats, c.chord) for c in progression]


def melody(text: str, beats_per_bar: float) -> list[tuple[float, float, int]]:
    """`E5:1 r:.5 G5:2.5 | ~:1 …` as (start, beats, note). `~` holds the note before; bars must add up."""
    notes: list[tuple[float, float, int]] = []
    for index, bar in enumerate(text.split("|")):
        at = index * beats_per_bar
        for token in bar.split():
            name, _, length = token.partition(":")
            beats = float(length)
            if name == "~":
                start, held, note = notes.pop()
                notes.append((start, held + beats, note))
            elif name != "r":
                notes.append((at, beats, pitch(name)))
            at += beats
        if abs(at - (index + 1) * beats_per_bar) > 1e-6:
            raise ValueError(f"bar {index + 1} has {at - index * beats_per_bar:g} beats: {bar.strip()!r}")
    return notes


def _spread(notes: tuple[int, ...]) -> float:
    """How muddy or bunched a voicing is; low close intervals and semitones cost most."""
    cost = 0.0
    for low, high in itertools.pairwise(notes):
        gap = high - low
        cost += 40 if gap == 0 else 6 if gap == 1 else 0
        cost += 8 if gap < 4 and low < 52 else 0
        cost += 3 if gap > 10 else 0
    return cost


def voice(progression: list[Change], low: int, high: int, voices: int = 4) -> list[tuple[int, ...]]:
    """One voicing a chord, each as near as can be to the one before."""
    result: list[tuple[int, ...]] = []
    last: tuple[int, ...] | None = None
    centre = (low + high) / 2
    for change in progression:
        classes = [(change.chord.root + t) % 12 for t in change.chord.tones][:voices]
        choices = [[n for n in range(low, high + 1) if n % 12 == c] for c in classes]
        best: tuple[float, tuple[int, ...]] | None = None
        for combination in itertools.product(*choices):
            notes = tuple(sorted(combination))
            cost = _spread(notes) + 0.15 * abs(sum(notes) / len(notes) - centre)
            if last is not None and len(last) == len(notes):
                cost += sum(abs(a - b) for a, b in zip(notes, last, strict=True)) * 0.8
                cost += 1.5 * abs(notes[-1] - last[-1])
            if best is None or cost < best[0]:
                best = (cost, notes)
        if best is None:
            raise ValueError(f"no voicing of {change.chord} between {low} and {high}")
        last = best[1]
        result.append(last)
    return result


def clashes(
    notes: list[tuple[float, float, int]], progression: list[Change]
) -> list[tuple[float, int, Chord]]:
    """Notes of a beat or more that sit a semitone above a tone of the chord under them."""
    found = []
    for start, beats, note in notes:
        under = next((c for c in progression if c.start <= start + 1e-6 < c.start + c.beats), None)
        if under is None or beats < 1 or note % 12 in under.chord.classes:
            continue
        if (note - 1) % 12 in under.chord.classes:
            found.append((start, note, under.chord))
    return found
