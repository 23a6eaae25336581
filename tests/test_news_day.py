"""A day of news, from the feeds to the as-run log: what was read when, and in which words.

Time is virtual, in steps of a minute. The feeds' servers, the child that asks them, the newsroom, the process
that renders, the desk and the log are those of the air; only the decks have no sound, and the voice is noise
that lasts as long as speech. What is asserted stands in the as-run log and in the scripts beside the audio.
"""

import asyncio
import gzip
import json
import os
import re
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from radiocast.config.station import VoiceConfig
from radiocast.library.measuring import measure_all
from radiocast.model.block import Block
from radiocast.model.report import FeedReport
from radiocast.model.units import block_of_sample, samples, seconds
from radiocast.newsroom.desk.decisions import Action, Decision, decide
from radiocast.newsroom.newsroom import DECISIONS, Newsroom
from radiocast.newsroom.production.bulletin import RenderedBulletin
from radiocast.newsroom.script.rundown import Role
from radiocast.studio.asrun import as_json
from radiocast.studio.desk import Desk
from radiocast.studio.lookout import Lookout
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.recalls import TakenBack
from radiocast.studio.rooms import Rooms
from radiocast.studio.silent import SilentEquipment
from tests.newsroom.wire.a_news_day import CHILD, DAWN, Report, lake_feed, reports, valley_feed
from tests.newsroom.wire.feeds import item, json_feed, rss
from tests.newsroom.wire.serving import Server, answer, dripping, serving
from tests.serving import make_station

HOURS = 16
AIRINGS, APART, CORRECTIONS = 2, timedelta(minutes=60), 3
STEP = samples(60.0)
# So often it is seen whether feeds are due; whole steps.
LOOK = 10 * STEP
SIGN_ON = DAWN + timedelta(minutes=30)
# While a bulletin is read it is looked at more often.
READING_STEP = samples(1.0)

STATION = """\
station: {name: Newsline, timezone: UTC, language: en}
audio: {crossfade: 0s}
newsroom:
  publish: false
  desk: {airings: 2, apart: 60m, corrections: 3}
  voice:
    engine: command
    name: noise
    words_per_minute: 300
    command: [sh, say.sh]
  feeds:
    - {name: lake, url: "PRIVATE/lake", every: 45m, max_stories: 200, private_addresses: true}
    - {name: valley, url: "PRIVATE/valley", every: 45m, max_stories: 200, private_addresses: true}
    - {name: down, url: "PRIVATE/down", every: 45m, private_addresses: true}
    - {name: slow, url: "PRIVATE/slow", every: 45m, timeout: 1s, private_addresses: true}
    - {name: huge, url: "PRIVATE/huge", every: 45m, max_bytes: 100000, private_addresses: true}
    - {name: broken, url: "PRIVATE/broken", every: 45m, private_addresses: true}
    - {name: sly, url: "PUBLIC/sly", every: 45m}
"""
SCHEDULE = """\
rotations:
  music: {files: "music/**"}
bulletins:
  hourly: {target: 100s, min: 30s, max: 130s, parts: [intro, headlines: {max: 3}, stories: {max: 8}, outro]}
clocks:
  hour:
    - {at: "00:00", start: hard, play: bulletin/hourly}
    - {fill: rotation/music, until: "60:00"}
grid: {default: hour}
breaking: {folder: media/news/breaking, max_age: 10m}
sustainer: rotation/music
"""
# Noise, as long as 30 letters a second; its WAV header says that the length is not known.
VOICE = r"""letters=$(wc -c)
printf 'RIFF\377\377\377\377WAVEfmt \020\0\0\0\1\0\1\0\200\076\0\0\0\175\0\0\2\0\020\0data\377\377\377\377'
exec head -c $((letters * 1066)) /dev/urandom
"""

BREAKS_AT = DAWN + timedelta(hours=10, minutes=20)
BREAKING = "Dam of the paddle boats gives way"
TOO_OLD = "Owl was seen an hour ago"
KILLED_IN = DAWN + timedelta(hours=9)

_SIDECAR = TypeAdapter(RenderedBulletin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aired:
    """A line of the as-run log, and the script and the sidecar of what was read."""

    line: dict[str, Any]
    script: str
    bulletin: RenderedBulletin

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.line["start_actual"])

    @property
    def headlines(self) -> list[str]:
        """Every headline that stood over it, in the order in which they came."""
        told = filter(None, self.line["headline"].split(" / "))
        return [headline.removeprefix("Correction: ") for headline in told]

    def told(self) -> dict[str, str]:
        """What was said of each story that was read, by its slug, in order; headlines apart."""
        said: dict[str, str] = {}
        for role, slug, text in sections(self.script):
            if role in {Role.STORY, Role.CORRECTION} and slug:
                said[slug] = f"{said.get(slug, '')} {text}".strip()
        return said


def sections(script: str) -> Iterator[tuple[str, str, str]]:
    """Role, slug and words of each part of a script as it is kept for the record."""
    for head, words in re.findall(r"^\[(.+)\]\n((?:.+\n)*)", script, re.MULTILINE):
        role, _, slug = head.partition(" ")
        yield role, slug, " ".join(line.partition("  ")[2] for line in words.splitlines())


class Day:
    """The station, from hour to hour. `fetched` is when the feeds were asked, by name."""

    def __init__(self, root: Path, server: Server, stories: list[Report]) -> None:
        self._root, self._server, self._stories = root, server, stories
        self._as_run = root / "as-run.jsonl"
        self.fetched: dict[str, list[datetime]] = {"lake": [], "valley": []}
        self.headlines: dict[str, str] = {}  # by slug
        self.corrects: dict[str, str] = {}  # headline of a correction, and of what it corrects
        self.killed = ""
        self._position = 0
        self._outlet = VirtualOutlet(SIGN_ON, _no_block)
        self.rooms = Rooms(
            root,
            root / "var",
            now=self.now,
            unhurried=True,
            write_as_run=lambda entry: self._write(as_json(entry)),
            seed=4,
        )
        self.rooms.newsroom._wire._command = (sys.executable, "-c", CHILD)

    def now(self) -> datetime:
        return self._outlet.air_time(0, seconds(self._position))

    def _write(self, line: str) -> None:
        with self._as_run.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    async def live(self) -> None:
        rooms = self.rooms
        await rooms.open()
        await measure_all(rooms.library, progress=lambda done, total: None)
        async with asyncio.TaskGroup() as tasks:
            desk = Desk(
                programme=rooms.programme,
                outlet=self._outlet,
                audio=rooms.config.audio,
                title="Newsline",
                tasks=tasks,
                equipment=SilentEquipment(),
                withdrawn=rooms.newsroom.withdrawn,
            )
            rooms.programme.replan = desk.replan
            lookout = Lookout(rooms, replan=desk.replan, look_at_stories=desk.look_at_stories)
            try:
                desk.sign_on(SIGN_ON)
                while self._position < samples(HOURS * 3600.0):
                    await self._step(desk, lookout)
            finally:
                desk.stop_preparing()
                await desk.close()
        await rooms.close()

    async def _step(self, desk: Desk, lookout: Lookout) -> None:
        rooms, now = self.rooms, self.now()
        await self._ask_feeds(lookout, now)
        await self._drop_breaking(desk, now)
        coming = rooms.programme.next_bulletin()
        if coming is not None:
            plan = rooms.schedule.config.bulletins[coming[0]]
            if now >= rooms.bulletins.deadline(plan, coming[1]):
                rooms.bulletins.prepare(plan, coming[1])
        playing = desk._console.now
        is_read = playing is not None and bool(playing.ready.readings)
        if playing is not None and is_read and now > KILLED_IN + timedelta(seconds=15) and not self.killed:
            self._kill(desk, playing.told[-1][1].headline, now)
        await desk.attend(_nothing_taken)
        # On the minute again after a bulletin.
        step = READING_STEP if is_read else STEP - self._position % STEP
        await desk.render(block_of_sample(self._position), step)
        self._position += step
        seq = block_of_sample(self._position)
        desk.log.notes(seq)
        for entry in desk.log.entries(seq):
            rooms.programme.finished(entry)

    def _kill(self, desk: Desk, headline: str, now: datetime) -> None:
        """The editor kills what is being read, unless it is a correction."""
        slugs = [
            slug for slug, each in self.headlines.items() if each == headline and each not in self.corrects
        ]
        if slugs:
            self.killed = headline
            word = Decision(slug=slugs[0], action=Action.KILL, by="Ann", at=now, why="it is not so")
            decide(self._root / DECISIONS, lambda _: word)
            desk.look_at_stories()

    async def _ask_feeds(self, lookout: Lookout, now: datetime) -> None:
        if self._position % LOOK:
            return
        self._server.paths["/lake"] = answer(200, lake_feed(self._stories, now))
        self._server.paths["/valley"] = answer(200, valley_feed(self._stories, now))
        asked = {name: len(self._server.asked_for(f"/{name}")) for name in self.fetched}
        await lookout.look_at_feeds()
        for name, before in asked.items():
            if len(self._server.asked_for(f"/{name}")) > before:
                self.fetched[name].append(now)
        every = {story.slug: story for story in self.rooms.newsroom.stories()}
        self.headlines |= {slug: story.headline for slug, story in every.items()}
        for story in every.values():
            if story.corrects:
                self.corrects[story.headline] = self.headlines.get(story.corrects, story.corrects)

    async def _drop_breaking(self, desk: Desk, now: datetime) -> None:
        folder = self._root / "media/news/breaking"
        if now >= BREAKS_AT and not (folder / "dam.txt").exists():
            _put(folder / "dam.txt", f"{BREAKING}\n\nNobody was in a boat.\n", at=now)
            _put(folder / "owl.txt", f"{TOO_OLD}\n\nIt slept.\n", at=now - timedelta(hours=1))
            if await self.rooms.breaking.look(self.rooms.schedule.config.breaking):
                desk.replan()

    def aired(self) -> list[Aired]:
        """Every bulletin that was heard, in order."""
        made: dict[datetime, Aired] = {}
        lines = [json.loads(line) for line in self._as_run.read_text("utf-8").splitlines()]
        bulletins = [
            (path, _SIDECAR.validate_json(path.read_bytes()))
            for path in (self._root / "var/bulletins").glob("hourly-*.json")
        ]
        for line in lines:
            if line["source"] == "bulletin/hourly":
                at = datetime.fromisoformat(line["start_scheduled"])
                # The last that was made of it before it aired.
                path, bulletin = max(
                    (each for each in bulletins if each[1].at == at), key=lambda each: each[1].rendered_at
                )
                script = path.with_suffix(".txt").read_text("utf-8")
                made[at] = Aired(line=line, script=script, bulletin=bulletin)
        return [made[at] for at in sorted(made)]

    def lines_of(self, source: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self._as_run.read_text("utf-8").splitlines())
        return [line for line in lines if line["source"] == source]

    def known_from(self, feed: str, at: datetime) -> datetime:
        """When the station could first know what was sent then."""
        return min(
            (asked for asked in self.fetched[feed] if asked >= at), default=datetime.max.replace(tzinfo=UTC)
        )


async def _nothing_taken(earliest: int) -> TakenBack | None:
    return None


def _no_block(block: Block) -> None:
    raise AssertionError("nothing is encoded")


def _put(path: Path, text: str, *, at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))


def _station(root: Path, public: Server, private: Server) -> Path:
    addresses = STATION.replace("PRIVATE", private.url("")).replace("PUBLIC", public.url(""))
    make_station(root, station=addresses, schedule=SCHEDULE)
    (root / "say.sh").write_text(VOICE, encoding="utf-8")
    for number in range(2):
        with wave.open(str(root / f"media/music/track{number}.wav"), "wb") as track:
            track.setparams((1, 2, 8000, 0, "NONE", ""))
            track.writeframes((b"\0\x10" * 40 + b"\0\xf0" * 40) * 100 * 300)
    return root


@pytest.mark.timeout(300)
async def test_a_day_of_news(tmp_path: Path) -> None:
    stories = reports()
    async with serving("127.0.0.2") as public, serving("127.0.0.1") as private:
        private.paths["/slow"] = dripping()
        private.paths["/huge"] = answer(200, gzip.compress(bytes(20_000_000)), content_encoding="gzip")
        private.paths["/broken"] = answer(200, b"<rss><channel><item><title>Cut in the mid")
        private.paths["/secret"] = answer(200, rss(item("1", "The secret of the house")))
        private.paths["/lake"], private.paths["/valley"] = answer(200, rss()), answer(200, json_feed([]))
        public.paths["/sly"] = answer(302, location=private.url("/secret"))
        day = Day(_station(tmp_path / "station", public, private), private, stories)
        await day.live()
        assert private.asked_for("/secret") == []
        assert len(public.asked_for("/sly")) > 1
        bad = {feed.name: feed for feed in day.rooms.report().newsroom.feeds}
    _bad_feeds_are_named(bad)
    every = day.aired()
    assert [aired.at for aired in every] == [DAWN + timedelta(hours=hour) for hour in range(1, HOURS + 1)]
    _what_was_announced_was_read(every, day)
    _nothing_before_its_time_or_after_it(every, day, stories)
    _not_too_often_and_not_too_soon(every, day)
    _the_same_story_is_one(every, stories)
    _corrections_are_read(every, day, stories)
    _in_the_desks_order(every, day)
    _breaking_news_goes_first(every, day)
    _what_the_editor_killed_is_gone(every, day)
    await _it_can_be_spoken(day)


def _bad_feeds_are_named(feeds: dict[str, FeedReport]) -> None:
    assert feeds["lake"].ok
    assert feeds["valley"].ok
    assert feeds["lake"].error == feeds["valley"].error == ""
    assert "404" in feeds["down"].error
    assert "cut off" in feeds["slow"].error
    assert "cut off" in feeds["huge"].error
    assert "broken" in feeds["broken"].error
    assert "127.0.0.1 is this machine" in feeds["sly"].error


def _what_was_announced_was_read(every: list[Aired], day: Day) -> None:
    """The log's headlines are those of the script, but for what was taken off the air."""
    for aired in every:
        read = [day.headlines[slug] for slug in aired.told()]
        if aired.line["outcome"] == "aired":
            assert sorted(aired.headlines) == sorted(read), aired.line
            assert len(read) >= 5
        else:
            assert set(aired.headlines) <= set(read), aired.line
            assert "withdrawn: " in aired.line["reason"]
        assert aired.line["outcome"] in {"aired", "cut"}
        assert abs(aired.line["late_ms"]) <= 50


def _nothing_before_its_time_or_after_it(every: list[Aired], day: Day, stories: list[Report]) -> None:
    seen = {"embargoed": 0, "expires": 0, "killed_at": 0, "canceled_at": 0, "corrected_at": 0}
    for story in stories:
        times = [aired.at for aired in every if story.headline in aired.headlines]
        assert all(at >= story.at for at in times)
        assert not (story.withheld and times), story
        if story.embargoed is not None:
            seen["embargoed"] += len(times)
            assert all(at >= story.embargoed for at in times), story
        if story.expires is not None:
            seen["expires"] += len(times)
            assert all(at < story.expires for at in times), story
        for what in ("killed_at", "canceled_at", "corrected_at"):
            over = getattr(story, what)
            if over is not None:
                seen[what] += len(times)
                assert all(at <= day.known_from(story.feed, over) for at in times), (what, story)
    # None of these rules was kept for want of stories.
    assert all(seen.values()), seen


def _not_too_often_and_not_too_soon(every: list[Aired], day: Day) -> None:
    aired_at: dict[str, list[datetime]] = {}
    for aired in every:
        for headline in aired.headlines:
            aired_at.setdefault(headline, []).append(aired.at)
    for line in day.lines_of("breaking/dam"):
        aired_at[BREAKING].insert(0, datetime.fromisoformat(line["start_actual"]))
    news = {headline: times for headline, times in aired_at.items() if headline not in day.corrects}
    assert len(news) > 70
    assert max(map(len, news.values())) == AIRINGS
    assert min(after - before for times in news.values() for before, after in pairwise(times)) >= APART


def _the_same_story_is_one(every: list[Aired], stories: list[Report]) -> None:
    """Both reporters' headline is one and the same, so that `_not_too_often` has counted them together."""
    copied = {story.headline for story in stories if story.copy_of is not None}
    both = 0
    for aired in every:
        assert len(aired.headlines) == len(set(aired.headlines))
        words = " ".join(aired.told().values())
        for headline in copied & set(aired.headlines):
            said = [text for text in aired.told().values() if text.startswith(headline)]
            assert len(said) <= 1, words
            # The second version may not have been sent yet.
            both += sum("Lake Gazette" in text and "Valley Herald" in text for text in said)
    assert both > 5


def _corrections_are_read(every: list[Aired], day: Day, stories: list[Report]) -> None:
    sent = {f"Not {story.headline.lower()}": story for story in stories if story.corrected_at is not None}
    assert len(sent) == 10
    read = 0
    for headline, story in sent.items():
        assert story.corrected_at is not None
        known = day.known_from(story.feed, story.corrected_at)
        following = [aired for aired in every if aired.at > known]
        containing = [aired for aired in every if headline in aired.headlines]
        # In the next bulletins, and in no other.
        assert containing == following[:CORRECTIONS], headline
        for aired in containing:
            read += 1
            (said,) = (text for slug, text in aired.told().items() if day.headlines[slug] == headline)
            assert said.startswith(f"A correction. In an earlier bulletin we reported: {story.headline}")
            assert "It was another." in said
    assert read > 20


def _in_the_desks_order(every: list[Aired], day: Day) -> None:
    """What has not aired yet, then what aired longest ago; by the log itself."""
    last: dict[str, datetime] = {}
    for aired in every:
        read = [day.headlines[slug] for slug in aired.told()]
        news = [each for each in read if each not in {*day.corrects, BREAKING, TOO_OLD}]
        before = [last.get(each, SIGN_ON) for each in news]
        assert before == sorted(before), aired.line
        last.update(dict.fromkeys(aired.headlines, aired.at))


def _breaking_news_goes_first(every: list[Aired], day: Day) -> None:
    (line,) = day.lines_of("breaking/dam")
    began = datetime.fromisoformat(line["start_actual"])
    assert timedelta(0) <= began - BREAKS_AT < timedelta(seconds=6)
    assert (line["outcome"], line["headline"]) == ("aired", BREAKING)
    # It was too old to interrupt, and is news all the same.
    assert day.lines_of("breaking/owl") == []
    assert every[10].headlines[0] == TOO_OLD
    # An hour must pass before it is read again, and others were not read at all by then.
    assert BREAKING not in every[10].headlines
    assert every[11].headlines[0] == BREAKING


def _what_the_editor_killed_is_gone(every: list[Aired], day: Day) -> None:
    (ninth,) = (aired for aired in every if aired.at == KILLED_IN)
    assert ninth.line["outcome"] == "cut"
    assert "killed by Ann: it is not so" in ninth.line["reason"]
    assert day.killed in ninth.headlines
    whole_s = ninth.bulletin.duration_s
    reading_s = next(
        after.at_s - cue.at_s
        for cue, after in pairwise(ninth.bulletin.cues)
        if cue.headline == day.killed and after.headline != day.killed and cue.at_s > 15
    )
    assert whole_s - reading_s < ninth.line["duration_actual_s"] < whole_s - 1
    assert not any(day.killed in aired.headlines for aired in every if aired.at > KILLED_IN)


async def _it_can_be_spoken(day: Day) -> None:
    """The day's last bulletin by a real voice, of what the desk has left."""
    config = day.rooms.config
    spoken = config.model_copy(
        update={"newsroom": config.newsroom.model_copy(update={"voice": VoiceConfig()})}
    )
    root = day.rooms.media.parent
    newsroom = Newsroom(root, root / "media", root / "var", spoken)
    await newsroom.scan()
    plan = replace(day.rooms.schedule.config.bulletins["hourly"], target_s=60.0, max_s=90.0, max_headlines=0)
    bulletin = await newsroom.render(plan, at=day.now() + timedelta(hours=1))
    assert bulletin.problems == ()
    assert bulletin.duration_s == pytest.approx(60, abs=2)
    script = bulletin.path.with_suffix(".txt").read_text("utf-8")
    read = [slug for role, slug, _ in sections(script) if role in {Role.STORY, Role.CORRECTION}]
    assert read == list(bulletin.stories)
