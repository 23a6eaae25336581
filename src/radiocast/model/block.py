"""A block: the unit that walks from the studio to every listener."""

from dataclasses import dataclass

from radiocast.model.play import Kind, Outcome
from radiocast.model.units import Channels


@dataclass(frozen=True, slots=True, kw_only=True)
class MountSpec:
    """One stream: its address and what is in it. CBR MP3 at 48 kHz, nothing else, for now.

    `max_listeners` is for this mount alone; None: only the station's limit.
    """

    path: str
    bitrate_kbps: int
    channels: Channels = 2
    max_listeners: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAir:
    """What a listener hears from some block on.

    `starts_in_block_s` is how far into that block its sound begins. An item that holds named parts (a
    bulletin with stories) gives one of these for each part, all with the same `item_id`.
    `duration_s` is None where it is not known beforehand.
    """

    item_id: str
    kind: Kind
    title: str
    artist: str = ""
    headline: str = ""
    stream_title: str
    source: str
    duration_s: float | None = None
    starts_in_block_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An item came to its end in this block, so many seconds into it; what became of it."""

    item_id: str
    outcome: Outcome
    reason: str = ""
    ends_in_block_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fixed number of whole MP3 frames for every mount, and what is heard in them.

    `seq` counts from 0 in each studio process. `audio` has one entry a mount, in the order of the
    station's mounts, each of exactly `block_bytes(bitrate)` bytes. `stream_title` is the title of the
    sound at the block's end: that of a part that starts inside this block already counts for it.
    `on_air` is set only where something new starts. `level_dbfs` is the RMS level of the block's
    sound (-inf is written as -120).
    """

    seq: int
    audio: tuple[bytes, ...]
    stream_title: str
    on_air: OnAir | None = None
    ended: tuple[Ended, ...] = ()
    level_dbfs: float
