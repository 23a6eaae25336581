"""One consistent look at the air: frozen values for whoever shows it.

Owns: their shape. Field names are those of `web/source.py`, which is the reader.
Must not know: how the numbers are counted, or how they are shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from radiocast.link.messages import Tally
from radiocast.model.audience import End
from radiocast.model.block import MountSpec, OnAir
from radiocast.model.play import Outcome
from radiocast.model.report import StudioReport
from radiocast.transmitter.seats import Refusal

_NOTHING_DONE: Final = Tally()


class StudioState(StrEnum):
    """Whether the studio gives blocks; the values are the contract of `/status`."""

    ON_AIR = "on_air"
    STARTING = "starting"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing:
    """What is heard at the live edge of the stream, and since when (aware)."""

    on_air: OnAir
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Aired:
    """What was heard before, from when to when (aware), and what became of it."""

    on_air: OnAir
    started_at: datetime
    ended_at: datetime
    outcome: Outcome = Outcome.AIRED
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MountNow:
    """One mount as it is now."""

    spec: MountSpec
    listeners: int = 0
    peak: int = 0
    stream_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenersNow:
    """Listeners on all mounts.

    `total` is how many ever came, `slow_dropped` how many were let go as too slow, `slow_skips` how often
    one that was too slow was moved to the live sound instead. `lost` is how many ended because the process
    that served them died. `ended` counts by reason who is gone.
    """

    current: int = 0
    peak: int = 0
    total: int = 0
    slow_dropped: int = 0
    slow_skips: int = 0
    lost: int = 0
    ended: tuple[tuple[End, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerNow:
    """One of the processes that serve listeners; `pid` is None between the death of one and the next.

    `ready` is whether it is given listeners; `restarts` is how often it had to be replaced, `lost` how many
    listeners that cost. `capacity` is how many it can hold at most, by the descriptors it may have open.
    """

    pid: int | None = None
    ready: bool = False
    listeners: int = 0
    capacity: int = 0
    restarts: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputNow:
    """What goes out. `block_age_s` is how long ago the last block went on the air; None before the first.

    `level_lufs` is the mean level of the last 3 s. `drift_ms` is how late the last block was by the
    schedule that began with the first; `re_anchored` counts how often that schedule had to begin anew.
    """

    level_lufs: float = -120.0
    silent_for_s: float = 0.0
    lead_s: float = 0.0
    drift_ms: float = 0.0
    blocks: int = 0
    emergency_blocks: int = 0
    block_age_s: float | None = None
    re_anchored: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioNow:
    """The studio process; `pid` is None while there is none."""

    state: StudioState = StudioState.STARTING
    restarts: int = 0
    pid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AirSnapshot:
    """The whole look. `history` is newest first; `report` is None before the studio's first.

    `workers` is empty where the transmitter serves everybody itself; `tally` is what all fan-outs together
    have done since the beginning, also those of workers that are gone. `refused` counts by reason who was
    not let in. `problems` are the transmitter's own, in words for whoever runs the station.
    """

    taken_at: datetime
    started_at: datetime
    on_air: Airing | None = None
    history: tuple[Aired, ...] = ()
    listeners: ListenersNow = ListenersNow()
    mounts: tuple[MountNow, ...] = ()
    output: OutputNow = OutputNow()
    studio: StudioNow = StudioNow()
    report: StudioReport | None = None
    workers: tuple[WorkerNow, ...] = ()
    tally: Tally = _NOTHING_DONE
    refused: tuple[tuple[Refusal, int], ...] = ()
    problems: tuple[str, ...] = ()
