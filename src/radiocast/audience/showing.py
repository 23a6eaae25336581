"""The report as the command shows it: a table for people, CSV and JSON for programs.

Owns: columns and widths. Must not know: where the figures come from.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Final

from radiocast.audience.report import Row
from radiocast.audience.words import printable

# The columns of the CSV and the names in the JSON: a contract. Others may be added behind them.
COLUMNS: Final = (
    "date",
    "mount",
    "hours",
    "listening_hours",
    "sessions",
    "session_starts",
    "unique_listeners",
    "average_listeners",
    "peak_listeners",
)
TOTAL: Final = "total"
ALL_MOUNTS: Final = "*"
_HEADINGS: Final = ("Date", "Mount", "Listening hours", "Sessions", "Starts", "Unique", "Average", "Peak")
_UNKNOWN: Final = "-"


def csv_lines(rows: Sequence[Row]) -> Iterator[str]:
    """RFC 4180, the columns' names first. What cannot be known is empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow("" if value is None else value for value in _values(row).values())
    yield text.getvalue()


def json_text(rows: Sequence[Row], *, zone: str, least_seconds: float, notes: Sequence[str]) -> str:
    """One object; what cannot be known is null."""
    said = {
        "timezone": zone,
        "least_seconds": least_seconds,
        "notes": list(notes),
        "rows": [_values(row) for row in rows],
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Lines under a heading; a row of all mounts only where there are several, a total of several days."""
    mounts = {row.mount for row in rows if row.mount is not None}
    days = {row.day for row in rows if row.day is not None}
    cells = [
        _cells(row)
        for row in rows
        if (row.mount is not None or len(mounts) != 1) and (row.day is not None or len(days) > 1)
    ]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *cells, strict=True)]
    for line in (_HEADINGS, *cells):
        texts = [
            cell.ljust(width) if number < 2 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield "  ".join(texts).rstrip() + "\n"


def _values(row: Row) -> dict[str, str | int | float | None]:
    values = (
        row.day.isoformat() if row.day else TOTAL,
        ALL_MOUNTS if row.mount is None else row.mount,
        round(row.hours, 4),
        round(row.listening_hours, 4),
        row.sessions,
        row.session_starts,
        row.unique_listeners,
        round(row.average_listeners, 4),
        row.peak_listeners,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.day.isoformat() if row.day else TOTAL,
        "all" if row.mount is None else printable(row.mount),
        f"{row.listening_hours:,.1f}",
        f"{row.sessions:,}",
        f"{row.session_starts:,}",
        _UNKNOWN if row.unique_listeners is None else f"{row.unique_listeners:,}",
        f"{row.average_listeners:,.1f}",
        f"{row.peak_listeners:,}",
    )
