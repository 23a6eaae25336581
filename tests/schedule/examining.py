"""`examine` for tests: a schedule's text in, its findings out, at a time of the test's choosing."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from radiocast.model.errors import Problem, Severity
from radiocast.schedule.catalogue import Catalogue
from radiocast.schedule.review import Circumstances, examine
from tests.schedule.studio_day import JINGLES, LONDON, NEWS_HOUR, library, schedule, tracks

FILE = Path("config/schedule.yaml")
# A Monday, at 09:00 in London and in UTC.
MONDAY = datetime(2026, 1, 12, 9, tzinfo=LONDON)
HEAD = NEWS_HOUR[: NEWS_HOUR.index("clocks:")]
AMPLE = library(*tracks(120, artists=60), *JINGLES)
# Clocks that are well: an hour of news and music, and two of nothing but music.
CLOCKS = """\
clocks:
  news: [{at: "00:00", start: hard, play: bulletin/hourly}, {fill: rotation/music}]
  music: [{fill: rotation/music}]
  more: [{fill: rotation/music}]
"""


def station(*more: str, clocks: str = CLOCKS, head: str = HEAD, grid: str = "{default: news}") -> str:
    """A schedule's text: the carts and bulletins of NEWS_HOUR, these clocks, and `more` lines."""
    parts = [head, clocks]
    if not any(line.startswith("grid:") for line in more):
        parts.append(f"grid: {grid}\n")
    return "".join([*parts, "sustainer: rotation/music\n", *(f"{line}\n" for line in more)])


def examined(
    text: str,
    *,
    now: datetime = MONDAY,
    zone: ZoneInfo = LONDON,
    catalogue: Catalogue = AMPLE,
    took_s: dict[str, float] | None = None,
    faults: dict[str, str] | None = None,
) -> tuple[Problem, ...]:
    """Everything that `examine` finds, but that a clock has no hour: that is not what a test is about."""
    found = examine(
        schedule(text),
        catalogue,
        Circumstances(now=now, zone=zone, render_took_s=took_s or {}, faults=faults or {}),
        file=FILE,
    )
    return tuple(problem for problem in found if "plays in no hour" not in problem.message)


def here(text: str, problem: Problem) -> str:
    """What stands in the file where a problem points."""
    return text.splitlines()[problem.line - 1][problem.column - 1 :]


def only(text: str, severity: Severity, found: tuple[Problem, ...]) -> tuple[str, str]:
    """The one problem there is: where it points, and what it says."""
    (problem,) = found
    assert problem.severity is severity, problem
    return here(text, problem), problem.message
