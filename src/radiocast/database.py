"""An SQLite file that a station writes to: opened, written all or nothing, moved out of the way.

Owns: how it is opened and written to, and of which errors the place is to blame. Must not know: any table, or
what is said to whoever runs the station about theirs. Blocks on the disk.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# No right, no space, locked: nothing is wrong with what is in the file.
_PLACE_AT_FAULT: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


class NewerSchemaError(Exception):
    """The file was written by a later radiocast."""


def opened(
    path: Path | None, *, schema_version: int, wait_s: float, any_thread: bool = False
) -> sqlite3.Connection:
    """The database of that path, its folder made where there is none; no path: one in memory.

    `wait_s`: how long whoever else writes to it is waited for. There is no transaction but `transaction`.
    Raises NewerSchemaError for a file of a later version than `schema_version`, which is not touched; OSError
    where there can be no folder; sqlite3.Error.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path or ":memory:", timeout=wait_s, check_same_thread=not any_thread, isolation_level=None
    )
    try:
        _prepare(connection, schema_version)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, schema_version: int) -> None:
    found = version(connection)
    if found > schema_version:
        raise NewerSchemaError(f"schema {found}")
    # Readers and the writer do not wait for each other, and a commit costs no fsync: a power cut may take the
    # last seconds, never the file.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def version(connection: sqlite3.Connection) -> int:
    """The schema's version in the file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def set_version(connection: sqlite3.Connection, schema_version: int) -> None:
    """Say which version the tables have now; within a transaction it counts with the rest of it."""
    connection.execute(f"PRAGMA user_version={schema_version:d}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, with the right to write asked for at the start, where waiting for it works."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself where the disk was full.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def primary_code(error: Exception) -> int:
    """SQLite's primary code; an extended one has it in its lowest byte. 0 for what SQLite did not say."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_place_at_fault(error: Exception) -> bool:
    """Whether the file cannot be had where it is, whatever is in it: to set it aside would win nothing."""
    return primary_code(error) in _PLACE_AT_FAULT


def set_aside(path: Path, mark: str, *, why: str, then: str) -> str:
    """Rename a database, with its journal, to `NAME.mark`; one that had that name before is replaced.

    What was done about it, as sentences: `why` follows the file's name, `then` the new one and an "and".
    """
    kept = path.with_name(f"{path.name}.{mark}")
    try:
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{path}{ending}").replace(f"{kept}{ending}")
    except OSError as error:
        return f"{path} {why} and cannot be renamed ({error.strerror}): move it away."
    return f"{path} {why}: it is kept as {kept.name}, and {then}"
