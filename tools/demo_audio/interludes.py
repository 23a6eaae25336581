"""Short pieces for one or two players: what a station puts into the last minute before the hour."""
# ruff: noqa: E501 - a phrase of music is read along its line

from demo_audio import dsp
from demo_audio.patterns import arpeggio, bass, comp, harmony
from demo_audio.pitched import electric_piano, kalimba, marimba
from demo_audio.score import Song
from demo_audio.theory import melody


def tin_roof() -> Song:
    """A thumb piano alone, in D: the left thumb keeps the rain going, the right one has the tune."""
    s = Song(title="Nine Drops on a Tin Roof", artist="Little Tines", genre="Kalimba", seed=401, bpm=320, bars=15, beats_per_bar=12,
             room_s=1.6, wet=0.5, tail_s=3)  # fmt: skip
    s.part("left", kalimba, -22.5, pan=-0.2, width=0.3, send=0.3, loose_ms=7)
    s.part("right", kalimba, -20, pan=0.15, width=0.3, send=0.35, loose_ms=9)
    cycle = harmony(s, "D | G | Bm | A")
    home = harmony(s, "G | D")
    rain, drops = "B . 1 0 . 2 B . 1 0 . 1", "B . . 0 . . 1 . . 0 . ."
    first = ("F#5:3 E5:1 D5:2 A5:4 r:2 | B5:3 A5:1 G5:2 D5:4 r:2 |"
             "F#5:3 D5:1 B4:2 D5:2 E5:2 F#5:2 | E5:4 C#5:2 A4:4 r:2")  # fmt: skip
    again = ("A5:3 F#5:1 D5:2 F#5:4 r:2 | G5:2 A5:2 B5:2 D6:4 r:2 |"
             "B5:2 A5:2 F#5:2 D5:4 r:2 | E5:2 A5:2 C#6:2 E5:4 r:2")  # fmt: skip
    for at, part, figure in (
        (0, cycle[2:], drops),
        (2, cycle, rain),
        (6, cycle, rain),
        (10, cycle[:2], rain),
        (12, home, drops),
    ):
        arpeggio(s, "left", at, part, figure, 1, low=62, high=76, velocity=0.52, voices=3, ring=3)
    s.tune("right", 2, melody(first, 12), 0.66, cycle)
    s.tune("right", 6, melody(again, 12), 0.68, cycle)
    s.tune("right", 10, melody("F#5:3 E5:1 D5:2 A5:4 r:2 | B5:3 A5:1 G5:2 D5:4 r:2", 12), 0.62, cycle)
    s.tune("right", 12, melody("B4:4 D5:4 G5:4 | F#5:6 D5:6", 12), 0.55, home)
    for k, note in enumerate((50, 57, 62, 66, 69, 74)):
        s.play("left" if note < 65 else "right", 14 * 12 + k * 0.9, 8, note, 0.55)
    return s


def ticket_office() -> Song:
    """An electric piano alone after closing time, in B flat: a slow tune that does not want to go home."""
    s = Song(title="Last Lamp in the Ticket Office", artist="Ada Quill", genre="Electric Piano", seed=402, bpm=68, bars=14, swing=0.57,
             room_s=1.7, wet=0.5, tail_s=3)  # fmt: skip

    def suitcase(x: dsp.Signal) -> dsp.Signal:
        return dsp.tremolo(dsp.chorus(x, 0.3), 3.1, 0.22)

    s.part("tune", electric_piano, -20, pan=0.1, send=0.35, effect=suitcase, loose_ms=9)
    s.part("chords", electric_piano, -24, send=0.25, effect=suitcase, loose_ms=6)
    s.part("low", electric_piano, -24.5, pan=-0.1, send=0.1)
    a = harmony(
        s, "Bbmaj9 | Gm9 | Ebmaj9 | F13 | Dm7 | Gm9 | Cm9 | F13 | Ebmaj9 | Ebm6 | Bbmaj9 | Ebmaj9 F13"
    )
    tune = ("r:1 F5:.5 D5:.5 C5:1 A4:1 | Bb4:1.5 D5:.5 F5:1 r:1 | r:1 G5:.5 F5:.5 D5:1 Bb4:1 | C5:1.5 D5:.5 A4:2 |"
            "r:1 A5:.5 F5:.5 D5:1 C5:1 | Bb4:1.5 A4:.5 G4:1 r:1 | r:.5 G4:.5 Bb4:.5 C5:.5 Eb5:1 D5:1 | G5:1.5 F5:.5 D5:1 A4:1 |"
            "Bb4:1 D5:.5 F5:.5 G5:2 | Gb5:1.5 Eb5:.5 C5:1 Bb4:1 | A4:1 C5:.5 D5:.5 F5:2 | G4:1 Bb4:1 A4:1 D5:1")  # fmt: skip
    comp(
        s,
        "chords",
        0,
        a,
        "0/2.4 2.5/1.4 | 0/3.6 | 0/1.4 1.5/2.3 | 0/3.6",
        low=50,
        high=68,
        velocity=0.45,
        roll=0.03,
    )
    bass(s, "low", 0, a, "R:2.5 5:.5 R:1", low=36, velocity=0.5)
    s.tune("tune", 0, melody(tune, 4), 0.62, a)
    comp(s, "chords", 12, harmony(s, "Bb69"), "0/7", low=52, high=70, velocity=0.42, roll=0.12)
    s.play("low", 12 * 4, 7, 46, 0.45)
    s.play("tune", 12 * 4 + 0.6, 6.4, 77, 0.5)
    return s


def before_lunch() -> Song:
    """Two marimbas in F: the lower one keeps three against two, the upper one has the tune and then a friend."""
    s = Song(title="Two Mallets Before Lunch", artist="The Rosewood Sisters", genre="Marimba", seed=403, bpm=119, bars=31,
             room_s=1.3, wet=0.4, tail_s=2.5)  # fmt: skip
    s.part("upper", marimba, -20, pan=0.2, width=0.3, send=0.3)
    s.part("friend", marimba, -23.5, pan=0.35, width=0.2, send=0.3)
    s.part("lower", marimba, -23, pan=-0.3, width=0.2, send=0.25)
    s.part("low", marimba, -22.5, pan=-0.1, send=0.1)
    a = harmony(s, "F | Bb | Gm | C | F | Dm | Bb C | F")
    b = harmony(s, "Dm | Gm | C | F | Dm | Gm | Bb | C")
    tag = harmony(s, "Bb C | F")
    tune = ("A4:.75 C5:.75 F5:.5 C5:1 A4:1 | Bb4:.75 D5:.75 F5:.5 D5:2 | G5:.75 F5:.75 D5:.5 Bb4:1 D5:1 | E5:1.5 C5:.5 G4:1 r:1 |"
            "A4:.75 C5:.75 F5:.5 A5:1 F5:1 | F5:.75 D5:.75 A4:.5 D5:2 | D5:.5 F5:.5 Bb5:1 G5:.5 E5:.5 C5:1 | F5:2 C5:1 r:1")  # fmt: skip
    under = ("F4:.75 A4:.75 C5:.5 A4:1 F4:1 | F4:.75 Bb4:.75 D5:.5 Bb4:2 | D5:.75 D5:.75 Bb4:.5 G4:1 Bb4:1 | C5:1.5 G4:.5 E4:1 r:1 |"
             "F4:.75 A4:.75 C5:.5 F5:1 C5:1 | D5:.75 A4:.75 F4:.5 A4:2 | Bb4:.5 D5:.5 F5:1 E5:.5 C5:.5 G4:1 | A4:2 A4:1 r:1")  # fmt: skip
    other = ("A5:1.5 F5:.5 D5:2 | Bb4:.5 D5:.5 G5:1 D5:2 | G5:1.5 E5:.5 C5:2 | A4:.5 C5:.5 F5:1 C5:2 |"
             "D5:.75 F5:.75 A5:.5 F5:1 A5:1 | G5:.75 Bb5:.75 G5:.5 D5:2 | F5:.5 D5:.5 Bb4:.5 D5:.5 F5:1 Bb5:1 | G5:1 E5:1 C5:1 r:1")  # fmt: skip
    last = "|".join(tune.split("|")[6:])
    below = "|".join(under.split("|")[6:])
    for at, part in ((0, a[:2]), (2, a), (10, b), (18, a), (26, tag), (28, tag)):
        figure = "0 2 1 0 2 1 0 2" if at != 10 else "0 1 2 1 0 1 2 1"
        arpeggio(s, "lower", at, part, figure, 0.5, low=53, high=67, velocity=0.5, voices=3, ring=1)
        if at:
            bass(s, "low", at, part, "R:1.5 5:1.5 8:1" if at != 10 else "R:2 5:1 8:1", low=41, velocity=0.7)
    s.tune("upper", 2, melody(tune, 4), 0.66, a)
    s.tune("upper", 10, melody(other, 4), 0.66, b)
    s.tune("upper", 18, melody(tune, 4), 0.7, a)
    s.tune("friend", 18, melody(under, 4), 0.6, a)
    for at, velocity in ((26, 0.62), (28, 0.48)):  # the last words twice, the second time to themselves
        s.tune("upper", at, melody(last, 4), velocity, tag)
        s.tune("friend", at, melody(below, 4), velocity - 0.08, tag)
    for k, note in enumerate((41, 53, 60, 65, 69, 77)):
        s.play("upper" if note > 64 else "lower" if note > 50 else "low", 30 * 4 + k * 0.06, 1, note, 0.62)
    return s


ALL = (tin_roof, ticket_office, before_lunch)
