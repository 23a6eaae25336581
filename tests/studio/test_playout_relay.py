"""Remote streams through the whole sound path, on a virtual clock: in their place, lost without silence."""

from pathlib import Path

import numpy as np

from radiocast.model.play import Cue, Kind, Outcome, PlayItem, StreamPart, Transition
from radiocast.model.units import SAMPLE_RATE
from radiocast.studio.ready import ReadyItem
from tests.studio.sounds import decode, find, level_dbfs, noise, write_wav
from tests.studio.station import START, Script, item, play
from tests.studio.streams import hangs, mp3, over_and_over, remote, sends

REMOTE = noise(12.0, seed=7)
MP3 = mp3(REMOTE)


def relay(url: str, *, length_s: float) -> ReadyItem:
    planned = PlayItem(
        id="relay",
        kind=Kind.LIVE,
        part=StreamPart(url=url),
        source=f"stream/{url}",
        title="Elsewhere",
        planned_start=START,
        expected_s=length_s,
        reason="a test",
    )
    cue = Cue(at_s=0.0, kind=Kind.LIVE, title="Elsewhere", stream_title="Elsewhere")
    return ReadyItem(item=planned, path=None, cues=(cue,), duration_s=length_s, speech=False)


def sound(tmp_path: Path, name: str, seed: int, seconds: float) -> ReadyItem:
    path = write_wav(tmp_path / f"{name}.wav", noise(seconds, seed=seed))
    return item(path, name=name, length_s=seconds, cue_out_s=seconds)


async def test_a_relay_is_on_for_as_long_as_it_is_planned_between_its_neighbours(tmp_path: Path) -> None:
    async with remote(over_and_over(MP3)) as station:
        script = Script(
            [
                sound(tmp_path, "before", 1, 5.0),
                relay(station.url, length_s=9.5),
                sound(tmp_path, "after", 2, 30.0),
            ]
        )
        air = await play(script, seconds=24.0)
    heard = decode(air.mp3())
    relayed = script.entry("relay")
    assert (relayed.kind, relayed.outcome, relayed.duration_actual_s) == (Kind.LIVE, Outcome.AIRED, 9.5)
    assert air.titles().count("Elsewhere") in {19, 20, 21}
    # 1105 samples are the codec's.
    assert abs(find(noise(1.0, seed=2), heard) - 14.5 * SAMPLE_RATE - 1105) < 3
    assert level_dbfs(heard, 0.25)[1:].min() > -40.0


async def test_a_relay_that_hangs_gives_way_to_the_next_item_without_silence(tmp_path: Path) -> None:
    async with remote(hangs(MP3)) as station:
        then = [sound(tmp_path, "planned for later", 1, 5.0), sound(tmp_path, "cover", 2, 30.0)]
        script = Script([relay(station.url, length_s=600.0), *then])
        air = await play(script, seconds=24.0)
    lost = script.entry("relay")
    assert lost.outcome is Outcome.FAILED
    assert "gave no sound for" in lost.reason
    assert 8.0 < lost.duration_actual_s < 12.1
    assert script.failures == [("relay", lost.reason)], "told once, in time to plan anew"
    assert script.entry("cover").transition is Transition.BUTT
    assert "Test FM" not in air.titles(), "never the standby sound"
    assert level_dbfs(decode(air.mp3()), 0.5)[1:].min() > -40.0


async def test_a_stream_that_is_not_there_never_comes_to_the_air(tmp_path: Path) -> None:
    async with remote(sends(b"", head=b"HTTP/1.0 404 Not Found\r\n\r\n")) as station:
        script = Script([relay(station.url, length_s=600.0), sound(tmp_path, "cover", 2, 30.0)])
        air = await play(script, seconds=10.0)
    entry = script.entry("relay")
    assert (entry.outcome, entry.start_actual) == (Outcome.FAILED, None)
    assert "404" in entry.reason
    assert air.titles()[-1] == "cover"
    assert np.abs(decode(air.mp3())).max() > 0.1
