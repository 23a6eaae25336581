"""Continuity: for each block that is due, the studio's sound or emergency sound, and the fades between.

Owns: the queue of the studio's blocks, the credit that keeps it filled, and the decision to cover.
Must not know: clocks, sockets or listeners. Pure: one call a block, and the answer is what goes out.

Rules
- A studio's blocks MUST come as seq 0, 1, 2...; `attach` begins a session at 0, `detach` ends it. What was
  queued is still played, except while covering: a second of what was cut short is of use to nobody.
- The last block before a gap is faded out, emergency sound faded in, and faded out again before the studio's
  sound. A session that begins goes on the air with `REJOIN_BLOCKS` queued; one that ran dry, with the lead.
- The studio is faded in where it comes back in the middle of its sound. A session that begins starts with the
  beginning of something, which a fade would spoil.
- The studio may take back the newest of what is queued (`recall`): then those never were, and its next block
  follows on the last that was kept.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from radiocast.model.block import Block, MountSpec
from radiocast.model.errors import LinkError
from radiocast.model.units import BLOCK_S, SILENCE_DBFS, Channels, block_bytes
from radiocast.transmitter import frames
from radiocast.transmitter.emergency import Emergency

# A second and a half of sound in hand before a session goes on the air; also the least lead. One block alone
# would be followed by the next gap at once.
REJOIN_BLOCKS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioBlock:
    """The studio's sound goes out, faded where it had to be. `session` counts studios from 1."""

    block: Block
    session: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverBlock:
    """Emergency sound goes out. `begins` is set on the first block of an episode."""

    audio: tuple[bytes, ...]
    stream_title: str
    level_dbfs: float
    begins: bool


Outgoing = StudioBlock | CoverBlock


class Fade(Protocol):
    """One of the fades of `frames`."""

    def __call__(self, block: bytes, *, channels: Channels) -> bytes:
        """The block, faded."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the studio may know: it may send blocks below `up_to`.

    `next_seq` is its first block that is not on the air and behind which none was recalled; it goes out
    `blocks_until_next` blocks after the one that is due next (0: it is that one), as far as can be told.
    """

    up_to: int
    next_seq: int
    blocks_until_next: int


class Continuity:
    """Begins with emergency sound: there is no studio yet."""

    def __init__(self, mounts: Sequence[MountSpec], emergency: Emergency, *, lead_s: float) -> None:
        self._mounts = tuple(mounts)
        self._lead_blocks = max(REJOIN_BLOCKS, math.ceil(lead_s / BLOCK_S))
        # Each with the number of the session that it belongs to.
        self._queue: deque[tuple[int, Block]] = deque()
        # How many studios there were.
        self.session = 0
        # The seq of the studio's next block to arrive.
        self.arriving = 0
        self._needed = REJOIN_BLOCKS
        self.covering = True
        self.emergency = emergency
        # The sound of this episode, and how many blocks of it went out; 0 before it begins.
        self._loop = emergency
        self._loop_blocks = 0
        self._returning = False

    @property
    def queued(self) -> int:
        """Blocks of the studio's that are ready."""
        return len(self._queue)

    def attach(self) -> None:
        """A studio is there, and will send from seq 0."""
        self.session += 1
        self.arriving = 0
        self._needed = REJOIN_BLOCKS

    def detach(self) -> None:
        """The studio is gone."""
        if self.covering:
            self._queue.clear()

    def offer(self, block: Block) -> None:
        """Queue the studio's next block. Raises LinkError when it is not what the link's contract says."""
        if block.seq != self.arriving:
            raise LinkError(f"studio: block {block.seq} came where {self.arriving} was next")
        if len(self._queue) >= self._lead_blocks:
            raise LinkError(f"studio: block {block.seq} came without credit")
        if len(block.audio) != len(self._mounts):
            raise LinkError(f"studio: {len(block.audio)} sounds in a block for {len(self._mounts)} mounts")
        for mount, sound in zip(self._mounts, block.audio, strict=True):
            if len(sound) != block_bytes(mount.bitrate_kbps):
                raise LinkError(f"studio: a block for {mount.path} has {len(sound)} bytes")
            try:
                frames.check(sound, bitrate_kbps=mount.bitrate_kbps, channels=mount.channels)
            except frames.FrameError as error:
                raise LinkError(f"studio: a block for {mount.path}: {error}") from error
        self._queue.append((self.session, block))
        self.arriving += 1

    def recall(self, first: int, *, keep: int) -> range:
        """Forget the studio's queued blocks from `first` on, but for the `keep` that go out next.

        Those that are forgotten, up to the last that came; none while covering, when nobody hears the studio.
        """
        if self.covering:
            return range(self.arriving, self.arriving)
        # What was sent before an earlier recall follows on nothing that is still there.
        kept = max(1, keep, len(self._queue) - min(self._unbroken(), self.arriving - first))
        gone = range(min(self.arriving, self.arriving - len(self._queue) + kept), self.arriving)
        while len(self._queue) > kept:
            self._queue.pop()
        return gone

    def renew(self, emergency: Emergency) -> None:
        """Better emergency sound: from the next episode on, or at once if what covers now is silence."""
        if self.covering and self._loop.level_dbfs <= SILENCE_DBFS:
            self._loop_blocks = 0
        self.emergency = emergency

    def allowance(self) -> Allowance:
        """How far the studio may run now."""
        unbroken = self._unbroken()
        return Allowance(
            # The queue as a whole is the lead: what the session before left counts.
            up_to=self.arriving + self._lead_blocks - len(self._queue),
            next_seq=self.arriving - unbroken,
            # While covering, one block more of emergency sound goes out, fading, before the studio's.
            blocks_until_next=len(self._queue) - unbroken + (1 if self.covering else 0),
        )

    def _unbroken(self) -> int:
        """How many blocks at the queue's end are this session's last ones, none of them recalled between."""
        count = 0
        for session, block in reversed(self._queue):
            if session != self.session or block.seq != self.arriving - 1 - count:
                break
            count += 1
        return count

    def next(self) -> Outgoing:
        """What goes out in the block that is due. Every call is one block."""
        if self.covering and self._loop_blocks == 0 and len(self._queue) >= self._needed:
            # It was faded out, and is back before a block of anything else went out.
            self.covering, self._returning = False, True
        return self._cover() if self.covering else self._studio()

    def _studio(self) -> StudioBlock:
        session, block = self._queue.popleft()
        if self._returning and block.seq > 0:
            block = self._faded(frames.fade_in, block)
        self._returning = False
        if not self._queue:
            self._needed = self._lead_blocks if session == self.session else REJOIN_BLOCKS
            self.covering = True
        elif self._queue[0][0] != session:
            self.covering = len(self._queue) < self._needed
        else:
            return StudioBlock(block=block, session=session)
        self._loop_blocks = 0
        return StudioBlock(block=self._faded(frames.fade_out, block), session=session)

    def _cover(self) -> CoverBlock:
        begins = self._loop_blocks == 0
        if begins:
            self._loop = self.emergency
        audio = self._loop.block(self._loop_blocks)
        self._loop_blocks += 1
        if begins:
            audio = self._each(frames.fade_in, audio)
        elif len(self._queue) >= self._needed:
            audio = self._each(frames.fade_out, audio)
            self.covering, self._returning = False, True
        return CoverBlock(
            audio=audio, stream_title=self._loop.title, level_dbfs=self._loop.level_dbfs, begins=begins
        )

    def _faded(self, fade: Fade, block: Block) -> Block:
        return replace(block, audio=self._each(fade, block.audio))

    def _each(self, fade: Fade, audio: Sequence[bytes]) -> tuple[bytes, ...]:
        return tuple(
            fade(sound, channels=mount.channels) for mount, sound in zip(self._mounts, audio, strict=True)
        )
