"""The messages of the link.

Studio to transmitter: Hello, BlockReady, Reported, StandbyReady, Recall. Transmitter to studio: Credit,
Recalled, Stop.

Transmitter to a worker: BlockReady (`seq` is the block's number on the ring), Pace, Dismiss, Stop; and
Tickets, each with a listener's connection, by a way of their own (`handing`). Worker to transmitter:
Serving, Departed, Tallied.
"""

from dataclasses import dataclass

from radiocast.model.audience import End
from radiocast.model.block import Block
from radiocast.model.report import StudioReport

# Raised whenever a message changes shape; both ends are of one installation, so a mismatch means
# an upgrade that was not finished, and is refused rather than guessed at.
PROTOCOL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The studio's first message: who it is and which mounts its blocks carry, in order."""

    protocol: int
    pid: int
    mounts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReady:
    """The next block of sound."""

    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The studio's report on itself, whole."""

    report: StudioReport


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyReady:
    """Fresh emergency sound lies on disk: one CBR MP3 file a mount, in the order of the mounts."""

    files: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Take back what has been sent and is not on the air: blocks from `first` on, as far as there is time.

    The studio MUST have sent all that it had, and MUST NOT send a block until it has been answered.
    """

    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """The answer to a Recall: the blocks from `first` on are forgotten, `count` of them, up to the last.

    The studio's next block, whose `seq` follows on that last one as ever, is heard where `first` would have
    been. `count` 0: it was too late, or nothing can be taken back now, and everything is as it was.
    """

    first: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """How far the studio may run, and when its sound is heard.

    The studio MUST NOT send a block whose `seq` is `up_to` or more. The block `next_seq` (the first that
    is not yet on the air and behind which none was recalled) is due at `next_due`, Unix time in seconds; each
    later one 0.48 s after its predecessor. `listeners` is how many are connected now, for the as-run log.
    """

    up_to: int
    next_seq: int
    next_due: float
    listeners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The station closes down: write the logs and end."""


# Between the transmitter and its workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A listener is let in: `number` is its own, `mount` counts the station's mounts from 0.

    `titled`: titles stand in the sound. `head` is the response's header, which is sent first.
    """

    number: int
    mount: int
    titled: bool
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many blocks are between two turns of a listener, by how many there are in all workers."""

    blocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss:
    """These listeners have listened for as long as they may."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A worker's first message: it is ready for blocks and listeners."""

    protocol: int
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A listener is gone. `sent_bytes` counts the header too."""

    number: int
    end: End
    sent_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """Listeners who went since the worker said so last."""

    departures: tuple[Departure, ...]


# Upper ends of the histogram of slices, seconds: a slice above 0.06 takes the time of the next.
SLICE_ENDS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.12, 0.25, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a fan-out has done since it began.

    `slices` has, for each of SLICE_ENDS_S and for all that took longer, how many slices took so long (each
    slice is counted once); `late_s` is how late the latest slice began.
    """

    sends: int = 0
    sent_bytes: int = 0
    blocked: int = 0
    skips: int = 0
    slices: tuple[int, ...] = (0,) * (len(SLICE_ENDS_S) + 1)
    slices_s: float = 0.0
    late_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """A worker's tally, whole."""

    tally: Tally


ToTransmitter = Hello | BlockReady | Reported | StandbyReady | Recall
ToStudio = Credit | Recalled | Stop
ToWorker = BlockReady | Pace | Dismiss | Stop
FromWorker = Serving | Departed | Tallied
Message = ToTransmitter | ToStudio | ToWorker | FromWorker
