"""The real studio on a virtual clock: as fast as the machine goes, and the same bytes for the same seed.

Owns: a run from one instant for so many hours, with the sound and the log it makes.
Must not know: any clock but the virtual one; nothing here waits for the wall's.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, TextIO

from radiocast.model.block import Block
from radiocast.model.errors import EnvironmentFault
from radiocast.model.play import AsRunEntry
from radiocast.model.units import BLOCK_S, SILENCE_DBFS
from radiocast.schedule.instants import in_zone
from radiocast.studio.asrun import as_json
from radiocast.studio.encoder import Encoder
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.playout import Playout
from radiocast.studio.rooms import Rooms

_HOUR_S: Final = 3600.0


@dataclass(slots=True, kw_only=True)
class Simulated:
    """What a run gave: `titles` are (second, title) where the title changed."""

    hours: float
    items: int = 0
    blocks: int = 0
    longest_silence_s: float = 0.0
    took_s: float = 0.0
    titles: list[tuple[float, str]] = field(default_factory=list)

    def __str__(self) -> str:
        """The summary as the command prints it."""
        speed = self.hours * _HOUR_S / self.took_s if self.took_s else 0.0
        return (
            f"{self.hours:g} h simulated in {self.took_s:.1f} s ({speed:.0f} x real time): "
            f"{self.items} items, {self.blocks} blocks, longest silence {self.longest_silence_s:.2f} s"
        )


class _Take:
    """Takes the blocks: writes the first mount's sound, keeps count."""

    def __init__(self, result: Simulated, audio: BinaryIO | None) -> None:
        self._result = result
        self._audio = audio
        self._silence_s = 0.0

    def __call__(self, block: Block) -> None:
        result = self._result
        if not result.titles or result.titles[-1][1] != block.stream_title:
            result.titles.append((result.blocks * BLOCK_S, block.stream_title))
        result.blocks += 1
        silent = block.level_dbfs < SILENCE_DBFS
        self._silence_s = self._silence_s + BLOCK_S if silent else 0.0
        result.longest_silence_s = max(result.longest_silence_s, self._silence_s)
        if self._audio is not None:
            self._audio.write(block.audio[0])


async def simulate(
    root: Path,
    var: Path,
    *,
    start: datetime | None,
    hours: float,
    seed: int = 0,
    audio: Path | None = None,
    as_run: Path | None = None,
) -> Simulated:
    """Run the station from `start` (now, if None; in its own zone, if naive) for `hours`.

    Writes the first mount's MP3 to `audio` and the as-run log to `as_run`. The station's own state, logs and
    bulletins in `var` stay as they are; only the library's measurements are shared. Raises
    EnvironmentFault for a file that cannot be written, and whatever the studio itself raises.
    """
    result = Simulated(hours=hours)
    began = time.monotonic()
    with ExitStack() as files:
        log: TextIO | None = None
        sound: BinaryIO | None = None
        try:
            if as_run is not None:
                log = files.enter_context(as_run.open("w", encoding="utf-8"))
            if audio is not None:
                sound = files.enter_context(audio.open("wb"))
        except OSError as error:
            raise EnvironmentFault(
                f"{error.filename} cannot be written: {error.strerror or error}"
            ) from error
        scratch = Path(files.enter_context(TemporaryDirectory(prefix="radiocast-simulation-")))
        await _run(root, var, scratch, result, start=start, seed=seed, sound=sound, log=log)
    result.took_s = time.monotonic() - began
    return result


async def _run(
    root: Path,
    var: Path,
    scratch: Path,
    result: Simulated,
    *,
    start: datetime | None,
    seed: int,
    sound: BinaryIO | None,
    log: TextIO | None,
) -> None:
    blocks = round(result.hours * _HOUR_S / BLOCK_S)
    outlet: VirtualOutlet | None = None

    def write(entry: AsRunEntry) -> None:
        result.items += 1
        if log is not None:
            log.write(as_json(entry, rooms.zone) + "\n")

    def now() -> datetime:
        return outlet.air_time(result.blocks) if outlet is not None else began

    rooms = Rooms(root, var, now=now, unhurried=True, write_as_run=write, seed=seed, scratch=scratch)
    zone = rooms.zone
    began = in_zone(start or datetime.now(UTC), zone)
    await rooms.open()
    try:
        async with Encoder(rooms.config.mounts) as encoder:
            outlet = VirtualOutlet(began, _Take(result, sound))
            playout = Playout(
                programme=rooms.programme,
                encoder=encoder,
                outlet=outlet,
                audio=rooms.config.audio,
                title=rooms.config.station.name,
            )
            await playout.run(signed_on=began, blocks=blocks)
    finally:
        await rooms.close()
