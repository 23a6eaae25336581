"""The week as a picture: what is on it, and that it is one file that needs nothing else."""

import re
from datetime import date, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from radiocast.offair.week import week_of
from radiocast.offair.week_page import WeekPage
from radiocast.schedule.calendar import Calendar
from tests.schedule.examining import station
from tests.schedule.studio_day import schedule

CLOCKS = """\
clocks:
  news: [{at: "00:00", start: hard, play: bulletin/hourly}, {at: "30:00", play: cart/promo},
    {fill: rotation/music}]
  music: [{at: "05:30", start: hard, play: cart/toh_id}, {fill: rotation/music}]
  never: [{fill: rotation/music}]
"""
RULES = (
    "grid:",
    "  default: news",
    '  "mon-fri 22-02": music',
    "exceptions:",
    '  - {date: 2026-03-25, hours: "06-12", clock: music}',
    "events:",
    '  - {name: Live & loud, at: "2026-03-28T22:30", start: hard, duration: 3h, play: rotation/music}',
    '  - {name: pips, at: "12:00", play: cart/toh_id}',
)
# In London the clocks go forward on the Sunday of this week, and back on that of the other.
SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)


def page(monday: date = SPRING, zone: str = "Europe/London", text: str | None = None) -> WeekPage:
    config = schedule(text or station(*RULES, clocks=CLOCKS))
    made = datetime(2026, 3, 20, 14, 5, tzinfo=ZoneInfo(zone))
    return WeekPage(
        station="Test <FM>", calendar=Calendar(config, ZoneInfo(zone)), monday=monday, made_at=made
    )


def parsed(of: WeekPage) -> ET.Element:
    return ET.fromstring(of.as_html().removeprefix("<!DOCTYPE html>"))  # noqa: S314 - our own page


def words(element: ET.Element) -> str:
    return " ".join(piece.strip() for piece in element.itertext() if piece.strip())


def with_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def cell(root: ET.Element, day: int, hour: int) -> ET.Element:
    """The cell of a day (Monday 0) and an hour."""
    row = root.findall("body/table/tbody/tr")[hour]
    return row.findall("td")[day]


def test_days_are_columns_and_hours_are_rows() -> None:
    root = parsed(page())
    heads = [words(th) for th in root.findall("body/table/thead/tr/th")]
    assert heads[1:3] == ["Monday 23 Mar", "Tuesday 24 Mar"]
    rows = root.findall("body/table/tbody/tr")
    assert [words(row.findall("th")[0]) for row in rows] == [f"{hour:02d}" for hour in range(24)]
    assert {len(row.findall("td")) for row in rows} == {7}


def test_the_head_says_whose_week_it_is_which_and_when_it_was_made() -> None:
    said = words(parsed(page()).findall("body/header")[0])
    assert said == "Test <FM> Week 13 : 23 to 29 March 2026 Europe/London made Fri 20 Mar 2026, 14:05"
    over = parsed(page(date(2026, 12, 28)))
    assert "28 December 2026 to 3 January 2027" in words(over)


def test_hours_show_their_clock_once_a_run_and_their_starts_always() -> None:
    root = parsed(page())
    night, late, day = cell(root, 0, 22), cell(root, 0, 23), cell(root, 1, 2)
    assert words(night) == "music 05:30"
    assert words(late) == "05:30"
    assert words(day) == "news 00 30"
    # Overnight belongs to the day it begins on: Monday's first hours are Sunday's, which has no night.
    assert words(cell(root, 0, 0)) == "news 00 30"
    hard, soft = with_class(day, "mark")
    assert set(hard.get("class", "").split()) == {"mark", "hard", "news"}
    assert set(soft.get("class", "").split()) == {"mark"}
    assert hard.get("title") == "00:00 hard: bulletin/hourly"


def test_a_clock_has_its_colour_and_hatching_in_cell_and_legend_alike() -> None:
    of = page()
    root = parsed(of)
    styles = re.findall(r"\.c(\d+) \{ background-color: (#\w+); background-image: ([^;]+);", of.as_html())
    assert len({(tint, hatch) for _, tint, hatch in styles}) == len(styles) == 3
    legend = root.findall("body/footer/ul")[0].findall("li")
    swatches = {words(li).split(" ")[0]: li.find("span") for li in legend}
    assert [name.rstrip(",") for name in swatches] == ["news", "music"]  # no hour, no legend
    for name, hour in (("news", 12), ("music", 23)):
        swatch = swatches[name]
        assert swatch is not None
        colour = (swatch.get("class") or "").split()[-1]
        assert with_class(cell(root, 1, hour), colour)


def test_exceptions_have_edges_and_events_are_blocks_of_their_length() -> None:
    root = parsed(page())
    hours = [(day, hour) for day in range(7) for hour in range(24)]
    edged = [at for at in hours if with_class(cell(root, *at), "exception")]
    assert edged == [(2, hour) for hour in range(6, 12)]
    blocks = [event for event in with_class(root, "event") if not with_class(event, "moment")]
    assert sorted(words(block) for block in blocks) == [
        "Live & loud 22:30 to 24:00 rotation/music",
        "Live & loud until 02:30 rotation/music",  # three hours, and one that the clocks skip
    ]
    (first,) = with_class(cell(root, 5, 22), "event")
    assert "top: calc(3.000 * var(--u)); height: calc(9.000 * var(--u))" in (first.get("style") or "")
    moments = with_class(root, "moment")
    assert [words(moment) for moment in moments] == ["12:00 pips"] * 7


def test_what_an_event_keeps_off_the_air_is_not_drawn() -> None:
    root = parsed(page())
    assert with_class(cell(root, 5, 22), "mark") != []  # 22:00 is before it
    assert with_class(cell(root, 5, 23), "mark") == []


def test_the_hour_that_does_not_exist_is_said_to_be_skipped() -> None:
    root = parsed(page())
    assert words(cell(root, 6, 1)).startswith("the clocks skip it")
    assert words(root.findall("body/table/thead/tr/th")[7]) == "Sunday 29 Mar (23 h)"


def test_the_hour_that_comes_twice_is_there_twice_with_its_zones() -> None:
    root = parsed(page(AUTUMN))
    twice = with_class(cell(root, 6, 1), "half")
    assert [words(half) for half in twice] == ["01:00 BST 00 30", "01:00 GMT"]
    assert words(root.findall("body/table/thead/tr/th")[7]) == "Sunday 25 Oct (25 h)"


@pytest.mark.parametrize(
    ("zone", "monday", "lengths"),
    [
        ("UTC", SPRING, [24.0] * 7),
        ("Europe/London", SPRING, [24.0] * 6 + [23.0]),
        ("Europe/London", AUTUMN, [24.0] * 6 + [25.0]),
        ("Asia/Beirut", SPRING, [24.0] * 6 + [23.0]),  # midnight itself is skipped
        ("Australia/Lord_Howe", date(2026, 3, 30), [24.0] * 6 + [24.5]),
        ("America/Santiago", date(2026, 3, 30), [24.0] * 5 + [25.0, 24.0]),
    ],
)
def test_days_have_as_many_hours_as_they_have(zone: str, monday: date, lengths: list[float]) -> None:
    week = week_of(Calendar(schedule(station(clocks=CLOCKS)), ZoneInfo(zone)), monday)
    assert [day.length_h for day in week] == lengths
    parts = [part for day in week for hour in day.hours for part in hour]
    # Every instant of the week is in one of them.
    parts.sort(key=lambda part: part.begin)
    assert [part.end for part in parts[:-1]] == [part.begin for part in parts[1:]]
    assert parsed(page(monday, zone)) is not None


def test_the_file_needs_nothing_else_and_no_network() -> None:
    html = page().as_html()
    assert not re.search(r"https?:|url\(|<script|<link|<img|@import", html)
    assert "@page" in html
    assert "landscape" in html


def test_many_clocks_stay_apart_and_the_legend_short() -> None:
    many = "".join(f"  c{n}: [{{fill: rotation/music}}]\n" for n in range(56))
    slots = [(day, hour) for day in ("mon", "tue") for hour in range(24)]
    grid = "".join(f'  "{day} {hour:02d}": c{n}\n' for n, (day, hour) in enumerate(slots))
    text = station(f"grid:\n  default: c55\n{grid}", clocks=f"clocks:\n{many}")
    of = page(text=text)
    styles = re.findall(r"\.c\d+ \{ (background-color: #\w+; background-image: [^;]+);", of.as_html())
    assert len(set(styles)) == 56
    assert "fill rotation/music" not in words(parsed(of))
