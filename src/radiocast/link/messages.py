"""The messages of the link.

Studio to transmitter: Hello, BlockReady, Reported, StandbyReady, Recall. Transmitter to studio: Credit,
Recalled, Stop.
"""

from dataclasses import dataclass

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


ToTransmitter = Hello | BlockReady | Reported | StandbyReady | Recall
ToStudio = Credit | Recalled | Stop
Message = ToTransmitter | ToStudio
