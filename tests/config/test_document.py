"""YAML that is broken, or more than a station's file needs: a problem with its line, never a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.config.document import Findings, Keyed, Scalar, read_document
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
        ("a: " + "[" * 5000, 1, 54, "nested so deep"),
        ("\n".join(" " * i + "a:" for i in range(900)), 51, 51, "nested so deep"),
        ("a: @x\n", 1, 4, "cannot begin with @"),
        ("a: &*\n", 1, 4, "cannot begin with &"),
        ("a: {b: 1}}\n", 1, 10, "a } too many"),
        ("a: {b: c: d}\n", 1, 9, "a comma or a closing bracket is missing"),
        ("a: [b,\n", 2, 1, "a bracket is opened above and never closed"),
        ("a: - b\n", 1, 4, "a dash here where none is expected"),
        ('a: "b" c\n', 1, 8, "text behind a closing quotation mark"),
        ("a: 1\n...\nb: 2\n", 3, 1, "a second document"),
        ('a: "\\q"\n', 1, 6, "unknown escape character"),
        ("%YAML 9.1\n--- a\n", 1, 1, "cannot be read"),
        # A line is what an editor calls one.
        ("a: 1\r\nb: [\r\nc: 2]]\r\n", 3, 6, "a ] too many"),
        ("# \u2028 \x85\nb: ]\n", 2, 4, "a ] too many"),
    ],
)
def test_broken_text_is_told_in_words_with_its_place(text: str, line: int, column: int, said: str) -> None:
    findings = Findings(FILE)
    read_document(text, findings)
    problem = findings.problems[0]
    assert (problem.line, problem.column) == (line, column)
    assert said in problem.message


def test_a_value_is_the_text_that_was_written() -> None:
    text = "{at: 20:00, on: no, 06-09: 2026-12-25, ~: 1_000, x: 0x1F, y: 22-02, z: 12-24..01-02, =: <}"
    findings = Findings(FILE)
    root = read_document(text, findings)
    assert isinstance(root, Keyed)
    assert not findings.problems
    written = [(key.text, value.text if isinstance(value, Scalar) else "") for key, value in root.pairs]
    assert written == [tuple(pair.split(": ")) for pair in text.strip("{}").split(", ")]


def test_nothing_behind_a_key_is_behind_its_colon() -> None:
    findings = Findings(FILE)
    root = read_document("a:\n\n\nb: {c:\n\n }\n", findings)
    assert isinstance(root, Keyed)
    (_, a), (_, b) = root.pairs
    assert (a.line, a.column) == (1, 3)
    assert isinstance(b, Keyed)
    assert (b.pairs[0][1].line, b.pairs[0][1].column) == (4, 7)


def test_where_pyyaml_has_no_libyaml_the_pure_parser_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    good = "a: {b: [1, 'x', ~], c: }\nd:\n  - |\n    x\n  - e: 2026-12-25\n"
    broken = good + "f: {g: 1]\n"

    def read(text: str) -> tuple[object, tuple[Problem, ...]]:
        findings = Findings(FILE)
        return read_document(text, findings), findings.problems

    fast = [read(good), read(broken)]
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert [read(good), read(broken)] == fast
    assert fast[0][0] is not None
    assert fast[1][1]


def test_an_error_far_down_is_told_without_reading_it_all_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str, **_: object) -> None:
        pytest.fail(f"{len(text)} characters read again")

    monkeypatch.setattr(yaml, "parse", never)
    findings = Findings(FILE)
    read_document("# a note\n" * 40_000 + "a: [1\nb: 2\n", findings)
    assert [problem.line for problem in findings.problems] == [40_002]


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
