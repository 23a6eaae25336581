"""The real studio on a virtual clock: as fast as the machine goes, and the same bytes for the same seed.

Owns: a run from one instant for so many hours, with the sound and the log it makes.
Must not know: any clock but the virtual one; nothing here waits for the wall's.

Theory of operation. Programme, planner, bulletins and desk are those of the air. One task drives them: it
has the desk render a step, then logs what ended in it, then begins the next bulletin; so every run takes the
same decisions in the same order, however fast the machine. With audio a step is a block or two, and what
was rendered goes through the limiter and encoder of the air. Without, decks know only how long they are,
and a step is a minute. The time-line ends with the last sample that is heard, not with the encoder's needs.
"""

import asyncio
import time
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, Protocol, TextIO

from radiocast.library.measuring import measure_all
from radiocast.model.block import Block
from radiocast.model.errors import ConfigurationError, EnvironmentFault
from radiocast.model.play import AsRunEntry, BulletinPart, PlayItem
from radiocast.model.units import (
    BLOCK_S,
    BLOCK_SAMPLES,
    CODEC_DELAY_SAMPLES,
    block_of_sample,
    samples,
    seconds,
)
from radiocast.schedule.instants import in_zone
from radiocast.studio.asrun import as_csv_row, as_json, write_csv_header
from radiocast.studio.desk import Desk
from radiocast.studio.outlet import VirtualOutlet
from radiocast.studio.planned_news import StagedNews
from radiocast.studio.playout import first_error
from radiocast.studio.programme import StationProgramme
from radiocast.studio.recorder import Recorder
from radiocast.studio.rooms import Rooms
from radiocast.studio.silent import SilentEquipment
from radiocast.studio.simulated import Simulated

_HOUR_S: Final = 3600.0
# Less than what a deck has decoded ahead, more than a block: fewer turns of the loop.
_STEP_WITH_AUDIO: Final = 2 * BLOCK_SAMPLES
# Everything that happens in a step is at its own sample; a longer one saves nothing more.
_STEP_WITHOUT: Final = samples(60.0)
# The virtual clock stands while a bulletin is made; this only ends a wait for what never comes.
_PATIENCE_S: Final = 600.0


class Watcher(Protocol):
    """Is told how far the work is, often."""

    def measuring(self, done: int, total: int) -> None:
        """So many of so many files have been listened to; only told where some had not been before."""
        ...

    def playing(self, done_s: float, now: datetime) -> None:
        """So many seconds are simulated; `now` is the virtual clock in the station's zone."""
        ...


class Simulation:
    """One run. `result` is good at any time, also after a run that was cancelled."""

    def __init__(
        self,
        root: Path,
        var: Path,
        *,
        start: datetime | None,
        hours: float,
        seed: int = 0,
        audio: Path | None = None,
        as_run: Path | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        """From `start` (now, if None; in the station's own zone, if naive) for `hours`.

        Writes the first mount's MP3 to `audio`, and the as-run log to `as_run`: as CSV where its name ends
        so, else as JSON lines. The station's own state, logs and bulletins in `var` stay as they are; only
        the library's measurements are shared.
        """
        self.result = Simulated(rendered_bulletins=audio is not None)
        self._root, self._var = root, var
        self._start, self._hours, self._seed = start, hours, seed
        self._audio, self._as_run = audio, as_run
        self._watcher = watcher
        self._clock: VirtualOutlet | None = None
        self._position = 0

    async def run(self) -> Simulated:
        """Run it; cancelled, what was written so far is whole.

        Raises ConfigurationError for a schedule with errors, EnvironmentFault for a file that cannot be
        written, and whatever the studio itself raises.
        """
        with ExitStack() as files:
            log, sound = _open(self._as_run, self._audio, files)
            scratch = Path(files.enter_context(TemporaryDirectory(prefix="radiocast-simulation-")))
            rooms = Rooms(
                self._root,
                self._var,
                now=self._now,
                unhurried=True,
                write_as_run=lambda entry: self._logged(entry, log, rooms),
                seed=self._seed,
                scratch=scratch,
                programme=StationProgramme if sound is None else _Prepared,
                render=sound is not None,
            )
            try:
                await rooms.open()
                if rooms.schedule.problems:
                    # On the air the last good schedule plays on; here it is this one that is asked about.
                    raise ConfigurationError(rooms.schedule.problems)
                self.result.measured = await measure_all(rooms.library, progress=self._measuring)
                began = time.monotonic()
                try:
                    await self._run(rooms, sound)
                except BaseExceptionGroup as group:
                    raise first_error(group) from group
                finally:
                    self.result.took_s = time.monotonic() - began
            finally:
                await rooms.close()
        return self.result

    async def _run(self, rooms: Rooms, sound: BinaryIO | None) -> None:
        began = in_zone(self._start or datetime.now(UTC), rooms.zone)
        clock = self._clock = _Clock(began)
        blocks = max(1, round(self._hours * _HOUR_S / BLOCK_S))
        config = rooms.config
        async with AsyncExitStack() as stack:
            recorder: Recorder | None = None
            if sound is not None:
                recorder = await stack.enter_async_context(Recorder(config.mounts[0], config.audio, sound))
            async with asyncio.TaskGroup() as tasks:
                desk = Desk(
                    programme=rooms.programme,
                    outlet=clock,
                    audio=config.audio,
                    title=config.station.name,
                    tasks=tasks,
                    equipment=None if recorder else SilentEquipment(),
                )
                try:
                    if recorder is not None:
                        recorder.begin(tasks, blocks)
                        await desk.load_standby()
                    desk.sign_on(began)
                    await self._play(desk, clock, rooms.programme, recorder, blocks)
                finally:
                    desk.stop_preparing()
                    await desk.close()

    async def _play(
        self,
        desk: Desk,
        clock: VirtualOutlet,
        programme: StationProgramme,
        recorder: Recorder | None,
        blocks: int,
    ) -> None:
        step = _STEP_WITHOUT if recorder is None else _STEP_WITH_AUDIO
        end = blocks * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES
        while self._position < end:
            frames = min(step, end - self._position)
            pcm = await desk.render(block_of_sample(self._position), frames)
            self._position += frames
            seq = block_of_sample(self._position)
            desk.log.notes(seq)
            for entry in desk.log.entries(seq):
                programme.finished(entry)
            if isinstance(programme, _Prepared):
                programme.prepare()
            if recorder is not None:
                await recorder.feed(pcm)
            self._done(clock, recorder)
        if recorder is not None:
            await recorder.finish()
            self._done(clock, recorder)

    def _done(self, clock: VirtualOutlet, recorder: Recorder | None) -> None:
        """Note how far it is; with audio, how far it is written."""
        done_s = (
            seconds(self._position + CODEC_DELAY_SAMPLES) if recorder is None else recorder.blocks * BLOCK_S
        )
        result = self.result
        result.hours = round(done_s / _HOUR_S, 3)
        result.ended = clock.air_time(0, done_s)
        if recorder is not None:
            result.longest_silence_s = recorder.longest_silence_s
        if self._watcher is not None:
            self._watcher.playing(done_s, result.ended)

    def _logged(self, entry: AsRunEntry, log: TextIO | None, rooms: Rooms) -> None:
        self.result.tally.add(entry)
        if log is None:
            return
        as_csv = self._as_run is not None and self._as_run.suffix.lower() == ".csv"
        try:
            log.write(as_csv_row(entry, rooms.zone) if as_csv else as_json(entry, rooms.zone) + "\n")
        except OSError as error:
            raise EnvironmentFault(f"{log.name} cannot be written to: {error.strerror or error}") from error

    def _measuring(self, done: int, total: int) -> None:
        if self._watcher is not None:
            self._watcher.measuring(done, total)

    def _now(self) -> datetime:
        """When the next sample is heard."""
        if self._clock is None:
            return datetime.now(UTC)
        return self._clock.air_time(0, seconds(self._position + CODEC_DELAY_SAMPLES))


class _Clock(VirtualOutlet):
    """Block `seq` is heard at `start + seq * BLOCK_S`, and waits for as long as it takes."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start, _no_block)

    def slack_s(self, seq: int) -> float:
        """Time stands still while the studio waits."""
        return _PATIENCE_S


def _no_block(block: Block) -> None:
    raise AssertionError("a simulation sends no blocks")


class _Prepared(StationProgramme):
    """Has the next bulletin made while the virtual clock runs on."""

    _reading: str = ""

    def started(self, item: PlayItem, at: datetime) -> None:
        """As on the air; a bulletin's stories count as aired only at its end."""
        if isinstance(item.part, BulletinPart):
            self._reading = item.id
            plan = self._schedule.config.bulletins.get(item.part.bulletin)
            if plan is not None and isinstance(self._newsroom, StagedNews):
                self._newsroom.on_air(plan)
        super().started(item, at)

    def finished(self, entry: AsRunEntry) -> None:
        """As on the air."""
        super().finished(entry)
        if entry.item_id == self._reading:
            self._reading = ""

    def prepare(self) -> None:
        """Begin making the next bulletin, unless one is being read: what it says is not to be said again."""
        if not self._reading:
            coming = self.next_bulletin()
            plan = None if coming is None else self._schedule.config.bulletins.get(coming[0])
            if plan is not None and coming is not None:
                self._bulletins.prepare(plan, coming[1])


def _open(as_run: Path | None, audio: Path | None, files: ExitStack) -> tuple[TextIO | None, BinaryIO | None]:
    """The files to be written, closed with `files`."""
    log: TextIO | None = None
    sound: BinaryIO | None = None
    try:
        if as_run is not None:
            log = files.enter_context(as_run.open("w", encoding="utf-8", newline=""))
            if as_run.suffix.lower() == ".csv":
                write_csv_header(log)
        if audio is not None:
            sound = files.enter_context(audio.open("wb"))
    except OSError as error:
        raise EnvironmentFault(f"{error.filename} cannot be written: {error.strerror or error}") from error
    return log, sound
