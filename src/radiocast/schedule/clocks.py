"""One clock, laid out along its hour: what starts where, and what fills the time between.

Owns: the meaning of the order of a clock's entries. Must not know: days, dates, zones, or what time it is.
"""

from dataclasses import dataclass
from typing import Final

from radiocast.config.schedule import After, At, Clock, Entry, EveryTime, EveryTracks, Fill, Source

HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An entry with a place in the hour; `index` is its place among the clock's entries."""

    offset_s: float
    index: int
    entry: At | After

    @property
    def hard(self) -> bool:
        """Whether it begins at its second whatever is playing."""
        return isinstance(self.entry, At) and self.entry.start == "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the hour that a source fills."""

    from_s: float
    until_s: float
    source: Source
    backtime: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One clock, laid out: anchors by their time, fills by theirs, `every` rules in file order."""

    anchors: tuple[Anchor, ...]
    fills: tuple[Span, ...]
    every: tuple[EveryTracks | EveryTime, ...]

    def fill_at(self, offset_s: float) -> Span | None:
        """What fills this second of the hour."""
        return next((span for span in self.fills if span.from_s <= offset_s < span.until_s), None)


def timeline(clock: Clock) -> Timeline:
    """The clock laid out. An `after: prev` behind a fill is due when the fill ends, like a soft start."""
    anchors: list[Anchor] = []
    fills: list[Span] = []
    cursor_s = 0.0
    previous: At | After | Fill | None = None
    for index, entry in enumerate(clock.entries):
        match entry:
            case At():
                anchors.append(Anchor(offset_s=entry.offset_s, index=index, entry=entry))
                cursor_s = max(cursor_s, entry.offset_s)
            case After():
                if isinstance(previous, Fill) and previous.until_s < HOUR_S:
                    anchors.append(Anchor(offset_s=previous.until_s, index=index, entry=entry))
            case Fill():
                if entry.until_s > cursor_s:
                    fills.append(
                        Span(
                            from_s=cursor_s,
                            until_s=entry.until_s,
                            source=entry.source,
                            backtime=entry.backtime,
                        )
                    )
                    cursor_s = entry.until_s
            case _:
                continue
        previous = entry
    anchors.sort(key=lambda anchor: anchor.offset_s)
    every = tuple(entry for entry in clock.entries if isinstance(entry, EveryTracks | EveryTime))
    return Timeline(anchors=tuple(anchors), fills=tuple(fills), every=every)


def played_by(entry: Entry | None) -> Source | None:
    """What an entry plays; None for a fill, and for no entry."""
    return entry.play if isinstance(entry, At | After | EveryTracks | EveryTime) else None


def chain(clock: Clock, index: int) -> tuple[Source, ...]:
    """What the entry at `index` plays, and the `after: prev` entries straight behind it."""
    played: list[Source] = []
    for entry in clock.entries[index:]:
        source = played_by(entry)
        if source is None or (played and not isinstance(entry, After)):
            break
        played.append(source)
    return tuple(played)
