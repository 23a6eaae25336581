"""Levels: a block's own, on its borders in the decoded sound."""

import numpy as np
import pytest

from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES
from radiocast.studio.meter import FLOOR_DBFS, Meter
from radiocast.studio.pcm import silence
from tests.studio.sounds import sine


def test_a_sine_reads_three_below_its_peak_and_silence_the_floor() -> None:
    meter = Meter()
    meter.feed(sine(1.0, level=0.5))
    meter.feed(silence(BLOCK_SAMPLES * 2))
    meter.take()
    assert meter.take() == pytest.approx(20 * np.log10(0.5) - 3.01, abs=0.05)
    meter.take()
    assert meter.take() == FLOOR_DBFS


@pytest.mark.parametrize("chunk", [1_000, BLOCK_SAMPLES, 77_777])
def test_the_border_is_the_decoded_blocks(chunk: int) -> None:
    first_border = BLOCK_SAMPLES - CODEC_DELAY_SAMPLES
    pcm = silence(4 * BLOCK_SAMPLES)
    pcm[first_border] = 1.0
    meter = Meter()
    for at in range(0, len(pcm), chunk):
        meter.feed(pcm[at : at + chunk])
    assert meter.take() == FLOOR_DBFS
    assert meter.take() == pytest.approx(-10 * np.log10(BLOCK_SAMPLES))


def test_a_block_that_is_not_complete_has_no_level() -> None:
    meter = Meter()
    meter.feed(silence(1_000))
    with pytest.raises(IndexError):
        meter.take()
