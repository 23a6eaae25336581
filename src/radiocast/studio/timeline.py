"""Which block says what: titles and endings from samples of the encoder's input to blocks of its output.

Owns: the arithmetic that keeps a title within a block of its sound. Pure.
"""

import dataclasses
from collections import deque
from dataclasses import dataclass
from typing import Final

from radiocast.model.block import Ended, OnAir
from radiocast.model.units import BLOCK_SAMPLES, CODEC_DELAY_SAMPLES, block_of_sample, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockNotes:
    """What a block says besides its sound; the fields are those of `Block`."""

    stream_title: str
    on_air: OnAir | None
    ended: tuple[Ended, ...]


def place_of(sample: int) -> tuple[int, float]:
    """The block in which a sample is heard, and how many seconds into it."""
    seq = block_of_sample(sample)
    return seq, seconds(sample + CODEC_DELAY_SAMPLES - seq * BLOCK_SAMPLES)


# What the blocks last given out said, for as far as a lead may be: half a minute.
_REMEMBERED: Final = 64


class Timeline:
    """Collects what happens at which sample, and gives it out block by block.

    Events of one sort MUST come in the order of their samples, and before their block is taken.
    """

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._starts: deque[tuple[int, OnAir]] = deque()
        self._ends: deque[tuple[int, Ended]] = deque()
        self._said: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)  # (block, its title)

    def starts(self, sample: int, on_air: OnAir) -> None:
        """Something with a name of its own is heard from this sample on."""
        seq, offset_s = place_of(sample)
        self._starts.append((seq, dataclasses.replace(on_air, starts_in_block_s=offset_s)))

    def ends(self, sample: int, ended: Ended) -> None:
        """An item's last sample is the one before this."""
        seq, offset_s = place_of(sample)
        self._ends.append((seq, dataclasses.replace(ended, ends_in_block_s=offset_s)))

    def take(self, seq: int) -> BlockNotes:
        """The notes of a block; each block once, in order. Of several starts in one block the last counts."""
        on_air: OnAir | None = None
        while self._starts and self._starts[0][0] <= seq:
            on_air = self._starts.popleft()[1]
            self._title = on_air.stream_title
        ended: list[Ended] = []
        while self._ends and self._ends[0][0] <= seq:
            ended.append(self._ends.popleft()[1])
        self._said.append((seq, self._title))
        return BlockNotes(stream_title=self._title, on_air=on_air, ended=tuple(ended))

    def take_back(self, first: int) -> None:
        """The blocks from `first` on, which were given out, are not heard: nothing has started in them.

        Nor what was to start after them. An item MUST NOT have ended in them.
        """
        self._starts.clear()
        while self._said and self._said[-1][0] >= first:
            self._said.pop()
        if self._said:
            self._title = self._said[-1][1]
