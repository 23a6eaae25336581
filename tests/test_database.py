"""An SQLite file is opened, written all or nothing, and moved out of the way with all that belongs to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from radiocast import database

SECOND = "INSERT INTO word VALUES ('second')"


@contextmanager
def _opened(path: Path | None, *, wait_s: float = 0.0) -> Iterator[sqlite3.Connection]:
    with closing(database.opened(path, schema_version=3, wait_s=wait_s)) as connection:
        yield connection


def _written(path: Path, *, schema_version: int = 3) -> Path:
    """With one table of one row, in the file itself."""
    with _opened(path) as connection, database.transaction(connection):
        connection.execute("CREATE TABLE word (said TEXT)")
        connection.execute("INSERT INTO word VALUES ('first')")
        database.set_version(connection, schema_version)
    return path


def _write(connection: sqlite3.Connection, *statements: str) -> None:
    with database.transaction(connection):
        for statement in statements:
            connection.execute(statement)


def _words(path: Path) -> list[str]:
    with _opened(path) as connection:
        return [said for (said,) in connection.execute("SELECT said FROM word ORDER BY rowid")]


def test_a_new_file_has_its_folder_and_its_version_when_it_was_said(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there" / "words.sqlite"
    with _opened(path) as connection:
        assert database.version(connection) == 0
    _written(path)
    with _opened(path) as connection:
        assert database.version(connection) == 3
    assert _words(path) == ["first"]


def test_without_a_path_it_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with _opened(None) as connection, database.transaction(connection):
        connection.execute("CREATE TABLE word (said TEXT)")
        assert database.version(connection) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_later_versions_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = _written(tmp_path / "words.sqlite", schema_version=4)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = path.read_bytes()
    with pytest.raises(database.NewerSchemaError, match=r"^schema 4$"):
        database.opened(path, schema_version=3, wait_s=0.0)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_reads_does_not_wait_for_whoever_writes(tmp_path: Path) -> None:
    path = _written(tmp_path / "words.sqlite")
    with _opened(path) as writer, database.transaction(writer):
        writer.execute(SECOND)
        assert _words(path) == ["first"]
    assert _words(path) == ["first", "second"]


def test_the_right_to_write_is_asked_for_before_anything_is_read(tmp_path: Path) -> None:
    path = _written(tmp_path / "words.sqlite")
    with _opened(path) as first, _opened(path) as second:
        with (
            database.transaction(first),
            pytest.raises(sqlite3.OperationalError) as refused,
            database.transaction(second),
        ):
            pytest.fail("both may write")
        assert database.is_place_at_fault(refused.value)
        _write(second, SECOND)
    assert _words(path) == ["first", "second"]


def test_of_a_transaction_that_fails_nothing_stays_and_the_next_one_goes(tmp_path: Path) -> None:
    path = _written(tmp_path / "words.sqlite")
    with _opened(path) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            _write(
                connection, "INSERT INTO word VALUES ('lost')", "PRAGMA user_version=9", "DELETE FROM there"
            )
        assert database.version(connection) == 3
        _write(connection, SECOND)
    assert _words(path) == ["first", "second"]


def test_of_a_transaction_that_cannot_be_completed_nothing_stays_and_the_next_one_goes(
    tmp_path: Path,
) -> None:
    path = _written(tmp_path / "words.sqlite")
    with _opened(path) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("CREATE TABLE voice (name TEXT PRIMARY KEY)")
        # Looked at by COMMIT, which then leaves the transaction open.
        connection.execute("CREATE TABLE spoken (voice TEXT REFERENCES voice DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            _write(connection, "INSERT INTO word VALUES ('lost')", "INSERT INTO spoken VALUES ('nobody')")
        _write(connection, SECOND)
    assert _words(path) == ["first", "second"]


def test_where_sqlite_has_taken_everything_back_the_reason_is_what_is_raised(tmp_path: Path) -> None:
    path = _written(tmp_path / "words.sqlite")
    with _opened(path) as connection:
        connection.execute("CREATE UNIQUE INDEX once ON word (said)")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            # As a full disk does it: the statement ends the whole transaction.
            _write(connection, SECOND, "INSERT OR ROLLBACK INTO word VALUES ('first')")
    assert _words(path) == ["first"]


def test_the_place_is_at_fault_where_the_file_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "words.sqlite").mkdir()
    with pytest.raises(sqlite3.OperationalError) as refused:
        database.opened(tmp_path / "words.sqlite", schema_version=3, wait_s=0.0)
    assert database.primary_code(refused.value) == sqlite3.SQLITE_CANTOPEN
    assert database.is_place_at_fault(refused.value)


def test_an_extended_code_counts_as_its_primary_one() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    assert database.primary_code(error) == sqlite3.SQLITE_IOERR
    assert database.is_place_at_fault(error)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT x FROM word", id="a table that is not ours"),
        pytest.param(
            "SELECT CAST(x'ff' AS TEXT)", id="text that is none, of which Python speaks, not SQLite"
        ),
    ],
)
def test_the_place_is_not_at_fault_for_what_is_in_the_file(tmp_path: Path, sql: str) -> None:
    with _opened(_written(tmp_path / "words.sqlite")) as connection:
        with pytest.raises(sqlite3.OperationalError) as refused:
            connection.execute(sql).fetchall()
        assert not database.is_place_at_fault(refused.value)


def test_a_file_without_a_database_is_no_fault_of_the_place(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    path.write_bytes(b"something else" * 100)
    with pytest.raises(sqlite3.DatabaseError) as refused:
        database.opened(path, schema_version=3, wait_s=0.0)
    assert database.primary_code(refused.value) == sqlite3.SQLITE_NOTADB
    assert not database.is_place_at_fault(refused.value)


def test_a_file_is_set_aside_with_what_its_journal_has_and_in_place_of_an_earlier_one(tmp_path: Path) -> None:
    path, kept = _written(tmp_path / "words.sqlite"), tmp_path / "words.sqlite.damaged"
    kept.write_bytes(b"an earlier one")
    with _opened(path) as connection:
        _write(connection, SECOND)
        assert (tmp_path / "words.sqlite-wal").stat().st_size, "the second word is in the journal only"
        said = database.set_aside(path, "damaged", why="was damaged", then="a new one is begun.")
        assert said == f"{path} was damaged: it is kept as words.sqlite.damaged, and a new one is begun."
        assert {each.name for each in tmp_path.iterdir()} == {
            f"{kept.name}{end}" for end in ("", "-wal", "-shm")
        }
        assert _words(kept) == ["first", "second"]


def test_one_that_cannot_be_renamed_is_for_a_person_to_move(tmp_path: Path) -> None:
    path = _written(tmp_path / "words.sqlite")
    (tmp_path / "words.sqlite.newer").mkdir()
    said = database.set_aside(path, "newer", why="was written by a newer radiocast", then="never said")
    assert said == (
        f"{path} was written by a newer radiocast and cannot be renamed (Is a directory): move it away."
    )
    assert _words(path) == ["first"]
