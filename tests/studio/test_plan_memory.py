"""The planner's state on disk: as soon as an item starts, whole, and what counts of it after an end."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radiocast.model.play import AsRunEntry, Kind, Outcome
from radiocast.schedule.state import Airing, PlanState, Played
from radiocast.studio.entries import entry_of
from radiocast.studio.plan_memory import STATE_FILE, PlanMemory, load_state
from tests.studio.station import item

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIRST = PlanState(
    counter=1,
    positions={"rotation/features": "features/two.ogg"},
    rounds={"promo": {"jingles/a.ogg": 1}},
    history=(Played(path="music/a.ogg", at=1e9),),
    airings={"cart/promo": Airing(at=1e9, fills=3)},
)
SECOND = replace(FIRST, counter=2)
THIRD = replace(FIRST, counter=3)


def entry(kind: Kind, source: str, start: datetime = NOW) -> AsRunEntry:
    ready = item(None, name=source, kind=kind)
    return replace(entry_of(ready.item, outcome=Outcome.CUT, reason="", start=start), source=source)


def last_alive(var: Path, when: datetime) -> None:
    os.utime(var / STATE_FILE, (when.timestamp(), when.timestamp()))


async def killed(var: Path, *began: tuple[PlanState, AsRunEntry], alive: datetime) -> None:
    """A studio that began these, one after the other, and was last alive then."""
    memory = PlanMemory(var)
    memory.load(now=NOW)
    for state, of in began:
        memory.began(state, of)
        await memory.close(state)
    last_alive(var, alive)


async def test_an_item_is_on_disk_as_soon_as_it_begins(tmp_path: Path) -> None:
    memory = PlanMemory(tmp_path)
    keeping = asyncio.create_task(memory.keep())
    async with asyncio.timeout(10):
        for state in (FIRST, SECOND, THIRD):
            memory.began(state, entry(Kind.TRACK, "rotation/music"))
            # A thread writes it.
            while load_state(tmp_path, now=datetime.now(UTC)).state != state:  # noqa: ASYNC110
                await asyncio.sleep(0)
    keeping.cancel()


async def test_a_killed_studio_goes_on_with_its_rotations_separation_and_cuts(tmp_path: Path) -> None:
    alive = NOW + timedelta(seconds=100)
    await killed(tmp_path, (SECOND, entry(Kind.TRACK, "rotation/music")), alive=alive)
    assert PlanMemory(tmp_path).load(now=alive + timedelta(seconds=3)) == (SECOND, alive)


async def test_it_is_known_when_what_plays_will_have_ended(tmp_path: Path) -> None:
    memory = PlanMemory(tmp_path)
    memory.began(SECOND, entry(Kind.BULLETIN, "bulletin/hourly"), ends=NOW + timedelta(seconds=40))
    await memory.close(SECOND)
    assert load_state(tmp_path, now=datetime.now(UTC)).ends == NOW + timedelta(seconds=40)
    # A state that an earlier version has kept says nothing of it.
    path = tmp_path / STATE_FILE
    path.write_text(path.read_text(encoding="utf-8").replace('"ends"', '"other"'), encoding="utf-8")
    kept = load_state(tmp_path, now=datetime.now(UTC))
    assert (kept.state, kept.ends) == (SECOND, None)


async def test_a_long_item_counts_from_when_the_studio_was_last_alive(tmp_path: Path) -> None:
    memory = PlanMemory(tmp_path)
    memory.began(SECOND, entry(Kind.FILE, "file/opera.flac"))
    await memory.close(SECOND)
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    last_alive(tmp_path, hour_ago)
    assert load_state(tmp_path, now=datetime.now(UTC)).since > hour_ago + timedelta(minutes=50)
    memory.alive()
    kept = load_state(tmp_path, now=datetime.now(UTC))
    assert kept.state == SECOND
    assert datetime.now(UTC) - kept.since < timedelta(minutes=1)


@pytest.mark.parametrize("seconds", [-2.0, 0.0, 19.0])
async def test_a_bulletin_that_had_hardly_begun_is_read_from_its_beginning(
    tmp_path: Path, seconds: float
) -> None:
    """Its start is when it is heard, and the studio is some seconds ahead of that."""
    alive = NOW + timedelta(seconds=seconds)
    ident, news = entry(Kind.IDENT, "cart/id"), entry(Kind.BULLETIN, "bulletin/hourly")
    await killed(tmp_path, (SECOND, ident), (THIRD, news), alive=alive)
    assert PlanMemory(tmp_path).load(now=alive + timedelta(seconds=1)) == (SECOND, alive)


async def test_a_bulletin_that_was_heard_is_not_read_again(tmp_path: Path) -> None:
    alive = NOW + timedelta(seconds=21)
    news = entry(Kind.BULLETIN, "bulletin/hourly")
    await killed(tmp_path, (SECOND, entry(Kind.IDENT, "cart/id")), (THIRD, news), alive=alive)
    assert PlanMemory(tmp_path).load(now=alive + timedelta(seconds=1)) == (THIRD, alive)


async def test_a_bulletin_that_ends_the_studio_each_time_is_given_up(tmp_path: Path) -> None:
    alive = NOW + timedelta(seconds=5)
    news = entry(Kind.BULLETIN, "bulletin/hourly")
    await killed(tmp_path, (SECOND, entry(Kind.IDENT, "cart/id")), (THIRD, news), alive=alive)
    memory = PlanMemory(tmp_path)
    assert memory.load(now=alive)[0] == THIRD, "no time has passed: it was not cut off"
    assert memory.load(now=alive + timedelta(seconds=1))[0] == SECOND
    memory.began(THIRD, entry(Kind.BULLETIN, "bulletin/hourly", alive + timedelta(seconds=3)))
    await memory.close(THIRD)
    last_alive(tmp_path, alive + timedelta(seconds=5))
    assert PlanMemory(tmp_path).load(now=alive + timedelta(seconds=6))[0] == THIRD


async def test_music_that_was_cut_off_is_not_played_again(tmp_path: Path) -> None:
    alive = NOW + timedelta(seconds=1)
    track = entry(Kind.TRACK, "rotation/music")
    await killed(tmp_path, (SECOND, entry(Kind.IDENT, "cart/id")), (THIRD, track), alive=alive)
    assert PlanMemory(tmp_path).load(now=alive + timedelta(seconds=1))[0] == THIRD


async def test_a_studio_that_is_stopped_keeps_its_last_state(tmp_path: Path) -> None:
    memory = PlanMemory(tmp_path)
    memory.began(SECOND, entry(Kind.TRACK, "rotation/music"))
    await memory.close(THIRD)
    assert load_state(tmp_path, now=datetime.now(UTC)).state == THIRD


@pytest.mark.parametrize("fails", ["fsync", "replace"])
async def test_a_disk_that_fails_leaves_the_old_state_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    await PlanMemory(tmp_path).close(FIRST)

    def no(*_: object) -> None:
        raise OSError(28, "No space left on device")

    memory = PlanMemory(tmp_path)
    memory.load(now=datetime.now(UTC))
    with monkeypatch.context() as broken:
        if fails == "fsync":
            broken.setattr(os, "fsync", no)
        else:
            broken.setattr(Path, "replace", no)
        await memory.close(SECOND)
    assert load_state(tmp_path, now=datetime.now(UTC)).state == FIRST
    await memory.close(THIRD)
    assert load_state(tmp_path, now=datetime.now(UTC)).state == THIRD


async def test_the_file_is_flushed_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order in which a power failure leaves the old file or the new one, and never a torn one."""
    steps: list[str] = []
    fsync, rename = os.fsync, Path.replace

    def flush(descriptor: int) -> None:
        steps.append("flush " + Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def put(self: Path, target: Path) -> Path:
        steps.append(f"put {target.name}")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", put)
    await PlanMemory(tmp_path).close(FIRST)
    assert steps == [f"flush {STATE_FILE}.tmp", f"put {STATE_FILE}", f"flush {tmp_path.name}"]
