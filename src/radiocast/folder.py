"""A station is a folder: where its files lie, and how a new one is made.

Owns: the names of the files in a station's folder, the bundled demo station, and `var/` (or a
temporary stand-in where the real one cannot be written).
Must not know: what is in the files.
"""

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radiocast.model.errors import EnvironmentFault, UsageError

_PACKAGE: Final = Path(__file__).parent
# In an installed wheel the demo station is package data; in a checkout it is the repository itself.
_BUNDLED: Final = _PACKAGE / "_demo"
_CHECKOUT: Final = _PACKAGE.parent.parent
# What a station folder is made of; var/ comes into being when the station first runs.
_PARTS: Final = ("config", "media")


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFolder:
    """The paths of one station. `var` may lie elsewhere when the folder itself is read-only."""

    root: Path
    var: Path
    # Why `var` is not `root/var`, for `/status`; empty when it is.
    var_problem: str = ""

    @property
    def station_file(self) -> Path:
        """`config/station.yaml`."""
        return self.root / "config" / "station.yaml"

    @property
    def schedule_file(self) -> Path:
        """`config/schedule.yaml`."""
        return self.root / "config" / "schedule.yaml"

    @property
    def media(self) -> Path:
        """`media/`: everything a schedule can name."""
        return self.root / "media"


def open_folder(root: Path, *, var: Path | None = None) -> StationFolder:
    """The station in `root`, its `var/` made and tried.

    Raises UsageError when there is no station there. A `var/` that cannot be written is replaced by a
    temporary one, and the reason kept: a full or read-only disk must not keep a station off the air.
    """
    root = root.resolve()
    if not (root / "config" / "station.yaml").is_file():
        raise UsageError(
            f"no station in {root}: there is no config/station.yaml. "
            f"Make one with `radiocast init {root}`, or name the folder that has it."
        )
    wanted = var or root / "var"
    try:
        _try_writing(wanted)
    except OSError as error:
        stand_in = Path(tempfile.mkdtemp(prefix="radiocast-var-"))
        reason = (
            f"{wanted} cannot be written ({error.strerror or error}): logs and bulletins go to {stand_in} "
            f"and are lost at the next restart. Give the user who runs radiocast the right to write there."
        )
        return StationFolder(root=root, var=stand_in, var_problem=reason)
    return StationFolder(root=root, var=wanted)


def _try_writing(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".write-test-")
    os.close(descriptor)
    Path(name).unlink()


def demo_source() -> Path:
    """Where the demo station's files come from. Raises EnvironmentFault when the package lacks them."""
    for candidate in (_BUNDLED, _CHECKOUT):
        if all((candidate / part).is_dir() for part in _PARTS):
            return candidate
    raise EnvironmentFault("the demo station is missing from this installation; install radiocast again")


def demo_root() -> Path:
    """The demo station to run: the checkout itself, or a copy in the user's data folder.

    An installed package's files are not for writing, and a newcomer may want to edit the schedule and
    hear what happens; the copy is made once and then is theirs.
    """
    source = demo_source()
    if source == _CHECKOUT:
        return source
    data_home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    root = data_home / "radiocast" / "demo"
    if not (root / "config" / "station.yaml").is_file():
        copy_station(source, root)
    return root


def copy_station(source: Path, root: Path) -> None:
    """Copy a station's `config/` and `media/` into a folder that has neither.

    Raises UsageError when either is there already: nobody's schedule is overwritten.
    """
    for part in _PARTS:
        if (root / part).exists():
            raise UsageError(f"{root / part} exists already; radiocast init makes new stations only")
    try:
        for part in _PARTS:
            # Without the times of the originals: an article's age is its file's, and in a wheel every file
            # is of 2020.
            shutil.copytree(source / part, root / part, copy_function=shutil.copy)
    except OSError as error:
        raise EnvironmentFault(f"cannot make a station in {root}: {error}") from error


def init_station(root: Path, *, name: str) -> None:
    """Make a station folder with this name, from the demo station's files.

    Raises UsageError when there is a station already, or a name that would not fit on one line.
    """
    if not name.strip() or any(ord(character) < 32 for character in name):
        raise UsageError("a station's name must be one line of text")
    copy_station(demo_source(), root)
    station_file = root / "config" / "station.yaml"
    quoted = '"' + name.strip().replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = station_file.read_text(encoding="utf-8")
    # The file's comments are for staff: only the value changes.
    renamed = re.sub(
        r"(?m)^(\s+name:\s*)[^#\n]*?(\s*(?:#.*)?)$", lambda m: m[1] + quoted + m[2], text, count=1
    )
    station_file.write_text(renamed, encoding="utf-8")
