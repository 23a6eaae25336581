"""The newsroom's desk, from files and decisions to what a bulletin would say. Nothing is rendered here."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.load import load_station
from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import DeskConfig, Identity, NewsroomConfig, StationConfig
from radiocast.folder import copy_station, demo_source
from radiocast.newsroom.desk.airings import load_airings
from radiocast.newsroom.desk.decisions import Action, Decision, decide
from radiocast.newsroom.newsroom import DECISIONS, Newsroom
from radiocast.newsroom.production.bulletin import RenderedBulletin, Timing
from radiocast.newsroom.production.making import BulletinMaker
from radiocast.newsroom.production.storage import save_sidecar
from radiocast.newsroom.script.rundown import Role, Rundown

NOW = datetime.now(UTC)
PLAN = BulletinPlan(name="hourly")
FERRY = (
    "---\nheadline: Ferry captains refuse to sail\nbyline: {who}\nsource: {medium}\n---\n"
    "The boats stayed in the harbour on Monday.\n"
)
Make = Callable[[], Newsroom]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    (tmp_path / "media" / "news").mkdir(parents=True)

    def build() -> Newsroom:
        config = StationConfig(
            station=Identity(name="Newsline"), newsroom=NewsroomConfig(desk=DeskConfig(corrections=2))
        )
        return Newsroom(tmp_path, tmp_path / "media", tmp_path / "var", config)

    return build


def put(root: Path, name: str, text: str, *, minutes_old: float = 10) -> Path:
    path = root / "media" / "news" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (when := NOW.timestamp() - 60 * minutes_old, when))
    return path


def decided(root: Path, slug: str, action: Action) -> None:
    decide(root / DECISIONS, lambda _: Decision(slug=slug, action=action, by="ann", at=NOW))


def chosen(newsroom: Newsroom, *, at: datetime = NOW) -> list[str]:
    return [story.slug for story in newsroom.select(at=at).chosen]


async def test_what_is_on_the_air_is_withdrawn_as_soon_as_the_editor_says_so(
    make: Make, tmp_path: Path
) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    put(tmp_path, "goat.txt", "Goat sails\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    assert newsroom.withdrawn(["well", "goat", "unknown"]) == {}
    before = newsroom.edition()
    decided(tmp_path, "well", Action.HOLD)
    # No scan in between: the decision is read when it is asked for.
    assert newsroom.withdrawn(["well", "goat"]) == {"well": "held by ann"}
    assert newsroom.edition() != before
    assert chosen(newsroom) == ["goat"]
    decided(tmp_path, "well", Action.RELEASE)
    assert newsroom.withdrawn(["well"]) == {}
    assert newsroom.edition() == before
    decided(tmp_path, "gone", Action.KILL)
    assert newsroom.withdrawn(["gone"]) == {"gone": "killed by ann"}


async def test_a_source_withdraws_its_story_by_its_status(make: Make, tmp_path: Path) -> None:
    text = "---\nheadline: Well runs dry\npubstatus: {}\n---\nBody.\n"
    path = put(tmp_path, "well.md", text.format("usable"))
    newsroom = make()
    await newsroom.scan()
    assert chosen(newsroom) == ["well"]
    put(tmp_path, "well.md", text.format("canceled"), minutes_old=5)
    await newsroom.scan()
    assert newsroom.withdrawn(["well"]) == {"well": "canceled by its source"}
    path.unlink()
    await newsroom.scan()
    assert newsroom.withdrawn(["well"]) == {}  # a file that is deleted cuts nothing


async def test_two_who_report_the_same_are_credited_together_and_aired_together(
    make: Make, tmp_path: Path
) -> None:
    put(tmp_path, "a.md", FERRY.format(who="Ann Roe", medium="Valley Herald"))
    put(tmp_path, "b.md", FERRY.format(who="Ben Dube", medium="Lake Agency"), minutes_old=5)
    newsroom = make()
    await newsroom.scan()
    [story] = newsroom.select(at=NOW).chosen
    assert [credit.source for credit in story.credits] == ["Lake Agency", "Valley Herald"]
    said = " ".join(newsroom.as_read(story, at=NOW))
    assert "Valley Herald" in said
    assert "Lake Agency" in said
    newsroom.mark_aired([story.slug], NOW, bulletin="hourly")
    record, _ = load_airings(tmp_path / "var" / "newsroom.json")
    assert {slug: heard.times for slug, heard in record.items()} == {"a": 1, "b": 1}
    assert record["a"].airings[0].bulletin == "hourly"
    decided(tmp_path, "a", Action.KILL)
    assert newsroom.withdrawn(["b"]) == {"b": "the same as a, killed by ann"}


async def test_a_correction_names_what_it_corrects_and_is_done_after_its_bulletins(
    make: Make, tmp_path: Path
) -> None:
    path = put(tmp_path, "well.txt", "Well runs dry\n\nBody.", minutes_old=20)
    newsroom = make()
    await newsroom.scan()
    newsroom.mark_aired(["well"], NOW - timedelta(minutes=15))
    path.unlink()
    put(tmp_path, "fix.md", "---\nheadline: About the well\ncorrects: well\n---\nIt is full.\n")
    put(tmp_path, "goat.txt", "Goat sails\n\nBody.")
    newsroom = make()
    await newsroom.scan()
    rundown = newsroom.rundown(PLAN, at=NOW)
    [first, *_] = [
        passage for passage in rundown.passages if passage.slug and passage.role is not Role.HEADLINE
    ]
    assert (first.role, first.slug) == (Role.CORRECTION, "fix")
    said = " ".join(sentence for passage in rundown.passages for sentence in passage.sentences)
    assert "Well runs dry" in said  # remembered, though its file is gone
    for hour in (1, 2):
        assert chosen(newsroom, at=NOW + timedelta(hours=hour))[0] == "fix"
        newsroom.mark_aired(["fix"], NOW + timedelta(hours=hour))
    assert chosen(newsroom, at=NOW + timedelta(hours=3)) == ["goat"]


async def test_breaking_news_that_may_not_be_used_is_not_broken(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "breaking/shut.txt", "Bridge shut\n\nBody.")
    put(tmp_path, "breaking/held.txt", "Bridge held\n\nBody.")
    put(tmp_path, "breaking/later.md", "---\nheadline: Later\nembargoed: 2999-01-01T00:00:00Z\n---\nBody.\n")
    decided(tmp_path, "held", Action.HOLD)
    newsroom = make()
    folder = tmp_path / "media" / "news" / "breaking"
    assert [story.slug for story, _ in await newsroom.scan_breaking(folder)] == ["shut"]
    assert all(story.breaking for story in newsroom.stories())
    decided(tmp_path, "held", Action.RELEASE)
    found = await newsroom.scan_breaking(folder)
    assert {story.slug for story, _ in found} == {"shut", "held"}


async def test_what_is_confidential_is_counted_and_not_told(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    put(tmp_path, "empty.txt", "")
    put(tmp_path, "secret.md", "---\nheadline: Secret\nembargoed: 2999-01-01T00:00:00Z\n---\nBody.\n")
    put(tmp_path, "wrong.txt", "Wrong\n\nBody.")
    decided(tmp_path, "wrong", Action.KILL)
    newsroom = make()
    await newsroom.scan()
    report = newsroom.report()
    assert (report.stories, report.withheld) == (1, 3)
    assert [each.slug for each in report.headlines] == ["well"]
    assert [each.file for each in report.withheld_files] == ["empty.txt"]


async def test_the_public_is_told_that_a_correction_is_one(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.", minutes_old=90)
    put(tmp_path, "fix.md", "---\nheadline: Well runs dry\ncorrects: well\n---\nIt is full.\n")
    newsroom = make()
    await newsroom.scan()
    assert [each.headline for each in newsroom.report().headlines] == ["Correction: Well runs dry"]


async def test_decisions_that_cannot_be_read_are_a_problem_and_stand(make: Make, tmp_path: Path) -> None:
    put(tmp_path, "well.txt", "Well runs dry\n\nBody.")
    decided(tmp_path, "well", Action.KILL)
    newsroom = make()
    await newsroom.scan()
    (tmp_path / DECISIONS).write_text("{", "utf-8")
    await newsroom.scan()
    assert chosen(newsroom) == []
    assert "the decisions read before stand" in newsroom.problems()[0]


async def test_no_bulletin_that_tells_of_a_withdrawn_story_stands_in(make: Make, tmp_path: Path) -> None:
    audio = tmp_path / "var" / "bulletins" / "hourly.flac"
    audio.parent.mkdir(parents=True)
    audio.touch()
    made = RenderedBulletin(
        name="hourly",
        path=audio,
        at=NOW,
        duration_s=60.0,
        cues=(),
        stories=("well",),
        rendered_at=NOW,
        took_s=1.0,
        timings=(Timing(role=Role.HEADLINE, slug="goat", text="Goat sails.", start_s=1.0, duration_s=2.0),),
    )
    save_sidecar(made)
    for slug in ("well", "goat"):
        newsroom = make()
        assert newsroom.previous(PLAN, now=NOW) == made
        decided(tmp_path, slug, Action.HOLD)
        assert newsroom.previous(PLAN, now=NOW) is None
        assert newsroom.previous(PLAN) == made  # its length is still what the planner goes by
        decided(tmp_path, slug, Action.RELEASE)


async def test_a_bulletin_right_after_another_tells_something_else(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("well", "goat", "bus", "choir"):
        put(tmp_path, f"{name}.txt", f"Story of the {name}\n\nAll about the {name} is said here.")
    newsroom = make()
    await newsroom.scan()

    async def made(_: object, plan: BulletinPlan, rundown: Rundown) -> RenderedBulletin:
        told = [passage.slug for passage in rundown.passages if passage.role is Role.STORY]
        return RenderedBulletin(
            name=plan.name,
            path=Path("none"),
            at=rundown.at,
            duration_s=60.0,
            cues=(),
            stories=tuple(told[: plan.max_stories]),
            rendered_at=NOW,
            took_s=0.0,
        )

    monkeypatch.setattr(BulletinMaker, "make", made)
    two = replace(PLAN, max_stories=2)
    first = await newsroom.render(two, at=NOW)
    second = await newsroom.render(replace(two, name="local"), at=NOW + timedelta(minutes=3))
    assert {*first.stories, *second.stories} == {"well", "goat", "bus", "choir"}
    # Once it is told what was heard, that counts alone.
    newsroom.mark_aired(first.stories, NOW + timedelta(seconds=1))
    third = await newsroom.render(replace(two, name="late"), at=NOW + timedelta(minutes=20))
    assert third.stories == second.stories
    # Made again for the same time, it may tell the same.
    assert (
        await newsroom.render(replace(two, name="late"), at=NOW + timedelta(minutes=20))
    ).stories == third.stories


async def test_there_are_stories_to_choose_from_beyond_what_is_read(make: Make, tmp_path: Path) -> None:
    for number in range(12):
        put(tmp_path, f"s{number}.txt", f"Story {number} of today\n\nThe {number} bodies.")
    newsroom = make()
    await newsroom.scan()
    rundown = newsroom.rundown(replace(PLAN, max_stories=3), at=NOW)
    told = [passage.slug for passage in rundown.passages if passage.role is Role.STORY]
    assert len(told) > rundown.max_stories
    assert told == chosen(newsroom)[: len(told)]


async def test_the_demo_has_all_its_news_however_long_it_is_on(tmp_path: Path) -> None:
    copy_station(demo_source(), tmp_path)
    newsroom = Newsroom(
        tmp_path, tmp_path / "media", tmp_path / "var", load_station(tmp_path / "config/station.yaml")
    )
    await newsroom.scan()
    every = {story.slug for story in newsroom.stories()}
    assert len(every) > 5
    for days in (0, 3, 400):
        assert set(chosen(newsroom, at=NOW + timedelta(days=days))) == every
