"""Broken files, killed processes, a programme with nothing: the sound goes on, and the log says why."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from radiocast.model.block import Block
from radiocast.model.errors import EncoderError
from radiocast.model.play import Kind, Outcome
from radiocast.model.units import BLOCK_S
from radiocast.studio import deck as deck_module
from radiocast.studio.deck import Deck
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.playout import Playout
from radiocast.studio.ready import ReadyItem
from tests.studio.sounds import convert, decode, level_dbfs, noise, write_wav
from tests.studio.station import MOUNT, START, Air, Script, item, play


def good(folder: Path, name: str, seconds: float = 6.0) -> ReadyItem:
    return item(write_wav(folder / f"{name}.wav", noise(seconds, seed=len(name))), length_s=seconds)


def never_silent(air: Air) -> bool:
    return bool(level_dbfs(decode(air.mp3())[2_000:], 0.25).min() > -50)


def nothing(folder: Path) -> Path:
    path = folder / "bad.mp3"
    path.write_bytes(b"")
    return path


def text(folder: Path) -> Path:
    path = folder / "bad.mp3"
    path.write_text("words, words, words\n" * 1_000)
    return path


def missing(folder: Path) -> Path:
    return folder / "bad.mp3"


@pytest.mark.parametrize("make", [nothing, text, missing])
async def test_a_file_without_sound_is_passed_over(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    script = Script([good(tmp_path, "first"), item(make(tmp_path), name="bad"), good(tmp_path, "second")])
    air = await play(script, seconds=10.0)
    assert [name for name, _ in script.began[:2]] == ["first", "second"]
    assert never_silent(air)
    (failure,) = script.failures
    assert failure[0] == "bad"
    assert "bad.mp3" in failure[1]
    entry = script.entry("bad")
    assert (entry.outcome, entry.start_actual, entry.duration_actual_s) == (Outcome.FAILED, None, 0.0)


async def test_a_truncated_file_plays_what_it_has(tmp_path: Path) -> None:
    path = convert(write_wav(tmp_path / "whole.wav", noise(20.0, seed=1)), tmp_path / "torn.mp3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    script = Script([item(path, cue_out_s=20.0, segue_s=19.0, length_s=20.0), good(tmp_path, "second")])
    air = await play(script, seconds=14.0, crossfade_s=2.0)
    assert script.entry("torn").outcome is Outcome.FAILED
    assert "torn.mp3" in script.entry("torn").reason
    assert 9.0 < script.entry("torn").duration_actual_s < 11.0
    assert script.failures[0][0] == "torn"
    assert never_silent(air)


async def test_a_file_deleted_while_it_plays_plays_to_its_end(tmp_path: Path) -> None:
    first = good(tmp_path, "first", 40.0)
    script = Script([first, good(tmp_path, "second")])

    def watch(block: Block, playout: Playout) -> None:
        if block.seq == 2 and first.path is not None:
            first.path.unlink()

    air = await play(script, seconds=42.0, watch=watch)
    assert script.entry("first").outcome is Outcome.AIRED
    assert script.entry("first").duration_actual_s == pytest.approx(40.0)
    assert never_silent(air)


@pytest.fixture
def decks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Deck]:
    """Every deck that is opened, by its file's name."""
    opened: dict[str, Deck] = {}
    open_deck = Deck.open

    async def spy(self: Deck) -> None:
        await open_deck(self)
        opened[self._path.name] = self

    monkeypatch.setattr(deck_module.Deck, "open", spy)
    return opened


async def test_a_decoder_killed_in_the_middle_gives_way_to_the_next_item(
    tmp_path: Path, decks: dict[str, Deck]
) -> None:
    # What was to follow a minute later is asked for anew when the minute is over so early.
    then = [good(tmp_path, "planned for later"), good(tmp_path, "second")]
    script = Script([good(tmp_path, "first", 60.0), *then])

    def watch(block: Block, playout: Playout) -> None:
        if block.seq == 2:
            os.kill(decks["first.wav"].pid, signal.SIGKILL)

    air = await play(script, seconds=30.0, watch=watch)
    entry = script.entry("first")
    assert entry.outcome is Outcome.FAILED
    assert "exit code" in entry.reason
    assert entry.duration_actual_s < 30.0
    assert "second" in [name for name, _ in script.began]
    assert script.failures[0][0] == "first"
    assert never_silent(air)


async def test_a_library_full_of_broken_files_ends_at_the_standby_sound(tmp_path: Path) -> None:
    bad = [item(text(tmp_path), name=f"bad{index}") for index in range(5)]
    script = Script(bad)
    air = await play(script, seconds=5.0)
    assert len(script.failures) == 5
    assert never_silent(air)


async def test_an_endless_row_of_broken_files_is_covered_and_not_hurried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = nothing(tmp_path)
    script = Script([], then=lambda: item(path, name="bad"))
    # As on the air: the studio cannot wait for ever.
    monkeypatch.setattr(VirtualOutlet, "slack_s", lambda self, seq: 0.0)
    monkeypatch.setattr("radiocast.studio.desk._FIRST_ITEM_S", 0.1)
    air = await play(script, seconds=30.0)
    assert set(air.titles()) == {"Test FM"}
    assert {block.on_air.kind for block in air.blocks if block.on_air} == {Kind.EMERGENCY}
    assert never_silent(air)
    assert len(script.failures) < 10
    assert script.entries[-1].outcome is Outcome.SUBSTITUTED


async def test_when_the_next_item_is_late_the_standby_sound_covers_until_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dawdler(Script):
        async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
            if len(self.asked) == 1:
                self.hold.clear()
            return await super().next_item(playing_since=playing_since, earliest=earliest)

    script = Dawdler([good(tmp_path, "first", 2.0), good(tmp_path, "second", 4.0)])
    opened = asyncio.Event()

    class Air(VirtualOutlet):
        """Waits for nothing; but holds the clock, once the cover is heard, until the second deck is open."""

        def slack_s(self, seq: int) -> float:
            return 0.0

        async def permit(self, seq: int) -> None:
            if script.hold.is_set() and len(script.asked) > 1:
                await opened.wait()

    open_deck = Deck.open

    async def spy(deck: Deck) -> None:
        await open_deck(deck)
        if deck._path.name == "second.wav":
            opened.set()

    monkeypatch.setattr(Deck, "open", spy)

    def watch(block: Block, playout: Playout) -> None:
        if block.on_air is not None and block.on_air.kind is Kind.EMERGENCY:
            script.hold.set()

    air = await play(script, seconds=12.0, watch=watch, crossfade_s=2.0, clock=Air)
    names = [name for name, _ in script.began]
    assert names[:2] == ["first", "second"]
    (cover,) = [entry for entry in script.entries if entry.outcome is Outcome.SUBSTITUTED]
    assert cover.reason == "the next item was not ready in time"
    assert script.entry("second").start_actual is not None
    assert never_silent(air)


async def test_a_killed_encoder_ends_the_playout_with_an_encoder_error(tmp_path: Path) -> None:
    script = Script([good(tmp_path, "first", 30.0)])
    async with Encoder((MOUNT,)) as encoder:
        outlet = VirtualOutlet(
            START, lambda block: os.kill(encoder.pid, signal.SIGKILL) if block.seq == 3 else None
        )
        playout = Playout(programme=script, encoder=encoder, outlet=outlet)
        async with asyncio.timeout(10):
            with pytest.raises(EncoderError, match="ended"):
                await playout.run(signed_on=START)
    entry = script.entry("first")
    assert (entry.outcome, entry.reason) == (Outcome.CUT, "the studio stopped")
    assert entry.duration_actual_s >= 3 * BLOCK_S
