"""What goes on the air: items as planned, cues inside them, and the log of what became of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from radiocast.model.media import MediaFile


class Kind(StrEnum):
    """What an item is to a listener; the values are the contract of `/status` and the as-run log."""

    TRACK = "track"
    BULLETIN = "bulletin"
    STORY = "story"
    IDENT = "ident"
    SWEEPER = "sweeper"
    PROMO = "promo"
    FILE = "file"
    LIVE = "live"
    SUSTAINER = "sustainer"
    EMERGENCY = "emergency"

    @property
    def is_speech(self) -> bool:
        """Whether its words must not be talked over or cut by a mere fade."""
        return self in {Kind.BULLETIN, Kind.STORY}


class Start(StrEnum):
    """How an item comes to start."""

    HARD = "hard"  # at its second, whatever is playing, which fades out
    SOFT = "soft"  # at the next boundary at or after its time
    FOLLOW = "follow"  # when the item before it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """Play a library file."""

    media: MediaFile


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPart:
    """Play the bulletin of this name, rendered as close to the air as its deadline allows."""

    bulletin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPart:
    """Relay the stream at this address, for as long as the item is planned to last."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyPart:
    """Play the built-in standby sound: nothing else in the station can be played."""


Part = FilePart | BulletinPart | StreamPart | StandbyPart


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayItem:
    """One thing to play, as the planner decided it.

    `source` is the schedule's own word for where it came from (`rotation/music`, `cart/toh_id`).
    `planned_start` is when the plan expects it; for a hard start it is the second itself. `due` is the
    time of its own that the schedule gives it, None if it has none: it differs where an item comes late.
    `cut_at` is the hard start that ends it, faded, if it is still playing then; `fade_s` is how long that
    fade is, None for the studio's own. `priority` is what something must exceed to interrupt it, if it is
    speech. `expected_s` is how long it is expected to hold the air if nothing cuts it; `reason` says in a few
    words why it was chosen. `id` is unique within a run and stable for the same plan and seed.
    """

    id: str
    kind: Kind
    part: Part
    source: str
    title: str
    artist: str = ""
    clock: str = ""
    start: Start = Start.FOLLOW
    planned_start: datetime
    due: datetime | None = None
    cut_at: datetime | None = None
    fade_s: float | None = None
    priority: int = 50
    expected_s: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A moment inside an item from which a listener hears something with a name of its own.

    `at_s` counts from the item's first sample. A bulletin has one for its own title, one where each
    story's reading starts, and one for its outro.
    """

    at_s: float
    kind: Kind
    title: str
    artist: str = ""
    headline: str = ""
    stream_title: str


class Outcome(StrEnum):
    """What became of an item."""

    AIRED = "aired"
    CUT = "cut"
    DROPPED = "dropped"
    SUBSTITUTED = "substituted"
    FAILED = "failed"


class Transition(StrEnum):
    """How an item took over from the one before."""

    BUTT = "butt"  # sample against sample
    SEGUE = "segue"  # over the tail of the one before
    FADE = "fade"  # the one before was faded out for it
    FIRST = "first"  # nothing was before it


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunEntry:
    """One line of the as-run log. Times are aware; durations are seconds, lateness milliseconds."""

    item_id: str
    clock: str
    kind: Kind
    title: str
    artist: str
    headline: str
    source: str
    start_scheduled: datetime | None
    start_predicted: datetime
    start_actual: datetime | None
    late_ms: float | None
    duration_planned_s: float
    duration_actual_s: float
    start_source: Start
    transition: Transition
    listeners_start: int
    listeners_end: int
    outcome: Outcome
    reason: str
