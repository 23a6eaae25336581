"""A day's news as two reporters send it: 200 stories, with all that happens to some of them."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.newsroom.wire.feeds import item, json_feed, rss

DAWN = datetime(2026, 3, 11, tzinfo=UTC)
PER_FEED = 100
# A feed is a window: what is older has left it, and must be there all the same.
WINDOW = 40

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
