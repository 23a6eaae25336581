"""A day of news by the wire: 200 stories of two feeds, five feeds that are no good, and the desk's rules.

Time is virtual; servers, the child and the newsroom are real. Nothing is spoken: what a bulletin would say is
in its rundown.
"""

import gzip
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from radiocast.config.schedule import BulletinPlan
from radiocast.config.station import DeskConfig, Identity, NewsroomConfig, StationConfig
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.script.rundown import Role, Rundown
from tests.newsroom.wire.feeds import config, item, json_feed, rss
from tests.newsroom.wire.serving import Server, answer, dripping, serving

DAWN = datetime(2026, 3, 11, tzinfo=UTC)
HOURS = range(1, 17)
PER_FEED = 100
# A feed is a window: what is older has left it, and must be there all the same.
WINDOW = 40
DESK = DeskConfig(airings=2, apart_s=3600.0, corrections=3)
PLAN = BulletinPlan(name="hourly", max_stories=8, max_headlines=3)

WORDS = """
ferry goat choir bridge market clock umbrella library bus driver harbour lamp bakery kite orchestra
turnip mayor council garden violin canoe beekeeper museum tortoise parade lighthouse carpet ladder
postman pumpkin village teapot railway piano fountain orchard windmill donkey carnival blanket
cathedral juggler meadow kettle sailor compass acrobat pottery blacksmith quilt barge mushroom
stable telescope gazette pelican marble basket painted repaired borrowed counted polished measured
rescued invited followed balanced planted delivered slowly gladly twice yesterday carefully together
upstairs nearby crooked silver enormous striped hollow quiet
""".split()  # noqa: SIM905 - a hundred words are read more easily without their quotes

# 127.0.0.2 stands for the world outside, 127.0.0.1 for this machine.
CHILD = (
    "import asyncio, sys; from radiocast.newsroom.wire import child, guard\n"
    "def refusal(feed):\n"
    "    return lambda a: '' if feed.private_addresses or a == '127.0.0.2' else guard.refusal_of(a)\n"
    "job = child.JOB.validate_json(sys.stdin.buffer.read())\n"
    "asyncio.run(child.ask_all(job, child._tell, refusal=refusal))\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A story as its reporter wrote it, and what becomes of it."""

    feed: str
    number: int
    headline: str
    text: str
    at: datetime
    copy_of: "Report | None" = None

    @property
    def link(self) -> str:
        return f"https://{self.feed}.example/{self.number}"

    def _every_tenth(self, feed: str, digit: int) -> bool:
        return self.feed == feed and self.number % 10 == digit

    @property
    def killed_at(self) -> datetime | None:
        return self.at + timedelta(hours=3) if self._every_tenth("lake", 3) else None

    @property
    def corrected_at(self) -> datetime | None:
        return self.at + timedelta(hours=2) if self._every_tenth("lake", 7) else None

    @property
    def embargoed(self) -> datetime | None:
        return self.at + timedelta(hours=5) if self._every_tenth("valley", 1) else None

    @property
    def expires(self) -> datetime | None:
        return self.at + timedelta(hours=2) if self._every_tenth("valley", 6) else None

    @property
    def canceled_at(self) -> datetime | None:
        return self.at + timedelta(hours=2) if self._every_tenth("valley", 8) else None

    @property
    def withheld(self) -> bool:
        return self._every_tenth("valley", 4)


def reports() -> list[Report]:
    """Lake's seven minutes apart, and Valley's; every fifth of Valley's is Lake's and a little more."""
    dice = random.Random(11)
    lake, valley = [], []
    for number in range(PER_FEED):
        at = DAWN + timedelta(minutes=7 * number)
        lake.append(Report(feed="lake", number=number, headline=_words(dice, 6), text=_text(dice), at=at))
        original = lake[-1] if number % 5 == 0 else None
        valley.append(
            Report(
                feed="valley",
                number=number,
                headline=original.headline if original else _words(dice, 6),
                text=(original.text if original else _text(dice)) + " More is expected.",
                at=at + timedelta(minutes=3),
                copy_of=original,
            )
        )
    return lake + valley


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.sample(WORDS, count)).capitalize()


def _text(dice: random.Random) -> str:
    return " ".join(f"{_words(dice, 11)}." for _ in range(5))


def lake_feed(stories: list[Report], now: datetime) -> bytes:
    """RSS: withdrawals and corrections are entries of their own."""
    items: list[tuple[datetime, str]] = []
    for story in stories:
        if story.feed == "lake":
            date = format_datetime(story.at)
            items.append(
                (story.at, item(str(story.number), story.headline, story.text, link=story.link, date=date))
            )
            if story.killed_at is not None:
                kill = item(
                    f"k{story.number}", f"KILL: {story.headline}", date=format_datetime(story.killed_at)
                )
                items.append((story.killed_at, kill))
            if story.corrected_at is not None:
                correction = item(
                    f"c{story.number}",
                    f"CORRECTION: Not {story.headline.lower()}",
                    "It was another. " + story.text,
                    link=story.link,
                    date=format_datetime(story.corrected_at),
                )
                items.append((story.corrected_at, correction))
    known = sorted((each for each in items if each[0] <= now), reverse=True)[:WINDOW]
    return rss(*(text for _, text in known), title="Lake Gazette - Latest headlines")


def valley_feed(stories: list[Report], now: datetime) -> bytes:
    """JSON Feed with ninjs fields: what changes, changes in the entry itself."""
    items = [
        {
            "id": story.number,
            "url": story.link,
            "title": story.headline,
            "content_text": story.text,
            "date_published": story.at.isoformat(),
            "_ninjs": {
                "embargoed": story.embargoed.isoformat() if story.embargoed else None,
                "expires": story.expires.isoformat() if story.expires else None,
                "pubstatus": "withheld"
                if story.withheld
                else "canceled"
                if story.canceled_at is not None and story.canceled_at <= now
                else "usable",
            },
        }
        for story in stories
        if story.feed == "valley" and story.at <= now
    ]
    return json_feed(items[-WINDOW:], title="Valley Herald")


def newsroom_of(root: Path, public: Server, private: Server) -> Newsroom:
    feeds = [
        config("lake", private.url("/lake"), every=1800.0, max_stories=200),
        config("valley", private.url("/valley"), every=1800.0, max_stories=200),
        config("down", private.url("/down"), every=1800.0),
        config("slow", private.url("/slow"), every=1800.0, timeout=0.3),
        config("huge", private.url("/huge"), every=1800.0, max_bytes=100_000),
        config("broken", private.url("/broken"), every=1800.0),
        config("sly", public.url("/sly"), every=1800.0, private_addresses=False),
    ]
    station = StationConfig(
        station=Identity(name="Newsline"), newsroom=NewsroomConfig(feeds=tuple(feeds), desk=DESK)
    )
    (root / "media" / "news").mkdir(parents=True)
    newsroom = Newsroom(root, root / "media", root / "var", station)
    newsroom._wire._command = (sys.executable, "-c", CHILD)
    return newsroom


def read_of(rundown: Rundown) -> list[str]:
    """The slugs that the bulletin reads: as many as it may, in the desk's order."""
    told = [part.slug for part in rundown.passages if part.role in {Role.CORRECTION, Role.STORY}]
    return list(dict.fromkeys(told))[: PLAN.max_stories]


def said_of(rundown: Rundown, slug: str) -> str:
    passages = [part for part in rundown.passages if part.slug == slug]
    return " ".join(sentence for part in passages for sentence in (*part.sentences, *part.closing))


async def test_a_day_of_news(tmp_path: Path) -> None:
    stories = reports()
    async with serving("127.0.0.2") as public, serving("127.0.0.1") as private:
        private.paths["/slow"] = dripping()
        private.paths["/huge"] = answer(200, gzip.compress(bytes(20_000_000)), content_encoding="gzip")
        private.paths["/broken"] = answer(200, b"<rss><channel><item><title>Cut in the mid")
        private.paths["/secret"] = answer(200, rss(item("1", "The secret of the house")))
        public.paths["/sly"] = answer(302, location=private.url("/secret"))
        newsroom = newsroom_of(tmp_path, public, private)
        day = await _live(newsroom, private, stories)
        assert private.asked_for("/secret") == []
        assert len(public.asked_for("/sly")) > 1
        errors = {report.name: report.error for report in newsroom.report().feeds}
    assert errors["lake"] == errors["valley"] == ""
    assert "no feed" in errors["broken"] or "broken" in errors["broken"]
    assert "404" in errors["down"]
    assert "cut off" in errors["slow"]
    assert "cut off" in errors["huge"]
    assert "127.0.0.1 is this machine" in errors["sly"]
    _keeps_the_rules(day, stories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What one bulletin would read: addresses of stories, whether each is a correction, and the words."""

    at: datetime
    read: dict[str, tuple[bool, str]]


async def _live(newsroom: Newsroom, server: Server, stories: list[Report]) -> list[Bulletin]:
    day: list[Bulletin] = []
    # The first round begins here, with feeds that have nothing yet.
    server.paths["/lake"], server.paths["/valley"] = answer(200, rss()), answer(200, json_feed([]))
    await newsroom.poll_feeds(DAWN)
    for hour in HOURS:
        now = DAWN + timedelta(hours=hour)
        server.paths["/lake"] = answer(200, lake_feed(stories, now))
        server.paths["/valley"] = answer(200, valley_feed(stories, now))
        await newsroom.poll_feeds(now)
        at = now + timedelta(minutes=1)
        rundown = newsroom.rundown(PLAN, at=at)
        known = {story.slug: story for story in newsroom.stories()}
        read = read_of(rundown)
        day.append(
            Bulletin(
                at=at,
                read={
                    known[slug].uri + ("#c" if known[slug].corrects else ""): (
                        bool(known[slug].corrects),
                        said_of(rundown, slug),
                    )
                    for slug in read
                },
            )
        )
        newsroom.mark_aired(read, at, bulletin=f"hourly {hour}")
    return day


def _keeps_the_rules(day: list[Bulletin], stories: list[Report]) -> None:
    by_link = {story.link: story for story in stories}
    times: dict[str, list[datetime]] = {}
    for bulletin in day:
        assert len(bulletin.read) == PLAN.max_stories
        for address in bulletin.read:
            times.setdefault(address, []).append(bulletin.at)
            story = by_link[address.removesuffix("#c")]
            assert story.at <= bulletin.at
            if not address.endswith("#c"):
                _may_be_read(story, bulletin.at)
        copies = [by_link[address] for address in bulletin.read if by_link.get(address)]
        originals = {story.copy_of.link for story in copies if story.copy_of is not None}
        assert not originals & bulletin.read.keys(), "the same story twice in one bulletin"
    corrections = {address for address in times if address.endswith("#c")}
    assert len(corrections) >= 5
    assert all(len(times[address]) <= DESK.corrections for address in corrections)
    news = set(times) - corrections
    assert all(len(times[address]) <= DESK.airings for address in news)
    # A story and its copy together are one story.
    for story in stories:
        if story.copy_of is not None:
            both = times.get(story.link, []) + times.get(story.copy_of.link, [])
            assert len(both) <= DESK.airings, story
    doubly = [
        said
        for bulletin in day
        for address, (_, said) in bulletin.read.items()
        if (copied := by_link.get(address))
        and (copied.copy_of or (copied.feed == "lake" and copied.number % 5 == 0))
    ]
    assert any("Lake Gazette" in said and "Valley Herald" in said for said in doubly)
    assert len(news) > 70


def _may_be_read(story: Report, at: datetime) -> None:
    assert not story.withheld
    assert story.embargoed is None or story.embargoed <= at
    assert story.expires is None or story.expires > at
    for over in (story.killed_at, story.canceled_at, story.corrected_at):
        # Feeds are asked on the hour, a minute before the bulletin.
        assert over is None or over > at - timedelta(minutes=1), story
