"""The editor's desk off the air: the stories as the studio has them, and the one that is meant.

Owns: reading everything the desk goes by, with no station running and beside a running one. Must not know:
how it is shown, or what an editor does to a story.
"""

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.load import load_schedule, load_station
from radiocast.folder import StationFolder
from radiocast.model.errors import ConfigurationError, UsageError
from radiocast.model.story import Story, Withheld
from radiocast.newsroom.desk.airings import Heard
from radiocast.newsroom.desk.decisions import Decisions
from radiocast.newsroom.desk.rules import Refusal, Selection
from radiocast.newsroom.intake.articles import FORMATS
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.production.storage import load_sidecars

_NEAREST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDesk:
    """Everything that the desk knows at one moment. Times are to be shown in `zone`."""

    root: Path
    articles: Path
    station: str
    now: datetime
    zone: ZoneInfo
    selection: Selection
    stories: tuple[Story, ...]
    unreadable: tuple[Withheld, ...]
    decisions: Decisions
    heard: dict[str, Heard]
    problems: tuple[str, ...]
    newsroom: Newsroom
    unread: tuple[str, ...] = ()  # names of articles that were not looked into

    @property
    def refusals(self) -> dict[str, Refusal]:
        """What keeps stories out, by slug."""
        return {refusal.slug: refusal for refusal in self.selection.refused}

    def in_order(self) -> tuple[Story, ...]:
        """Every story: those that are ready in the order of reading, then the others, newest first."""
        ready = self.selection.chosen
        chosen = {story.slug for story in ready}
        return (*ready, *(story for story in self.stories if story.slug not in chosen))

    def as_read(self, story: Story) -> tuple[str, ...]:
        """Its sentences as a bulletin would read them."""
        return self.newsroom.as_read(story, at=self.now)

    def find(self, name: str) -> str:
        """The slug that is meant by a slug, its unique beginning or a file's name. Raises UsageError.

        Also of stories that are not there any more, as far as they are remembered.
        """
        known = self._known()
        file = Path(name).name
        stem = Path(file).stem
        for exact in (name, file, *(story.slug for story in self.stories if story.file == file), stem):
            if exact in known:
                return exact
        folded = [slug for slug in known if slug.casefold() == name.casefold()]
        begun = folded or [slug for slug in known if slug.casefold().startswith(name.casefold())]
        if len(begun) == 1:
            return begun[0]
        if begun:
            shown = ", ".join(sorted(begun)[:8])
            raise UsageError(f"{name!r} is the beginning of {len(begun)} stories: {shown}; write more of it")
        near = difflib.get_close_matches(name, known, n=_NEAREST, cutoff=0.4)
        near += [slug for slug in sorted(known) if name.casefold() in slug.casefold() and slug not in near]
        hint = f"; nearest: {', '.join(near[:_NEAREST])}" if near else ""
        raise UsageError(f"there is no story {name!r}{hint} (`radiocast news list` has all)")

    def unreadable_file(self, name: str) -> Withheld | None:
        """The file of this name that gives no story."""
        names = {name, Path(name).name}
        return next((each for each in self.unreadable if each.file in names), None)

    def story(self, slug: str) -> Story | None:
        """The story, if it is there; where it is the version that is read, with the others' credits."""
        return next((story for story in self.in_order() if story.slug == slug), None)

    def headline(self, slug: str) -> str:
        """Its headline, also of a story that is gone; "" where nobody remembers."""
        story = self.story(slug)
        return story.headline if story is not None else self.heard.get(slug, Heard()).headline

    def remembered(self, slug: str) -> str:
        """What is known of a story that is gone, as the end of a sentence."""
        known = (
            self.headline(slug) and f'"{self.headline(slug)}"',
            str(self.decisions.standing.get(slug) or ""),
        )
        return "".join(f"; {each}" for each in known if each)

    def _known(self) -> dict[str, None]:
        made = load_sidecars(self.root / "var" / "bulletins")
        return dict.fromkeys(
            (
                *(story.slug for story in self.stories),
                *self.unread,
                *self.decisions.standing,
                *self.heard,
                *(slug for bulletin in made for slug in bulletin.stories),
            )
        )


async def open_desk(folder: StationFolder, *, now: datetime | None = None, hurried: bool = False) -> NewsDesk:
    """Read the station's stories, rules, record and decisions. Raises ConfigurationError.

    A schedule with an error costs the breaking folder only: an editor can withdraw a story even then. In a
    hurry, of web pages and breaking news only the names are known: what is wrong on the air must not wait.
    """
    station = load_station(folder.station_file)
    newsroom = Newsroom(folder.root, folder.media, folder.root / "var", station)
    await newsroom.scan(pages=not hurried)
    articles = folder.root / station.newsroom.stories
    at = now or datetime.now(UTC)
    try:
        breaking = load_schedule(folder.schedule_file).breaking
    except ConfigurationError:
        breaking = None
    folders = [articles] if breaking is None else [articles, folder.root / breaking.folder]
    if not hurried and breaking is not None and folders[-1].is_dir():
        await newsroom.scan_breaking(folders[-1], now=at)
    return NewsDesk(
        root=folder.root,
        articles=articles,
        station=station.station.name,
        now=at,
        zone=ZoneInfo(station.station.timezone),
        selection=newsroom.select(at=at),
        stories=newsroom.stories(),
        unreadable=newsroom.withheld(),
        decisions=newsroom.decisions,
        heard=dict(newsroom.record),
        # Who takes a story off the air has no eyes for what a feed lacks.
        problems=newsroom.problems(feeds=not hurried),
        newsroom=newsroom,
        unread=tuple(name for each in folders for name in _names(each)) if hurried else (),
    )


def _names(folder: Path) -> tuple[str, ...]:
    """What the stories of a folder's articles are called."""
    try:
        return tuple(path.stem for path in folder.iterdir() if path.suffix.lower() in FORMATS)
    except OSError:
        return ()
