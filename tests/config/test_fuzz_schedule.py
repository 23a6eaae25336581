"""Any schedule file is a schedule, or is told with a line."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.loading import schedule_of
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.config.load import load_schedule, parse_schedule
from radiocast.config.schema import schedule_schema
from radiocast.model.errors import ConfigurationError, Problem
from tests.config.schedule_files import damaged, good_files
from tests.config.test_schema import fits, plain

FILE = Path("schedule.yaml")
ROOT = Path(__file__).parents[2]
REAL = [
    (ROOT / "config/schedule.yaml").read_bytes(),
    "".join(
        re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/schedule.md").read_text("utf-8"), re.DOTALL)[1:]
    ).encode(),
]
SCHEMA = schedule_schema()


def problems_of(read: Callable[[], object]) -> tuple[Problem, ...]:
    """Those that reading finds, none for a good file. Any other exception fails the test."""
    try:
        read()
    except ConfigurationError as error:
        return error.problems or pytest.fail("an error without a problem")
    return ()


@given(good_files())
@settings(max_examples=60, deadline=None)
def test_a_file_of_the_vocabulary_is_a_schedule_and_fits_the_schema(text: str) -> None:
    """Invariant: what the guide allows is taken, by the loader and by an editor, and has its place."""
    config = parse_schedule(text, FILE)
    assert fits(plain(text), SCHEMA)
    lines = text.split("\n")
    for line, column in config.positions.values():
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    assert parse_schedule(text + "# a note\n", FILE) == config


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_file_is_a_schedule_or_told_with_its_lines(data: st.DataObject) -> None:
    """Invariant: no exception but ConfigurationError, and each of its problems has a line of the file."""
    text = data.draw(damaged(data.draw(good_files())))
    lines = text.count("\n") + text.count("\r") + 1
    for problem in problems_of(lambda: parse_schedule(text, FILE)):
        assert 1 <= problem.line <= lines, problem
        assert problem.column >= 1
        assert problem.message


@given(
    st.sampled_from(REAL),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(max_size=3)), min_size=1, max_size=4
    ),
)
@settings(max_examples=120, deadline=None)
def test_damaged_bytes_of_real_files_are_a_schedule_or_told_with_their_lines(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, damage: list[tuple[int, int, bytes]]
) -> None:
    """Invariant: as above, for any bytes, UTF-8 or not."""
    for place, lost, put in damage:
        at = place % len(data)
        data = data[:at] + put + data[at + lost :]
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_bytes(data)
    assert all(problem.line >= 1 for problem in problems_of(lambda: load_schedule(path)))


def test_a_long_file_s_mistakes_are_all_told() -> None:
    text = schedule_of(1500).replace("play: bulletin/hourly", "play: bulletin/hurly")
    found = problems_of(lambda: parse_schedule(text, FILE))
    assert len(found) == text.count("hurly") == 80
    assert all("'bulletin/hourly'" in problem.hint for problem in found)


def calls_of(lines: int) -> int:
    """How many functions are called to read so many lines: the cost, whatever the machine does."""
    text = schedule_of(lines)
    calls = 0

    def count(_frame: object, _event: str, _arg: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        parse_schedule(text, FILE)
    finally:
        sys.setprofile(None)
    return calls


def test_twice_the_lines_cost_twice_and_not_four_times() -> None:
    assert calls_of(4000) < 2.3 * calls_of(2000)
