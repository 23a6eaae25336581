"""One turn of the planner: the question, the state while the answer is found, and the answer's item.

Owns: what every rule of the planner needs of a decision being made: its instant, the room before the next
hard start, taking what was made as the next item, telling what is dropped.
Must not know: the rules, or which of them comes first.

Instants are POSIX seconds (float, UTC), as in `calendar`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from radiocast.config.schedule import DEFAULT_PRIORITY, After, Clock, Source
from radiocast.model.play import FilePart, PlayItem, Start, StreamPart
from radiocast.schedule.calendar import Calendar, Filling
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.choose import LANDED_S
from radiocast.schedule.making import Made, make, why_nothing
from radiocast.schedule.state import Airing, PlanState, Played, newest, remembered
from radiocast.schedule.waiting import next_deadline

# What is remembered so far ahead is of a clock that was wrong and has been put back: that time is still to
# come. Put back by less, nothing airs twice.
_LEAP_S: Final = 15 * 60.0
# A stream that nobody gave an end is asked for anew after so long.
_UNBOUND_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An entry whose time came and that is not played; a line of the as-run log."""

    clock: str
    source: str
    planned_start: datetime
    reason: str


class Turn:
    """One decision being made. A rule reads it, sets `state`, and ends with `take`.

    `now` is when what is playing will have ended, `since` when it began, never later than `now`.
    """

    def __init__(
        self,
        calendar: Calendar,
        catalogue: Catalogue,
        state: PlanState,
        playing_since: datetime,
        earliest: datetime,
        seed: int,
        durations: Mapping[str, float],
        unavailable: frozenset[str] = frozenset(),
    ) -> None:
        self.calendar = calendar
        self.catalogue = catalogue
        self.seed = seed
        self._durations = durations
        self._unavailable = unavailable
        self.now = earliest.timestamp()
        self.since = min(playing_since.timestamp(), self.now)
        self.state = self._signed_on(state)
        self.dropped: list[Dropped] = []

    def _signed_on(self, state: PlanState) -> PlanState:
        """The state as it holds now. At sign-on, anchors before this second are passed over."""
        considered = state.considered
        if considered is None or considered > self.now + _LEAP_S:
            # The very second of signing on is still to come.
            return replace(state, considered=self.since - 1e-6, pending=(), chain=None)
        return state

    @property
    def clock(self) -> Clock:
        """The clock of this hour."""
        return self.calendar.clock_at(self.now)

    @property
    def filling(self) -> Filling | None:
        """What fills this second."""
        return self._filling_at(self.now)

    def _filling_at(self, at: float) -> Filling | None:
        filling = self.calendar.fill_at(at)
        if filling is not None and filling.ends and filling.until - at <= LANDED_S:
            # The event has landed on its end: one track more would run far over it.
            return self.calendar.fill_at(filling.until)
        return filling

    @property
    def ends(self) -> float:
        """When what is playing is silent: after `now` by the tail over which music, not speech, may start.

        What starts at its own second, or is speech, waits for it.
        """
        tail_s = self.since + self.state.lasts_s - self.now
        # More is not a tail: it was cut, or did not last as long as was thought.
        return self.now + tail_s if 0 < tail_s <= self.catalogue.longest_tail_s else self.now

    def make(self, source: Source, room_s: float | None) -> Made | None:
        """What a source would play now; None if it has nothing. See `making.make`."""
        if str(source) in self._unavailable:
            return None
        return make(
            source,
            self.calendar.schedule,
            self.catalogue,
            self.state,
            at=self.now,
            shown=datetime.fromtimestamp(self.now, self.calendar.zone),
            room_s=room_s,
            seed=self.seed,
            durations=self._durations,
        )

    def why_nothing(self, source: Source) -> str:
        """Why `make` has nothing for a source."""
        shown = datetime.fromtimestamp(self.now, self.calendar.zone)
        return why_nothing(source, self.calendar.schedule, self.catalogue, shown)

    def room_s(self, within_s: float) -> float | None:
        """Seconds until something interrupts what plays then; None if nothing does within so many."""
        cut = self.next_cut(after=self.now, before=self.now + within_s)
        return None if cut is None else cut - self.now

    def next_cut(self, *, after: float, before: float, above: int | None = None) -> float | None:
        """The first instant in (after, before) at which something interrupts what plays by then.

        What waits already counts, and what was dealt with before the machine's clock was set back does
        not. `above` as in `Calendar.next_cut`.
        """
        dealt_with = max(after, self.state.considered or 0.0)
        cut = self.calendar.next_cut(after=dealt_with, before=before, above=above)
        deadline = next_deadline(
            self.calendar, self.state.pending, after=dealt_with, before=before, above=above
        )
        return min((at for at in (cut, deadline) if at is not None), default=None)

    def take(  # noqa: PLR0913 - what is known of an item that no source knows
        self,
        made: Made,
        source: Source | None,
        clock: str,
        *,
        start: Start,
        at: float,
        reason: str,
        due: float | None = None,
        priority: int = DEFAULT_PRIORITY,
        until: float | None = None,
        counts_as: Literal["airing", "fill"] | None = None,
    ) -> PlayItem:
        """The item that is next, from `at` on; the state remembers it. No source: the standby sound.

        What is of an entry or a rule counts as an airing of its source; what fills, as a fill item.
        `due` is the time of its own that the schedule gives it, `until` when it ends at the latest.
        Speech ends when it ends. A stream plays up to `until`, or else up to the end of the fill.
        """
        at = self._from(made, start, at)
        state = made.state
        history = state.history
        if isinstance(made.part, FilePart) and source is not None and source.type != "cart":
            played = Played(path=made.part.media.path, at=at)
            history = remembered(history, played, longest_s=self.calendar.longest_separation_s)
        airings = state.airings
        if counts_as == "airing":
            airings = newest(airings, str(source), Airing(at=at, fills=state.fills))
        self.state = replace(
            state,
            counter=state.counter + 1,
            fills=state.fills + (counts_as == "fill"),
            started=at,
            history=history,
            airings=airings,
            lasts_s=_lasts_s(made),
            speech=priority if made.kind.is_speech else None,
        )
        expected_s, cut_at = self._lasts(made, at, self._until(made, source, at, until), priority)
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
            due=None if due is None else datetime.fromtimestamp(due, UTC),
            cut_at=None if cut_at is None else datetime.fromtimestamp(cut_at, UTC),
            fade_s=None if cut_at is None else made.fade_s,
            priority=priority,
            expected_s=expected_s,
            reason=reason,
        )

    def _until(self, made: Made, source: Source | None, at: float, until: float | None) -> float | None:
        """When it ends at the latest; None if it ends by itself."""
        if made.kind.is_speech:
            return None
        if until is None and isinstance(made.part, StreamPart):
            filling = self._filling_at(at)
            until = filling.until if filling is not None and filling.source == source else at + _UNBOUND_S
        return until

    def _lasts(self, made: Made, at: float, until: float | None, priority: int) -> tuple[float, float | None]:
        """How long it is expected to last, in seconds, and what cuts it."""
        longest_s = made.longest_s
        expected_s = longest_s if self._speech_follows(made) else made.expected_s
        if until is not None:
            longest_s = until - at if isinstance(made.part, StreamPart) else min(longest_s, until - at)
            expected_s = longest_s if isinstance(made.part, StreamPart) else min(expected_s, longest_s)
        above = priority if made.kind.is_speech else None
        cut_at = self.next_cut(after=at, before=at + longest_s, above=above)
        ends = until is not None and (isinstance(made.part, StreamPart) or at + made.longest_s > until)
        return expected_s, until if cut_at is None and ends else cut_at

    def _speech_follows(self, made: Made) -> bool:
        """Whether it is known that speech comes next, which waits for the end of its tail."""
        chain = made.state.chain
        entry = None if chain is None else self.calendar.entry(chain.clock, chain.index)
        is_file = isinstance(made.part, FilePart)
        return is_file and isinstance(entry, After) and entry.play.type == "bulletin"

    def _from(self, made: Made, start: Start, at: float) -> float:
        """When it starts: speech never over the tail of what plays."""
        return max(at, self.ends) if made.kind.is_speech and start is not Start.HARD else at

    def drop(self, clock: str, source: Source | str, due: float, reason: str) -> None:
        """Tell that an entry that was due then is not played, and why."""
        self.dropped.append(
            Dropped(
                clock=clock,
                source=str(source),
                planned_start=datetime.fromtimestamp(due, UTC),
                reason=reason,
            )
        )


def _lasts_s(made: Made) -> float:
    """With its tail, where that is known to the second; 0 where there is none to reckon with."""
    return made.longest_s if isinstance(made.part, FilePart) else 0.0
