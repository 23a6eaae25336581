"""What plays next: one decision at a time, always one, and the same one for the same question.

Theory of operation. A decision is asked for while something plays: since when, and when that will have
ended (`earliest`). The state knows up to which instant every anchor of every hour has been dealt with
(`considered`), so that the anchors between it and `earliest` are the ones whose time comes now. Then,
in this order:

1. a hard start among them, or one that was missed: it begins at its second, whatever is playing;
2. the `after: prev` entry of what began last;
3. a soft start whose time has come; ten minutes late it is stale, and dropped;
4. an `every` rule that is due, if a fill covers `earliest` and there is room before the next hard start;
5. the fill that covers `earliest`;
6. the sustainer; and where even that has no file, the standby sound.

An item that would run over a later hard start carries that second as `cut_at`. What is not played
although its time came is told as Dropped. Times go in as aware datetimes and come out in UTC: two
datetimes of one zone compare by their digits, which repeat for an hour every autumn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from radiocast.config.schedule import (
    After,
    At,
    Clock,
    EveryTime,
    EveryTracks,
    ScheduleConfig,
    Source,
)
from radiocast.config.values import duration_text
from radiocast.model.play import FilePart, Kind, PlayItem, StandbyPart, Start
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import LANDED_S, LEAST_HEARD_S, minutes
from radiocast.schedule.hours import clock_at, next_hard, occurrences, offset_in_hour, timeline
from radiocast.schedule.making import Made, make
from radiocast.schedule.state import (
    MAX_HISTORY,
    MAX_PENDING,
    Airing,
    Chain,
    Pending,
    PlanState,
    Played,
    newest,
)

# A start that is later than this would tell listeners of a time that is past.
STALE_S: Final = 600.0
# How far back anchors are looked for that nobody dealt with: what is stale is passed over in silence,
# but what became stale during one item is told.
_LOOK_BACK_S: Final = 900.0
# A remembered instant further ahead than any item could take it is of a clock that was wrong.
_LEAP_S: Final = 6 * 3600.0
# Nothing can be played: look again soon.
STANDBY_S: Final = 15.0
# A hard start further off than this does not bear on the choice of a track: longer than a track lasts.
_FIT_WITHIN_S: Final = 1800.0
# An item that is said to have begun so shortly before a hard start is that start's own.
_SAME_START_S: Final = 1.0
_NO_DURATIONS: Final[Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An entry whose time came and that is not played; a line of the as-run log."""

    clock: str
    source: str
    planned_start: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next item, the state once it is taken, and what was dropped on the way to it."""

    item: PlayItem
    state: PlanState
    dropped: tuple[Dropped, ...] = ()


def next_item(
    schedule: ScheduleConfig,
    catalogue: Catalogue,
    state: PlanState,
    *,
    zone: ZoneInfo,
    playing_since: datetime,
    earliest: datetime,
    seed: int,
    durations: Mapping[str, float] = _NO_DURATIONS,
) -> Decision:
    """Decide what follows what is playing. Total: there is an answer for every instant.

    `playing_since` is when it began and `earliest` when it will have ended; both the same at sign-on.
    `durations` are the lengths of bulletins where they are known better than by their target, seconds.
    An item of start HARD has its own second as `planned_start`, which may lie before `earliest`; every
    other starts at `earliest`. To ask again about the same moment, pass the state of before.
    """
    return _Desk(schedule, catalogue, state, zone, playing_since, earliest, seed, durations).decide()


class _Desk:
    """One decision being made."""

    def __init__(
        self,
        schedule: ScheduleConfig,
        catalogue: Catalogue,
        state: PlanState,
        zone: ZoneInfo,
        playing_since: datetime,
        earliest: datetime,
        seed: int,
        durations: Mapping[str, float],
    ) -> None:
        self._schedule = schedule
        self._catalogue = catalogue
        self._zone = zone
        self._seed = seed
        self._durations = durations
        self._now = earliest.timestamp()
        self._since = min(playing_since.timestamp(), self._now)
        self._state = self._signed_on(state)
        self._dropped: list[Dropped] = []

    def decide(self) -> Decision:
        """Down the ladder."""
        item = (
            self._hard()
            or self._after()
            or self._soft()
            or self._every()
            or self._fill()
            or self._sustainer()
            or self._standby()
        )
        return Decision(item=item, state=self._state, dropped=tuple(self._dropped))

    def _signed_on(self, state: PlanState) -> PlanState:
        """The state as it holds now. At sign-on, anchors before this second are passed over."""
        considered = state.considered
        if considered is None or considered > self._now + _LEAP_S:
            # The very second of signing on is still to come.
            return replace(state, considered=self._since - 1e-6, pending=(), chain=None)
        return state

    # -- 1. hard starts --------------------------------------------------------------------------

    def _hard(self) -> PlayItem | None:
        taken_over = self._chain_of_a_start_that_failed()
        if taken_over is not None:
            return taken_over
        considered = max(self._state.considered or 0.0, min(self._since, self._now) - _LOOK_BACK_S)
        crossed = occurrences(self._schedule, self._zone, after=considered, until=self._now + LANDED_S)
        hard = [o for o in crossed if o.anchor.hard]
        missed = [o for o in hard if o.at <= self._since and o.at < self._now]
        for occurrence in crossed:
            source = _source_of(occurrence.clock, occurrence.anchor.index)
            if source is None:
                continue
            if not occurrence.anchor.hard:
                if occurrence.at <= self._now:
                    self._wait(occurrence.at, occurrence.clock, occurrence.anchor.index, source)
                continue
            self._state = replace(self._state, considered=occurrence.at)
            if occurrence in missed:
                late_s = self._now - occurrence.at
                if occurrence is not missed[-1] or late_s > STALE_S:
                    why = f"missed by {minutes(late_s)}"
                    self._drop(occurrence.clock.name, source, occurrence.at, why)
                    continue
            self._break_chain()
            self._drop_stale(occurrence.at)
            item = self._entries(
                occurrence.clock,
                occurrence.anchor.index,
                start=Start.HARD,
                at=max(occurrence.at, self._since),
                due=occurrence.at,
                reason=f"hard at {minutes_of(occurrence.anchor.offset_s)}",
            )
            if item is not None:
                return item
        self._state = replace(self._state, considered=max(considered, self._now))
        return None

    def _chain_of_a_start_that_failed(self) -> PlayItem | None:
        """The entry after a hard start whose own sound failed before it began: it takes its second."""
        chain = self._state.chain
        if (
            chain is None
            or chain.hard_at is None
            or not self._since + _SAME_START_S < chain.hard_at <= self._now
        ):
            return None
        clock = self._schedule.clocks.get(chain.clock)
        self._state = replace(self._state, chain=None)
        if clock is None or not isinstance(_entry(clock, chain.index), After):
            return None
        return self._entries(
            clock,
            chain.index,
            start=Start.HARD,
            at=chain.hard_at,
            due=chain.hard_at,
            reason="in place of prev",
        )

    def _break_chain(self) -> None:
        chain = self._state.chain
        if chain is None:
            return
        self._state = replace(self._state, chain=None)
        clock = self._schedule.clocks.get(chain.clock)
        while clock is not None and isinstance(entry := _entry(clock, chain.index), After):
            self._drop(clock.name, entry.play, self._now, "a hard start came before its turn")
            chain = replace(chain, index=chain.index + 1)

    # -- 2. after: prev --------------------------------------------------------------------------

    def _after(self) -> PlayItem | None:
        chain = self._state.chain
        if chain is None:
            return None
        self._state = replace(self._state, chain=None)
        clock = self._schedule.clocks.get(chain.clock)
        if clock is None or not isinstance(_entry(clock, chain.index), After):
            return None  # the schedule was changed meanwhile
        before = _source_of(clock, chain.index - 1)
        return self._entries(
            clock,
            chain.index,
            start=Start.FOLLOW,
            at=self._now,
            due=self._now,
            reason=f"after {before}",
            hard_at=chain.hard_at,
        )

    # -- 3. soft starts --------------------------------------------------------------------------

    def _wait(self, at: float, clock: Clock, index: int, source: Source) -> None:
        waiting = Pending(at=at, clock=clock.name, index=index, source=str(source))
        self._state = replace(self._state, pending=(*self._state.pending, waiting)[-MAX_PENDING:])

    def _drop_stale(self, now: float) -> None:
        stale = [p for p in self._state.pending if not 0 <= now - p.at <= STALE_S]
        if not stale:
            return
        self._state = replace(self._state, pending=tuple(p for p in self._state.pending if p not in stale))
        for waiting in stale:
            self._drop(waiting.clock, waiting.source, waiting.at, "more than ten minutes late")

    def _soft(self) -> PlayItem | None:
        self._drop_stale(self._now)
        for waiting in self._state.pending:
            without = tuple(p for p in self._state.pending if p is not waiting)
            clock = self._schedule.clocks.get(waiting.clock)
            if clock is None or str(_source_of(clock, waiting.index)) != waiting.source:
                self._state = replace(self._state, pending=without)
                self._drop(waiting.clock, waiting.source, waiting.at, "it is no longer in the schedule there")
                continue
            if (room_s := self._room_s(LEAST_HEARD_S)) is not None and room_s < LEAST_HEARD_S:
                return None  # it waits until the hard start is through
            self._state = replace(self._state, pending=without)
            late_s = self._now - waiting.at
            entry = _entry(clock, waiting.index)
            when = f"soft at {minutes_of(entry.offset_s)}" if isinstance(entry, At) else "after the fill"
            item = self._entries(
                clock,
                waiting.index,
                start=Start.SOFT,
                at=self._now,
                due=waiting.at,
                reason=when + (f", {minutes(late_s)} late" if late_s >= 1 else ""),
            )
            if item is not None:
                return item
        return None

    def _entries(
        self,
        clock: Clock,
        index: int,
        *,
        start: Start,
        at: float,
        due: float,
        reason: str,
        hard_at: float | None = None,
    ) -> PlayItem | None:
        """The entry, or the first `after: prev` behind it that can be played in its place."""
        source = _source_of(clock, index)
        while source is not None:
            made = self._make(source, None)
            following = isinstance(_entry(clock, index + 1), After)
            if made is not None:
                if following:
                    chain = Chain(
                        clock=clock.name, index=index + 1, hard_at=due if start is Start.HARD else hard_at
                    )
                    self._state = replace(self._state, chain=chain)
                    made = replace(made, state=replace(made.state, chain=chain))
                return self._aired(made, source, clock, start=start, at=at, reason=reason)
            self._drop(clock.name, source, due, "it has nothing that can be played")
            index += 1
            source = _source_of(clock, index) if following else None
        return None

    # -- 4. every --------------------------------------------------------------------------------

    def _every(self) -> PlayItem | None:
        clock = clock_at(self._schedule, self._now, self._zone)
        laid_out = timeline(clock)
        if not laid_out.every or laid_out.fill_at(offset_in_hour(self._now, self._zone)) is None:
            return None
        for rule in laid_out.every:
            reason = self._due(rule)
            if not reason:
                continue
            made = self._make(rule.play, None)
            if made is None:
                continue  # nothing was promised for this second, and the review has told of it
            # It waits where a hard start would cut it, or leave but a scrap of music behind it.
            if self._room_s(made.longest_s + LEAST_HEARD_S) is None:
                return self._aired(made, rule.play, clock, start=Start.FOLLOW, at=self._now, reason=reason)
        return None

    def _due(self, rule: EveryTracks | EveryTime) -> str:
        """Why a rule is due; empty if it is not."""
        last = self._state.airings.get(str(rule.play))
        if isinstance(rule, EveryTracks):
            why = f"every {rule.tracks} tracks" if rule.tracks > 1 else "every track"
            due = last is not None and self._state.fills - last.fills >= rule.tracks
        else:
            why = f"every {duration_text(rule.seconds)}"
            due = last is not None and abs(self._now - last.at) >= rule.seconds
        if last is None and self._state.fills > 0:
            return f"{why}, the first since sign-on"
        return why if due else ""

    # -- 5. and 6. fill, sustainer, standby ------------------------------------------------------

    def _fill(self) -> PlayItem | None:
        clock = clock_at(self._schedule, self._now, self._zone)
        source = timeline(clock).fill_at(offset_in_hour(self._now, self._zone))
        if source is None:
            return None
        made = self._make(source, self._room_s(_FIT_WITHIN_S))
        if made is None:
            return None
        made = replace(made, state=replace(made.state, fills=made.state.fills + 1))
        return self._item(made, source, clock.name, start=Start.FOLLOW, at=self._now, reason=made.reason)

    def _sustainer(self) -> PlayItem | None:
        source = self._schedule.sustainer
        made = self._make(source, self._room_s(_FIT_WITHIN_S))
        if made is None:
            return None
        clock = clock_at(self._schedule, self._now, self._zone)
        filling = timeline(clock).fill_at(offset_in_hour(self._now, self._zone))
        why = f"{filling} has nothing to play" if filling else "nothing is scheduled here"
        # In a fill's place it counts as one: idents and news go on between its tracks.
        fills = made.state.fills + (filling is not None)
        made = replace(made, kind=Kind.SUSTAINER, state=replace(made.state, fills=fills))
        return self._item(
            made, source, clock.name, start=Start.FOLLOW, at=self._now, reason=f"{why}: {made.reason}"
        )

    def _standby(self) -> PlayItem:
        # One of them counts as a fill item, so that a station without music still has its `every` rules
        # due; if each did, an ident every four tracks would come once a minute.
        self._state = replace(self._state, fills=max(1, self._state.fills))
        made = Made(
            kind=Kind.EMERGENCY,
            part=StandbyPart(),
            title="Standby",
            expected_s=STANDBY_S,
            longest_s=STANDBY_S,
            reason="",
            state=self._state,
        )
        clock = clock_at(self._schedule, self._now, self._zone)
        return self._item(
            made, None, clock.name, start=Start.FOLLOW, at=self._now, reason="no file can be played at all"
        )

    # -- making items ----------------------------------------------------------------------------

    def _make(self, source: Source, room_s: float | None) -> Made | None:
        return make(
            source,
            self._schedule,
            self._catalogue,
            self._state,
            at=self._now,
            room_s=room_s,
            seed=self._seed,
            durations=self._durations,
        )

    def _room_s(self, within_s: float) -> float | None:
        """Seconds until the next hard start; None if it is not within so many."""
        hard = next_hard(self._schedule, self._zone, after=self._now, before=self._now + within_s)
        return None if hard is None else hard - self._now

    def _aired(
        self, made: Made, source: Source, clock: Clock, *, start: Start, at: float, reason: str
    ) -> PlayItem:
        """An item of an entry or a rule: what counts as an airing of its source."""
        airing = Airing(at=at, fills=made.state.fills)
        state = replace(made.state, airings=newest(made.state.airings, str(source), airing))
        return self._item(replace(made, state=state), source, clock.name, start=start, at=at, reason=reason)

    def _item(
        self, made: Made, source: Source | None, clock: str, *, start: Start, at: float, reason: str
    ) -> PlayItem:
        state = made.state
        history = state.history
        if isinstance(made.part, FilePart) and source is not None and source.type != "cart":
            history = (*history, Played(path=made.part.media.path, at=at))[-MAX_HISTORY:]
        self._state = replace(state, counter=state.counter + 1, started=at, history=history)
        cut_at = next_hard(self._schedule, self._zone, after=at, before=at + made.longest_s)
        name = source.name.rpartition("/")[2] if source is not None else "standby"
        return PlayItem(
            id=f"{state.counter:05d}-{name}",
            kind=made.kind,
            part=made.part,
            source=str(source) if source is not None else "standby",
            title=made.title,
            artist=made.artist,
            clock=clock,
            start=start,
            planned_start=datetime.fromtimestamp(at, UTC),
            cut_at=None if cut_at is None else datetime.fromtimestamp(cut_at, UTC),
            expected_s=made.expected_s,
            reason=reason,
        )

    def _drop(self, clock: str, source: Source | str, due: float, reason: str) -> None:
        self._dropped.append(
            Dropped(
                clock=clock,
                source=str(source),
                planned_start=datetime.fromtimestamp(due, UTC),
                reason=reason,
            )
        )


def minutes_of(offset_s: float) -> str:
    """`07:30`, a place in the hour as the schedule writes it."""
    return f"{int(offset_s) // 60:02d}:{int(offset_s) % 60:02d}"


def _entry(clock: Clock, index: int) -> object:
    return clock.entries[index] if 0 <= index < len(clock.entries) else None


def _source_of(clock: Clock, index: int) -> Source | None:
    entry = _entry(clock, index)
    return entry.play if isinstance(entry, At | After | EveryTracks | EveryTime) else None
