"""The continuity desk: what sounds at which sample, from one item to the next, for ever.

Owns: when the next item starts, to the sample, and what is put on the console and faded for it.
Must not know: blocks of MP3, the encoder, how an item was chosen, or what the log says of it.

Theory of operation. Sound is rendered piece by piece. Before a piece is mixed, whatever starts or ends in
it is decided (`_arrange`): a hard start fades what plays so that it is silent at that sample; otherwise
the next item starts where this one ends, or over its tail. Time is the number of samples rendered; what the
clock on the wall says about a sample is the outlet's word (`air_time`), asked anew for every piece until a
fade for a hard start has begun, since the air may pause and the clock may be set. When that moves what is
still to be heard by more than a second, the programme is asked again what comes next.

An item's deck is opened `OPEN_AHEAD_S` before it is needed, not when it is known: an idle ffmpeg is 30 MB.
"""

import asyncio
from datetime import datetime
from typing import Final

from radiocast.config.station import Audio
from radiocast.model.play import Transition
from radiocast.model.units import block_of_sample, samples
from radiocast.studio.air_time import AirClock
from radiocast.studio.console import Console
from radiocast.studio.equipment import Equipment
from radiocast.studio.junction import BREATH, CLICK, EARLY
from radiocast.studio.lineup import Cued, Lineup
from radiocast.studio.outlet import Outlet
from radiocast.studio.pcm import Pcm
from radiocast.studio.playing import Playing
from radiocast.studio.programme_log import ProgrammeLog
from radiocast.studio.ready import Programme
from radiocast.studio.recalls import Recall, Recalls, TakeBack, Withdrawn, nothing_withdrawn
from radiocast.studio.stand_in import StandIn
from radiocast.studio.succession import Succession

# Twice the ten seconds that are promised, so that one file that cannot be opened costs no promise.
OPEN_AHEAD_S: Final = 20.0
# Until the first item is there the transmitter plays its emergency sound, which is as good as ours.
_FIRST_ITEM_S: Final = 5.0
# A schedule that is saved less than this before an item starts comes too late for it. The deck of what comes
# instead is waited for, for as long as nobody hears it.
_REPLAN_S: Final = 0.25
# What is kept beyond the lead, so that all that is not heard can be had again: a block and what the encoder
# needs before it, twice.
_BEYOND_LEAD_S: Final = 1.5


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
        withdrawn: Withdrawn = nothing_withdrawn,
    ) -> None:
        """Decks close, and the next item is prepared, in `tasks`. `equipment`: instead of its own.

        `withdrawn` says which stories are not to be heard; asked when something is put on, and by
        `look_at_stories`.
        """
        self.log = ProgrammeLog(programme=programme, outlet=outlet, title=title)
        self._programme = programme
        self._clock = AirClock(outlet)
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
            keep=samples(audio.lead_s + _BEYOND_LEAD_S),
            urgent=self._urgent,
        )
        self.recalls = Recalls(
            console=self._console, lineup=self._lineup, log=self.log, tasks=tasks, withdrawn=withdrawn
        )
        self._succession = Succession(self._clock, self._lineup, audio.crossfade_s)
        self._hard_at: int | None = None  # the hard start for which a fade has begun
        self._replan = False
        self._look = False
        self._since = 0  # since when something plays, as a sample

    def sign_on(self, since: datetime | None) -> None:
        """Ask for the first item; `since` is when the first hour counts from, None for its first sample."""
        self._since = 0 if since is None else self._clock.sample_at(since)
        self._ask(0)

    async def load_standby(self) -> None:
        """Decode the standby sound; a chord does until then."""
        await self._stand_in.load()

    def replan(self) -> None:
        """Throw the next item away and ask again, unless it starts within a second."""
        self._replan = True
        self.recalls.wanted.set()

    def look_at_stories(self) -> None:
        """A story may have been withdrawn."""
        self._look = True
        self.recalls.wanted.set()

    def _urgent(self) -> None:
        self.recalls.wanted.set()

    async def attend(self, take_back: TakeBack) -> Recall | None:
        """See to what does not wait for the next block: between two of them, once `recalls.wanted` is set.

        What the recall that comes of it says MUST be done before the next block is rendered.
        """
        self.recalls.wanted.clear()
        if self._console.now is None:
            return None
        if self._replan:
            await self._ask_again()
        looked, self._look = self._look, False
        recall = await self.recalls.withdraw(take_back) if looked else None
        if recall is None and self._hard_at is None:
            recall = await self.recalls.interrupt(take_back)
        if recall is None:
            return None
        if recall.taken is not None:
            shift = recall.taken.to - recall.taken.frm
            self._clock.took_back(shift, seq=block_of_sample(recall.taken.to))
            self._since += shift
        if recall.edited:
            self._edited()
        elif recall.hard_at is not None:
            self._hard_at = recall.hard_at
        return recall

    def _edited(self) -> None:
        """Something was left out of what plays: it ends sooner, and what fade it had begun is off."""
        now, position = self._console.now, self._console.position
        if now is None:
            return
        if self._hard_at is not None:
            self._hard_at, now.cut_reason = None, ""
        self._programme.edited(now.ready.item, self._clock.time_of(now.expected_end(position)))
        self._replan = True

    async def render(self, seq: int, frames: int) -> Pcm:
        """The next `frames` frames, before limiting; `seq` is the block that they are for."""
        self._clock.seq = seq
        await self._arrange(self._console.position + frames)
        return await self._console.render(frames)

    async def _arrange(self, end: int) -> None:
        """Start and fade whatever starts and fades before the sample `end`."""
        if self._replan or self._clock.moved:
            await self._ask_again()
        while True:
            now, position = self._console.now, self._console.position
            if now is None:
                await self._begin()
                continue
            await now.sound.ready(max(0, end - max(position, now.start)))
            if self._clock.unhurried_s > 0:
                await self._lineup.told(self._clock.unhurried_s)
            await self._note_failure(now, position)
            self._open_in_time(now, position)
            hard = self._hard_start(now, position)
            if not await self._take_over(now, hard, position, end):
                return

    async def _take_over(self, now: Playing, hard: int | None, position: int, end: int) -> bool:
        """Start what follows `now`, if that is before the sample `end`; whether something started."""
        last = now.end(position)
        faded = self._hard_at is not None and last == hard
        if hard is not None and (last is None or last > hard or faded):
            if await self._cut(now, hard, position, end):
                return True
            if self._hard_at is not None or last is None or last >= end:
                return False
            hard = None
        if hard is not None and last is not None:
            return last < end and await self._bridge(last, hard, position, end)
        if now.stands_in:
            return await self._relieve(now, position)
        return await self._follow(now, last, position, end)

    async def _cut(self, now: Playing, hard: int, position: int, end: int) -> bool:
        """Fade what plays so that it is silent at `hard`, and start the next item there."""
        fade = self._succession.fade_for(now, hard)
        if hard - fade >= end:
            return False
        # A long fade that begins a little late is no harm; only a short one is worth waiting for.
        cued = await self._next(wait=hard - min(fade, self._succession.shortest_fade) < end)
        if cued is None:
            # Not there: what plays goes on, and the next item starts, late, when it is ready.
            return False
        if self._hard_at is None:
            self._hard_at = hard
            now.cut_reason = f"faded out for {cued.ready.item.source}"
            for playing in self._console.sounding():
                # What breaks off has a fade at its end, which may be after this.
                if playing.voice.stop is None or playing.voice.stop > hard:
                    playing.voice.fade(frm=max(position, playing.start, hard - fade), to=hard)
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
        at = self._succession.follow_on(now, last)
        if at is None or at >= end:
            return False
        cued = await self._next()
        if cued is None:
            if last is None or last >= end:
                return False
            self._stand_by(max(last, position), "the next item was not ready in time")
            return True
        hard = self._succession.second_of(cued.ready)
        if hard is not None and last is not None and last < hard:
            return await self._bridge(last, hard, position, end)
        # A hard start that may not interrupt may still begin over a tail, at its second.
        at = max(at, position, now.start, hard or 0)
        if at >= end:
            return False
        overlaps = last is None or at < last
        started = self._start(cued, at, Transition.SEGUE if overlaps else Transition.BUTT)
        if hard is not None and at > hard + EARLY and now.ready.speech:
            started.late_reason = f"waited for the end of {now.ready.item.source}"
        return True

    async def _relieve(self, stand_in: Playing, position: int) -> bool:
        """Anything is better than standing in: the next item as soon as it is there."""
        cued = await self._next(wait=False)
        if cued is None or stand_in.voice.fading:
            return False
        self._hard_at = max(position, stand_in.start) + self._succession.shortest_fade
        stand_in.voice.fade(frm=max(position, stand_in.start), to=self._hard_at)
        return True

    async def _begin(self) -> None:
        """Nothing has played yet."""
        at = self._console.position
        cued = await self._next(patience_s=_FIRST_ITEM_S)
        hard = None if cued is None else self._succession.second_of(cued.ready)
        if cued is None or (hard is not None and hard - at > BREATH):
            self._stand_by(at, "the first item is not there yet")
        else:
            self._start(cued, at if hard is None else max(at, hard), Transition.FIRST)

    def _start(self, cued: Cued, at: int, transition: Transition) -> Playing:
        """Put the next item on the air at a sample, and ask for the one after it."""
        ready = cued.ready
        self._lineup.take()
        self._hard_at = None
        now = self._console.put_on(ready, cued.sound, at, transition)
        self._programme.started(ready.item, self._clock.time_of(at))
        if self.recalls.began(now):
            self._programme.edited(ready.item, self._clock.time_of(now.expected_end(at)))
        self._since = at
        self._ask(self._succession.free(now, self._console.position))
        return now

    def _stand_by(self, at: int, reason: str) -> None:
        """Play the standby sound from a sample on, until the next item can start."""
        first = self._console.now is None
        self._hard_at = None
        self._console.put_on(
            self._stand_in.item(self._clock.time_of(at), reason),
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
        if self.recalls.awaited(now):
            # It starts where listeners are, which is sooner.
            return None
        return self._succession.hard_start(now, position)

    def _open_in_time(self, now: Playing, position: int) -> None:
        if self._expected_start(now, position) - position <= samples(OPEN_AHEAD_S):
            self._lineup.open_deck()

    def _expected_start(self, now: Playing, position: int) -> int:
        """About when the next item starts."""
        hard = self._hard_start(now, position)
        expected = position if now.stands_in else now.expected_end(position)
        return expected if hard is None else min(hard, expected)

    async def _note_failure(self, now: Playing, position: int) -> None:
        """What breaks off ends without a click, and what follows it so early is asked for anew."""
        last = now.end(position)
        if last is None or not now.sound.failure or now.failure_told:
            return
        now.failure_told = True
        if not now.voice.fading:
            now.voice.fade(frm=max(position, now.start, last - CLICK), to=last)
        # Told before the question, so that the answer is not the same file or stream.
        await self._programme.failed(now.ready.item, now.sound.failure)
        if self._hard_at is None:
            await self._lineup.throw_away()
            self._ask(max(position, last))

    async def _next(self, *, wait: bool = True, patience_s: float = 0.0) -> Cued | None:
        """The next item, waited for as long as nobody hears it."""
        slack_s = max(patience_s, self._clock.slack_s) if wait else self._clock.unhurried_s
        return await self._lineup.cued(slack_s)

    def _ask(self, free: int) -> None:
        """Ask what comes next, if `free` is the first sample that it may have."""
        clock = self._clock
        clock.asked()
        self._lineup.ask(self._tasks, playing_since=clock.by_now(self._since), earliest=clock.by_now(free))

    async def _ask_again(self) -> None:
        """The schedule was saved, or the air's clock was moved: another item may be next."""
        now, position = self._console.now, self._console.position
        moved, self._replan = self._clock.moved, False
        if now is None or self._hard_at is not None:
            return
        if moved or self._expected_start(now, position) - position > samples(_REPLAN_S):
            # The hard start that the old plan had is no longer; the new next item has its own.
            now.cut_at = None
            await self._lineup.throw_away()
            if moved:
                # When it began, the clock was another: what that passed over since then was missed.
                self._since = position
            self._ask(position if now.stands_in else max(position, self._succession.free(now, position)))

    def stop_preparing(self) -> None:
        """The end is near: nothing more is needed from the programme."""
        self._lineup.cancel()

    async def close(self) -> None:
        """Log what is on the air, and let go of every deck."""
        await self._lineup.throw_away()
        await self._console.close()
