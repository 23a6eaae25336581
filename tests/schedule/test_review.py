"""What the library shows about a schedule, with its place in the file."""

from pathlib import Path

import pytest

from radiocast.model.errors import Problem
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.review import review
from tests.schedule.studio_day import JINGLES, NEWS_HOUR, library, media, schedule, tracks

FILE = Path("config/schedule.yaml")


def reviewed(text: str, catalogue: Catalogue | None = None) -> tuple[Problem, ...]:
    return review(schedule(text), library() if catalogue is None else catalogue, file=FILE)


def standing_at(text: str, problem: Problem) -> str:
    return text.splitlines()[problem.line - 1][problem.column - 1 :]


def test_a_schedule_whose_files_are_there_is_well() -> None:
    assert reviewed(NEWS_HOUR) == ()


@pytest.mark.parametrize(
    ("old", "new", "here", "said", "hint"),
    [
        (
            '"jingles/sweep-*.ogg"',
            '"jingles/swep-*.ogg"',
            '"jingles/swep',
            "no playable file under media/",
            "",
        ),
        (
            "jingles/promo.ogg",
            "jingles/prmo.ogg",
            "{file: jingles/prmo",
            "media/jingles/prmo.ogg",
            "promo.ogg'?",
        ),
        ("jingles/id2.ogg", "jingles/none.mp3", "{file: jingles/none", "media/jingles/none.mp3", ""),
        ("target: 3m", "target: 3m, bed: beds/news.ogg", "beds/news.ogg", "media/beds/news.ogg", ""),
        ("target: 3m", "parts: [sounder: jingles/s.ogg, stories]", "[sounder", "media/jingles/s.ogg", ""),
        ("play: cart/promo", "play: file/spots/a.ogg", "{every: 20m", "media/spots/a.ogg", ""),
    ],
)
def test_files_that_are_not_there(old: str, new: str, here: str, said: str, hint: str) -> None:
    text = NEWS_HOUR.replace(old, new, 1)
    assert text != NEWS_HOUR
    (problem,) = reviewed(text)
    assert problem.file == FILE
    assert standing_at(text, problem).startswith(here)
    assert said in problem.message
    assert hint in problem.hint


def test_a_rotation_without_files_is_told_where_it_is_made_and_where_it_is_needed() -> None:
    found = reviewed(NEWS_HOUR, library(*JINGLES))
    assert [standing_at(NEWS_HOUR, problem)[:24].split(",")[0] for problem in found] == [
        '"music/**"}',
        "{fill: rotation/music",
        "{fill: rotation/music}",
        "rotation/music",
    ]
    assert "the sustainer" in found[-1].message


def test_a_rotation_too_small_for_its_separation_is_told_with_figures() -> None:
    text = NEWS_HOUR.replace('"music/**"', '"music/**", separation: {artist: 1h, title: 4h}')
    (problem,) = reviewed(text, library(*tracks(12, artists=4), *JINGLES))
    assert standing_at(text, problem).startswith("music:")
    assert "too small for its separation (artist 1h, title 4h)" in problem.message
    assert problem.hint.startswith("it has 12 tracks by 4 artists")
    assert reviewed(text, library(*tracks(120, artists=60), *JINGLES)) == ()


def test_an_hour_over_length_is_told_at_the_start_that_lasts_too_long() -> None:
    text = NEWS_HOUR.replace('- {at: "30:00", start: soft', '- {at: "30:00", start: hard').replace(
        '{fill: rotation/music, until: "30:00"}', '{at: "02:00", start: hard, play: cart/promo}'
    )
    (problem,) = reviewed(text)
    assert standing_at(text, problem).startswith('{at: "00:00"')
    assert (
        "what starts at 0:00 lasts 3:07, and the start at 2:00 waits for the bulletin to end, 1:07 late"
        in problem.message
    )


def test_the_last_start_may_not_last_into_the_next_hour_s_first() -> None:
    text = NEWS_HOUR.replace("30:00", "58:30")
    (problem,) = reviewed(text)
    assert "what starts at 58:30 lasts 3:00, and the start at 0:00 of the next hour goes" in problem.message


def test_problems_come_in_file_order_and_without_any_file_too() -> None:
    found = reviewed(NEWS_HOUR, Catalogue([media("a.ogg", 0.0)]))
    assert len(found) == 8
    assert [(p.line, p.column) for p in found] == sorted((p.line, p.column) for p in found)
