"""The planner's memory: there and back, bounded, and nothing it is given breaks it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.schedule.state import LEAST_HISTORY, MAX_NAMES, Chain, Pending, PlanState, newest
from tests.schedule.studio_day import NEWS_HOUR, TEN, Playout, library, schedule


def lived() -> PlanState:
    playout = Playout(schedule(NEWS_HOUR), library(), TEN)
    playout.play_for(timedelta(hours=2, seconds=1))
    return playout.state


def test_a_state_comes_back_from_its_json() -> None:
    state = lived()
    assert state.history
    assert state.airings
    assert state.chain is not None
    assert PlanState.from_json(state.to_json()) == state
    assert PlanState.from_json(PlanState().to_json()) == PlanState()


def test_what_waits_comes_back_too() -> None:
    state = PlanState(
        considered=1.5,
        chain=Chain(clock="h", index=1, hard_at=2.0),
        pending=(Pending(at=1.0, clock="h", index=2, source="cart/id"),),
        positions={"rotation/music": "music/é.ogg"},
        rounds={"cart/id": {"a": 2}},
    )
    assert PlanState.from_json(state.to_json()) == state


def test_a_month_on_the_air_does_not_make_it_grow() -> None:
    config = schedule(NEWS_HOUR)
    playout = Playout(config, library(), TEN)
    playout.play_for(timedelta(days=1.5))
    size = len(playout.state.to_json())
    playout.play_for(timedelta(days=2))
    assert len(playout.state.history) == LEAST_HISTORY
    assert len(playout.state.to_json()) < size * 1.1 < 60_000


def test_of_too_many_names_the_oldest_go() -> None:
    mapping: dict[str, int] = {}
    for number in range(MAX_NAMES + 10):
        mapping = newest(mapping, f"n{number}", number)
    assert len(mapping) == MAX_NAMES
    assert "n9" not in mapping
    assert newest(mapping, "n10", 0)["n10"] == 0
    assert list(newest(mapping, "n10", 0))[-1] == "n10"


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"version": 1}', "[" * 100_000, '{"version": 99}', "\x00", "NaN", '"state"'],
)
def test_garbage_is_a_fresh_state(text: str) -> None:
    assert PlanState.from_json(text) == PlanState()


_LEAVES: Any = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
_KEPT = json.loads(lived().to_json())


@given(st.sampled_from(sorted(_KEPT)), _VALUES)
@settings(deadline=None, max_examples=80)
def test_a_state_with_one_odd_value_is_that_state_or_a_fresh_one_and_can_be_planned_with(
    key: str, value: Any
) -> None:
    """Invariant: from_json never raises, and the planner takes whatever comes out of it."""
    state = PlanState.from_json(json.dumps(_KEPT | {key: value}))
    playout = Playout(schedule(NEWS_HOUR), library(), TEN + timedelta(hours=2, minutes=20), state=state)
    assert playout.play().expected_s > 0
    assert playout.state.counter == state.counter + 1
