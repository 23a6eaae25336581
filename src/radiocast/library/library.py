"""The station's library: which files can be put on the air, and how each of them sounds.

Lives in the studio's event loop and never holds it up: folders, tags and the database are read in threads,
sound is measured by ffmpeg in a process of its own. What it hands out are values (`MediaFile`).
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from radiocast.config.station import Audio
from radiocast.library.analysis import analyse_file, probe_duration
from radiocast.library.inventory import Fault, Inventory
from radiocast.library.store import Row, Store
from radiocast.library.tags import Tags, clean, read_tags
from radiocast.library.walk import Found, stamp_of, walk_media
from radiocast.model.errors import EnvironmentFault, MediaError
from radiocast.model.media import MediaFile

# A file changed less than this before a scan may still be on its way into the folder.
_FRESH_S: Final = 2.0
# How long such a file is watched for growing before it is believed to be whole. A copy that stalls for
# longer is believed too early, and taken up anew when it has grown.
_SETTLE_S: Final = 0.25
# Files whose tags are read in one go in a thread: about 20 ms.
_BATCH: Final = 16
# Known files taken over between two turns of the event loop: about 2 ms.
_TURN: Final = 250
# For measuring in the background: the encoder, the decks and the transmitter come first.
_BACKGROUND_NICENESS: Final = 15
_DAY_S: Final = 86_400

_CHANGED: Final = "is being changed: it is taken up when it is whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What one look through `media/` found. Paths are relative to `media/`, in order.

    `new` can be played now and could not before this scan (all of them, at a run's first), `changed` have
    other content than before, `gone` are there no more. `pending` are still being copied, to be looked at
    again at the next scan; `ignored` have an ending that is no sound's. `problems` are the library's whole
    list, as `Library.problems`.
    """

    playable: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    pending: tuple[str, ...]
    ignored: tuple[str, ...]
    problems: tuple[str, ...]
    took_s: float


class Library:
    """The files under `media`, remembered in `database`, brought to the levels of `audio`.

    Every method belongs to the event loop's thread. One bad file never raises out of a scan: it is left
    out of `files()`, and `problems()` says why.
    """

    def __init__(self, media: Path, database: Path, audio: Audio) -> None:
        self._media = media
        self._store = Store(database)
        self._known = Inventory(media, audio)
        self._loaded = False
        self._scanning = asyncio.Lock()
        self._background = asyncio.Lock()
        # A lock a file while anybody is measuring it; it goes with the last who waits.
        self._measuring: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def files(self) -> tuple[MediaFile, ...]:
        """Every playable file, by path in order."""
        return self._known.files()

    def problems(self) -> tuple[str, ...]:
        """A sentence for each file that cannot be played: which, what is wrong, what to do.

        Also for files that break off early, though they are played; and before all, the database's trouble.
        """
        return (*((self._store.problem,) if self._store.problem else ()), *self._known.problems())

    def faults(self) -> Mapping[str, str]:
        """The clauses of `problems` that are about a file or a folder under media/, by path."""
        return self._known.faults()

    def mark_unplayable(self, path: str, reason: str) -> None:
        """A deck could not play it: it is left out of `files()` until it changes, or until a restart.

        A fault that is known already stays as it is: it says more, and may pass sooner.
        """
        if self._known.is_at_fault(path):
            return
        row = self._known.row(path)
        self._known.drop(
            path,
            Fault(
                clause=f"failed on the air ({clean(reason).rstrip('.')}): replace it; "
                "it is tried again when it changes",
                stamp=row.stamp if row else None,
                lasting=True,
            ),
        )

    async def scan(self) -> ScanResult:
        """Look through `media/` and bring `files()` and `problems()` up to date.

        What is known and unchanged is playable first; new files follow as their tags are read. Scans
        asked for at the same time come one after the other.
        """
        async with self._scanning:
            started = time.monotonic()
            if not self._loaded:
                self._known.load(await asyncio.to_thread(self._store.load, today=_today()))
                self._loaded = True
            walked_at = time.time()
            walk = await asyncio.to_thread(walk_media, self._media)
            settled_at = time.monotonic() + _SETTLE_S
            before = self._known.playable()
            here = {found.path for found in walk.files}
            self._known.folders(walk.faults, here)
            unread = await self._take_over_known(walk.files)
            fresh = [found for found in unread if _is_fresh(found, walked_at)]
            settled = [found for found in unread if not _is_fresh(found, walked_at)]
            await self._take_in(settled)
            pending = await self._take_in(fresh, settled_at=settled_at)
            playable = self._known.playable()
            read = {found.path for found in unread}
            return ScanResult(
                playable=len(playable),
                new=tuple(sorted(playable - before)),
                changed=tuple(sorted(read & before & playable)),
                gone=tuple(sorted(before - here)),
                pending=tuple(pending),
                ignored=tuple(walk.ignored),
                problems=self.problems(),
                took_s=time.monotonic() - started,
            )

    async def analyse(
        self, path: str, *, target_lufs: float | None = None, timeout_s: float | None = None
    ) -> MediaFile:
        """The file with its loudness, gain and cue points, measured now unless that was done before.

        For use just before a deck opens. Asked for twice at a time it is measured once. When `timeout_s`
        passes first, the file comes back as it is (`analysed` False): better at a wrong level than not at
        all. `target_lufs` is another target than the station's for music.
        Raises MediaError, a whole sentence, where it is not in `files()` or turns out to hold no sound;
        EnvironmentFault where there is no ffmpeg.
        """
        try:
            async with asyncio.timeout(timeout_s):
                row = await self._measured(path, niceness=0)
        except TimeoutError:
            row = self._known.playable_row(path)
        return self._known.media_file(row, target_lufs)

    async def analyse_all(self) -> int:
        """Measure every file that has not been, one at a time, making way for everything else.

        How many were measured. Files that turn out to hold no sound become problems. Raises
        EnvironmentFault where there is no ffmpeg.
        """
        measured = 0
        async with self._background:
            for path in self._known.unanalysed():
                try:
                    await self._measured(path, niceness=_BACKGROUND_NICENESS)
                except MediaError:
                    continue  # it is among the problems now, or gone
                measured += 1
        return measured

    async def close(self) -> None:
        """Close the database; what is known stays in memory."""
        await asyncio.to_thread(self._store.close)

    async def _take_over_known(self, found: Sequence[Found]) -> list[Found]:
        """Publish what is unchanged since it was last read; the others come back."""
        unread: list[Found] = []
        seen: list[str] = []
        today, playable = _today(), self._known.playable()
        for count, file in enumerate(found, 1):
            if count % _TURN == 0:
                await asyncio.sleep(0)
            if self._known.stands(file.path, file.stamp):
                continue
            row = self._known.row(file.path)
            if row is None or row.stamp != file.stamp:
                unread.append(file)
                continue
            if row.seen_day != today:
                row = self._known.seen(row, today)
                seen.append(file.path)
            if file.path not in playable:
                self._known.publish(row)
        if seen:
            await asyncio.to_thread(self._store.touch, seen, day=today)
        return unread

    async def _take_in(self, found: Sequence[Found], *, settled_at: float | None = None) -> list[str]:
        """Read new and changed files, publish and save them. Those that changed meanwhile come back.

        With `settled_at` nothing is published before that time (monotonic), and only what is unchanged.
        """
        read: list[tuple[Found, Row | Fault]] = []
        pending: list[str] = []
        for start in range(0, len(found), _BATCH):
            batch = found[start : start + _BATCH]
            tags = await asyncio.to_thread(_read_batch, self._media, batch)
            outcomes = [(file, await self._row(file, said)) for file, said in zip(batch, tags, strict=True)]
            if settled_at is None:
                await self._accept(outcomes)
            else:
                read += outcomes
        if read and settled_at is not None:
            await asyncio.sleep(max(0.0, settled_at - time.monotonic()))
            now = await asyncio.to_thread(lambda: [stamp_of(self._media / file.path) for file, _ in read])
            pending = [file.path for (file, _), stamp in zip(read, now, strict=True) if stamp != file.stamp]
            self._known.forget(pending)
            changing = set(pending)
            await self._accept([(file, outcome) for file, outcome in read if file.path not in changing])
        return pending

    async def _row(self, file: Found, said: Tags | MediaError) -> Row | Fault:
        """One file as a row, with ffmpeg's word where its tags give none; or why it cannot be played."""
        if isinstance(said, MediaError):
            return Fault(clause=str(said), stamp=file.stamp, lasting=_is_verdict(said))
        duration_s = said.duration_s
        if duration_s is None:
            try:
                duration_s = await probe_duration(self._media / file.path)
            except MediaError as error:
                return Fault(clause=str(error), stamp=file.stamp, lasting=_is_verdict(error))
            except EnvironmentFault as error:
                clause = f"does not say how long it is, and nobody else can: {str(error).rstrip('.')}"
                return Fault(clause=clause, stamp=file.stamp, lasting=False)
        return Row(path=file.path, stamp=file.stamp, seen_day=_today(), tags=said, duration_s=duration_s)

    async def _accept(self, outcomes: Iterable[tuple[Found, Row | Fault]]) -> None:
        rows: list[Row] = []
        for file, outcome in outcomes:
            if isinstance(outcome, Row):
                self._known.publish(outcome)
                rows.append(outcome)
            else:
                self._known.drop(file.path, outcome)
        if rows:
            await asyncio.to_thread(self._store.save, rows)

    async def _measured(self, path: str, *, niceness: int) -> Row:
        """The row of a playable file with its analysis. Raises MediaError, a whole sentence."""
        lock = self._measuring.setdefault(path, asyncio.Lock())
        async with lock:
            row = self._known.playable_row(path)
            if row.analysis is not None:
                return row
            await self._check_unchanged(row)
            try:
                analysis = await analyse_file(
                    self._media / path, expected_s=row.duration_s, niceness=niceness
                )
            except MediaError as error:
                await self._check_unchanged(row)
                fault = Fault(clause=str(error), stamp=row.stamp, lasting=_is_verdict(error))
                self._known.drop(path, fault)
                raise MediaError(self._known.sentence(path, fault.clause)) from error
            await self._check_unchanged(row)
            row = self._known.measured(path, analysis)
            await asyncio.to_thread(self._store.save, (row,))
            return row

    async def _check_unchanged(self, row: Row) -> None:
        """Raise MediaError where the file is no more what the row says; the next scan takes it up."""
        now = await asyncio.to_thread(stamp_of, self._media / row.path)
        known = self._known.row(row.path)
        if now is None:
            self._known.forget((row.path,))
            raise MediaError(self._known.sentence(row.path, "is not there any more"))
        if now != row.stamp or known is None or known.stamp != row.stamp:
            raise MediaError(self._known.sentence(row.path, _CHANGED))


def _read_batch(media: Path, batch: Sequence[Found]) -> list[Tags | MediaError]:
    """In a thread."""
    outcomes: list[Tags | MediaError] = []
    for found in batch:
        try:
            outcomes.append(read_tags(media / found.path))
        except MediaError as error:
            outcomes.append(error)
    return outcomes


def _is_verdict(error: MediaError) -> bool:
    """Whether it is about the file itself; a disk that is away or a machine too busy is not."""
    return not isinstance(error.__cause__, OSError)  # TimeoutError is one


def _is_fresh(found: Found, now: float) -> bool:
    return now - found.stamp.mtime_ns / 1e9 < _FRESH_S


def _today() -> int:
    return int(time.time() // _DAY_S)
