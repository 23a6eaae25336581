"""Decks: sound that is pulled to the sample, from a file through ffmpeg or from memory.

Owns: decoding ahead of need with a bound, the exact first and last sample, and saying why a file ended
early. Must not know: mixing, titles, time of day. Sound is `(frames, 2) float32` at 48 kHz, full scale 1.0.
"""

import asyncio
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from radiocast.ffmpeg.process import FfmpegProcess, end_reading
from radiocast.model.errors import MediaError, RadiocastError
from radiocast.model.units import SAMPLE_RATE, samples, seconds
from radiocast.studio.pcm import FRAME_BYTES, Pcm, PcmQueue, WholeFrames, from_bytes, silence

# Ten seconds are 3.84 MB: a file that breaks off is noticed that long before it matters, and the next
# one opens in a tenth of a second.
READ_AHEAD_S: Final = 10.0
# Less than the read-ahead, so that a disk that hangs is given up before the sound runs out.
STALL_S: Final = 5.0
# What one read of the pipe takes at most (asyncio's own limit for a pipe is the same).
_READ_BYTES: Final = 256 * 1024
# A pipe of two such reads, and a wait in which ffmpeg fills one at most: a fifth of the wake-ups, of both.
# A simulation that empties a deck faster than this finds it below a quarter, where nobody waits.
_PIPE_BYTES: Final = 2 * _READ_BYTES
_GATHER_S: Final = 0.01
# Up to here a start inside a file is reached by decoding and dropping, which is exact in every format.
# -ss lands within a frame or two in lossy ones, which is no matter so far into an hour, and saves
# decoding it.
_FAR_SEEK_S: Final = 120.0
# A file this much shorter than its tags and analysis said is worth a word to the operator.
SHORT_S: Final = 1.0


class Sound(Protocol):
    """Something to play. The contract of every deck; `tests/studio/test_deck.py` holds them to it."""

    @property
    def remaining(self) -> int | None:
        """Frames left to take, once the end is known; None before. MUST be known when `ready` gave less."""
        ...

    @property
    def failure(self) -> str:
        """Why it ends before it should; empty while it does not."""
        ...

    async def ready(self, frames: int) -> int:
        """Wait until `take(frames)` can be answered in full, or the end is known; how many there are.

        Never more than `frames`. MUST NOT wait for ever, and MUST NOT raise for a broken file: that is
        an early end with a `failure`.
        """
        ...

    def take(self, frames: int) -> Pcm:
        """The next `frames` frames, fewer only at the end. Only what `ready` promised may be asked for."""
        ...

    async def close(self) -> None:
        """Let go of it. Safe to call twice."""
        ...


class BufferDeck:
    """Sound in memory; with `loop_frames` it starts over as often as needed to last so long."""

    def __init__(self, pcm: Pcm, *, loop_frames: int | None = None) -> None:
        self._pcm = np.ascontiguousarray(pcm, dtype=np.float32).reshape(-1, 2)
        self._at = 0
        self._left = len(self._pcm) if loop_frames is None else loop_frames
        if not len(self._pcm):
            self._left = 0

    @property
    def remaining(self) -> int | None:
        """Always known."""
        return self._left

    @property
    def failure(self) -> str:
        """Memory does not fail."""
        return ""

    async def ready(self, frames: int) -> int:
        """At once."""
        return min(frames, self._left)

    def take(self, frames: int) -> Pcm:
        """The next frames, around the loop where need be."""
        frames = min(frames, self._left)
        self._left -= frames
        parts = []
        while frames:
            part = self._pcm[self._at : self._at + frames]
            self._at = (self._at + len(part)) % len(self._pcm)
            frames -= len(part)
            parts.append(part)
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else silence(0)

    async def close(self) -> None:
        """Nothing is held."""


class Deck:
    """One file, streamed through an ffmpeg of its own.

    Plays the file's sound from `cue_in_s` to `cue_out_s` (None: its end), both to the sample. Decodes
    at most `read_ahead_s` ahead; ffmpeg waits in its pipe meanwhile. A file deleted while it plays
    plays on, since ffmpeg holds it open.
    """

    def __init__(
        self,
        path: Path,
        *,
        cue_in_s: float = 0.0,
        cue_out_s: float | None = None,
        read_ahead_s: float = READ_AHEAD_S,
        stall_s: float = STALL_S,
    ) -> None:
        self._path = path
        far = cue_in_s > _FAR_SEEK_S
        self._skip = 0 if far else samples(cue_in_s) * FRAME_BYTES
        # Frames still to be read from ffmpeg; None where only the file knows its length.
        self._wanted = None if cue_out_s is None else max(0, samples(cue_out_s) - samples(cue_in_s))
        self._limit = max(1, samples(read_ahead_s))
        self._stall_s = stall_s
        self._kept = PcmQueue()
        self._ended = False
        self._failure = ""
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._process = FfmpegProcess(
            (
                # A text file that calls itself sound must not make ffmpeg fetch what its lines name.
                *("-protocol_whitelist", "file"),
                *(("-ss", f"{cue_in_s:.6f}") if far else ()),
                *("-i", f"file:{path}", "-map", "0:a:0"),
                *("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "pipe:1"),
            ),
            # asyncio stops reading the pipe at twice this; the bound that counts is ours.
            limit=_READ_BYTES // 2,
            pipe_bytes=_PIPE_BYTES,
        )

    async def open(self) -> None:
        """Start decoding and wait for the first second. Raises MediaError when there is no sound at all.

        Cancelled while it waits, it leaves no decoder behind.
        """
        if self._pump is not None:
            return
        try:
            await self._process.start()
        except RadiocastError as error:
            raise MediaError(f"{self._path}: {error}") from error
        self._pump = asyncio.create_task(self._read_ahead(), name=f"deck {self._path.name}")
        heard = False
        try:
            heard = bool(await self.ready(SAMPLE_RATE))
        finally:
            if not heard:
                await self.close()
        if not heard:
            raise MediaError(self._failure or f"{self._path}: no sound in it")

    @property
    def pid(self) -> int:
        """The decoder's process id."""
        return self._process.pid

    @property
    def remaining(self) -> int | None:
        """Frames left, once decoding has come to the end."""
        return self.buffered if self._ended else None

    @property
    def failure(self) -> str:
        """What went wrong with the file, if anything did, with its name."""
        return self._failure

    @property
    def buffered(self) -> int:
        """Frames decoded and not yet taken."""
        return len(self._kept)

    async def ready(self, frames: int) -> int:
        """Wait for so many frames, or the end. A frame count past the read-ahead is not waited for."""
        need = min(frames, self._limit)
        while self.buffered < need and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        return min(frames, self.buffered)

    def take(self, frames: int) -> Pcm:
        """The next frames, fewer at the end."""
        sound = self._kept.take(min(frames, self.buffered))
        # In half-empty gulps rather than sips: fewer wake-ups, of us and of ffmpeg.
        if self.buffered <= self._limit // 2:
            self._room.set()
        return sound

    async def close(self) -> None:
        """End the decoder and let go of its sound."""
        pump, self._pump = self._pump, None
        await end_reading(pump, self._process)
        self._kept.clear()
        self._finish()

    async def _read_ahead(self) -> None:
        frames = WholeFrames()
        try:
            while not self._ended:
                async with asyncio.timeout(self._stall_s):
                    data = await self._process.stdout.read(_READ_BYTES)
                if not data:
                    await self._end_of_file()
                    return
                self._accept(frames.of(data))
                if self.buffered > self._limit // 4:
                    # No hurry: one large read in place of many small ones.
                    await asyncio.sleep(_GATHER_S)
                if self.buffered >= self._limit:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            self._fail(f"gave no sound for {self._stall_s:g} s: a disk or a network folder hangs")
        except OSError as error:
            self._fail(str(error))

    def _accept(self, data: bytes) -> None:
        """Drop what lies before the cue-in, keep what lies before the cue-out."""
        if self._skip:
            dropped = min(self._skip, len(data))
            self._skip -= dropped
            data = data[dropped:]
        piece = from_bytes(data)
        if self._wanted is not None:
            piece = piece[: self._wanted]
            self._wanted -= len(piece)
        self._kept.append(piece)
        if self._wanted == 0:
            self._finish()
        else:
            self._changed.set()

    async def _end_of_file(self) -> None:
        """The decoder closed its end: the file's end, or its own."""
        try:
            async with asyncio.timeout(self._stall_s):
                code = await self._process.wait()
        except TimeoutError:
            code = 0
        if code != 0:
            words = self._process.errors().strip().splitlines()
            self._fail(words[-1] if words else f"its decoder ended with exit code {code}")
        elif self._wanted is not None and self._wanted > samples(SHORT_S):
            self._fail(f"ends {seconds(self._wanted):.1f} s before its cue-out point: cut short, or replaced")
        else:
            self._finish()

    def _fail(self, why: str) -> None:
        self._failure = why if str(self._path) in why else f"{self._path}: {why}"
        self._finish()

    def _finish(self) -> None:
        self._ended = True
        self._changed.set()
        self._room.set()


async def decode_whole(path: Path, *, max_s: float = 120.0) -> Pcm:
    """A short file's sound in memory, at most `max_s` of it. Raises MediaError where there is none."""
    deck = Deck(path, read_ahead_s=max_s + 1.0)
    try:
        await deck.open()
        return deck.take(await deck.ready(samples(max_s))).copy()
    finally:
        await deck.close()
