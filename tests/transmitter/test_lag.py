"""How late the transmitter's loop comes to its ticks is told with what it did."""

import pytest

from radiocast.model.units import BLOCK_S
from radiocast.transmitter.fanout import TICKS_PER_BLOCK
from radiocast.transmitter.transmitter import Transmitter
from tests.transmitter.listening import HandClock
from tests.transmitter.sound import LIVE


def test_a_tick_that_came_late_is_told_until_one_comes_in_time() -> None:
    clock = HandClock()
    transmitter = Transmitter([LIVE], station_name="Test FM", clock=clock)
    transmitter.step()
    assert transmitter.look().tally.late_s == pytest.approx(0.0, abs=1e-3)
    clock.pass_blocks(1.5)
    for _ in range(TICKS_PER_BLOCK):
        transmitter.step()
    # The next block's tick came half a block after it was due.
    assert transmitter.look().tally.late_s == pytest.approx(BLOCK_S / 2, abs=1e-3)
    clock.pass_blocks(0.5)
    for _ in range(TICKS_PER_BLOCK):
        transmitter.step()
    assert transmitter.look().tally.late_s == pytest.approx(0.0, abs=1e-3)
    transmitter.close()
