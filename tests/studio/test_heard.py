"""What is published is what was heard: whoever publishes is told of each bulletin that was on the air."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.load import load_station
from radiocast.model.play import AsRunEntry, Kind, Outcome
from radiocast.studio.ready import ReadyItem
from radiocast.studio.rooms import Rooms
from tests.studio.test_programme import NOW, FakeLibrary, House, entry_of, tone

AUDIO = Path("/var/news.flac")


class Told(House):
    """A programme that tells the test."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path, FakeLibrary([tone("a")]))
        self.heard: list[tuple[Path, tuple[str, ...], datetime]] = []
        self.programme._note_heard = lambda *what: self.heard.append(what)

    async def bulletin(self) -> ReadyItem:
        """The bulletin at twenty past, begun."""
        first = await self.programme.next_item(playing_since=NOW, earliest=NOW)
        self.programme.started(first.item, NOW)
        ready = await self.programme.next_item(playing_since=NOW, earliest=NOW + timedelta(minutes=12))
        assert ready.item.kind is Kind.BULLETIN
        self.programme.started(ready.item, ready.item.planned_start)
        self.programme.finished(entry_of(first.item))
        assert self.heard == []  # music is none, and a bulletin that was merely made is not heard
        return ready


@pytest.fixture
def house(tmp_path: Path) -> Told:
    return Told(tmp_path)


async def test_a_bulletin_is_told_with_the_stories_that_were_told(house: Told) -> None:
    ready = await house.bulletin()
    entry = entry_of(ready.item)
    house.programme.heard(ready.item, ("one",))
    house.programme.finished(entry)
    assert house.heard == [(AUDIO, ("one",), entry.start_actual)]
    house.programme.finished(entry)
    assert len(house.heard) == 1


@pytest.mark.parametrize(("outcome", "told"), [(Outcome.AIRED, 1), (Outcome.CUT, 0), (Outcome.FAILED, 0)])
async def test_without_a_story_it_counts_whether_it_was_heard_whole(
    house: Told, outcome: Outcome, told: int
) -> None:
    ready = await house.bulletin()
    house.programme.heard(ready.item, ())
    entry: AsRunEntry = replace(entry_of(ready.item), outcome=outcome)
    house.programme.finished(entry)
    assert len(house.heard) == told


def test_a_station_that_publishes_nothing_has_nobody_who_does(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "media").mkdir()
    (tmp_path / "var").mkdir()
    file = tmp_path / "config" / "station.yaml"

    def rooms(*, unhurried: bool = False) -> Rooms:
        return Rooms(tmp_path, tmp_path / "var", write_as_run=lambda _: None, seed=0, unhurried=unhurried)

    file.write_text("station: {name: Test FM}\n")
    assert rooms().publisher is not None
    assert rooms(unhurried=True).publisher is None  # what a simulation plays, nobody hears
    file.write_text("station: {name: Test FM}\nnewsroom: {publish: false}\n")
    assert not load_station(file).newsroom.publish
    assert rooms().publisher is None
