"""What comes out, through the real encoder and a real decoder: no click, no gap, titles with their sound."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from radiocast.model.block import MountSpec
from radiocast.model.play import Kind, Outcome
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, SAMPLE_RATE, samples
from tests.studio.sounds import as_int16, convert, decode, find, level_dbfs, noise, sine, write_wav
from tests.studio.station import LOW, MOUNT, Script, item, play

# At 128k the newer LAME of the wheel leaves 0.5 % of its own around a pure tone; here next to nothing.
FINE = MountSpec(path="/fine.mp3", bitrate_kbps=320)
HZ = 441.0
JOINS = 10
# Not a whole number of periods, frames or blocks, so that nothing is right by luck.
PIECE = 2 * SAMPLE_RATE + 7_777


def residual(sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What is left of a sine of HZ when the best-fitting one is taken away; its amplitude is free."""
    n = np.arange(len(sound))
    basis = np.stack(
        [np.sin(2 * np.pi * HZ * n / SAMPLE_RATE), np.cos(2 * np.pi * HZ * n / SAMPLE_RATE)], axis=1
    )
    fit, *_ = np.linalg.lstsq(basis, sound, rcond=None)
    left: npt.NDArray[np.float64] = sound - basis @ fit
    return left


async def worst_at_joins(folder: Path, *, kind: str = "wav", slip: int = 0) -> tuple[float, float]:
    """Largest departure from one unbroken sine near the joins, and anywhere else, of full scale.

    `slip` samples are lost (or, negative, repeated) at the fifth join, to show that it would be seen.
    """
    whole = sine((JOINS + 2) * PIECE / SAMPLE_RATE, hz=HZ)
    script = Script([])
    for index in range(JOINS + 1):
        lost = slip if index >= JOINS // 2 else 0
        piece = whole[index * PIECE + lost : (index + 1) * PIECE + lost]
        path = write_wav(folder / f"piece{index}.wav", piece)
        if kind != "wav":
            path = convert(path, folder / f"piece{index}.{kind}")
        script.items.append(item(path, length_s=PIECE / SAMPLE_RATE))
    air = await play(script, seconds=(JOINS + 1) * PIECE / SAMPLE_RATE, crossfade_s=2.0, mounts=(FINE,))
    assert [name for name, _ in script.began[: JOINS + 1]] == [f"piece{index}" for index in range(JOINS + 1)]
    out = decode(air.mp3())[:, 0]
    joins = [index * PIECE + CODEC_DELAY_SAMPLES for index in range(1, JOINS + 1)]
    near = max(
        np.abs(residual(out[join - 4_800 : join + 4_800])[2_400:-2_400]).max()
        for join in joins
        if join + 4_800 < len(out)
    )
    elsewhere = max(
        np.abs(residual(out[join - 40_000 : join - 30_400])[2_400:-2_400]).max() for join in joins
    )
    return float(near), float(elsewhere)


class TestJoins:
    @pytest.mark.usefixtures("ffmpeg")
    @pytest.mark.parametrize("kind", ["flac"])
    async def test_ten_joins_of_one_sine_cannot_be_told_from_the_sine(
        self, tmp_path: Path, kind: str
    ) -> None:
        near, elsewhere = await worst_at_joins(tmp_path, kind=kind)
        assert near < 0.001
        assert near < 2 * elsewhere + 1e-4

    @pytest.mark.parametrize("slip", [1, -1])
    async def test_and_one_sample_lost_or_repeated_would_be_seen(self, tmp_path: Path, slip: int) -> None:
        near, elsewhere = await worst_at_joins(tmp_path, slip=slip)
        assert near > 0.005
        assert near > 10 * elsewhere


class TestTitles:
    async def test_each_title_is_in_the_block_in_which_its_sound_starts(self, tmp_path: Path) -> None:
        """A bulletin with four stories between two tracks; where each is heard, and where its title is."""
        marks = [noise(0.8, seed=seed) for seed in range(10, 14)]
        starts = [0.0, 2.345, 5.001, 7.7]
        bulletin = sine(10.0, hz=300.0, level=0.02)
        for mark, at in zip(marks, starts, strict=True):
            bulletin[samples(at) : samples(at) + len(mark)] += mark
        before, after = noise(3.21, seed=20), noise(5.0, seed=21)
        cues = [(at, f"Story {index}") for index, at in enumerate(starts)]
        script = Script(
            [
                item(write_wav(tmp_path / "before.wav", before), length_s=3.21),
                item(
                    write_wav(tmp_path / "news.wav", bulletin), length_s=10.0, kind=Kind.BULLETIN, cues=cues
                ),
                item(write_wav(tmp_path / "after.wav", after), length_s=5.0),
            ]
        )
        air = await play(script, seconds=17.0, mounts=(MOUNT, LOW))
        for mount in (0, 1):
            out = decode(air.mp3(mount))
            titles = air.titles()
            sounds = [(before, "before"), *zip(marks, (t for _, t in cues), strict=True), (after, "after")]
            for sound, title in sounds:
                heard = find(sound, out)
                block = titles.index(title)
                assert block == heard // BLOCK_SAMPLES, title
                if mount == 0:
                    on_air = air.blocks[block].on_air
                    assert on_air is not None
                    at = block * BLOCK_SAMPLES + round(on_air.starts_in_block_s * SAMPLE_RATE)
                    assert abs(at - heard) <= 1, title
            # And each stays until the next.
            changes = [
                title for index, title in enumerate(titles) if index == 0 or titles[index - 1] != title
            ]
            assert changes == [title for _, title in sounds]

    async def test_of_two_starts_in_one_block_the_last_counts_and_the_log_has_both(
        self, tmp_path: Path
    ) -> None:
        files = [
            write_wav(tmp_path / f"{name}.wav", noise(length, seed=5))
            for name, length in (("long", 2.0), ("tiny", 0.1), ("next", 3.0))
        ]
        script = Script([item(path, length_s=1.0) for path in files])
        air = await play(script, seconds=4.8)
        assert "tiny" not in air.titles()
        assert [entry.item_id for entry in script.entries if entry.outcome is Outcome.AIRED] == [
            "long",
            "tiny",
            "next",
        ][: len([e for e in script.entries if e.outcome is Outcome.AIRED])]
        assert script.entry("tiny").duration_actual_s == pytest.approx(0.1)


async def test_a_minute_of_everything_decodes_clean_and_is_never_silent(tmp_path: Path) -> None:
    """Formats, rates and channels as they come, overlaps, a hard start, a broken file in between."""
    formats = [
        ("ogg", ("-c:a", "libvorbis", "-ar", "44100")),
        ("mp3", ("-c:a", "libmp3lame", "-ar", "44100", "-ac", "1")),
        (
            "flac",
            (
                "-ar",
                "22050",
            ),
        ),
        (
            "opus",
            (
                "-c:a",
                "libopus",
            ),
        ),
        (
            "m4a",
            (
                "-c:a",
                "aac",
            ),
        ),
    ]
    script = Script([])
    for index, (kind, args) in enumerate(formats * 2):
        wav = write_wav(tmp_path / f"{index}.wav", noise(7.0, seed=index))
        path = convert(wav, tmp_path / f"item{index}.{kind}", *args)
        script.items.append(item(path, length_s=7.0, cue_out_s=7.0, segue_s=6.0 if index % 2 else 7.0))
    broken = tmp_path / "broken.mp3"
    broken.write_text("no sound")
    script.items.insert(4, item(broken))
    air = await play(script, seconds=60.0, crossfade_s=2.0, mounts=(MOUNT, LOW))
    for mount in (0, 1):
        out = decode(air.mp3(mount))
        assert len(out) == len(air.blocks) * BLOCK_SAMPLES
        assert level_dbfs(out[2_000:], 0.1).min() > -40
    assert [name for name, _ in script.failures] == ["broken"]
    assert script.entry("broken").start_actual is None


async def test_what_goes_in_with_gain_one_comes_to_the_encoder_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from radiocast.studio.encoder import Encoder

    written: list[npt.NDArray[np.float32]] = []
    write = Encoder.write

    async def spy(self: Encoder, sound: npt.NDArray[np.float32]) -> None:
        written.append(sound.copy())
        await write(self, sound)

    monkeypatch.setattr(Encoder, "write", spy)
    sounds = [noise(1.7, seed=seed) for seed in range(4)]
    files = [write_wav(tmp_path / f"{index}.wav", sound) for index, sound in enumerate(sounds)]
    await play(Script([item(path, length_s=1.7) for path in files]), seconds=7.2)
    expected = np.concatenate([as_int16(sound) for sound in sounds])
    assert np.array_equal(np.concatenate(written)[: len(expected)], expected)
