"""What was found out about files, kept between runs in one SQLite file.

All of it can be found out again, so nothing here is worth a station's silence: a file that is damaged or
was written by a newer version is set aside and a new one begun; where nothing can be written, the store
lives in memory. Both are said in `problem`. Blocks on the disk: for threads, and safe in several.
"""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radiocast import database
from radiocast.library.analysis import Analysis
from radiocast.library.tags import Tags

# Counted up with every change of the tables or of what a column means (a new way to find cue points).
SCHEMA_VERSION: Final = 1
# How long a vanished file is remembered: a disk that was away for a weekend is not measured again.
KEEP_DAYS: Final = 30
# Another process of the station (`radiocast check`) may be writing.
_BUSY_S: Final = 2.0

_CREATE: Final = """
CREATE TABLE file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, seen_day INTEGER NOT NULL,
    title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL, duration_s REAL NOT NULL,
    exact_s REAL, loudness_lufs REAL, true_peak_dbtp REAL, cue_in_s REAL, cue_out_s REAL, tail_s REAL
) WITHOUT ROWID
"""
_COLUMNS: Final = (
    "path, size, mtime_ns, seen_day, title, artist, album, duration_s, "
    "exact_s, loudness_lufs, true_peak_dbtp, cue_in_s, cue_out_s, tail_s"
)
_SAVE: Final = f"INSERT OR REPLACE INTO file ({_COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What changes when a file changes: its size in bytes and its time of change."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One file as last found. `duration_s` is the header's word; the analysis has the exact one.

    `seen_day` is the day (since 1970) on which it was last there.
    """

    path: str
    stamp: Stamp
    seen_day: int
    tags: Tags
    duration_s: float
    analysis: Analysis | None = None


class Store:
    """The table of files. `problem` is a sentence about its own state, empty when all is well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._aside = ""
        self._trouble = ""
        self._in_memory = False

    @property
    def problem(self) -> str:
        """What whoever runs the station should know: not saved, or begun anew."""
        return " ".join(part for part in (self._aside, self._trouble) if part)

    def load(self, *, today: int) -> dict[str, Row]:
        """Open the database and give every row by its path; rows not seen for `KEEP_DAYS` are dropped.

        Never raises: what cannot be opened is set aside, what cannot be written is kept in memory.
        """
        with self._lock:
            for _ in range(2):  # as it is, and once more after setting it aside
                try:
                    return self._open(self._path, today)
                except database.NewerSchemaError as error:
                    self._set_aside("newer", f"was written by a newer radiocast ({error})")
                except (sqlite3.DatabaseError, ValueError, TypeError) as error:
                    if database.is_place_at_fault(error):
                        self._trouble = _kept_in_memory(self._path, str(error))
                        break
                    self._set_aside("damaged", f"was damaged ({error})")
                except OSError as error:
                    self._trouble = _kept_in_memory(self._path, str(error.strerror))
                    break
            self._in_memory = True
            return self._open(None, today)

    def save(self, rows: Iterable[Row]) -> None:
        """Write rows, in one transaction. Never raises: a failure (a full disk) is told in `problem`."""
        self._write(_SAVE, [_values(row) for row in rows])

    def touch(self, paths: Iterable[str], *, day: int) -> None:
        """These files were there on that day. As `save`, but of no other column."""
        self._write("UPDATE file SET seen_day = ? WHERE path = ?", [(day, path) for path in paths])

    def close(self) -> None:
        """Close the file; safe to call twice."""
        with self._lock:
            self._close()

    def _write(self, statement: str, values: list[tuple[object, ...]]) -> None:
        with self._lock:
            if self._connection is None:
                return
            try:
                with database.transaction(self._connection):
                    self._connection.executemany(statement, values)
            except sqlite3.Error as error:
                self._trouble = f"{self._path} cannot be written now ({error}): is the disk full?"
            else:
                if not self._in_memory:
                    self._trouble = ""

    def _open(self, path: Path | None, today: int) -> dict[str, Row]:
        # What a power cut takes is measured again.
        self._connection = connection = database.opened(
            path, schema_version=SCHEMA_VERSION, wait_s=_BUSY_S, any_thread=True
        )
        try:
            with database.transaction(connection):
                # Asked here and not before: another process may have made the table in between.
                if database.version(connection) < SCHEMA_VERSION:
                    connection.execute("DROP TABLE IF EXISTS file")
                    connection.execute(_CREATE)
                    database.set_version(connection, SCHEMA_VERSION)
                connection.execute("DELETE FROM file WHERE seen_day < ?", (today - KEEP_DAYS,))
            rows = connection.execute(f"SELECT {_COLUMNS} FROM file").fetchall()  # noqa: S608 - a constant
            return {row.path: row for row in map(_row, rows)}
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _set_aside(self, mark: str, why: str) -> None:
        self._aside = database.set_aside(self._path, mark, why=why, then="the files are measured again.")


def _kept_in_memory(path: Path, why: str) -> str:
    return (
        f"{path} cannot be written ({why}), so tags and loudness are found out again after each start: "
        "let radiocast's user write there."
    )


def _values(row: Row) -> tuple[object, ...]:
    a = row.analysis
    measured = (
        (a.duration_s, a.loudness_lufs, a.true_peak_dbtp, a.cue_in_s, a.cue_out_s, a.tail_s)
        if a
        else (None,) * 6
    )
    return (
        row.path,
        row.stamp.size,
        row.stamp.mtime_ns,
        row.seen_day,
        row.tags.title,
        row.tags.artist,
        row.tags.album,
        row.duration_s,
        *measured,
    )


def _row(values: tuple[object, ...]) -> Row:
    """Raises ValueError or TypeError on values that no version of ours wrote."""
    path, size, mtime_ns, day, title, artist, album, duration_s, *measured = values
    numbers = [float(value) for value in measured if isinstance(value, float | int)]
    if len(numbers) not in (0, 6):
        raise ValueError(f"half an analysis of {path!r}")
    if not (
        isinstance(path, str) and isinstance(size, int) and isinstance(mtime_ns, int) and isinstance(day, int)
    ):
        raise TypeError(f"a row that makes no sense: {path!r}")
    if not isinstance(duration_s, float | int):
        raise TypeError(f"no duration of {path!r}")
    analysis = None
    if numbers:
        exact_s, lufs, peak, cue_in_s, cue_out_s, tail_s = numbers
        analysis = Analysis(
            duration_s=exact_s,
            loudness_lufs=lufs,
            true_peak_dbtp=peak,
            cue_in_s=cue_in_s,
            cue_out_s=cue_out_s,
            tail_s=tail_s,
        )
    tags = Tags(title=str(title), artist=str(artist), album=str(album), duration_s=float(duration_s))
    return Row(
        path=path,
        stamp=Stamp(size=size, mtime_ns=mtime_ns),
        seen_day=day,
        tags=tags,
        duration_s=float(duration_s),
        analysis=analysis,
    )
