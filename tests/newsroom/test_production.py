"""A bulletin put together from sounds of known pitch: everything once, and where the timings say."""

import numpy as np
import pytest

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.decoding import Sound
from radiocast.newsroom.production import Take, assemble
from radiocast.newsroom.script import Role, ScriptPart
from radiocast.newsroom.sound import Pcm

PITCHES = (300.0, 500.0, 700.0, 1100.0)
SOUNDER_HZ = 2000.0
BED_HZ = 150.0


def tone(seconds: float, hertz: float, *, channels: int, peak: float = 0.3) -> Pcm:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = np.rint(32767 * peak * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    return np.repeat(wave[:, None], channels, axis=1)


def part(number: int) -> ScriptPart:
    return ScriptPart(role=Role.STORY, text="x", title=f"{number}", stream_title=f"{number}", pause_s=0.6)


def level(sound: np.ndarray, hertz: float) -> float:
    """How much of this pitch is in the sound, as an amplitude of full scale."""
    time = np.arange(len(sound)) / SAMPLE_RATE
    return float(2 * abs(np.mean(sound * np.exp(-2j * np.pi * hertz * time))) / 32768)


@pytest.mark.parametrize("sounder_s", [0.0, 1.3, 4.2, 9.9, 10.0, 12.3])
@pytest.mark.parametrize("with_bed", [False, True])
def test_every_part_is_there_once_and_where_the_timings_say(sounder_s: float, with_bed: bool) -> None:
    """Regression: a sounder that was no whole number of 10 s windows long doubled what followed it."""
    takes = [
        Take(part=part(number), pcm=tone(3.0, hertz, channels=1)) for number, hertz in enumerate(PITCHES)
    ]
    opening = ScriptPart(role=Role.SOUNDER, title="News", stream_title="News")
    sounder = Sound(pcm=tone(sounder_s, SOUNDER_HZ, channels=2), loudness_lufs=-18.0)
    bed = Sound(pcm=tone(7.0, BED_HZ, channels=2), loudness_lufs=-18.0)
    mix = assemble(
        takes,
        sounder=(opening, sounder) if sounder_s else None,
        bed=bed if with_bed else None,
        duck_db=-14.0,
        speech_lufs=-18.0,
        true_peak_dbtp=-1.0,
    )
    sound = np.frombuffer(mix.pcm, "<i2").reshape(-1, 2).mean(axis=1)
    starts = [second for started, second in mix.starts if started.role is Role.STORY]
    assert len(starts) == len(PITCHES)
    window = round(0.1 * SAMPLE_RATE)
    for hertz, second in zip(PITCHES, starts, strict=True):
        first = round(second * SAMPLE_RATE)
        assert level(sound[first : first + window], hertz) > 0.2
        before = sound[max(0, first - window) : first]
        assert not len(before) or level(before, hertz) < 0.02
        heard_s = (
            sum(level(sound[at : at + window], hertz) > 0.1 for at in range(0, len(sound) - window, window))
            * 0.1
        )
        assert heard_s == pytest.approx(3.0, abs=0.25), "once, and whole"
    last_word = round((starts[-1] + 3.0) * SAMPLE_RATE)
    if with_bed:
        assert level(sound[last_word - window : last_word], BED_HZ) > 0.01, "the bed lies under the last word"
    assert len(sound) / SAMPLE_RATE - (starts[-1] + 3.0) < 3.1
