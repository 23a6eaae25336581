"""The week as a picture: one HTML file that staff pin to the wall.

Owns: the page: a table of days and hours, coloured and hatched by clock, events laid over it, a legend.
Everything is in the one file, and it prints on one landscape page, A4 or A3: all sizes are parts of the
page's width. Dark text on light tints; a clock is told by its hatching and its name as well as by its colour.
Must not know: how the week is found; that is `week`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Final

from radiocast.config.schedule import Clock, Fill
from radiocast.model.errors import EnvironmentFault
from radiocast.offair.rule_diff import entry_text
from radiocast.offair.week import Block, Day, Hour, Mark, week_of
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.wording import DAY_NAMES, MONTH_NAMES, day_text, duration_words
from radiocast.schedule.zones import local

# Tints after Okabe and Ito's palette, which the colour-blind tell apart; all with 7:1 or more under #111.
_TINTS: Final = ("#d3e9f8", "#fce3b6", "#c4e8da", "#f5cbb5", "#faf5b5", "#ebd3e6", "#c3d3ee", "#e2e2e2")
_INK: Final = "rgba(0,0,0,.13)"
_HATCHES: Final = (
    "none",
    f"repeating-linear-gradient(45deg,{_INK} 0 .25mm,transparent .25mm 1.6mm)",
    f"radial-gradient({_INK} .35mm,transparent .4mm)",
    f"repeating-linear-gradient(-45deg,{_INK} 0 .25mm,transparent .25mm 1.6mm)",
    f"repeating-linear-gradient(90deg,{_INK} 0 .2mm,transparent .2mm 1.4mm)",
    f"repeating-linear-gradient(0deg,{_INK} 0 .2mm,transparent .2mm 1.2mm)",
    f"repeating-linear-gradient(45deg,{_INK} 0 .2mm,transparent .2mm .9mm)",
)
# More starts than this do not fit in a cell side by side.
_MOST_MARKS: Final = 5
# With so many of them a clock's name has a line of its own.
_MARKS_BESIDE_A_NAME: Final = 3
# More clocks than this leave no room in the legend for what is in each.
_MOST_TOLD: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPage:
    """The week from `monday` on. `made_at` is of the station's zone."""

    station: str
    calendar: Calendar
    monday: date
    made_at: datetime

    def write(self, path: Path) -> None:
        """The file. Raises EnvironmentFault where it cannot be written."""
        try:
            path.write_text(self.as_html(), encoding="utf-8")
        except OSError as error:
            raise EnvironmentFault(f"{path} cannot be written: {error.strerror or error}") from error

    def as_html(self) -> str:
        """The whole file; well-formed XML too."""
        week = week_of(self.calendar, self.monday)
        hours = Counter(part.clock for day in week for parts in day.hours for part in parts)
        # In file order, also those that have no hour this week: a clock has one colour every week.
        order = {name: number for number, name in enumerate(self.calendar.schedule.clocks)}
        number = self.monday.isocalendar().week
        head = f"{escape(self.station)}, week {number}"
        made = f"{day_text(self.made_at.date())}, {self.made_at:%H:%M}"
        style = files("radiocast.offair").joinpath("week.css").read_text(encoding="utf-8")
        rows = "\n".join(self._row(week, hour, order) for hour in range(24))
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{head}</title>
<style>{style}{_clock_styles(len(order))}</style>
</head>
<body>
<header>
<h1>{escape(self.station)}</h1>
<p><b>Week {number}</b>: {_dates_text(self.monday)}</p>
<p class="made">{escape(self.calendar.zone.key)}<br />made {made}</p>
</header>
<table>
<colgroup><col class="hours" />{"<col />" * 7}</colgroup>
<thead><tr><th></th>{"".join(_day_head(day) for day in week)}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
<footer>
{self._legend(hours, order)}
{_signs(week)}
</footer>
</body>
</html>
"""

    def _row(self, week: tuple[Day, ...], hour: int, order: dict[str, int]) -> str:
        cells = "".join(self._cell(day, hour, order) for day in week)
        return f'<tr><th scope="row">{hour:02d}</th>{cells}</tr>'

    def _cell(self, day: Day, hour: int, order: dict[str, int]) -> str:
        parts = day.hours[hour]
        inside = "".join(self._hour(part, len(parts) > 1, order) for part in parts)
        if not parts:
            inside = '<div class="gone">the clocks skip it</div>'
        blocks = "".join(_event(block, hour) for block in day.blocks if int(min(block.from_h, 23.99)) == hour)
        return f"<td>{inside}{blocks}</td>"

    def _hour(self, part: Hour, half: bool, order: dict[str, int]) -> str:
        shown = local(part.begin, self.calendar.zone)
        classes = ["hour", f"c{order[part.clock]}"]
        name = escape(part.clock) if part.named else ""
        if half:
            classes.append("half")
            name = f"{shown:%H:%M} {escape(shown.tzname() or '')}"
        if part.exception:
            classes.append("exception")
        # What an event keeps off the air is not drawn: the event's block lies over it.
        played = [mark for mark in part.marks if not mark.held_by]
        if name and len(played) >= _MARKS_BESIDE_A_NAME:
            classes.append("full")
        marks = "".join(_mark(mark) for mark in played[:_MOST_MARKS])
        if len(played) > _MOST_MARKS:
            marks += f'<span class="more">+{len(played) - _MOST_MARKS}</span>'
        told = f"{day_text(shown.date())} {shown:%H:%M}: {part.clock}" + (
            " (an exception)" if part.exception else ""
        )
        return (
            f'<div class="{" ".join(classes)}" title="{escape(told)}"><b class="name">{name}</b>{marks}</div>'
        )

    def _legend(self, hours: Counter[str], order: dict[str, int]) -> str:
        clocks = self.calendar.schedule.clocks
        order = {name: number for name, number in order.items() if hours[name]}
        told = len(order) <= _MOST_TOLD
        items = "\n".join(
            f'<li><span class="swatch c{number}"></span><b>{escape(name)}</b>, {hours[name]} h'
            + (f"<br />{escape(_clock_text(clocks[name]))}" if told and name in clocks else "")
            + "</li>"
            for name, number in order.items()
        )
        return f'<ul class="clocks">\n{items}\n</ul>'


def _clock_styles(count: int) -> str:
    """A tint and a hatching for each clock; no pair comes twice among the first 56."""
    rules = []
    for number in range(count):
        tint = _TINTS[number % len(_TINTS)]
        # As many hatchings as make every pair another one: seven and eight share no divisor.
        hatch = _HATCHES[number % len(_HATCHES)]
        size = " background-size: 1.5mm 1.5mm;" if hatch.startswith("radial") else ""
        rules.append(f".c{number} {{ background-color: {tint}; background-image: {hatch};{size} }}")
    return "\n".join(rules)


def _day_head(day: Day) -> str:
    name = f"{DAY_NAMES[day.date.weekday()]} {day.date.day} {MONTH_NAMES[day.date.month - 1][:3]}"
    length = "" if day.length_h == 24 else f" <small>({duration_words(day.length_h * 3600)})</small>"
    return f'<th scope="col">{name}{length}</th>'


def _mark(mark: Mark) -> str:
    classes = ["mark"]
    if mark.hard:
        classes.append("hard")
    if mark.news:
        classes.append("news")
    minute, second = mark.written.split(":")
    shown = minute if second == "00" else mark.written
    told = f"{mark.written} {'hard' if mark.hard else 'soft'}: {', '.join(mark.sources)}"
    return f'<span class="{" ".join(classes)}" title="{escape(told)}">{shown}</span>'


def _event(block: Block, hour: int) -> str:
    name = escape(block.name)
    top = f"top: calc({(block.from_h - hour) * 6:.3f} * var(--u))"
    begins = _time_text(block.from_h)
    told = f"{name}: {escape(block.source)}"
    if block.until_h <= block.from_h:
        return f'<div class="event moment" style="{top}" title="{told}">{begins} {name}</div>'
    height = f"height: calc({(block.until_h - block.from_h) * 6:.3f} * var(--u))"
    when = f"{'until' if block.continued else f'{begins} to'} {_time_text(block.until_h)}"
    return (
        f'<div class="event" style="{top}; {height}" title="{told}">{name}'
        f"<small>{when}</small><small>{escape(block.source)}</small></div>"
    )


def _signs(week: tuple[Day, ...]) -> str:
    parts = [part for day in week for hour in day.hours for part in hour]
    marks = [mark for part in parts for mark in part.marks]
    signs = [
        (
            '<span class="mark hard">00</span> starts on its second, this many minutes past the hour',
            any(m.hard for m in marks),
        ),
        (
            '<span class="mark">30</span> starts when what is playing has ended',
            any(not m.hard for m in marks),
        ),
        ('<span class="mark news">00</span> with the news', any(m.news for m in marks)),
        ("<b>Framed in black</b>: an event", any(day.blocks for day in week)),
        ("<b>Black edges</b>: an exception to the usual week", any(p.exception for p in parts)),
    ]
    return '<ul class="signs">' + "".join(f"<li>{text}</li>" for text, there in signs if there) + "</ul>"


def _clock_text(clock: Clock) -> str:
    return "; ".join(
        f"fill {entry_text(entry)}" if isinstance(entry, Fill) else entry_text(entry)
        for entry in clock.entries
    )


def _time_text(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _dates_text(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    first = f"{monday.day}"
    if monday.month != sunday.month:
        first += f" {MONTH_NAMES[monday.month - 1]}"
    if monday.year != sunday.year:
        first += f" {monday.year}"
    return f"{first} to {sunday.day} {MONTH_NAMES[sunday.month - 1]} {sunday.year}"
