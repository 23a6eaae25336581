"""The ring: the last blocks of one mount, each prepared once for everybody.

Owns: a block's three forms, how long it is kept, and where a newcomer begins.
Must not know: sockets or listeners. Pure: bytes and titles in, views of bytes out.

Theory: `metaint` is the block's size, so metadata stands between blocks and never inside one. A block's
shared ICY form is therefore the metadata that belongs before it, then its sound: a single zero byte where
the title is that of the block before, else the full title. A newcomer begins with sound, so its first block
comes plain, its second with the full title, and from the third on it walks the shared forms.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from radiocast.transmitter import icy

# A newcomer needs two blocks: one of sound alone, then one with the title.
LEAST_BURST_BLOCKS: Final = 2
# Those who keep up are never more blocks behind than this, all at the same few; sending one piece is cheaper
# than gathering several. Those further behind stand anywhere, and a copy for each place would cost memory.
_JOIN_UP_TO_BLOCKS: Final = 8
# A gathered send takes 1,024 pieces at most (IOV_MAX on Linux), and a burst of minutes has more blocks.
_GATHER_UP_TO_BLOCKS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One block: `plain` is sound; before it, `icy` has the metadata that most need, `full` the title."""

    title: str
    plain: memoryview
    icy: memoryview
    full: memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Blocks from some number up to `end`: a view of each, their size in bytes together.

    `joined` is all of them in one piece where they are few; empty otherwise, for one gathered send.
    """

    views: tuple[memoryview, ...]
    joined: bytes
    size: int
    end: int


# Of no blocks.
NOTHING: Final = Span(views=(), joined=b"", size=0, end=0)


class Ring:
    """The last `depth_blocks` of a mount. Blocks are numbered from 0 and never renumbered."""

    def __init__(self, *, depth_blocks: int, burst_blocks: int) -> None:
        if not LEAST_BURST_BLOCKS <= burst_blocks <= depth_blocks:
            raise ValueError("a ring holds at least the burst, and a burst is at least two blocks")
        self._burst_blocks = burst_blocks
        self._blocks: deque[Prepared] = deque(maxlen=depth_blocks)
        # The number that the next block will have: one past the newest.
        self.end = 0
        # The full metadata of the newest title, which costs more to make than all else here.
        self._announced = icy.metadata("")
        self.icy = Lane(self, icy=True)
        self.plain = Lane(self, icy=False)

    @property
    def first(self) -> int:
        """The oldest block that is still there."""
        return self.end - len(self._blocks)

    @property
    def title(self) -> str:
        """The title of the newest block; empty before the first."""
        return self._blocks[-1].title if self._blocks else ""

    def put(self, sound: bytes, title: str) -> None:
        """Append the next block. All its forms are made here, once."""
        same = bool(self._blocks) and self._blocks[-1].title == title
        if not same:
            self._announced = icy.metadata(title)
        full = self._announced + sound
        self._blocks.append(
            Prepared(
                title=title,
                plain=memoryview(sound),
                icy=memoryview(icy.UNCHANGED + sound if same else full),
                full=memoryview(full),
            )
        )
        self.end += 1
        self.icy.forget()
        self.plain.forget()

    def __getitem__(self, number: int) -> Prepared:
        """A block by its number. Raises IndexError when it has not come yet or is gone."""
        if not self.first <= number < self.end:
            raise IndexError(f"block {number} is not among {self.first}..{self.end - 1}")
        return self._blocks[number - self.first]

    def burst_start(self) -> int:
        """The block a newcomer begins with."""
        return max(self.first, self.end - self._burst_blocks)


class Lane:
    """The blocks of a ring in one form, as a kind of listener gets them: with titles, or plain."""

    def __init__(self, ring: Ring, *, icy: bool) -> None:
        self._ring = ring
        self.icy = icy
        # By first block; made when the first listener asks, for all that stand at the same one; until the
        # next put.
        self._spans: dict[int, Span] = {}

    def forget(self) -> None:
        """A block came: spans reach further now."""
        self._spans.clear()

    def span(self, number: int) -> Span | None:
        """From a block to the newest (at most 500); None when that block has fallen off the ring."""
        found = self._spans.get(number)
        if found is None and number >= self._ring.first:
            found = self._spans[number] = self._gather(number)
        return found

    def begin(self) -> tuple[tuple[memoryview, ...], int]:
        """A newcomer's own first blocks, and the number of the shared block that follows them."""
        number = self._ring.burst_start()
        first, second = self._ring[number], self._ring[number + 1]
        return (first.plain, second.full if self.icy else second.plain), number + 2

    def rejoin(self) -> tuple[memoryview, int]:
        """For a listener that lost blocks, at a block's end: its own next block, and the number after it.

        The block is where a newcomer would begin, since the player is as empty as a newcomer's; with its
        full title, since the one that was announced last may be another's.
        """
        number = self._ring.burst_start()
        block = self._ring[number]
        return (block.full if self.icy else block.plain), number + 1

    def _gather(self, number: int) -> Span:
        end = min(self._ring.end, number + _GATHER_UP_TO_BLOCKS)
        blocks = [self._ring[at] for at in range(number, end)]
        views = tuple(block.icy if self.icy else block.plain for block in blocks)
        return Span(
            views=views,
            joined=b"".join(views) if len(views) <= _JOIN_UP_TO_BLOCKS else b"",
            size=sum(map(len, views)),
            end=end,
        )
