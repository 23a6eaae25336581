"""The editor's decisions: what is held back or killed, by whom, when and why. `var/desk.json`.

Owns: the file, the lock under which commands change it, and its watch by the studio. Must not know: how a
story that is held or killed leaves the air.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from radiocast.model.errors import EnvironmentFault
from radiocast.newsroom.production.storage import write_atomically

# Another command holds the lock for the milliseconds of a small file.
_PATIENCE_S: Final = 10.0
_LOOK_AGAIN_S: Final = 0.02
# What was decided is kept for the record, a year of ten a day; what holds is kept for ever.
_MOST_HISTORY: Final = 4000


class Action(StrEnum):
    """What an editor can do to a story."""

    HOLD = "hold"  # not now
    RELEASE = "release"  # undoes a hold
    KILL = "kill"  # never again
    CORRECT = "correct"  # a correction was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision about one story. `by` is a name, `why` may be empty."""

    slug: str
    action: Action
    by: str
    at: datetime
    why: str = ""

    def __str__(self) -> str:
        """In words, for the desk: "held by ann: names to be checked"."""
        done = {Action.HOLD: "held", Action.RELEASE: "released", Action.KILL: "killed"}
        return f"{done.get(self.action, 'corrected')} by {self.by}" + (f": {self.why}" if self.why else "")


@dataclass(frozen=True, slots=True)
class Decisions:
    """What holds now, by slug (holds and kills only), and everything that was decided, oldest first."""

    standing: Mapping[str, Decision] = field(default_factory=dict)
    history: tuple[Decision, ...] = ()

    def after(self, decision: Decision) -> "Decisions":
        """With one more. A kill stands for ever: what is decided later changes nothing about it."""
        history = (*self.history, decision)[-_MOST_HISTORY:]
        standing = dict(self.standing)
        before = standing.get(decision.slug)
        if before is None or before.action is not Action.KILL:
            match decision.action:
                case Action.HOLD | Action.KILL:
                    standing[decision.slug] = decision
                case Action.RELEASE:
                    standing.pop(decision.slug, None)
                case Action.CORRECT:
                    pass
        return Decisions(standing, history)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore")

    slug: str
    action: Action
    by: str = ""
    at: AwareDatetime
    why: str = ""

    def decision(self) -> Decision:
        return Decision(slug=self.slug, action=self.action, by=self.by, at=self.at, why=self.why)


class _File(BaseModel):
    """`var/desk.json`."""

    model_config = ConfigDict(extra="ignore")

    version: int = 1
    standing: list[_Entry] = []
    history: list[_Entry] = []


def read_decisions(path: Path) -> Decisions:
    """The decisions in the file, none where there is no file. Raises EnvironmentFault for a damaged one."""
    try:
        kept = _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Decisions()
    except OSError as error:
        raise EnvironmentFault(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValidationError as error:
        raise EnvironmentFault(f"{path}: damaged: {error.errors()[0]['msg']}") from error
    return Decisions(
        {entry.slug: entry.decision() for entry in kept.standing},
        tuple(entry.decision() for entry in kept.history),
    )


def decide(path: Path, choose: Callable[[Decisions], Decision | None]) -> Decisions:
    """Change the file under its lock: `choose` sees what holds and says what is decided, None for nothing.

    Two commands at once are one after the other; a reader sees the file before or after. When this returns
    the decision is on the disk. Raises EnvironmentFault when the file is damaged, or cannot be locked or
    written.
    """
    with _locked(path.with_name(f".{path.name}.lock")):
        before = read_decisions(path)
        decision = choose(before)
        if decision is None:
            return before
        after = before.after(decision)
        written = _File.model_validate(_plain(after)).model_dump_json(indent=1).encode()
        try:
            for file in (_spare(path), path):
                write_atomically(file, written, sync=True)
        except OSError as error:
            raise EnvironmentFault(f"{path}: cannot be written: {error.strerror or error}") from error
        return after


def _spare(path: Path) -> Path:
    """A copy, for a studio that starts and finds the file damaged: what was killed must not come back."""
    return path.with_name(f"{path.name}.bak")


def _plain(decisions: Decisions) -> dict[str, object]:
    def entry(decision: Decision) -> _Entry:
        return _Entry(
            slug=decision.slug, action=decision.action, by=decision.by, at=decision.at, why=decision.why
        )

    return {
        "standing": [entry(decision) for decision in decisions.standing.values()],
        "history": [entry(decision) for decision in decisions.history],
    }


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the system lets go of it when a process dies. Raises EnvironmentFault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Only read: the lock of an editor of another name can be taken, too.
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise EnvironmentFault(f"{path}: cannot be written: {error.strerror or error}") from error
    try:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise EnvironmentFault(
                        f"{path}: another command holds the lock for {_PATIENCE_S:g} s: is one of them stuck?"
                    ) from error
                time.sleep(_LOOK_AGAIN_S)
        yield
    finally:
        os.close(descriptor)


@dataclass(slots=True)
class DecisionsFile:
    """`var/desk.json` as the studio watches it. `problem` says why it cannot be read, empty while it can.

    A damaged file changes nothing: the last good decisions stand, at the start those of its copy.
    """

    path: Path
    now: Decisions = field(default_factory=Decisions)
    problem: str = ""
    _stamp: tuple[int, int, int] | None = None
    _read: bool = False

    def changed(self) -> bool:
        """Look again; whether something else holds than before. One stat while the file is the same."""
        try:
            facts = self.path.stat()
            stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        except FileNotFoundError:
            stamp = None
        except OSError as error:
            return self._keep(EnvironmentFault(f"{self.path}: cannot be read: {error.strerror or error}"))
        if stamp == self._stamp and not self.problem:
            return False
        try:
            found = read_decisions(self.path)
        except EnvironmentFault as error:
            return self._keep(error)
        self._stamp, self.problem, self._read = stamp, "", True
        before, self.now = self.now, found
        return dict(before.standing) != dict(found.standing)

    def _keep(self, error: EnvironmentFault) -> bool:
        self.problem = (
            f"{error}; the decisions read before stand. "
            "Mend the file, or remove it to forget every hold and kill"
        )
        if self._read:
            return False
        self._read = True
        with contextlib.suppress(EnvironmentFault):
            self.now = read_decisions(_spare(self.path))
        return bool(self.now.standing)
