"""The studio process: `python -m radiocast.studio.process STATION --var VAR --link FD`.

Owns: the process's life. It starts the rooms, plays until the link closes or it is told to stop, and
says which work is done when: bulletin deadlines, looks at the folders, reports, emergency sound.
Must not know: what a transmitter does with its blocks.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.link.endpoint import Endpoint
from radiocast.link.messages import PROTOCOL, Credit, Hello, Recalled, Reported, StandbyReady, Stop
from radiocast.logs import log_to_stderr
from radiocast.memory import give_memory_back
from radiocast.model.errors import LinkError, RadiocastError
from radiocast.model.play import AsRunEntry
from radiocast.model.report import StudioReport
from radiocast.newsroom.script.titles import TitleWriter
from radiocast.studio.asrun_archive import AsRunArchive
from radiocast.studio.asrun_log import AsRunLog
from radiocast.studio.encoder import Encoder
from radiocast.studio.lookout import Lookout
from radiocast.studio.outlet import LinkOutlet
from radiocast.studio.plan_memory import PlanMemory
from radiocast.studio.planning import seed_of
from radiocast.studio.playout import Playout
from radiocast.studio.rooms import Rooms
from radiocast.studio.standby import encode_standby
from radiocast.studio.timed_work import TimedWork

# Run with -m this module is __main__, which tells nobody anything.
log = logging.getLogger("radiocast.studio")

# The watch tells of a change at once; the poll finds what a watch cannot see (network file systems).
POLL_S: Final = 60
# So often it is seen whether a feed is due; nothing is asked of a feed that is not.
FEEDS_S: Final = 5
# `/status` shows what comes next and the newsroom's state no older than this.
REPORT_S: Final = 2
# After a kill the log says of what was on the air that it was heard at least until so long before.
AS_RUN_S: Final = 5
# Emergency sound is renewed from the sustainer so often: new music comes into it, and it costs a second.
STANDBY_H: Final = 6
STANDBY_MAX_S: Final = 120.0
# How long after the start the background work begins: the first sound comes first.
_SETTLE: Final = timedelta(seconds=5)


class Studio:
    """One life of the studio, from Hello to the end of the link."""

    def __init__(self, root: Path, var: Path, endpoint: Endpoint, *, problem: str) -> None:
        self._var = var
        self._problem = problem
        self._endpoint = endpoint
        self._memory = PlanMemory(var)
        state, self._signed_on = self._memory.load(now=datetime.now(UTC))
        self._rooms = Rooms(
            root,
            var,
            write_as_run=self._log_item,
            note_on_air=self._note_on_air,
            seed=seed_of(root),
            state=state,
        )
        self._as_run = AsRunLog(var / "as-run", zone=self._rooms.zone)
        self._archive = AsRunArchive(var / "as-run")
        self._outlet = LinkOutlet(endpoint)
        self._jobs = TimedWork(self._rooms.zone)
        self._lookout = Lookout(self._rooms, replan=self._rooms.replan, look_at_stories=self._look_at_stories)
        self._playout: Playout | None = None
        self._reported: StudioReport | None = None

    async def run(self) -> None:
        """Play until the link closes or says Stop. Raises LinkError and EncoderError: this life is over."""
        rooms = self._rooms
        mounts = rooms.config.mounts
        hello = Hello(protocol=PROTOCOL, pid=os.getpid(), mounts=tuple(mount.path for mount in mounts))
        await self._endpoint.send(hello)
        self._as_run.recover()
        try:
            async with Encoder(mounts) as encoder, asyncio.TaskGroup() as tasks:
                link = tasks.create_task(self._listen(), name="link")
                await rooms.open(hurried=True)
                playout = self._playout = Playout(
                    programme=rooms.programme,
                    encoder=encoder,
                    outlet=self._outlet,
                    audio=rooms.config.audio,
                    title=rooms.config.station.name,
                    withdrawn=rooms.newsroom.withdrawn,
                )
                rooms.programme.replan = playout.replan
                others = [
                    tasks.create_task(playout.run(signed_on=self._signed_on), name="playout"),
                    tasks.create_task(self._lookout.watch(self._report), name="watch"),
                    tasks.create_task(self._lookout.wait_for_breaking(), name="breaking"),
                    tasks.create_task(self._lookout.watch_the_desk(), name="watch the desk"),
                    tasks.create_task(self._lookout.wait_for_decisions(), name="decisions"),
                    tasks.create_task(self._memory.keep(), name="memory"),
                ]
                if rooms.publisher is not None:
                    others.append(tasks.create_task(rooms.publisher.run(), name="publishing"))
                self._start_jobs()
                await link
                log.info("told to stop; the studio ends")
                for task in others:
                    task.cancel()
        finally:
            self._jobs.close()
            await self._memory.close(rooms.programme.state)
            await rooms.close()

    async def _listen(self) -> None:
        async for message in self._endpoint.messages():
            match message:
                case Credit():
                    self._outlet.credit(message)
                    self._jobs.mind_the_clock()
                case Recalled():
                    self._outlet.recalled(message)
                case Stop():
                    return
                case _:
                    raise LinkError(f"link: a transmitter does not send {type(message).__name__}")

    def _look_at_stories(self) -> None:
        if self._playout is not None:
            self._playout.look_at_stories()

    def _log_item(self, entry: AsRunEntry) -> None:
        self._as_run.write(entry)

    def _note_on_air(self, entry: AsRunEntry, ends: datetime) -> None:
        self._as_run.began(entry)
        self._memory.began(self._rooms.programme.state, entry, ends=ends)

    # Timed work. Each job is a method that MUST NOT raise for one bad file.

    def _start_jobs(self) -> None:
        now = datetime.now(UTC)
        settled = now + _SETTLE
        jobs, lookout = self._jobs, self._lookout
        jobs.add("report", self._report, "interval", seconds=REPORT_S, next_run_time=now)
        jobs.add("library", lookout.look_at_media, "interval", seconds=POLL_S)
        jobs.add("newsroom", lookout.look_at_articles, "interval", seconds=POLL_S, next_run_time=now)
        jobs.add("feeds", lookout.look_at_feeds, "interval", seconds=FEEDS_S, next_run_time=settled)
        jobs.add("as-run", self._tend_as_run, "interval", seconds=AS_RUN_S, next_run_time=now)
        jobs.add("measure", lookout.measure, "date", run_date=settled)
        jobs.add("standby", self._renew_standby, "interval", hours=STANDBY_H, next_run_time=settled)
        jobs.add("memory", self._tidy_memory, "interval", seconds=POLL_S, next_run_time=settled + _SETTLE)
        jobs.start()

    async def _report(self) -> None:
        """Send the report where it has changed, and see that what is to come is as is known now."""
        self._rooms.programme.reconsider()
        self._set_bulletin_deadline()
        report = self._rooms.report(self._problem, self._as_run.problem, self._archive.problem)
        if report != self._reported:
            await self._endpoint.send(Reported(report=report))
            self._reported = report

    def _set_bulletin_deadline(self) -> None:
        """One job for the next bulletin, moved along as the plan moves."""
        coming = self._rooms.programme.next_bulletin()
        if coming is None:
            return
        name, air = coming
        plan = self._rooms.schedule.config.bulletins.get(name)
        if plan is None:
            return

        async def prepare() -> None:
            # A coroutine, so that the scheduler runs it on the loop: what is none it gives to a thread.
            self._rooms.bulletins.prepare(plan, air)

        due = max(datetime.now(UTC), self._rooms.bulletins.deadline(plan, air))
        self._jobs.add(f"bulletin-{name}", prepare, "date", run_date=due)

    async def _tidy_memory(self) -> None:
        give_memory_back()

    async def _tend_as_run(self) -> None:
        self._as_run.alive()
        self._memory.alive()
        await self._archive.tend(self._rooms.programme.calendar(), self._rooms.now())

    async def _renew_standby(self) -> None:
        """Emergency sound from the sustainer, so that covering for the studio sounds like the station."""
        rooms = self._rooms
        chosen = rooms.programme.sustainer_file()
        if chosen is None:
            return
        try:
            media = await rooms.library.analyse(chosen.path)
            files = await encode_standby(
                rooms.media / media.path,
                rooms.config.mounts,
                self._var / "emergency",
                gain_db=media.gain_db,
                max_s=STANDBY_MAX_S,
            )
        except RadiocastError as error:
            log.warning("emergency sound stays as it was: %s", error)
            return
        title = TitleWriter.of(rooms.config).track(media.artist, media.title)
        await self._endpoint.send(StandbyReady(files=tuple(str(file) for file in files), title=title))


async def run(root: Path, var: Path, descriptor: int, *, problem: str = "") -> None:
    """Run the studio over the link at this file descriptor until it closes.

    `problem` is what the station already knows to be wrong, for `/status`.
    """
    endpoint = await Endpoint.over(socket.socket(fileno=descriptor))
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None, "called from a task"  # noqa: S101
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await Studio(root, var, endpoint, problem=problem).run()
    except asyncio.CancelledError:
        log.info("terminated; the studio ends")
    finally:
        await endpoint.close()


def main() -> int:
    """Entry point of the process; the exit code."""
    parser = argparse.ArgumentParser(prog="radiocast-studio", description=__doc__)
    parser.add_argument("station", type=Path)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--link", type=int, required=True)
    parser.add_argument("--problem", default="")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    log_to_stderr(verbose=arguments.verbose)
    # Ctrl-C in a terminal reaches every process; the transmitter tells us when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        asyncio.run(run(arguments.station, arguments.var, arguments.link, problem=arguments.problem))
    except RadiocastError as error:
        log.error("the studio ends: %s", error)  # noqa: TRY400 - a sentence for the operator
        return 1
    except ExceptionGroup as group:
        known, unknown = group.split(RadiocastError)
        if unknown is not None:
            raise
        log.error("the studio ends: %s", known)  # noqa: TRY400 - the same
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
