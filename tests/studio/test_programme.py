"""The programme: the planner's word made real, with a library and a newsroom that do as they are told."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import Identity, StationConfig
from radiocast.model.errors import MediaError, VoiceError
from radiocast.model.media import MediaFile
from radiocast.model.play import AsRunEntry, Cue, Kind, Outcome, PlayItem, StandbyPart
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.schedule.state import PlanState
from radiocast.studio.bulletins import Bulletins
from radiocast.studio.plan_memory import PlanMemory, load_state
from radiocast.studio.programme import MOST_TRIES, StationProgramme
from radiocast.studio.schedule_file import ScheduleFile

NOW = datetime(2026, 3, 1, 12, 10, tzinfo=UTC)
SCHEDULE = """\
rotations:
  music: {files: "music/**", order: sequential}
bulletins:
  news: {target: 60s, parts: [stories: {max: 2}], on_failure: [previous_if_fresh, skip]}
clocks:
  hour:
    - {at: "20:00", start: hard, play: bulletin/news}
    - {fill: rotation/music, until: "60:00"}
grid: {default: hour}
sustainer: rotation/music
"""


def tone(name: str, *, seconds: float = 180.0) -> MediaFile:
    return MediaFile(
        path=f"music/{name}.ogg",
        title=name,
        artist="Band",
        duration_s=seconds,
        analysed=True,
        cue_out_s=seconds,
        segue_s=seconds,
    )


class FakeLibrary:
    """Files that can be analysed, but for the broken ones."""

    def __init__(self, files: Iterable[MediaFile], broken: Iterable[str] = ()) -> None:
        self._files = tuple(files)
        self.broken = set(broken)
        self.marked: list[str] = []

    def files(self) -> tuple[MediaFile, ...]:
        return self._files

    async def analyse(self, path: str, *, timeout_s: float | None = None) -> MediaFile:
        if path in self.broken:
            self._files = tuple(file for file in self._files if file.path != path)
            raise MediaError(f"{path} holds no sound.")
        return next(file for file in self._files if file.path == path)

    def replace(self, file: MediaFile) -> None:
        self._files = (*(other for other in self._files if other.path != file.path), file)

    def mark_unplayable(self, path: str, reason: str) -> None:
        self.marked.append(path)
        self._files = tuple(file for file in self._files if file.path != path)


class FakeNewsroom:
    """Renders at once, or fails."""

    def __init__(self) -> None:
        self.fails = False
        self.kept = False
        self.aired: list[str] = []
        self.asked_for: list[datetime] = []

    async def render(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        self.asked_for.append(at)
        if self.fails:
            raise VoiceError("no voice")
        return self.made(plan, at=at)

    def made(self, plan: BulletinPlan, *, at: datetime) -> RenderedBulletin:
        cues = (
            Cue(at_s=0.0, kind=Kind.BULLETIN, title="News", stream_title="News"),
            Cue(at_s=5.0, kind=Kind.STORY, title="One", headline="One", stream_title="One"),
        )
        return RenderedBulletin(
            name=plan.name,
            path=Path("/var/news.flac"),
            at=at,
            duration_s=50.0,
            cues=cues,
            stories=("one",),
            rendered_at=at,
            took_s=1.0,
        )

    def previous(self, plan: BulletinPlan, *, now: datetime | None = None) -> RenderedBulletin | None:
        return self.made(plan, at=NOW) if self.kept else None

    def mark_aired(self, slugs: Iterable[str], at: datetime, *, bulletin: str = "") -> None:
        self.aired += slugs


class House:
    """A programme with fakes around it."""

    def __init__(self, tmp_path: Path, library: FakeLibrary) -> None:
        (tmp_path / "config").mkdir()
        path = tmp_path / "config" / "schedule.yaml"
        path.write_text(SCHEDULE)
        schedule = ScheduleFile(path, tmp_path)
        schedule.load()
        assert not schedule.problems
        self.library = library
        self.newsroom = FakeNewsroom()
        self.log: list[AsRunEntry] = []
        self.programme = StationProgramme(
            config=StationConfig(station=Identity(name="Test FM")),
            media=tmp_path / "media",
            schedule=schedule,
            library=library,
            newsroom=self.newsroom,
            bulletins=Bulletins(self.newsroom, now=lambda: NOW, unhurried=True),
            write_as_run=self.log.append,
            seed=1,
            now=lambda: NOW,
        )

    def ask(self, earliest: datetime = NOW, *, since: datetime = NOW) -> PlayItem:
        ready = asyncio.run(self.programme.next_item(playing_since=since, earliest=earliest))
        return ready.item


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, FakeLibrary([tone("a"), tone("b"), tone("c")]))


def test_what_was_thrown_away_unheard_is_given_again(house: House) -> None:
    first = house.ask()
    assert house.ask() == first, "nothing started, so nothing has changed"
    house.programme.started(first, NOW)
    assert house.ask().title != first.title


def test_a_file_that_turns_out_to_be_no_sound_has_its_line_and_the_next_one_plays(tmp_path: Path) -> None:
    house = House(tmp_path, FakeLibrary([tone("a"), tone("b")], broken=["music/a.ogg"]))
    item = house.ask()
    assert item.title == "b"
    assert [(entry.title, entry.outcome) for entry in house.log] == [("a", Outcome.FAILED)]
    assert "no sound" in house.log[0].reason


def test_when_nothing_can_be_played_the_standby_sound_does(tmp_path: Path) -> None:
    names = [f"{number}" for number in range(MOST_TRIES + 3)]
    broken = [f"music/{name}.ogg" for name in names]
    house = House(tmp_path, FakeLibrary([tone(name) for name in names], broken=broken))
    assert isinstance(house.ask().part, StandbyPart)


def test_a_file_that_fails_on_the_air_is_marked(house: House) -> None:
    item = house.ask()
    house.programme.started(item, NOW)
    asyncio.run(house.programme.failed(item, "the decoder ended"))
    assert house.library.marked == [f"music/{item.title}.ogg"]


def test_the_bulletin_comes_at_its_second_with_its_cues_and_its_stories_are_told_as_aired(
    house: House,
) -> None:
    first = house.ask()
    house.programme.started(first, NOW)

    async def bulletin() -> None:
        ready = await house.programme.next_item(playing_since=NOW, earliest=NOW + timedelta(minutes=12))
        assert ready.item.kind is Kind.BULLETIN
        assert ready.item.planned_start == NOW.replace(minute=20)
        # The track before it, which it cuts, would have lasted two minutes longer.
        assert house.newsroom.asked_for == [ready.item.planned_start]
        assert [cue.stream_title for cue in ready.cues] == ["News", "One"]
        assert ready.speech
        house.programme.started(ready.item, ready.item.planned_start)
        house.programme.finished(entry_of(ready.item))

    asyncio.run(bulletin())
    assert house.newsroom.aired == ["one"]


def test_a_bulletin_that_cannot_be_made_is_skipped_with_a_line_and_music_goes_on(house: House) -> None:
    house.newsroom.fails = True
    house.programme.started(house.ask(), NOW)
    item = house.ask(NOW + timedelta(minutes=12))
    assert item.kind is Kind.TRACK
    assert [(entry.kind, entry.outcome) for entry in house.log] == [(Kind.BULLETIN, Outcome.FAILED)]
    assert "no voice" in house.log[0].reason


def test_a_bulletin_in_the_place_of_another_is_told_as_one(house: House) -> None:
    house.newsroom.fails = True
    house.newsroom.kept = True
    house.programme.started(house.ask(), NOW)
    ready = asyncio.run(house.programme.next_item(playing_since=NOW, earliest=NOW + timedelta(minutes=12)))
    assert ready.item.kind is Kind.BULLETIN
    assert ready.substitute == "bulletin news could not be made: no voice; the previous one airs"


def test_an_entry_passed_over_is_logged_once_and_not_before_something_else_is_on(house: House) -> None:
    house.programme.started(house.ask(), NOW)
    late = NOW + timedelta(minutes=22)  # the bulletin was due twelve minutes before
    house.ask(late, since=late)
    item = house.ask(late, since=late)
    assert [entry for entry in house.log if entry.outcome is Outcome.DROPPED] == [], "it may still come"
    house.programme.started(item, late)
    (dropped,) = [entry for entry in house.log if entry.outcome is Outcome.DROPPED]
    assert (dropped.source, dropped.start_scheduled) == ("bulletin/news", NOW.replace(minute=20))
    assert dropped.kind is Kind.BULLETIN


def test_what_cannot_be_had_has_one_line_however_often_it_is_asked_for(house: House) -> None:
    house.newsroom.fails = True
    at = NOW.replace(minute=20)
    house.programme.started(house.ask(), NOW)
    house.ask(at)
    house.ask(at)
    (failed,) = [entry for entry in house.log if entry.outcome is Outcome.FAILED]
    assert (failed.source, failed.start_scheduled) == ("bulletin/news", at)


def test_what_comes_next_is_known_and_the_bulletin_is_in_it(house: House) -> None:
    house.programme.started(house.ask(), NOW)
    upcoming = house.programme.upcoming()
    assert [item.kind for item in upcoming].count(Kind.BULLETIN) >= 1
    coming = house.programme.next_bulletin()
    assert coming is not None
    assert coming == ("news", NOW.replace(minute=20))


def test_the_sustainer_has_a_file_for_emergency_sound(house: House) -> None:
    file = house.programme.sustainer_file()
    assert file is not None
    assert file.path.startswith("music/")


def entry_of(item: PlayItem) -> AsRunEntry:
    from radiocast.studio.entries import failed_entry

    entry = failed_entry(item, "")
    object.__setattr__(entry, "start_actual", item.planned_start)
    return entry


async def test_the_hour_goes_on_after_minutes_and_begins_anew_after_hours(
    tmp_path: Path, house: House
) -> None:
    item = (await house.programme.next_item(playing_since=NOW, earliest=NOW)).item
    house.programme.started(item, NOW)
    await PlanMemory(tmp_path).close(house.programme.state)
    now = datetime.now(UTC)
    kept = load_state(tmp_path, now=now)
    assert kept.state == house.programme.state
    assert now - kept.since < timedelta(minutes=1)
    hour_ago = (now - timedelta(hours=1)).timestamp()
    os.utime(tmp_path / "plan-state.json", (hour_ago, hour_ago))
    kept = load_state(tmp_path, now=now)
    assert (kept.state, kept.since) == (house.programme.state, now), "what was heard is still known"


def test_a_state_that_is_no_state_is_a_fresh_start(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    (tmp_path / "plan-state.json").write_text("[1, 2")
    assert load_state(tmp_path, now=now + timedelta(seconds=1)).state == PlanState()


def test_what_comes_next_begins_with_what_was_given_out(house: House) -> None:
    house.programme.started(house.ask(), NOW)
    given = house.ask(NOW + timedelta(minutes=3))
    first, second = house.programme.upcoming()[:2]
    assert (first.title, first.at) == (given.title, NOW + timedelta(minutes=3))
    assert second.at == NOW + timedelta(minutes=6)


def test_after_a_bulletin_the_plan_goes_on_by_its_own_length_not_by_what_was_planned(house: House) -> None:
    """It is planned with its target of 60 s, and has 50 s once it is made."""
    notes: list[datetime] = []
    house.programme._note_on_air = lambda entry, ends: notes.append(ends)
    house.programme.started(house.ask(), NOW)
    at = NOW.replace(minute=20)
    bulletin = house.ask(at)
    assert bulletin.expected_s == 60.0
    house.programme.started(bulletin, at)
    assert notes[-1] == at + timedelta(seconds=50)
    assert house.programme.upcoming()[0].at == at + timedelta(seconds=50)


def test_a_length_that_is_known_now_changes_what_is_next_where_the_plan_is_another(house: House) -> None:
    asked: list[str] = []
    house.programme.replan = lambda: asked.append("anew")
    house.programme.started(house.ask(), NOW)
    given = house.ask(NOW + timedelta(minutes=3))
    house.programme.reconsider()
    assert asked == [], "nothing has changed"
    house.library.replace(tone("z"))
    house.programme.reconsider()
    assert asked == [], "the same is next"
    house.library.replace(replace(tone(given.title), segue_s=100.0))
    house.programme.reconsider()
    assert asked == ["anew"]
    assert house.ask(NOW + timedelta(minutes=3)).expected_s == 178.0
    house.programme.reconsider()
    assert asked == ["anew"]
