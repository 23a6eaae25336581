import random

import pytest

from radiocast.model.units import BLOCK_S
from radiocast.transmitter.pacer import Pacer


def test_a_tick_is_due_at_its_time_and_is_taken_once() -> None:
    pacer = Pacer(100.0, period_s=BLOCK_S, limit_s=3.0)
    assert pacer.take(100.0)
    assert not pacer.take(100.0)
    assert pacer.wait_s(100.0) == pytest.approx(BLOCK_S)
    assert not pacer.take(100.0 + BLOCK_S * 0.99)
    assert pacer.take(100.0 + BLOCK_S * 1.01)
    assert pacer.late_s == pytest.approx(BLOCK_S * 0.01)


def test_a_simulated_day_drifts_less_than_20_ms_whatever_the_wake_ups_do() -> None:
    """Wake-ups come up to 15 ms late, as on a busy machine; lateness must not add up over 180,000 blocks."""
    rng = random.Random(7)
    start_s = 1e6
    pacer = Pacer(start_s, period_s=BLOCK_S, limit_s=3.0)
    now_s, worst_s = start_s, 0.0
    blocks = int(86_400 / BLOCK_S)
    for number in range(blocks):
        while not pacer.take(now_s):
            now_s += pacer.wait_s(now_s) + rng.uniform(0.0, 0.015)
        worst_s = max(worst_s, abs(now_s - (start_s + number * BLOCK_S)))
    assert pacer.tick == blocks
    assert worst_s < 0.020
    assert pacer.re_anchored == 0
    assert pacer.due_s(blocks) == pytest.approx(start_s + 86_400, abs=1e-6)


def test_a_short_delay_is_caught_up_with() -> None:
    pacer = Pacer(0.0, period_s=0.5, limit_s=3.0)
    assert pacer.take(0.0)
    taken = 0
    while pacer.take(2.2):
        taken += 1
    assert taken == 4
    assert pacer.re_anchored == 0
    assert pacer.wait_s(2.2) == pytest.approx(0.3)


def test_a_machine_that_stood_still_starts_a_new_schedule_without_a_flood() -> None:
    pacer = Pacer(0.0, period_s=0.5, limit_s=3.0)
    assert pacer.take(0.0)
    assert pacer.take(3600.0)
    assert pacer.re_anchored == 1
    assert pacer.late_s == 0.0
    assert not pacer.take(3600.0)
    assert pacer.wait_s(3600.0) == pytest.approx(0.5)
    assert pacer.take(3600.5)
    assert pacer.tick == 3


def test_one_that_keeps_step_goes_on_at_its_own_instants_after_a_standstill() -> None:
    pacer = Pacer(0.1, period_s=0.0625, limit_s=0.5, keeps_step=True)
    assert pacer.take(0.1)
    # The second tick was due at 0.1625: late by 1.25 s, of which 1.0 s is passed over.
    assert pacer.take(1.4125)
    assert pacer.late_s == pytest.approx(0.25)
    taken = 0
    while pacer.take(1.4125):
        taken += 1
    assert taken == 4
    assert pacer.re_anchored == 1
    assert pacer.due_s(pacer.tick) == pytest.approx(0.1 + 0.0625 * 22)


@pytest.mark.parametrize(("period_s", "limit_s"), [(0.0, 1.0), (-1.0, 1.0), (1.0, 0.5)])
def test_nonsense_is_refused(period_s: float, limit_s: float) -> None:
    with pytest.raises(ValueError, match="pacer"):
        Pacer(0.0, period_s=period_s, limit_s=limit_s)
