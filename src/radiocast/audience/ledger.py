"""The database of sessions, kept going: opened, set aside when it is damaged, done without when it must be.

Owns: which file is written to, what is owed to it while the disk is full, and the sentence about its state.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from radiocast import database
from radiocast.audience.sessions import Ended, Sessions
from radiocast.model.audience import Joined, Left

# What is remembered of a disk that cannot be written now: beginnings and ends of sessions, in memory. A full
# disk is often mended in an hour; more than this would endanger the machine.
OWED_BEGINNINGS: Final = 20_000
OWED_ENDS: Final = 200_000
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
# The place is at fault, but not for long: a station that was restarted at once may find the last one's still
# at work.
_PASSES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PROTOCOL,
    }
)

Naming = Callable[[str], tuple[str | None, bool]]


class Ledger:
    """Once it is there it raises nothing for what the disk does; `problem` says what is the matter.

    When it is made it raises sqlite3.OperationalError where the file cannot be had now, but soon may be.
    """

    def __init__(self, path: Path, *, run: str, now: Callable[[], float], naming: Naming) -> None:
        """`naming` makes of an address what is kept, and says whether that is a name for a day."""
        self._path = path
        self._run = run
        self._now = now
        self._naming = naming
        self._owed: list[Joined | Left] = []
        self._aside = ""
        self._trouble = ""
        self._in_memory = False
        self.lost = 0
        """How many beginnings and ends of sessions are not kept."""
        self._sessions = self._open(patient=True)

    @property
    def problem(self) -> str:
        """What whoever runs the station should know and do; empty when all is well."""
        return " ".join(part for part in (self._aside, self._trouble) if part)

    @property
    def next_record(self) -> int:
        """The number of the first record that is not kept yet."""
        return self._sessions.next_record

    def write(
        self, records: Sequence[Joined | Left], *, next_record: int, dropped: int
    ) -> list[tuple[Left, Ended | None]]:
        """Write a batch; what each `Left` completed, None where the beginning never got here.

        What the disk does not take is remembered as far as there is room, and written with a later batch.
        Raises sqlite3.Error for records that no table takes; they are lost.
        """
        everything = [*self._owed, *records]
        try:
            try:
                done = self._try(everything, next_record, dropped)
            except sqlite3.DatabaseError as error:
                if not self._replaced(error):
                    raise
                done = self._try(everything, next_record, dropped)
        except sqlite3.Error as error:
            if not database.is_place_at_fault(error) and not _is_damage(error):
                # What was to be written is at fault, and would be again, with all that came after it.
                self.lost += len(everything)
                self._owed.clear()
                raise
            self._owe(everything, error)
            return []
        self._owed.clear()
        if not self._in_memory:
            self._trouble = ""
        return done

    def _try(
        self, records: Sequence[Joined | Left], next_record: int, dropped: int
    ) -> list[tuple[Left, Ended | None]]:
        done: list[tuple[Left, Ended | None]] = []
        with self._sessions.writing(next_record=next_record, dropped=dropped, now_unix_s=self._now()):
            for record in records:
                if isinstance(record, Left):
                    done.append((record, self._sessions.end(record)))
                else:
                    listener, salted = self._naming(record.asked.address)
                    self._sessions.begin(record, listener=listener, salted=salted)
        return done

    def beat(self) -> None:
        """Write the heartbeat."""
        try:
            self._sessions.beat(self._now())
        except sqlite3.Error as error:
            if not self._replaced(error):
                self._trouble = self._cannot_write(error)
        if self._in_memory:
            self.forget(self._now())

    def forget(self, before_unix_s: float) -> bool:
        """Delete some of the sessions that ended before then; whether there may be more."""
        try:
            return self._sessions.forget(before_unix_s) > 0
        except sqlite3.Error as error:
            self._trouble = self._cannot_write(error)
            return False

    def close(self, *, station_gone: bool) -> None:
        """Close the file; `station_gone`: nobody will end what is still open."""
        with contextlib.suppress(sqlite3.Error):
            if station_gone:
                self._sessions.finish(self._now())
        self._sessions.close()

    def _owe(self, records: Sequence[Joined | Left], error: sqlite3.Error) -> None:
        """Remember what is not written: ends above all, without which a session would seem to go on."""
        begun = [record for record in records if isinstance(record, Joined)]
        kept = {record.number for record in begun[:OWED_BEGINNINGS]}
        rest = {record.number for record in begun[OWED_BEGINNINGS:]}
        owed = [
            record
            for record in records
            if (record.number in kept if isinstance(record, Joined) else record.number not in rest)
        ][: OWED_BEGINNINGS + OWED_ENDS]
        self.lost += len(records) - len(owed)
        self._owed = owed
        self._trouble = self._cannot_write(error)

    def _cannot_write(self, error: sqlite3.Error) -> str:
        owed = f"{len(self._owed)} records wait in memory" + (f", {self.lost} are lost" if self.lost else "")
        return (
            f"{self._path} cannot be written now ({error}): {owed}. "
            "Make room on the disk, or let radiocast's user write there."
        )

    def _replaced(self, error: sqlite3.Error) -> bool:
        """Whether the file was damaged, and another one is in its place now."""
        if not _is_damage(error) or self._in_memory:
            return False
        self._sessions.close()
        self._sessions = self._open(patient=False)
        return True

    def _open(self, *, patient: bool) -> Sessions:
        """The database, what is none set aside; at worst one in memory, for the access log's sake."""
        for _ in range(2):
            try:
                return Sessions(self._path, run=self._run, now_unix_s=self._now())
            except database.NewerSchemaError as error:
                self._set_aside("newer", f"was written by a newer radiocast ({error})")
            except sqlite3.DatabaseError as error:
                if patient and database.primary_code(error) in _PASSES:
                    raise
                if database.is_place_at_fault(error):
                    self._trouble = self._not_kept(str(error))
                    break
                self._set_aside("damaged", f"was damaged ({error})")
            except OSError as error:
                self._trouble = self._not_kept(error.strerror or str(error))
                break
        self._in_memory = True
        return Sessions(None, run=self._run, now_unix_s=self._now())

    def _not_kept(self, why: str) -> str:
        return (
            f"{self._path} cannot be opened ({why}): listeners' sessions are not kept until the next start. "
            "Make room on the disk, or let radiocast's user write there."
        )

    def _set_aside(self, word: str, why: str) -> None:
        """With the time in its name: somebody is paid by these figures."""
        at = datetime.fromtimestamp(self._now(), UTC)
        self._aside = database.set_aside(
            self._path,
            f"{word}-{at:%Y%m%dT%H%M%SZ}",
            why=why,
            then="a new one is begun. `radiocast listeners` does not count what is in the old one.",
        )


def _is_damage(error: sqlite3.Error) -> bool:
    return database.primary_code(error) in _DAMAGED
