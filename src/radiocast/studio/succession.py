"""When what plays gives way to what comes next, and how long it is faded for it.

Owns: the questions of time about these two: the arithmetic of `junction`, asked of the item that plays, the
one that is known to come, and the air's clock as it goes now.
Must not know: the console, or what has been decided already.
"""

from radiocast.model.play import Start
from radiocast.model.units import samples
from radiocast.studio.air_time import MOVED, AirClock
from radiocast.studio.junction import fade_length, follow_on, hard_start, may_interrupt, planned_fade
from radiocast.studio.lineup import Lineup
from radiocast.studio.playing import Playing
from radiocast.studio.ready import ReadyItem


class Succession:
    """One desk's. Samples are those of the time-line; `position` is the next one to be rendered."""

    def __init__(self, clock: AirClock, lineup: Lineup, crossfade_s: float) -> None:
        self._clock = clock
        self._lineup = lineup
        self._crossfade_s = crossfade_s
        self._fade = fade_length(crossfade_s)

    def second_of(self, ready: ReadyItem) -> int | None:
        """The sample of a hard item's second; None for every other item."""
        return self._clock.sample_at(ready.item.planned_start) if ready.item.start is Start.HARD else None

    def hard_start(self, now: Playing, position: int) -> int | None:
        """The sample at which what plays must be over for what comes next; None without one."""
        known = self._lineup.known
        return hard_start(
            now,
            position,
            planned=None if known is None else self.second_of(known),
            interrupts=known is None or may_interrupt(now.ready, known),
            cut=None if now.cut_at is None else self._clock.sample_at(now.cut_at),
            fade=self.shortest_fade,
        )

    def follow_on(self, now: Playing, last: int | None) -> int | None:
        """The sample at which the next item follows without a time of its own; None while unknown."""
        known = self._lineup.known
        return follow_on(now, last, speech_next=known is None or known.speech, crossfade_s=self._crossfade_s)

    def free(self, now: Playing, position: int) -> int:
        """The first sample that can be the next item's if nothing cuts this one."""
        return now.segue(self._crossfade_s) or now.expected_end(position)

    def fade_for(self, now: Playing, hard: int) -> int:
        """How long the fade before a hard start is: as planned for that one, else as short as any."""
        item = now.ready.item
        if item.fade_s is None or item.cut_at is None:
            return self.shortest_fade
        meant = abs(self._clock.sample_at(item.cut_at) - hard) <= samples(MOVED.total_seconds())
        return planned_fade(item.fade_s) if meant else self.shortest_fade

    @property
    def shortest_fade(self) -> int:
        """How long the fade is where none was planned: that of what comes next, or the station's own."""
        known = self._lineup.known
        if known is None or known.fade_before_s is None:
            return self._fade
        return min(self._fade, planned_fade(known.fade_before_s))
