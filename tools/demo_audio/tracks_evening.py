"""Pieces for lamplight: lo-fi jazz, soul, bossa nova, a waltz."""
# ruff: noqa: E501 - a phrase of music is read along its line

from demo_audio import dsp
from demo_audio.patterns import arpeggio, bass, comp, drums, harmony
from demo_audio.pitched import electric_piano, felt_piano, flute, pad, strings, vibraphone
from demo_audio.plucked import CLEAN_ELECTRIC, FINGER_BASS, NYLON, UPRIGHT, pluck
from demo_audio.score import Song
from demo_audio.theory import melody


def kettle() -> Song:
    """Lo-fi jazz in E flat: electric piano on a slightly worn tape, felt piano tune, brushes."""
    s = Song(title="Kettle Before Sunrise", artist="The Slow Kettle Trio", genre="Lo-fi Jazz", seed=101, bpm=76, bars=34,
             swing=0.6, room_s=1.3, wet=0.45, fade_s=4, tilt_db=-0.2)  # fmt: skip

    def tape(x: dsp.Signal) -> dsp.Signal:
        return dsp.tremolo(dsp.chorus(x, 0.5, 0.45, 2.2), 0.9, 0.25)

    s.part("keys", electric_piano, -23, send=0.25, effect=tape)
    s.part("tune", felt_piano, -20.5, pan=0.12, send=0.4, late_ms=12, loose_ms=9)
    s.part("bass", pluck(UPRIGHT), -22, send=0.05, late_ms=4)
    s.part("kit", None, -25, pan=-0.05, send=0.2, late_ms=8)
    a = harmony(s, "Ebmaj9 | Cm9 | Fm9 | Bb13 | Gm7 | C7b9 | Fm9 | Bb13")
    b = harmony(s, "Abmaj9 | Db9 | Gm7 | Cm9 | Fm9 | Bb13 | Ebmaj9 | Fm9 Bb13")
    out = harmony(s, "Ebmaj9 | Abmaj9 | Ebmaj9 | Abmaj9 Bb13 | Eb69 | Eb69")
    first = ("r:.5 G4:.5 Bb4:.5 C5:1.5 Bb4:1 | G4:2.5 r:1.5 | r:.5 Ab4:.5 C5:.5 Eb5:1.5 D5:.5 C5:.5 | D5:2 r:1 G4:.5 Bb4:.5 |"
             "D5:1.5 C5:.5 Bb4:1 F4:1 | G4:1 E4:.5 G4:.5 Bb4:2 | Ab4:1.5 G4:.5 F4:1 C5:1 | Bb4:2 G4:1 r:1")  # fmt: skip
    again = ("r:.5 G4:.5 Bb4:.5 C5:.5 D5:.5 F5:.5 D5:1 | Eb5:1 Bb4:1.5 r:1.5 | r:.5 Ab4:.5 C5:.5 Eb5:.5 G5:1.5 Eb5:.5 | D5:2 r:2 |"
             "F5:1 D5:.5 C5:.5 Bb4:1 G4:1 | Bb4:1 G4:.5 E4:.5 C5:2 | Ab4:.5 C5:.5 Eb5:1 D5:.5 C5:1.5 | D5:1 Bb4:1 G4:1 r:1")  # fmt: skip
    bridge = ("Eb5:1.5 C5:.5 Bb4:1 G4:1 | Ab4:1.5 F4:.5 Eb4:1 r:1 | r:.5 F4:.5 Bb4:.5 D5:1.5 C5:1 | Eb5:2 D5:1 Bb4:1 |"
              "C5:1.5 Ab4:.5 G4:1 Ab4:1 | G4:1 F4:1 D4:1 F4:1 | G4:3 r:1 | r:4")  # fmt: skip
    end = (
        "r:.5 G4:.5 Bb4:.5 C5:1.5 Bb4:1 | G4:3 r:1 | r:.5 G4:.5 Bb4:.5 F5:1.5 Eb5:1 | C5:2 D5:2 | Bb4:4 | r:4"
    )
    lay, lay2 = "0/1.4 1.5/.4 2.5/1.4 | 0/2.4 2.5/.4 3.5/.4", "0/3.6 | .5/1 2/1.8"
    comp(s, "keys", 0, a[4:], lay2, low=50, high=70)  # the turnaround, as an introduction
    for e in a[4:]:
        s.play("bass", e.start - 16, 3.6, 36 + (e.chord.bass - 36) % 12, 0.6)
    drums(s, "kit", 2, 2, {"swish": "x.......o.......", "rim": "...............o"})
    for at, text, part in ((4, first, a), (12, again, a), (20, bridge, b), (28, end, out)):
        comp(s, "keys", at, part, lay if at != 20 else lay2, low=50, high=70, velocity=0.5)
        s.tune("tune", at, melody(text, 4), 0.62, part)
        if at < 28:
            bass(s, "bass", at, part, "R:1.5 5:.5 8:1 a:1" if at != 20 else "R:2 5:1 a:1", low=30)
            drums(s, "kit", at, 8, {"soft_kick": "X.....o...x.....", "brush": "....x.......x...", "hat": "o.g.o.g.o.g.o.gg",
                                    "swish": "x.......x......."})  # fmt: skip
        else:
            bass(s, "bass", at, part, "R:3 5:1", low=30)
            drums(
                s,
                "kit",
                at,
                4,
                {"soft_kick": "X.........o.....", "swish": "x.......x.......", "brush": "....o.......o..."},
            )
    return s


def switchboard() -> Song:
    """Mellow electric-piano soul in F minor: sixteenths that lean back, a clean guitar that answers."""
    s = Song(title="Velvet Switchboard", artist="The Night Exchange", genre="Soul", seed=102, bpm=84, bars=36,
             swing=0.575, swing_unit=0.25, room_s=1.5, wet=0.45, fade_s=4)  # fmt: skip
    s.part(
        "keys", electric_piano, -22, send=0.22, effect=lambda x: dsp.tremolo(dsp.chorus(x, 0.35), 4.2, 0.3)
    )
    s.part(
        "guitar",
        pluck(CLEAN_ELECTRIC),
        -21,
        pan=0.22,
        send=0.4,
        effect=lambda x: dsp.chorus(x, 0.3),
        late_ms=8,
    )
    s.part("pad", pad, -30, send=0.4, width=0.5)
    s.part("bass", pluck(FINGER_BASS), -21.5, send=0.03, late_ms=6)
    s.part("kit", None, -22.5, send=0.15, late_ms=10, loose_ms=4)
    a = harmony(s, "Dbmaj9 | C7alt | Fm9 | Ebm9 Ab13 | Dbmaj9 | C7alt | Fm9 | Fm9")
    b = harmony(s, "Bbm9 | Eb13 | Abmaj9 | Dbmaj9 | Gm7b5 | C7b9 | Fm9 | Ebm9 Ab13")
    tune = ("r:1 C5:.75 Ab4:.25 F5:1 Eb5:.5 C5:.5 | Bb4:1.5 Ab4:.5 E4:1 r:1 | r:1 G4:.75 Ab4:.25 C5:1 Eb5:1 | Db5:1.5 Bb4:.5 C5:2 |"
            "r:.5 F5:.5 Eb5:.75 C5:.25 Ab4:1 C5:1 | E5:1.5 C5:.5 Bb4:2 | G4:.5 Ab4:.5 C5:3 | r:4")  # fmt: skip
    high = ("F5:1.5 Db5:.5 C5:1 Bb4:1 | G4:1 Bb4:.5 C5:.5 G5:2 | Eb5:1.5 C5:.5 Bb4:1 G4:1 | F4:1 Ab4:1 Eb5:2 |"
            "Db5:1.5 Bb4:.5 F5:1 Db5:1 | E5:1 Db5:.5 Bb4:.5 G4:2 | Ab4:1 C5:1 G5:1.5 F5:.5 | Db5:2 C5:2")  # fmt: skip
    stabs = "0/1.2 1.75/.5 2.5/1.2 | 0/.6 .75/.5 2.25/1.5"
    beat = {"kick": "X.....o.x.x.....", "snare": "....x..g.g..x..g", "hat": "x.o.x.ooxgo.x.o."}
    comp(s, "keys", 0, a[:4], "0/3.8", low=51, high=72, velocity=0.45, roll=0.03)
    drums(s, "kit", 2, 2, {"hat": "o.g.o.g.o.g.o.g.", "rim": "....o.......o..."})
    plan = ((4, a, tune), (12, b, high), (20, a, ""), (28, a, tune))
    for at, part, text in plan:
        comp(s, "keys", at, part, stabs, low=51, high=72, velocity=0.55)
        bass(
            s,
            "bass",
            at,
            part,
            "R:1.25 r:.25 8:.5 5:.5 r:.25 R:.5 a:.75" if at != 12 else "R:1.5 5:.5 8:1 5:.5 a:.5",
            low=30,
        )
        drums(s, "kit", at, 7, beat)
        drums(s, "kit", at + 7, 1, beat | {"snare": "....x..g.gx.xogx"})
        comp(s, "pad", at, part, "0/4", low=56, high=76, velocity=0.4)
        if text:
            s.tune("guitar", at, melody(text, 4), 0.66, part)
    # The break: the piano takes the answer alone, an octave up, in fragments of the tune.
    solo = ("r:2 Eb6:.5 C6:.5 Ab5:1 | r:2 E5:.5 Ab5:.5 Bb5:1 | r:1 C6:.5 Bb5:.25 Ab5:.25 G5:2 | r:2 Db5:.5 F5:.5 C6:1 |"
            "r:1 Eb6:.75 C6:.25 Ab5:2 | r:2 E5:.5 Bb5:.5 C6:1 | Ab5:.5 G5:.5 Eb5:1 C5:2 | r:4")  # fmt: skip
    s.tune("keys", 20, melody(solo, 4), 0.6, a)
    return s


def postcard() -> Song:
    """Bossa nova in D: nylon guitar, wooden flute, vibraphone on the bridge."""
    s = Song(title="Postcard from Lake Kando", artist="Café Meridian", genre="Bossa Nova", seed=103, bpm=126, bars=50,
             room_s=1.5, wet=0.5, tail_s=4)  # fmt: skip
    s.part("guitar", pluck(NYLON), -22, pan=-0.2, send=0.25)
    s.part("flute", flute, -21, pan=0.15, send=0.5, late_ms=10, loose_ms=10)
    s.part("vibes", vibraphone, -21.5, pan=0.2, send=0.35, late_ms=6)
    s.part("bass", pluck(UPRIGHT), -22, send=0.05)
    s.part("kit", None, -27, pan=0.1, send=0.2)
    s.part("shaker", None, -33, pan=-0.35, send=0.1)
    a = harmony(
        s,
        "Dmaj9 | Dmaj9 | Bm9 | Bm9 | Em9 | A13 | F#m7 | B7b9 | Gmaj9 | Gm6 | F#m7 | B7b9 | Em9 | A13 | D69 | A13",
    )
    b = harmony(
        s,
        "Gmaj9 | A13 | F#m7 | Bm9 | Em9 | A13 | Dmaj9 | D9 | Gmaj9 | C9 | F#m7 | B7b9 | Em9 | A13 | D69 | A13",
    )
    tune = ("r:1 F#5:1.5 E5:.5 C#5:1 | E5:1.5 A4:2 r:.5 | r:1 D5:1.5 C#5:.5 A4:1 | C#5:1.5 F#4:2 r:.5 | r:1 G4:1 B4:1 D5:1 |"
            "F#5:2.5 E5:1 r:.5 | C#5:1.5 E5:1.5 A4:1 | D#5:2 C5:1.5 r:.5 | B4:1.5 D5:1.5 F#5:1 | E5:2.5 D5:1 r:.5 |"
            "C#5:1.5 A4:1.5 E5:1 | D#5:1.5 F#5:1.5 A5:1 | G5:2 F#5:1 D5:1 | C#5:1.5 E5:1.5 F#5:1 | B4:.5 D5:.5 A4:2.5 r:.5 | r:4")  # fmt: skip
    bridge = ("D5:1.5 B4:.5 F#5:2 | E5:1.5 C#5:.5 G5:2 | E5:1.5 C#5:.5 A4:2 | D5:1.5 F#5:.5 C#5:2 | B4:1 D5:1 G5:1 F#5:1 | E5:3 r:1 |"
              "F#5:1.5 E5:.5 C#5:1 A4:1 | C5:2 E5:1 F#5:1 | D5:1.5 B4:.5 F#5:2 | E5:1.5 C5:.5 G4:2 | A4:1 C#5:1 E5:1 F#5:1 | D#5:2 A5:2 |"
              "G5:1.5 F#5:.5 D5:1 B4:1 | C#5:1 E5:1 F#5:1 E5:1 | D5:1 A4:2.5 r:.5 | r:4")  # fmt: skip
    pick = "0/1 1/.5 2.5/1 3.5/.5 | .5/1 1.5/.9 3/.9"
    clave = {"rim": "x..x..x...x..x..", "soft_kick": "x..ox..ox..ox..o"}
    intro = harmony(s, "Dmaj9 | Gm6 | Dmaj9 | A13")
    comp(s, "guitar", 0, intro, pick, low=52, high=72, velocity=0.5, roll=0.015)
    for at, part in ((4, a), (20, b), (36, a)):
        last = at == 36
        part = part[8:15] if last else part  # noqa: PLW2901 - the reprise is the second half only
        comp(s, "guitar", at, part, pick, low=52, high=72, velocity=0.52, roll=0.015)
        bass(s, "bass", at, part, "R:1.5 5:.5 5:1.5 R:.5", low=31)
        drums(s, "kit", at, len(part), clave, step=0.5)
        drums(s, "shaker", at, len(part), {"shaker": "xgogxgog"}, step=0.5)
        if at == 4:
            s.tune("flute", at, melody(tune, 4), 0.7, part)
        if at == 20:
            s.tune("vibes", at, melody(bridge, 4), 0.66, part)
        if last:
            s.tune("flute", at, melody("|".join(tune.split("|")[8:15]), 4), 0.7, part)
    out = harmony(s, "D69 | Gm6 | D69 | Gm6 | Dmaj9 | Dmaj9 | Dmaj9")
    comp(s, "guitar", 43, out[:5], pick, low=52, high=72, velocity=0.48, roll=0.015)
    bass(s, "bass", 43, out[:5], "R:1.5 5:.5 5:1.5 R:.5", low=31)
    drums(s, "shaker", 43, 4, {"shaker": "ogogogog"}, step=0.5)
    s.tune(
        "vibes",
        43,
        melody("r:2 A5:1 F#5:1 | E5:2 D5:2 | r:2 A5:1 B5:1 | A#5:2 G5:2 | F#5:3 r:1", 4),
        0.55,
        out,
    )
    comp(s, "guitar", 48, out[5:6], "0/8", low=52, high=72, velocity=0.5, roll=0.1)
    s.play("bass", 48 * 4, 6, 38, 0.7)
    return s


def weather_vane() -> Song:
    """A jazz waltz in G: felt piano, brushes, strings that come in for the second verse."""
    s = Song(title="Waltz for a Weather Vane", artist="The Slow Kettle Trio", genre="Jazz Waltz", seed=104, bpm=132, bars=64,
             beats_per_bar=3, swing=0.58, room_s=1.8, wet=0.5, tail_s=4)  # fmt: skip
    s.part("piano", felt_piano, -20, send=0.35, width=0.4, loose_ms=8)
    s.part("left", felt_piano, -25, send=0.3, pan=-0.1, loose_ms=7)
    s.part("strings", strings, -27, send=0.5, width=0.6)
    s.part("bass", pluck(UPRIGHT), -23, send=0.05)
    s.part("kit", None, -28, send=0.2, late_ms=5)
    a = harmony(
        s,
        "Gmaj9 | Em9 | Am9 | D13 | Bm7 | E7b9 | Am9 | D13 | Gmaj9 | G7 | Cmaj9 | Cm6 | Bm7 | E7b9 | Am9 D13 | G69",
    )
    b = harmony(
        s,
        "Cmaj9 | F9 | Bm7 | Em9 | Am9 | D13 | Gmaj9 | G7 | Cmaj9 | Cm6 | Bm7 | E7b9 | A13 | A13 | Am9 | D13",
    )
    tune = ("D5:2 B4:1 | G4:2 A4:1 | C5:2 B4:1 | F#4:3 | A4:2 D5:1 | F5:2 E5:1 | C5:2 E5:1 | B4:2 r:1 |"
            "D5:2 B4:1 | F5:2 D5:1 | E5:1 D5:1 B4:1 | Eb5:2 C5:1 | D5:2 F#4:1 | G#4:2 B4:1 | C5:1 B4:.5 E5:1.5 | D5:2 r:1")  # fmt: skip
    wind = ("E5:1 G5:1 D5:1 | C5:2 A4:1 | D5:1 F#5:1 A4:1 | B4:2 G4:1 | C5:1 E5:1 G5:1 | F#5:2 E5:1 | D5:1.5 B4:.5 A4:1 | B4:2 r:1 |"
            "E5:1 G5:1 B5:1 | A5:2 G5:1 | F#5:1 D5:1 A4:1 | G#4:2 D5:1 | C#5:1 E5:1 G5:1 | F#5:1 E5:1 C#5:1 | C5:2 E5:1 | D5:2 r:1")  # fmt: skip
    um = "0/2.8 | 1/.8 2/.8"
    pah = "1/.7 2/.7 | 1/1.6"
    comp(s, "left", 0, harmony(s, "Gmaj9 | C69 | Gmaj9 | D13"), um, low=50, high=67, velocity=0.45)
    for at, part, text in ((4, a, tune), (20, b, wind), (36, a, tune)):
        comp(s, "left", at, part, pah, low=50, high=67, velocity=0.45)
        bass(s, "bass", at, part, "R:2 5:1" if at != 20 else "R:1 5:1 8:1", low=31, velocity=0.65)
        s.tune("piano", at, melody(text, 3), 0.62, part)
        drums(
            s,
            "kit",
            at,
            16,
            {"swish": "x.....", "brush": "..o.o.", "soft_kick": "o.....", "ride": "o.o..o"},
            step=0.5,
            velocity=0.6,
        )
        if at >= 20:
            comp(s, "strings", at, part, "0/2.9", low=57, high=76, velocity=0.45, voices=3)
    coda = harmony(s, "Cmaj9 | Cm6 | Bm7 | E7b9 | Am9 | D13 | G69 | Cmaj9 | Gmaj9 | Gmaj9")
    comp(s, "left", 52, coda[:8], pah, low=50, high=67, velocity=0.42)
    comp(s, "strings", 52, coda[:9], "0/2.9", low=57, high=76, velocity=0.42, voices=3)
    bass(s, "bass", 52, coda[:9], "R:2 5:1", low=31, velocity=0.6)
    end = "E5:2 D5:1 | Eb5:2 C5:1 | D5:3 | B4:3 | C5:1 E5:1 G5:1 | F#5:2 B4:1 | D5:3 | r:3 | B4:1 D5:1 A5:1"
    s.tune("piano", 52, melody(end, 3), 0.55, coda)
    arpeggio(s, "piano", 61, harmony(s, "Gmaj9"), "0 1 2 3 . .", 0.5, low=55, high=79, velocity=0.45, ring=8)
    return s


ALL = (kettle, switchboard, postcard, weather_vane)
