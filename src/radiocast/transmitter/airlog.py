"""What is on the air at the live edge of the stream, what was, and how loud it is.

Owns: the item on the air, the last few before it with what became of them, the level meter.
Must not know: where blocks come from or go to. Pure: blocks and times in, values out.
"""

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from radiocast.model.block import Block, OnAir
from radiocast.model.play import Kind, Outcome
from radiocast.model.units import BLOCK_S, SILENCE_DBFS
from radiocast.transmitter.continuity import CoverBlock
from radiocast.transmitter.snapshot import Aired, Airing

HISTORY_ITEMS: Final = 20
# The meter averages over 3 s, like a short-term loudness meter (EBU Tech 3341).
_METER_BLOCKS: Final = round(3 / BLOCK_S)
# Items that began and whose end has not been told: two in an overlap; more are a studio's mistake.
_OPEN_ITEMS: Final = 8
_STUDIO_LOST: Final = "the studio stopped"
FLOOR_DBFS: Final = -120.0


@dataclass(slots=True)
class _Open:
    """An item that has begun: as it was announced first, since when, and until when as far as known."""

    on_air: OnAir
    started_at: datetime


class AirLog:
    """Is told of every block as it leaves; `at` is the aware time of the block's first sample."""

    def __init__(self) -> None:
        self._now: Airing | None = None
        # What the studio has on the air, also while emergency sound covers it.
        self._studio_now: Airing | None = None
        self._open: dict[str, _Open] = {}
        self._history: deque[Aired] = deque(maxlen=HISTORY_ITEMS)
        self._episodes = 0
        self._levels: deque[float] = deque(maxlen=_METER_BLOCKS)
        self._silent_blocks = 0

    @property
    def now(self) -> Airing | None:
        """What is heard now; None before the first block."""
        return self._now

    @property
    def history(self) -> tuple[Aired, ...]:
        """The last items that ended, newest first."""
        return tuple(reversed(self._history))

    @property
    def level_dbfs(self) -> float:
        """Mean level of the last 3 s."""
        if not self._levels:
            return FLOOR_DBFS
        power = sum(10 ** (level / 10) for level in self._levels) / len(self._levels)
        return max(FLOOR_DBFS, 10 * math.log10(power)) if power > 0 else FLOOR_DBFS

    @property
    def silent_for_s(self) -> float:
        """How long nothing has been heard."""
        return self._silent_blocks * BLOCK_S

    def studio_block(self, block: Block, at: datetime) -> None:
        """A block of the studio's goes out."""
        self._meter(block.level_dbfs)
        began = block.on_air
        if began is not None:
            started_at = at + timedelta(seconds=began.starts_in_block_s)
            self._studio_now = Airing(on_air=began, started_at=started_at)
            self._begin(began, started_at)
        if self._now is not None and self._now.on_air.kind is Kind.EMERGENCY and self._studio_now is not None:
            self._end(self._now.on_air.item_id, Outcome.AIRED, "", at)
        if self._studio_now is not None:
            self._now = self._studio_now
        for ended in block.ended:
            ended_at = at + timedelta(seconds=ended.ends_in_block_s)
            self._end(ended.item_id, ended.outcome, ended.reason, ended_at)

    def cover_block(self, block: CoverBlock, at: datetime) -> None:
        """A block of emergency sound goes out."""
        self._meter(block.level_dbfs)
        if not block.begins:
            return
        if self._now is not None and self._now.on_air.kind is Kind.EMERGENCY:
            self._end(self._now.on_air.item_id, Outcome.AIRED, "", at)
        self._episodes += 1
        on_air = OnAir(
            item_id=f"emergency-{self._episodes}",
            kind=Kind.EMERGENCY,
            title=block.stream_title,
            stream_title=block.stream_title,
            source="emergency",
        )
        self._now = Airing(on_air=on_air, started_at=at)
        self._begin(on_air, at)

    def studio_lost(self, at: datetime) -> None:
        """The studio's session is over and its last block has gone out: what it had on the air was cut."""
        self._studio_now = None
        for item_id in [key for key, item in self._open.items() if item.on_air.kind is not Kind.EMERGENCY]:
            self._end(item_id, Outcome.CUT, _STUDIO_LOST, at)

    def _begin(self, on_air: OnAir, started_at: datetime) -> None:
        # A part of an item that has begun already: the item stays what it was.
        self._open.setdefault(on_air.item_id, _Open(on_air=on_air, started_at=started_at))
        while len(self._open) > _OPEN_ITEMS:
            oldest = next(iter(self._open))
            self._end(oldest, Outcome.AIRED, "", started_at)

    def _end(self, item_id: str, outcome: Outcome, reason: str, at: datetime) -> None:
        item = self._open.pop(item_id, None)
        if item is None:
            return  # it never came on the air: dropped before it began
        self._history.append(
            Aired(
                on_air=item.on_air,
                started_at=item.started_at,
                ended_at=max(at, item.started_at),
                outcome=outcome,
                reason=reason,
            )
        )

    def _meter(self, level_dbfs: float) -> None:
        self._levels.append(level_dbfs)
        self._silent_blocks = self._silent_blocks + 1 if level_dbfs < SILENCE_DBFS else 0
