"""Listeners' sessions in SQLite: written when they begin, completed when they end.

Owns: the tables, and what becomes of sessions that nobody ended. Blocks on the disk: for the recording
process.

A transmitter's life is a *run*, with a name of its own. Within it records are numbered; the number that
comes next is written with the sessions, in one transaction, so that a batch that is sent twice (the
recording process was killed between writing it and taking it from the line) counts once. A heartbeat is
written all along: sessions that a crash or a power cut left open are closed at the last one, with their
bytes unknown.

Migration: `user_version` is the schema's. An older file is brought up step by step in one transaction; a
newer one is set aside, not touched, by whoever opens it (`Ledger`).
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radiocast import database
from radiocast.audience.words import as_they_came
from radiocast.model.audience import End, Joined, Left

# One string a version, from nothing up; a semicolon ends a statement, and stands nowhere else. A step that
# has been released is never changed: add another.
MIGRATIONS: Final = (
    """
    CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        started_unix_s REAL NOT NULL,
        seconds REAL,              -- null while it lasts
        sent_bytes INTEGER,        -- null while it lasts, and where it is not known
        mount TEXT NOT NULL,
        listener TEXT,             -- an address, its name for a day, or null
        salted INTEGER NOT NULL,   -- 1 where `listener` is a name for a day
        agent TEXT NOT NULL,
        ended TEXT,                -- why, or null while it lasts
        ended_unix_s REAL GENERATED ALWAYS AS (started_unix_s + seconds) VIRTUAL
    );
    CREATE INDEX session_by_end ON session (ended_unix_s, started_unix_s);
    CREATE INDEX session_by_start ON session (started_unix_s);
    CREATE TABLE listening (
        number INTEGER PRIMARY KEY, -- the transmitter's own, of this run
        session INTEGER NOT NULL REFERENCES session,
        request BLOB NOT NULL,      -- as they came, for the access log
        referer BLOB NOT NULL,
        agent BLOB NOT NULL
    );
    CREATE TABLE run (
        name TEXT NOT NULL,
        heartbeat_unix_s REAL NOT NULL,
        next_record INTEGER NOT NULL,
        dropped INTEGER NOT NULL
    );
    CREATE TABLE loss (at_unix_s REAL NOT NULL, records INTEGER NOT NULL);
    """,
)
SCHEMA_VERSION: Final = len(MIGRATIONS)
# What `ended` says beside the words of `End`: the station crashed, or lost power.
UNKNOWN_END: Final = "unknown"
# `radiocast listeners` and backups read meanwhile, and do not hinder in WAL mode; a shell might.
_BUSY_S: Final = 5.0
# How many old sessions go at once: a transaction of some milliseconds.
_FORGET_AT_ONCE: Final = 2000


class LaterRunError(Exception):
    """Another transmitter writes here now, and has closed what this one had open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A session that has just been completed, for the access log."""

    started_unix_s: float
    listener: str | None
    agent: str
    request: str
    referer: str


class Sessions:
    """One open database. Everything raises sqlite3.Error; to open it raises what `database.opened` does."""

    def __init__(self, path: Path | None, *, run: str, now_unix_s: float) -> None:
        """`run` is this transmitter's; what another one left open is closed. No path: in memory only."""
        self._run = run
        self._connection = database.opened(path, schema_version=SCHEMA_VERSION, wait_s=_BUSY_S)
        try:
            self._prepare()
            self._begin_run(run, now_unix_s)
            row = self._connection.execute("SELECT next_record, dropped FROM run").fetchone()
            self.next_record, self._dropped = int(row[0]), int(row[1])
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        connection = self._connection
        with database.transaction(connection):
            for step in MIGRATIONS[database.version(connection) :]:
                for statement in step.split(";"):
                    connection.execute(statement)
            database.set_version(connection, SCHEMA_VERSION)
        # Damage in the tables themselves is found at once, not in the middle of the night.
        connection.execute("SELECT count(*) FROM listening JOIN session ON session.id = session").fetchone()

    def _begin_run(self, run: str, now_unix_s: float) -> None:
        last = self._connection.execute("SELECT name, heartbeat_unix_s FROM run").fetchone()
        if last is not None and last[0] == run:
            return  # the same transmitter; only the recording process is another
        with database.transaction(self._connection):
            if last is not None:
                self._close_all(last[1])
            self._connection.execute("DELETE FROM run")
            self._connection.execute("INSERT INTO run VALUES (?, ?, 0, 0)", (run, now_unix_s))

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        self._connection.close()

    @contextlib.contextmanager
    def writing(self, *, next_record: int, dropped: int, now_unix_s: float) -> Iterator[None]:
        """A transaction for a batch: all of it and how far it goes, or nothing.

        `dropped` counts the records of this run that were lost so far; what is new is remembered with the
        time.
        """
        with database.transaction(self._connection):
            if not self._ours():
                raise LaterRunError("another transmitter has taken over")
            yield
            if dropped > self._dropped:
                self._connection.execute(
                    "INSERT INTO loss VALUES (?, ?)", (now_unix_s, dropped - self._dropped)
                )
            self._connection.execute(
                "UPDATE run SET next_record = ?, dropped = ?, heartbeat_unix_s = ?",
                (next_record, dropped, now_unix_s),
            )
        self.next_record, self._dropped = next_record, dropped

    def begin(self, joined: Joined, *, listener: str | None, salted: bool) -> None:
        """A session begins; within `writing`."""
        asked = joined.asked
        named = None if listener is None else _column(listener)
        row = self._connection.execute(
            "INSERT INTO session (started_unix_s, mount, listener, salted, agent) VALUES (?, ?, ?, ?, ?)",
            (asked.at_unix_s, _column(joined.mount), named, salted, _column(asked.agent)),
        ).lastrowid
        self._connection.execute(
            "INSERT OR REPLACE INTO listening VALUES (?, ?, ?, ?, ?)",
            (joined.number, row, *map(as_they_came, (asked.line, asked.referer, asked.agent))),
        )

    def end(self, left: Left) -> Ended | None:
        """A session ends; within `writing`. None when its beginning never got here."""
        found = self._connection.execute(
            "SELECT session.id, started_unix_s, listener, listening.agent, request, referer "
            "FROM listening JOIN session ON session.id = session WHERE number = ?",
            (left.number,),
        ).fetchone()
        if found is None:
            return None
        # How many it were died with the process that served it.
        sent_bytes = None if left.end is End.LOST else left.sent_bytes
        self._connection.execute(
            "UPDATE session SET seconds = ?, sent_bytes = ?, ended = ? WHERE id = ?",
            (max(0.0, left.seconds), sent_bytes, left.end.value, found[0]),
        )
        self._connection.execute("DELETE FROM listening WHERE number = ?", (left.number,))
        return Ended(
            started_unix_s=found[1],
            listener=found[2],
            agent=_text(found[3]),
            request=_text(found[4]),
            referer=_text(found[5]),
        )

    def beat(self, now_unix_s: float) -> None:
        """The station is there: whatever is open now lasts until now at least."""
        self._connection.execute(
            "UPDATE run SET heartbeat_unix_s = ? WHERE name = ?", (now_unix_s, self._run)
        )

    def finish(self, now_unix_s: float) -> None:
        """The transmitter is gone: what it did not end itself ends now, its bytes unknown."""
        with database.transaction(self._connection):
            if self._ours():
                self._close_all(now_unix_s)

    def forget(self, before_unix_s: float) -> int:
        """Delete some of the sessions that ended before then; how many. Call again until it says 0."""
        self._connection.execute("DELETE FROM loss WHERE at_unix_s < ?", (before_unix_s,))
        return self._connection.execute(
            "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_unix_s < ? LIMIT ?)",
            (before_unix_s, _FORGET_AT_ONCE),
        ).rowcount

    def _ours(self) -> bool:
        """Whether no later run has begun: one that is restarted quickly may be there before we are gone."""
        return bool(self._connection.execute("SELECT 1 FROM run WHERE name = ?", (self._run,)).fetchone())

    def _close_all(self, at_unix_s: float) -> None:
        self._connection.execute(
            "UPDATE session SET seconds = max(0.0, ? - started_unix_s), ended = ? "
            "WHERE id IN (SELECT session FROM listening)",
            (at_unix_s, UNKNOWN_END),
        )
        self._connection.execute("DELETE FROM listening")


def _column(text: str) -> str:
    r"""A stranger's word for a column of text, which must be UTF-8: other bytes stand as `\xhh`."""
    return as_they_came(text).decode("utf-8", "backslashreplace")


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")
