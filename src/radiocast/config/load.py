"""`station.yaml` and `schedule.yaml` from a path or a text; every problem at once, none as a traceback."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from radiocast.config.document import Findings, Node, read_document
from radiocast.config.schedule import ScheduleConfig
from radiocast.config.station import StationConfig
from radiocast.model.errors import ConfigurationError, Problem

_Config = TypeVar("_Config")

_SMALLEST_STATION = "the smallest one is: station: {name: My Station}"
_SMALLEST_SCHEDULE = (
    'the smallest one is: rotations: {music: {files: "music/**"}}, clocks: {hour: [{fill: rotation/music}]}, '
    "grid: {default: hour}, sustainer: rotation/music"
)


def load_station(path: Path) -> StationConfig:
    """Read a `station.yaml`. Raises ConfigurationError with everything that is wrong with it."""
    return parse_station(_read(path), path)


def load_schedule(path: Path) -> ScheduleConfig:
    """Read a `schedule.yaml`. Raises ConfigurationError with everything that is wrong with it."""
    return parse_schedule(_read(path), path)


def parse_station(text: str, file: Path) -> StationConfig:
    """A station's configuration from text; `file` is what the problems name. Pure, but for time zone data."""
    from radiocast.config.station_file import read_station

    return _parse(text, file, read_station, _SMALLEST_STATION)


def parse_schedule(text: str, file: Path) -> ScheduleConfig:
    """A schedule from text; `file` is what the problems name. Pure."""
    from radiocast.config.schedule_file import read_schedule

    return _parse(text, file, read_schedule, _SMALLEST_SCHEDULE)


def _parse(text: str, file: Path, read: Callable[[Node, Findings], _Config | None], smallest: str) -> _Config:
    findings = Findings(file)
    root = read_document(text, findings)
    config = None
    if root is not None and not (root_is_empty(root)):
        config = read(root, findings)
    elif not findings.problems:
        findings.add_at(1, 1, "the file is empty", smallest)
    if config is None or findings.problems:
        raise ConfigurationError(findings.problems)
    return config


def root_is_empty(root: Node) -> bool:
    """Whether a file holds nothing but comments, `---`, `{}` or `null`."""
    return bool(getattr(root, "empty", False)) or getattr(root, "pairs", None) == ()


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _trouble(path, "there is no such file", "radiocast init DIR makes a station folder") from None
    except IsADirectoryError:
        raise _trouble(path, "this is a folder, not a file") from None
    except OSError as error:
        raise _trouble(path, f"the file cannot be read: {error.strerror}", "check who may read it") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = "the file is not UTF-8 text from here on"
        raise ConfigurationError(
            (
                Problem(
                    file=path,
                    line=line,
                    column=column,
                    message=message,
                    hint="save it as UTF-8 in your editor",
                ),
            )
        ) from error


def _trouble(path: Path, message: str, hint: str = "") -> ConfigurationError:
    return ConfigurationError((Problem(file=path, line=0, column=0, message=message, hint=hint),))
