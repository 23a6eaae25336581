"""A day of the station: its plan and its log found, laid side by side, and shown.

Owns: which plan is that of the day, and how `radiocast reconcile` answers.
Must not know: which line belongs to which entry (`schedule.reconcile`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import typer

from radiocast.config.load import load_schedule, load_station
from radiocast.folder import StationFolder
from radiocast.logbook.reading import Period, Reader, day_period, log_folder
from radiocast.logbook.showing import MARKS, cells, late, named, printable
from radiocast.model.errors import LogError, UsageError
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.day_plan import day_plan
from radiocast.schedule.reconcile import Filled, Gap, Reconciliation, Row, Verdict, reconcile
from radiocast.studio.asrun_archive import read_plan

# What sounds at midnight began before it, and what is due before midnight may come after it.
_AROUND: Final = timedelta(hours=3)
_COLOURS: Final = {
    Verdict.ON_TIME: None,
    Verdict.GAVE_WAY: None,
    Verdict.TO_COME: typer.colors.BRIGHT_BLACK,
    Verdict.LATE: typer.colors.YELLOW,
    Verdict.CUT: typer.colors.YELLOW,
    Verdict.SUBSTITUTED: typer.colors.YELLOW,
    Verdict.EXTRA: typer.colors.CYAN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBook:
    """One day, plan and log. `remarks` say what one should know to read it."""

    day: date
    zone: ZoneInfo
    found: Reconciliation
    remarks: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether everything that was scheduled came to the air."""
        return self.found.well

    def as_table(self, *, colour: bool) -> Iterator[str]:
        """Lines: what had a time of its own and what came besides, then fills, gaps, and the summary."""
        yield f"{self.day:%A} {self.day.isoformat()}, {self.zone.key}\n"
        for row in self.found.rows:
            line = self._line(row)
            shade = _COLOURS.get(row.verdict, typer.colors.RED)
            yield (typer.style(line, fg=shade) if colour and shade else line) + "\n"
        for filled in self.found.fills:
            stretch = filled.stretch
            share = 100 * filled.own_s / stretch.seconds if stretch.seconds else 0.0
            yield f"{self._span(stretch.frm, stretch.until)}  {stretch.fill} had {share:.0f} % of the time\n"
        for gap in self.found.gaps:
            yield f"{self._span(gap.frm, gap.until)}  no line in the log\n"
        yield "! hard: begins at its second   ~ soft: at the next boundary\n"
        yield from (f"{remark}\n" for remark in self.remarks)
        yield f"{self.found.summary()}\n"

    def as_json(self) -> str:
        """Everything, with times in the station's zone."""
        return json.dumps(
            {
                "date": self.day.isoformat(),
                "timezone": self.zone.key,
                "well": self.well,
                "summary": self.found.summary(),
                "remarks": list(self.remarks),
                "worst_late_ms": self.found.worst_late_ms,
                "rows": [self._row(row) for row in self.found.rows],
                "fills": [self._fill(filled) for filled in self.found.fills],
                "gaps": [self._gap(gap) for gap in self.found.gaps],
            },
            ensure_ascii=False,
            indent=2,
        )

    def _line(self, row: Row) -> str:
        entry, timed = row.entry, row.timed
        mark = " " if timed is None else MARKS[timed.start]
        source = timed.source if timed is not None else entry.source if entry is not None else ""
        heard = "" if entry is None or entry.start_actual is None else named(entry)
        return "".join(
            (
                f"{row.at.astimezone(self.zone):%H:%M:%S}{mark} {row.verdict.value:<11} ",
                f"{late(None if entry is None else entry.late_ms):>9}  ",
                f"{cells(source, 22)} {cells(heard, 34)}  {printable(_why(row))}",
            )
        ).rstrip()

    def _row(self, row: Row) -> dict[str, Any]:
        entry, timed = row.entry, row.timed
        kind = timed.kind if timed is not None else entry.kind if entry is not None else None
        return {
            "at": self._time(row.at),
            "verdict": row.verdict.value,
            "well": row.well,
            "source": timed.source if timed is not None else entry.source if entry is not None else "",
            "kind": None if kind is None else kind.value,
            "clock": timed.clock if timed is not None else entry.clock if entry is not None else "",
            "start": None if timed is None else timed.start.value,
            "start_actual": None if entry is None else self._time(entry.start_actual),
            "late_ms": None if entry is None else entry.late_ms,
            "outcome": None if entry is None else entry.outcome.value,
            "item_id": None if entry is None else entry.item_id,
            "title": "" if entry is None else entry.title,
            "reason": _why(row),
        }

    def _fill(self, filled: Filled) -> dict[str, Any]:
        return {
            "from": self._time(filled.stretch.frm),
            "until": self._time(filled.stretch.until),
            "clock": filled.stretch.clock,
            "source": filled.stretch.fill,
            "own_s": round(filled.own_s, 3),
            "of_s": round(filled.stretch.seconds, 3),
        }

    def _gap(self, gap: Gap) -> dict[str, Any]:
        return {"from": self._time(gap.frm), "until": self._time(gap.until), "seconds": round(gap.seconds, 3)}

    def _time(self, when: datetime | None) -> str | None:
        return None if when is None else when.astimezone(self.zone).isoformat(timespec="milliseconds")

    def _span(self, frm: datetime, until: datetime) -> str:
        end = until.astimezone(self.zone)
        shown = f"{end:%H:%M:%S}" if end.date() == self.day else "24:00:00"
        return f"{frm.astimezone(self.zone):%H:%M:%S} to {shown}"


def reconcile_station(folder: StationFolder, *, day: str, now: datetime) -> DayBook:
    """The day of that date; today's only up to now.

    Raises UsageError for what is no date, or one to come; LogError for a day of which nothing is known.
    """
    zone = ZoneInfo(load_station(folder.station_file).station.timezone)
    try:
        wanted = date.fromisoformat(day) if day else now.astimezone(zone).date()
        whole = day_period(wanted, zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{day!r} is no date; write it like 2026-11-03") from error
    if whole.frm >= now:
        raise UsageError(f"{wanted} is still to come; `radiocast plan` says what will play")
    remarks: list[str] = []
    log = log_folder(folder)
    plan = kept = read_plan(log, wanted)
    if plan is None:
        remarks.append("no plan was kept of that day: this is the schedule as it is now")
        plan = day_plan(Calendar(load_schedule(folder.schedule_file), zone), wanted)
    elif plan.since > whole.frm:
        remarks.append(f"the station came on the air at {plan.since.astimezone(zone):%H:%M:%S}")
    reader = Reader(folder=log, zone=zone)
    around = Period(frm=whole.frm - _AROUND, until=whole.until + _AROUND)
    lines = list(reader.entries(around))
    if whole.until > now:
        lines += reader.on_air(now)
    if kept is None and not any(whole.frm <= (line.start_actual or line.start_predicted) for line in lines):
        raise LogError("\n".join((f"{log} has neither plan nor log of {wanted}", *reader.complaints)))
    found = reconcile(plan, lines, until=min(now, whole.until))
    return DayBook(day=wanted, zone=zone, found=found, remarks=(*remarks, *reader.complaints))


def _why(row: Row) -> str:
    if row.verdict is Verdict.GAVE_WAY and row.timed is not None and row.timed.held_by:
        return f"{row.timed.held_by} had the air"
    return "" if row.entry is None else row.entry.reason
