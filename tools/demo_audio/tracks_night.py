"""Pieces for the road and the small hours: funk, dub, ambient, a string miniature."""
# ruff: noqa: E501 - a phrase of music is read along its line

from demo_audio import dsp
from demo_audio.patterns import arpeggio, bass, comp, drums, harmony
from demo_audio.pitched import (
    electric_piano,
    felt_piano,
    kalimba,
    melodica,
    organ,
    pad,
    strings,
    sub_bass,
    vibraphone,
)
from demo_audio.plucked import FINGER_BASS, MUTED_ELECTRIC, NYLON, pluck
from demo_audio.score import Song
from demo_audio.theory import Change, melody


def ferry() -> Song:
    """Light funk in E Dorian: muted guitar, a bass that talks, vibraphone and organ."""
    s = Song(title="Change for the Ferry", artist="The Jacaranda Line", genre="Funk", seed=301, bpm=102, bars=42,
             swing=0.545, swing_unit=0.25, room_s=1.0, wet=0.4, fade_s=4)  # fmt: skip
    s.part("chop", pluck(MUTED_ELECTRIC), -25, pan=-0.4, send=0.15, loose_ms=4)
    s.part("keys", electric_piano, -24, pan=0.25, send=0.2, effect=lambda x: dsp.tremolo(x, 5.2, 0.25))
    s.part("vibes", vibraphone, -21, pan=0.1, send=0.3)
    s.part("organ", organ, -31, pan=-0.1, send=0.3, effect=lambda x: dsp.chorus(x, 0.6, 5.5, 0.35))
    s.part("bass", pluck(FINGER_BASS), -20.5, send=0.02, loose_ms=4)
    s.part("kit", None, -22, send=0.12, loose_ms=3.5)
    s.part("conga", None, -29, pan=0.3, send=0.2)
    a = harmony(s, "Em9 | A13 | Em9 | A13 | Em9 | A13 | Em9 | A13")
    b = harmony(s, "Cmaj9 | Bm7 | Am9 | Bm7 | Cmaj9 | Bm7 | Am9 | D13")
    riff = ("E5:.75 G5:.25 r:.5 B4:.5 D5:1 r:1 | C#5:.75 E5:.25 r:.5 G5:.5 F#5:1.5 r:.5 | E5:.75 G5:.25 r:.5 B5:.5 A5:.5 G5:.5 E5:1 |"
            "F#5:.5 E5:.5 C#5:1 A4:1 r:1")  # fmt: skip
    lift = ("G5:1.5 E5:.5 D5:1 B4:1 | F#5:1.5 D5:.5 A4:2 | G5:.75 E5:.75 C5:.5 B4:1 C5:1 | D5:1.5 F#5:.5 A5:2 |"
            "G5:1.5 E5:.5 B5:1 G5:1 | A5:1.5 F#5:.5 D5:2 | E5:.75 C5:.75 B4:.5 G4:1 C5:1 | F#5:1 E5:1 D5:1 r:1")  # fmt: skip
    talk, walk = (
        "R:.75 r:.25 R:.25 r:.25 7:.25 8:.25 r:.5 5:.5 r:.25 7:.25 a:.5",
        "R:1.5 5:.5 8:.75 7:.25 5:.5 a:.5",
    )
    beat = {"kick": "X..o..x...x..o..", "snare": "....X..g.g..X..g", "hat": "xgogxgogxgogxoog"}
    for at, part, tune in ((2, a, ""), (10, a, riff), (18, b, lift), (26, a, ""), (34, a, riff)):
        thin = at == 26
        comp(
            s,
            "chop",
            at,
            part,
            "0/.12 .75/.1 1/.12 1.75/.1 2.25/.12 2.5/.1 3.25/.12 3.5/.1",
            low=59,
            high=76,
            velocity=0.55,
            voices=3,
        )
        comp(
            s,
            "keys",
            at,
            part,
            "0/.3 1.5/.8 3.25/.5 | .75/.3 1.5/1.6" if at != 18 else "0/3.4",
            low=55,
            high=74,
            velocity=0.52,
        )
        bass(s, "bass", at, part, walk if at == 18 else talk, low=28)
        drums(
            s,
            "kit",
            at,
            7,
            beat if not thin else {"hat": beat["hat"], "rim": "....x.......x...", "kick": "X.......x......."},
        )
        drums(s, "kit", at + 7, 1, beat | {"snare": "....X..g.gxoX.xx"})
        drums(s, "conga", at, 8, {"conga": "..x...x...x..xx.", "low_conga": "......o.......ox"})
        if tune:
            s.tune("vibes", at, melody(tune, 4), 0.68, part)
        if tune is riff:
            s.tune("vibes", at + 4, melody(tune, 4), 0.7, part)
        if at in (18, 34):
            comp(s, "organ", at, part, "0/3.8", low=57, high=74, velocity=0.4, voices=3)
    solo = ("r:1 B4:.5 D5:.5 E5:1 r:1 | r:.5 G5:.5 F#5:.5 E5:.5 C#5:2 | r:1 D5:.5 E5:.5 G5:.5 A5:.5 B5:1 | A5:.5 F#5:.5 E5:1 C#5:2 |"
            "r:.5 B5:.5 A5:.5 G5:.5 E5:.5 D5:.5 B4:1 | C#5:1 E5:1 G5:1 A5:1 | B5:1.5 G5:.5 E5:2 | r:4")  # fmt: skip
    s.tune("keys", 26, melody(solo, 4), 0.72, a)
    comp(
        s,
        "chop",
        0,
        a[:2],
        "0/.12 .75/.1 1/.12 1.75/.1 2.25/.12 2.5/.1 3.25/.12 3.5/.1",
        low=59,
        high=76,
        velocity=0.5,
        voices=3,
    )
    drums(s, "kit", 0, 2, {"hat": "xgogxgogxgogxoog"})
    drums(s, "kit", 1, 1, {"snare": "............x.xx"})
    return s


def night_bus() -> Song:
    """Downtempo dub in A minor: deep bass, organ on the off-beat, melodica into a tape echo."""
    s = Song(title="Dub for the Night Bus", artist="Echo Depot", genre="Dub", seed=302, bpm=74, bars=32, swing=0.53, room_s=1.9,
             wet=0.5, fade_s=5)  # fmt: skip
    beat_s = 60 / 74

    def tape(x: dsp.Signal) -> dsp.Signal:
        return x + dsp.echo(x, 0.75 * beat_s, 0.45, 5)

    s.part(
        "skank", organ, -25.5, pan=-0.2, send=0.25, effect=lambda x: x + dsp.echo(x, 0.75 * beat_s, 0.3, 3)
    )
    s.part("melodica", melodica, -22, pan=0.1, send=0.4, effect=tape)
    s.part("keys", electric_piano, -28, pan=0.3, send=0.3, effect=tape)
    s.part("pad", pad, -30, send=0.4, width=0.5)
    s.part("bass", sub_bass, -19.5, send=0.0, late_ms=6)
    s.part("kit", None, -22.5, send=0.3, late_ms=4)
    s.part("dub", None, -30, pan=0.2, send=0.5, effect=tape)
    a = harmony(s, "Am7 | Am7 | Dm9 | Em7 | Am7 | Am7 | Fmaj7 | Em7")
    b = harmony(s, "Fmaj7 | Em7 | Dm9 | Am7 | Fmaj7 | Em7 | Dm9 | Em7")
    tune = ("r:1 E5:1 D5:.5 C5:1.5 | A4:2 r:2 | r:1 F5:1 E5:.5 D5:1.5 | B4:2 r:2 |"
            "r:1 E5:.5 G5:1.5 E5:1 | C5:2 A4:1 r:1 | r:1 C5:1 E5:1 C5:1 | B4:3 r:1")  # fmt: skip
    other = ("A5:1.5 G5:.5 E5:1 C5:1 | D5:1.5 B4:.5 G4:2 | F5:1 E5:.5 D5:.5 A4:2 | C5:3 r:1 |"
             "A5:1.5 G5:.5 E5:1 C5:1 | G5:1.5 E5:.5 B4:2 | F5:1 E5:1 C5:1 A4:1 | B4:3 r:1")  # fmt: skip
    line, low = "R:.75 r:.25 R:.5 8:.5 r:.5 7:.5 5:1", "R:1.5 5:.5 R:1 r:.5 a:.5"
    drop = {"kick": "........X.......", "rim": "........x.....o.", "hat": "o.x.o.x.o.x.o.xg"}
    for at, part in ((0, a[:4]), (4, a), (12, b), (20, a), (28, a[:4])):
        thin = at == 20
        comp(
            s,
            "skank",
            at,
            part,
            "1/.22 3/.22" if not thin else "1/.22",
            low=57,
            high=74,
            velocity=0.6,
            voices=3,
        )
        if at:
            bass(s, "bass", at, part, low if at == 12 else line, low=29, velocity=0.75)
        if at and not thin:
            drums(s, "kit", at, len(part) - 1, drop)
            drums(s, "kit", at + len(part) - 1, 1, drop | {"snare": "............o.xx"})
        if thin:
            drums(s, "kit", at, 8, {"hat": "o...o...o...o...", "kick": "........x......."})
            drums(s, "dub", at, 8, {"rim": "...." * 6 + "..x." + "...." * 25}, velocity=0.8)
            drums(s, "dub", at, 8, {"woodblock": "......x." + "." * 56 + "...x...." + "." * 56})
        comp(s, "pad", at, part, "0/4", low=57, high=74, velocity=0.4)
    s.tune("melodica", 4, melody(tune, 4), 0.66, a)
    s.tune("melodica", 12, melody(other, 4), 0.66, b)
    s.tune("melodica", 28, melody("|".join(tune.split("|")[:4]), 4), 0.6, a)
    s.tune(
        "keys",
        20,
        melody(
            "r:2 E6:1 C6:1 | r:4 | r:2 A5:1 F5:1 | r:3 B5:1 | r:2 G5:1 E5:1 | r:4 | r:2 C6:1 A5:1 | r:3 G5:1",
            4,
        ),
        0.6,
        a,
    )
    return s


def long_grass() -> Song:
    """Ambient: slow pads, far-away thumb piano, a felt piano that thinks before it speaks."""
    s = Song(title="Long Grass, Low Cloud", artist="Quiet Meridian", genre="Ambient", seed=303, bpm=66, bars=26, room_s=3.8,
             wet=0.8, tail_s=6, fade_s=5)  # fmt: skip
    s.part("pad", pad, -22, send=0.5, width=0.8)
    s.part("piano", felt_piano, -22, send=0.6, width=0.4, loose_ms=18)
    s.part(
        "thumbs",
        kalimba,
        -27,
        pan=0.25,
        width=0.6,
        send=0.8,
        loose_ms=15,
        effect=lambda x: x + dsp.echo(x, 0.68, 0.4, 4),
    )
    s.part("bass", sub_bass, -26, send=0.1)
    s.part("grass", None, -34, send=0.6, loose_ms=60, effect=lambda x: x + dsp.echo(x, 0.91, 0.6, 4, 4000))
    s.part("high", strings, -31, pan=-0.1, width=0.6, send=0.8)
    walk = harmony(s, "Dmaj9 | Dmaj9 | Bm9 | Bm9 | Gmaj9 | Gmaj9 | A6 | A6")
    turn = harmony(s, "Em9 | Em9 | Gmaj9 | Gmaj9 | Bm9 | Bm9 | A6 | A6")
    for at, part in ((0, walk), (8, turn), (16, walk)):
        drums(s, "grass", at, 8, {"swish": "x.....o......g......o..x........" + "." * 32})
        for pair in range(0, 8, 2):
            two = [Change(0, 8, part[pair].chord)]
            comp(s, "pad", at + pair, two, "0/7.6 | 9/.1", low=52, high=73, velocity=0.5)
        if at:
            bass(s, "bass", at, part, "R:3.8", low=33, velocity=0.6)
            comp(s, "high", at, part, "0/3.8 | 9/.1", low=69, high=83, velocity=0.35, voices=2)
        arpeggio(s, "thumbs", at, part, "2 . . 3 . . 1 . . . . 0 . . . ." if at != 8 else ". . 3 . 1 . . 2 . . . 3 . . 0 .", 0.5, low=66, high=83,
                 velocity=0.5, ring=4)  # fmt: skip
    first = "r:2 F#5:2 | E5:3 r:1 | r:2 D5:1 C#5:1 | F#4:3 r:1 | r:2 B4:1 D5:1 | A5:2 F#5:2 | r:1 E5:3 | C#5:2 r:2"
    then = "r:2 B4:1 G5:1 | F#5:3 r:1 | r:2 D5:1 B4:1 | A4:3 r:1 | r:1 D5:1 F#5:1 C#6:1 | B5:3 r:1 | r:2 A5:1 F#5:1 | E5:3 r:1"
    s.tune("piano", 4, melody("|".join(first.split("|")[4:]), 4), 0.5, walk[4:], legato=1.8)
    s.tune("piano", 8, melody(then, 4), 0.52, turn, legato=1.8)
    s.tune("piano", 16, melody(first, 4), 0.5, walk, legato=1.8)
    comp(s, "pad", 24, harmony(s, "D69"), "0/7", low=52, high=73, velocity=0.45)
    s.play("bass", 96, 6, 38, 0.5)
    s.play("piano", 96, 6, 74, 0.45)
    s.play("piano", 98, 5, 81, 0.4)
    return s


def umbrellas() -> Song:
    """A miniature for string quartet: a walk in the rain, with one dry moment in the middle."""
    s = Song(title="Miniature for Four Umbrellas", artist="The Umbrella Quartet", genre="Chamber", seed=304, bpm=92, bars=34,
             room_s=2.2, wet=0.65, tail_s=3.5)  # fmt: skip
    s.part("violin", strings, -20.5, pan=-0.35, send=0.35, loose_ms=10)
    s.part("second", strings, -25, pan=-0.12, send=0.35, loose_ms=10)
    s.part("viola", strings, -25, pan=0.15, send=0.35, loose_ms=9)
    s.part("cello", strings, -23, pan=0.35, send=0.3, loose_ms=9)
    s.part("pizzicato", pluck(NYLON), -24, pan=0.3, send=0.4)
    a = harmony(s, "G | D/F# | Em | C | G/B | C | Am7 | D | G | D/F# | Em | Am7 | G/D | D7 | G | G")
    b = harmony(s, "Em | Bm | C | G | Am | Em | A7 | D")
    tune = ("D5:1.5 G5:.5 B5:1 A5:.5 G5:.5 | A5:1.5 F#5:.5 D5:2 | G5:1.5 F#5:.5 E5:1 B4:1 | C5:1 D5:.5 E5:.5 G5:2 |"
            "D5:1.5 G5:.5 B5:1 D6:1 | C6:1.5 B5:.5 A5:1 G5:1 | E5:1 G5:1 C5:1 E5:1 | D5:1 F#5:1 A5:2 |"
            "D5:1.5 G5:.5 B5:1 A5:.5 G5:.5 | A5:1.5 F#5:.5 D5:2 | G5:1 B5:1 E5:1 G5:1 | A5:1 C6:1 E5:1 A5:1 |"
            "B5:1.5 A5:.5 G5:1 D5:1 | F#5:1 A5:1 C6:1 F#5:1 | G5:3 r:1 | r:4")  # fmt: skip
    dry = "B4:2 E5:1 F#5:1 | D5:2 F#4:1 B4:1 | E5:2 G5:1 E5:1 | D5:3 r:1 | C5:2 E5:1 A5:1 | G5:2 E5:1 B4:1 | C#5:1 E5:1 G5:1 E5:1 | F#5:1 E5:.5 D5:.5 A4:1 r:1"
    for at, part in ((2, a), (18, b), (26, a[8:15])):
        if at == 18:
            arpeggio(
                s,
                "pizzicato",
                at,
                part,
                "B . 1 . 0 . 1 2",
                0.5,
                low=55,
                high=72,
                velocity=0.6,
                voices=3,
                ring=1,
            )
            comp(s, "second", at, part, "0/3.8", low=59, high=71, velocity=0.4, voices=1)
            continue
        arpeggio(
            s, "viola", at, part, "0 1 2 1 0 1 2 1", 0.5, low=53, high=67, velocity=0.5, voices=3, ring=0.7
        )
        comp(s, "second", at, part, "0/1.9 2/1.8", low=62, high=74, velocity=0.45, voices=1)
        bass(s, "cello", at, part, "R:2 5:1 R:1" if at == 2 else "R:1 5:1 8:1 5:1", low=40, velocity=0.6)
    arpeggio(
        s,
        "pizzicato",
        0,
        harmony(s, "G | G"),
        "B . 1 . 0 . 2 .",
        0.5,
        low=55,
        high=72,
        velocity=0.6,
        voices=3,
        ring=1,
    )
    s.tune("violin", 2, melody(tune, 4), 0.6, a)
    s.tune("violin", 18, melody(dry, 4), 0.52, b)
    s.tune("violin", 26, melody("|".join(tune.split("|")[8:15]), 4), 0.62, a[8:15])
    for name, note, beats in (
        ("cello", 43, 3.5),
        ("viola", 59, 3.5),
        ("second", 62, 3.5),
        ("violin", 67, 3.5),
    ):
        s.play(name, 33 * 4, beats, note, 0.5)
    return s


ALL = (ferry, night_bus, long_grass, umbrellas)
