"""schedule.yaml: what is read, and what is said about what cannot be."""

from pathlib import Path

import pytest

from radiocast.config.load import load_schedule, parse_schedule
from radiocast.config.schedule import (
    After,
    At,
    BulletinPlan,
    Cut,
    EveryTime,
    EveryTracks,
    Fill,
    Rotation,
    ScheduleConfig,
    Source,
)
from radiocast.model.errors import ConfigurationError, Problem
from radiocast.model.play import Kind

FILE = Path("schedule.yaml")

SMALLEST = """\
rotations: {music: {files: "music/**"}}
clocks: {hour: [{fill: rotation/music}]}
grid: {default: hour}
sustainer: rotation/music
"""

WHOLE = """\
carts:                                    # a cart is a slot; its cuts rotate
  toh_id: {kind: ident, cuts: [{file: jingles/id1.ogg, weight: 2}, {file: jingles/id2.ogg}]}
  sweep:  {kind: sweeper, files: "jingles/sweep-*.ogg", order: shuffle}
  promo:  {kind: promo, cuts: [{file: jingles/p.ogg}], order: sequential}
rotations:
  music: {files: "music/**", order: shuffle, separation: {artist: 60m, title: 4h}}
bulletins:
  hourly: {target: 3m, min: 1m, max: 4m, render_by: 90s, freshness: 70m, bed: beds/news.ogg, duck_db: -14,
           parts: [sounder: jingles/sounder.ogg, intro, headlines: {max: 3}, stories: {max: 5}, outro],
           on_failure: [previous_if_fresh, headlines_only, skip]}
  short: {language: fr, target: 1m, max: 90s, parts: [headlines: {max: 6}]}
clocks:                                   # one hour; offsets are mm:ss in it
  news_hour:
    - {at: "00:00", start: hard, play: cart/toh_id}
    - {after: prev, play: bulletin/hourly}
    - {fill: rotation/music, until: 30:00, backtime: false}
    - {at: "30:00", play: bulletin/short}
    - {every: 4 tracks, play: cart/sweep}
    - {every: 20m, play: cart/promo}
    - {fill: rotation/music}
grid: {default: news_hour}
sustainer: file/music/calm.ogg
"""


def schedule(text: str) -> ScheduleConfig:
    return parse_schedule(text, FILE)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_schedule(text, FILE)
    return caught.value.problems


def the_problem(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def with_entries(*entries: str) -> str:
    lines = "".join(f"    - {entry}\n" for entry in entries)
    return (
        'carts: {id: {files: "jingles/*"}}\nrotations: {music: {files: "music/**"}}\nbulletins:\n  news:\n'
        f"clocks:\n  hour:\n{lines}grid: {{default: hour}}\nsustainer: rotation/music\n"
    )


def test_the_smallest_schedule_is_one_rotation_one_clock_a_grid_and_a_sustainer() -> None:
    config = schedule(SMALLEST)
    music = Source(type="rotation", name="music")
    assert config.rotations == {"music": Rotation(name="music", files="music/**")}
    assert config.clocks["hour"].entries == (Fill(source=music, until_s=3600.0, line=2),)
    assert (config.default_clock, config.sustainer) == ("hour", music)


def test_every_word_of_this_version_is_read() -> None:
    config = schedule(WHOLE)
    toh_id = config.carts["toh_id"]
    assert toh_id.kind is Kind.IDENT
    assert toh_id.cuts == (Cut(file="jingles/id1.ogg", weight=2), Cut(file="jingles/id2.ogg"))
    assert toh_id.order == "weighted"
    assert config.carts["sweep"].cuts == (Cut(file="jingles/sweep-*.ogg"),)
    assert config.carts["promo"].order == "sequence"
    assert config.rotations["music"].artist_separation_s == 3600.0
    assert config.rotations["music"].title_separation_s == 4 * 3600.0
    assert config.bulletins["hourly"] == BulletinPlan(
        name="hourly", min_s=60.0, bed="beds/news.ogg", sounder="jingles/sounder.ogg"
    )
    assert config.bulletins["short"] == BulletinPlan(
        name="short",
        language="fr",
        target_s=60.0,
        max_s=90.0,
        intro=False,
        outro=False,
        max_headlines=6,
        max_stories=0,
    )
    assert config.clocks["news_hour"].entries == (
        At(offset_s=0.0, start="hard", play=Source(type="cart", name="toh_id"), line=14),
        After(play=Source(type="bulletin", name="hourly"), line=15),
        Fill(source=Source(type="rotation", name="music"), until_s=1800.0, backtime=False, line=16),
        At(offset_s=1800.0, start="soft", play=Source(type="bulletin", name="short"), line=17),
        EveryTracks(tracks=4, play=Source(type="cart", name="sweep"), line=18),
        EveryTime(seconds=1200.0, play=Source(type="cart", name="promo"), line=19),
        Fill(source=Source(type="rotation", name="music"), line=20),
    )
    assert config.sustainer == Source(type="file", name="music/calm.ogg")


def test_places_are_kept_for_what_shows_only_later() -> None:
    positions = schedule(WHOLE).positions
    lines = WHOLE.splitlines()
    for place, text in {
        "rotation/music.files": '"music/**"',
        "cart/toh_id.cuts[2]": "{file: jingles/id2.ogg}",
        "cart/sweep.cuts[1]": '"jingles/sweep-*.ogg"',
        "bulletin/hourly.bed": "beds/news.ogg",
        "clock/news_hour[4]": '{at: "30:00"',
        "sustainer": "file/music/calm.ogg",
    }.items():
        line, column = positions[place]
        assert lines[line - 1][column - 1 :].startswith(text), place


def test_comments_and_layout_make_no_other_schedule() -> None:
    assert schedule(SMALLEST) == schedule(SMALLEST.replace('"music/**"', "  music/**") + "# ours\n")
    assert schedule(SMALLEST) != schedule(SMALLEST.replace("music/**", "musik/**"))


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "said", "hint"),
    [
        ("rotations:", "rotatons:", 1, 1, "rotatons is not known", "did you mean 'rotations'?"),
        ("fill:", "fil:", 2, 17, "says neither at, after, every nor fill", "did you mean 'fill'?"),
        ("fill: rotation/music", "fill: rotation/musik", 2, 24, "no rotation/musik", "'rotation/music'"),
        (
            "fill: rotation/music",
            "fill: music",
            2,
            24,
            "'music' is nothing",
            "did you mean 'rotation/music'?",
        ),
        (
            "sustainer: rotation",
            "sustainer: rotaton",
            4,
            12,
            "nothing that can be played",
            "'rotation/music'",
        ),
        ("default: hour", "default: huor", 3, 17, "no clock 'huor'", "did you mean 'hour'?"),
        ("default:", "defualt:", 3, 8, "grid.defualt is not known", "did you mean 'default'?"),
        ('"music/**"', '"media/music/**"', 1, 28, "under media/ already", ""),
        ('"music/**"', '"../**"', 1, 28, "outside media/", ""),
        ('"music/**"', '"/music/**"', 1, 28, "outside media/", ""),
        ('"music/**"', "'a\\b.ogg'", 1, 28, "forward slashes: 'a/b.ogg'", ""),
        ('"music/**"', '""', 1, 28, "is empty", ""),
        ('"music/**"', "", 1, 27, "has nothing behind it", "delete the line"),
        ('"music/**"', "[a, b]", 1, 28, "is a list", ""),
        ('"music/**"', '"a", order: weighted', 1, 40, "has no weights", "give it weights"),
        ('"music/**"', '"a", order: suffle', 1, 40, "'suffle' is not known", "'shuffle'"),
        ('"music/**"', '"a", separation: {artist: 60}', 1, 54, "no length of time", "'60s' or '60m'"),
        ('"music/**"', '"a", separation: {artist: soon}', 1, 54, "no length of time", "90s, 3m"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(
    old: str, new: str, line: int, column: int, said: str, hint: str
) -> None:
    assert old in SMALLEST
    found = problems(SMALLEST.replace(old, new, 1))
    match = [problem for problem in found if said in problem.message]
    assert match, [str(problem) for problem in found]
    assert (match[0].line, match[0].column) == (line, column)
    assert hint in match[0].hint


@pytest.mark.parametrize(
    ("entries", "line", "said"),
    [
        (("{after: prev, play: cart/id}",), 7, "first entry"),
        (("{fill: rotation/music}", "{after: prev, play: cart/id}"), 8, "ends with the hour"),
        (
            (
                '{at: "00:00", play: cart/id}',
                "{every: 2 tracks, play: cart/id}",
                "{after: prev, play: cart/id}",
            ),
            9,
            "cannot follow an every",
        ),
        (('{at: "30:00", play: cart/id}', '{at: "10:00", play: cart/id}'), 8, "10:00 comes after 30:00"),
        (('{at: "30:00", play: cart/id}', '{at: "30:00", play: bulletin/news}'), 8, "two entries start"),
        (('{fill: rotation/music, until: "30:00"}', '{at: "20:00", play: cart/id}'), 8, "20:00 comes after"),
        (
            ('{at: "30:00", play: cart/id}', '{fill: rotation/music, until: "20:00"}'),
            8,
            "begins only at 30:00",
        ),
        (('{fill: rotation/music, until: "60:01"}',), 7, "past the end of the hour"),
        (('{at: "75:00", play: cart/id}',), 7, "past the end of the hour"),
        (('{at: "60:00", play: cart/id}',), 7, "nothing can start at 60:00"),
        (('{at: "10:60", play: cart/id}',), 7, "no place in the hour"),
        (("{at: 7, play: cart/id}",), 7, "no place in the hour"),
        (('{at: "00:00"}',), 7, "play is missing"),
        (('{at: "00:00", start: hart, play: cart/id}',), 7, "'hart' is not known"),
        (("{every: 4, play: cart/id}",), 7, "does not say how often"),
        (("{every: 0 tracks, play: cart/id}",), 7, "does not say how often"),
        (("{every: 5s, play: cart/id}",), 7, "out of range"),
        (("{fill: bulletin/news}",), 7, "cannot fill time"),
        (('{at: "00:00", every: 20m, play: cart/id}',), 7, "at and every at once"),
        (("cart/id",), 7, "neither at, after"),
        (("{after: next, play: cart/id}",), 7, "'next' is not known"),
    ],
)
def test_entries_that_make_no_hour(entries: tuple[str, ...], line: int, said: str) -> None:
    problem = the_problem(with_entries(*entries))
    assert problem.line == line
    assert said in problem.message


def test_an_hour_that_nothing_covers_is_no_mistake() -> None:
    assert len(schedule(with_entries('{at: "20:00", play: cart/id}')).clocks["hour"].entries) == 1


def test_a_bulletin_of_nothing_but_defaults_is_a_bulletin() -> None:
    config = schedule(with_entries("{fill: rotation/music}"))
    assert config.bulletins["news"] == BulletinPlan(name="news")


@pytest.mark.parametrize(
    ("bulletin", "said"),
    [
        ("{target: 5m}", "not in this order"),
        ("{min: 4m}", "not in this order"),
        ("{parts: [outro, intro, stories]}", "intro cannot come after outro"),
        ("{parts: [intro, intro, stories]}", "there twice"),
        ("{parts: [intro, outro]}", "neither headlines nor stories"),
        ("{parts: [sounder, stories]}", "needs its file"),
        ("{parts: [storys]}", "no part of a bulletin"),
        ("{parts: stories}", "should be a list"),
        ("{parts: [stories: {max: 0}]}", "out of range"),
        ("{parts: [stories: {mx: 3}]}", "mx is not known"),
        ("{on_failure: [skipp]}", "'skipp' is not known"),
        ("{on_failure: skip}", "should be a list"),
        ("{language: French}", "no language code"),
        ("{freshnes: 70m}", "freshnes is not known"),
        ("{duck_db: 14}", "out of range"),
    ],
)
def test_a_bulletin_that_cannot_be_made(bulletin: str, said: str) -> None:
    found = problems(f"{SMALLEST}bulletins: {{hourly: {bulletin}}}\n")
    assert any(said in problem.message for problem in found), [str(problem) for problem in found]
    assert all(problem.line == 5 for problem in found)


@pytest.mark.parametrize(
    ("cart", "said"),
    [
        ("{}", "nothing to play"),
        ('{files: "a*", cuts: [{file: b}]}', "both cuts and files"),
        ("{cuts: []}", "empty list"),
        ("{cuts: [{weight: 2}]}", "file is missing"),
        ("{cuts: [{file: a, weight: 0}]}", "out of range"),
        ("{cuts: [{file: a, weight: 1.5}]}", "whole number"),
        ("{cuts: [{file: a, weight: 2}, {file: b}], order: sequential}", "weights mean nothing"),
        ('{files: "a*", order: weighted}', "given with cuts"),
        ('{files: "a*", kind: jingle}', "'jingle' is not known"),
        ("[a, b]", "block of keys"),
    ],
)
def test_a_cart_that_cannot_be_played(cart: str, said: str) -> None:
    found = problems(f"{SMALLEST}carts: {{c: {cart}}}\n")
    assert any(said in problem.message for problem in found), [str(problem) for problem in found]


def test_all_problems_come_at_once_in_file_order() -> None:
    found = problems(
        "sustainer: rotation/nusic\n"
        "grid: {default: day}\n"
        "rotations: {music: {files: 'music/**', order: random}}\n"
        "clocks: {hour: [{fill: rotation/music, until: 12}, {at: '5:00', play: cart/none}]}\n"
    )
    assert [problem.line for problem in found] == [1, 2, 3, 4, 4]
    assert len({problem.message for problem in found}) == 5


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "{}", "~", "\ufeff"])
def test_an_empty_schedule_is_told_with_the_smallest_one(text: str) -> None:
    problem = the_problem(text)
    assert (problem.line, problem.column) == (1, 1)
    assert problem.message == "the file is empty"
    assert "sustainer" in problem.hint


def test_a_section_without_contents_is_told() -> None:
    said = {problem.message for problem in problems(SMALLEST.replace("{default: hour}", ""))}
    assert said == {"grid.default is missing"}
    found = problems(SMALLEST.replace("[{fill: rotation/music}]", "").replace("{default", " {default"))
    assert "should be a list of entries" in found[0].message


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("\ufeff" + WHOLE, encoding="utf-8")
    assert load_schedule(path) == schedule(WHOLE)


def test_a_file_that_is_not_there_or_no_text_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load_schedule(tmp_path / "schedule.yaml")
    with pytest.raises(ConfigurationError, match="folder"):
        load_schedule(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"rotations:\n  caf\xe9: {}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_schedule(latin)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, 6)
    assert "UTF-8" in problem.message
