"""The shape of `schedule.yaml`, as the planner takes it.

Durations and offsets are seconds here. Names in `play:`, `fill:` and `sustainer:` are resolved to
`Source`s, and are known to exist once a `ScheduleConfig` is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from radiocast.model.play import Kind

Order = Literal["shuffle", "sequence", "weighted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What `play:` names: `cart/NAME`, `rotation/NAME`, `bulletin/NAME` or `file/PATH`."""

    type: Literal["cart", "rotation", "bulletin", "file"]
    name: str

    def __str__(self) -> str:
        """The schedule's own word for it."""
        return f"{self.type}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One recording of a cart; `file` may be a pattern under `media/`."""

    file: str
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A slot whose cuts rotate."""

    name: str
    kind: Kind
    cuts: tuple[Cut, ...]
    order: Order = "shuffle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Tracks that rotate. `artist_separation_s`/`title_separation_s`: not again within so many seconds."""

    name: str
    files: str
    order: Order = "shuffle"
    artist_separation_s: float = 0.0
    title_separation_s: float = 0.0


OnFailure = Literal["previous_if_fresh", "headlines_only", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPlan:
    """A bulletin's production plan. Files are paths under `media/`; empty means none."""

    name: str
    target_s: float = 180.0
    min_s: float = 0.0
    max_s: float = 240.0
    render_by_s: float = 90.0
    freshness_s: float = 4200.0
    sounder: str = ""
    bed: str = ""
    duck_db: float = -14.0
    intro: bool = True
    outro: bool = True
    max_headlines: int = 3  # 0: no round-up of headlines at the start
    max_stories: int = 5
    on_failure: tuple[OnFailure, ...] = ("previous_if_fresh", "headlines_only", "skip")


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """`{at: "mm:ss", start: hard|soft, play: ...}`: once an hour at this offset."""

    offset_s: float
    start: Literal["hard", "soft"]
    play: Source
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`{after: prev, play: ...}`: straight after the entry before it."""

    play: Source
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """`{fill: ..., until: "mm:ss"}`: from where the entry before ends, up to this offset."""

    source: Source
    until_s: float = 3600.0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryTracks:
    """`{every: 4 tracks, play: ...}`: between fill items, after so many of them."""

    tracks: int
    play: Source
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryTime:
    """`{every: 20m, play: ...}`: at the first boundary after so many seconds since it last aired."""

    seconds: float
    play: Source
    line: int = 0


Entry = At | After | Fill | EveryTracks | EveryTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One hour, in file order."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """The whole of `schedule.yaml`. `default_clock` names one of `clocks`.

    `positions` says where in the file things stand, as (line, column) from 1, for messages about what
    shows only later: `rotation/music.files`, `cart/id.cuts[1]` (counted from 1), `bulletin/hourly.bed`,
    `clock/news_hour[3]`, `sustainer`. Two files that differ in nothing else are equal.
    """

    carts: dict[str, Cart] = field(default_factory=dict)
    rotations: dict[str, Rotation] = field(default_factory=dict)
    bulletins: dict[str, BulletinPlan] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    default_clock: str
    sustainer: Source
    positions: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)
