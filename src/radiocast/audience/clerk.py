"""What the recording process does with what it is given: sessions into the ledger, lines into the access log.

Owns: the order of it, and what is due from time to time (heartbeat, salt, what is too old).
Must not know: where batches come from.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from radiocast.audience import access_log
from radiocast.audience.keeping import Keeping
from radiocast.audience.ledger import Ledger
from radiocast.audience.log_file import LogFile
from radiocast.audience.packing import Batch, unpack
from radiocast.audience.salt import Salt
from radiocast.audience.sessions import Ended, LaterRunError
from radiocast.model.audience import Answered, Left

log = logging.getLogger(__name__)

_OK: Final = 200
# A session that a power cut ends is short by so much at most.
HEARTBEAT_S: Final = 10.0


class Clerk:
    """Takes batches, and raises nothing for what the disk does; to be made, it needs a `Ledger`."""

    def __init__(self, keeping: Keeping, *, run: str, now: Callable[[], float] = time.time) -> None:
        """`run` names the transmitter's life; `now` gives Unix seconds."""
        self._keeping = keeping
        self._zone = keeping.time_zone
        self._now = now
        self._salt = Salt(keeping.salt, self._zone, now=now)
        self._log = LogFile(keeping.access_log, files=keeping.log_files, max_bytes=keeping.log_bytes)
        self._nonsense = 0
        self._superseded = False
        self._make_folder()
        if keeping.addresses != "hashed":
            # Names that were given yesterday are not to be found out either.
            with contextlib.suppress(OSError):
                keeping.salt.unlink()
        self._ledger = Ledger(keeping.sessions, run=run, now=now, naming=self._kept)

    def _make_folder(self) -> None:
        try:
            self._keeping.folder.mkdir(parents=True, exist_ok=True)
            # Who listened is nobody's business but the station's.
            os.chmod(self._keeping.folder, 0o750)  # noqa: PTH101, S103 - the group's log readers
        except OSError as error:
            log.debug("%s: %s", self._keeping.folder, error)  # the ledger and the log will say so

    @property
    def problems(self) -> tuple[str, ...]:
        """What whoever runs the station should know and do."""
        nonsense = f"{self._nonsense} batches of records could not be read." if self._nonsense else ""
        twice = (
            f"Another radiocast records its audience in {self._keeping.folder}, so this one's is not kept: "
            "is the station running twice? End one of them."
            if self._superseded
            else ""
        )
        of_disk = (self._ledger.problem, self._log.problem, self._salt.problem)
        return tuple(filter(None, (*of_disk, twice, nonsense)))

    @property
    def lost(self) -> int:
        """Records and lines that the disk did not take."""
        return self._ledger.lost + self._log.lost

    def take(self, packet: bytes) -> None:
        """Write a batch down. One that has been before is passed over."""
        try:
            batch = unpack(packet)
            if batch.end > self._ledger.next_record:
                self._log.write(self._lines(batch))
        except LaterRunError:
            self._superseded = True
        except Exception:  # a batch that cannot be written must not come back for ever
            self._nonsense += 1
            log.exception("a batch of %d bytes is left out", len(packet))

    def _lines(self, batch: Batch) -> list[bytes]:
        answered = [record for record in batch.records if isinstance(record, Answered)]
        sessions = [record for record in batch.records if not isinstance(record, Answered)]
        done = self._ledger.write(sessions, next_record=batch.end, dropped=batch.dropped)
        return [
            *(self._answer(record) for record in answered),
            *(self._session(left, ended) for left, ended in done if ended is not None),
        ]

    def tend(self) -> bool:
        """What is due every `HEARTBEAT_S`; whether there is more of it to do soon."""
        if self._keeping.addresses == "hashed":
            self._salt.turn()
        self._ledger.beat()
        today = datetime.fromtimestamp(self._now(), self._zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        return self._ledger.forget((today - timedelta(days=self._keeping.keep_days)).timestamp())

    def close(self, *, station_gone: bool) -> None:
        """Put everything away; `station_gone`: nobody will end what is still open."""
        self._ledger.close(station_gone=station_gone)
        self._log.close()

    def _kept(self, address: str) -> tuple[str | None, bool]:
        match self._keeping.addresses:
            case "full":
                return address, False
            case "none":
                return None, False
            case "hashed":
                return self._salt.name(address), True

    def _session(self, left: Left, ended: Ended) -> bytes:
        return access_log.line(
            address=ended.listener or access_log.UNKNOWN_ADDRESS,
            request=ended.request,
            status=_OK,
            sent_bytes=left.sent_bytes,
            referer=ended.referer,
            agent=ended.agent,
            ended_unix_s=ended.started_unix_s + left.seconds,
            seconds=left.seconds,
            zone=self._zone,
        )

    def _answer(self, record: Answered) -> bytes:
        return access_log.line(
            address=self._kept(record.asked.address)[0] or access_log.UNKNOWN_ADDRESS,
            request=record.asked.line,
            status=record.status,
            sent_bytes=record.sent_bytes,
            referer=record.asked.referer,
            agent=record.asked.agent,
            ended_unix_s=record.asked.at_unix_s + record.seconds,
            seconds=record.seconds,
            zone=self._zone,
        )
