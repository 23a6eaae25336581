"""What a rhythm section does with a progression: comping, arpeggios, bass lines, drum grids."""

from demo_audio.score import Song
from demo_audio.theory import Change, changes, rebased, voice

_STROKES = {"X": 1.0, "x": 0.78, "o": 0.55, "g": 0.3}


def comp(  # noqa: PLR0913 - all that can be said about comping, by keyword
    song: Song,
    name: str,
    bar: float,
    progression: list[Change],
    hits: str,
    *,
    low: int = 52,
    high: int = 74,
    velocity: float = 0.55,
    voices: int = 4,
    roll: float = 0.0,
) -> None:
    """Chords in rhythm. `hits` is `beat/length` a chord-bar, bars between `|`: `0/1.5 2.5/.5 | 0/4`."""
    progression = rebased(progression)
    bars = [[tuple(float(v) for v in hit.split("/")) for hit in text.split()] for text in hits.split("|")]
    voicings = voice(progression, low, high, voices)
    total = progression[-1].start + progression[-1].beats
    for index in range(round(total / song.beats_per_bar)):
        for at, length in bars[index % len(bars)]:
            when = index * song.beats_per_bar + at
            which = max(i for i, c in enumerate(progression) if c.start <= when + 0.26)
            for k, note in enumerate(voicings[which]):
                song.play(
                    name,
                    bar * song.beats_per_bar + when + roll * k,
                    length - roll * k,
                    note,
                    velocity - 0.02 * k,
                )


def arpeggio(  # noqa: PLR0913 - all that can be said about picking, by keyword
    song: Song,
    name: str,
    bar: float,
    progression: list[Change],
    order: str,
    step: float,
    *,
    low: int = 52,
    high: int = 76,
    velocity: float = 0.55,
    voices: int = 4,
    ring: float = 2.0,
) -> None:
    """A picked chord: `order` is string numbers from the lowest, one a `step`; `.` rests, `B` is the bass."""
    picks = order.split()
    progression = rebased(progression)
    voicings = voice(progression, low, high, voices)
    for change, notes in zip(progression, voicings, strict=True):
        for k in range(round(change.beats / step)):
            pick = picks[round((change.start / step) + k) % len(picks)]
            if pick == ".":
                continue
            note = bass_note(change, low - 12) if pick == "B" else notes[int(pick) % len(notes)]
            accent = 0.08 if (k * step) % 1 == 0 else -0.02
            at = bar * song.beats_per_bar + change.start + k * step
            song.play(name, at, min(step * ring, max(step, change.beats - k * step)), note, velocity + accent)


def bass_note(change: Change, low: int) -> int:
    """The chord's bass at or above `low`."""
    return low + (change.chord.bass - low) % 12


def bass(
    song: Song,
    name: str,
    bar: float,
    progression: list[Change],
    pattern: str,
    *,
    low: int = 31,
    velocity: float = 0.75,
) -> None:
    """`R:1.5 5:.5 r:1 8:1`: degrees over each chord while it lasts; `a` leads into the next root."""
    progression = rebased(progression)
    tokens = [(t.partition(":")[0], float(t.partition(":")[2])) for t in pattern.split()]
    for index, change in enumerate(progression):
        following = progression[(index + 1) % len(progression)]
        root, at = bass_note(change, low), 0.0
        for degree, beats in tokens:
            if at >= change.beats - 1e-6:
                break
            length = min(beats, change.beats - at)
            if degree == "a":
                target = bass_note(following, low)
                note = target + (2 if target < root else -1)
            else:
                note = root + change.chord.degree(degree) if degree != "r" else 0
            if degree != "r":
                accent = 0.06 if at == 0 else 0.0
                song.play(
                    name, bar * song.beats_per_bar + change.start + at, length * 0.92, note, velocity + accent
                )
            at += beats


def drums(
    song: Song,
    name: str,
    bar: float,
    bars: int,
    grids: dict[str, str],
    *,
    step: float = 0.25,
    velocity: float = 0.75,
) -> None:
    """Grids of strokes (`X` accent, `x`, `o` soft, `g` ghost, `.` none), repeated to fill `bars`."""
    steps = round(bars * song.beats_per_bar / step)
    for drum, text in grids.items():
        grid = text.replace(" ", "")
        for k in range(steps):
            stroke = _STROKES.get(grid[k % len(grid)])
            if stroke:
                song.play(name, bar * song.beats_per_bar + k * step, step, drum, velocity * stroke)


def harmony(song: Song, text: str) -> list[Change]:
    """A progression in the song's own metre."""
    return changes(text, song.beats_per_bar)
