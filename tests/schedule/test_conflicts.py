"""Conflicts, and who wins."""

import pytest

from radiocast.model.errors import Problem, Severity
from radiocast.schedule.calendar import Calendar
from radiocast.schedule.conflicts import conflicts
from radiocast.schedule.places import Places, in_file_order
from tests.schedule.examining import CLOCKS, FILE, MONDAY, here, only, station
from tests.schedule.studio_day import LONDON, schedule


def clashes(text: str) -> tuple[Problem, ...]:
    """What `conflicts` finds, but that a clock has no hour: that is not what a test is about."""
    config = schedule(text)
    found = conflicts(Calendar(config, LONDON), Places(config, FILE), now=MONDAY)
    return in_file_order([problem for problem in found if "plays in no hour" not in problem.message])


def grid(*rules: str) -> str:
    return station("grid:", "  default: news", *(f"  {rule}" for rule in rules))


def test_a_rule_that_narrows_a_wider_one_is_no_conflict() -> None:
    assert clashes(grid('"mon-fri": music', '"mon-fri 06-09": more')) == ()


def test_of_two_rules_alike_the_first_in_the_file_wins_and_is_named() -> None:
    text = grid('"sat,sun": music', '"06-09": more')
    where, said = only(text, Severity.NOTICE, clashes(text))
    assert where.startswith('"06-09"')
    assert said.startswith('grid: "sat,sun" and "06-09" both claim Sat, Sun 06-09: "sat,sun" wins')
    assert Calendar(schedule(text), LONDON).clock_at(MONDAY.timestamp() + 5 * 86400 - 7200).name == "music"


def test_a_narrower_rule_that_reaches_beyond_the_wider_one_is_told() -> None:
    text = grid('"sat": music', '"fri 22-02": more')
    _, said = only(text, Severity.NOTICE, clashes(text))
    assert 'both claim Sat 00-02: "fri 22-02" wins and plays more; it is narrower' in said


def test_rules_that_play_the_same_are_no_conflict() -> None:
    assert clashes(grid('"sat,sun": music', '"06-09": music')) == ()


def test_a_rule_that_never_plays_is_a_warning() -> None:
    text = grid('"mon-fri 06-09": music', '"mon 07-08": more')
    where, said = only(text, Severity.WARNING, clashes(text))
    assert where.startswith('"mon 07-08"')
    assert 'never plays more: "mon-fri 06-09" has all of its hours' in said


def test_a_clock_without_an_hour_is_told() -> None:
    config = schedule(station())
    found = conflicts(Calendar(config, LONDON), Places(config, FILE), now=MONDAY)
    said = [problem.message for problem in found]
    assert said == ["clocks.music plays in no hour of the week", "clocks.more plays in no hour of the week"]


def test_of_two_exceptions_the_first_in_the_file_wins() -> None:
    text = station(
        "exceptions:",
        '  - {date: 2026-12-25, hours: "06-12", clock: music}',
        "  - {date: 2026-12-24..2026-12-26, clock: more}",
    )
    where, said = only(text, Severity.NOTICE, clashes(text))
    assert where.startswith("{date: 2026-12-24")
    assert "Fri 25 Dec 2026: the exception for 2026-12-25 06-12 (music) wins" in said


@pytest.mark.parametrize("first", ["2026-12-24..2026-12-26", "12-25"])
def test_an_exception_whose_every_hour_is_taken_is_a_warning(first: str) -> None:
    text = station(
        "exceptions:",
        f"  - {{date: {first}, clock: more}}",
        '  - {date: 2026-12-25, hours: "06-12", clock: music}',
    )
    where, said = only(text, Severity.WARNING, clashes(text))
    assert where.startswith("{date: 2026-12-25, hours")
    assert "never plays music" in said


ELECTION = (
    '  - {name: election, at: "2026-03-03T20:00", start: hard, priority: 80, duration: 3h, '
    "play: rotation/music}"
)


def test_what_an_event_keeps_off_the_air_is_told_at_the_event() -> None:
    text = station("events:", ELECTION)
    where, said = only(text, Severity.NOTICE, clashes(text))
    assert where.startswith("{name: election")
    assert "has the air on Tue 3 Mar 2026 until 23:00" in said
    assert "news's hard start at 00:00 of bulletin/hourly (3 times)" in said


def test_what_goes_before_an_event_is_not_kept_off() -> None:
    clocks = CLOCKS.replace("play: bulletin/hourly}", "play: bulletin/hourly, priority: 90}")
    text = station("events:", ELECTION, clocks=clocks)
    # It only shares the event's second with it.
    where, said = only(text, Severity.NOTICE, clashes(text))
    assert where.startswith("{name: election")
    assert "news's bulletin/hourly has it, its priority is 90 against 80; event/election comes after" in said


def test_an_event_inside_another_is_told() -> None:
    inner = '  - {name: speech, at: "2026-03-03T21:30", start: hard, play: file/jingles/promo.ogg}'
    text = station("events:", ELECTION, inner)
    (notice,) = clashes(text)
    assert notice.message.endswith("event/speech at 21:30")


def test_two_hard_starts_in_one_second_and_who_has_it() -> None:
    text = station(
        "events:", '  - {name: silence, at: "2026-02-11T11:00", start: hard, priority: 90, play: cart/toh_id}'
    )
    where, said = only(text, Severity.NOTICE, clashes(text))
    assert where.startswith('{at: "00:00", start: hard')
    assert "Wed 11 Feb 2026 11:00: event/silence has it, its priority is 90 against 50" in said
    assert said.endswith("news's bulletin/hourly comes after it")


def test_many_exceptions_and_events_are_looked_through() -> None:
    exceptions = [f"  - {{date: {2027 + n // 12}-{n % 12 + 1:02d}-10, clock: music}}" for n in range(200)]
    events = [
        f'  - {{name: e{n}, at: "{2027 + n // 12}-{n % 12 + 1:02d}-11T12:30", play: cart/toh_id}}'
        for n in range(100)
    ]
    assert clashes(station("exceptions:", *exceptions, "events:", *events)) == ()
    doubled = station("exceptions:", *exceptions, exceptions[-1].replace("music", "more"))
    (problem,) = clashes(doubled)
    assert "never plays more" in problem.message
    assert here(doubled, problem).startswith(exceptions[-1].strip(" -")[:10])
