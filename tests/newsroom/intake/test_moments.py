# ruff: noqa: E501 - cases are read whole
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.newsroom.intake.moments import moment

ZONE = ZoneInfo("Africa/Harare")  # two hours east, all the year
WEDNESDAY = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-12", "2026-03-11T22:00"),
        ("2026-03-12 06:00", "2026-03-12T04:00"),
        ("2026-03-12T06:00:00Z", "2026-03-12T06:00"),
        ("2026-11-03 20:00:00 +0100", "2026-11-03T19:00"),
        ("20260312T060000+0100", "2026-03-12T05:00"),
        ("12 March 2026, 6am", "2026-03-12T04:00"),
        ("March 12, 2026 at 6:30 p.m.", "2026-03-12T16:30"),
        ("06:00 GMT, Thursday March 12", "2026-03-12T06:00"),
        ("0600 GMT 12 March 2026", "2026-03-12T06:00"),
        ("06:00 GMT+2 on 12 March 2026", "2026-03-12T04:00"),
        ("00.01 Friday 13 March", "2026-03-12T22:01"),
        ("Thu, 12 Mar 2026 06:00:00 +0200", "2026-03-12T04:00"),
        ("31 December", "2025-12-30T22:00"),  # ten weeks ago is nearer than in ten months
        # No day: the next time that it is so late.
        ("9pm", "2026-03-11T19:00"),
        ("6pm", "2026-03-12T16:00"),
        ("noon", "2026-03-12T10:00"),
        ("midnight Friday", "2026-03-12T22:00"),
        ("2015 GMT", "2026-03-11T20:15"),
    ],
)
def test_forms(text: str, utc: str) -> None:
    assert moment(text, ZONE, near=WEDNESDAY) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "yesterday", "2026", "0600", "March", "2026-02-31", "31 February", "25:00", "13pm", "12/03/2026",
     "2030, treasure stays", "12 March 2026 or so", "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text, ZONE, near=WEDNESDAY) is None


def test_without_a_time_to_be_near_to_a_date_needs_its_year() -> None:
    assert moment("12 March", ZONE) is None
    assert moment("6pm", ZONE) is None
    assert moment("12 March 2026", ZONE) is not None


def test_a_time_that_comes_twice_is_the_first() -> None:
    london = ZoneInfo("Europe/London")
    assert moment("2026-10-25 01:30", london) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.text(alphabet="0123456789:-+TZ apmGMTarch,.", max_size=40))
def test_any_text_is_an_instant_or_none(text: str) -> None:
    found = moment(text, ZONE, near=WEDNESDAY)
    assert found is None or found.utcoffset() is not None


@given(st.integers(0, 7_000_000_000 // 60))
def test_what_is_written_is_read(minutes: int) -> None:
    expected = local = datetime.fromtimestamp(minutes * 60, UTC)
    for form in ("%Y-%m-%dT%H:%MZ", "%d %B %Y, %H:%M GMT", "%H:%M UTC, %A %B %d, %Y"):
        assert moment(local.strftime(form), ZONE) == expected
