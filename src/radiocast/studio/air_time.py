"""When a sample is heard, and which sample is heard at a time, by what is known of the air now.

Owns: the way between samples of the encoder's input and the clock on the wall. Must not know: what sounds.
"""

from datetime import datetime, timedelta
from typing import Final

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


# When the air pauses or the clock is set by more than this, another item may be the next one.
MOVED: Final = timedelta(seconds=1)
# Slack beyond this is that of a virtual clock: no station runs so far ahead of the air.
_HURRIED_S: Final = 30.0


class AirClock:
    """The time of one desk's samples, as the clock goes at the block that is being rendered."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self.seq = 0  # the block being rendered
        self._asked_zero: datetime | None = None  # the time of sample 0, as the programme was last told

    def time_of(self, sample: int) -> datetime:
        """When a sample is heard."""
        return time_of(sample, self._outlet)

    def sample_at(self, when: datetime) -> int:
        """The sample that is heard at a time, by what is known of the air now."""
        return sample_at(when, self._outlet, seq=self.seq)

    def by_now(self, sample: int) -> datetime:
        """When a sample is, was or would have been heard, by the clock as it goes now."""
        return time_by_now(sample, self._outlet, seq=self.seq)

    def asked(self) -> None:
        """The programme is told times: by the clock as it goes now."""
        self._asked_zero = self.by_now(0)

    def took_back(self, samples_taken: int, *, seq: int) -> None:
        """So much was taken back: the block `seq`, which follows, is earlier, and no clock was set."""
        self.seq = seq
        if self._asked_zero is not None:
            self._asked_zero -= timedelta(seconds=seconds(samples_taken))

    @property
    def moved(self) -> bool:
        """Whether sound is heard at another time than when the programme was asked."""
        return self._asked_zero is not None and abs(self.by_now(0) - self._asked_zero) > MOVED

    @property
    def slack_s(self) -> float:
        """How long the block may be waited for before anybody hears of it."""
        return self._outlet.slack_s(self.seq)

    @property
    def unhurried_s(self) -> float:
        """How long it waits for what it could do without: on a virtual clock, every run is the same."""
        return self.slack_s - _HURRIED_S
