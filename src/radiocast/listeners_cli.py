"""`radiocast listeners`: who listened, by day and mount.

Owns: which days are meant, and what must be said of them. Must not know: how sessions are kept, added up or
shown. What it needs is imported inside, as everywhere on the command line.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from radiocast.model.errors import LogError, UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from radiocast.audience.reading import Reader
    from radiocast.audience.report import Day, Row
    from radiocast.folder import StationFolder

Form = Literal["table", "csv", "json"]


def listeners(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The station's folder.", show_default=".")
    ] = Path(),
    start: Annotated[str, typer.Option("--from", help="First day, like 2026-11-01; default: --to's.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last day, included; default: today.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    least_seconds: Annotated[
        float, typer.Option("--least-seconds", min=0, help="Leave out sessions that were shorter.")
    ] = 0.0,
) -> None:
    """Listening hours, sessions, unique, average and peak.

    By day and mount, for royalty reports; also while the station is on the air.
    """
    from radiocast.folder import open_folder

    if as_csv and as_json:
        raise typer.BadParameter("--csv or --json, not both")
    form: Form = "csv" if as_csv else "json" if as_json else "table"
    sys.stdout.writelines(
        listener_lines(
            open_folder(folder),
            start=start,
            end=end,
            form=form,
            least_seconds=least_seconds,
            now_unix_s=time.time(),
        )
    )


def listener_lines(
    folder: "StationFolder",
    *,
    start: str,
    end: str,
    form: Form,
    now_unix_s: float,
    least_seconds: float = 0.0,
) -> Iterator[str]:
    """Lines with their ends. What must be said of the figures goes to stderr where a program reads them.

    Raises UsageError for dates that make no sense, LogError where nothing is known of any of those days.
    """
    from zoneinfo import ZoneInfo

    from radiocast.audience.keeping import FOLDER, Keeping
    from radiocast.audience.reading import reading
    from radiocast.audience.report import report
    from radiocast.audience.showing import csv_lines, json_text, table
    from radiocast.config.load import load_station

    config = load_station(folder.station_file)
    zone = ZoneInfo(config.station.timezone)
    first, last = _dates(start, end, datetime.fromtimestamp(now_unix_s, zone).date())
    # Also for somebody who may only read there.
    path = Keeping(folder=folder.root / "var" / FOLDER).sessions
    with reading(path, now_unix_s=now_unix_s) as reader:
        days, notes = _days_known(reader, first, last, zone, now_unix_s)
        rows = report(
            days, [mount.path for mount in config.mounts], reader.walk(), least_seconds=least_seconds
        )
        notes += _notes(reader, days, rows)
    match form:
        case "csv":
            yield from csv_lines(rows)
        case "json":
            yield json_text(rows, zone=config.station.timezone, least_seconds=least_seconds, notes=notes)
        case "table":
            yield from table(rows)
            yield from (f"{note}\n" for note in ("", *notes) if notes)
    if form == "csv":
        sys.stderr.writelines(f"radiocast: {note}\n" for note in notes)


def _dates(start: str, end: str, today: date) -> tuple[date, date]:
    last = _date(end) if end else max(today, _date(start)) if start else today
    first = _date(start) if start else last
    if first > last:
        raise UsageError(f"--from {start} is after --to {end or last.isoformat()}")
    if first > today:
        raise UsageError(f"--from {first.isoformat()} is still to come: today is {today.isoformat()}")
    return first, min(last, today)


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no date; write it like 2026-11-03") from error
    if not 1970 <= found.year <= 2999:
        raise UsageError(f"{found.year} is no year of a station's: write one from 1970 to 2999")
    return found


def _days_known(
    reader: "Reader", first: date, last: date, zone: "ZoneInfo", now_unix_s: float
) -> tuple[list["Day"], list[str]]:
    """The days of which something is known, and what must be said of the others.

    Of those there is no row: a zero would be a figure.
    """
    from radiocast.audience.report import Day
    from radiocast.schedule.day_plan import day_bounds

    since_unix_s = reader.since_unix_s()
    if since_unix_s is None:
        raise LogError(f"nobody has listened yet, as far as {reader.path} knows")
    since = datetime.fromtimestamp(since_unix_s, zone).date()
    if since > last:
        raise LogError(
            f"nothing is known of {last.isoformat()} and before: {reader.path} begins on {since.isoformat()}"
        )
    notes = []
    if since > first:
        notes.append(
            f"Nothing is known of the days before {since.isoformat()}: "
            "the first session that is kept began on that day."
        )
    days = []
    day = max(first, since)
    while day <= last:
        begin, end = day_bounds(day, zone)
        days.append(Day(date=day, begin_unix_s=begin, end_unix_s=max(begin, min(end, now_unix_s))))
        day += timedelta(days=1)
    return days, notes


def _notes(reader: "Reader", days: list["Day"], rows: list["Row"]) -> list[str]:
    """What whoever reads the figures must know."""
    notes = []
    if any(row.unique_listeners is None and row.day is not None for row in rows):
        notes.append(
            "Unique listeners cannot be known where no addresses are kept (records: addresses: none)."
        )
    elif any(row.unique_listeners is None for row in rows):
        notes.append(
            "Unique listeners of several days cannot be known: addresses are hashed with a salt that lasts a "
            "day. Adding the days up is wrong: who listens on two of them would count twice."
        )
    for day in days:
        lost = reader.losses(day.begin_unix_s, day.end_unix_s)
        if lost:
            notes.append(f"{day.date.isoformat()}: {lost} records were lost, so the figures are too low.")
    notes += [f"{name} is not counted: it was set aside." for name in reader.set_aside()]
    return notes
