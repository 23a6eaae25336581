"""The anchors of a clock's hours on the calendar of one zone.

Owns: the way from `mm:ss` of an hour to instants, through every change of the clocks.
Must not know: events, or what is played. Instants are POSIX seconds (float, UTC).

Theory of operation. An anchor falls where the local clock reads its `mm:ss`. A local time that does not
exist falls, by `dst.gap`, on the first instant after it, unless what it plays comes anyway within the hour
from there; one that comes twice falls on the one that `dst.fold` says.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from radiocast.config.schedule import At, Clock, ScheduleConfig, Source
from radiocast.config.values import offset_text
from radiocast.schedule.clocks import HOUR_S, Anchor, Timeline, chain, timeline
from radiocast.schedule.days import BY_DEFAULT, Days, Slot
from radiocast.schedule.occurrences import Occurrence
from radiocast.schedule.zones import LONGEST_GAP_S, changes, hour_start, is_ambiguous, is_second, local


class Anchors:
    """The anchors of one schedule in one zone."""

    def __init__(self, schedule: ScheduleConfig, zone: ZoneInfo, days: Days) -> None:
        self._schedule = schedule
        self._zone = zone
        self._days = days
        self._timelines = {name: timeline(clock) for name, clock in schedule.clocks.items()}

    def timeline(self, clock: Clock) -> Timeline:
        """A clock of this schedule, laid out."""
        return self._timelines.get(clock.name) or timeline(clock)

    def starts(self, frm: float, to: float) -> Iterator[Occurrence]:
        """What starts in [frm, to); `held_by` is left empty."""
        yield from self._ordinary(frm, to)
        yield from self._moved(frm, to)

    def _ordinary(self, frm: float, to: float) -> Iterator[Occurrence]:
        """The anchors of every hour, where the local clock reads their place in it."""
        # From change to change of the clocks an hour is an hour.
        edges = (frm, *(change.at for change in changes(frm, to - 1, self._zone)), to)
        for begins, ends in pairwise(edges):
            # A virtual instant where the clocks changed within the hour.
            start = hour_start(begins, self._zone)
            while start < ends:
                shown = local(max(start, begins), self._zone)
                slot = self._days.slot(shown.date(), shown.hour)
                for anchor in self.timeline(slot.clock).anchors:
                    at = start + anchor.offset_s
                    if begins <= at < ends and self._allowed_fold(at):
                        yield _occurrence(anchor, slot, at)
                start += HOUR_S

    def _allowed_fold(self, at: float) -> bool:
        fold = self._schedule.dst.fold
        if fold == "both" or not is_ambiguous(at, self._zone):
            return True
        return is_second(at, self._zone) == (fold == "second")

    def _moved(self, frm: float, to: float) -> Iterator[Occurrence]:
        """The anchors of local times that do not exist, on the first instant after them."""
        if self._schedule.dst.gap == "skip":
            return
        for change in changes(frm - 1, to - 1, self._zone):
            if not 0 < change.skipped_s <= LONGEST_GAP_S:
                continue
            first = change.first_missing
            last = first + timedelta(seconds=change.skipped_s)
            comes = self._sources_from(change.at, change.at + HOUR_S)
            hour = first.replace(minute=0, second=0)
            while hour < last:
                slot = self._days.slot(hour.date(), hour.hour)
                for anchor in self.timeline(slot.clock).anchors:
                    when = hour + timedelta(seconds=anchor.offset_s)
                    if first <= when < last and anchor.entry.play not in comes:
                        # It gives way to what has that second for its own.
                        yield replace(_occurrence(anchor, slot, change.at), rank=BY_DEFAULT, moved=True)
                hour += timedelta(hours=1)

    def _sources_from(self, frm: float, to: float) -> frozenset[Source]:
        """What comes by itself in a stretch of time."""
        return frozenset(
            source
            for occurrence in self._ordinary(frm, to)
            for source in chain(self._schedule.clocks[occurrence.owner], occurrence.index)
        )


def _occurrence(anchor: Anchor, slot: Slot, at: float) -> Occurrence:
    entry = anchor.entry
    timed = entry if isinstance(entry, At) else At(offset_s=anchor.offset_s, start="soft", play=entry.play)
    return Occurrence(
        at=at,
        owner=slot.clock.name,
        index=anchor.index,
        play=entry.play,
        hard=anchor.hard,
        priority=entry.priority,
        rank=slot.rank,
        wait_up_to_s=timed.wait_up_to_s,
        drop_after_s=timed.drop_after_s,
        make_next=timed.make_next,
        duration_s=entry.duration_s,
        written=offset_text(anchor.offset_s),
    )
