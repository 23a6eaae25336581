"""The continuity desk: what sounds at which sample, from one item to the next, for ever.

Owns: when the next item starts, to the sample, and what is put on the console and faded for it.
Must not know: blocks of MP3, the encoder, how an item was chosen, or what the log says of it.

Theory of operation. Sound is rendered piece by piece. Before a piece is mixed, whatever starts or ends in
it is decided (`_arrange`): a hard start fades what plays so that it is silent at that sample; otherwise
the next item starts where this one ends, or over its tail. Time is the number of samples rendered; what the
clock on the wall says about a sample is the outlet's word (`air_time`), asked anew for every piece until a
fade for a hard start has begun, since the air may pause.

An item's deck is opened `OPEN_AHEAD_S` before it is needed, not when it is known: an idle ffmpeg is 30 MB.
"""

import asyncio
from datetime import datetime
from typing import Final

from radiocast.config.station import Audio
from radiocast.model.play import Start, Transition
from radiocast.model.units import samples
from radiocast.studio.air_time import sample_at, time_of
from radiocast.studio.console import Console
from radiocast.studio.deck import Pcm
from radiocast.studio.equipment import Equipment
from radiocast.studio.junction import BREATH, CLICK, EARLY, fade_length, follow_on, hard_start
from radiocast.studio.lineup import Cued, Lineup
from radiocast.studio.outlet import Outlet
from radiocast.studio.playing import Playing
from radiocast.studio.programme_log import ProgrammeLog
from radiocast.studio.ready import Programme, ReadyItem
from radiocast.studio.stand_in import StandIn

# Twice the ten seconds that are promised, so that one file that cannot be opened costs no promise.
OPEN_AHEAD_S: Final = 20.0
# Until the first item is there the transmitter plays its emergency sound, which is as good as ours.
_FIRST_ITEM_S: Final = 5.0
# A schedule that is saved less than this before an item starts comes too late for it.
_REPLAN_S: Final = 1.0
# Slack beyond this is that of a virtual clock: no station runs so far ahead of the air.
_HURRIED_S: Final = 30.0


class Desk:
    """Renders one station's sound. Everything is called from within `tasks`, the task group."""

    def __init__(
        self,
        *,
        programme: Programme,
        outlet: Outlet,
        audio: Audio,
        title: str,
        tasks: asyncio.TaskGroup,
        equipment: Equipment | None = None,
    ) -> None:
        """Decks close, and the next item is prepared, in `tasks`. `equipment`: instead of its own."""
        self.log = ProgrammeLog(programme=programme, outlet=outlet, title=title)
        self._programme = programme
        self._outlet = outlet
        self._crossfade_s = audio.crossfade_s
        self._fade = fade_length(audio.crossfade_s)
        self._tasks = tasks
        self._equipment = equipment
        self._console = Console(
            programme=programme,
            outlet=outlet,
            log=self.log,
            tasks=tasks,
            mixer=equipment.mixer() if equipment else None,
        )
        self._stand_in = StandIn(title)
        self._lineup = Lineup(
            programme,
            standby=self._stand_in.pcm,
            failed=self.log.unplayable,
            open_deck=equipment.open if equipment else None,
        )
        self._seq = 0  # the block being rendered
        self._hard_at: int | None = None  # the hard start for which a fade has begun
        self._replan = False

    def sign_on(self, since: datetime | None) -> None:
        """Ask for the first item; `since` is when the first hour counts from, None for its first sample."""
        first = self._time_of(0)
        self._lineup.ask(self._tasks, playing_since=since or first, earliest=first)

    async def load_standby(self) -> None:
        """Decode the standby sound; a chord does until then."""
        await self._stand_in.load()

    def replan(self) -> None:
        """Throw the next item away and ask again, unless it starts within a second."""
        self._replan = True

    async def render(self, seq: int, frames: int) -> Pcm:
        """The next `frames` frames, before limiting; `seq` is the block that they are for."""
        self._seq = seq
        await self._arrange(self._console.position + frames)
        return await self._console.render(frames)

    async def _arrange(self, end: int) -> None:
        """Start and fade whatever starts and fades before the sample `end`."""
        if self._replan:
            await self._ask_again()
        while True:
            now, position = self._console.now, self._console.position
            if now is None:
                await self._begin()
                continue
            await now.sound.ready(max(0, end - max(position, now.start)))
            if self._unhurried_s > 0:
                await self._lineup.told(self._unhurried_s)
            self._soften_failure(now, position)
            self._open_in_time(now, position)
            hard = self._hard_start(now, position)
            if not await self._take_over(now, hard, position, end):
                return

    async def _take_over(self, now: Playing, hard: int | None, position: int, end: int) -> bool:
        """Start what follows `now`, if that is before the sample `end`; whether something started."""
        last = now.end(position)
        if hard is not None and (last is None or last >= hard):
            if await self._cut(now, hard, position, end):
                return True
            if now.voice.fading or last is None or last >= end:
                return False
            hard = None
        if hard is not None and last is not None:
            return last < end and await self._bridge(last, hard, position, end)
        return await self._follow(now, last, position, end)

    async def _cut(self, now: Playing, hard: int, position: int, end: int) -> bool:
        """Fade what plays so that it is silent at `hard`, and start the next item there."""
        if hard - self._fade >= end:
            return False
        cued = await self._next()
        if cued is None:
            # Not there: what plays goes on, and the next item starts, late, when it is ready.
            return False
        if not now.voice.fading:
            self._hard_at = hard
            now.cut_reason = f"faded out for {cued.ready.item.source}"
            for playing in self._console.sounding():
                if not playing.voice.fading:
                    playing.voice.fade(frm=max(position, hard - self._fade), to=hard)
        if hard >= end:
            return False
        self._start(cued, hard, Transition.FADE)
        return True

    async def _bridge(self, last: int, hard: int, position: int, end: int) -> bool:
        """What plays ends before the hard start: a little early, a breath, or the standby sound between."""
        gap = hard - last
        at = max(position, last)
        if gap > BREATH:
            self._stand_by(at, "nothing was planned up to the hard start")
            return True
        start = at if gap <= EARLY else hard
        if start >= end:
            return False
        cued = await self._next()
        if cued is None:
            self._stand_by(at, "the next item was not ready in time")
        else:
            self._start(cued, start, Transition.BUTT)
        return True

    async def _follow(self, now: Playing, last: int | None, position: int, end: int) -> bool:
        """Start the next item where this one ends, or over its tail."""
        if now.stands_in:
            # Anything is better than standing in: as soon as it is there.
            cued = await self._next(wait=False)
            if cued is not None and not now.voice.fading:
                self._hard_at = max(position, now.start) + self._fade
                now.voice.fade(frm=max(position, now.start), to=self._hard_at)
                return True
            return False
        known = self._lineup.known
        at = follow_on(now, last, speech_next=known is None or known.speech, crossfade_s=self._crossfade_s)
        if at is None or at >= end:
            return False
        cued = await self._next()
        if cued is not None:
            at = max(at, position, now.start)
            overlaps = last is None or at < last
            self._start(cued, at, Transition.SEGUE if overlaps else Transition.BUTT)
            return True
        if last is None or last >= end:
            return False
        self._stand_by(max(last, position), "the next item was not ready in time")
        return True

    async def _begin(self) -> None:
        """Nothing has played yet."""
        at = self._console.position
        cued = await self._next(patience_s=_FIRST_ITEM_S)
        hard = None if cued is None else self._planned(cued.ready)
        if cued is None or (hard is not None and hard - at > BREATH):
            self._stand_by(at, "the first item is not there yet")
        else:
            self._start(cued, at if hard is None else max(at, hard), Transition.FIRST)

    def _start(self, cued: Cued, at: int, transition: Transition) -> None:
        """Put the next item on the air at a sample, and ask for the one after it."""
        ready = cued.ready
        self._lineup.take()
        self._hard_at = None
        now = self._console.put_on(ready, cued.sound, at, transition)
        started = self._time_of(at)
        self._programme.started(ready.item, started)
        expected = now.segue(self._crossfade_s) or now.expected_end(self._console.position)
        self._lineup.ask(self._tasks, playing_since=started, earliest=self._time_of(expected))

    def _stand_by(self, at: int, reason: str) -> None:
        """Play the standby sound from a sample on, until the next item can start."""
        first = self._console.now is None
        self._hard_at = None
        self._console.put_on(
            self._stand_in.item(self._time_of(at), reason),
            self._equipment.stand_in() if self._equipment else self._stand_in.sound(),
            at,
            Transition.FIRST if first else Transition.BUTT,
            stands_in=True,
        )

    # Deciding.

    def _hard_start(self, now: Playing, position: int) -> int | None:
        """The sample at which what plays must be over for what comes next; None without one."""
        if self._hard_at is not None:
            return self._hard_at
        known = self._lineup.known
        return hard_start(
            now,
            position,
            planned=None if known is None else self._planned(known),
            cut=None if now.cut_at is None else self._sample_at(now.cut_at),
            fade=self._fade,
        )

    def _planned(self, ready: ReadyItem) -> int | None:
        """The sample of a hard item's second."""
        return self._sample_at(ready.item.planned_start) if ready.item.start is Start.HARD else None

    def _open_in_time(self, now: Playing, position: int) -> None:
        if self._expected_start(now, position) - position <= samples(OPEN_AHEAD_S):
            self._lineup.open_deck()

    def _expected_start(self, now: Playing, position: int) -> int:
        """About when the next item starts."""
        hard = self._hard_start(now, position)
        expected = position if now.stands_in else now.expected_end(position)
        return expected if hard is None else min(hard, expected)

    def _soften_failure(self, now: Playing, position: int) -> None:
        """A file that broke off ends anywhere: without a click at least."""
        last = now.end(position)
        if last is not None and now.sound.failure and not now.voice.fading:
            now.voice.fade(frm=max(position, now.start, last - CLICK), to=last)

    @property
    def _unhurried_s(self) -> float:
        """How long it waits for what it could do without: on a virtual clock, every run is the same."""
        return self._outlet.slack_s(self._seq) - _HURRIED_S

    async def _next(self, *, wait: bool = True, patience_s: float = 0.0) -> Cued | None:
        """The next item, waited for as long as nobody hears it."""
        slack_s = max(patience_s, self._outlet.slack_s(self._seq)) if wait else self._unhurried_s
        return await self._lineup.cued(slack_s)

    async def _ask_again(self) -> None:
        self._replan = False
        now, position = self._console.now, self._console.position
        if now is None or now.voice.fading:
            return
        if self._expected_start(now, position) - position > samples(_REPLAN_S):
            # The hard start that the old plan had is no longer; the new next item has its own.
            now.cut_at = None
            await self._lineup.ask_again(self._tasks)

    def stop_preparing(self) -> None:
        """The end is near: nothing more is needed from the programme."""
        self._lineup.cancel()

    async def close(self) -> None:
        """Log what is on the air, and let go of every deck."""
        await self._lineup.throw_away()
        await self._console.close()

    # Time.

    def _time_of(self, sample: int) -> datetime:
        """When a sample is heard."""
        return time_of(sample, self._outlet)

    def _sample_at(self, when: datetime) -> int:
        """The sample that is heard at a time, by what is known of the air now."""
        return sample_at(when, self._outlet, seq=self._seq)
