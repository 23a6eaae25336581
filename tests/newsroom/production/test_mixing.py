"""A bulletin put together from sounds that are told apart: everything once, and where the timings say."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from radiocast.model.units import SAMPLE_RATE
from radiocast.newsroom.production.bulletin import Timing
from radiocast.newsroom.production.decoding import Sound
from radiocast.newsroom.production.mixing import SENTENCE_S, Mix, Take, assemble, frame_of
from radiocast.newsroom.production.sound import Pcm
from radiocast.newsroom.script.rundown import Role, ScriptPart
from tests.newsroom.sounds import as_listeners_get_it, found_at_s, loudness, recording, speech_like, written

PITCHES = (300.0, 500.0, 700.0, 1100.0)
SOUNDER_HZ = 2000.0
BED_HZ = 150.0


def tone(seconds: float, hertz: float, *, channels: int, peak: float = 0.3) -> Pcm:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = np.rint(32767 * peak * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    return np.repeat(wave[:, None], channels, axis=1)


def part(number: int, *sentences: str, role: Role = Role.STORY) -> ScriptPart:
    return ScriptPart(
        role=role,
        sentences=sentences or (f"x{number}",),
        slug=f"s{number}",
        title=f"{number}",
        stream_title=f"{number}",
        pause_s=0.6,
    )


OPENING = ScriptPart(role=Role.SOUNDER, title="News", stream_title="News")


def level(sound: np.ndarray, hertz: float) -> float:
    """How much of this pitch is in the sound, as an amplitude of full scale."""
    time = np.arange(len(sound)) / SAMPLE_RATE
    return float(2 * abs(np.mean(sound * np.exp(-2j * np.pi * hertz * time))) / 32768)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A mix and all of its sound."""

    mix: Mix
    pcm: Pcm

    @property
    def starts(self) -> tuple[tuple[ScriptPart, float], ...]:
        return self.mix.starts

    @property
    def timings(self) -> tuple[Timing, ...]:
        return self.mix.timings


def mixed(
    takes: list[Take], *, sounder: Sound | None = None, bed: Sound | None = None, duck_db: float = -14.0
) -> Heard:
    frame = frame_of(sounder, bed)
    mix = assemble(
        takes,
        opening_s=frame.opening.usual_s,
        tail_s=frame.tail.usual_s,
        sounder=(OPENING, sounder) if sounder is not None else None,
        bed=bed,
        duck_db=duck_db,
        speech_lufs=-18.0,
        true_peak_dbtp=-1.0,
    )
    pcm = np.concatenate(list(mix.windows))
    assert len(pcm) / SAMPLE_RATE == mix.duration_s
    return Heard(mix=mix, pcm=pcm)


@pytest.mark.parametrize("sounder_s", [0.0, 1.3, 4.2, 9.9, 10.0, 12.3])
@pytest.mark.parametrize("with_bed", [False, True])
def test_every_part_is_there_once_and_where_the_timings_say(sounder_s: float, with_bed: bool) -> None:
    """Regression: a sounder that was no whole number of 10 s windows long doubled what followed it."""
    takes = [
        Take(part=part(number), sentences=(recording(f"x{number}", tone(3.0, hertz, channels=1)),))
        for number, hertz in enumerate(PITCHES)
    ]
    sounder = Sound(pcm=tone(sounder_s, SOUNDER_HZ, channels=2), loudness_lufs=-18.0) if sounder_s else None
    bed = Sound(pcm=tone(7.0, BED_HZ, channels=2), loudness_lufs=-18.0) if with_bed else None
    mix = mixed(takes, sounder=sounder, bed=bed)
    sound = mix.pcm.mean(axis=1)
    starts = [second for started, second in mix.starts if started.role is Role.STORY]
    assert len(starts) == len(PITCHES)
    assert starts == [timing.start_s for timing in mix.timings]
    window = round(0.1 * SAMPLE_RATE)
    for hertz, second in zip(PITCHES, starts, strict=True):
        first = round(second * SAMPLE_RATE)
        assert level(sound[first : first + window], hertz) > 0.1
        before = sound[max(0, first - window) : first]
        assert not len(before) or level(before, hertz) < 0.02
        heard_s = (
            sum(level(sound[at : at + window], hertz) > 0.05 for at in range(0, len(sound) - window, window))
            * 0.1
        )
        assert heard_s == pytest.approx(3.0, abs=0.25), "once, and whole"
    last_word = round((starts[-1] + 3.0) * SAMPLE_RATE)
    if with_bed:
        assert level(sound[last_word - window : last_word], BED_HZ) > 0.01, "the bed lies under the last word"
    assert len(sound) / SAMPLE_RATE - (starts[-1] + 3.0) < 3.1


def sentences(number: int, *, level: float = 0.1, voice: str = "fake", count: int = 4) -> Take:
    texts = [f"s{number}-{n}" for n in range(count)]
    spoken = [
        recording(text, speech_like(1.7 + 0.413 * n, 100 * number + n, level=level), voice=voice)
        for n, text in enumerate(texts)
    ]
    return Take(part=part(number, *texts), sentences=tuple(spoken))


def music(seconds: float = 11.0) -> Sound:
    """A bed of chords in noise, stereo, its two sides different."""
    sides = [speech_like(seconds, seed, level=0.15)[:, 0] for seed in (7, 8)]
    return Sound(pcm=np.stack(sides, axis=1), loudness_lufs=-14.5)


def test_each_sentence_is_found_under_the_bed_at_the_second_its_timing_claims(tmp_path: Path) -> None:
    takes = [sentences(number) for number in range(4)]
    mix = mixed(takes, sounder=Sound(pcm=tone(2.1234, 900, channels=2), loudness_lufs=-18.0), bed=music())
    bulletin = written(mix.pcm, tmp_path / "b.flac")
    sound = mix.pcm.mean(axis=1) / 32768
    assert bulletin.is_file()
    recorded = {each.key: each.pcm[:, 0] / 32768 for take in takes for each in take.sentences}
    assert len(mix.timings) == 16
    for timing in mix.timings:
        second, likeness = found_at_s(recorded[timing.key], sound)
        assert second == timing.start_s, "to the sample"
        assert likeness > 0.9
        assert timing.duration_s == len(recorded[timing.key]) / SAMPLE_RATE
    assert [second for each, second in mix.starts if each.slug] == [t.start_s for t in mix.timings[::4]]
    gaps = [b.start_s - a.start_s - a.duration_s for a, b in zip(mix.timings, mix.timings[1:], strict=False)]
    within = [gap for number, gap in enumerate(gaps) if (number + 1) % 4]
    assert within == pytest.approx([SENTENCE_S] * 12, abs=0.001)
    assert gaps[3::4] == pytest.approx([0.6] * 3, abs=0.001)


def test_speech_is_at_its_level_whatever_the_voices(tmp_path: Path) -> None:
    takes = [
        sentences(0, level=0.02, voice="quiet"),
        sentences(1, level=0.2, voice="loud"),
        sentences(2, level=0.02, voice="quiet"),
        sentences(3, level=0.005, voice="whisper", count=1),
    ]
    mix = mixed(takes)
    lufs, peak = loudness(written(mix.pcm, tmp_path / "all.flac"))
    assert lufs == pytest.approx(-18.0, abs=0.3)
    assert peak < -1.0
    starts = [round(second * SAMPLE_RATE) for _, second in mix.starts]
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], None], strict=True)):
        alone = loudness(written(mix.pcm[start:stop], tmp_path / f"{number}.flac"))[0]
        assert alone == pytest.approx(-18.0, abs=0.8), takes[number].sentences[0].voice


def test_within_one_voice_nothing_is_evened_out(tmp_path: Path) -> None:
    loud, soft = sentences(0, level=0.1, count=1), sentences(1, level=0.05, count=1)
    mix = mixed([loud, soft])
    halves = [
        mix.pcm[round(t.start_s * SAMPLE_RATE) :][: round(t.duration_s * SAMPLE_RATE)] for t in mix.timings
    ]
    levels = [np.sqrt(np.mean(half.astype(float) ** 2)) for half in halves]
    assert levels[0] / levels[1] == pytest.approx(2.0, rel=0.02)


def test_no_true_peak_passes_its_limit_in_the_file_or_at_a_listener(tmp_path: Path) -> None:
    spiky = speech_like(8, 5, level=0.03)
    spiky[::4801] = 32000  # a voice that clicks, 24 dB above itself
    clipped = np.clip(tone(3, 997, channels=2, peak=1.0).astype(int) * 3, -32768, 32767).astype(np.int16)
    take = Take(part=part(0), sentences=(recording("x0", spiky),))
    mix = mixed([take], sounder=Sound(pcm=clipped, loudness_lufs=-18.0), bed=music(), duck_db=0.0)
    flac = written(mix.pcm, tmp_path / "b.flac")
    assert loudness(flac)[1] < -1.0
    assert loudness(as_listeners_get_it(flac))[1] < -1.0


def test_the_bed_moves_smoothly_and_fades_out() -> None:
    bed = Sound(pcm=tone(7.0, BED_HZ, channels=2, peak=0.2), loudness_lufs=-18.0)
    mix = mixed([sentences(0)], bed=bed)
    sound = mix.pcm.mean(axis=1)
    hop = SAMPLE_RATE // 20

    def bed_db(second: float) -> float:
        at = round(second * SAMPLE_RATE)
        return 20 * float(np.log10(level(sound[at : at + 8 * hop], BED_HZ) + 1e-6))

    first, last = mix.timings[0].start_s, mix.timings[-1].start_s + mix.timings[-1].duration_s
    assert bed_db(first - 0.8) - bed_db(first + 1) == pytest.approx(9, abs=1.5), "open at -5, ducked to -14"
    assert bed_db(last + 0.9) > bed_db(first + 1) + 3, "up again behind the last word"
    assert bed_db(mix.mix.duration_s - 0.5) < bed_db(first - 0.8) - 15, "and away"
    # Heard to its end: what follows follows on sound, and not on a second of nothing.
    end = sound[-round(0.3 * SAMPLE_RATE) : -round(0.06 * SAMPLE_RATE)]
    assert 20 * np.log10(np.sqrt(np.mean((end / 32768) ** 2))) > -60
    assert abs(int(sound[-1])) < 32, "and no click there: under -60 dBFS"
    # Where only the bed is heard nothing jumps: neighbours of a 150 Hz tone are near one another.
    alone = mix.pcm[: round((first - 0.05) * SAMPLE_RATE), 0].astype(int)
    assert np.abs(np.diff(alone)).max() < 0.05 * np.abs(alone).max() + 3


def test_a_sounder_alone_is_a_bulletin() -> None:
    sounder = Sound(pcm=tone(1.5, 900, channels=2), loudness_lufs=-18.0)
    mix = mixed([], sounder=sounder, bed=music())
    assert mix.mix.duration_s == pytest.approx(1.5, abs=0.001)
    assert (mix.timings, mix.starts) == ((), ((OPENING, 0.0),))
