"""What the calendar answers with: what starts, what has the air, and what fills the time.

Owns: the values, and which of two that want the air at once has it. Must not know: how they are found.
Instants are POSIX seconds (float, UTC).
"""

from dataclasses import dataclass
from typing import Final

from radiocast.config.schedule import Event, Source

# What the owner of an event's occurrences begins with.
EVENT: Final = "event/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that starts at an instant.

    `owner` is its clock's name, or `event/NAME`, and `index` its place there. `written` is its time as
    the schedule writes it. `held_by` names the event that has the air then and is not to be interrupted
    by it: such an occurrence is not played. `drop_after_s` is how late it may begin at most. `moved` says
    that its own local time does not exist.
    """

    at: float
    owner: str
    index: int
    play: Source
    hard: bool
    priority: int
    rank: int
    wait_up_to_s: float | None
    drop_after_s: float
    make_next: bool
    duration_s: float | None
    written: str
    moved: bool = False
    held_by: str = ""

    @property
    def precedence(self) -> tuple[int, int]:
        """Of two that want the air at once the one with the greater has it."""
        return self.priority, self.rank

    @property
    def cuts_at(self) -> float | None:
        """When it interrupts what plays, if it is not on the air by then; None if it never does."""
        if self.hard:
            return self.at
        if self.wait_up_to_s is None or self.wait_up_to_s > self.drop_after_s:
            return None
        return self.at + self.wait_up_to_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An event that has the air from `at` to `until`."""

    at: float
    until: float
    event: Event
    rank: int

    @property
    def owner(self) -> str:
        """As of its Occurrence."""
        return f"{EVENT}{self.event.name}"

    @property
    def precedence(self) -> tuple[int, int]:
        """As of an Occurrence."""
        return self.event.priority, self.rank

    @property
    def fills(self) -> bool:
        """As of its event."""
        return self.event.fills


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What fills the time at an instant, up to `until`; `owner` as in Occurrence."""

    source: Source
    until: float
    owner: str
    backtime: bool
    priority: int
    # Whether `until` is the end of an event, after which the source plays no longer.
    ends: bool = False
