"""The recording process's work: what stands in the database and the log after each sort of day."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.audience.clerk import Clerk
from radiocast.audience.keeping import Addresses, Keeping
from radiocast.audience.packing import pack, seal
from radiocast.audience.sessions import MIGRATIONS, SCHEMA_VERSION, Sessions
from radiocast.model.audience import End, Record
from tests.audience.records import COMBINED, NOON, answered, joined, left


class _Clock:
    def __init__(self) -> None:
        self.unix_s = NOON

    def __call__(self) -> float:
        return self.unix_s


def _keeping(folder: Path, addresses: Addresses = "full", **more: int) -> Keeping:
    return Keeping(folder=folder / "audience", zone="Europe/London", addresses=addresses, **more)


def _batch(records: Iterable[Record], *, first: int = 0, dropped: int = 0) -> bytes:
    packed = [pack(record) for record in records]
    return seal(b"".join(packed), first=first, count=len(packed), dropped=dropped)


@contextmanager
def _clerk(keeping: Keeping, clock: _Clock | None = None, run: str = "one") -> Iterator[Clerk]:
    clerk = Clerk(keeping, run=run, now=clock or _Clock())
    try:
        yield clerk
    finally:
        clerk.close(station_gone=False)


def _rows(keeping: Keeping, sql: str = "SELECT * FROM session") -> list[dict[str, Any]]:
    connection = sqlite3.connect(keeping.sessions)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql)]
    finally:
        connection.close()


def _log(keeping: Keeping) -> list[str]:
    return keeping.access_log.read_text("ascii").splitlines() if keeping.access_log.exists() else []


def test_a_session_is_there_from_its_beginning_and_whole_at_its_end(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(7)]))
        (row,) = _rows(keeping)
        assert (row["seconds"], row["sent_bytes"], row["ended"]) == (None, None, None)
        assert _log(keeping) == []

        clerk.take(_batch([left(7, seconds=61.5, end=End.SLOW), answered(line="GET / HTTP/1.1")], first=1))

    (row,) = _rows(keeping)
    assert row["started_unix_s"] == NOON
    assert row["ended_unix_s"] == NOON + 61.5
    assert (row["seconds"], row["sent_bytes"], row["ended"]) == (61.5, 960_000, "slow")
    assert (row["mount"], row["listener"], row["salted"]) == ("/live.mp3", "203.0.113.7", 0)
    assert row["agent"] == "VLC/3.0.20"
    listened, page = sorted(_log(keeping))
    assert listened == (
        '203.0.113.7 - - [03/Nov/2026:12:01:01 +0000] "GET /live.mp3 HTTP/1.1" 200 960000 "-" "VLC/3.0.20" 61'
    )
    assert page == '203.0.113.8 - - [03/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5120 "-" "curl/8" 0'


def test_addresses_are_kept_as_the_configuration_says_in_both_places(tmp_path: Path) -> None:
    for addresses in ("hashed", "full", "none"):
        keeping = _keeping(tmp_path / addresses, addresses)
        with _clerk(keeping) as clerk:
            clerk.take(_batch([joined(1), left(1), joined(2), left(2), answered()]))
        listeners = [row["listener"] for row in _rows(keeping)]
        hosts = [line.split()[0] for line in _log(keeping)]
        match addresses:
            case "full":
                assert listeners == ["203.0.113.7"] * 2
            case "none":
                assert listeners == [None, None]
                assert set(hosts) == {"0.0.0.0"}
                assert not keeping.salt.exists()
            case "hashed":
                assert listeners[0] == listeners[1]
                assert listeners[0] in hosts
                kept = [path.read_bytes() for path in keeping.folder.iterdir()]
                assert not any(b"203.0.113" in content for content in kept)
        assert (addresses == "hashed") == all(row["salted"] for row in _rows(keeping))


def test_a_batch_that_comes_twice_counts_once(tmp_path: Path) -> None:
    # Killed between writing a batch and taking it from the line.
    keeping = _keeping(tmp_path)
    first, second = _batch([joined(1), joined(2)]), _batch([left(1)], first=2)
    with _clerk(keeping) as clerk:
        clerk.take(first)
    with _clerk(keeping) as clerk:
        clerk.take(first)
        clerk.take(second)
    with _clerk(keeping) as clerk:
        clerk.take(second)
        clerk.take(_batch([left(2)], first=3))

    assert [row["ended"] for row in _rows(keeping)] == ["left", "left"]
    assert len(_log(keeping)) == 2


def test_how_much_was_sent_to_a_lost_listener_is_not_known(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(1), left(1, sent=0, end=End.LOST)]))
    (row,) = _rows(keeping)
    assert (row["seconds"], row["sent_bytes"], row["ended"]) == (60, None, "lost")


def test_after_a_crash_open_sessions_end_at_the_last_heartbeat(tmp_path: Path) -> None:
    keeping, clock = _keeping(tmp_path), _Clock()
    with _clerk(keeping, clock) as clerk:
        clerk.take(_batch([joined(1), joined(2), left(2)]))
        clock.unix_s += 50
        clerk.tend()
        clock.unix_s += 9  # then the power fails, for an hour
    clock.unix_s += 3600

    with _clerk(keeping, clock, run="two") as clerk:
        # Numbers begin anew, and have nothing to do with those of the run before.
        clerk.take(_batch([joined(1, at=clock.unix_s)]))

    lost, whole, new = _rows(keeping)
    assert (lost["seconds"], lost["sent_bytes"], lost["ended"]) == (50, None, "unknown")
    assert (whole["seconds"], whole["ended"]) == (60, "left")
    assert new["ended"] is None


def test_when_the_transmitter_is_gone_what_it_did_not_end_ends_now(tmp_path: Path) -> None:
    keeping, clock = _keeping(tmp_path), _Clock()
    clerk = Clerk(keeping, run="one", now=clock)
    clerk.take(_batch([joined(1)]))
    clock.unix_s += 5
    clerk.close(station_gone=True)

    (row,) = _rows(keeping)
    assert (row["seconds"], row["sent_bytes"], row["ended"]) == (5, None, "unknown")


def test_a_recording_process_that_is_not_gone_yet_leaves_the_next_runs_sessions_alone(tmp_path: Path) -> None:
    keeping, clock = _keeping(tmp_path), _Clock()
    old = Clerk(keeping, run="one", now=clock)
    old.take(_batch([joined(1)]))
    with _clerk(keeping, clock, run="two") as clerk:
        clerk.take(_batch([joined(1)]))
        old.take(_batch([left(1)], first=1))
        old.tend()
        old.close(station_gone=True)
        clerk.take(_batch([joined(2)], first=1))
        assert not clerk.problems

    assert "is the station running twice?" in old.problems[0]
    assert [row["ended"] for row in _rows(keeping)] == ["unknown", None, None]


def test_a_recording_process_that_was_started_again_goes_on_with_open_sessions(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(1, referer="https://example.org/", agent="\udcff")]))
    with _clerk(keeping) as clerk:
        clerk.take(_batch([left(1)], first=1))

    assert r'200 960000 "https://example.org/" "\xff" 60' in _log(keeping)[0]
    assert _rows(keeping)[0]["agent"] == "\\xff"


def test_what_was_dropped_is_remembered_with_its_time(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(1)], dropped=0))
        clerk.take(_batch([joined(2)], first=1, dropped=30))
        clerk.take(_batch([joined(3)], first=2, dropped=30))
        # The end of one whose beginning was dropped is no listener of its own.
        clerk.take(_batch([left(999)], first=3, dropped=35))
        assert not clerk.problems

    assert [row["records"] for row in _rows(keeping, "SELECT * FROM loss")] == [30, 5]
    assert len(_rows(keeping)) == 3


def test_old_sessions_are_forgotten_and_open_ones_are_not(tmp_path: Path) -> None:
    keeping, clock = _keeping(tmp_path, keep_days=30), _Clock()
    with _clerk(keeping, clock) as clerk:
        clerk.take(_batch([joined(1), joined(2), left(2), *(joined(n) for n in range(10, 4000))]))
        clerk.take(_batch([left(n) for n in range(10, 4000)], first=3993))
        clock.unix_s += 30 * 86400
        assert not clerk.tend()  # it is day 30 still
        clock.unix_s += 86400
        while clerk.tend():
            pass

    assert [row["ended"] for row in _rows(keeping)] == [None]


@pytest.mark.parametrize("damage", [b"no database at all" * 100, None])
def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path, damage: bytes | None) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(n) for n in range(500)]))
    content = damage or keeping.sessions.read_bytes()[:4096] + b"\xa5" * 40_000
    keeping.sessions.write_bytes(content)

    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(1), left(1)], first=500))
        assert "is kept as sessions.sqlite3.damaged-20261103T120000Z" in clerk.problems[0]

    assert [row["ended"] for row in _rows(keeping)] == ["left"]
    (aside,) = keeping.folder.glob("sessions.sqlite3.damaged-*Z")
    assert aside.read_bytes() == content


def test_a_file_that_is_damaged_while_it_is_used_is_replaced(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(n) for n in range(2000)]))
        connection = sqlite3.connect(keeping.sessions)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        with keeping.sessions.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (keeping.sessions.stat().st_size - 4096))
        for first in range(2000, 2010):
            clerk.take(_batch([joined(first)], first=first))
        assert any("damaged" in problem for problem in clerk.problems)

    assert _rows(keeping)[-1]["ended"] is None


def test_a_newer_file_is_not_touched(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    keeping.folder.mkdir()
    connection = sqlite3.connect(keeping.sessions)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    connection.execute("CREATE TABLE later (x)")
    connection.close()

    with _clerk(keeping) as clerk:
        assert "was written by a newer radiocast" in clerk.problems[0]

    (aside,) = keeping.folder.glob("*.newer-*Z")
    connection = sqlite3.connect(aside)
    assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
    connection.close()


def test_a_file_of_every_older_version_is_brought_up(tmp_path: Path) -> None:
    for version in range(SCHEMA_VERSION):
        path = tmp_path / f"{version}.sqlite3"
        connection = sqlite3.connect(path)
        for step in MIGRATIONS[:version]:
            connection.executescript(step)
        connection.execute(f"PRAGMA user_version={version}")
        connection.close()
        sessions = Sessions(path, run="one", now_unix_s=NOON)
        with sessions.writing(next_record=1, dropped=0, now_unix_s=NOON):
            sessions.begin(joined(1), listener=None, salted=False)
        sessions.close()


def test_while_the_disk_is_full_sessions_wait_and_nothing_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = _keeping(tmp_path)
    really = Sessions.begin

    def full(*_args: object, **_more: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with _clerk(keeping) as clerk:
        monkeypatch.setattr(Sessions, "begin", full)
        clerk.take(_batch([joined(1), answered()]))
        clerk.take(_batch([left(1), joined(2)], first=2))
        assert "3 records wait in memory" in clerk.problems[0]
        assert "disk is full" in clerk.problems[0]
        monkeypatch.setattr(Sessions, "begin", really)
        clerk.take(_batch([left(2)], first=4))
        assert not clerk.problems
        assert not clerk.lost

    assert [row["ended"] for row in _rows(keeping)] == ["left", "left"]
    assert len(_log(keeping)) == 3


def test_what_waits_for_room_on_the_disk_is_bounded_and_what_is_over_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("radiocast.audience.ledger.OWED_BEGINNINGS", 5)
    monkeypatch.setattr("radiocast.audience.ledger.OWED_ENDS", 20)
    keeping = _keeping(tmp_path)
    clerk = Clerk(keeping, run="one", now=_Clock())
    clerk.take(_batch([joined(n) for n in range(100, 110)]))
    with monkeypatch.context() as patched:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL

        def full(*_args: object, **_more: object) -> None:
            raise error

        patched.setattr(Sessions, "writing", full)
        patched.setattr(Sessions, "beat", full)
        clerk.take(_batch([joined(n) for n in range(1, 9)], first=10))
        # Every end of those who were there before; of the others where the beginning is kept.
        clerk.take(_batch([left(n) for n in (*range(1, 9), *range(100, 110))], first=18))
        clerk.tend()
        # Three beginnings, later their ends.
        assert clerk.lost == 3
        assert "cannot be written now" in clerk.problems[0]
        assert "3 are lost" in clerk.problems[0]
    clerk.take(_batch([joined(200)], first=36))
    clerk.close(station_gone=False)

    ended = [row["ended"] for row in _rows(keeping)]
    assert ended.count("left") == 15
    assert ended.count(None) == 1


@pytest.mark.parametrize("addresses", ["hashed", "full", "none"])
def test_where_no_folder_can_be_had_nothing_dies(tmp_path: Path, addresses: Addresses) -> None:
    keeping = _keeping(tmp_path, addresses)
    keeping.folder.touch()
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(1), left(1), answered()]))
        clerk.tend()
        assert len(clerk.problems) >= 2
        assert clerk.lost == 2  # the lines of the log


def test_where_no_database_can_be_had_the_access_log_goes_on(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    keeping.sessions.mkdir(parents=True)
    with _clerk(keeping) as clerk:
        clerk.take(_batch([joined(1), left(1)]))
        clerk.tend()
        assert "cannot be opened" in clerk.problems[0]

    assert len(_log(keeping)) == 1


def test_nonsense_is_passed_over_and_told(tmp_path: Path) -> None:
    keeping = _keeping(tmp_path)
    with _clerk(keeping) as clerk:
        clerk.take(b"nonsense")
        clerk.take(_batch([joined(1, at=float("nan")), left(1), answered(at=1e300)]))
        clerk.take(_batch([joined(2), left(2)], first=3))
        assert "could not be read" in clerk.problems[-1]

    assert _rows(keeping)[-1]["ended"] == "left"


_WORDS = st.text(st.characters(), max_size=30)


@settings(max_examples=30, deadline=None)
@given(agents=st.lists(_WORDS, min_size=1, max_size=5), address=_WORDS, line=_WORDS, referer=_WORDS)
@example(agents=["\ud800"], address="\ud800", line="\ud800", referer="\ud800")
def test_whatever_strangers_write_every_session_has_one_line(
    tmp_path_factory: pytest.TempPathFactory, agents: list[str], address: str, line: str, referer: str
) -> None:
    keeping = _keeping(tmp_path_factory.mktemp("var"))
    with _clerk(keeping) as clerk:
        for number, agent in enumerate(agents):
            record = joined(number, agent=agent, address=address, line=line, referer=referer)
            clerk.take(_batch([record, left(number)], first=2 * number))
        assert not clerk.problems

    assert [row["ended"] for row in _rows(keeping)] == ["left"] * len(agents)
    assert len(_log(keeping)) == len(agents)
    assert all(COMBINED.match(text) for text in _log(keeping))
