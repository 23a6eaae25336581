"""Breaking news through the real programme and the whole sound path: from the drop to the sound."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from radiocast.config.station import Audio
from radiocast.model.block import Block
from radiocast.model.play import Outcome, Transition
from radiocast.model.units import BLOCK_S, SAMPLE_RATE
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.playout import Playout
from tests.studio.sounds import decode, find, level_dbfs, noise, write_wav
from tests.studio.station import MOUNT
from tests.studio.test_breaking import PLAN, story
from tests.studio.test_programme import NOW
from tests.studio.test_programme_interrupted import House

DROP = round(20.0 / BLOCK_S)  # the block during which the file is dropped


async def test_a_story_is_heard_seconds_after_its_file_was_dropped_and_what_it_faded_is_cut(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    house.remotes.reachable = False  # music in its place
    (tmp_path / "media" / "music").mkdir(parents=True)
    for seed, name in enumerate("abcdef"):
        # ffmpeg goes by what is in a file, not by its name.
        write_wav(tmp_path / "a.wav", noise(40.0, seed=seed + 10)).rename(
            tmp_path / "media" / "music" / f"{name}.ogg"
        )
    spoken = noise(12.0, seed=99)
    house.room.audio = write_wav(tmp_path / "breaking.wav", spoken)
    blocks: list[Block] = []
    drops: list[asyncio.Task[None]] = []

    async def drop() -> None:
        house.room.found.append((story("bridge", "Bridge closed"), house.now))
        assert await house.breaking.look(PLAN)
        playout.replan()

    def take(block: Block) -> None:
        blocks.append(block)
        house.now = at(len(blocks))
        if len(blocks) == DROP:
            drops.append(asyncio.create_task(drop()))

    def at(block: int) -> datetime:
        return NOW + timedelta(seconds=block * BLOCK_S)

    async with Encoder((MOUNT,)) as encoder:
        playout = Playout(
            programme=house.programme,
            encoder=encoder,
            outlet=VirtualOutlet(NOW, take),
            audio=Audio.model_validate({"crossfade": 1.5}),
            title="Test FM",
        )
        await playout.run(signed_on=NOW, blocks=DROP + 60)
    await asyncio.gather(*drops)
    heard = decode(b"".join(block.audio[0] for block in blocks))
    begins_s = (find(spoken[: 2 * SAMPLE_RATE], heard) - 1105) / SAMPLE_RATE
    # A virtual clock stands still while the deck opens: this is what the studio is ahead, and the fade.
    assert 0.0 < begins_s - DROP * BLOCK_S < 8.0
    lines = {entry.source: entry for entry in house.log if entry.start_actual is not None}
    breaking = lines["breaking/bridge"]
    assert (breaking.outcome, breaking.transition, breaking.reason) == (
        Outcome.AIRED,
        Transition.FADE,
        "breaking news",
    )
    assert breaking.start_actual is not None
    assert abs((breaking.start_actual - NOW).total_seconds() - begins_s - 1105 / SAMPLE_RATE) < 0.001
    cut = next(entry for entry in house.log if entry.outcome is Outcome.CUT)
    assert cut.reason == "faded out for breaking/bridge"
    titles = [block.stream_title for block in blocks]
    first = titles.index("Bridge closed")
    assert abs(first * BLOCK_S - begins_s) <= BLOCK_S
    assert titles[first + 30] != "Bridge closed", "and back to music"
    assert level_dbfs(heard, 0.5)[2:].min() > -40.0
