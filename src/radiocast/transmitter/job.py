"""What a worker is told when it starts: a value that goes over a command line."""

import json
from dataclasses import asdict, dataclass

from radiocast.model.block import MountSpec
from radiocast.transmitter.terms import SlowListener


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Where the certificate and its key lie."""

    cert: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is told when it starts. It is ready once `first_blocks` blocks have come.

    With `tls` it takes secure callers too.
    """

    mounts: tuple[MountSpec, ...]
    burst_s: float
    slow_listener: SlowListener
    first_blocks: int
    tls: TlsFiles | None = None

    def to_json(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """And back. Raises ValueError, KeyError or TypeError for what is none."""
        said = json.loads(text)
        mounts = tuple(MountSpec(**mount) for mount in said.pop("mounts"))
        files = said.pop("tls")
        return cls(mounts=mounts, tls=None if files is None else TlsFiles(**files), **said)
