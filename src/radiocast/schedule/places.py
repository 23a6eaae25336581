"""Findings of a review, at the places in the file that the loader noted."""

from pathlib import Path
from typing import Final

from radiocast.config.schedule import ScheduleConfig
from radiocast.model.errors import Problem, Severity

_ORDER: Final = {severity: index for index, severity in enumerate(Severity)}


class Places:
    """Makes problems. A place is named as in `ScheduleConfig.positions`; one that is not there is 0, 0."""

    def __init__(self, schedule: ScheduleConfig, file: Path) -> None:
        self._positions = schedule.positions
        self._file = file

    def error(self, place: str, message: str, hint: str = "") -> Problem:
        """It cannot be played."""
        return self._problem(place, message, hint, Severity.ERROR)

    def warning(self, place: str, message: str, hint: str = "") -> Problem:
        """It plays, but not as whoever wrote it will have meant."""
        return self._problem(place, message, hint, Severity.WARNING)

    def notice(self, place: str, message: str, hint: str = "") -> Problem:
        """A rule decides here."""
        return self._problem(place, message, hint, Severity.NOTICE)

    def first_of(self, *places: str) -> str:
        """The first of these places that the file has; the last of them if it has none."""
        return next((place for place in places if place in self._positions), places[-1])

    def _problem(self, place: str, message: str, hint: str, severity: Severity) -> Problem:
        line, column = self._positions.get(place, (0, 0))
        return Problem(
            file=self._file, line=line, column=column, message=message, hint=hint, severity=severity
        )


def in_file_order(found: list[Problem]) -> tuple[Problem, ...]:
    """Each once, by line and column; of several at one place the worst first."""
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda p: (p.line, p.column, _ORDER[p.severity])))


def entry_place(clock: str, index: int) -> str:
    """The place of an entry of a clock; `index` counts from 0, as everywhere but in the file's places."""
    return f"clock/{clock}[{index + 1}]"
