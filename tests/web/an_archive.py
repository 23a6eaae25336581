"""A folder of what was published, written as the newsroom writes it; the sound is any bytes."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from radiocast.model.published import (
    Chapter,
    Episode,
    Listed,
    PublishedIndex,
    PublishedStory,
    StoryAudio,
    Stretch,
    page_name,
)
from radiocast.model.story import Credit

AIRED = datetime(2026, 6, 7, 13, 0, 40, tzinfo=UTC)
SOUND = bytes(range(256)) * 40

FERRY = PublishedStory(
    slug="ferry-goat",
    headline="Goat takes the morning ferry alone",
    description_text="The crew says it has a season ticket; the farmer says it has not.",
    byline="Ann Roe",
    source="Valley Herald",
    body_text=(
        "The goat was first seen on the quay at six.",
        "It waited for the passengers to leave, and went on board.",
    ),
    language="en",
    dateline="PORT ELLA",
    versioncreated=AIRED - timedelta(hours=3),
    subject=("transport", "animals"),
    rightsinfo="Valley Herald, may be quoted with credit",
    uri="https://herald.example/goat",
    also=(Credit(byline="Sam Dube", source="Island Post"),),
    firstaired=AIRED,
    lastaired=AIRED + timedelta(hours=1),
    episodes=("hourly-20260607T130000Z",),
    audio=StoryAudio(bytes=len(SOUND), duration_s=21.4),
    related=("choir-bus",),
)
CHOIR = PublishedStory(
    slug="choir-bus",
    headline="Choir buys a bus",
    byline="Our correspondent",
    body_text=("Forty singers had missed forty trains.",),
    language="fr",
    versioncreated=AIRED - timedelta(hours=4),
    firstaired=AIRED + timedelta(seconds=30),
    lastaired=AIRED + timedelta(seconds=30),
    episodes=("hourly-20260607T130000Z",),
)
CORRECTION = PublishedStory(
    slug="ferry-goat-corrected",
    headline="The ferry's goat was a sheep",
    description_text="A report of this morning called it a goat. It was a sheep.",
    source="Valley Herald",
    body_text=("It was a sheep.",),
    versioncreated=AIRED + timedelta(hours=2),
    corrects="ferry-goat",
    firstaired=AIRED + timedelta(hours=3),
    lastaired=AIRED + timedelta(hours=3),
)
EPISODE = Episode(
    id="hourly-20260607T130000Z",
    bulletin="hourly",
    title="Newsline News, 2026-06-07 14:00",
    language="en",
    published=AIRED - timedelta(seconds=40),
    duration_s=182.5,
    bytes=len(SOUND),
    chapters=(
        Chapter(start_s=0.0, end_s=40.0, title="Newsline News"),
        Chapter(start_s=40.0, end_s=71.25, title=FERRY.headline, slug="ferry-goat"),
        Chapter(start_s=71.25, end_s=170.0, title=CHOIR.headline, slug="choir-bus"),
        Chapter(start_s=170.0, end_s=182.5, title="Newsline News"),
    ),
    stories=("ferry-goat", "choir-bus"),
    stretches=(Stretch(slug="ferry-goat", told=True, start_s=40.0, end_s=71.25),),
)


def listed(story: PublishedStory) -> Listed:
    return Listed(
        slug=story.slug,
        headline=story.headline,
        description_text=story.description_text,
        source=story.source,
        language=story.language,
        corrects=story.corrects,
        versioncreated=story.versioncreated,
        firstaired=story.firstaired,
        lastaired=story.lastaired,
    )


@dataclass
class AnArchive:
    """The folder; each `write` is a new state of it."""

    folder: Path
    stories: tuple[PublishedStory, ...] = (FERRY, CHOIR)
    episodes: tuple[Episode, ...] = (EPISODE,)
    withdrawn: tuple[str, ...] = ()
    artwork: str = ""
    modified: int = field(default=1_780_000_000)

    def write(self) -> Path:
        for name in ("stories", "episodes"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for story in self.stories:
            path = self.folder / "stories" / page_name(story.slug)
            path.with_name(path.name + ".json").write_bytes(TypeAdapter(PublishedStory).dump_json(story))
            if story.audio is not None:
                path.with_name(path.name + ".mp3").write_bytes(SOUND)
        for episode in self.episodes:
            (self.folder / "episodes" / f"{episode.id}.mp3").write_bytes(SOUND)
        index = PublishedIndex(
            stories=tuple(map(listed, self.stories)),
            episodes=self.episodes,
            withdrawn=self.withdrawn,
            artwork=self.artwork,
        )
        part = self.folder / "index.part"
        part.write_bytes(TypeAdapter(PublishedIndex).dump_json(index))
        self.modified += 10
        os.utime(part, (self.modified, self.modified))
        part.replace(self.folder / "index.json")
        return self.folder

    def withdraw(self, slug: str) -> None:
        self.stories = tuple(story for story in self.stories if story.slug != slug)
        self.episodes = tuple(
            replace(each, chapters=tuple(chapter for chapter in each.chapters if chapter.slug != slug))
            for each in self.episodes
        )
        self.withdrawn = (*self.withdrawn, slug)
        self.write()


def many(count: int) -> Iterable[PublishedStory]:
    """So many stories, the newest first."""
    return (
        replace(
            FERRY,
            slug=f"story-{number}",
            headline=f"Story {number}",
            audio=None,
            firstaired=AIRED - timedelta(hours=number),
        )
        for number in range(count)
    )
