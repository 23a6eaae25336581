import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from radiocast.library.analysis import Analysis
from radiocast.library.store import KEEP_DAYS, SCHEMA_VERSION, Row, Stamp, Store
from radiocast.library.tags import Tags

TODAY = 20_000

ROW = Row(
    path="music/a \"b\" 'c';\n☔.mp3",
    stamp=Stamp(size=2**40, mtime_ns=1_780_000_000_123_456_789),
    seen_day=TODAY,
    tags=Tags(title="T", artist="A", album="", duration_s=61.5),
    duration_s=61.5,
)
ANALYSIS = Analysis(
    duration_s=96_137 / 48_000,
    loudness_lufs=-14.2,
    true_peak_dbtp=0.4,
    cue_in_s=0.0,
    cue_out_s=96_137 / 48_000,
    tail_s=1.9,
)


def reopened(database: Path, *, today: int = TODAY) -> tuple[dict[str, Row], str]:
    store = Store(database)
    rows = store.load(today=today)
    problem = store.problem
    store.close()
    return rows, problem


def filled(database: Path) -> Path:
    store = Store(database)
    assert store.load(today=TODAY) == {}
    store.save([ROW, replace(ROW, path="b.mp3", analysis=ANALYSIS)])
    store.close()
    return database


def test_rows_come_back_exactly(tmp_path: Path) -> None:
    rows, problem = reopened(filled(tmp_path / "new" / "library.sqlite"))
    assert rows == {ROW.path: ROW, "b.mp3": replace(ROW, path="b.mp3", analysis=ANALYSIS)}
    assert problem == ""


def test_saving_again_replaces(tmp_path: Path) -> None:
    database = filled(tmp_path / "library.sqlite")
    store = Store(database)
    store.load(today=TODAY)
    changed = replace(ROW, stamp=Stamp(size=1, mtime_ns=2))
    store.save([changed])
    store.close()
    assert reopened(database)[0][ROW.path] == changed


def test_files_not_seen_for_long_are_dropped_and_touched_ones_stay(tmp_path: Path) -> None:
    database = filled(tmp_path / "library.sqlite")
    store = Store(database)
    store.load(today=TODAY)
    store.touch(["b.mp3", "unknown.mp3"], day=TODAY + 5)
    store.close()
    later = TODAY + KEEP_DAYS + 1
    rows, _ = reopened(database, today=later)
    assert list(rows) == ["b.mp3"]
    assert rows["b.mp3"].analysis == ANALYSIS, "touching leaves the rest alone"
    assert reopened(database, today=later)[0] == rows


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "library.sqlite"
    database.write_bytes(content)
    store = Store(database)
    assert store.load(today=TODAY) == {}
    assert "damaged" in store.problem
    assert (tmp_path / "library.sqlite.damaged").read_bytes() == content
    store.save([ROW])
    store.close()
    rows, problem = reopened(database)
    assert rows == {ROW.path: ROW}
    assert problem == "", "said once, in the run in which it happened"


def test_a_file_damaged_in_the_middle_is_set_aside(tmp_path: Path) -> None:
    database = tmp_path / "library.sqlite"
    store = Store(database)
    store.load(today=TODAY)
    store.save([replace(ROW, path=f"{number:05}.mp3") for number in range(2000)])
    store.close()
    content = bytearray(database.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    database.write_bytes(content)
    rows, problem = reopened(database)
    assert rows == {}
    assert "damaged" in problem


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE file DROP COLUMN album",
        "DROP TABLE file",
        "UPDATE file SET cue_in_s = NULL, tail_s = 'x'",
        "UPDATE file SET duration_s = 'long'",
        "UPDATE file SET title = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_table_that_is_not_ours_is_set_aside(tmp_path: Path, statement: str) -> None:
    database = filled(tmp_path / "library.sqlite")
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(statement)
    connection.close()
    rows, problem = reopened(database)
    assert rows == {}
    assert "damaged" in problem


def test_a_newer_versions_file_is_kept_for_it(tmp_path: Path) -> None:
    database = filled(tmp_path / "library.sqlite")
    connection = sqlite3.connect(database)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    connection.close()
    rows, problem = reopened(database)
    assert rows == {}
    assert "newer radiocast" in problem
    kept = sqlite3.connect(tmp_path / "library.sqlite.newer")
    assert kept.execute("SELECT count(*) FROM file").fetchone() == (2,)
    kept.close()


@pytest.mark.parametrize("place", ["file/library.sqlite", "file/deeper/library.sqlite"])
def test_where_nothing_can_be_written_it_lives_in_memory(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    store = Store(tmp_path / place)
    assert store.load(today=TODAY) == {}
    assert "cannot be written" in store.problem
    store.save([ROW])
    assert "cannot be written" in store.problem, "it stays so until the next start"
    store.close()


def test_a_folder_in_the_databases_place_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").mkdir()
    rows, problem = reopened(tmp_path / "library.sqlite")
    assert rows == {}
    assert "cannot be written" in problem


def test_a_failed_write_is_told_and_a_good_one_takes_that_back(tmp_path: Path) -> None:
    database = filled(tmp_path / "library.sqlite")
    store = Store(database)
    store.load(today=TODAY)
    other = sqlite3.connect(database, timeout=0.1)
    other.execute("ALTER TABLE file RENAME TO elsewhere")
    other.commit()
    store.save([ROW])
    assert "cannot be written now" in store.problem
    other.execute("ALTER TABLE elsewhere RENAME TO file")
    other.commit()
    other.close()
    store.save([ROW])
    assert store.problem == ""
    store.close()


def test_several_threads_may_save(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.sqlite")
    store.load(today=TODAY)

    def save(thread: int) -> None:
        for number in range(20):
            store.save([replace(ROW, path=f"{thread}-{number}.mp3")])

    threads = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert len(reopened(tmp_path / "library.sqlite")[0]) == 80


def test_two_processes_may_open_it_at_once(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "library.sqlite"), Store(tmp_path / "library.sqlite")
    first.load(today=TODAY)
    second.load(today=TODAY)
    first.save([ROW])
    second.save([replace(ROW, path="b.mp3")])
    assert first.problem == second.problem == ""
    first.close()
    second.close()
    second.close()
    second.save([ROW])
    assert len(reopened(tmp_path / "library.sqlite")[0]) == 2
