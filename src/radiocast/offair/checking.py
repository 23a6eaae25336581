"""Everything that is wrong with a station, all at once: `radiocast check`.

Owns: which rooms are asked, and how their answers are shown: as lines with the place in the file and a
caret, or as JSON. Must not know: what makes a schedule bad (`schedule.review`) or a file unplayable.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from radiocast.config.load import load_schedule, load_station
from radiocast.config.schedule import ScheduleConfig
from radiocast.folder import StationFolder
from radiocast.library.library import Library
from radiocast.library.measuring import measure_all
from radiocast.model.errors import ConfigurationError, Problem, Severity
from radiocast.newsroom.newsroom import Newsroom
from radiocast.newsroom.script.wording import unframed
from radiocast.newsroom.wire.guard import url_refusal
from radiocast.offair.listening import listening_problems
from radiocast.offair.opening import open_rooms
from radiocast.offair.speaking import speaking_problems
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.days import Days
from radiocast.schedule.review import Circumstances, examine
from radiocast.studio.bulletins import last_durations

# The version of `check --json`; fields may be added to it, not changed.
JSON_VERSION: Final = 1
_STYLES: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTICE: "cyan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything there is to say about a station, in the order of its files.

    A problem without a file of the station's own configuration has line 0: it is a sentence about `file`.
    `files` and `stories` count what can be played and read. Notices do not make a station unwell.
    """

    station: str = ""
    root: Path = Path()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    stories: int = 0
    # How many hours of an ordinary week each clock has, by name.
    week: Mapping[str, int] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether there is nothing to mend."""
        return all(problem.severity is Severity.NOTICE for problem in self.problems)

    @property
    def summary(self) -> str:
        """One line: how many of what, or that all is well."""
        counts = Counter(problem.severity for problem in self.problems)
        told = ", ".join(
            f"{counts[severity]} {severity.value}{'' if counts[severity] == 1 else 's'}"
            for severity in Severity
            if counts[severity]
        )
        if not self.well:
            return told
        well = f"{self.station} is well: {self.files} files, {self.stories} stories"
        return f"{well}; {told}" if told else well

    def lines(self) -> list[Text]:
        """As the command prints it: each problem with the line of the file that it is about, and a caret."""
        shown: list[Text] = []
        for problem in self.problems:
            style = _STYLES[problem.severity]
            shown.append(
                Text.assemble(
                    (_place(problem, self.root), "bold"),
                    (f"{problem.severity.value}: ", style),
                    problem.message,
                )
            )
            excerpt = _excerpt(problem)
            if excerpt:
                text, pad = excerpt
                shown += [Text(f"    {text}"), Text.assemble(f"    {pad}", ("^", style))]
            if problem.hint:
                shown.append(Text(f"    {problem.hint}", style="italic"))
        if self.week:
            hours = sorted(self.week.items(), key=lambda each: -each[1])
            shown.append(Text("The week: " + ", ".join(f"{clock} {count} h" for clock, count in hours)))
        shown.append(Text(self.summary, style="bold"))
        return shown

    def as_json(self) -> str:
        """An object; `docs/check-and-plan.md` has its fields."""
        counts = Counter(problem.severity for problem in self.problems)
        return json.dumps(
            {
                "version": JSON_VERSION,
                "station": self.station,
                "well": self.well,
                "summary": self.summary,
                "counts": {f"{severity.value}s": counts[severity] for severity in Severity},
                "week": dict(self.week),
                "problems": [
                    {
                        "file": str(problem.file),
                        "line": problem.line or None,
                        "column": problem.column or None,
                        "severity": problem.severity.value,
                        "message": problem.message,
                        "hint": problem.hint,
                    }
                    for problem in self.problems
                ],
            },
            ensure_ascii=False,
            indent=2,
        )


def _place(problem: Problem, root: Path) -> str:
    """`config/schedule.yaml:12:5: `; what has no file of its own begins with its severity."""
    if problem.file == root:
        return ""
    file = problem.file.relative_to(root) if problem.file.is_relative_to(root) else problem.file
    return f"{file}:{problem.line}:{problem.column}: " if problem.line else f"{file}: "


def _excerpt(problem: Problem) -> tuple[str, str] | None:
    """The line of the file, and what stands before the caret under its column."""
    lines = _lines_of(problem.file) if problem.line else ()
    if not 0 < problem.line <= len(lines):
        return None
    text = lines[problem.line - 1]
    # Tabs are shown as they are in the caret's line too, so that it stands where an editor puts it.
    return text, "".join("\t" if character == "\t" else " " for character in text[: problem.column - 1])


@lru_cache(maxsize=4)
def _lines_of(file: Path) -> tuple[str, ...]:
    try:
        # Only "\n" ends a line, as the reader of the file counts them.
        return tuple(
            line.removesuffix("\r") for line in file.read_text("utf-8-sig", errors="replace").split("\n")
        )
    except OSError:
        return ()


async def check_station(folder: StationFolder) -> Findings:
    """Everything about configuration, schedule, media and articles, all at once."""
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
        return Findings(root=folder.root, problems=tuple(problems))
    library, newsroom = await open_rooms(folder, station)
    try:
        await _measure(library)
        if schedule is not None:
            problems += examine(
                schedule,
                Catalogue(library.files(), crossfade_s=station.audio.crossfade_s),
                _circumstances(library, newsroom, schedule, ZoneInfo(station.station.timezone)),
                file=folder.schedule_file,
            )
        told = [problem.message for problem in problems]
        # A faulty file that the schedule names is told at the line that does.
        faults = (s for s in library.problems() if not any(s.startswith(message) for message in told))
        sentences = [*faults, *newsroom.problems(), folder.var_problem]
        sentences += [
            f"station.yaml, newsroom.feeds: feed {feed.name}: {refusal}"
            for feed in station.newsroom.feeds
            if (refusal := url_refusal(feed))
        ]
        sentences += [f"{item.file} is not read out: {item.reason}" for item in newsroom.withheld()]
        problems += [
            Problem(file=folder.root, line=0, column=0, message=sentence)
            for sentence in sentences
            if sentence
        ]
        problems += listening_problems(folder.station_file, station, root=folder.root)
        plans = schedule.bulletins.values() if schedule is not None else ()
        languages = [station.station.language, *(plan.language for plan in plans if plan.language)]
        problems += [
            Problem(file=folder.station_file, line=0, column=0, message=sentence, severity=Severity.NOTICE)
            for sentence in unframed(station, languages)
        ]
        problems += await speaking_problems(
            folder.station_file, station.newsroom, root=folder.root, var=folder.var
        )
        return Findings(
            station=station.station.name,
            root=folder.root,
            problems=tuple(problems),
            files=len(library.files()),
            stories=len(newsroom.stories()),
            week=Counter(slot.clock.name for slot in Days(schedule).week) if schedule is not None else {},
        )
    finally:
        await library.close()


def _circumstances(
    library: Library, newsroom: Newsroom, schedule: ScheduleConfig, zone: ZoneInfo
) -> Circumstances:
    made = {name: newsroom.previous(plan) for name, plan in schedule.bulletins.items()}
    return Circumstances(
        now=datetime.now(UTC),
        zone=zone,
        durations=last_durations(newsroom, schedule.bulletins),
        render_took_s={name: last.took_s for name, last in made.items() if last is not None},
        faults=library.faults(),
    )


async def _measure(library: Library) -> None:
    """Decode every file that has not been yet: only then is it known that there is sound in it.

    On a terminal a bar says how far it is; a first check of a large library takes a while.
    """
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("listening to every file", total=0)
        await measure_all(library, progress=lambda done, total: bar.update(task, completed=done, total=total))
