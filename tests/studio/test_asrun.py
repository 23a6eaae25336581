"""A line of the as-run log: every key of the contract, as JSON and as CSV, and read again."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.play import AsRunEntry, Kind, Outcome, Start, Transition
from radiocast.studio.asrun import FIELDS, as_csv_row, as_json, from_json, write_csv_header
from tests.studio.log_entries import AIRED, ENTRY

# docs/architecture.md, "As-run log".
KEYS = """
    item_id clock kind title artist headline source start_scheduled start_predicted start_actual
    late_ms duration_planned_s duration_actual_s start_source transition listeners_start listeners_end
    outcome reason
"""
LONDON = ZoneInfo("Europe/London")

texts = st.text(max_size=30)
# To the millisecond, as the log is.
times = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
thousandths = st.integers(0, 10**9).map(lambda ms: ms / 1000)
entries = st.builds(
    AsRunEntry,
    item_id=texts,
    clock=texts,
    kind=st.sampled_from(Kind),
    title=texts,
    artist=texts,
    headline=texts,
    source=texts,
    start_scheduled=st.none() | times,
    start_predicted=times,
    start_actual=st.none() | times,
    late_ms=st.none() | thousandths,
    duration_planned_s=thousandths,
    duration_actual_s=thousandths,
    start_source=st.sampled_from(Start),
    transition=st.sampled_from(Transition),
    listeners_start=st.integers(0, 10**6),
    listeners_end=st.integers(0, 10**6),
    outcome=st.sampled_from(Outcome),
    reason=texts,
)


def test_a_line_has_every_key_in_order_and_the_stations_own_time() -> None:
    line = json.loads(as_json(ENTRY, LONDON))
    assert list(line) == KEYS.split()
    assert line["start_actual"] == "2026-05-02T00:30:00.012+01:00"
    assert line["late_ms"] == 12.0
    assert line["duration_actual_s"] == 9.988
    assert line["title"] == "späti"


@given(entries)
def test_what_was_written_is_read_again(entry: AsRunEntry) -> None:
    line = as_json(entry, LONDON)
    assert "\n" not in line
    read = from_json(line)
    for name in FIELDS:
        one, other = getattr(read, name), getattr(entry, name)
        if isinstance(other, datetime):
            assert abs(one - other) < timedelta(milliseconds=1), name
        else:
            assert one == other, name


@given(entries)
def test_a_csv_record_is_one_record_whatever_is_in_a_title(entry: AsRunEntry) -> None:
    file = io.StringIO()
    write_csv_header(file)
    file.write(as_csv_row(entry))
    header, row = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert header == KEYS.split()
    assert len(row) == len(header)
    assert not row[header.index("title")].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert row[header.index("title")].removeprefix("'") in {entry.title, entry.title.removeprefix("'")}


@pytest.mark.parametrize("line", ["", "{", "[]", "null", "7", "{}", '{"item_id": "a"}', '"text"'])
def test_what_is_no_line_is_a_value_error(line: str) -> None:
    with pytest.raises(ValueError, match="no line of the as-run log"):
        from_json(line)


def test_a_line_of_a_later_version_is_read() -> None:
    line = json.loads(as_json(ENTRY))
    line["mood"] = "sunny"
    assert from_json(json.dumps(line)).start_actual == AIRED


def test_a_line_with_a_broken_field_is_a_value_error() -> None:
    for name, value in (("start_actual", "noon"), ("kind", "opera"), ("start_predicted", 7)):
        line = json.loads(as_json(ENTRY)) | {name: value}
        with pytest.raises(ValueError, match="no line of the as-run log"):
            from_json(json.dumps(line))


def test_csv_lines_end_as_spreadsheets_expect() -> None:
    assert as_csv_row(ENTRY).endswith("\r\n")
