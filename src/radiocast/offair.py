"""What can be asked of a station without putting it on the air: check it, plan it, make a bulletin.

Owns: the answers as the command line shows them.
Must not know: the playout, the transmitter or listeners.
"""

import asyncio
import contextlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress

from radiocast.config.load import load_schedule, load_station
from radiocast.config.station import StationConfig
from radiocast.ffmpeg.process import run_ffmpeg
from radiocast.folder import StationFolder
from radiocast.library.library import Library
from radiocast.model.errors import ConfigurationError, MediaError, Problem, UsageError
from radiocast.model.play import PlayItem, Start
from radiocast.newsroom.newsroom import Newsroom
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.forecast import forecast
from radiocast.schedule.instants import in_zone
from radiocast.schedule.review import review
from radiocast.schedule.state import PlanState
from radiocast.studio.bulletins import last_durations


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that is wrong with a station. `problems` have a place in a file; `sentences` have none."""

    problems: tuple[Problem, ...] = ()
    sentences: tuple[str, ...] = ()
    praise: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problems and not self.sentences

    def lines(self) -> list[str]:
        """As the command prints it: each problem with the line of the file that it is about, and a caret."""
        shown: list[str] = []
        for problem in self.problems:
            shown += [str(problem), *_excerpt(problem)]
        shown += self.sentences
        count = len(self.problems) + len(self.sentences)
        shown.append(self.praise if self.well else f"{count} problem{'' if count == 1 else 's'}")
        return shown


def _excerpt(problem: Problem) -> list[str]:
    """The line of the file, with a caret under the column."""
    if not problem.line:
        return []
    try:
        text = problem.file.read_text(encoding="utf-8", errors="replace").splitlines()[problem.line - 1]
    except (OSError, IndexError):
        return []
    # Tabs are shown as they are in the caret's line too, so that it stands where an editor puts it.
    pad = "".join("\t" if character == "\t" else " " for character in text[: problem.column - 1])
    return [f"    {text}", f"    {pad}^"]


async def check_station(folder: StationFolder) -> Findings:
    """Every error in configuration, schedule, media and articles, all at once."""
    problems: list[Problem] = []
    station = schedule = None
    try:
        station = load_station(folder.station_file)
    except ConfigurationError as error:
        problems += error.problems
    try:
        schedule = load_schedule(folder.schedule_file)
    except ConfigurationError as error:
        problems += error.problems
    if station is None:
        return Findings(problems=tuple(problems))
    library, newsroom = await _open(folder, station)
    await _measure_all(library)
    if schedule is not None:
        problems += review(schedule, Catalogue(library.files()), file=folder.schedule_file)
    withheld = (f"{item.file} is not read out: {item.reason}" for item in newsroom.withheld())
    sentences = (*library.problems(), *newsroom.problems(), *withheld, folder.var_problem)
    await library.close()
    return Findings(
        problems=tuple(problems),
        sentences=tuple(sentence for sentence in sentences if sentence),
        praise=(
            f"{station.station.name} is well: {len(library.files())} files, {len(newsroom.stories())} stories"
        ),
    )


async def _measure_all(library: Library) -> None:
    """Decode every file that has not been yet: only then is it known that there is sound in it.

    On a terminal a bar says how far it is; a first check of a large library takes a while.
    """
    turns = asyncio.Semaphore(os.cpu_count() or 1)

    async def measure(path: str) -> None:
        async with turns:
            with contextlib.suppress(MediaError):  # it is among the library's problems from now on
                await library.analyse(path)
        bar.advance(task)

    waiting = [file.path for file in library.files() if not file.analysed]
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("listening to every file", total=len(waiting))
        async with asyncio.TaskGroup() as tasks:
            for path in waiting:
                tasks.create_task(measure(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A stretch of the plan, in the station's own time."""

    items: tuple[PlayItem, ...]
    zone: ZoneInfo

    def as_json(self) -> str:
        """An array of items."""
        rows = [
            {
                "at": item.planned_start.astimezone(self.zone).isoformat(timespec="seconds"),
                "start": item.start.value,
                "kind": item.kind.value,
                "title": item.title,
                "artist": item.artist,
                "source": item.source,
                "clock": item.clock,
                "duration_s": round(item.expected_s, 1),
                "reason": item.reason,
            }
            for item in self.items
        ]
        return json.dumps(rows, ensure_ascii=False, indent=2)

    def as_table(self) -> str:
        """One line an item: when, for how long, what, and why."""
        rows = []
        for item in self.items:
            mark = {Start.HARD: "!", Start.SOFT: "~", Start.FOLLOW: " "}[item.start]
            length = f"{int(item.expected_s) // 60}:{int(item.expected_s) % 60:02}"
            what = f"{item.artist} - {item.title}" if item.artist else item.title
            at = item.planned_start.astimezone(self.zone)
            rows.append(
                f"{at:%a %H:%M:%S}{mark} {length:>6}  {item.kind.value:<9} {what[:40]:<40}  {item.reason}"
            )
        rows.append("! hard: begins at its second   ~ soft: at the next boundary")
        return "\n".join(rows)


async def plan_station(folder: StationFolder, *, start: datetime | None, hours: float, seed: int) -> Plan:
    """What will play from `start` (now, if None) for so many hours. Raises ConfigurationError."""
    station = load_station(folder.station_file)
    schedule = load_schedule(folder.schedule_file)
    zone = ZoneInfo(station.station.timezone)
    begin = in_zone(start or datetime.now(UTC), zone)
    library, newsroom = await _open(folder, station)
    items = forecast(
        Calendar(schedule, zone),
        Catalogue(library.files()),
        PlanState(),
        start=begin,
        count=None,
        until=begin + timedelta(hours=hours),
        seed=seed,
        durations=last_durations(newsroom, schedule.bulletins),
    )
    await library.close()
    return Plan(items=items, zone=zone)


async def render_bulletin(folder: StationFolder, *, name: str, out: Path) -> str:
    """Render a bulletin now and write it to `out`; a line about it. Raises UsageError for an unknown name."""
    station = load_station(folder.station_file)
    schedule = load_schedule(folder.schedule_file)
    names = sorted(schedule.bulletins)
    if not name and len(names) == 1:
        name = names[0]
    if name not in schedule.bulletins:
        raise UsageError(
            f"there is no bulletin {name!r}; the schedule has: {', '.join(names) or 'none'} (--name)"
        )
    library, newsroom = await _open(folder, station)
    await library.close()
    zone = ZoneInfo(station.station.timezone)
    made = await newsroom.render(schedule.bulletins[name], at=datetime.now(zone))
    await run_ffmpeg(("-y", "-i", f"file:{made.path}", f"file:{out}"), timeout_s=120)
    cues = "".join(f"\n  {cue.at_s:6.1f} s  {cue.stream_title}" for cue in made.cues)
    return f"{out}: {made.duration_s:.1f} s, {len(made.stories)} stories, made in {made.took_s:.1f} s{cues}"


async def _open(folder: StationFolder, station: StationConfig) -> tuple[Library, Newsroom]:
    library = Library(folder.media, folder.var / "library.sqlite", station.audio)
    newsroom = Newsroom(folder.root, folder.media, folder.var, station)
    await library.scan()
    await newsroom.scan()
    return library, newsroom
