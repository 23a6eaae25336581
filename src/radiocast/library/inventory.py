"""What the library knows at this moment, in memory: rows, playable files, faults. No I/O, no clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from radiocast.config.station import Audio
from radiocast.library.analysis import Analysis, gain_db
from radiocast.library.cues import segue_point
from radiocast.library.store import Row, Stamp
from radiocast.library.tags import shown
from radiocast.model.errors import MediaError
from radiocast.model.media import MediaFile

# A file shorter than its header says by more than this was not copied whole. Headers are rounded to a
# frame; that of a VBR file without one is a guess, which the relative part allows for.
_SHORT_BY_S: Final = 1.0
_SHORT_BY: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a file is not played: a clause. A lasting one is the file's own, and stands until it changes."""

    clause: str
    stamp: Stamp | None
    lasting: bool


class Inventory:
    """Every row there is, also of files that are away; of these the playable ones; and the faults.

    A path is playable, or at fault, or neither, never both.
    """

    def __init__(self, media: Path, audio: Audio) -> None:
        self._media = media
        self._audio = audio
        self._rows: dict[str, Row] = {}
        self._files: dict[str, MediaFile] = {}
        self._faults: dict[str, Fault] = {}
        self._folder_faults: dict[str, str] = {}
        self._listing: tuple[MediaFile, ...] | None = None

    def files(self) -> tuple[MediaFile, ...]:
        """Every playable file, by path in order."""
        if self._listing is None:
            self._listing = tuple(self._files[path] for path in sorted(self._files))
        return self._listing

    def problems(self) -> tuple[str, ...]:
        """A sentence for each fault, and for each file that breaks off too early, by path in order."""
        clauses = self.faults()
        return tuple(self.sentence(path, clauses[path]) for path in sorted(clauses))

    def faults(self) -> dict[str, str]:
        """What `problems` tells, as clauses by path."""
        clauses = {path: fault.clause for path, fault in self._faults.items()} | self._folder_faults
        clauses |= {path: clause for path in self._files if (clause := _breaks_off(self._rows[path]))}
        return clauses

    def playable(self) -> frozenset[str]:
        """The paths of `files()`."""
        return frozenset(self._files)

    def unanalysed(self) -> tuple[str, ...]:
        """The playable paths that have not been measured, in order."""
        return tuple(sorted(path for path in self._files if self._rows[path].analysis is None))

    def load(self, rows: dict[str, Row]) -> None:
        """Take over what was known before; nothing is playable by that alone."""
        self._rows = rows

    def row(self, path: str) -> Row | None:
        """What is known of a path, playable or not."""
        return self._rows.get(path)

    def playable_row(self, path: str) -> Row:
        """The row of a playable file. Raises MediaError, a whole sentence, where it is not one."""
        if path in self._files:
            return self._rows[path]
        fault = self._faults.get(path)
        clause = fault.clause if fault else self._folder_faults.get(path, "is not in the library")
        raise MediaError(self.sentence(path, clause))

    def is_at_fault(self, path: str) -> bool:
        """Whether it is known why this file cannot be played."""
        return path in self._faults or path in self._folder_faults

    def stands(self, path: str, stamp: Stamp) -> bool:
        """Whether a fault of this file is still to be believed, now that it has this stamp."""
        fault = self._faults.get(path)
        return fault is not None and fault.lasting and fault.stamp == stamp

    def publish(self, row: Row) -> None:
        """This file is there and can be played, as far as is known."""
        self._rows[row.path] = row
        self._faults.pop(row.path, None)
        self._files[row.path] = self.media_file(row)
        self._listing = None

    def measured(self, path: str, analysis: Analysis) -> Row:
        """A playable file's analysis has come; its row. Raises MediaError where it is playable no more."""
        row = replace(self.playable_row(path), analysis=analysis)
        self.publish(row)
        return row

    def seen(self, row: Row, day: int) -> Row:
        """The row, last seen on that day."""
        row = self._rows[row.path] = replace(row, seen_day=day)
        return row

    def drop(self, path: str, fault: Fault) -> None:
        """This file cannot be played."""
        self.forget((path,))
        self._faults[path] = fault

    def forget(self, paths: Iterable[str]) -> None:
        """These files are neither playable nor at fault: gone, or not all there yet. Rows are kept."""
        for path in paths:
            self._files.pop(path, None)
            self._faults.pop(path, None)
        self._listing = None

    def folders(self, faults: dict[str, str], here: set[str]) -> None:
        """What a walk found: clauses by path, and which files are there. What is not there is forgotten."""
        self._folder_faults = faults
        self.forget([path for path in self._known() if path not in here])

    def media_file(self, row: Row, target_lufs: float | None = None) -> MediaFile:
        """The row as the rest of the house sees it, at the station's levels (or at `target_lufs`)."""
        tags, sound = row.tags, row.analysis
        if sound is None:
            return MediaFile(
                path=row.path,
                title=tags.title,
                artist=tags.artist,
                album=tags.album,
                duration_s=row.duration_s,
                cue_out_s=row.duration_s,
                segue_s=row.duration_s,
            )
        audio = self._audio
        return MediaFile(
            path=row.path,
            title=tags.title,
            artist=tags.artist,
            album=tags.album,
            duration_s=sound.duration_s,
            analysed=True,
            loudness_lufs=sound.loudness_lufs,
            gain_db=gain_db(
                loudness_lufs=sound.loudness_lufs,
                true_peak_dbtp=sound.true_peak_dbtp,
                target_lufs=audio.music_lufs if target_lufs is None else target_lufs,
                limit_dbtp=audio.true_peak_dbtp,
            ),
            cue_in_s=sound.cue_in_s,
            cue_out_s=sound.cue_out_s,
            segue_s=segue_point(
                tail_s=sound.tail_s, cue_out_s=sound.cue_out_s, crossfade_s=audio.crossfade_s
            ),
        )

    def sentence(self, path: str, clause: str) -> str:
        """A clause about a path as a whole sentence; the empty path is the media folder itself."""
        name = f"{self._media.name}/{path}" if path else str(self._media)
        return f"{shown(name)} {clause.rstrip('.')}."

    def _known(self) -> Iterator[str]:
        yield from self._files
        yield from self._faults


def _breaks_off(row: Row) -> str:
    """A clause where much less can be played than the header promises; else nothing."""
    if row.analysis is None:
        return ""
    missing_s = row.duration_s - row.analysis.duration_s
    if missing_s <= max(_SHORT_BY_S, _SHORT_BY * row.duration_s):
        return ""
    return (
        f"can be played for {row.analysis.duration_s:.1f} s, though its header promises "
        f"{row.duration_s:.1f} s: if a copy broke off, copy it again"
    )
