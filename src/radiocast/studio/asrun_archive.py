"""The as-run files of other days: compressed after a week, kept for a year and more; and each day's plan.

Owns: which file is how old, and the plan of the day beside it. Must not know: today's log, or the clock.
"""

import asyncio
import gzip
import re
import shutil
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from radiocast.config.schedule import ScheduleConfig
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.day_plan import DayPlan, day_plan

# A week is what people look into with an editor; a day of 700 lines is 400 KB, compressed 25.
PLAIN_DAYS: Final = 7
# A year and a month: what a year's accounts to rights holders are made from. Copy what is to be kept longer.
KEPT_DAYS: Final = 400
_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.(jsonl|jsonl\.gz|plan\.json)")


class AsRunArchive:
    """The folder of the as-run log, but for what is written to it now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tidied: date | None = None
        self._kept: tuple[date, ScheduleConfig] | None = None
        self._problem = ""

    @property
    def problem(self) -> str:
        """What keeps it from its work, for `/status`; empty while nothing does. Tried again every time."""
        return self._problem

    async def tend(self, calendar: Calendar, now: datetime) -> None:
        """Do what a new day or a new schedule asks for, in a thread; call it every few seconds."""
        day = now.astimezone(calendar.zone).date()
        if self._tidied == day and self._kept == (day, calendar.schedule):
            return
        try:
            # A calendar of its own: it remembers what it has laid out, and this is another thread.
            await asyncio.to_thread(keep_plan, self._folder, Calendar(calendar.schedule, calendar.zone), now)
            self._kept = day, calendar.schedule
            await asyncio.to_thread(keep_house, self._folder, day)
            self._tidied = day
        except (OSError, EOFError, zlib.error) as error:
            self._problem = (
                f"the as-run log of other days in {self._folder} cannot be kept ({error}): make the folder "
                "writable, free some space, or move the file away"
            )
        else:
            self._problem = ""


def plan_file(folder: Path, day: date) -> Path:
    """Where the plan of a day is kept."""
    return folder / f"{day.isoformat()}.plan.json"


def days_kept(folder: Path) -> Iterator[tuple[date, Path]]:
    """Every file of a day in the folder, in no order."""
    for path in folder.iterdir():
        matched = _NAME.fullmatch(path.name)
        if matched is not None:
            try:
                day = date.fromisoformat(matched[1])
            except ValueError:
                continue  # 2026-02-30: not ours
            yield day, path


def keep_house(folder: Path, today: date) -> None:
    """Compress what is older than PLAIN_DAYS, delete what is older than KEPT_DAYS. Raises OSError."""
    if not folder.is_dir():
        return
    for day, path in list(days_kept(folder)):
        age = (today - day).days
        if age > KEPT_DAYS:
            path.unlink(missing_ok=True)
        elif age > PLAIN_DAYS and path.suffix == ".jsonl":
            _compress(path)


def _compress(path: Path) -> None:
    """Into `.gz`, with what is there already: a killed run may have left both."""
    packed = path.with_name(f"{path.name}.gz")
    scratch = path.with_name(f"{path.name}.gz.tmp")
    kept: set[bytes] = set()
    with gzip.open(scratch, "wb") as out:
        if packed.exists():
            with gzip.open(packed, "rb") as old:
                for line in old:
                    kept.add(line)
                    out.write(line)
        with path.open("rb") as lines:
            if kept:
                out.writelines(line for line in lines if line not in kept)
            else:
                shutil.copyfileobj(lines, out)
    scratch.replace(packed)
    path.unlink()


def keep_plan(folder: Path, calendar: Calendar, now: datetime) -> None:
    """Keep what the schedule has for today, beside the log: see `read_plan`. Raises OSError.

    What the day had up to now stays as it was: a change of the schedule counts from the next item on. On
    the very first day of a station, what was before it came on the air was not missed.
    """
    day = now.astimezone(calendar.zone).date()
    new = day_plan(calendar, day)
    old = read_plan(folder, day)
    if old is not None:
        new = old.changed_to(new, now)
    elif not folder.is_dir() or not any(before < day for before, _ in days_kept(folder)):
        new = new.from_then(now - timedelta(seconds=1))
    if new == old:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = plan_file(folder, day)
    scratch = path.with_name(f"{path.name}.tmp")
    scratch.write_text(new.to_json(), encoding="utf-8")
    scratch.replace(path)


def read_plan(folder: Path, day: date) -> DayPlan | None:
    """The plan of a day as it was kept; None where none was, or it cannot be read."""
    try:
        return DayPlan.from_json(plan_file(folder, day).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
