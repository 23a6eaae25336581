"""When a sample is heard, and which sample is heard at a time, by what is known of the air now.

Owns: the way between samples of the encoder's input and the clock on the wall. Must not know: what sounds.
"""

from datetime import datetime

from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, samples, seconds
from radiocast.studio.outlet import Outlet
from radiocast.studio.timeline import place_of


def time_of(sample: int, outlet: Outlet) -> datetime:
    """When a sample is heard."""
    return outlet.air_time(*place_of(sample))


def sample_at(when: datetime, outlet: Outlet, *, seq: int) -> int:
    """The sample that is heard at a time, counted from the block `seq`: pauses before it do not matter."""
    ahead_s = (when - outlet.air_time(seq)).total_seconds()
    return seq * BLOCK_SAMPLES - CODEC_DELAY_SAMPLES + samples(ahead_s)


def time_by_now(sample: int, outlet: Outlet, *, seq: int) -> datetime:
    """When a sample is heard, or would have been, by the clock as it goes at the block `seq`.

    The inverse of `sample_at`: unlike in `time_of`, pauses and settings of the clock before that block
    count as if they had always been.
    """
    return outlet.air_time(seq, seconds(sample + CODEC_DELAY_SAMPLES - seq * BLOCK_SAMPLES))
