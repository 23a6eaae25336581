"""What plays next, with its sound at hand: the planner's word made real.

Owns: the planner's state on the air, and the walk from a decision to a file, a bulletin or a stand-in.
Must not know: decks, samples or the encoder; the playout asks, this answers, and never raises.
"""

import dataclasses
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from radiocast.config.station import StationConfig
from radiocast.model.media import MediaFile
from radiocast.model.play import (
    AsRunEntry,
    BulletinPart,
    FilePart,
    Kind,
    Outcome,
    PlayItem,
    Start,
    StreamPart,
)
from radiocast.model.report import Upcoming
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.state import PlanState
from radiocast.schedule.turn import Dropped
from radiocast.studio.breaking import BreakingItem, BreakingNews
from radiocast.studio.bulletins import Bulletins, Renderer
from radiocast.studio.entries import entry_of
from radiocast.studio.given import Asked, Given
from radiocast.studio.outlook import Behind, Outlook, expected_end
from radiocast.studio.planning import Planning
from radiocast.studio.ready import ReadyItem
from radiocast.studio.remotes import Remotes
from radiocast.studio.schedule_file import ScheduleFile
from radiocast.studio.sourcing import Shelf, Sourcing, Unplayable
from radiocast.studio.unaired import Unaired

log = logging.getLogger(__name__)

# So many items in a row that cannot be played: then the standby sound, while the library is looked at again.
MOST_TRIES: Final = 8
# A stream that is back takes over at the end of what covers for it, if that is so near. Else it fades the
# cover out: a track that breaks off is forgiven, a programme that was promised and is not on is not.
RESUME_WITHIN: Final = timedelta(seconds=90)
# As long as the deck of a stream takes to open, and the air is ahead of its listeners.
_RESUME_IN: Final = timedelta(seconds=12)


class NewsDesk(Renderer, Protocol):
    """What the programme needs of the newsroom."""

    def mark_aired(self, slugs: Iterable[str], at: datetime, *, bulletin: str = "") -> None:
        """These stories were heard at this time, in this item."""
        ...


class StationProgramme:
    """The `Programme` of a running station."""

    def __init__(  # noqa: PLR0913 - the rooms it brings together
        self,
        *,
        config: StationConfig,
        media: Path,
        schedule: ScheduleFile,
        library: Shelf,
        newsroom: NewsDesk,
        bulletins: Bulletins,
        breaking: BreakingNews | None = None,
        remotes: Remotes | None = None,
        now: Callable[[], datetime] | None = None,
        write_as_run: Callable[[AsRunEntry], None],
        note_on_air: Callable[[AsRunEntry, datetime], None] | None = None,
        note_heard: Callable[[Path, tuple[str, ...], datetime], None] | None = None,
        seed: int,
        state: PlanState | None = None,
    ) -> None:
        """`note_on_air` is told what begins, and when it is expected to give way.

        What it is told is as its line will be if the studio does not live to write it. `note_heard` is told
        which bulletin was heard, by its audio, the stories that were told in it, and from when on.
        `remotes` MUST tell `stream_is_back`. `now` is the wall clock, or a virtual one.
        """
        zone = ZoneInfo(config.station.timezone)
        self._now = now or (lambda: datetime.now(zone))
        self._breaking = breaking
        self._remotes = remotes or Remotes(back=self.stream_is_back)
        self._planning = Planning(
            config=config,
            schedule=schedule,
            library=library,
            newsroom=newsroom,
            remotes=self._remotes,
            seed=seed,
        )
        self._sourcing = Sourcing(
            config=config, media=media, library=library, bulletins=bulletins, remotes=self._remotes
        )
        self._schedule = schedule
        self._library = library
        self._newsroom = newsroom
        self._bulletins = bulletins
        self._write_as_run = write_as_run
        self._note_on_air = note_on_air
        self._note_heard = note_heard
        # Called when another item is next than was said; whoever plays them sets it, and asks anew.
        self.replan: Callable[[], None] = _nobody_plays
        self._state = state or PlanState()
        # The planner's state behind the item that was given out and has not started yet.
        self._given: Given | None = None
        self._stories_on_air: dict[str, tuple[str, ...]] = {}
        self._bulletins_on_air: dict[str, Path] = {}
        self._unaired = Unaired(write_as_run)
        self._outlook = Outlook(self._planning, TitleWriter.of(config))
        self._on_air: PlayItem | None = None
        self._on_air_ends: datetime | None = None
        self._returned: set[str] = set()  # sources of streams that are back and not yet resumed

    @property
    def state(self) -> PlanState:
        """The planner's state after the item that is on the air."""
        return self._state

    async def next_item(self, *, playing_since: datetime, earliest: datetime) -> ReadyItem:
        """What follows; see `Programme`."""
        self._given = None
        waiting = None if self._breaking is None else self._breaking.next()
        if waiting is not None:
            return self._interrupting(waiting, earliest)
        resumed = await self._resumed(playing_since, earliest)
        if resumed is not None:
            return resumed
        state = self._state
        dropped: tuple[Dropped, ...] = ()
        for _ in range(MOST_TRIES):
            facts = self._planning.facts()
            decision = self._planning.decide(state, facts, playing_since=playing_since, earliest=earliest)
            dropped += tuple(entry for entry in decision.dropped if entry not in dropped)
            ready = await self._ready(decision.item, earliest)
            if ready is not None:
                self._given = Given(
                    item=decision.item,
                    state=decision.state,
                    lasts_s=self._lasts_s(ready),
                    dropped=dropped,
                    asked=Asked(state=state, playing_since=playing_since, earliest=earliest, facts=facts),
                )
                return ready
            state = decision.state.passed_over(self._state)
        log.error("%d items in a row could not be played; the standby sound plays", MOST_TRIES)
        standby = self._sourcing.standby(earliest)
        self._given = Given(item=standby.item, state=state, lasts_s=standby.item.expected_s, dropped=dropped)
        return standby

    def _interrupting(self, waiting: BreakingItem, earliest: datetime) -> ReadyItem:
        """Breaking news: at once, unless what is on the air is speech that it may not interrupt."""
        on_air = self._on_air
        waits = on_air is not None and on_air.kind.is_speech and on_air.priority >= waiting.priority
        at = earliest if waits else min(self._now(), earliest)
        ready = waiting.ready(at, start=Start.FOLLOW if waits else Start.HARD)
        item = ready.item
        # The planner is told what it needs to know: that this is speech, and has no tail.
        state = dataclasses.replace(self._state, speech=item.priority, started=at.timestamp(), lasts_s=0.0)
        self._given = Given(item=item, state=state, lasts_s=ready.duration_s)
        self._stories_on_air[item.id] = waiting.bulletin.stories
        self._bulletins_on_air[item.id] = waiting.bulletin.path
        return ready

    def stream_is_back(self, url: str) -> None:
        """A stream that was lost can be heard again: ask for the next item anew after this."""
        self._returned.add(f"stream/{url}")
        self.replan()

    async def _resumed(self, playing_since: datetime, earliest: datetime) -> ReadyItem | None:
        """The stream that is back, in the middle of what covers for it, where that goes on for long."""
        cover, now = self._on_air, self._now()
        if not self._returned or cover is None or cover.kind is not Kind.SUSTAINER:
            return None
        at = now + _RESUME_IN
        if earliest - now <= RESUME_WITHIN:
            return None
        decision = self._planning.decide(
            self._state, self._planning.facts(), playing_since=playing_since, earliest=at
        )
        item = decision.item
        if not isinstance(item.part, StreamPart) or item.source not in self._returned:
            return None
        if item.start is not Start.HARD:
            item = dataclasses.replace(
                item, start=Start.HARD, planned_start=at, reason=f"{item.reason}; it is back"
            )
        ready = await self._ready(item, at)
        if ready is not None:
            self._given = Given(
                item=item, state=decision.state, lasts_s=item.expected_s, dropped=decision.dropped
            )
        return ready

    def started(self, item: PlayItem, at: datetime) -> None:
        """Commit the planner's state. See `Programme`."""
        given = self._given
        lasts_s = item.expected_s if given is None or given.item.id != item.id else given.lasts_s
        self._state = self._taken(item)
        self._on_air, self._on_air_ends = item, expected_end(item, at, lasts_s)
        if item.kind is not Kind.SUSTAINER:
            # It is resumed, or the schedule has gone on without it.
            self._returned.clear()
        if self._breaking is not None:
            self._breaking.started(item.source)
        if self._note_on_air is not None:
            entry = entry_of(item, outcome=Outcome.CUT, reason="", start=at)
            self._note_on_air(entry, self._on_air_ends)
        if isinstance(item.part, BulletinPart):
            self._bulletins.aired(item.part.bulletin)

    def edited(self, item: PlayItem, ends: datetime) -> None:
        """It gives way sooner than was expected. See `Programme`."""
        if self._on_air is not None and self._on_air.id == item.id:
            self._on_air_ends = expected_end(item, ends, 0.0)

    def heard(self, item: PlayItem, slugs: tuple[str, ...]) -> None:
        """Only these of its stories count as aired. See `Programme`."""
        self._stories_on_air[item.id] = slugs

    def finished(self, entry: AsRunEntry) -> None:
        """Write the log; tell the newsroom which stories were read. See `Programme`."""
        self._write_as_run(entry)
        slugs = self._stories_on_air.pop(entry.item_id, ())
        audio = self._bulletins_on_air.pop(entry.item_id, None)
        if entry.start_actual is None:
            return
        if slugs:
            self._newsroom.mark_aired(slugs, entry.start_actual, bulletin=entry.source)
        # Headlines alone tell no story: of them it counts that they were heard to their end.
        heard = bool(slugs) or entry.outcome in {Outcome.AIRED, Outcome.SUBSTITUTED}
        if audio is not None and heard and self._note_heard is not None:
            self._note_heard(audio, slugs, entry.start_actual)
        if self._breaking is not None:
            self._breaking.finished(entry.source)

    async def failed(self, item: PlayItem, reason: str) -> None:
        """Keep what is broken from being chosen again until it is mended. See `Programme`."""
        log.warning("%s: %s", item.source, reason)
        self._state = self._taken(item).passed_over(self._state)
        if isinstance(item.part, FilePart):
            self._library.mark_unplayable(item.part.media.path, reason)
        elif isinstance(item.part, StreamPart):
            self._remotes.lost(item.part.url, reason)
        if self._breaking is not None:
            self._breaking.give_up(item.source, reason)

    def reconsider(self) -> None:
        """Have the next item asked for anew where, by what is known now, it is to be another.

        A bulletin has been made and has its length, a file was measured or is gone: the plan goes by it,
        so the air does.
        """
        if self._given is not None and not self._given.is_still_the_answer(self._planning):
            self.replan()

    def next_bulletin(self) -> tuple[str, datetime] | None:
        """The first bulletin to come, and when it is expected on the air."""
        return self._outlook.next_bulletin(self._behind)

    def sustainer_file(self) -> MediaFile | None:
        """A file of the sustainer, for emergency sound; None when it has none."""
        return self._planning.sustainer_file()

    def upcoming(self) -> tuple[Upcoming, ...]:
        """What plays next, for `/status`."""
        return self._outlook.upcoming(self._behind)

    @property
    def _behind(self) -> Behind | None:
        """From where the plan goes on; None before anything has started."""
        if self._on_air_ends is None:
            return None
        if self._given is None:
            return Behind(state=self._state, ends=self._on_air_ends)
        return self._given.behind

    def calendar(self) -> Calendar:
        """The schedule as the planner sees it; the same value until it changes."""
        return self._planning.calendar()

    def current_catalogue(self) -> Catalogue:
        """The library as the planner sees it; the same value until a file changes."""
        return self._planning.catalogue()

    async def _ready(self, item: PlayItem, earliest: datetime) -> ReadyItem | None:
        """The item with its sound; None when it cannot be played, which has been logged and counted."""
        plans = self._schedule.config.bulletins
        plan = plans.get(item.part.bulletin) if isinstance(item.part, BulletinPart) else None
        if item.start is Start.HARD:
            # It waits for nobody's end: its news is that of its own second, and so are its embargoes.
            earliest = min(earliest, self._now())
        found = await self._sourcing.ready(item, plan=plan, earliest=earliest)
        if isinstance(found, Unplayable):
            self._unaired.failed(item, found.reason)
            return None
        ready, stories = found
        if isinstance(item.part, BulletinPart) and ready.path is not None:
            self._bulletins_on_air[item.id] = ready.path
        if stories:
            self._stories_on_air[item.id] = stories
        return ready

    def _lasts_s(self, ready: ReadyItem) -> float:
        """How long an item holds the air. A bulletin, or a file that was just measured, is now known."""
        part = ready.item.part
        if ready.speech:
            return ready.duration_s
        if isinstance(part, FilePart) and not part.media.analysed:
            catalogue = self._planning.catalogue()
            media = catalogue.get(part.media.path)
            return ready.item.expected_s if media is None else catalogue.held_s(media)
        return ready.item.expected_s

    def _taken(self, item: PlayItem) -> PlanState:
        """The state behind the item that was given out. What was dropped on the way to it is dropped now."""
        given = self._given
        if given is None or given.item.id != item.id:
            return self._state
        self._given = None
        self._unaired.dropped(given.dropped, self._schedule.config)
        return given.state


def _nobody_plays() -> None:
    """Before the playout is there, nothing was said."""
