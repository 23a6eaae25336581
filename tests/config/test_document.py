"""YAML that is broken, or more than a station's file needs: a problem with its line, never a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.config.document import Findings, read_document
from radiocast.config.load import parse_schedule, parse_station
from radiocast.model.errors import ConfigurationError, Problem

FILE = Path("f.yaml")


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: [1\nb: 2\n", 2, 2, "a comma or a closing bracket is missing"),
        ("a: {b: 1", 1, 9, "a comma or a closing bracket is missing"),
        ("a:\n\tb: 1\n", 2, 1, "indented with a tab"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "'a' is there twice; it is already on line 1"),
        ("x: {a: 1, a: 2}\n", 1, 11, "'a' is there twice"),
        ("a: 1\nb: \x00\n", 2, 4, "no text (U+0000)"),
        ("a: \ud800\n", 1, 4, "no text (U+D800)"),
        ("- a\nb: 1\n", 2, 1, "does not fit with those above"),
        ("a: b: c\n", 1, 5, "a colon here where none is expected"),
        ("a: 'x\nb: 2\n", 1, 4, "never closed"),
        ("a: *b\n", 1, 4, "cannot begin with *"),
        ("a: **\n", 1, 4, "cannot begin with *"),
        ("--- 1\n--- 2\n", 2, 1, "three dashes"),
        ("a: &x 1\n", 1, 4, "& and *"),
        ("a: !!python/object x\n", 1, 4, "is not used in this file"),
        ("? [a]\n: 1\n", 1, 3, "a key must be one word"),
        ("<<: {a: 1}\n", 1, 1, "<< is not used"),
        ("a: @x\n", 1, 4, "cannot be read"),
        ("a: " + "[" * 5000, 1, 54, "nested so deep"),
        ("\n".join(" " * i + "a:" for i in range(900)), 0, 0, "nested so deep"),
    ],
)
def test_broken_text_is_told_in_words_with_its_place(text: str, line: int, column: int, said: str) -> None:
    findings = Findings(FILE)
    read_document(text, findings)
    problem = findings.problems[0]
    assert (problem.line, problem.column) == (line, column)
    assert said in problem.message


def test_aliases_inside_each_other_are_refused_and_not_walked() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    findings = Findings(FILE)
    read_document("\n".join(lines), findings)
    assert findings.problems


# What makes YAML of a random text: its own marks, the files' own words, and odd characters.
_MARKS = ("\n", "\n  ", "- ", ": ", ", ", *"{}[]\"'#!|>?%\t~", "&a", "*a")
_WORDS = (
    "carts rotations music files cuts clocks grid default sustainer bulletins parts max at after prev every "
    "fill until play 00:00 20m rotation/music station name listen port mounts path titles voice timezone"
)
_ODD = ("4 tracks", "\ufeff", "\x00", "\u2028", "é", "1e999", "-1", "9" * 40, "true", "/live.mp3", "128k")
_PIECES = st.sampled_from((*_MARKS, *_WORDS.split(), *_ODD))
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=60).map("".join))


def problems_of(parse: Callable[[str, Path], object], text: str) -> tuple[Problem, ...]:
    """Those of a text, none for a good one. Any other exception fails the test."""
    try:
        parse(text, FILE)
    except ConfigurationError as error:
        return error.problems or pytest.fail("an error without a problem")
    return ()


@given(_TEXTS)
@example("%YAML 9\n--- a")
@example("mounts: {path: /a}")
@example("clocks: {a: [{at: }, {}]}\ngrid: []\nsustainer: []")
@example("station: {timezone: Europe}")
@example("station: {timezone: ../../etc/passwd, name: []}")
@example("titles: {track: '{'}")
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_configuration_or_a_configuration_error(text: str) -> None:
    """Invariant: nothing but ConfigurationError comes out, with at least one problem, in file order."""
    for parse in (parse_schedule, parse_station):
        found = problems_of(parse, text)
        places = [(problem.line, problem.column) for problem in found]
        assert places == sorted(places)
        assert all(problem.message for problem in found)


@given(st.integers(min_value=0, max_value=600), st.sampled_from("{}[]:,'\"#-\t\n *&!x9"))
@settings(max_examples=80, deadline=None)
def test_a_slip_of_the_key_in_a_good_file_is_no_traceback(at: int, typed: str) -> None:
    good = (
        "rotations:\n  music: {files: 'music/**', separation: {artist: 60m}}\n"
        "clocks:\n  hour:\n    - {at: '00:00', start: hard, play: rotation/music}\n"
        "    - {every: 20m, play: rotation/music}\n    - {fill: rotation/music, until: '60:00'}\n"
        "grid: {default: hour}\nsustainer: rotation/music\n"
    )
    at %= len(good)
    found = problems_of(parse_schedule, good[:at] + typed + good[at:])
    assert all(problem.line >= 1 for problem in found)
