"""What listeners hear of a recall: a real transmitter, a real encoder, and a clock moved by hand."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from radiocast.model.block import MountSpec
from radiocast.model.play import Kind, Outcome, Start, Transition
from radiocast.model.units import BLOCK_S, SAMPLE_RATE
from radiocast.studio.mixer import fade_out
from radiocast.studio.readings import Reading
from radiocast.studio.ready import ReadyItem
from radiocast.studio.recalls import BREATH, FADE
from tests.studio.linked import LEAD_BLOCKS, OnTheAir, on_the_air
from tests.studio.sounds import find, level_dbfs, noise, sine, write_wav
from tests.studio.station import Script, item

# At 128k the codec's own noise would hide a click.
FINE = MountSpec(path="/live.mp3", bitrate_kbps=320)
PARTS = (("", 2.0), ("one", 12.0), ("two", 10.0), ("three", 14.0), ("", 3.0))


def music(folder: Path, name: str, seed: int, length_s: float = 60.0) -> ReadyItem:
    return item(write_wav(folder / f"{name}.wav", noise(length_s, seed=seed)), length_s=length_s)


async def interrupt(air: OnTheAir, script: Script, folder: Path, *, taken_back: bool = True) -> None:
    """Breaking news is ready, and is to go on the air."""
    ready = item(
        write_wav(folder / "flash.wav", noise(6.0, seed=99)),
        length_s=6.0,
        kind=Kind.STORY,
        start=Start.HARD,
        at=air.utc_in(0.0),
        priority=98,
    )
    script.items.insert(0, dataclasses.replace(ready, urgent=True, fade_before_s=0.4))
    air.playout.replan()
    if taken_back:
        await air.until(lambda: "flash" in dict(script.began))
    await air.settle()


def bulletin(folder: Path, parts: Sequence[tuple[str, float]] = PARTS) -> ReadyItem:
    """A bulletin of these parts, each a noise of its own: that of the seed of its place."""
    sound = np.concatenate([noise(length_s, seed=seed) for seed, (_, length_s) in enumerate(parts)])
    readings, cues, at_s = [], [], 0.0
    for slug, length_s in parts:
        readings.append(Reading(slug=slug, told=bool(slug), from_s=at_s, to_s=at_s + length_s))
        cues.append((at_s, slug or ("outro" if at_s else "news")))
        at_s += length_s
    ready = item(write_wav(folder / "news.wav", sound), length_s=at_s, kind=Kind.BULLETIN, cues=cues)
    return dataclasses.replace(ready, readings=tuple(readings))


class Editor:
    """Says which stories are withdrawn."""

    def __init__(self) -> None:
        self.gone: dict[str, str] = {}

    def __call__(self, slugs: object) -> Mapping[str, str]:
        return self.gone

    async def kill(self, air: OnTheAir, *slugs: str) -> None:
        self.gone = {**self.gone, **dict.fromkeys(slugs, "killed by ann")}
        air.playout.look_at_stories()
        await air.settle()


def heard_at(air: OnTheAir, seed: int, length_s: float = 1.0) -> float:
    """The second of the stream from which on the noise of this seed is heard."""
    sound = air.heard()
    # To a whole number of seconds: a length with a large prime in it takes ten times as long.
    whole = np.concatenate([sound, np.zeros((-len(sound) % SAMPLE_RATE, 2))])
    return find(noise(length_s, seed=seed), whole) / SAMPLE_RATE


class TestAnInterruption:
    async def test_starts_where_listeners_are_and_not_where_the_studio_is(self, tmp_path: Path) -> None:
        script = Script([music(tmp_path, "long", 1)])
        async with on_the_air(script) as air:
            await air.blocks(20)
            air.ticks(2)
            asked_s = air.now_s
            await interrupt(air, script, tmp_path)
            air.ticks(6)
            await air.blocks(20)
            starts_s = heard_at(air, 99)
            began_s = heard_at(air, 1)
            assert 0.0 < starts_s - asked_s < 3 * BLOCK_S
            # The lead is there again, and nothing covered.
            assert round(air.look.output.lead_s / BLOCK_S) == LEAD_BLOCKS
            assert air.look.output.emergency_blocks == 1
            assert level_dbfs(air.heard(), 0.1)[75:].min() > -40.0
        entry = script.entry("long")
        assert (entry.outcome, entry.reason) == (Outcome.CUT, "faded out for file/flash")
        assert entry.duration_actual_s == pytest.approx(starts_s - began_s, abs=1e-4)
        began = dict(script.began)
        assert (began["flash"] - began["long"]).total_seconds() == pytest.approx(starts_s - began_s, abs=1e-3)

    async def test_titles_and_history_say_what_was_heard(self, tmp_path: Path) -> None:
        cues = [(0.0, "first"), (9.0, "second"), (11.0, "third")]
        long = dataclasses.replace(
            music(tmp_path, "long", 1),
            cues=item(tmp_path / "long.wav", cues=cues).cues,
        )
        script = Script([long])
        async with on_the_air(script) as air:
            await air.blocks(17)  # 7.7 s of it are heard; the second and the third are on their way
            await interrupt(air, script, tmp_path)
            await air.blocks(8)
            assert air.titles == ["Test FM", "first", "flash"]
            on_air = air.look.on_air
            assert on_air is not None
            assert on_air.on_air.item_id == "flash"
            (cut,) = [aired for aired in air.look.history if aired.on_air.item_id == "long"]
            assert cut.outcome is Outcome.CUT

    async def test_the_seam_cannot_be_told_from_an_unbroken_fade(self, tmp_path: Path) -> None:
        tone = sine(60.0, hz=441.0)
        script = Script([item(write_wav(tmp_path / "tone.wav", tone), length_s=60.0)])
        async with on_the_air(script, mount=FINE) as air:
            await air.blocks(20)
            await interrupt(air, script, tmp_path)
            await air.blocks(10)
            sound = air.heard()
            starts = find(noise(1.0, seed=99), sound)
        faded = sound[starts - FADE - SAMPLE_RATE : starts, 0].copy()
        gain = np.concatenate([np.ones(SAMPLE_RATE), fade_out(FADE)[:, 0]])
        n = np.arange(len(faded))
        basis = gain[:, None] * np.stack(
            [np.sin(2 * np.pi * 441.0 * n / SAMPLE_RATE), np.cos(2 * np.pi * 441.0 * n / SAMPLE_RATE)], axis=1
        )
        fit, *_ = np.linalg.lstsq(basis, faded, rcond=None)
        left = np.abs(faded - basis @ fit)
        # The seam is where the fade begins; the end of it is what comes next.
        assert left[SAMPLE_RATE - 4_800 : SAMPLE_RATE + 4_800].max() < 0.001
        assert (
            left[SAMPLE_RATE - 4_800 : SAMPLE_RATE + 4_800].max() < 2 * left[: SAMPLE_RATE // 2].max() + 1e-3
        )

    async def test_what_has_just_begun_is_not_taken_back_as_a_whole(self, tmp_path: Path) -> None:
        script = Script([music(tmp_path, "short", 1, 8.0), music(tmp_path, "long", 2)])
        async with on_the_air(script) as air:
            await air.blocks(14)  # 6.2 s are heard; the next one begins in the lead
            await interrupt(air, script, tmp_path)
            await air.blocks(20)
            one_s, two_s, flash_s = (heard_at(air, seed, 0.3) for seed in (1, 2, 99))
            assert two_s - one_s == pytest.approx(8.0, abs=1e-4)
            assert two_s < flash_s < two_s + BLOCK_S + FADE / SAMPLE_RATE + 0.001
        assert script.entry("short").outcome is Outcome.AIRED
        assert script.entry("short").duration_actual_s == pytest.approx(8.0, abs=1e-4)
        assert script.entry("long").duration_actual_s == pytest.approx(flash_s - two_s, abs=1e-3)

    async def test_speech_of_its_own_priority_is_not_taken_back(self, tmp_path: Path) -> None:
        talk = write_wav(tmp_path / "talk.wav", noise(12.0, seed=1))
        speech = item(talk, length_s=12.0, kind=Kind.BULLETIN, priority=98)
        script = Script([speech])
        async with on_the_air(script) as air:
            await air.blocks(12)
            await interrupt(air, script, tmp_path, taken_back=False)
            await air.blocks(20)
            assert heard_at(air, 99) - heard_at(air, 1) == pytest.approx(12.0, abs=1e-4)
        assert script.entry("talk").outcome is Outcome.AIRED

    async def test_two_in_a_row_follow_each_other(self, tmp_path: Path) -> None:
        script = Script([music(tmp_path, "long", 1)])
        async with on_the_air(script) as air:
            await air.blocks(12)
            await interrupt(air, script, tmp_path)
            another = music(tmp_path, "another", 5, 6.0)
            script.items.insert(0, another)
            air.playout.replan()
            await air.settle()
            await air.blocks(30)
            assert heard_at(air, 5) - heard_at(air, 99) == pytest.approx(6.0, abs=1e-4)
            assert air.look.output.emergency_blocks == 1


class TestAWithdrawal:
    async def test_the_story_that_is_read_is_faded_and_the_next_one_follows(self, tmp_path: Path) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(20)
            air.ticks(2)
            asked_s = air.now_s
            await editor.kill(air, "one")
            air.ticks(6)
            await air.blocks(90)
            sound = air.heard()
            news_s, two_s, three_s, outro_s = (heard_at(air, seed) for seed in (0, 2, 3, 4))
            gone_s = two_s - (FADE + BREATH) / SAMPLE_RATE
            # Up to there everything was as it would have been.
            whole = np.concatenate([noise(2.0, seed=0), noise(12.0, seed=1)])
            played = round((gone_s - news_s) * SAMPLE_RATE)
            start = round(news_s * SAMPLE_RATE)
            error = sound[start : start + played] - whole[:played]
            # What is left is the codec's own noise, 2 to 3 dB under noise of this kind by which LAME it is; a
            # sample lost or doubled would be 3 dB above it.
            assert level_dbfs(error, 0.1).max() < level_dbfs(whole.astype(np.float64), 0.1).min() - 1.0
            assert 0.0 < gone_s - asked_s < 2.2 * BLOCK_S
            assert three_s - two_s == pytest.approx(10.0, abs=1e-4)
            assert outro_s - three_s == pytest.approx(14.0, abs=1e-4)
            assert air.look.output.emergency_blocks == 1
            assert air.titles[:6] == ["Test FM", "news", "one", "two", "three", "outro"]
            for title, second in (("two", two_s), ("three", three_s), ("outro", outro_s)):
                assert abs(air.title_s(title) - second) <= BLOCK_S
        entry = script.entry("news")
        assert (entry.outcome, entry.reason) == (Outcome.CUT, "withdrawn: one, killed by ann")
        assert entry.duration_actual_s == pytest.approx(outro_s + 3.0 - news_s, abs=1e-3)
        assert script.told["news"] == ("two", "three")
        assert script.edits[0][0] == "news"

    async def test_a_story_that_comes_later_is_left_out_when_it_comes(self, tmp_path: Path) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(12)
            await editor.kill(air, "two")
            await air.blocks(80)
            one_s, three_s, outro_s = (heard_at(air, seed) for seed in (1, 3, 4))
            assert three_s - one_s == pytest.approx(12.0, abs=1e-3)
            assert outro_s - three_s == pytest.approx(14.0, abs=1e-4)
            assert air.titles[1:5] == ["news", "one", "three", "outro"]
        assert script.told["news"] == ("one", "three")

    async def test_a_story_that_the_studio_has_begun_and_nobody_heard_is_never_heard(
        self, tmp_path: Path
    ) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            # The second story begins at 14.5 s of the stream's, which is two seconds away.
            await air.blocks(26)
            await editor.kill(air, "two")
            await air.blocks(70)
            one_s, three_s = (heard_at(air, seed) for seed in (1, 3))
            assert three_s - one_s == pytest.approx(12.0, abs=1e-3)
            assert air.titles[1:5] == ["news", "one", "three", "outro"]
            assert abs(air.title_s("three") - three_s) <= BLOCK_S
        assert script.told["news"] == ("one", "three")

    async def test_the_last_story_is_followed_by_the_outro(self, tmp_path: Path) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(60)
            asked_s = air.now_s
            await editor.kill(air, "three")
            await air.blocks(20)
            outro_s = heard_at(air, 4)
            assert 0.0 < outro_s - asked_s < 4 * BLOCK_S
            assert abs(air.title_s("outro") - outro_s) <= BLOCK_S
        assert script.told["news"] == ("one", "two")

    async def test_one_after_the_other_leaves_the_outro(self, tmp_path: Path) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(20)
            asked_s = air.now_s
            await editor.kill(air, "one")
            await editor.kill(air, "two", "three")
            await air.blocks(20)
            # Of the second story a block is on its way, and is not heard to its end.
            assert 0.0 < heard_at(air, 4) - asked_s < 6 * BLOCK_S
            assert air.look.output.emergency_blocks == 1
        assert script.told["news"] == ()
        assert script.entry("news").reason.count("killed by ann") == 3

    async def test_breaking_news_is_left_for_the_programme(self, tmp_path: Path) -> None:
        reading = Reading(slug="flash", told=True, from_s=0.0, to_s=20.0)
        breaking = dataclasses.replace(
            item(write_wav(tmp_path / "flash.wav", noise(20.0, seed=99)), length_s=20.0, kind=Kind.STORY),
            readings=(reading,),
        )
        script, editor = Script([breaking, music(tmp_path, "long", 1)]), Editor()
        script.then = lambda: music(tmp_path, "again", 2)
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(12)
            asked_s = air.now_s
            await editor.kill(air, "flash")
            await air.blocks(20)
            assert 0.0 < heard_at(air, 2) - asked_s < 4 * BLOCK_S
            assert air.look.output.emergency_blocks == 1
        assert script.entry("flash").outcome is Outcome.CUT
        assert script.told["flash"] == ()

    async def test_what_is_withdrawn_before_it_is_put_on_is_not_in_it(self, tmp_path: Path) -> None:
        script, editor = Script([music(tmp_path, "short", 9, 4.0), bulletin(tmp_path)]), Editor()
        editor.gone = {"one": "held by ann"}
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(80)
            news_s, two_s = (heard_at(air, seed) for seed in (0, 2))
            assert two_s - news_s == pytest.approx(2.0, abs=1e-3)
            assert air.titles[:4] == ["Test FM", "short", "news", "two"]
        assert script.entry("news").reason == "withdrawn: one, held by ann"

    async def test_a_fade_that_had_begun_is_begun_anew_after_it(self, tmp_path: Path) -> None:
        """A hard start was coming, the bulletin was being faded for it, when a story in it was killed."""
        script, editor = Script([bulletin(tmp_path)]), Editor()
        # A fade of two seconds: the studio is in the middle of it, be it some frames further or not.
        async with on_the_air(script, withdrawn=editor, crossfade_s=2.0) as air:
            hard = dataclasses.replace(
                item(
                    write_wav(tmp_path / "hard.wav", noise(30.0, seed=50)),
                    length_s=30.0,
                    start=Start.HARD,
                    at=air.utc_in(10.3),
                    priority=90,
                ),
            )
            script.items.insert(0, hard)
            script.then = lambda: dataclasses.replace(
                hard, item=dataclasses.replace(hard.item, id=f"hard-{len(script.asked)}")
            )
            air.playout.replan()
            await air.settle()
            await air.blocks(12)
            await editor.kill(air, "one")
            await air.blocks(20)
            assert heard_at(air, 50) > 0
            assert air.look.output.emergency_blocks == 1
        entry = script.entry("news")
        assert entry.outcome is Outcome.CUT
        assert "withdrawn: one" in entry.reason
        # The one that was asked for anew.
        second = next(entry for entry in script.entries if entry.item_id.startswith("hard"))
        assert abs(second.late_ms or 0.0) < 50.0
        assert second.transition is Transition.FADE


class TestLuckAndTiming:
    @pytest.mark.parametrize("ticks", [0, 3, 4, 7])
    async def test_at_every_moment_of_a_block_it_is_in_time(self, tmp_path: Path, ticks: int) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            await air.blocks(15)
            air.ticks(ticks)
            asked_s = air.now_s - (8 - ticks) / 8 * BLOCK_S if ticks else air.now_s
            await editor.kill(air, "one")
            air.ticks(8 - ticks)
            await air.blocks(10)
            two_s = heard_at(air, 2)
            # What is due within a quarter of a second stays, and one block more at most; then the fade.
            assert two_s - asked_s < 0.25 + 2 * BLOCK_S + (FADE + BREATH) / SAMPLE_RATE + 0.01
            assert air.look.output.emergency_blocks == 1

    async def test_a_studio_that_is_not_on_the_air_yet_only_leaves_it_out(self, tmp_path: Path) -> None:
        script, editor = Script([bulletin(tmp_path)]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            # Emergency sound still covers: nothing can be taken back, and three seconds are on their way.
            await editor.kill(air, "one")
            await air.blocks(30)
            news_s, two_s = (heard_at(air, seed) for seed in (0, 2))
            assert 3.3 < two_s - news_s < 4.6

    async def test_many_one_after_the_other(self, tmp_path: Path) -> None:
        parts = (("", 1.0), *((f"story-{number}", 6.0) for number in range(12)), ("", 2.0))
        news = bulletin(tmp_path, parts)
        script, editor = Script([news]), Editor()
        async with on_the_air(script, withdrawn=editor) as air:
            for number in range(0, 12, 2):
                await air.blocks(7)
                await editor.kill(air, f"story-{number}")
            await air.blocks(70)
            assert air.look.output.emergency_blocks == 1
            expected = [heard_at(air, seed) for seed in range(2, 13, 2)]
            assert expected == sorted(expected)
        assert script.told["news"] == tuple(f"story-{number}" for number in range(1, 12, 2))
