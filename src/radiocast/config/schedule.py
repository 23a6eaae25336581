"""The shape of `schedule.yaml`, as the planner takes it.

Durations and offsets are seconds here. Names in `play:`, `fill:` and `sustainer:` are resolved to
`Source`s, and are known to exist once a `ScheduleConfig` is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from radiocast.model.play import Kind

Order = Literal["shuffle", "sequence", "weighted"]
StartKind = Literal["hard", "soft"]

# What an entry has that says nothing of its priority, and what it has in `event:`s. Breaking news is at 98.
DEFAULT_PRIORITY: Final = 50
# A soft start that came so late is no longer what listeners were promised.
DROP_AFTER_S: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What `play:` names: `cart/NAME`, `rotation/NAME`, `bulletin/NAME`, `file/PATH` or `stream/URL`."""

    type: Literal["cart", "rotation", "bulletin", "file", "stream"]
    name: str

    def __str__(self) -> str:
        """The schedule's own word for it."""
        return f"{self.type}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daypart:
    """Part of a day, by the local clock: seconds since its midnight, `until_s` not included.

    `until_s` at or below `from_s` means that it goes past midnight: 22:00-02:00 is 79200 to 7200. The
    hours after midnight belong to the day on which it began.
    """

    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When something may air, by the station's calendar. Empty and None mean no limit.

    `first` and `last` are dates, both included; `days` are weekdays, Monday 0.
    """

    first: date | None = None
    last: date | None = None
    days: tuple[int, ...] = ()
    dayparts: tuple[Daypart, ...] = ()


ALWAYS: Final = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One recording of a cart; `file` may be a pattern under `media/`.

    It airs within `window`. An `evergreen` cut airs only while no other cut of its cart may.
    """

    file: str
    weight: int = 1
    window: Window = ALWAYS
    evergreen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A slot whose cuts rotate."""

    name: str
    kind: Kind
    cuts: tuple[Cut, ...]
    order: Order = "shuffle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Tracks that rotate. `artist_separation_s`/`title_separation_s`: not again within so many seconds.

    `weights` are (pattern, weight) in file order, of which the first that fits a file counts; a file that
    none fits has weight 1. They count where `order` is `weighted`.
    """

    name: str
    files: str
    order: Order = "shuffle"
    artist_separation_s: float = 0.0
    title_separation_s: float = 0.0
    weights: tuple[tuple[str, int], ...] = ()


OnFailure = Literal["previous_if_fresh", "headlines_only", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPlan:
    """A bulletin's production plan. Files are paths under `media/`; empty means none."""

    name: str
    language: str = ""  # empty: the station's
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
    """`{at: "mm:ss", start: hard|soft, play: ...}`: once an hour at this offset.

    Hard is at its second, soft at the next boundary. With `wait_up_to_s` it is soft for so long and then
    hard. Later than `drop_after_s` it is not played. `make_next` goes before whatever else waits for that
    boundary. `duration_s` is the longest it plays; a stream has no end of its own and MUST have one.
    """

    offset_s: float
    start: StartKind
    play: Source
    wait_up_to_s: float | None = None
    drop_after_s: float = DROP_AFTER_S
    make_next: bool = False
    priority: int = DEFAULT_PRIORITY
    duration_s: float | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`{after: prev, play: ...}`: straight after the entry before it. `duration_s` as in `At`."""

    play: Source
    priority: int = DEFAULT_PRIORITY
    duration_s: float | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """`{fill: ..., until: "mm:ss"}`: from where the entry before ends, up to this offset.

    With `backtime` what fills it is chosen so that it ends there, or at a hard start before.
    """

    source: Source
    until_s: float = 3600.0
    backtime: bool = True
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
class GridRule:
    """A line of `grid:` other than `default`: this clock in these hours of these weekdays.

    `slots` are hours of the week, 0 (Monday 00) to 167 (Sunday 23), with what goes past midnight in its
    place. `days`/`hours` say what was narrowed: a rule that names both is narrower than one that names one.
    """

    written: str  # "mon-fri 06-09", for messages
    slots: frozenset[int]
    clock: str
    days: bool
    hours: bool
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """An entry of `exceptions:`: this clock from `first` to `last`, both included, in these hours.

    `hours` are 0 to 23, empty for all; those of a range past midnight that are after it belong to the date
    on which the range began. `hours_next` are these: hours of the day *after* each date.
    `yearly` compares month and day only.
    """

    first: date
    last: date
    clock: str
    hours: frozenset[int] = frozenset()
    hours_next: frozenset[int] = frozenset()
    yearly: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An entry of `events:`: something at a time of its own, once or on every day that `window` allows.

    Exactly one of `at` (local, without a zone) and `time_s` (seconds since local midnight) is given. With
    `duration_s` it holds the air so long: what has a lower priority does not start meanwhile, a
    rotation or a stream fills all of it, and anything else plays once. The other fields are as in `At`.
    """

    name: str
    at: datetime | None = None
    time_s: float | None = None
    window: Window = ALWAYS
    start: StartKind = "soft"
    play: Source
    priority: int = DEFAULT_PRIORITY
    duration_s: float | None = None
    wait_up_to_s: float | None = None
    drop_after_s: float = DROP_AFTER_S
    make_next: bool = False
    line: int = 0

    @property
    def fills(self) -> bool:
        """Whether it plays all through its duration; else it plays once, and the hour goes on after it."""
        return self.play.type in {"rotation", "stream"}

    @property
    def late_up_to_s(self) -> float:
        """How late it may begin. What fills its time is joined as long as it lasts."""
        return max(self.drop_after_s, (self.duration_s or 0.0) if self.fills else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """Stories that interrupt: a file in `folder` (under the station's folder) is read out at once.

    Only what is interrupted by it has a lower priority. Files older than `max_age_s` are left alone.
    `sounder` is a file under `media/`; empty means none.
    """

    folder: str
    priority: int = 98
    max_age_s: float = 600.0
    sounder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dst:
    """What becomes of a local time that does not exist (`gap`), or comes twice (`fold`)."""

    gap: Literal["next_valid", "skip"] = "next_valid"
    fold: Literal["first", "second", "both"] = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """The whole of `schedule.yaml`. `default_clock` names one of `clocks`.

    `positions` says where in the file things stand, as (line, column) from 1, for messages about what
    shows only later: `rotation/music.files`, `cart/id.cuts[1]` (counted from 1), `bulletin/hourly.bed`,
    `clock/news_hour[3]`, `grid.mon-fri 06-09`, `exceptions[1]`, `event/election`, `breaking`, `sustainer`.
    Two files that differ in nothing else are equal.
    """

    carts: dict[str, Cart] = field(default_factory=dict)
    rotations: dict[str, Rotation] = field(default_factory=dict)
    bulletins: dict[str, BulletinPlan] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    default_clock: str
    grid: tuple[GridRule, ...] = ()
    exceptions: tuple[DateRule, ...] = ()
    events: tuple[Event, ...] = ()
    breaking: Breaking | None = None
    dst: Dst = Dst()
    sustainer: Source
    positions: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)
