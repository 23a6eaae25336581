"""Every error radiocast raises, by whose fault it is.

    RadiocastError
    ├── OperatorError            whoever runs the station can mend it
    │   ├── ConfigurationError   a configuration file is wrong; carries every problem at once
    │   ├── UsageError           a command or its arguments
    │   └── EnvironmentFault     a port in use, a folder that cannot be written
    ├── MediaError               one file cannot be played; the item is skipped
    ├── StoryError               one article cannot be read aloud; the story is withheld
    ├── FeedError                what a feed sent is no feed; its known stories stay
    ├── VoiceError               a voice failed or hung; the next one speaks
    ├── LogError                 the as-run log has nothing about what was asked, or not all of it
    ├── LinkError                the studio-transmitter link broke or carried nonsense
    └── EncoderError             the encoder stopped; the studio starts over

Adapters translate foreign exceptions into these at their own border (`raise ... from`).
A message says where, what, and what to do about it.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class RadiocastError(Exception):
    """The root: catching it catches everything radiocast raises on purpose."""


class OperatorError(RadiocastError):
    """Somebody who runs the station can mend this."""


class UsageError(OperatorError):
    """A command, or an argument of one, makes no sense. Exit code 2."""


class EnvironmentFault(OperatorError):  # noqa: N818 - "EnvironmentError" is a builtin's name
    """The machine is in the way: a port in use, a folder that cannot be written. Exit code 2."""


class Severity(StrEnum):
    """How much a problem matters; the values are the contract of `radiocast check --json`."""

    ERROR = "error"  # it cannot be read, or cannot be played
    WARNING = "warning"  # it plays, but not as whoever wrote it will have meant
    NOTICE = "notice"  # a rule decides here; told so that nobody is surprised


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a configuration file, at the place where an editor would look.

    `line` and `column` count from 1; 0 means the file as a whole. `hint` is what to do, e.g. the
    nearest valid key, and may be empty.
    """

    file: Path
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """`file:line:column: message (hint)`, the form that editors and terminals link."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)
        return f"{place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class ConfigurationError(OperatorError):
    """A configuration file is wrong. `problems` holds all of them, in file order; never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class MediaError(RadiocastError):
    """A media file is missing, unreadable, empty, or no sound. The item is skipped, the air goes on."""


class StoryError(RadiocastError):
    """An article gives no story that can be read aloud; the message is the reason it is withheld."""


class FeedError(RadiocastError):
    """What a news feed sent cannot be read as one; the message says why. Its known stories stay."""


class VoiceError(RadiocastError):
    """A voice failed, spoke nothing, or ran past its time limit."""


class LogError(RadiocastError):
    """The as-run log has nothing about what was asked, or something in it cannot be read. Exit code 1."""


class LinkError(RadiocastError):
    """The other end of the link is gone, or sent what no version of ours sends."""


class EncoderError(RadiocastError):
    """The encoder ended or gave bytes that are no constant-bit-rate MP3 at 48 kHz."""
