"""The newsroom as the studio knows it: articles become stories, and what aired is remembered."""

import os
import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from radiocast.config.station import Identity, StationConfig, Titles
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.script.rundown import Role, Rundown
from tests.newsroom.rooms import AT, PLAN, Make, newsroom_in, put
from tests.newsroom.texts import MARKDOWN, PAGE, WEBPAGE


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return partial(newsroom_in, tmp_path)


def read(rundown: Rundown) -> tuple[str, ...]:
    """Slugs of the stories in it, in order."""
    return tuple(passage.slug for passage in rundown.passages if passage.role is Role.STORY)


async def test_articles_become_stories_and_bad_ones_are_withheld(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE, minutes_old=10)
    put(tmp_path, "bus.md", MARKDOWN)
    put(tmp_path, "coins.html", WEBPAGE)
    put(tmp_path, "huge.txt", b"x" * 2**20)
    put(tmp_path, "empty.txt", b"")
    put(tmp_path, "latin.txt", b"Caf\xe9 burns\n\nNobody was hurt.")
    put(tmp_path, "nul.txt", b"Well \x00runs dry\n\nNobody was hurt.")
    put(tmp_path, "odd.md", '---\nheadline: "Ann\'s \';\\r\\n \\"dry\\" well 🎉"\n---\nBody.')
    put(tmp_path, "bus.txt", "Another of that name\n\nBody.")
    put(tmp_path, "letter.docx", b"PK")
    for ignored in (".hidden.txt", "half.txt.part", "half.tmp", "~lock.txt"):
        put(tmp_path, ignored, "Not to be read\n\nBody.")
    (tmp_path / "media/news/breaking").mkdir()
    (tmp_path / "media/news/breaking/now.txt").write_text("Not yet\n\nBody.", "utf-8")
    os.mkfifo(tmp_path / "media/news/pipe.txt")
    newsroom = make()
    await newsroom.scan()
    headlines = {story.slug: story.headline for story in newsroom.stories()}
    assert headlines == {
        "ferry": "Ferry captains refuse to sail as harbour board withholds winter pay",
        "bus": "Library bus: 40 villages, one driver",
        "coins": "Well digger finds Roman coin hoard",
        "latin": "Café burns",
        "nul": "Well runs dry",
        "odd": "Ann's '; \"dry\" well 🎉",
    }
    reasons = {each.file: each.reason for each in newsroom.withheld()}
    assert reasons.keys() == {"huge.txt", "empty.txt", "bus.txt", "letter.docx"}
    assert "1024 KB" in reasons["huge.txt"]
    report = newsroom.report()
    assert (report.stories, report.withheld, len(report.headlines)) == (6, 4, 6)
    assert newsroom.problems() == ()


async def test_a_scan_reads_what_changed_and_forgets_what_went(make: Make, tmp_path: Path) -> None:
    path = put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    before = newsroom.stories()
    await newsroom.scan()
    assert newsroom.stories()[0] is before[0]  # not read again
    put(tmp_path, "well.txt", "Well runs wet\n\nBody.", minutes_old=-1)
    await newsroom.scan()
    assert newsroom.stories()[0].headline == "Well runs wet"
    path.unlink()
    await newsroom.scan()
    assert newsroom.stories() == ()


async def test_a_folder_that_is_away_keeps_the_last_stories(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    (tmp_path / "media/news").rename(tmp_path / "media/away")
    await newsroom.scan()
    assert len(newsroom.stories()) == 1
    assert "the last known are used" in newsroom.problems()[0]
    (tmp_path / "media/away").rename(tmp_path / "media/news")
    await newsroom.scan()
    assert newsroom.problems() == ()


async def test_what_aired_survives_a_restart(make: Make, tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"s{number}.txt", f"Story {number} of today\n\nBody.", minutes_old=number)
    newsroom = make()
    await newsroom.scan()
    assert read(newsroom.rundown(PLAN, at=AT)) == ("s0", "s1", "s2")
    newsroom.mark_aired(["s0"], AT)
    newsroom.mark_aired(["s1"], AT + timedelta(minutes=30))
    again = make()
    await again.scan()
    assert read(again.rundown(PLAN, at=AT + timedelta(hours=1))) == ("s2", "s0", "s1")
    assert list((tmp_path / "var").iterdir()) == [tmp_path / "var" / "newsroom.json"]


async def test_a_damaged_state_file_is_a_problem_and_no_more(make: Make, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/newsroom.json").write_bytes(b'{"aired": {"s0"')
    newsroom = make()
    assert "newsroom.json" in newsroom.problems()[0]
    newsroom.mark_aired(["s0"], AT)
    assert newsroom.problems() == ()
    assert make().problems() == ()


def test_a_bad_zone_and_a_bad_title_are_problems(tmp_path: Path) -> None:
    config = StationConfig(station=Identity(name="N", timezone="Europe/Lndon"), titles=Titles(story="{nope}"))
    newsroom = Newsroom(tmp_path, tmp_path / "media", tmp_path / "var", config)
    assert len(newsroom.problems()) == 2


async def test_words_are_found_beside_the_loop(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    where: list[int] = []

    class _WrittenError(Exception):
        pass

    def written(*_: object, **__: object) -> Rundown:
        where.append(threading.get_ident())
        raise _WrittenError

    monkeypatch.setattr("radiocast.newsroom.newsroom.write_rundown", written)
    monkeypatch.setattr("radiocast.newsroom.newsroom.write_breaking", written)
    newsroom = make()
    await newsroom.scan()
    with pytest.raises(_WrittenError):
        await newsroom.render(PLAN, at=AT)
    with pytest.raises(_WrittenError):
        await newsroom.render_breaking(newsroom.stories()[0], at=AT, sounder="")
    assert len(where) == 2
    assert threading.get_ident() not in where


async def test_a_bulletin_in_a_language_of_its_own_reads_no_other(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "ferry.txt", PAGE)
    put(tmp_path, "pain.md", "---\nlanguage: fr\n---\n# Le pain arrive\n\nLe boulanger vend 1 240 pains.")
    newsroom = make()
    await newsroom.scan()
    assert read(newsroom.rundown(replace(PLAN, language="fr"), at=AT)) == ("pain",)
    assert read(newsroom.rundown(replace(PLAN, language="en"), at=AT)) == ("ferry",)
    assert set(read(newsroom.rundown(PLAN, at=AT))) == {"ferry", "pain"}
    nothing = newsroom.rundown(replace(PLAN, language="de"), at=AT)
    assert read(nothing) == ()
