"""The queue of publishing: one thing after another, through failures and restarts."""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from radiocast.config.station import Identity, StationConfig
from radiocast.model.story import Story
from radiocast.newsroom.production.storage import save_sidecar
from radiocast.newsroom.publishing.publisher import Publisher
from tests.newsroom.publishing.a_bulletin import (
    AT,
    STORIES,
    bulletin,
    write_flac,
    write_recordings,
)


@dataclass
class Room:
    """A newsroom that has two stories, and an editor who may withdraw them."""

    gone: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def read_out(self, slugs: Iterable[str]) -> tuple[Story, ...]:
        wanted = set(slugs)
        return tuple(story for story in STORIES if story.slug in wanted)

    def withdrawn(self, slugs: Iterable[str]) -> Mapping[str, str]:
        self.asked.append(tuple(slugs))
        return {slug: why for slug, why in self.gone.items() if slug in self.asked[-1]}


class Case:
    """A publisher over a folder; its child is the real one, or a command of the test's."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.room = Room()
        self.now = AT + timedelta(minutes=5)
        self.audio = var / "bulletins" / "hourly-20260607T140000+0000.flac"
        self.audio.parent.mkdir(parents=True)
        self.audio.touch()
        save_sidecar(bulletin(self.audio))
        self.publisher = self.again()

    def again(self, *command: str) -> Publisher:
        """The next life of the studio."""
        config = StationConfig(station=Identity(name="Newsline"))
        more = {"command": command} if command else {}
        return Publisher(self.var, self.var / "media", config, self.room, now=self.clock, **more)

    def clock(self) -> datetime:
        return self.now

    def queue(self) -> list[str]:
        return sorted(path.name for path in (self.var / "published" / "queue").glob("*"))

    def slugs(self) -> list[str]:
        index = json.loads((self.var / "published" / "index.json").read_bytes())
        return [story["slug"] for story in index["stories"]]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path / "var")


def child(answer: str) -> tuple[str, ...]:
    """A child that gives this answer, and says so on stderr."""
    return (
        sys.executable,
        "-c",
        f"import sys; sys.stdin.read(); sys.stderr.write('oh'); print({answer!r}, end='')",
    )


async def test_what_was_heard_is_published_by_the_real_child_and_withdrawn_again(case: Case) -> None:
    write_flac(case.audio)
    write_recordings(case.var / "speech")
    case.publisher.heard(case.audio, ("ferry", "choir"), AT)
    assert await case.publisher.work()
    assert (case.slugs(), case.queue(), case.publisher.problems()) == (["choir", "ferry"], [], ())
    assert not await case.publisher.work()
    case.room.gone["ferry"] = "wrong goat"
    assert await case.publisher.work()
    assert case.slugs() == ["choir"]
    assert not await case.publisher.work()  # once is enough


async def test_a_failure_is_told_and_tried_again_also_by_the_next_studio(case: Case) -> None:
    broken = case.again(*child("no result"))
    broken.heard(case.audio, ("ferry",), AT)
    assert await broken.work()
    assert "exit code 0: oh. It is tried again" in broken.problems()[0]
    assert len(case.queue()) == 1
    mended = case.again(*child('{"slugs": ["ferry"]}'))
    assert await mended.work()
    assert case.queue() == []
    assert not await mended.work()
    assert case.room.asked[-1] == ("ferry",)


async def test_an_error_of_the_child_keeps_the_job_and_its_sentence(case: Case) -> None:
    publisher = case.again(*child('{"error": "lost.flac: there is no such file"}'))
    publisher.heard(case.audio, ("ferry",), AT)
    assert await publisher.work()
    assert "lost.flac" in publisher.problems()[0]
    assert len(case.queue()) == 1


async def test_what_fails_again_and_again_is_left_out_and_named(case: Case) -> None:
    publisher = case.again(*child('{"error": "no"}'))
    publisher.heard(case.audio, ("ferry",), AT)
    for _ in range(6):
        assert "in 6 tries" not in "".join(publisher.problems())
        case.now += timedelta(hours=1)
        assert await publisher.work()
    assert case.queue() == []
    assert "in 6 tries" in "".join(publisher.problems())


async def test_what_failed_lets_the_others_go_first(case: Case) -> None:
    publisher = case.again(*child('{"error": "no"}'))
    publisher.heard(case.audio, ("ferry",), AT)
    publisher.heard(case.audio, ("choir",), AT + timedelta(hours=1))
    for _ in range(4):
        case.now += timedelta(hours=1)
        assert await publisher.work()
    assert len(case.queue()) == 2
    assert publisher._tries == dict.fromkeys(publisher._waiting(), 2)


async def test_a_bulletin_whose_record_is_lost_is_named_and_holds_nobody_up(case: Case) -> None:
    publisher = case.again(*child("{}"))
    publisher.heard(case.var / "bulletins" / "gone.flac", (), AT)
    assert await publisher.work()  # it tidies
    assert case.queue() == []
    assert "gone.flac" in publisher.problems()[0]


async def test_a_bulletin_whose_sound_is_gone_is_named_and_holds_nobody_up(case: Case) -> None:
    publisher = case.again(*child("{}"))
    publisher.heard(case.audio, ("ferry",), AT)
    case.audio.unlink()
    assert await publisher.work()
    assert case.queue() == []
    assert publisher.problems() == (f"publishing: {case.audio.name} is gone, so it is not published",)


async def test_a_damaged_job_is_passed_over(case: Case) -> None:
    queue = case.var / "published" / "queue"
    queue.mkdir(parents=True)
    (queue / "20260607T140000-x.json").write_bytes(b"{")
    publisher = case.again(*child("{}"))
    assert await publisher.work()
    assert case.queue() == []


async def test_the_queue_is_bounded_and_says_what_it_leaves_out(case: Case) -> None:
    publisher = case.again(*child('{"error": "the disk is full"}'))
    for hour in range(50):
        publisher.heard(case.audio, ("ferry",), AT + timedelta(hours=hour))
    assert await publisher.work()
    assert len(case.queue()) == 48
    assert "more than 48" in "".join(publisher.problems())


async def test_with_nothing_to_publish_it_tidies_now_and_then(case: Case) -> None:
    publisher = case.again(*child("{}"))
    assert await publisher.work()
    assert not await publisher.work()
    case.now += timedelta(hours=6)
    assert await publisher.work()


async def test_after_a_failure_there_is_a_pause_for_all_but_what_is_withdrawn(case: Case) -> None:
    publisher = case.again(*child('{"slugs": ["ferry", "choir"]}'))
    assert await publisher.work()
    publisher._command = child('{"slugs": ["ferry", "choir"], "error": "the disk is full"}')
    publisher.heard(case.audio, ("ferry",), AT)
    assert await publisher.work()
    assert not await publisher.work()
    case.room.gone["ferry"] = "wrong goat"
    assert await publisher.work()  # at once
    assert not await publisher.work()  # and not again and again
    case.now += timedelta(minutes=2)
    publisher._command = child('{"slugs": ["choir"]}')
    assert await publisher.work()
    assert (case.queue(), publisher.problems()) == ([], ())


async def test_what_cannot_be_queued_is_named(case: Case) -> None:
    publisher = case.again(*child("{}"))
    (case.var / "published").write_text("a file where the folder should be")
    publisher.heard(case.audio, ("ferry",), AT)
    assert "cannot be written" in publisher.problems()[0]
