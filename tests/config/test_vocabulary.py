"""The schedule's words beyond plain entries: grid, dates, events, breaking news, streams, starts."""

from datetime import date, datetime

import pytest

from radiocast.config.schedule import (
    After,
    At,
    Breaking,
    Cut,
    DateRule,
    Daypart,
    Dst,
    Event,
    Fill,
    GridRule,
    Source,
    Window,
)
from tests.config.test_schedule_file import SMALLEST, problems, schedule, the_problem, with_entries

H = 3600.0
MUSIC = Source(type="rotation", name="music")
STREAM = "stream/https://example.org:8000/live"


def gridded(rules: str) -> tuple[GridRule, ...]:
    clocks = "clocks: {hour: [{fill: rotation/music}], drive: [{fill: rotation/music}]}"
    text = SMALLEST.replace("clocks: {hour: [{fill: rotation/music}]}", clocks)
    return schedule(text.replace("grid: {default: hour}", f"grid:\n  default: hour\n{rules}")).grid


def slots(rule: str) -> set[tuple[int, int]]:
    (found,) = gridded(f"  {rule}: drive\n")
    return {divmod(slot, 24) for slot in found.slots}


# YAML takes all of these without quotes, and staff write them so.
def test_a_rule_of_the_grid_is_days_and_hours_of_the_week() -> None:
    assert slots("mon-fri 06-09") == {(day, hour) for day in range(5) for hour in (6, 7, 8)}
    assert slots("sat,sun") == {(day, hour) for day in (5, 6) for hour in range(24)}
    assert slots("sat-mon 12") == {(5, 12), (6, 12), (0, 12)}
    assert slots("06-08,16") == {(day, hour) for day in range(7) for hour in (6, 7, 16)}
    assert slots("mon - fri 06 - 09, 16") == {(day, hour) for day in range(5) for hour in (6, 7, 8, 16)}


def test_overnight_belongs_to_the_day_on_which_it_begins() -> None:
    assert slots("fri 22-02") == {(4, 22), (4, 23), (5, 0), (5, 1)}
    assert slots("sun 23-01") == {(6, 23), (0, 0)}
    assert slots("22-02") == {(day, hour) for day in range(7) for hour in (22, 23, 0, 1)}


def test_a_rule_knows_its_words_and_what_it_narrows() -> None:
    rules = gridded("  mon-fri 06-09: drive\n  sat,sun: drive\n  22-02: drive\n  mon-sun 00-24: drive\n")
    assert [rule.written for rule in rules] == ["mon-fri 06-09", "sat,sun", "22-02", "mon-sun 00-24"]
    assert [(rule.days, rule.hours) for rule in rules] == [
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert [rule.line for rule in rules] == [5, 6, 7, 8]
    assert {rule.clock for rule in rules} == {"drive"}


@pytest.mark.parametrize(
    ("rules", "column", "said", "hint"),
    [
        ("mon-fry 06-09: hour", 23, "'fry' is no day of the week", "'fri'"),
        ("weekend: hour", 23, "'weekend' is no day of the week", "'sat,sun'"),
        ("06:30-09: hour", 23, "not on the hour", "whole hours"),
        ("mon 25: hour", 23, "no hour from 00 to 24", "06-09"),
        ("06-09 mon-fri: hour", 23, "the days come first", "'mon-fri 06-09'"),
        ("mon-fri from 06 to 09: hour", 23, "neither days nor hours", "mon-fri 06-09"),
        ("'': hour", 23, "neither days nor hours", "mon-fri 06-09"),
        ("mon-fri 06-09: huor", 38, "there is no clock 'huor'", "'hour'"),
        ("mon-fri: [hour]", 32, "is a list", ""),
        ("2026-12-25: hour", 23, "is a date", "exceptions: - {date: 2026-12-25, clock: hour}"),
        ("defualt: hour", 23, "grid.defualt is not known", "'default'"),
    ],
)
def test_a_rule_that_is_none(rules: str, column: int, said: str, hint: str) -> None:
    problem = the_problem(SMALLEST.replace("default: hour", f"default: hour, {rules}"))
    assert (problem.line, problem.column) == (3, column)
    assert said in problem.message
    assert hint in problem.hint


def test_a_comma_within_braces_is_explained() -> None:
    found = problems(SMALLEST.replace("default: hour", "default: hour, sat,sun: hour"))
    assert [problem.message for problem in found] == ["grid.sat has nothing behind it"]
    assert '"sat,…"' in found[0].hint
    found = problems(SMALLEST + "carts: {c: {cuts: [{file: a.ogg, days: sat,sun}]}}\n")
    assert 'write days: "sat,sun"' in found[0].hint


def dated(exceptions: str) -> tuple[DateRule, ...]:
    return schedule(f"{SMALLEST}exceptions:\n{exceptions}").exceptions


def test_exceptions_are_dates_and_ranges_of_dates_with_a_clock() -> None:
    rules = dated(
        "  - {date: 2026-12-25, clock: hour}\n"
        "  - {date: 2026-12-24..2026-12-26, hours: 06-08, clock: hour}\n"
        "  - {date: 12-24..01-02, clock: hour}\n"
        '  - {date: "12-31", hours: "18,22-02", clock: hour}\n'
        "  - {date: 01-01, hours: [06, 08-10], clock: hour}\n"
    )
    christmas = date(2026, 12, 25)
    assert rules == (
        DateRule(first=christmas, last=christmas, clock="hour", line=6),
        DateRule(
            first=date(2026, 12, 24),
            last=date(2026, 12, 26),
            clock="hour",
            hours=frozenset({6, 7}),
            line=7,
        ),
        DateRule(first=date(2000, 12, 24), last=date(2000, 1, 2), clock="hour", yearly=True, line=8),
        DateRule(
            first=date(2000, 12, 31),
            last=date(2000, 12, 31),
            clock="hour",
            hours=frozenset({18, 22, 23}),
            hours_next=frozenset({0, 1}),
            yearly=True,
            line=9,
        ),
        DateRule(
            first=date(2000, 1, 1),
            last=date(2000, 1, 1),
            clock="hour",
            hours=frozenset({6, 8, 9}),
            yearly=True,
            line=10,
        ),
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{date: 2026-02-30, clock: hour}", "exceptions[1].date: '2026-02-30': there is no such day"),
        ("{date: 25.12., clock: hour}", "is no date"),
        ("{date: 2026-12-24.., clock: hour}", "has one end only"),
        ("{date: 2026-12-25, clock: holiday}", "there is no clock 'holiday'"),
        ("{date: 2026-12-25}", "exceptions[1].clock is missing"),
        ("{clock: hour}", "exceptions[1].date is missing"),
        ("{date: 2026-12-25, hours: 6am, clock: hour}", "no hour from 00 to 24"),
        ("{dat: 2026-12-25, date: 2026-12-25, clock: hour}", "exceptions[1].dat is not known"),
        ("2026-12-25", "should be a block of keys"),
    ],
)
def test_an_exception_that_is_none(entry: str, said: str) -> None:
    problem = the_problem(f"{SMALLEST}exceptions:\n  - {entry}\n")
    assert problem.line == 6
    assert said in problem.message


def test_every_mistake_in_lists_is_told_at_once() -> None:
    found = problems(
        SMALLEST
        + "exceptions: [{date: x, clock: y, hours: z}]\n"
        + "events: [{name: a/b, at: x, play: y}, {name: c, at: '20:00', play: cart/no, priority: 101}]\n"
        + "breaking: {folder: /tmp, max_age: 5}\ndst: {gap: no, fold: on}\n"
    )
    assert [problem.line for problem in found] == [5] * 3 + [6] * 5 + [7] * 2 + [8] * 2


def events(*entries: str) -> tuple[Event, ...]:
    return schedule(SMALLEST + "events:\n" + "".join(f"  - {entry}\n" for entry in entries)).events


def test_events_are_once_or_on_some_days() -> None:
    election, noon, plain = events(
        "{name: election, at: 2026-11-03T20:00, start: hard, priority: 80, duration: 3h,"
        " play: rotation/music}",
        "{name: noon, at: 12:00, days: mon-fri, valid: 2026-01-01.., wait_up_to: 30s, drop_after: 1m,"
        " make_next: true, play: file/noon.ogg}",
        '{name: plain, at: "23:59:30", play: rotation/music}',
    )
    assert election == Event(
        name="election",
        at=datetime.fromisoformat("2026-11-03T20:00"),
        start="hard",
        priority=80,
        duration_s=3 * H,
        play=MUSIC,
        line=6,
    )
    assert noon == Event(
        name="noon",
        time_s=12 * H,
        window=Window(first=date(2026, 1, 1), days=(0, 1, 2, 3, 4)),
        wait_up_to_s=30.0,
        drop_after_s=60.0,
        make_next=True,
        play=Source(type="file", name="noon.ogg"),
        line=7,
    )
    assert plain == Event(name="plain", time_s=86_370.0, play=MUSIC, line=8)


@pytest.mark.parametrize(
    ("entry", "said", "hint"),
    [
        ("{at: 20:00, play: rotation/music}", "events[1].name is missing", "its name"),
        ("{name: e, play: rotation/music}", "events[1].at is missing", "when"),
        ("{name: e, at: 20:00}", "events[1].play is missing", "cart/"),
        ("{name: e, at: 2026-11-03, play: rotation/music}", "says the day and not the time", "T20:00"),
        ("{name: e, at: 2026-11-03T20:00Z, play: rotation/music}", "zone in it", "leave the zone out"),
        ("{name: e, at: 2026-11-03T20:00, days: mon, play: rotation/music}", "days means nothing", "delete"),
        ("{name: e, at: 20:00, play: rotation/musik}", "no rotation/musik", "'rotation/music'"),
        (f"{{name: e, at: 20:00, play: {STREAM}}}", "duration is missing", "duration: 30m"),
        ("{name: e, at: 20:00, daypart: 06:00-10:00, play: rotation/music}", "means nothing here", "at:"),
        ("{name: e, at: 20:00, priority: 500, play: rotation/music}", "out of range", "0 to 100"),
        ("{name: a/b, at: 20:00, play: rotation/music}", "cannot be a name", ""),
        ("{name: ' ', at: 20:00, play: rotation/music}", "is empty", "a name"),
        ("{name: e, at: 20:00, start: hard, wait_up_to: 9s, play: rotation/music}", "does not wait", "soft"),
    ],
)
def test_an_event_that_is_none(entry: str, said: str, hint: str) -> None:
    problem = the_problem(f"{SMALLEST}events:\n  - {entry}\n")
    assert problem.line == 6
    assert said in problem.message
    assert hint in problem.hint


def test_two_events_have_two_names() -> None:
    twice = "  - {name: e, at: 20:00, play: rotation/music}\n"
    problem = the_problem(f"{SMALLEST}events:\n{twice}{twice}")
    assert (problem.line, problem.column) == (7, 12)
    assert "already, on line 6" in problem.message


def test_breaking_news_and_the_clocks_changes() -> None:
    config = schedule(
        SMALLEST
        + "breaking: {folder: media/news/breaking, priority: 90, max_age: 5m, sounder: jingles/b.ogg}\n"
        + "dst: {gap: skip, fold: both}\n"
    )
    assert config.breaking == Breaking(
        folder="media/news/breaking", priority=90, max_age_s=300.0, sounder="jingles/b.ogg"
    )
    assert config.dst == Dst(gap="skip", fold="both")
    assert schedule(SMALLEST).breaking is None
    assert schedule(SMALLEST + "dst:\n").dst == Dst()


@pytest.mark.parametrize("folder", ["/var/news", "../news", "media/../../x", "~/news", ".", "a\\b"])
def test_breaking_news_comes_from_inside_the_station_s_folder(folder: str) -> None:
    problem = the_problem(f"{SMALLEST}breaking: {{folder: {folder}}}\n")
    assert (problem.line, problem.column) == (5, 20)


def test_cuts_have_dates_days_and_parts_of_the_day() -> None:
    config = schedule(
        SMALLEST + "carts:\n  promo:\n    kind: promo\n    cuts:\n"
        "      - {file: a.ogg, valid: 2026-05-01..2026-05-31, days: mon-fri, daypart: 06:00-10:00}\n"
        "      - {file: b.ogg, valid: ..2026-05-31, daypart: [06:00-10:00, 22:00-02:00], days: [sat, sun]}\n"
        "      - {file: c.ogg, evergreen: true, weight: 3}\n"
    )
    morning, night = Daypart(from_s=6 * H, until_s=10 * H), Daypart(from_s=22 * H, until_s=2 * H)
    assert config.carts["promo"].cuts == (
        Cut(
            file="a.ogg",
            window=Window(
                first=date(2026, 5, 1), last=date(2026, 5, 31), days=(0, 1, 2, 3, 4), dayparts=(morning,)
            ),
        ),
        Cut(file="b.ogg", window=Window(last=date(2026, 5, 31), days=(5, 6), dayparts=(morning, night))),
        Cut(file="c.ogg", weight=3, evergreen=True),
    )


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("{file: a, valid: 12-25}", "has no year"),
        ("{file: a, valid: 2026-05-31..2026-05-01}", "ends before it begins"),
        ("{file: a, days: mon-fry}", "no day of the week"),
        ("{file: a, days: [mon, fry]}", "no day of the week"),
        ("{file: a, days: []}", "is a list"),
        ("{file: a, daypart: morning}", "no part of a day"),
        ("{file: a, evergreen: yes}", "neither true nor false"),
    ],
)
def test_a_cut_that_never_airs_as_meant(cut: str, said: str) -> None:
    assert said in the_problem(f"{SMALLEST}carts: {{c: {{cuts: [{cut}]}}}}\n").message


def test_a_window_on_a_cart_belongs_into_its_cuts() -> None:
    problem = the_problem(f"{SMALLEST}carts: {{c: {{files: a, days: mon}}}}\n")
    assert "carts.c.days means nothing here" in problem.message
    assert "into a cut" in problem.hint


def test_weights_make_a_rotation_weighted() -> None:
    text = SMALLEST.replace('"music/**"', '"music/**", weights: {"music/hits/**": 3, "music/old/*": 2}')
    rotation = schedule(text).rotations["music"]
    assert rotation.weights == (("music/hits/**", 3), ("music/old/*", 2))
    assert rotation.order == "weighted"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("order: weighted", "has no weights"),
        ('order: sequential, weights: {"music/a*": 2}', "weights mean nothing"),
        ('weights: {"../a": 2}', "outside media/"),
        ('weights: {"music/a": 0}', "out of range"),
        ("weights: [2]", "should be patterns with their weights"),
    ],
)
def test_a_rotation_with_weights_that_mean_nothing(more: str, said: str) -> None:
    assert said in the_problem(SMALLEST.replace('"music/**"', f'"music/**", {more}')).message


def test_starts_that_wait_go_first_or_are_dropped() -> None:
    entries = schedule(
        with_entries(
            "{at: 10:00, wait_up_to: 90s, drop_after: 5m, make_next: true, priority: 60, duration: 30s,"
            " play: file/a.ogg}",
            "{after: prev, priority: 40, duration: 1m, play: file/b.ogg}",
            f"{{at: 30:00, start: hard, duration: 20m, play: {STREAM}}}",
            f"{{fill: {STREAM}}}",
        )
    ).clocks["hour"]
    first, second, third, last = entries.entries
    assert first == At(
        offset_s=600.0,
        start="soft",
        wait_up_to_s=90.0,
        drop_after_s=300.0,
        make_next=True,
        priority=60,
        duration_s=30.0,
        play=Source(type="file", name="a.ogg"),
        line=7,
    )
    assert second == After(play=Source(type="file", name="b.ogg"), priority=40, duration_s=60.0, line=8)
    stream = Source(type="stream", name="https://example.org:8000/live")
    assert third == At(offset_s=1800.0, start="hard", duration_s=1200.0, play=stream, line=9)
    assert last == Fill(source=stream, line=10)


@pytest.mark.parametrize(
    ("entry", "said", "hint"),
    [
        ("{at: 10:00, start: hard, wait_up_to: 90s, play: cart/id}", "does not wait", "start: soft"),
        ("{at: 10:00, start: hard, make_next: true, play: cart/id}", "make_next means nothing", "delete"),
        ("{at: 10:00, wait_up_to: 5m, drop_after: 90s, play: cart/id}", "dropped after 1m30s", "5m or more"),
        ("{at: 10:00, wait_up_to: 20m, play: cart/id}", "10m (the default)", "drop_after: 20m"),
        ("{at: 10:00, duration: 2m, play: bulletin/news}", "its own", "bulletins.news"),
        (f"{{at: 10:00, play: {STREAM}}}", "duration is missing", "duration: 30m"),
        (f"{{every: 20m, play: {STREAM}}}", "no end of its own", "as a fill:"),
        (f"{{fill: {STREAM}, backtime: true}}", "backtime means nothing", "delete"),
        ("{at: 10:00, priority: high, play: cart/id}", "not a whole number from 0 to 100", ""),
        ("{at: 10:00, make_next: yes, play: cart/id}", "neither true nor false", "true"),
        ("{after: prev, wait_up_to: 90s, play: cart/id}", "wait_up_to means nothing here", "with at:"),
        ("{every: 20m, priority: 60, play: cart/id}", "priority means nothing here", "two tracks"),
        ("{fill: rotation/music, start: hard}", "start means nothing here", "fill plays until"),
        ("{at: 10:00, until: 20:00, play: cart/id}", "until means nothing here", "with fill:"),
        ("{at: 10:00, days: mon-fri, play: cart/id}", "days means nothing here", "grid:"),
        ("{at: 10:00, wait_upto: 90s, play: cart/id}", "wait_upto is not known", "'wait_up_to'"),
        ("{at: 10:00, play: https://example.org/live}", "nothing that can be played", "'stream/https://"),
        ("{at: 10:00, play: stream/example.org/live}", "no address of a stream", ""),
        ("{at: 10:00, play: stream/ftp://example.org/live}", "no address of a stream", ""),
        ("{at: 10:00, play: 'stream/https:///live'}", "is no address", ""),
        ("{at: 10:00, play: 'stream/https://example.org:x/'}", "is no address", ""),
        ("{at: 10:00, play: 'stream/https://[::1/'}", "is no address", ""),
        ("{at: 10:00, play: 'stream/https://a b/'}", "characters? in it|a character in it", ""),
        ("{at: 10:00, play: stream/https://me:word@example.org/}", "with a password in it", ""),
    ],
)
def test_an_entry_that_contradicts_itself(entry: str, said: str, hint: str) -> None:
    found = [p for p in problems(with_entries(entry)) if "after: prev" not in p.message]
    assert len(found) == 1, [str(problem) for problem in found]
    assert found[0].line == 7
    assert any(each in found[0].message for each in said.split("|"))
    assert hint in found[0].hint


def test_every_mistake_of_an_entry_is_told_at_once() -> None:
    entry = "{at: 70:00, start: hard, wait_up_to: 9s, make_next: true, priority: 1000, play: cart/none, x: 1}"
    assert len(problems(with_entries(entry))) == 6
    event = "{at: noon, start: hard, wait_up_to: 9s, make_next: true, days: x, play: cart/none}"
    assert len(problems(f"{SMALLEST}events:\n  - {event}\n")) == 6


@pytest.mark.parametrize("sustainer", ["bulletin/news", STREAM])
def test_the_sustainer_is_something_that_never_fails_to_come(sustainer: str) -> None:
    problem = the_problem(
        with_entries("{fill: rotation/music}").replace("sustainer: rotation/music", f"sustainer: {sustainer}")
    )
    assert "name a rotation" in problem.hint


def test_a_name_has_no_slash() -> None:
    problem = the_problem(SMALLEST.replace("{hour: ", "{hour: [{fill: rotation/music}], event/x: "))
    assert (problem.line, problem.column) == (2, 42)


def test_places_of_what_shows_only_later() -> None:
    text = (
        SMALLEST.replace("default: hour", "default: hour, mon-fri 06-09: hour")
        + "exceptions:\n  - {date: 2026-12-25, clock: hour}\n"
        + "events:\n  - {name: e, at: 20:00, play: rotation/music}\n"
        + "breaking: {folder: media/news/breaking}\ndst: {gap: skip}\n"
    )
    positions = schedule(text).positions
    lines = text.splitlines()
    for place, begins in {
        "grid.mon-fri 06-09": "mon-fri 06-09: hour",
        "exceptions[1]": "{date:",
        "exceptions[1].date": "2026-12-25",
        "event/e": "{name: e",
        "event/e.at": "20:00",
        "breaking": "{folder",
        "breaking.folder": "media/news/breaking",
        "dst.gap": "skip",
        "clock/hour[1].fill": "rotation/music",
    }.items():
        line, column = positions[place]
        assert lines[line - 1][column - 1 :].startswith(begins), place
