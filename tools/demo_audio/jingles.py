"""The station's own sound: idents, sweepers, the news sounder, the bed under the news, the standby loop.

All of it is made of one signature, the fifth, the root, the second and the fifth above (G C D G in C),
in the rhythm of the name said fast: short, short, long, longer.
"""

import numpy as np

from demo_audio import dsp
from demo_audio.dsp import RATE, Signal
from demo_audio.patterns import arpeggio, bass, comp, drums, harmony
from demo_audio.pitched import (
    electric_piano,
    felt_piano,
    kalimba,
    marimba,
    pad,
    strings,
    sub_bass,
    vibraphone,
)
from demo_audio.plucked import FINGER_BASS, NYLON, UPRIGHT, pluck
from demo_audio.score import Song, master
from demo_audio.theory import hertz, melody
from demo_audio.voice import presenter, speak, sung

SIGNATURE = "G4:.5 C5:.5 D5:1 G5:2"
# Bottom to top; the last is the signature's own last note.
HOME = (48, 55, 62, 64, 67, 69, 74, 79)


def _song(title: str, seed: int, bpm: float, bars: int, **more: object) -> Song:
    return Song(title=title, artist="Newsline", genre="Jingle", seed=seed, bpm=bpm, bars=bars, **more)  # type: ignore[arg-type]


def _over(
    music: Signal,
    voice: Signal,
    at_s: float,
    *,
    duck_db: float = -5.0,
    voice_lufs: float = -15.5,
    room: float = 0.16,
) -> Signal:
    """A voice (mono or stereo) over music, the music stepping back while it speaks; mastered."""
    music = dsp.gain(music, -18.5 - dsp.loudness(music))
    start = int(at_s * RATE)
    n = max(len(music), start + len(voice) + int(1.2 * RATE))
    music = np.pad(music, ((0, n - len(music)), (0, 0)))
    speech = np.zeros((n, 2), np.float32)
    speech[start : start + len(voice)] = voice if voice.ndim == 2 else dsp.pan(voice, 0)
    speech = dsp.gain(speech, voice_lufs - dsp.loudness(speech[start : start + len(voice)]))
    t = np.arange(n) / RATE
    inside = np.clip((t - at_s + 0.15) / 0.15, 0, 1) * np.clip(
        (at_s + len(voice) / RATE + 0.35 - t) / 0.35, 0, 1
    )
    music *= (10 ** (duck_db * inside / 20)).astype(np.float32)[:, None]
    mix = music + speech + dsp.convolve(speech, dsp.room(1.3)) * np.float32(room)
    return master(mix, fade_s=0.5)


def _choir(words: str, chords: list[tuple[float, tuple[int, ...]]], *, pace: int = 105) -> Signal:
    """The words sung on chords, with the speaking voice under them for the consonants; stereo."""
    dry = speak(words, words_per_minute=pace, pitch=45, lilt=20)
    voices = sung(dry, chords)
    clear = dsp.pan(presenter(dry), 0)
    voices = dsp.gain(voices, -18 - dsp.loudness(voices)) + dsp.gain(clear, -23 - dsp.loudness(clear))
    return dsp.chorus(voices, 0.3)


def _logo(name: str, seed: int, lead: str, *, bpm: float = 104) -> Song:
    """The signature and its home chord, in one of three dresses."""
    s = _song(name, seed, bpm, 2, room_s=1.8, wet=0.55, tail_s=2.2)
    s.part("pad", pad, -27, send=0.4, width=0.6)
    s.part("bass", pluck(UPRIGHT), -22, send=0.05)
    s.part(
        "lead",
        {"kalimba": kalimba, "piano": felt_piano, "marimba": marimba}[lead],
        -18,
        send=0.35,
        loose_ms=2,
    )
    s.part("shine", vibraphone, -25, send=0.5, pan=0.2)
    s.part("keys", electric_piano, -23, send=0.3, pan=-0.15)
    s.tune("lead", 0, melody(SIGNATURE, 4), 0.75)
    for k, note in enumerate(HOME[1:]):
        s.play("keys", 2 + 0.03 * k, 5, note, 0.5)
    s.play("bass", 0, 1.9, 43, 0.7)
    s.play("bass", 2, 5, 36, 0.8)
    for note in (60, 64, 67, 69):
        s.play("pad", 1.5, 4, note, 0.5)
    for k, note in enumerate((84, 79, 86)):
        s.play("shine", 3 + k * 0.5, 3, note, 0.5)
    return s


def ident_sung() -> Signal:
    """ "Newsline", sung on the signature's last chord."""
    music = _logo("Newsline (sung)", 401, "marimba").mixdown()
    voice = _choir("Newsline.", [(0.0, (60, 64, 67, 71)), (0.42, (60, 64, 67, 74))])
    return _over(music, voice, 1.25, duck_db=-3)


def ident_spoken() -> Signal:
    """A quiet logo on thumb piano, and the name said plainly."""
    music = _logo("Newsline (spoken)", 402, "kalimba", bpm=112).mixdown()
    return _over(music, presenter(speak("This is Newsline.", words_per_minute=148)), 1.35)


def ident_kettle() -> Signal:
    """The long one, on felt piano."""
    music = _logo("Newsline (kettle)", 403, "piano", bpm=92).mixdown()
    words = "Newsline. News, music, and the kettle on."
    return _over(music, presenter(speak(words, words_per_minute=152)), 1.5, duck_db=-6)


def top_of_hour() -> Signal:
    """The hour itself is its first sample: a time signal's last pip, then the signature in full dress."""
    s = _song("Newsline at the top of the hour", 404, 108, 3, room_s=2.0, wet=0.55, tail_s=1.8)
    s.part("strings", strings, -21, send=0.4, width=0.5)
    s.part("lead", marimba, -19, send=0.3, loose_ms=1)
    s.part("bells", vibraphone, -22, send=0.45, pan=0.15)
    s.part("keys", electric_piano, -24, send=0.3)
    s.part("bass", pluck(FINGER_BASS), -21)
    s.part("kit", None, -24, send=0.3)
    for name, up in (("lead", 0), ("bells", 12), ("strings", 0)):
        s.tune(name, 0.25, melody(SIGNATURE, 4), 0.7, shift=up)
    for k, note in enumerate(HOME[1:]):
        s.play("keys", 3 + 0.04 * k, 5, note, 0.55)
    for note in (55, 60, 64, 69):
        s.play("strings", 3, 4.5, note, 0.5)
    s.play("bass", 1, 1.9, 43, 0.8)
    s.play("bass", 3, 5, 36, 0.85)
    drums(s, "kit", 0.25, 1, {"soft_kick": "x.......X.......", "shaker": "..x.x.x.x.o.g..."})
    music = s.mixdown()
    t = np.arange(int(0.5 * RATE)) / RATE
    pip = dsp.edges(
        (np.sin(2 * np.pi * hertz(83) * t) + 0.1 * np.sin(2 * np.pi * hertz(95) * t)).astype(np.float32),
        0.003,
        0.02,
    )
    music[: len(pip)] += dsp.gain(dsp.pan(pip, 0), -20)
    voice = _choir("Newsline.", [(0.0, (60, 64, 67, 71)), (0.42, (60, 67, 72, 74))])
    return _over(music, voice, 2.5, duck_db=-3)


def sweeper_one() -> Signal:
    """Two seconds of marimba, and the name."""
    s = _song("Newsline sweeper: marimba", 405, 132, 1, room_s=1.2, tail_s=1.0)
    s.part("lead", marimba, -18, send=0.35, loose_ms=2, width=0.4)
    for k, note in enumerate((60, 64, 67, 69, 72, 74, 79)):
        s.play("lead", k * 0.18, 1, note, 0.55 + 0.04 * k)
    return _over(s.mixdown(), _choir("Newsline.", [(0.0, (60, 64, 67, 74))], pace=135), 0.55, duck_db=-4)


def sweeper_two() -> Signal:
    """A chord that opens, and a plain word."""
    s = _song("Newsline sweeper: chord", 406, 100, 1, room_s=1.6, tail_s=1.4)
    s.part("keys", electric_piano, -19, send=0.4, effect=lambda x: dsp.tremolo(dsp.chorus(x, 0.4), 4.5, 0.3))
    s.part("guitar", pluck(NYLON), -22, pan=0.25, send=0.4)
    for k, note in enumerate((48, 55, 62, 64, 69)):
        s.play("keys", 0.04 * k, 3.6, note, 0.55)
    s.tune("guitar", 0, melody("G4:.25 C5:.25 D5:.5 G5:3", 4), 0.6)
    return _over(s.mixdown(), presenter(speak("You are with Newsline.", words_per_minute=155)), 0.6)


def sounder() -> Signal:
    """Six seconds before the news: a pulse, the signature twice, a step up in between."""
    s = _song("Newsline news sounder", 407, 126, 3, room_s=1.7, wet=0.5, tail_s=1.0)
    s.part("pulse", marimba, -23, pan=-0.2, send=0.2, width=0.3, loose_ms=1)
    s.part("lead", strings, -20, send=0.4, width=0.3, loose_ms=2)
    s.part("bells", vibraphone, -21, pan=0.1, send=0.4, loose_ms=1)
    s.part("bass", pluck(FINGER_BASS), -21, loose_ms=1)
    s.part("kit", None, -22.5, send=0.25, loose_ms=1)
    for k in range(16):
        s.play("pulse", k * 0.5, 0.5, (67, 72, 74, 72)[k % 4], 0.7 if k % 4 == 0 else 0.5)
        s.play(
            "bass", k * 0.5, 0.45, (36, 36, 43, 36, 36, 36, 43, 46, 41, 41, 48, 41, 43, 43, 50, 47)[k], 0.7
        )
    for name, up in (("lead", 0), ("bells", 12)):
        s.tune(name, 0, melody(SIGNATURE + " | A4:.5 C5:.5 D5:1 A5:1 G5:1", 4), 0.75, shift=up)
        s.play(name, 8, 3, 72 + up, 0.8)
    for note in (60, 64, 67, 74):
        s.play("lead", 8, 2.6, note, 0.6)
    s.play("bass", 8, 3, 36, 0.9)
    drums(
        s,
        "kit",
        0,
        2,
        {"soft_kick": "X...x...X...x...", "shaker": "x.o.x.o.x.o.x.o.", "rim": "..............x."},
    )
    s.play("kit", 8, 1, "soft_kick", 1.0)
    return master(s.mixdown(), fade_s=0.6)


def bed() -> Signal:
    """Under the news: a pulse below the voice, air above it, next to nothing between."""
    s = _song("Newsline news bed", 408, 104, 28, room_s=1.6, wet=0.4, tail_s=3)
    s.part("pad", pad, -24, send=0.3, width=0.6)
    s.part("bass", sub_bass, -19, loose_ms=2)
    s.part(
        "keys",
        electric_piano,
        -27,
        pan=0.3,
        send=0.5,
        effect=lambda x: dsp.apply_response(x, dsp.butter_low(800, 1)),
    )
    s.part("kit", None, -25, send=0.2, loose_ms=3)
    s.part("air", None, -30, pan=0.3, send=0.2, loose_ms=4)
    walk = harmony(s, "C5 | C5 | Am7 | Am7 | F5 | F5 | G5")
    for at in range(0, 28, 7):
        bass(
            s,
            "bass",
            at,
            walk,
            "R:.5 R:.5 r:.5 R:.5 5:.5 R:.5 r:.5 R:.5" if at % 14 == 0 else "R:1.5 R:.5 5:1.5 R:.5",
            low=33,
            velocity=0.6,
        )
        for change in walk:
            root = 48 + (change.chord.root - 48) % 12
            for note in (root, root + 7):
                s.play("pad", at * 4 + change.start, 3.9, note - 12 if note > 57 else note, 0.5)
        drums(s, "kit", at, 7, {"soft_kick": "x.......o......."})
        drums(
            s,
            "air",
            at,
            7,
            {"shaker": "xgogxgogxgogxgog", "hat": "....g.......g..." if at else "................"},
            velocity=0.6,
        )
        for k, bar in enumerate((0, 2, 4, 6)):
            s.play("keys", (at + bar) * 4 + 3.5, 2, (67, 64, 65, 62)[k], 0.35)
    loop = s.render_loop()
    n = len(loop)
    scooped = dsp.apply_response(np.concatenate([loop, loop]), dsp.bell(950, -6, 3.2))[n // 2 : n // 2 + n]
    scooped = np.roll(scooped, n // 2, axis=0)
    return dsp.gain(scooped, -16 - dsp.loudness(scooped))


def standby() -> Signal:
    """The sound of "back in a moment": half a minute of calm that can go round all night."""
    s = _song("Newsline standby", 409, 76, 8, room_s=2.4, wet=0.6, tail_s=5)
    s.part("keys", electric_piano, -21, send=0.35, width=0.3, effect=lambda x: dsp.chorus(x, 0.4))
    s.part("pad", pad, -25, send=0.4, width=0.7)
    s.part("thumbs", kalimba, -22, pan=0.2, send=0.6, loose_ms=8)
    s.part("bass", sub_bass, -24)
    walk = harmony(s, "Cmaj9 | Am9 | Fmaj9 | Gsus | Cmaj9 | Em7 | Fmaj9 | Gsus")
    arpeggio(s, "keys", 0, walk, "0 1 2 3 2 1 2 1", 0.5, low=55, high=76, velocity=0.6, ring=3)
    comp(s, "pad", 0, walk, "0/3.8", low=53, high=72, velocity=0.45)
    bass(s, "bass", 0, walk, "R:3.8", low=33, velocity=0.55)
    s.tune(
        "thumbs",
        0,
        melody("r:4 | r:4 | r:4 | r:2 G4:.5 C5:.5 D5:1 | G5:4 | r:4 | r:2 A4:.5 C5:.5 E5:1 | D5:3 r:1", 4),
        0.55,
        walk,
    )
    return s.render_loop()


# name under media/ (or the package's assets), title, maker
JINGLES = (
    ("jingles/ident-1.ogg", "Newsline (sung)", ident_sung),
    ("jingles/ident-2.ogg", "Newsline (spoken)", ident_spoken),
    ("jingles/ident-3.ogg", "Newsline (with the kettle on)", ident_kettle),
    ("jingles/top-of-hour.ogg", "Newsline at the top of the hour", top_of_hour),
    ("jingles/sweep-1.ogg", "Newsline sweeper: marimba", sweeper_one),
    ("jingles/sweep-2.ogg", "Newsline sweeper: chord", sweeper_two),
    ("jingles/sounder.ogg", "Newsline news sounder", sounder),
    ("beds/news.ogg", "Newsline news bed", bed),
)
STANDBY = ("standby.opus", "Newsline standby", standby)
