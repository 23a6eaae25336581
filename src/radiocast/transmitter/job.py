"""What a worker is told when it starts: a value that goes over a command line."""

import json
from dataclasses import asdict, dataclass

from radiocast.model.block import MountSpec
from radiocast.transmitter.terms import SlowListener


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is told when it starts. It is ready once `first_blocks` blocks have come."""

    mounts: tuple[MountSpec, ...]
    burst_s: float
    slow_listener: SlowListener
    first_blocks: int

    def to_json(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """And back. Raises ValueError, KeyError or TypeError for what is none."""
        said = json.loads(text)
        mounts = tuple(MountSpec(**mount) for mount in said.pop("mounts"))
        return cls(mounts=mounts, **said)
