"""The studio's rooms put together: library, newsroom, schedule, bulletins, programme.

Owns: their making, in the order in which they need each other, and the report that they give together.
Must not know: whether the clock is the wall's or a virtual one; that is `process` and `simulation`.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.config.load import load_station
from radiocast.config.schedule import ScheduleConfig
from radiocast.config.station import StationConfig
from radiocast.library.library import Library
from radiocast.model.play import AsRunEntry
from radiocast.model.report import StudioReport
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.publishing.publisher import Publisher
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.review import review
from radiocast.schedule.state import PlanState
from radiocast.studio.breaking import BreakingNews
from radiocast.studio.bulletins import Bulletins
from radiocast.studio.planned_news import PlannedNews, StagedNews, last_lengths
from radiocast.studio.programme import NewsDesk, StationProgramme
from radiocast.studio.remotes import Remotes
from radiocast.studio.schedule_file import ScheduleFile


class Rooms:
    """One station's rooms. `open` reads everything once; after that `programme` can be asked."""

    def __init__(  # noqa: PLR0913 - where a station lies, and who is told what
        self,
        root: Path,
        var: Path,
        *,
        now: Callable[[], datetime] | None = None,
        unhurried: bool = False,
        write_as_run: Callable[[AsRunEntry], None],
        note_on_air: Callable[[AsRunEntry, datetime], None] | None = None,
        seed: int,
        state: PlanState | None = None,
        scratch: Path | None = None,
        programme: type[StationProgramme] = StationProgramme,
        render: bool = True,
    ) -> None:
        """`now` is the wall clock of a real station; a virtual one gives its own, and is `unhurried`.

        `scratch` takes what the rooms write in place of `var`, the library's measurements apart: a
        simulation must not make the newsroom believe that a story has aired. Without `render`, bulletins
        last as long as the last one in `var`, and have no sound; `programme` is another one than the air's.
        """
        own = scratch or var
        self._root = root
        self.config: StationConfig = load_station(root / "config" / "station.yaml")
        self._review_of: tuple[ScheduleConfig, Catalogue] | None = None
        self._findings: tuple[str, ...] = ()
        self.zone = ZoneInfo(self.config.station.timezone)
        self.now = now or (lambda: datetime.now(self.zone))
        self.media = media = root / "media"
        self.library = Library(media, var / "library.sqlite", self.config.audio)
        self.articles = root / self.config.newsroom.stories
        self.newsroom = Newsroom(root, media, own, self.config)
        self.schedule = ScheduleFile(root / "config" / "schedule.yaml", own)
        news: NewsDesk = self.newsroom
        if unhurried:
            lengths_s = last_lengths(var / "bulletins")
            news = (StagedNews if render else PlannedNews)(self.newsroom, lengths_s)
        self.bulletins = Bulletins(news, now=self.now, unhurried=unhurried)
        self.breaking = BreakingNews(self.newsroom, root=root, var=own, now=self.now)
        # A virtual clock is ahead of what a remote station sends; without sound only lengths count.
        self.remotes = Remotes(back=self._stream_is_back, reachable=not (unhurried and render))
        # What a simulation plays, nobody has heard.
        publishes = self.config.newsroom.publish and not unhurried and scratch is None
        self.publisher = (
            Publisher(var, media, self.config, self.newsroom, now=self.now) if publishes else None
        )
        self.programme = programme(
            config=self.config,
            media=media,
            schedule=self.schedule,
            library=self.library,
            newsroom=news,
            bulletins=self.bulletins,
            breaking=self.breaking,
            remotes=self.remotes,
            now=self.now,
            write_as_run=write_as_run,
            note_on_air=note_on_air,
            note_heard=None if self.publisher is None else self.publisher.heard,
            seed=seed,
            state=state,
        )

    @property
    def breaking_folder(self) -> Path | None:
        """Where breaking news is dropped; None where the schedule has none."""
        breaking = self.schedule.config.breaking
        return None if breaking is None else self._root / breaking.folder

    async def open(self, *, hurried: bool = False) -> None:
        """Read the schedule, the library's files and the articles; `hurried`: web pages at the next look."""
        self.schedule.load()
        await self.library.scan()
        await self.newsroom.scan(pages=not hurried)

    def report(self, *more: str) -> StudioReport:
        """What the studio tells about itself; `more` are problems of whoever asks."""
        return StudioReport(
            next=self.programme.upcoming(),
            schedule=self.schedule.report(),
            newsroom=self.newsroom.report(),
            problems=(
                *(problem for problem in more if problem),
                *self._reviewed(),
                *self.library.problems(),
                *self.newsroom.problems(),
                *self.bulletins.problems(),
                *self.breaking.problems(),
                *self.remotes.problems(),
                *(self.publisher.problems() if self.publisher is not None else ()),
            ),
        )

    def _reviewed(self) -> tuple[str, ...]:
        """What the schedule names and the library lacks; looked at again only when either has changed."""
        looked_at = (self.schedule.config, self.programme.current_catalogue())
        if self._review_of is None or any(
            a is not b for a, b in zip(looked_at, self._review_of, strict=True)
        ):
            found = review(*looked_at, file=Path("config/schedule.yaml"))
            self._review_of = looked_at
            self._findings = tuple(str(problem) for problem in found)
        return self._findings

    def replan(self) -> None:
        """What comes next may be another than was said."""
        self.programme.replan()

    def _stream_is_back(self, url: str) -> None:
        self.programme.stream_is_back(url)

    async def close(self) -> None:
        """End what is under way."""
        await self.remotes.close()
        await self.bulletins.close()
        await self.library.close()
