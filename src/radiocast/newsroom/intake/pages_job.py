"""What the intake and its child say to each other: JSON, by the standard library alone.

The child has to be quick at its work, and half of its time would be the loading of pydantic. The studio
has that anyway, and checks with it what the child answers.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from radiocast.model.story import Story, Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """A web page to read, and when its file was last written."""

    path: str
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeJob:
    """The pages of one scan, in order. `zone` is the IANA name of the zone of dates that have none."""

    pages: tuple[PageFile, ...]
    zone: str


def dump_job(pages: Sequence[PageFile], zone: str) -> bytes:
    """The job as it goes to the child."""
    said = {"zone": zone, "pages": [[page.path, page.modified.isoformat()] for page in pages]}
    return json.dumps(said).encode()


def load_job(said: bytes) -> IntakeJob:
    """The job as it came. What comes is our own: anything else is a KeyError or a ValueError."""
    job = json.loads(said)
    pages = (PageFile(path=path, modified=datetime.fromisoformat(at)) for path, at in job["pages"])
    return IntakeJob(zone=job["zone"], pages=tuple(pages))


def dump_answer(answer: Story | Withheld) -> bytes:
    """What one page gave, as a line."""
    kind = "story" if isinstance(answer, Story) else "withheld"
    return json.dumps({kind: asdict(answer)}, default=_plain, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not sent")
