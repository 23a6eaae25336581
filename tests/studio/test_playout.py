"""The playout's decisions: joins, overlaps, hard starts, replanning, the log; at speed on a virtual clock."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radiocast.model.block import Block
from radiocast.model.play import Kind, Outcome, Start, Transition
from radiocast.model.units import BLOCK_S, CODEC_DELAY_SAMPLES, SAMPLE_RATE, samples
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.playout import Playout
from tests.studio.sounds import convert, decode, find, level_dbfs, noise, sine, write_wav
from tests.studio.station import LOW, MOUNT, START, Script, item, play


def wav(folder: Path, name: str, seconds: float, seed: int) -> Path:
    return write_wav(folder / f"{name}.wav", noise(seconds, seed=seed))


def heard_at(script: Script, name: str) -> float:
    """Seconds after START at which the log says that it started."""
    start = script.entry(name).start_actual
    assert start is not None
    return (start - START).total_seconds()


class TestFollowing:
    async def test_items_follow_each_other_and_the_log_tells(self, tmp_path: Path) -> None:
        lengths = {"a": 3.3, "b": 2.1, "c": 4.7}
        files = [wav(tmp_path, name, length, seed) for seed, (name, length) in enumerate(lengths.items())]
        script = Script([item(path, length_s=lengths[path.stem]) for path in files])
        air = await play(script, seconds=12.0)
        names = [name for name, _ in script.began]
        assert names[:3] == ["a", "b", "c"]
        delay = CODEC_DELAY_SAMPLES / SAMPLE_RATE
        for name, expected in (("a", 0.0), ("b", 3.3), ("c", 5.4)):
            entry = script.entry(name)
            assert heard_at(script, name) == pytest.approx(expected + delay, abs=1e-5)
            assert entry.duration_actual_s == pytest.approx(lengths[name])
            assert entry.outcome is Outcome.AIRED
            assert (entry.listeners_start, entry.listeners_end) == (7, 7)
            assert dict(script.began)[name] == entry.start_actual
        assert [script.entry(name).transition for name in "abc"] == [
            Transition.FIRST,
            Transition.BUTT,
            Transition.BUTT,
        ]
        ended = [end.item_id for block in air.blocks for end in block.ended]
        assert ended == ["a", "b", "c"]

    async def test_the_next_item_is_asked_for_when_the_current_one_starts(self, tmp_path: Path) -> None:
        files = [wav(tmp_path, name, 2.0, seed) for seed, name in enumerate("ab")]
        script = Script([item(path, length_s=2.0) for path in files])
        await play(script, seconds=4.0)
        began = dict(script.began)
        assert script.asked[0] == (START, began["a"])
        since, earliest = script.asked[1]
        assert since == began["a"]
        assert earliest - since == timedelta(seconds=2.0)

    async def test_cue_points_and_gain_are_heard(self, tmp_path: Path) -> None:
        sound = noise(6.0, seed=1)
        path = write_wav(tmp_path / "a.wav", sound)
        script = Script([item(path, cue_in_s=1.5, cue_out_s=4.0, gain_db=-6.0, length_s=6.0)])
        air = await play(script, seconds=3.0)
        assert script.entry("a").duration_actual_s == pytest.approx(2.5)
        out = decode(air.mp3())
        part = sound[samples(1.5) : samples(3.5)]
        assert find(part, out) == CODEC_DELAY_SAMPLES
        level = level_dbfs(out[5_000:90_000], 1.0)[0] - level_dbfs(part.astype(np.float64), 1.0)[0]
        # LAME takes the very top of white noise away.
        assert level == pytest.approx(-6.0, abs=2.0)


class TestOverlap:
    async def music(self, folder: Path, **second: object) -> Script:
        a, b = wav(folder, "a", 6.0, 1), wav(folder, "b", 4.0, 2)
        first = item(a, length_s=6.0, cue_out_s=6.0, segue_s=4.5)
        return Script([first, item(b, length_s=4.0, **second)])  # type: ignore[arg-type]

    async def test_music_starts_over_the_tail_of_music_and_both_are_heard(self, tmp_path: Path) -> None:
        script = await self.music(tmp_path)
        air = await play(script, seconds=9.0, crossfade_s=2.0)
        assert script.entry("b").transition is Transition.SEGUE
        assert heard_at(script, "b") - heard_at(script, "a") == pytest.approx(4.5, abs=1e-5)
        assert script.entry("a").duration_actual_s == pytest.approx(6.0)
        assert script.entry("a").outcome is Outcome.AIRED
        out = decode(air.mp3())
        assert find(noise(4.0, seed=2), out) == samples(4.5) + CODEC_DELAY_SAMPLES
        # The tail under it is there too.
        tail = noise(6.0, seed=1)[samples(4.6) : samples(5.9)]
        assert find(tail, out) == samples(4.6) + CODEC_DELAY_SAMPLES

    async def test_the_stations_crossfade_bounds_it(self, tmp_path: Path) -> None:
        script = await self.music(tmp_path)
        await play(script, seconds=9.0, crossfade_s=0.5)
        assert heard_at(script, "b") - heard_at(script, "a") == pytest.approx(5.5, abs=1e-5)

    async def test_no_crossfade_is_a_butt_join(self, tmp_path: Path) -> None:
        script = await self.music(tmp_path)
        await play(script, seconds=9.0, crossfade_s=0.0)
        assert script.entry("b").transition is Transition.BUTT
        assert heard_at(script, "b") - heard_at(script, "a") == pytest.approx(6.0, abs=1e-5)

    async def test_speech_never_starts_over_a_tail(self, tmp_path: Path) -> None:
        script = await self.music(tmp_path, kind=Kind.BULLETIN)
        await play(script, seconds=9.0, crossfade_s=2.0)
        assert heard_at(script, "b") - heard_at(script, "a") == pytest.approx(6.0, abs=1e-5)

    async def test_speech_is_overlapped_only_where_its_own_file_says_so(self, tmp_path: Path) -> None:
        a, b, c = (wav(tmp_path, name, 3.0, seed) for seed, name in enumerate("abc"))
        script = Script(
            [
                item(a, length_s=3.0, kind=Kind.BULLETIN, cue_out_s=3.0),
                item(b, length_s=3.0, kind=Kind.BULLETIN, cue_out_s=3.0, segue_s=2.0),
                item(c, length_s=3.0),
            ]
        )
        await play(script, seconds=7.0, crossfade_s=2.0)
        assert heard_at(script, "b") - heard_at(script, "a") == pytest.approx(3.0, abs=1e-5)
        assert heard_at(script, "c") - heard_at(script, "b") == pytest.approx(2.0, abs=1e-5)

    async def test_two_loud_sounds_never_clip(self, tmp_path: Path) -> None:
        a = write_wav(tmp_path / "a.wav", sine(4.0, level=0.85))
        b = write_wav(tmp_path / "b.wav", sine(4.0, level=0.85))
        script = Script([item(a, length_s=4.0, cue_out_s=4.0, segue_s=2.0), item(b, length_s=4.0)])
        air = await play(script, seconds=5.5, crossfade_s=3.0)
        out = decode(air.mp3())
        assert np.abs(out[samples(2.2) : samples(3.8)]).max() < 0.95


class TestHardStart:
    @pytest.mark.parametrize("second", [7.0, 7.123, 9.48, 8.9999])
    async def test_it_is_heard_at_its_second_and_what_plays_is_silent_by_then(
        self, tmp_path: Path, second: float
    ) -> None:
        track = wav(tmp_path, "track", 60.0, 1)
        ident = write_wav(tmp_path / "ident.wav", noise(3.0, seed=2))
        at = START + timedelta(seconds=second)
        script = Script(
            [
                item(track, length_s=60.0, cut_at=at),
                item(ident, length_s=3.0, start=Start.HARD, at=at, kind=Kind.IDENT),
            ]
        )
        air = await play(script, seconds=14.0, crossfade_s=2.0)
        out = decode(air.mp3())
        # In the stream as a listener decodes it: its second counts from the first byte, at START.
        assert abs(find(noise(3.0, seed=2), out) / SAMPLE_RATE - second) < 0.001
        entry, cut = script.entry("ident"), script.entry("track")
        assert entry.late_ms == pytest.approx(0.0, abs=1.0)
        assert entry.transition is Transition.FADE
        assert (cut.outcome, cut.reason) == (Outcome.CUT, "faded out for file/ident")
        assert heard_at(script, "track") + cut.duration_actual_s == pytest.approx(second, abs=0.001)
        # Faded, not chopped: falling from a second and a half before, nearly gone at the end.
        before = out[: round(second * SAMPLE_RATE)]
        levels = level_dbfs(before[-samples(1.5) :], 0.3)
        assert np.all(np.diff(levels) < 0.5)
        assert levels[-1] < levels[0] - 8

    @pytest.mark.parametrize(("asked_s", "lasts_s"), [(5.0, 5.0), (0.8, 0.8), (30.0, 8.0)])
    async def test_a_fade_is_as_long_as_was_planned_and_ends_at_the_second(
        self, tmp_path: Path, asked_s: float, lasts_s: float
    ) -> None:
        track, ident = wav(tmp_path, "track", 60.0, 1), wav(tmp_path, "ident", 2.0, 2)
        at = START + timedelta(seconds=11.3)
        script = Script(
            [
                item(track, length_s=60.0, cut_at=at, fade_s=asked_s),
                item(ident, length_s=2.0, start=Start.HARD, at=at),
            ]
        )
        out = decode((await play(script, seconds=15.0, crossfade_s=2.0)).mp3())
        assert script.entry("ident").late_ms == pytest.approx(0.0, abs=1.0)
        ends = round(11.3 * SAMPLE_RATE)
        before, first, last = (
            level_dbfs(out[ends - samples(lasts_s) + samples(frm) :][: samples(0.2)], 0.2)[0]
            for frm in (-0.25, 0.0, lasts_s - 0.2)
        )
        assert first == pytest.approx(before, abs=1.0)
        assert level_dbfs(out[ends - samples(lasts_s / 2) :][: samples(0.1)], 0.1)[0] < before - 2.5
        assert last < before - 9

    async def test_without_cut_at_the_next_items_own_second_counts(self, tmp_path: Path) -> None:
        track, ident = wav(tmp_path, "track", 30.0, 1), wav(tmp_path, "ident", 2.0, 2)
        at = START + timedelta(seconds=5)
        script = Script([item(track, length_s=30.0), item(ident, length_s=2.0, start=Start.HARD, at=at)])
        await play(script, seconds=8.0, crossfade_s=2.0)
        assert heard_at(script, "ident") == pytest.approx(5.0, abs=0.001)

    @pytest.mark.parametrize(
        ("ends", "starts", "transition"),
        [
            (4.97, 4.97, Transition.BUTT),  # within the promise: early rather than silent
            (4.8, 5.0, Transition.BUTT),  # a breath
            (3.0, 5.0, Transition.FADE),  # filled with the standby sound
        ],
    )
    async def test_what_ends_before_it_leaves_no_hole(
        self, tmp_path: Path, ends: float, starts: float, transition: Transition
    ) -> None:
        length = ends - CODEC_DELAY_SAMPLES / SAMPLE_RATE
        short, ident = wav(tmp_path, "short", length, 1), wav(tmp_path, "ident", 4.0, 2)
        at = START + timedelta(seconds=5)
        script = Script([item(short, length_s=length), item(ident, length_s=4.0, start=Start.HARD, at=at)])
        air = await play(script, seconds=9.0, crossfade_s=2.0)
        assert heard_at(script, "ident") == pytest.approx(starts, abs=0.001)
        assert script.entry("ident").transition is transition
        assert level_dbfs(decode(air.mp3())[2_000:], 0.5).min() > -50

    async def test_a_late_one_starts_at_once_with_a_fade(self, tmp_path: Path) -> None:
        track, ident = wav(tmp_path, "track", 30.0, 1), wav(tmp_path, "ident", 2.0, 2)
        at = START - timedelta(seconds=5)
        script = Script([item(track, length_s=30.0), item(ident, length_s=2.0, start=Start.HARD, at=at)])
        await play(script, seconds=6.0, crossfade_s=2.0)
        assert 1.0 < heard_at(script, "ident") < 2.1
        late = script.entry("ident").late_ms
        assert late is not None
        assert late > 5_000

    async def test_an_item_that_ends_before_its_cut_is_not_cut(self, tmp_path: Path) -> None:
        a, b = wav(tmp_path, "a", 2.0, 1), wav(tmp_path, "b", 3.0, 2)
        script = Script([item(a, length_s=2.0, cut_at=START + timedelta(seconds=20)), item(b, length_s=3.0)])
        await play(script, seconds=5.0, crossfade_s=2.0)
        assert script.entry("a").outcome is Outcome.AIRED
        assert script.entry("b").transition is Transition.BUTT


class PausingAir(VirtualOutlet):
    """An air that pauses: from block 10 on everything is heard `PAUSE_S` later, known from then on."""

    PAUSE_S = 0.9

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.paused = False

    async def permit(self, seq: int) -> None:
        self.paused = self.paused or seq >= 10

    def air_time(self, seq: int, offset_s: float = 0.0) -> datetime:
        later = self.PAUSE_S if self.paused and seq >= 10 else 0.0
        return super().air_time(seq, offset_s + later)


async def test_a_hard_start_keeps_its_second_when_the_air_pauses_meanwhile(tmp_path: Path) -> None:
    track, ident = wav(tmp_path, "track", 30.0, 1), wav(tmp_path, "ident", 2.0, 2)
    at = START + timedelta(seconds=9)
    script = Script([item(track, length_s=30.0), item(ident, length_s=2.0, start=Start.HARD, at=at)])
    air = await play(script, seconds=12.0, crossfade_s=2.0, clock=PausingAir)
    assert script.entry("ident").late_ms == pytest.approx(0.0, abs=1.0)
    # In blocks it is that much earlier: the air made up for the rest.
    heard = find(noise(2.0, seed=2), decode(air.mp3())) / SAMPLE_RATE
    assert heard == pytest.approx(9.0 - PausingAir.PAUSE_S, abs=0.001)
    # What aired before the pause keeps its time in the log.
    assert heard_at(script, "track") == pytest.approx(CODEC_DELAY_SAMPLES / SAMPLE_RATE, abs=1e-5)


class TestReplan:
    async def test_the_next_item_is_thrown_away_and_asked_for_again(self, tmp_path: Path) -> None:
        a, old, new = (wav(tmp_path, name, 8.0, seed) for seed, name in enumerate(("a", "old", "new")))
        script = Script([item(a, length_s=8.0), item(old, length_s=8.0), item(new, length_s=8.0)])

        def watch(block: Block, playout: Playout) -> None:
            if block.seq == 5:
                playout.replan()

        await play(script, seconds=12.0, watch=watch)
        assert [name for name, _ in script.began] == ["a", "new"] + [n for n, _ in script.began[2:]]
        assert "old" not in [entry.item_id for entry in script.entries]
        assert script.asked[1] == script.asked[2]

    async def test_too_late_for_an_item_that_is_about_to_start(self, tmp_path: Path) -> None:
        a, old, new = (wav(tmp_path, name, 4.0, seed) for seed, name in enumerate(("a", "old", "new")))
        script = Script([item(a, length_s=4.0), item(old, length_s=4.0), item(new, length_s=4.0)])

        def watch(block: Block, playout: Playout) -> None:
            # 3.36 s to 3.84 s are out, and what is being rendered is past that.
            if block.seq == 7:
                playout.replan()

        await play(script, seconds=6.0, watch=watch)
        assert "old" in [name for name, _ in script.began]


class TestSlowProgramme:
    async def test_the_first_item_may_come_late(self, tmp_path: Path) -> None:
        script = Script([item(wav(tmp_path, "a", 2.0, 1), length_s=2.0)])
        script.hold.clear()
        playing = asyncio.create_task(play(script, seconds=1.0))
        await script.was_asked.wait()
        script.hold.set()
        air = await playing
        assert air.titles() == ["a", "a"]


class TestBlocks:
    async def test_blocks_are_whole_numbered_and_measured(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", sine(10.0, level=0.5))
        air = await play(Script([item(path)]), seconds=4.8, mounts=(MOUNT, LOW))
        assert [block.seq for block in air.blocks] == list(range(10))
        assert {tuple(len(part) for part in block.audio) for block in air.blocks} == {(7680, 2880)}
        assert [block.level_dbfs for block in air.blocks[1:]] == [pytest.approx(-9.0, abs=0.1)] * 9
        assert len(decode(air.mp3(1))) == len(decode(air.mp3(0)))

    async def test_each_mount_and_the_log_close_when_the_playout_is_at_its_end(self, tmp_path: Path) -> None:
        path = wav(tmp_path, "a", 10.0, 1)
        script = Script([item(path)])
        air = await play(script, seconds=4 * BLOCK_S)
        assert len(air.blocks) == 4
        entry = script.entry("a")
        assert (entry.outcome, entry.reason) == (Outcome.CUT, "the studio stopped")
        assert entry.duration_actual_s >= 4 * BLOCK_S - 0.1

    async def test_cancelling_leaves_no_decoder_and_closes_the_log(self, tmp_path: Path) -> None:
        path = convert(wav(tmp_path, "a", 60.0, 1), tmp_path / "a.mp3")
        script = Script([item(path, length_s=10.0), item(path, name="b", length_s=10.0)])
        blocks = asyncio.Event()
        playing = asyncio.create_task(play(script, seconds=600.0, watch=lambda *_: blocks.set()))
        await blocks.wait()
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
        assert script.entry("a").reason == "the studio stopped"
