"""At a listener: in a bulletin of eight stories each one's title stands over its own story and no other.

The sentences are looked for in the decoded stream by the recordings that the newsroom keeps of them, under
the bed and after the encoder; the titles are those that stand between the stream's blocks.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from pydantic import TypeAdapter

from radiocast.model.units import BLOCK_S
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.script.rundown import Role
from radiocast.newsroom.voices.cache import SpeechCache
from tests.newsroom.sounds import found_at_s
from tests.recording import Recording
from tests.serving import SCHEDULE_YAML, STATION_YAML, Serving, make_station
from tests.studio.sounds import convert, noise, sine, write_wav

STORIES = {
    "ferry": ("The ferry crosses again", "It left the landing stage at dawn with six bicycles and a goat."),
    "choir": ("A choir buys its own bus", "Forty voices paid for it with a month of lemonade."),
    "lantern": ("Old lantern found under a mill", "Its glass is green, and it smells of fish oil."),
    "orchard": (
        "Pears sold before they are picked",
        "A jam kitchen that is not built yet has bought them all.",
    ),
    "clock": ("Market clock goes backwards", "Traders have asked for it to be left as it is."),
    "library": ("Book comes back after forty years", "It was wrapped in a bag of honey."),
    "windmill": ("Sails turn on the old windmill", "Six sisters sewed the canvas in winter."),
    "quilt": ("Longest quilt does not fit the hall", "One end of it was judged in the garden."),
}
# Every fourth sample after a mean over four: fine enough for an eighth of a millisecond.
COARSE = 4
# The encoder's own delay, and what a second's fraction is rounded by.
EPSILON_S = 0.06

_SIDECAR = TypeAdapter(RenderedBulletin)


def coarse(mono: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sound at a quarter of its rate."""
    found: npt.NDArray[np.float64] = mono[: len(mono) // COARSE * COARSE].reshape(-1, COARSE).mean(axis=1)
    return found


def aired(root: Path) -> RenderedBulletin:
    """The first bulletin that was made; nothing changed that would have had it made again."""
    made = [_SIDECAR.validate_json(file.read_bytes()) for file in (root / "var" / "bulletins").glob("*.json")]
    return min(made, key=lambda bulletin: bulletin.rendered_at)


@pytest.mark.timeout(300)
def test_each_title_stands_over_its_own_story(tmp_path: Path) -> None:
    schedule = SCHEDULE_YAML.replace(
        "clocks:",
        "bulletins:\n  brief: {target: 60s, min: 10s, max: 100s, bed: beds/hum.flac, duck_db: -14,\n"
        "          parts: [intro, stories: {max: 8}, outro]}\nclocks:",
    ).replace("    - {fill", "    - {every: 1 tracks, play: bulletin/brief}\n    - {fill")
    root = make_station(tmp_path / "station", schedule=schedule, station=STATION_YAML)
    convert(write_wav(tmp_path / "music.wav", sine(5.0, hz=300.0, level=0.2)), root / "media/music/music.mp3")
    (root / "media/beds").mkdir()
    convert(write_wav(tmp_path / "hum.wav", noise(8.0, seed=5)), root / "media/beds/hum.flac")
    for slug, (headline, text) in STORIES.items():
        (root / "media/news" / f"{slug}.txt").write_text(f"{headline}\n\n{text}\n", encoding="utf-8")
    with Serving(root) as serving:
        recording = Recording(serving.listen())
        serving.wait_for(
            "the bulletin", lambda now: now["on_air"]["source"] == "bulletin/brief", timeout_s=90
        )
        serving.wait_for("music again", lambda now: now["on_air"]["kind"] == "track", timeout_s=150)
        recording.close()
    bulletin = aired(root)
    assert bulletin.problems == ()
    assert sorted(bulletin.stories) == sorted(STORIES)
    stream = coarse(recording.sound().mean(axis=1).astype(np.float64))
    kept = SpeechCache(root / "var" / "speech")
    checked: dict[str, int] = {}
    for timing in bulletin.timings:
        sentence = kept.get(timing.key)
        assert sentence is not None, timing.text
        at, likeness = found_at_s(coarse(sentence[:, 0] / 32768), stream)
        assert likeness > 0.4, (timing.text, likeness)
        at_s = COARSE * at
        title = STORIES[timing.slug][0] if timing.role is Role.STORY else "Test FM News"
        # A title stands before the block in which its sound begins: it is there with the first word, and the
        # next one's is not before the block of the last.
        assert recording.title_at(at_s + EPSILON_S) == title, timing.text
        assert recording.title_at(at_s + timing.duration_s - BLOCK_S - EPSILON_S) == title, timing.text
        if timing.slug and timing.slug not in checked:
            shown_s = max(
                from_s for from_s, shown in recording.titles() if shown == title and from_s < at_s + 1
            )
            assert -EPSILON_S <= at_s - shown_s <= BLOCK_S + EPSILON_S, timing.text
        checked[timing.slug] = checked.get(timing.slug, 0) + 1
    assert all(checked[slug] >= 2 for slug in STORIES), checked
