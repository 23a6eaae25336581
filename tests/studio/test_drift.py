"""When two clocks that differ are brought together again."""

from itertools import pairwise

import pytest

from radiocast.model.units import samples
from radiocast.studio.drift import Drift, Due

BLOCK = samples(0.48)
STEP = 240  # frames that one correction takes away or adds


def run(kept: int, *, per_block: int, seconds: float) -> tuple[list[tuple[float, Due]], int]:
    """What was due when, of a stream that gains so many frames a block; and what is kept at the end."""
    drift = Drift(kept, aim=samples(4.0))
    told: list[tuple[float, Due]] = []
    for block in range(round(seconds / 0.48)):
        kept += per_block
        due = drift.passed(BLOCK, kept)
        if due is not Due.NOTHING:
            told.append((block * 0.48, due))
            by = -STEP if due is Due.SHORTEN else STEP
            kept += by
            drift.corrected(by)
    return told, kept


def test_clocks_that_agree_are_left_alone() -> None:
    assert run(samples(4.0), per_block=0, seconds=3600.0) == ([], samples(4.0))


@pytest.mark.parametrize(("per_block", "due"), [(20, Due.SHORTEN), (-20, Due.LENGTHEN)])
def test_one_that_strays_by_more_than_a_second_is_brought_back(per_block: int, due: Due) -> None:
    told, kept = run(samples(4.0), per_block=per_block, seconds=7200.0)
    assert {what for _, what in told} == {due}
    # 20 frames in 0.48 s: a second takes 1,152 s.
    assert 1150 < told[0][0] < 1175
    apart = [after - before for (before, _), (after, _) in pairwise(told)]
    assert min(apart) >= 2.0 - 1e-6
    assert abs(kept - samples(4.0)) <= samples(1.1)


def test_a_burst_is_not_a_clock_that_runs_away() -> None:
    drift = Drift(samples(4.0), aim=samples(4.0))
    for block in range(1000):
        kept = samples(4.0 + (2.5 if block % 4 == 0 else 0.0))
        assert drift.passed(BLOCK, kept) is Due.NOTHING
