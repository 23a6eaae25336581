"""An item on the air: its voice, its cues, and what the log will say of it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from radiocast.model.block import OnAir
from radiocast.model.play import AsRunEntry, Cue, Outcome, Transition
from radiocast.model.units import samples, seconds
from radiocast.studio.deck import Sound
from radiocast.studio.entries import entry_of
from radiocast.studio.mixer import Voice
from radiocast.studio.readings import Gap, left_out_s, place_after, told_by
from radiocast.studio.ready import ReadyItem


@dataclass(slots=True, kw_only=True, eq=False)
class Playing:
    """One item from its start to its line in the log. Samples are those of the time-line."""

    ready: ReadyItem
    sound: Sound
    voice: Voice
    transition: Transition
    listeners_start: int
    # Own standby sound plays until something else can; it is nobody's item.
    stands_in: bool = False
    cut_at: datetime | None = None
    cut_reason: str = ""
    late_reason: str = ""  # why it could not start at its second
    failure_told: bool = False  # the programme knows that it breaks off
    retired: bool = False  # its last sample is rendered
    cues: deque[Cue] = field(default_factory=deque)
    told: list[tuple[int, Cue]] = field(default_factory=list)  # what was announced, and at which sample
    unheard: int = 0  # samples of it that the transmitter gave back
    withdrawn: dict[str, str] = field(default_factory=dict)  # stories left out of it, and why
    gaps: tuple[Gap, ...] = ()
    # Where it goes on since something was left out: the sample, and the second of its audio.
    goes_on: tuple[int, float] | None = None

    @property
    def start(self) -> int:
        """Its first sample."""
        return self.voice.start

    def end(self, position: int) -> int | None:
        """The sample after its last, when that is known; the mixer is at `position`."""
        if self.voice.ended_at is not None:
            return self.voice.ended_at
        remaining = self.sound.remaining
        end = None if remaining is None else max(position, self.start) + remaining
        stop = self.voice.stop
        if stop is None:
            return end
        return stop if end is None else min(end, stop)

    def expected_end(self, position: int) -> int:
        """The sample after its last, as far as can be said: by its deck, its cue points, or its length."""
        end = self.end(position)
        if end is not None:
            return end
        if self.goes_on is not None:
            at, from_s = self.goes_on
            rest_s = self.ready.duration_s - from_s
            return at + samples(max(0.0, rest_s - left_out_s(self.gaps, from_s, self.ready.duration_s)))
        if self.ready.cue_out_s is not None:
            return self.start + samples(self.ready.cue_out_s) - samples(self.ready.cue_in_s)
        return self.start + samples(self.ready.duration_s)

    def segue(self, crossfade_s: float) -> int | None:
        """The sample at which music may start over its tail; None where nothing may."""
        ready = self.ready
        if crossfade_s <= 0 or ready.segue_s is None or ready.cue_out_s is None:
            return None
        overlap = min(samples(ready.cue_out_s) - samples(ready.segue_s), samples(crossfade_s))
        if overlap <= 0:
            return None
        whole = samples(ready.cue_out_s) - samples(ready.cue_in_s)
        return self.start + max(0, whole - overlap)

    def on_air(self, cue: Cue, *, following: Cue | None = None) -> OnAir:
        """What a listener hears from this cue on, until the `following` one of this item, or its end."""
        return OnAir(
            item_id=self.ready.item.id,
            kind=cue.kind,
            title=cue.title,
            artist=cue.artist,
            headline=cue.headline,
            stream_title=cue.stream_title,
            source=self.ready.item.source,
            duration_s=None if self.stands_in else self._lasts_from_s(cue, following),
        )

    def _lasts_from_s(self, cue: Cue, following: Cue | None) -> float:
        if following is not None:
            return following.at_s - cue.at_s
        return max(0.0, self._lasts_s() - (cue.at_s - seconds(self.unheard)))

    def _lasts_s(self) -> float:
        """How long listeners are to hear it, with what is left out of it."""
        if self.goes_on is None:
            return self.ready.duration_s
        at, from_s = self.goes_on
        left_s = self.ready.duration_s - from_s - left_out_s(self.gaps, from_s, self.ready.duration_s)
        return seconds(at - self.start - self.unheard) + max(0.0, left_s)

    def told_stories(self, end: int) -> tuple[str, ...]:
        """The stories that listeners were told in it, up to the sample `end`."""
        at, from_s = self.goes_on or (self.start + self.unheard, 0.0)
        reached_s = place_after(self.gaps, from_s, seconds(max(0, end - at)))
        return told_by(self.ready.readings, reached_s, without=self.withdrawn)

    def outcome(self) -> tuple[Outcome, str]:
        """What became of it, once it has ended, and why."""
        substitute = self.ready.substitute
        if self.stands_in:
            return Outcome.SUBSTITUTED, self.ready.item.reason
        if self.sound.failure and not self.cut_reason:
            return Outcome.FAILED, _told(self.sound.failure, substitute)
        if self.cut_reason or self.withdrawn:
            why = (
                *(f"withdrawn: {slug}, {reason}" for slug, reason in self.withdrawn.items()),
                self.cut_reason,
            )
            return Outcome.CUT, _told(*why, substitute)
        outcome = Outcome.SUBSTITUTED if substitute else Outcome.AIRED
        return outcome, _told(substitute or self.ready.item.reason, self.late_reason)

    def entry(self, *, start: datetime | None, end: int, listeners_end: int) -> AsRunEntry:
        """Its line in the as-run log; it was heard from `start` up to the sample `end`."""
        outcome, reason = self.outcome()
        return entry_of(
            self.ready.item,
            outcome=outcome,
            reason=reason,
            start=start,
            duration_s=seconds(max(0, end - self.start - self.unheard)),
            transition=self.transition,
            listeners=(self.listeners_start, listeners_end),
            headline=" / ".join(dict.fromkeys(cue.headline for _, cue in self.told if cue.headline)),
        )


def _told(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)
