"""What is told of what sounds: titles and endings to the listeners' blocks, as-run lines to the programme.

Owns: the time-line, and the items that have ended and have no line in the log yet.
Must not know: what plays next, or why what plays has ended.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from radiocast.model.block import Ended
from radiocast.model.play import AsRunEntry, Outcome
from radiocast.model.units import samples
from radiocast.studio.air_time import time_of
from radiocast.studio.entries import entry_of
from radiocast.studio.outlet import Outlet
from radiocast.studio.playing import Playing
from radiocast.studio.ready import Programme, ReadyItem
from radiocast.studio.timeline import BlockNotes, Timeline, place_of


class ProgrammeLog:
    """One desk's log. Every item that has started gets one line: by `entries`, or by `close`."""

    def __init__(self, *, programme: Programme, outlet: Outlet, title: str) -> None:
        """`title` is the stream's title until something has started."""
        self._programme = programme
        self._outlet = outlet
        self._timeline = Timeline(title)
        self._ended: deque[tuple[int, Playing]] = deque()  # (end sample, item), not yet logged
        self.last_end = 0  # the sample after the last of what ended last

    def announce(self, playing: Playing, end: int) -> None:
        """Put the cues heard before the sample `end` on the time-line."""
        stop = playing.voice.stop
        end = end if stop is None else min(end, stop)
        while playing.cues:
            cue = playing.cues[0]
            at = playing.start + samples(cue.at_s)
            if at >= end:
                return
            playing.cues.popleft()
            playing.told.append((at, cue))
            following = playing.cues[0] if playing.cues else None
            self._timeline.starts(at, playing.on_air(cue, following=following))

    def ended(self, playing: Playing, end: int) -> None:
        """The item's last sample is the one before `end`."""
        outcome, reason = playing.outcome()
        self.last_end = max(self.last_end, end)
        self._timeline.ends(end, Ended(item_id=playing.ready.item.id, outcome=outcome, reason=reason))
        self._ended.append((end, playing))

    def take_back(self, playing: Playing, *, first: int, sample: int) -> None:
        """The blocks from `first` on, whose first sample is this, are not heard; all of it is this item's."""
        self._timeline.take_back(first)
        playing.told = [(at, cue) for at, cue in playing.told if at < sample]

    async def unplayable(self, ready: ReadyItem, reason: str) -> None:
        """It could not even be opened."""
        listeners = self._outlet.listeners
        self._programme.finished(
            entry_of(ready.item, outcome=Outcome.FAILED, reason=reason, listeners=(listeners, listeners))
        )
        await self._programme.failed(ready.item, reason)

    def notes(self, seq: int) -> BlockNotes:
        """What the block `seq` says besides its sound; each block once, in order."""
        return self._timeline.take(seq)

    def entries(self, seq: int) -> Iterator[AsRunEntry]:
        """The log's lines for what has ended by the block `seq`, once each."""
        while self._ended and place_of(self._ended[0][0])[0] <= seq:
            end, playing = self._ended.popleft()
            yield self._entry(playing, end)

    def close(self, sounding: Iterable[Playing], end: int) -> None:
        """Log what has ended, and what still sounds as ending at the sample `end`."""
        for ended_at, playing in self._ended:
            self._finished(playing, ended_at)
        self._ended.clear()
        for playing in sounding:
            self._finished(playing, end)

    def _finished(self, playing: Playing, end: int) -> None:
        self._programme.finished(self._entry(playing, end))

    def _entry(self, playing: Playing, end: int) -> AsRunEntry:
        if playing.ready.readings:
            self._programme.heard(playing.ready.item, playing.told_stories(end))
        return playing.entry(
            start=time_of(playing.start, self._outlet), end=end, listeners_end=self._outlet.listeners
        )
