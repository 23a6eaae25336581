"""Bulletins that cannot be ready in time, or are too old."""

import pytest

from radiocast.model.errors import Severity
from radiocast.schedule.bulletins_review import too_late, too_old
from radiocast.schedule.places import Places
from tests.schedule.examining import FILE, here, station
from tests.schedule.studio_day import schedule


@pytest.mark.parametrize(
    ("took_s", "severity", "said"),
    [
        (45.0, Severity.WARNING, "making it took 45 s the last time, and render_by gives it 30s"),
        (25.0, Severity.NOTICE, "making it took 25 s of the 30s that render_by gives it"),
        (5.0, None, ""),
        (None, None, ""),
    ],
)
def test_what_takes_too_long_to_make(took_s: float | None, severity: Severity | None, said: str) -> None:
    text = station().replace("target: 3m", "target: 3m, render_by: 30s")
    config = schedule(text)
    took = {} if took_s is None else {"hourly": took_s}
    found = list(too_late(config, took, Places(config, FILE)))
    assert [problem.severity for problem in found] == ([severity] if severity else [])
    for problem in found:
        assert said in problem.message
        assert here(text, problem).startswith("30s")


def test_what_is_stale_before_it_airs_would_never_air() -> None:
    text = station().replace("target: 3m", "target: 3m, render_by: 5m, freshness: 1m")
    config = schedule(text)
    (problem,) = too_old(config, Places(config, FILE))
    assert problem.severity is Severity.WARNING
    assert here(text, problem).startswith("1m")
    assert "it would never air" in problem.message


@pytest.mark.parametrize(
    ("freshness", "entry", "told"),
    [
        ("50m", '{at: "00:00", play: bulletin/hourly}', True),
        ("70m", '{at: "00:00", play: bulletin/hourly}', False),
        ("20m", "{every: 15m, play: bulletin/hourly}", False),
        ("10m", "{every: 15m, play: bulletin/hourly}", True),
    ],
)
def test_a_previous_one_that_is_never_fresh_is_no_stand_in(freshness: str, entry: str, told: bool) -> None:
    clocks = f"clocks: {{news: [{entry}, {{fill: rotation/music}}]}}\n"
    text = station(clocks=clocks).replace("target: 3m", f"target: 3m, freshness: {freshness}")
    config = schedule(text)
    found = list(too_old(config, Places(config, FILE)))
    assert ["previous_if_fresh never finds one" in problem.message for problem in found] == [True] * told
