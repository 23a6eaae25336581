"""Pieces for the veranda: lamellophone, marimba, township-style guitars, fingerpicking.

The first three are new tunes in the manner of southern African traditions that we love and did not
make: interlocking parts, cycles of changing chords, the 12-pulse shaker. No existing piece is used.
"""
# ruff: noqa: E501 - a phrase of music is read along its line

from demo_audio import dsp
from demo_audio.patterns import arpeggio, bass, comp, drums, harmony
from demo_audio.pitched import flute, kalimba, marimba, pad, strings
from demo_audio.plucked import CLEAN_ELECTRIC, FINGER_BASS, NYLON, STEEL, pluck
from demo_audio.score import Song
from demo_audio.theory import melody


def front_porch() -> Song:
    """Two thumb pianos in a 48-pulse cycle, a shaker, a flute that says the tune."""
    s = Song(title="Front Porch Thumb Piano", artist="Mosi Lane", genre="Kalimba", seed=201, bpm=336, bars=46, beats_per_bar=12,
             room_s=1.4, wet=0.5, tail_s=4)  # fmt: skip
    s.part("first", kalimba, -21.5, pan=-0.25, width=0.3, send=0.3, loose_ms=6)
    s.part("second", kalimba, -23, pan=0.3, width=0.3, send=0.3, loose_ms=6)
    s.part("flute", flute, -22, pan=0.05, send=0.5, loose_ms=12, late_ms=10)
    s.part("bass", pluck(NYLON), -23, send=0.1)
    s.part("shaker", None, -32, pan=0.25, send=0.15, loose_ms=7)
    s.part("drum", None, -29, pan=-0.15, send=0.2)
    ring = "G Em C | G D Em | C G Am | C D D"
    cycle = harmony(s, ring)
    one, two = "3 . 1 2 . 0 3 . 2 1 . 0", ". 1 . 3 . 1 . 2 . 3 . 1"
    for at in range(0, 44, 4):
        arpeggio(s, "first", at, cycle, one, 1, low=62, high=79, velocity=0.62, voices=3, ring=3)
        arpeggio(
            s,
            "first",
            at,
            cycle,
            "B . . . 0 . B . 0 . . .",
            1,
            low=55,
            high=67,
            velocity=0.6,
            voices=3,
            ring=4,
        )
        if at >= 4:
            arpeggio(s, "second", at, cycle, two, 1, low=67, high=84, velocity=0.5, voices=3, ring=3)
        if at >= 8 and at != 28:
            drums(
                s,
                "shaker",
                at,
                4,
                {"shaker": "x.gx.gx.gx.g" if at != 8 else "o..o..o..o.."},
                step=1,
                velocity=0.7,
            )
        if at >= 12 and at not in (28, 40):
            bass(s, "bass", at, cycle, "R:2 5:1 8:1", low=38, velocity=0.62)
            drums(
                s, "drum", at, 4, {"low_conga": "x.....o..x..", "conga": "...o..g....o"}, step=1, velocity=0.6
            )
    call = ("B4:3 A4:1 G4:2 r:2 E5:3 D5:1 | D5:3 B4:1 A4:3 r:1 G4:3 r:1 |"
            "E5:2 G5:2 D5:3 B4:1 C5:3 A4:1 | G4:2 E4:2 F#4:2 A4:4 r:2")  # fmt: skip
    answer = ("G5:3 D5:1 E5:3 B4:1 C5:2 E5:2 | D5:2 G5:2 F#5:2 A5:2 G5:3 r:1 |"
              "E5:3 C5:1 B4:2 D5:2 E5:3 C5:1 | E5:2 C5:2 D5:4 r:4")  # fmt: skip
    for at, text in ((12, call), (16, answer), (20, call), (24, answer), (32, answer), (36, call)):
        s.tune("flute", at, melody(text, 12), 0.62, cycle)
    # In the break the second thumb piano has the tune.
    s.tune("second", 28, melody(call, 12), 0.62, cycle, shift=12)
    for k, note in enumerate((55, 62, 67, 71, 74, 79)):
        s.play("first", 44 * 12 + k * 0.8, 8, note, 0.6)
    return s


def mango_tree() -> Song:
    """Four marimbas and hand percussion in C; the tune in thirds, then passed down to the tenor."""
    s = Song(title="Marimba Under the Mango Tree", artist="Mosi Lane", genre="Marimba", seed=202, bpm=116, bars=46,
             room_s=1.3, wet=0.4, tail_s=2.5)  # fmt: skip
    s.part("lead", marimba, -20, pan=0.15, width=0.3, send=0.3)
    s.part("third", marimba, -24, pan=0.3, width=0.3, send=0.3)
    s.part("tenor", marimba, -23, pan=-0.3, width=0.2, send=0.25)
    s.part("low", marimba, -22, send=0.1)
    s.part("drum", None, -26, pan=-0.1, send=0.2)
    s.part("shaker", None, -33, pan=0.35, send=0.1)
    s.part("clap", None, -31, pan=-0.3, send=0.5)
    a = harmony(s, "C | F | C | G | C | F | G | C")
    b = harmony(s, "Am | F | C | G | Am | F | G | G")
    tune = ("E5:.75 G5:.75 E5:.5 C5:1 D5:1 | F5:.75 A5:.75 F5:.5 C5:2 | E5:.75 G5:.75 E5:.5 C5:.5 D5:.5 E5:1 | D5:3 r:1 |"
            "G5:.75 E5:.75 C5:.5 G5:1 E5:1 | A5:.75 F5:.75 C5:.5 A5:1 F5:1 | G5:.5 F5:.5 D5:.5 B4:.5 D5:1 G4:1 | C5:3 r:1")  # fmt: skip
    third = ("C5:.75 E5:.75 C5:.5 G4:1 G4:1 | A4:.75 F5:.75 C5:.5 A4:2 | C5:.75 E5:.75 C5:.5 G4:.5 G4:.5 C5:1 | B4:3 r:1 |"
             "E5:.75 C5:.75 G4:.5 E5:1 C5:1 | F5:.75 C5:.75 A4:.5 F5:1 C5:1 | D5:.5 D5:.5 B4:.5 G4:.5 B4:1 D4:1 | G4:3 r:1")  # fmt: skip
    other = ("C5:1.5 E5:.5 A5:1 G5:.5 E5:.5 | F5:1.5 C5:.5 A4:2 | G5:1.5 E5:.5 C5:1 E5:1 | D5:1.5 B4:.5 G4:2 |"
             "A5:.75 E5:.75 C5:.5 E5:2 | F5:.75 C5:.75 A4:.5 C5:2 | B4:.75 D5:.75 G5:.5 D5:1 B4:1 | G5:1 F5:.5 D5:.5 B4:1 r:1")  # fmt: skip
    figure, hop = "0 2 1 2 0 2 1 2", "R:.75 R:.75 5:.5 8:1 5:1"
    for at in range(0, 44, 4):
        part = (b if at in (20, 24) else a)[:4] if (at // 4) % 2 == 0 else (b if at in (20, 24) else a)[4:]
        full = at >= 8
        arpeggio(s, "tenor", at, part, figure, 0.5, low=55, high=69, velocity=0.55, voices=3, ring=1)
        if at >= 4:
            bass(s, "low", at, part, hop, low=40, velocity=0.75)
            drums(s, "shaker", at, 4, {"shaker": "xgogxgogxgogxgog"})
        if full and at != 28:
            drums(
                s,
                "drum",
                at,
                4,
                {
                    "low_conga": "x.....x.x.......",
                    "conga": "...x.o......xo.o",
                    "soft_kick": "x.......x.......",
                },
            )
        if at in (12, 16, 32, 36, 40):
            drums(s, "clap", at, 4, {"clap": "....o.......o..."})
    for at, upper, lower, part in (
        (4, tune, "", a),
        (12, tune, third, a),
        (20, other, "", b),
        (36, tune, third, a),
    ):
        s.tune("lead", at, melody(upper, 4), 0.68, part)
        if lower:
            s.tune("third", at, melody(lower, 4), 0.6, part)
    s.tune("tenor", 28, melody(tune, 4), 0.75, a, shift=-12)
    for k, note in enumerate((48, 55, 60, 64, 67, 72)):
        s.play("lead" if note > 58 else "low", 44 * 4 + k * 0.04, 1, note, 0.7)
    return s


def bus_stop() -> Song:
    """Two clean guitars that finish each other's sentences, over a bass that would rather be a third."""
    s = Song(title="Jacaranda Bus Stop", artist="The Jacaranda Line", genre="Guitar Groove", seed=203, bpm=118, bars=48,
             room_s=1.1, wet=0.4, fade_s=5)  # fmt: skip
    clean = lambda x: dsp.chorus(x, 0.28, 0.7, 1.3)  # noqa: E731
    s.part("lead", pluck(CLEAN_ELECTRIC), -20.5, pan=0.2, send=0.3, effect=clean)
    s.part("rhythm", pluck(CLEAN_ELECTRIC), -24, pan=-0.4, send=0.2, effect=clean)
    s.part("answer", pluck(NYLON), -22.5, pan=-0.15, send=0.35)
    s.part("bass", pluck(FINGER_BASS), -21, send=0.03)
    s.part("kit", None, -24, send=0.12)
    s.part("shaker", None, -33, pan=0.4, send=0.1)
    a = harmony(s, "A | D | A | E | A | D | E | A")
    b = harmony(s, "F#m | D | A | E | F#m | D | E | E")
    line = ("E5:.5 C#5:.5 A4:.5 C#5:.5 E5:.5 F#5:.5 E5:.5 C#5:.5 | F#5:.5 D5:.5 A4:.5 D5:.5 F#5:.5 A5:.5 F#5:.5 D5:.5 |"
            "E5:.5 C#5:.5 A4:.5 C#5:.5 E5:.5 A5:.5 E5:.5 C#5:.5 | D5:.5 B4:.5 G#4:.5 B4:.5 E5:1 r:1 |"
            "A5:.75 E5:.25 C#5:.5 E5:.5 A5:.5 E5:.5 C#5:1 | A5:.75 F#5:.25 D5:.5 F#5:.5 A5:.5 F#5:.5 D5:1 |"
            "G#5:.75 E5:.25 B4:.5 E5:.5 D5:.5 B4:.5 G#4:1 | A4:.5 C#5:.5 E5:.5 C#5:.5 A4:2")  # fmt: skip
    slow = ("A5:1.5 G#5:.5 F#5:1 C#5:1 | F#5:1.5 E5:.5 D5:2 | E5:1.5 D5:.5 C#5:1 A4:1 | B4:3 r:1 |"
            "C#5:1.5 F#5:.5 A5:1 F#5:1 | F#5:1.5 D5:.5 A4:2 | B4:1 E5:1 G#5:1 B5:1 | E5:2 D5:1 B4:1")  # fmt: skip
    reply = ("r:2 C#5:.5 B4:.5 A4:1 | r:2 A4:.5 B4:.5 D5:1 | r:2 C#5:.5 E5:.5 A4:1 | r:2 G#4:.5 B4:.5 E4:1 |"
             "r:2 E5:.5 C#5:.5 A4:1 | r:2 F#5:.5 D5:.5 A4:1 | r:2 B4:.5 D5:.5 G#4:1 | r:2 E4:.5 A4:.5 C#5:1")  # fmt: skip
    beat = {"kick": "X...x...X...x...", "rim": "..x..x....x..x..", "hat": "..x...x...x...xo"}
    for at in (0, 8, 16, 24, 32, 40):
        part = b if at == 24 else a
        arpeggio(s, "rhythm", at + 1 / 16, part, "0 2 1 2 3 2 1 2" if at != 24 else "2 0 1 0 2 0 3 1", 0.5, low=57, high=74,
                 velocity=0.5, voices=3, ring=1)  # fmt: skip
        if at == 0:
            bass(s, "bass", 4, part[4:], "R:1 5:.5 8:.5 r:.5 5:.5 3:.5 a:.5", low=33)
            drums(s, "kit", 4, 4, {"rim": beat["rim"], "hat": beat["hat"]})
        else:
            bass(
                s,
                "bass",
                at,
                part,
                "R:1 5:.5 8:.5 r:.5 5:.5 3:.5 a:.5" if at != 24 else "R:1.5 5:.5 8:1 5:.5 a:.5",
                low=33,
            )
            drums(s, "kit", at, 7, beat)
            drums(s, "kit", at + 7, 1, beat | {"snare": "..........o.x.xx"})
            drums(s, "shaker", at, 8, {"shaker": "xgogxgogxgogxgog"})
        if at in (8, 16, 32):
            s.tune("lead", at, melody(line, 4), 0.66, part, legato=1.3)
        if at in (16, 40):
            s.tune("answer", at, melody(reply, 4), 0.66, part)
        if at == 24:
            s.tune("lead", at, melody(slow, 4), 0.68, part, legato=1.1)
    s.tune(
        "lead", 40, melody("|".join(line.split("|")[4:8] + line.split("|")[:4]), 4), 0.62, None, legato=1.3
    )
    return s


def letters() -> Song:
    """Fingerpicked steel strings in C, a second guitar with the tune, a little warmth behind."""
    s = Song(title="Letters in the Drawer", artist="Two Orchards", genre="Acoustic", seed=204, bpm=94, bars=38, swing=0.52,
             room_s=1.5, wet=0.45, tail_s=4)  # fmt: skip
    s.part("picking", pluck(STEEL), -20.5, pan=-0.15, width=0.25, send=0.25, loose_ms=6)
    s.part("tune", pluck(NYLON), -21, pan=0.2, send=0.4, loose_ms=10)
    s.part("warm", pad, -31, send=0.4, width=0.5)
    s.part("cello", strings, -27, pan=0.1, send=0.45)
    a = harmony(s, "Cadd9 | Am7 | Fmaj7 | G | Cadd9 | Em7 | Fmaj7 | G")
    b = harmony(s, "Am7 | Fmaj7 | C/E | G | Dm7 | Am7 | Fmaj7 | G")
    tune = ("r:1 E5:1 G5:1 E5:1 | D5:1.5 C5:1.5 A4:1 | r:1 A4:1 C5:1 E5:1 | D5:3 r:1 |"
            "r:1 E5:1 G5:1 A5:1 | G5:1.5 E5:1.5 B4:1 | C5:1 E5:1 C5:1 A4:1 | B4:2 G4:1 r:1")  # fmt: skip
    more = ("A5:1.5 G5:.5 E5:2 | F5:1.5 E5:.5 C5:2 | E5:1 G5:1 C5:1 E5:1 | D5:3 r:1 |"
            "F5:1.5 E5:.5 D5:1 A4:1 | C5:1.5 E5:.5 G5:2 | A4:1 C5:1 E5:1 A5:1 | G5:2 D5:1 r:1")  # fmt: skip
    travis = "B 2 0 3 B 1 0 2"
    for at, part, text in ((0, a[:4], ""), (4, a, tune), (12, b, more), (20, a, ""), (28, a, tune)):
        arpeggio(
            s,
            "picking",
            at,
            part,
            travis if at != 20 else "B 0 1 2 3 2 1 0",
            0.5,
            low=55,
            high=74,
            velocity=0.58,
            ring=4,
        )
        if text:
            s.tune("tune", at, melody(text, 4), 0.64, part)
        if at >= 12:
            comp(s, "warm", at, part, "0/3.9", low=55, high=72, velocity=0.4)
    s.tune(
        "cello",
        20,
        melody("E4:3 G4:1 | C4:4 | A3:3 C4:1 | B3:4 | E4:3 G4:1 | B4:3 G4:1 | A4:3 E4:1 | D4:3 r:1", 4),
        0.55,
        a,
    )
    s.tune("cello", 28, melody("C4:4 | A3:4 | C4:4 | D4:4 | E4:4 | G4:4 | A4:4 | G4:3 r:1", 4), 0.45, a)
    for k, note in enumerate((48, 55, 60, 62, 64, 67, 76)):
        s.play("picking", 36 * 4 + k * 0.09, 7, note, 0.6)
    return s


ALL = (front_porch, mango_tree, bus_stop, letters)
