"""The relay deck: somebody else's live stream, held at its edge until it is wanted, given up when it is lost.

Owns: how much of a stream is kept ahead, when it counts as lost, and keeping its clock and ours together.
Must not know: what plays instead, or when the stream is tried again; that is `remotes`.

Theory of operation. ffmpeg decodes what comes in; a task takes it off the pipe as it comes. Until the first
`take` only the newest `hold_s` are kept, but never is more dropped than time has passed: what a server sends
at once to a newcomer makes up for a gap of the network later. From then on nothing is dropped. A gap
in what comes is bridged by what is kept; when `reserve_s` are left and nothing has come, the stream is lost,
early enough that something else can be ready when the reserve is over. So is one that ends, or that is
nothing but silence for `silence_s`: green, but dead. A source that gives all it has at once (a file behind
an address) waits in ffmpeg's pipe.

The remote encoder's clock is not ours: what is kept grows or shrinks by some 0.2 s an hour. Where its
smoothed length has strayed by more than a second from what it was at the start, a few milliseconds are
spliced out or in every two seconds (`splice`) until it is back. While the two agree, every sample passes as
it came.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from radiocast.ffmpeg.inputs import shown_url, stream_input
from radiocast.ffmpeg.process import FfmpegProcess, end_reading
from radiocast.model.errors import MediaError, RadiocastError
from radiocast.model.units import SAMPLE_RATE, SILENCE_DBFS, samples, seconds
from radiocast.studio import splice
from radiocast.studio.drift import Drift, Due
from radiocast.studio.mixer import fade_in, fade_out
from radiocast.studio.pcm import Pcm, PcmQueue, WholeFrames, from_bytes

_READ_BYTES: Final = 64 * 1024
_SILENT_SQUARE: Final = 10 ** (SILENCE_DBFS / 10)
# A relay begins and ends anywhere in somebody else's programme.
_FADE: Final = samples(0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What a stream is allowed, in seconds.

    `connect_s` until its first sound comes, and between two pieces while it waits for its turn. Sound of
    `hold_s` is kept ahead of its start, of `most_s` at most; `start_s` are enough to begin with. On the air
    it is lost when no more than `reserve_s` are left and nothing comes for `wait_s`, or after `silence_s`.
    """

    connect_s: float = 8.0
    start_s: float = 2.0
    hold_s: float = 4.0
    most_s: float = 20.0
    reserve_s: float = 0.75
    wait_s: float = 0.4
    silence_s: float = 20.0


class RelayDeck:
    """One remote stream as a `Sound`, for at most `length_s` (None: for as long as it is there)."""

    def __init__(
        self,
        url: str,
        *,
        length_s: float | None = None,
        patience: Patience | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now` is any clock that goes by seconds."""
        self._place = shown_url(url)
        self._url = url
        self._patience = patience = patience or Patience()
        self._now = now
        self._hold, self._most = samples(patience.hold_s), samples(patience.most_s)
        self._reserve = samples(patience.reserve_s)
        self._left = None if length_s is None else samples(length_s)
        self._kept = PcmQueue()
        self._received = self._dropped = 0
        self._silent = 0
        self._first_at: float | None = None
        self._last_at = 0.0
        self._taken = 0
        self._ended = False
        self._failure = ""
        self._fade: Pcm | None = None  # the end's, once that is known
        self._paced = True
        self._drift: Drift | None = None  # once it is on the air
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._process: FfmpegProcess | None = None

    async def open(self) -> None:
        """Connect, and wait for the first seconds. Raises MediaError, with the address, where they stay away.

        Cancelled while it waits, it leaves nothing behind.
        """
        try:
            process = self._process = FfmpegProcess(
                (
                    *stream_input(self._url, timeout_s=self._patience.connect_s),
                    *("-map", "0:a:0", "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2"),
                    *("-flush_packets", "1", "pipe:1"),
                ),
                limit=_READ_BYTES // 2,
            )
            await process.start()
        except RadiocastError as error:
            raise MediaError(
                str(error) if self._place in str(error) else f"{self._place}: {error}"
            ) from error
        self._last_at = self._now()
        self._pump = asyncio.create_task(self._read(process), name=f"relay {self._place}")
        enough, there = samples(self._patience.start_s), False
        enough = enough if self._left is None else min(enough, self._left)
        try:
            async with asyncio.timeout(self._patience.connect_s + self._patience.start_s):
                await self._until(enough)
            there = self.buffered >= enough or (self.buffered > 0 and not self._failure)
        except TimeoutError:
            self._fail(f"gave {seconds(self.buffered):.1f} s of sound in {self._patience.connect_s:g} s")
        finally:
            if not there:
                failure = self._failure
                await self.close()
                self._failure = failure
        if not there:
            raise MediaError(self._failure or f"{self._place}: no sound in it")

    @property
    def remaining(self) -> int | None:
        """Frames left, once the stream is lost or its time is nearly over."""
        if self._ended:
            return self.buffered if self._left is None else min(self.buffered, self._left)
        return self._left if self._left is not None and self.buffered >= self._left else None

    @property
    def failure(self) -> str:
        """Why it was lost, with its address."""
        return self._failure

    @property
    def buffered(self) -> int:
        """Frames decoded and not yet taken."""
        return len(self._kept)

    async def ready(self, frames: int) -> int:
        """So many frames, or the end. Waits a moment at most: then the stream is lost."""
        wanted = frames if self._left is None else min(frames, self._left)
        # What is left of its time need not be followed by a reserve.
        need = wanted + self._reserve if self._left is None else min(wanted + self._reserve, self._left)
        need = min(need, self._most)
        if self.buffered < need and not self._ended:
            await self._wait_a_moment(need)
        return min(wanted, self.buffered)

    async def _wait_a_moment(self, frames: int) -> None:
        """For so many frames to be kept; else it is lost. What still comes in is given a second moment."""
        if not (await self._came(frames) or self._ended or await self._came(frames)):
            # Where it has ended meanwhile, that is why.
            self._fail("comes more slowly than it plays")

    async def _came(self, frames: int) -> bool:
        """Whether so many frames are kept within a moment; where nothing at all comes in, it is lost."""
        before = self._received
        try:
            async with asyncio.timeout(self._patience.wait_s):
                await self._until(frames)
        except TimeoutError:
            if self._received == before:
                self._lose_touch()
            return False
        return True

    def take(self, frames: int) -> Pcm:
        """The next frames, faded in at the start and out at the end."""
        remaining = self.remaining
        frames = min(frames, self.buffered if self._left is None else min(self._left, self.buffered))
        if self._drift is None or not self._taken:
            self._drift = Drift(self.buffered, aim=self._hold)
        sound = self._shaped(self._kept.take(frames), remaining)
        self._taken += frames
        if self._left is not None:
            self._left -= frames
        self._keep_time(self._drift, frames)
        if self.buffered <= self._most // 2:
            self._room.set()
        return sound

    async def close(self) -> None:
        """Hang up."""
        pump, self._pump = self._pump, None
        await end_reading(pump, self._process)
        self._kept.clear()
        self._finish()

    # What comes in.

    async def _read(self, process: FfmpegProcess) -> None:
        frames = WholeFrames()
        try:
            while not self._ended:
                async with asyncio.timeout(self._patience.connect_s):
                    data = await process.stdout.read(_READ_BYTES)
                if not data:
                    await self._hung_up(process)
                    return
                self._accept(from_bytes(frames.of(data)))
                if self.buffered >= self._most:
                    # It comes as fast as it is read: it keeps no clock that could run away from ours.
                    self._paced = False
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            self._lose_touch()
        except OSError as error:
            self._fail(str(error))

    def _accept(self, piece: Pcm) -> None:
        if not len(piece):
            return
        self._last_at = self._now()
        if self._first_at is None:
            self._first_at = self._last_at
        self._silent = self._silent + len(piece) if float(np.mean(piece**2)) < _SILENT_SQUARE else 0
        self._kept.append(piece)
        self._received += len(piece)
        if not self._taken:
            passed = samples(self._last_at - self._first_at)
            late = min(self.buffered - self._hold, passed - self._dropped)
            if late > 0:
                self._kept.take(late)
                self._dropped += late
        if self._silent >= samples(self._patience.silence_s):
            self._fail(f"has been silent for {self._patience.silence_s:g} s")
            self._kept.take(max(0, self.buffered - self._reserve))
        self._changed.set()

    async def _hung_up(self, process: FfmpegProcess) -> None:
        try:
            async with asyncio.timeout(1.0):
                code = await process.wait()
        except TimeoutError:
            code = 0
        words = process.errors().replace(self._url, self._place).strip().splitlines()
        self._fail(words[-1] if code != 0 and words else "the stream ended")

    def _lose_touch(self) -> None:
        self._fail(f"gave no sound for {self._now() - self._last_at:.1f} s")

    def _fail(self, why: str) -> None:
        if self._ended:
            return
        self._failure = why if self._place in why else f"{self._place}: {why}"
        self._finish()

    def _finish(self) -> None:
        self._ended = True
        self._changed.set()
        self._room.set()

    async def _until(self, frames: int) -> None:
        while self.buffered < frames and not self._ended:
            self._changed.clear()
            await self._changed.wait()

    # What goes out.

    def _shaped(self, sound: Pcm, remaining: int | None) -> Pcm:
        """Faded in at its first half second, and out at its last, as far as that is known in time."""
        if self._taken < _FADE:
            rise = fade_in(_FADE)[self._taken : self._taken + len(sound)]
            sound = np.concatenate([sound[: len(rise)] * rise, sound[len(rise) :]])
        if remaining is None:
            return sound
        if self._fade is None:
            self._fade = fade_out(min(_FADE, remaining))
        begins = remaining - len(self._fade)  # counted from this sound's first sample
        if begins >= len(sound):
            return sound
        curve = self._fade[max(0, -begins) :][: len(sound) - max(0, begins)]
        return np.concatenate([sound[: max(0, begins)], sound[max(0, begins) :] * curve])

    def _keep_time(self, drift: Drift, frames: int) -> None:
        """Splice where what is kept has strayed from what was kept at the start."""
        due = drift.passed(frames, self.buffered)
        if due is Due.NOTHING or not self._paced or self._ended:
            return
        if self.buffered < splice.NEEDED + self._reserve:
            return
        before = self._kept.take(splice.NEEDED)
        after = splice.shortened(before) if due is Due.SHORTEN else splice.lengthened(before)
        self._kept.put_back(after)
        drift.corrected(len(after) - len(before))
