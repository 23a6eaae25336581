"""The database of sessions read, while the station writes to it or when nobody does.

Owns: what counts as now for sessions that are still open. Must not know: what is added up.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from radiocast import database
from radiocast.audience.report import Day, Listened
from radiocast.audience.sessions import SCHEMA_VERSION
from radiocast.model.audience import End
from radiocast.model.errors import LogError

# A station whose heartbeat is older than this is not there: its open sessions end at the heartbeat.
_GONE_AFTER_S: Final = 60.0
_BUSY_S: Final = 10.0
_COLUMNS: Final = "started_unix_s, ended_unix_s, mount, listener, salted, session.agent"
# The first of two connections of one player: the other is the session.
_COUNTS: Final = f"AND ended IS NOT '{End.REPLACED}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One moment's view of the database. Raises LogError for what cannot be read."""

    path: Path
    connection: sqlite3.Connection
    until_unix_s: float
    """Up to when the sessions that are open have lasted: now, or when the station was last there."""

    def since_unix_s(self) -> float | None:
        """When the first session that is kept began; None where there is none."""
        found = self._all("SELECT min(started_unix_s) FROM session", ())[0][0]
        return None if found is None else float(found)

    def walk(self) -> Callable[[Day], list[Listened]]:
        """Whatever was on in a day, for days that follow each other: each session is read once.

        Who still listens at a day's end is carried over to the next; only before the first day the earlier
        ones are looked through.
        """
        carried: list[Listened] | None = None

        def on(day: Day) -> list[Listened]:
            nonlocal carried
            if carried is None:
                carried = [*self._before(day)]
            heard = [*carried, *self._begun(day)]
            carried = [session for session in heard if session.ended_unix_s > day.end_unix_s]
            return heard

        return on

    def _before(self, day: Day) -> Iterator[Listened]:
        """Who was on already when the day began."""
        yield from self._listened(
            f"SELECT {_COLUMNS} FROM session WHERE ended_unix_s > ? AND started_unix_s < ? {_COUNTS}",  # noqa: S608 - constants
            (day.begin_unix_s, day.begin_unix_s),
        )
        yield from self._listened(
            f"SELECT {_COLUMNS} FROM listening JOIN session ON session.id = session "  # noqa: S608 - the same
            "WHERE started_unix_s < ? AND ended_unix_s IS NULL",
            (day.begin_unix_s,),
        )

    def _begun(self, day: Day) -> Iterator[Listened]:
        return self._listened(
            f"SELECT {_COLUMNS} FROM session WHERE started_unix_s >= ? AND started_unix_s < ? {_COUNTS}",  # noqa: S608 - the same
            (day.begin_unix_s, day.end_unix_s),
        )

    def _listened(self, sql: str, values: tuple[float, ...]) -> Iterator[Listened]:
        for started, ended, mount, listener, salted, agent in self._all(sql, values):
            yield Listened(
                started_unix_s=started,
                ended_unix_s=max(started, self.until_unix_s) if ended is None else ended,
                mount=mount,
                listener=listener,
                salted=bool(salted),
                agent=agent,
            )

    def losses(self, begin_unix_s: float, end_unix_s: float) -> int:
        """How many records were lost in that time."""
        sql = "SELECT coalesce(sum(records), 0) FROM loss WHERE at_unix_s >= ? AND at_unix_s < ?"
        return int(self._all(sql, (begin_unix_s, end_unix_s))[0][0])

    def set_aside(self) -> list[str]:
        """The names of databases that were damaged, or newer, and are not counted."""
        return sorted(
            path.name
            for word in ("damaged", "newer")
            for path in self.path.parent.glob(f"{self.path.name}.{word}-*Z")
        )

    def _all(self, sql: str, values: tuple[float, ...]) -> list[tuple[Any, ...]]:
        with _understood(self.path):
            return self.connection.execute(sql, values).fetchall()


@contextlib.contextmanager
def reading(path: Path, *, now_unix_s: float) -> Iterator[Reader]:
    """The database as it is now, however long the reading takes. Raises LogError where there is none."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise LogError(
            f"nothing is known about listeners: there is no {path}. "
            "It is begun when the station is first on the air (`radiocast serve`)."
        ) from error
    except OSError as error:
        raise LogError(
            f"{path} cannot be read ({error.strerror}): only the user and group that run the station may"
        ) from error
    with _understood(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S, isolation_level=None
        )
    with contextlib.closing(connection):
        with _understood(path):
            connection.execute("BEGIN")
            version = database.version(connection)
            if version == 0:
                raise LogError(f"nothing is known about listeners: {path} is empty still")
            if version > SCHEMA_VERSION:
                raise LogError(f"{path} was written by a newer radiocast: read it with that one")
            run = connection.execute("SELECT heartbeat_unix_s FROM run").fetchone()
        heartbeat = float(run[0]) if run else now_unix_s
        until = now_unix_s if now_unix_s - heartbeat < _GONE_AFTER_S else heartbeat
        yield Reader(path=path, connection=connection, until_unix_s=until)


@contextlib.contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LogError(
            f"{path} cannot be read ({error}): run this as a user who may read and write its folder"
        ) from error
    except sqlite3.DatabaseError as error:
        raise LogError(
            f"{path} is damaged ({error}); it is set aside when the station next starts. "
            "Put back a copy of it if there is one."
        ) from error
