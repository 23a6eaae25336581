"""The child that reads web pages, with real processes: what a page does to it is that page's affair alone."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from radiocast.model.story import Story, Withheld
from radiocast.newsroom.intake.pages import NOT_YET, take_in
from radiocast.newsroom.intake.pages_job import PageFile

WHEN = datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
PAGE = "<html><body><article><h1>Goat {}</h1><p>The goat came by the ferry.</p></article></body></html>"
# Answers for each page as the real one does, until it comes to one whose name says what to do.
ODD_READER = """
import os, signal, sys, time
from pathlib import Path
from radiocast.newsroom.intake.pages_job import dump_answer, load_job
from radiocast.newsroom.intake.pages_child import read_page
from zoneinfo import ZoneInfo
job = load_job(sys.stdin.buffer.read())
for page in job.pages:
    match Path(page.path).stem:
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(600)
        case "fail":
            sys.exit("no such luck")
        case "nonsense":
            os.write(1, b"neither here nor there\\n")
        case "flood":
            for _ in range(200):
                os.write(1, b"x" * 2**20)
        case _:
            os.write(1, dump_answer(read_page(page, ZoneInfo(job.zone))))
"""


def put(folder: Path, *names: str, text: str = "") -> list[PageFile]:
    pages = []
    for number, name in enumerate(names):
        path = folder / f"{name}.html"
        path.write_text(text or PAGE.format(number))
        pages.append(PageFile(path=str(path), modified=WHEN))
    return pages


def outcome(found: list[Story | Withheld]) -> list[str]:
    return [each.headline if isinstance(each, Story) else each.reason for each in found]


def test_pages_come_back_as_stories_in_order(tmp_path: Path) -> None:
    pages = put(tmp_path, "one", "two", "three")
    (tmp_path / "two.html").write_text("<nav>Home</nav>")
    first, second, third = take_in(pages, zone="Africa/Harare", page_s=60.0, scan_s=100.0)
    assert isinstance(first, Story)
    assert (first.slug, first.file, first.headline, first.versioncreated) == (
        "one",
        "one.html",
        "Goat 0",
        WHEN,
    )
    assert second == Withheld(
        file="two.html",
        reason="nothing but page furniture: the first line of the article must be its headline",
    )
    assert isinstance(third, Story)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("segfault", "ended by SIGSEGV"),
        ("fail", "no such luck"),
        ("nonsense", "answered nonsense"),
    ],
)
def test_a_page_that_kills_its_reader_is_withheld_and_the_others_come_through(
    tmp_path: Path, name: str, reason: str
) -> None:
    pages = put(tmp_path, "one", name, "two")
    found = outcome(
        take_in(pages, zone="UTC", command=(sys.executable, "-c", ODD_READER), page_s=60.0, scan_s=100.0)
    )
    assert (found[0], found[2]) == ("Goat 0", "Goat 2")
    assert reason in found[1]


@pytest.mark.parametrize("name", ["hang", "flood"])
def test_a_page_that_takes_for_ever_or_says_too_much_is_withheld(tmp_path: Path, name: str) -> None:
    pages = put(tmp_path, name)
    found = outcome(take_in(pages, zone="UTC", command=(sys.executable, "-c", ODD_READER), page_s=2.0))
    assert "it took more than 2 s" in found[0]


def test_a_scan_has_an_end_and_what_is_left_over_is_not_forgotten(tmp_path: Path) -> None:
    pages = put(tmp_path, "one", "two")
    assert outcome(take_in(pages, zone="UTC", scan_s=0.0)) == [NOT_YET, NOT_YET]


def test_without_a_reader_every_page_says_so(tmp_path: Path) -> None:
    found = outcome(take_in(put(tmp_path, "one", "two"), zone="UTC", command=(str(tmp_path / "none"),)))
    assert all("no process for it" in reason for reason in found)


def test_a_page_may_be_larger_than_an_article_and_its_text_may_not(tmp_path: Path) -> None:
    scripts = f"<script>{'x();' * 200_000}</script>"
    long = "<h1>Goat</h1>" + "<p>The goat came by the ferry, and went by the ferry.</p>" * 8000
    pages = [*put(tmp_path, "scripts", text=scripts + PAGE.format("")), *put(tmp_path, "long", text=long)]
    pages += put(tmp_path, "huge", text="<p>" * 1_500_000)
    found = outcome(take_in(pages, zone="UTC", page_s=60.0, scan_s=100.0))
    assert found[0] == "Goat"
    assert "KB of text is more than an article has" in found[1] or "too long" in found[1]
    assert "4395 KB is more than an article has (limit 4096 KB)" in found[2]


def test_a_page_that_is_gone_meanwhile_is_told(tmp_path: Path) -> None:
    found = outcome(
        take_in([PageFile(path=str(tmp_path / "gone.html"), modified=WHEN)], zone="UTC", page_s=60.0)
    )
    assert found == ["it cannot be read: No such file or directory"]
