"""A line of the as-run log as text: JSON for programs, CSV for spreadsheets, and back.

Owns: how each field is written, and what a line must have to be read again. Must not know: files.
Times are ISO 8601 in the station's zone, to the millisecond; what is empty is null in JSON, nothing in CSV.
"""

import csv
import io
import json
from dataclasses import fields
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TextIO

from radiocast.model.play import AsRunEntry, Kind, Outcome, Start, Transition

FIELDS: Final = tuple(field.name for field in fields(AsRunEntry))
# A cell that begins so is a formula to a spreadsheet, and a title comes from whoever tagged the file.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_TIMES: Final = ("start_scheduled", "start_predicted", "start_actual")
_WORDS: Final = {"kind": Kind, "outcome": Outcome, "start_source": Start, "transition": Transition}


def as_json(entry: AsRunEntry, zone: tzinfo = UTC) -> str:
    """The entry as one line without its end."""
    return json.dumps(_written(entry, zone), ensure_ascii=False)


def write_csv_header(file: TextIO) -> None:
    """The first line of a CSV file: the names of the fields. Open the file with `newline=""`."""
    csv.writer(file).writerow(FIELDS)


def as_csv_row(entry: AsRunEntry, zone: tzinfo = UTC) -> str:
    """The entry as one record of RFC 4180, with its CR LF. No text in it is a formula to a spreadsheet."""
    row = io.StringIO()
    csv.writer(row).writerow([_cell(value) for value in _written(entry, zone).values()])
    return row.getvalue()


def from_json(line: str) -> AsRunEntry:
    """The entry of a line. Fields of later versions are left out; what is no whole line is a ValueError."""
    try:
        given = json.loads(line)
        known: dict[str, Any] = {name: given[name] for name in FIELDS}
        for name in _TIMES:
            known[name] = None if known[name] is None else datetime.fromisoformat(known[name])
        for name, word in _WORDS.items():
            known[name] = word(known[name])
        return AsRunEntry(**known)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError(f"no line of the as-run log: {error}") from error


def _written(entry: AsRunEntry, zone: tzinfo) -> dict[str, Any]:
    written: dict[str, Any] = {name: getattr(entry, name) for name in FIELDS}
    for name, value in written.items():
        if isinstance(value, datetime):
            written[name] = value.astimezone(zone).isoformat(timespec="milliseconds")
        elif isinstance(value, float):
            written[name] = round(value, 3)
    return written


def _cell(value: object) -> object:
    """A text that a spreadsheet would calculate is made one that it shows."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
