"""The answer of `radiocast as-run`: which lines, in which form.

Owns: the sentence for when there is nothing. Must not know: the terminal.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from radiocast.config.load import load_station
from radiocast.folder import StationFolder
from radiocast.logbook.reading import Period, Reader, log_folder, period
from radiocast.logbook.showing import csv_lines, json_lines, table
from radiocast.model.errors import LogError
from radiocast.model.play import AsRunEntry, Kind, Outcome


def as_run_lines(
    folder: StationFolder,
    *,
    start: str,
    end: str,
    form: Literal["table", "csv", "json"],
    kinds: frozenset[Kind],
    outcomes: frozenset[Outcome],
    colour: bool,
) -> Iterator[str]:
    """Lines with their ends, as they are read: a month does not have to fit into memory.

    Empty `kinds` and `outcomes` mean all. Raises UsageError for times that make no sense, and LogError
    where there is nothing, before the first line; LogError after the last, where something could not be read.
    """
    zone = ZoneInfo(load_station(folder.station_file).station.timezone)
    wanted = period(start, end, zone=zone, now=datetime.now(UTC))
    reader = Reader(folder=log_folder(folder), zone=zone)
    entries = (
        entry
        for entry in reader.entries(wanted)
        if (not kinds or entry.kind in kinds) and (not outcomes or entry.outcome in outcomes)
    )
    first = next(entries, None)
    if first is None:
        raise LogError(_nothing(reader, wanted, filtered=bool(kinds or outcomes)))
    return _shown(itertools.chain((first,), entries), reader, form, colour=colour)


def _shown(
    entries: Iterator[AsRunEntry], reader: Reader, form: Literal["table", "csv", "json"], *, colour: bool
) -> Iterator[str]:
    match form:
        case "csv":
            yield from csv_lines(entries, reader.zone)
        case "json":
            yield from json_lines(entries, reader.zone)
        case "table":
            yield from table(entries, reader.zone, colour=colour)
    if reader.complaints:
        raise LogError("\n".join(reader.complaints))


def _nothing(reader: Reader, wanted: Period, *, filtered: bool) -> str:
    frm, until = (
        when.astimezone(reader.zone).isoformat(timespec="minutes") for when in (wanted.frm, wanted.until)
    )
    sort = "of that kind and outcome " if filtered else ""
    found = f"the as-run log in {reader.folder} has nothing {sort}from {frm} to {until}"
    return "\n".join((found, *reader.complaints))
