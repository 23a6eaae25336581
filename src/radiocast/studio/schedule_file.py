"""The schedule file as it is on disk, and the plan that is on the air: not always the same.

Owns: the last good schedule, in memory and in `var/`, and what is wrong with the file now.
Must not know: who watches the file, or what the schedule is used for.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast.config.load import load_schedule, parse_schedule
from radiocast.config.schedule import Clock, Rotation, ScheduleConfig, Source
from radiocast.model.errors import ConfigurationError, Problem
from radiocast.model.report import ScheduleError, ScheduleReport

# A line too much in a large file may make thousands; nobody mends more than these at a time.
MOST_TOLD: Final = 50
LAST_GOOD: Final = "last-good-schedule.yaml"
_EVERYTHING: Final = Source(type="rotation", name="all music")


def schedule_of_last_resort() -> ScheduleConfig:
    """What plays when there has never been a readable schedule: everything in `media/music/`, shuffled."""
    return ScheduleConfig(
        rotations={_EVERYTHING.name: Rotation(name=_EVERYTHING.name, files="music/**")},
        clocks={"none": Clock(name="none", entries=())},
        default_clock="none",
        sustainer=_EVERYTHING,
    )


class ScheduleFile:
    """Reads `schedule.yaml`; keeps the last good one on the air whatever becomes of the file."""

    def __init__(self, path: Path, var: Path) -> None:
        self._path = path
        self._kept = var / LAST_GOOD
        self._loaded_at: datetime | None = None
        self._problems: tuple[Problem, ...] = ()
        self._config = schedule_of_last_resort()
        self._text: bytes | None = None

    @property
    def path(self) -> Path:
        """The file itself, for whoever watches it."""
        return self._path

    @property
    def config(self) -> ScheduleConfig:
        """The schedule to plan by: always a good one."""
        return self._config

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file as it is now; empty when it is the one on the air."""
        return self._problems

    @property
    def told(self) -> tuple[Problem, ...]:
        """As `problems`, but of very many the first, and one that says how many more there are."""
        if len(self._problems) <= MOST_TOLD:
            return self._problems
        more = f"and {len(self._problems) - MOST_TOLD} more from here on: `radiocast check` tells them all"
        return (*self._problems[:MOST_TOLD], replace(self._problems[MOST_TOLD], message=more, hint=""))

    def load(self) -> bool:
        """Read the file again; whether the plan on the air is another one now.

        Blocking (a small file). Raises nothing: a file with errors leaves the plan as it is.
        """
        try:
            text = self._path.read_bytes()
        except OSError:
            text = None
        if text is not None and text == self._text:
            return False
        self._text = text
        try:
            config = load_schedule(self._path)
        except ConfigurationError as error:
            self._problems = error.problems
            return self._loaded_at is None and self._load_kept()
        self._config, self._problems, self._loaded_at = config, (), datetime.now(UTC)
        if text is not None:
            self._keep(text)
        return True

    def report(self) -> ScheduleReport:
        """For `/status`."""
        return ScheduleReport(
            file=self._shown(self._path),
            loaded_at=self._loaded_at,
            ok=not self._problems and self._loaded_at is not None,
            errors=tuple(
                ScheduleError(
                    file=self._shown(problem.file),
                    line=problem.line,
                    column=problem.column,
                    message=problem.message + (f" ({problem.hint})" if problem.hint else ""),
                )
                for problem in self.told
            ),
        )

    def _shown(self, path: Path) -> str:
        """As `config/schedule.yaml`: `/status` is public, and where the station lies is nobody's business."""
        root = self._path.parent.parent
        return str(path.relative_to(root)) if path.is_relative_to(root) else path.name

    def _load_kept(self) -> bool:
        """After a restart with a broken file: the plan of before the restart."""
        try:
            self._config = parse_schedule(self._kept.read_text(encoding="utf-8"), self._kept)
            self._loaded_at = datetime.fromtimestamp(self._kept.stat().st_mtime, UTC)
        except (OSError, UnicodeDecodeError, ConfigurationError):
            # Never kept, or kept by another version: the plan of last resort it is, and the file's own
            # problems are what the operator has to hear about.
            return False
        return True

    def _keep(self, text: bytes) -> None:
        scratch = self._kept.with_suffix(".tmp")
        try:
            scratch.write_bytes(text)
            scratch.replace(self._kept)
        except OSError:
            # Only a restart with a broken file would miss it; `var/` that cannot be written is
            # reported by whoever opened the folder.
            return
