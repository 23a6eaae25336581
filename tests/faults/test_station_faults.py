"""A whole station with something wrong in it: sound still goes out, and `/status` says what is wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from radiocast.model.units import SILENCE_DBFS
from tests.faults import media
from tests.serving import SCHEDULE_YAML, Serving, make_station, read_body, read_response


def _good_tone(root: Path) -> None:
    media.write_wav(root / "media" / "music" / "good.wav", media.sine(3.0))


def _audible(status: Any) -> bool:
    """Whether the item on the air is the studio's own and can be heard."""
    return bool(
        status["studio"]["state"] == "on_air"
        and status["on_air"]["kind"] != "emergency"
        and status["output"]["level_lufs"] > SILENCE_DBFS
        and status["output"]["silent_for_s"] < 1
    )


def _hears(station: Serving) -> None:
    """A listener gets 3 s of sound."""
    with station.listen(icy=False) as sock:
        _, body = read_response(sock)
        assert len(read_body(sock, 48_000, body)) >= 48_000


BROKEN_FILES: dict[str, Callable[[Path], object]] = {
    "zero.mp3": media.zero_byte,
    "text.mp3": media.text_named,
    "garbage.mp3": media.garbage,
    "folder.mp3": media.folder_named,
    "pipe.mp3": media.fifo_named,
    "dangling.mp3": media.dangling_link,
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_broken_file_is_named_and_the_others_play(tmp_path: Path, name: str) -> None:
    root = make_station(tmp_path / "s")
    _good_tone(root)
    BROKEN_FILES[name](root / "media" / "music" / name)
    with Serving(root) as station:
        status = station.wait_for("sound", _audible)
        if name != "folder.mp3":
            status = station.wait_for(
                "the file among the problems", lambda s: any(name in problem for problem in s["problems"])
            )
        station.wait_for("the good tone again", lambda s: len(s["history"]) >= 2 and _audible(s))
        _hears(station)
        assert all(past["title"] == "good" or past["kind"] == "emergency" for past in status["history"])


def test_a_truncated_file_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    root = make_station(tmp_path / "s")
    _good_tone(root)
    media.truncated(root / "media" / "music" / "short.mp3")
    with Serving(root) as station:
        station.wait_for(
            "both have been on",
            lambda s: {"good", "short"} <= {past["title"] for past in s["history"]},
            timeout_s=30,
        )
        assert station.status()["output"]["silent_for_s"] < 1


def test_a_file_deleted_while_it_plays_is_played_to_its_end(tmp_path: Path) -> None:
    root = make_station(tmp_path / "s")
    path = media.tone(root / "media" / "music" / "long.wav", 6.0)
    with Serving(root) as station:
        station.wait_for("it is on", lambda s: s["on_air"]["title"] == "long" and _audible(s))
        path.unlink()
        status = station.wait_for(
            "it has ended", lambda s: any(p["title"] == "long" for p in s["history"]), timeout_s=30
        )
        ended = next(past for past in status["history"] if past["title"] == "long")
        assert ended["outcome"] == "aired"
        # Nothing is left to play: the built-in standby sound is.
        status = station.wait_for("standby sound", lambda s: s["on_air"]["title"] != "long")
        assert status["output"]["silent_for_s"] < 1


def test_a_missing_file_that_the_schedule_names_is_a_problem_and_the_sustainer_plays(tmp_path: Path) -> None:
    schedule = SCHEDULE_YAML.replace("fill: rotation/music", "fill: file/music/not-there.mp3")
    root = make_station(tmp_path / "s", schedule=schedule)
    _good_tone(root)
    with Serving(root) as station:
        station.wait_for("the sustainer", lambda s: s["on_air"]["title"] == "good" and _audible(s))
        station.wait_for("named", lambda s: any("not-there.mp3" in problem for problem in s["problems"]))


@pytest.mark.parametrize(
    "text", ["", "   \n", "# nothing but a comment\n", "clocks: [\n", "\x00\x01", "just words"]
)
def test_an_empty_or_unreadable_schedule_is_an_error_and_music_plays(tmp_path: Path, text: str) -> None:
    root = make_station(tmp_path / "s", schedule=text)
    _good_tone(root)
    with Serving(root) as station:
        status = station.wait_for("sound", _audible)
        assert status["schedule"]["errors"]
        assert "schedule.yaml" in status["schedule"]["errors"][0]["file"]
        assert not status["well"]
        assert "Traceback" not in station.log()
        _hears(station)


def test_a_station_without_any_sound_plays_the_standby_sound(tmp_path: Path) -> None:
    with Serving(make_station(tmp_path / "s")) as station:
        status = station.wait_for("the studio's own sound", lambda s: s["on_air"]["source"] == "standby")
        status = station.wait_for("a sound", lambda s: s["output"]["level_lufs"] > SILENCE_DBFS)
        assert any("media/" in problem for problem in status["problems"])
        _hears(station)


ARTICLES: dict[str, bytes] = {
    "megabyte.txt": b"A very long story\n\n" + b"It goes on and on. " * 60_000,
    "empty.txt": b"",
    "nul.txt": b"\x00" * 500,
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_cannot_be_read_is_withheld_with_a_reason(tmp_path: Path, name: str) -> None:
    root = make_station(tmp_path / "s")
    _good_tone(root)
    (root / "media" / "news" / name).write_bytes(ARTICLES[name])
    with Serving(root) as station:
        status = station.wait_for("withheld", lambda s: s["newsroom"]["withheld"] == 1)
        assert status["newsroom"]["stories"] == 0
        assert any(
            item["file"].endswith(name) and item["reason"] for item in status["newsroom"]["withheld_files"]
        )
        station.wait_for("sound", _audible)


def test_a_headline_full_of_traps_reaches_the_air_and_breaks_nothing(tmp_path: Path) -> None:
    schedule = SCHEDULE_YAML.replace(
        "clocks:",
        "bulletins:\n  brief: {target: 20s, min: 1s, max: 1m, parts: [stories: {max: 1}]}\nclocks:",
    ).replace("    - {fill", "    - {every: 1 tracks, play: bulletin/brief}\n    - {fill")
    root = make_station(tmp_path / "s", schedule=schedule)
    _good_tone(root)
    headline = "It's \"quoted\"'; StreamUrl='evil';\r <b>bold</b> 🎺 façade"
    # A JSON string is YAML too: the carriage return is in the value, not in the file.
    (root / "media" / "news" / "traps.md").write_text(
        f"---\nheadline: {json.dumps(headline, ensure_ascii=False)}\n---\nShort text.\n"
    )
    with Serving(root) as station:
        status = station.wait_for(
            "the story on the air", lambda s: s["on_air"]["kind"] == "story", timeout_s=40
        )
        assert "🎺" in status["on_air"]["headline"]
        assert "<b>bold" not in station.get("/")[1], "the page escapes it"
        with station.listen() as sock:
            _, body = read_response(sock)
            wire = read_body(sock, 100_000, body)
        assert b"StreamUrl='evil'" not in wire
        assert wire.count(b"StreamTitle=") >= 1


def test_latin_1_is_read_as_what_it_is(tmp_path: Path) -> None:
    root = make_station(tmp_path / "s")
    _good_tone(root)
    text = "Café für alle geöffnet\n\nDas Café am Fluß hat wieder geöffnet.\n"
    (root / "media" / "news" / "latin.txt").write_bytes(text.encode("latin-1"))
    with Serving(root) as station:
        station.wait_for("the story", lambda s: s["newsroom"]["stories"] == 1)
        assert "Café für alle geöffnet" in station.get("/")[1]


def test_a_var_that_cannot_be_written_is_a_problem_and_the_air_goes_on(tmp_path: Path) -> None:
    root = make_station(tmp_path / "s")
    _good_tone(root)
    (root / "var").write_text("a file where the folder should be")
    with Serving(root) as station:
        station.wait_for("sound", _audible)
        status = station.wait_for(
            "said", lambda s: any(str(root / "var") in problem for problem in s["problems"])
        )
        assert not status["well"]
        _hears(station)


def test_check_names_every_fault_at_once_and_exits_with_1(tmp_path: Path) -> None:
    root = make_station(
        tmp_path / "s", schedule=SCHEDULE_YAML.replace("rotation/music, until", "rotation/musik, until")
    )
    media.zero_byte(root / "media" / "music" / "zero.mp3")
    (root / "media" / "news" / "empty.txt").write_bytes(b"")
    done = subprocess.run(
        [sys.executable, "-m", "radiocast", "check", str(root)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    for expected in ("schedule.yaml:5:", "^", "rotation/music", "zero.mp3", "empty.txt"):
        assert expected in done.stdout, expected
    assert "Traceback" not in done.stderr
