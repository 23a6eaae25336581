"""Breaking news in the whole house: a file is dropped, listeners hear it, once."""

import json
from pathlib import Path

from tests.serving import SCHEDULE_YAML, Serving, make_station
from tests.studio.sounds import convert, sine, write_wav

STORY = (
    "Bridge over the Save closed\n\nThe bridge over the river Save was closed this morning after a flood.\n"
)


def test_a_file_in_the_breaking_folder_is_read_out_at_once_and_once(tmp_path: Path) -> None:
    schedule = SCHEDULE_YAML + "breaking: {folder: media/news/breaking, max_age: 10m}\n"
    root = make_station(tmp_path / "station", schedule=schedule)
    convert(write_wav(tmp_path / "long.wav", sine(240.0, level=0.2)), root / "media" / "music" / "long.mp3")
    with Serving(root) as serving:
        serving.wait_for("music is on", lambda status: status["on_air"]["kind"] == "track")
        folder = root / "media" / "news" / "breaking"
        (folder / "bridge.txt").write_text(STORY, encoding="utf-8")
        status = serving.wait_for("it is on", lambda status: status["on_air"]["source"] == "breaking/bridge")
        assert status["on_air"]["kind"] == "story"
        assert status["on_air"]["headline"] == "Bridge over the Save closed"
        assert status["on_air"]["stream_title"] == "Bridge over the Save closed"
        status = serving.wait_for("music goes on", lambda status: status["on_air"]["kind"] == "track")
        outcomes = [(entry["kind"], entry["outcome"]) for entry in status["history"]]
        assert ("story", "aired") in outcomes
        assert ("track", "cut") in outcomes
        assert status["newsroom"]["stories"] == 1, "a story for the next bulletin, too"
        # A correction of its text is not read out again; the next story is.
        (folder / "bridge.txt").write_text(STORY + "\nIt will open on Monday.\n", encoding="utf-8")
        (folder / "rain.txt").write_text(
            "More rain to come\n\nMore rain is to come tonight.\n", encoding="utf-8"
        )
        status = serving.wait_for(
            "the next is on", lambda status: status["on_air"]["source"] == "breaking/rain"
        )
        assert not status["problems"]
    with Serving(root) as serving:
        # Whoever signs on again has the same folder before it, and does not read it out.
        serving.wait_for("the stories are known", lambda status: status["newsroom"]["stories"] == 2)
        (folder / "sun.txt").write_text("Sun on Sunday\n\nThe sun will shine on Sunday.\n", encoding="utf-8")
        serving.wait_for("the next is on", lambda status: status["on_air"]["source"] == "breaking/sun")
    lines = [
        json.loads(line)
        for file in (root / "var" / "as-run").glob("*.jsonl")
        for line in file.read_text().splitlines()
    ]
    aired = [line["source"] for line in lines if line["source"].startswith("breaking/")]
    assert aired == ["breaking/bridge", "breaking/rain", "breaking/sun"]
