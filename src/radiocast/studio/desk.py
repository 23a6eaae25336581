"""The continuity desk: what sounds at which sample, from one item to the next, for ever.

Owns: when the next item starts, to the sample; what is fed into the mixer and faded for it; the cues and
endings on the time-line. Must not know: blocks of MP3, the encoder, how an item was chosen.

Theory of operation. Sound is rendered piece by piece. Before a piece is mixed, whatever starts or ends in
it is decided (`_arrange`): a hard start fades what plays so that it is silent at that sample; otherwise
the next item starts where this one ends, or over its tail. Time is the number of samples rendered; what the
clock on the wall says about a sample is the outlet's word (`air_time`), asked anew for every piece until a
fade for a hard start has begun, since the air may pause.

An item's deck is opened `OPEN_AHEAD_S` before it is needed, not when it is known: an idle ffmpeg is 30 MB.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Coroutine, Iterator
from datetime import datetime
from typing import Any, Final

from radiocast.config.station import Audio
from radiocast.model.block import Ended
from radiocast.model.play import AsRunEntry, Cue, Kind, Outcome, PlayItem, StandbyPart, Start, Transition
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, SAMPLE_RATE, samples
from radiocast.studio.deck import BufferDeck, Pcm, Sound
from radiocast.studio.fallback import chord, standby_pcm
from radiocast.studio.lineup import Cued, Lineup
from radiocast.studio.mixer import Mixer
from radiocast.studio.outlet import Outlet
from radiocast.studio.playing import Playing, as_run
from radiocast.studio.ready import Programme, ReadyItem
from radiocast.studio.timeline import Timeline, place_of

# Twice the ten seconds that are promised, so that one file that cannot be opened costs no promise.
OPEN_AHEAD_S: Final = 20.0
# A fade for a hard start: long enough to be heard as meant, never longer than the station's crossfade.
_FADE_S: Final = 1.5
_SHORTEST_FADE_S: Final = 0.25
# What nobody hears as a fade, but not as a click either.
_CLICK_S: Final = 0.05
# A hard start may be early by this much when the item before it ends; it promises 50 ms.
_EARLY_S: Final = 0.04
# A pause before a hard start that sounds like a breath; anything longer is filled.
_BREATH_S: Final = 0.35
# Until the first item is there the transmitter plays its emergency sound, which is as good as ours.
_FIRST_ITEM_S: Final = 5.0
# A schedule that is saved less than this before an item starts comes too late for it.
_REPLAN_S: Final = 1.0
# Slack beyond this is that of a virtual clock: no station runs so far ahead of the air.
_HURRIED_S: Final = 30.0
# Longer than any station will wait for the next item.
_ENDLESS: Final = 24 * 3600 * SAMPLE_RATE

_EARLY, _BREATH, _CLICK = samples(_EARLY_S), samples(_BREATH_S), samples(_CLICK_S)


class Desk:
    """Renders one station's sound. Everything is called from within the task group that `open` was given."""

    def __init__(
        self, *, programme: Programme, outlet: Outlet, audio: Audio, title: str, tasks: asyncio.TaskGroup
    ) -> None:
        """Decks close, and the next item is prepared, in `tasks`."""
        self.timeline = Timeline(title)
        self._programme = programme
        self._outlet = outlet
        self._crossfade_s = audio.crossfade_s
        self._fade = samples(min(_FADE_S, max(_SHORTEST_FADE_S, audio.crossfade_s)))
        self._title = title
        self._tasks = tasks
        self._mixer = Mixer()
        self._lineup = Lineup(programme, standby=self._standby_sound, failed=self._unplayable)
        self._standby: Pcm | None = None
        self._seq = 0  # the block being rendered
        self._now: Playing | None = None
        self._tails: list[Playing] = []
        self._ended: deque[tuple[int, Playing]] = deque()  # (end sample, item), not yet logged
        self._hard_at: int | None = None  # the hard start for which a fade has begun
        self._replan = False
        self._stand_ins = itertools.count(1)

    def sign_on(self, since: datetime | None) -> None:
        """Ask for the first item; `since` is when the first hour counts from, None for its first sample."""
        first = self._time_of(0)
        self._lineup.ask(self._tasks, playing_since=since or first, earliest=first)

    async def load_standby(self) -> None:
        """Decode the standby sound; a chord does until then."""
        self._standby = await standby_pcm()

    def replan(self) -> None:
        """Throw the next item away and ask again, unless it starts within a second."""
        self._replan = True

    async def render(self, seq: int, frames: int) -> Pcm:
        """The next `frames` frames, before limiting; `seq` is the block that they are for."""
        self._seq = seq
        position = self._mixer.position
        end = position + frames
        await self._arrange(end)
        for playing in self._sounding():
            await playing.sound.ready(end - max(position, playing.start))
        if self._now is not None:
            self._announce(self._now, end)
        sound = self._mixer.render(frames)
        for playing in self._sounding():
            if playing.voice.ended_at is not None:
                await self._retire(playing, playing.voice.ended_at)
        return sound

    def _sounding(self) -> list[Playing]:
        """What may still be heard: the item on the air, and those that end under it."""
        now = () if self._now is None or self._now.retired else (self._now,)
        return [*self._tails, *now]

    async def _arrange(self, end: int) -> None:
        """Start and fade whatever starts and fades before the sample `end`."""
        if self._replan:
            await self._ask_again()
        while True:
            now, position = self._now, self._mixer.position
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
            for playing in self._sounding():
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
        if gap > _BREATH:
            self._stand_in(at, "nothing was planned up to the hard start")
            return True
        start = at if gap <= _EARLY else hard
        if start >= end:
            return False
        cued = await self._next()
        if cued is None:
            self._stand_in(at, "the next item was not ready in time")
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
        segue = None if known is None or known.speech else now.segue(self._crossfade_s)
        at = last if segue is None else (segue if last is None else min(segue, last))
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
        self._stand_in(max(last, position), "the next item was not ready in time")
        return True

    async def _begin(self) -> None:
        """Nothing has played yet."""
        at = self._mixer.position
        cued = await self._next(patience_s=_FIRST_ITEM_S)
        hard = None if cued is None else self._planned(cued.ready)
        if cued is None or (hard is not None and hard - at > _BREATH):
            self._stand_in(at, "the first item is not there yet")
        else:
            self._start(cued, at if hard is None else max(at, hard), Transition.FIRST)

    def _start(self, cued: Cued, at: int, transition: Transition) -> None:
        """Put the next item on the air at a sample, and ask for the one after it."""
        ready = cued.ready
        self._lineup.take()
        self._put_on(ready, cued.sound, at, transition)
        started = self._time_of(at)
        self._programme.started(ready.item, started)
        assert self._now is not None  # noqa: S101 - just put on
        expected = self._now.segue(self._crossfade_s) or self._now.expected_end(self._mixer.position)
        self._lineup.ask(self._tasks, playing_since=started, earliest=self._time_of(expected))

    def _stand_in(self, at: int, reason: str) -> None:
        """Play the standby sound from a sample on, until the next item can start."""
        item = PlayItem(
            id=f"standby-{int(self._time_of(at).timestamp())}-{next(self._stand_ins)}",
            kind=Kind.EMERGENCY,
            part=StandbyPart(),
            source="standby",
            title=self._title,
            planned_start=self._time_of(at),
            expected_s=0.0,
            reason=reason,
        )
        cue = Cue(at_s=0.0, kind=Kind.EMERGENCY, title=self._title, stream_title=self._title)
        ready = ReadyItem(item=item, path=None, cues=(cue,), duration_s=0.0, speech=False)
        sound = BufferDeck(self._standby_sound(), loop_frames=_ENDLESS)
        first = self._now is None
        self._put_on(ready, sound, at, Transition.FIRST if first else Transition.BUTT, stands_in=True)

    def _put_on(
        self,
        ready: ReadyItem,
        sound: Sound,
        at: int,
        transition: Transition,
        *,
        stands_in: bool = False,
    ) -> None:
        before = self._now
        if before is not None:
            self._announce(before, at)
            if not before.retired:
                self._tails.append(before)
        self._hard_at = None
        self._now = Playing(
            ready=ready,
            sound=sound,
            voice=self._mixer.start(sound, at=at, gain_db=ready.gain_db, rise=_CLICK * 2 if stands_in else 0),
            transition=transition,
            listeners_start=self._outlet.listeners,
            stands_in=stands_in,
            cut_at=ready.item.cut_at,
            cues=deque(ready.cues),
        )

    # Deciding.

    def _hard_start(self, now: Playing, position: int) -> int | None:
        """The sample at which what plays must be over for what comes next; None without one."""
        if self._hard_at is not None:
            return self._hard_at
        known, last = self._lineup.known, now.end(position)
        at = None if known is None else self._planned(known)
        if now.cut_at is not None:
            cut = self._sample_at(now.cut_at)
            # What ends before it would be cut is not cut.
            if (last is None or last >= cut) and (at is None or cut < at):
                at = cut
        if at is None:
            return None
        earliest = max(position, now.start)
        if last is not None and last <= max(at, earliest):
            # It will be over: nothing has to be faded.
            return max(at, earliest)
        # Too late for its second: at once, but not with a click.
        return earliest + self._fade if at < earliest else max(at, earliest + _CLICK)

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
            now.voice.fade(frm=max(position, now.start, last - _CLICK), to=last)

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
        now, position = self._now, self._mixer.position
        if now is None or now.voice.fading:
            return
        if self._expected_start(now, position) - position > samples(_REPLAN_S):
            # The hard start that the old plan had is no longer; the new next item has its own.
            now.cut_at = None
            await self._lineup.ask_again(self._tasks)

    def _announce(self, playing: Playing, end: int) -> None:
        """Put the cues heard before the sample `end` on the time-line."""
        stop = playing.voice.stop
        end = end if stop is None else min(end, stop)
        while playing.cues:
            cue = playing.cues[0]
            at = playing.start + samples(cue.at_s)
            if at >= end:
                return
            playing.cues.popleft()
            self.timeline.starts(at, playing.on_air(cue))

    async def _retire(self, playing: Playing, end: int) -> None:
        """Its last sample is rendered. It stays `_now` until something else is."""
        playing.retired = True
        if playing in self._tails:
            self._tails.remove(playing)
        outcome, reason = playing.outcome()
        self.timeline.ends(end, Ended(item_id=playing.ready.item.id, outcome=outcome, reason=reason))
        self._ended.append((end, playing))
        self._aside(playing.sound.close())
        if outcome is Outcome.FAILED:
            await self._programme.failed(playing.ready.item, reason)

    def entries(self, seq: int) -> Iterator[AsRunEntry]:
        """The log's lines for what has ended by the block `seq`, once each."""
        while self._ended and place_of(self._ended[0][0])[0] <= seq:
            end, playing = self._ended.popleft()
            yield self._entry(playing, end)

    def _entry(self, playing: Playing, end: int) -> AsRunEntry:
        return playing.entry(
            start=self._time_of(playing.start), end=end, listeners_end=self._outlet.listeners
        )

    async def _unplayable(self, ready: ReadyItem, reason: str) -> None:
        """It could not even be opened."""
        listeners = self._outlet.listeners
        self._programme.finished(
            as_run(
                ready,
                start=None,
                duration_s=0.0,
                transition=Transition.FIRST,
                listeners=(listeners, listeners),
                outcome=Outcome.FAILED,
                reason=reason,
            )
        )
        await self._programme.failed(ready.item, reason)

    def stop_preparing(self) -> None:
        """The end is near: nothing more is needed from the programme."""
        self._lineup.cancel()

    async def close(self) -> None:
        """Log what is on the air, and let go of every deck."""
        await self._lineup.throw_away()
        for end, playing in self._ended:
            self._programme.finished(self._entry(playing, end))
        self._ended.clear()
        for playing in self._sounding():
            playing.cut_reason = playing.cut_reason or "the studio stopped"
            self._programme.finished(self._entry(playing, self._mixer.position))
            await playing.sound.close()
        self._tails.clear()
        self._now = None

    # Time.

    def _time_of(self, sample: int) -> datetime:
        """When a sample is heard."""
        return self._outlet.air_time(*place_of(sample))

    def _sample_at(self, when: datetime) -> int:
        """The sample that is heard at a time, by what is known of the air now."""
        ahead_s = (when - self._outlet.air_time(self._seq)).total_seconds()
        return self._seq * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES + samples(ahead_s)

    # The standby sound.

    def _standby_sound(self) -> Pcm:
        if self._standby is None:
            self._standby = chord()
        return self._standby

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Ending an ffmpeg may take a moment, in which the air does not wait."""
        self._tasks.create_task(work)
