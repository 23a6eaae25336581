"""The as-run log as the command shows it: a table for people, JSON lines and CSV for programs.

Owns: columns, widths, colours. Must not know: where the entries come from.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import typer
from rich.cells import set_cell_size

from radiocast.model.play import AsRunEntry, Outcome, Start
from radiocast.studio.asrun import as_csv_row, as_json, write_csv_header

# As `radiocast plan` marks them.
MARKS: Final = {Start.HARD: "!", Start.SOFT: "~", Start.FOLLOW: " "}
_COLOURS: Final = {
    Outcome.CUT: typer.colors.YELLOW,
    Outcome.SUBSTITUTED: typer.colors.YELLOW,
    Outcome.DROPPED: typer.colors.RED,
    Outcome.FAILED: typer.colors.RED,
}
_TITLE_CELLS: Final = 36
_SOURCE_CELLS: Final = 18


def json_lines(entries: Iterable[AsRunEntry], zone: ZoneInfo) -> Iterator[str]:
    """One line an entry, as in the log."""
    for entry in entries:
        yield f"{as_json(entry, zone)}\n"


def csv_lines(entries: Iterable[AsRunEntry], zone: ZoneInfo) -> Iterator[str]:
    """RFC 4180, with the fields' names first."""
    header = io.StringIO()
    write_csv_header(header)
    yield header.getvalue()
    for entry in entries:
        yield as_csv_row(entry, zone)


def table(entries: Iterable[AsRunEntry], zone: ZoneInfo, *, colour: bool) -> Iterator[str]:
    """A line an entry, under one for each day: when, how late, how long, what, what became of it, and why."""
    day: date | None = None
    for entry in entries:
        start = (entry.start_actual or entry.start_predicted).astimezone(zone)
        if start.date() != day:
            day = start.date()
            yield f"{day:%A} {day.isoformat()}\n"
        line = "".join(
            (
                f"{start:%H:%M:%S}{MARKS[entry.start_source]} {late(entry.late_ms):>9} ",
                f"{clock_length(entry.duration_actual_s) if entry.start_actual else '-':>8}  ",
                f"{entry.kind.value:<9} {entry.outcome.value:<11} ",
                f"{cells(named(entry), _TITLE_CELLS)} {cells(entry.source, _SOURCE_CELLS)}  ",
                printable(entry.reason),
            )
        ).rstrip()
        shade = _COLOURS.get(entry.outcome)
        yield (typer.style(line, fg=shade) if colour and shade else line) + "\n"


def late(late_ms: float | None) -> str:
    """`+12 ms`, `+48.0 s`, `+11 min`; nothing for what cannot be late."""
    if late_ms is None:
        return ""
    if abs(late_ms) < 1000:
        return f"{late_ms:+.0f} ms"
    return f"{late_ms / 1000:+.1f} s" if abs(late_ms) < 600_000 else f"{late_ms / 60_000:+.0f} min"


def clock_length(seconds: float) -> str:
    """`3:05`, `1:02:09`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def named(entry: AsRunEntry) -> str:
    """What a listener would call it."""
    return f"{entry.artist} - {entry.title}" if entry.artist else entry.title or entry.source


def cells(text: str, width: int) -> str:
    """A text in so many columns of a terminal, cut or padded."""
    return set_cell_size(printable(text), width)


def printable(text: str) -> str:
    """Without what would move a terminal's cursor: titles come from whoever tagged the file."""
    return "".join(character if character.isprintable() else " " for character in text)
