"""Decks: one contract for sound in memory and sound from a file, then what only files can do."""

import asyncio
import os
import signal
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.model.errors import MediaError
from radiocast.model.units import SAMPLE_RATE, samples
from radiocast.studio.deck import BufferDeck, Deck, Sound, decode_whole
from radiocast.studio.pcm import Pcm
from tests.studio.sounds import as_int16, convert, noise, sine, write_wav

SECONDS = 3.0
SOUND = noise(SECONDS, seed=1)
Opener = Callable[[], Awaitable[Sound]]


@asynccontextmanager
async def opened(path: Path, **options: float) -> AsyncIterator[Deck]:
    deck = Deck(path, **options)
    try:
        await deck.open()
        yield deck
    finally:
        await deck.close()


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def drain(sound: Sound, chunk: int = 10_000) -> Pcm:
    parts = []
    while frames := await sound.ready(chunk):
        parts.append(sound.take(frames).copy())
    return np.concatenate(parts)


class TestContract:
    """What the mixer and the playout rely on, of every deck."""

    @pytest.fixture(params=["buffer", "wav", "flac"])
    async def sound(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sound]:
        if request.param == "buffer":
            yield BufferDeck(as_int16(SOUND))
            return
        path = write_wav(tmp_path / "a.wav", SOUND)
        if request.param == "flac":
            path = convert(path, tmp_path / "a.flac")
        async with opened(path) as deck:
            yield deck

    async def test_gives_every_sample_once_and_in_order(self, sound: Sound) -> None:
        assert np.array_equal(await drain(sound, 7_777), as_int16(SOUND))

    async def test_knows_its_end_when_less_is_ready_than_asked_for(self, sound: Sound) -> None:
        whole = samples(SECONDS)
        assert await sound.ready(whole - 1) == whole - 1
        assert len(sound.take(whole - 100)) == whole - 100
        assert await sound.ready(1_000) == 100
        assert sound.remaining == 100
        assert len(sound.take(1_000)) == 100
        assert sound.remaining == 0
        assert await sound.ready(1) == 0
        assert len(sound.take(5)) == 0

    async def test_a_clean_end_is_no_failure(self, sound: Sound) -> None:
        await drain(sound)
        assert sound.failure == ""

    async def test_closing_twice_is_fine(self, sound: Sound) -> None:
        await sound.close()
        await sound.close()


@settings(max_examples=50, deadline=None)
@given(
    length=st.integers(1, 50),
    loop=st.integers(0, 300),
    chunks=st.lists(st.integers(0, 40), min_size=1, max_size=30),
)
def test_a_loop_is_the_sound_over_and_over(length: int, loop: int, chunks: list[int]) -> None:
    pcm = noise(length / SAMPLE_RATE, seed=2)
    deck = BufferDeck(pcm, loop_frames=loop)
    out = np.concatenate([deck.take(n) for n in chunks])
    expected = np.tile(pcm, (loop // length + 1, 1))[:loop][: sum(chunks)]
    assert np.array_equal(out, expected)
    assert deck.remaining == max(0, loop - sum(chunks))


class TestCuePoints:
    @pytest.mark.parametrize(
        ("cue_in_s", "cue_out_s"), [(0.5, 2.0), (0.012345, 1.0), (0.0, 0.25), (1.5, None)]
    )
    async def test_lossless_files_are_exact_to_the_sample(
        self, tmp_path: Path, cue_in_s: float, cue_out_s: float | None
    ) -> None:
        path = convert(write_wav(tmp_path / "a.wav", SOUND), tmp_path / "a.flac")
        deck = Deck(path, cue_in_s=cue_in_s, cue_out_s=cue_out_s)
        await deck.open()
        out = await drain(deck)
        await deck.close()
        last = len(SOUND) if cue_out_s is None else samples(cue_out_s)
        assert np.array_equal(out, as_int16(SOUND)[samples(cue_in_s) : last])

    @pytest.mark.parametrize("kind", ["mp3", "ogg", "opus"])
    async def test_lossy_files_start_where_their_whole_sound_has_that_sample(
        self, tmp_path: Path, kind: str
    ) -> None:
        codec = {"mp3": "libmp3lame", "ogg": "libvorbis", "opus": "libopus"}[kind]
        path = convert(write_wav(tmp_path / "a.wav", SOUND), tmp_path / f"a.{kind}", "-c:a", codec)
        async with opened(path) as deck:
            whole = await drain(deck)
        deck = Deck(path, cue_in_s=1.25, cue_out_s=2.5)
        await deck.open()
        part = await drain(deck)
        await deck.close()
        assert np.array_equal(part, whole[samples(1.25) : samples(2.5)])

    async def test_a_far_start_seeks_and_is_still_exact_in_lossless_files(self, tmp_path: Path) -> None:
        sound = noise(125.0, seed=3)
        path = write_wav(tmp_path / "long.wav", sound)
        async with opened(path, cue_in_s=121.5) as deck:
            assert np.array_equal(await drain(deck), as_int16(sound)[samples(121.5) :])


class TestReadAhead:
    async def test_is_bounded(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "long.wav", sine(60.0))
        async with opened(path, read_ahead_s=2.0) as deck:
            await deck.ready(samples(2.0))
            # One read of the pipe may lie on top.
            assert samples(2.0) <= deck.buffered <= samples(2.0) + 256 * 1024 // 8
            assert deck.remaining is None
            assert len(await drain(deck)) == samples(60.0)

    async def test_a_long_file_costs_no_more_memory_than_a_short_one(self, tmp_path: Path) -> None:
        path = tmp_path / "long.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
            file.setnframes(20 * 60 * SAMPLE_RATE)
            file.writeframesraw(b"")
            file._nframeswritten = 20 * 60 * SAMPLE_RATE  # type: ignore[attr-defined]
        os.truncate(path, 44 + 20 * 60 * SAMPLE_RATE * 4)  # sparse: the disk holds a page of it
        async with opened(path) as deck:
            before = most = resident_bytes()
            frames = 0
            while got := await deck.ready(SAMPLE_RATE):
                frames += len(deck.take(got))
                most = max(most, resident_bytes())
            assert frames == 20 * 60 * SAMPLE_RATE
        assert most - before < 12 * 2**20

    async def test_the_end_is_known_before_it_is_taken(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", SOUND)
        async with opened(path, read_ahead_s=10.0) as deck:
            await deck.ready(samples(10.0))
            assert deck.remaining == len(SOUND)


class TestBrokenFiles:
    @pytest.mark.parametrize(
        "content", [b"", b"These are words, not sound.\n" * 400, b"#EXTM3U\nhttp://127.0.0.1:9/a\n"]
    )
    async def test_what_has_no_sound_does_not_open(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.mp3"
        path.write_bytes(content)
        with pytest.raises(MediaError, match=r"a\.mp3"):
            await Deck(path).open()

    async def test_a_missing_file_does_not_open(self, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match=r"gone\.mp3.*No such file"):
            await Deck(tmp_path / "gone.mp3").open()

    async def test_a_cue_in_after_the_end_does_not_open(self, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match="no sound in it"):
            await Deck(write_wav(tmp_path / "a.wav", SOUND), cue_in_s=5.0).open()

    async def test_a_truncated_file_plays_what_it_has_and_says_how_much_is_missing(
        self, tmp_path: Path
    ) -> None:
        path = convert(write_wav(tmp_path / "a.wav", noise(20.0, seed=4)), tmp_path / "a.mp3")
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        async with opened(path, cue_out_s=20.0) as deck:
            out = await drain(deck)
            assert 9.0 < len(out) / SAMPLE_RATE < 11.0
            assert "before its cue-out point" in deck.failure or "Invalid data" in deck.failure

    async def test_a_deleted_file_plays_on(self, tmp_path: Path) -> None:
        sound = noise(30.0, seed=5)
        path = write_wav(tmp_path / "a.wav", sound)
        async with opened(path, read_ahead_s=1.0) as deck:
            path.unlink()
            assert np.array_equal(await drain(deck), as_int16(sound))
            assert deck.failure == ""

    async def test_a_killed_decoder_is_an_early_end_with_a_reason(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", noise(60.0, seed=6))
        async with opened(path, read_ahead_s=1.0) as deck:
            os.kill(deck.pid, signal.SIGKILL)
            assert len(await drain(deck)) < samples(60.0)
            assert "a.wav" in deck.failure
            assert deck.remaining == 0

    async def test_a_stalled_decoder_is_given_up(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", noise(60.0, seed=7))
        async with opened(path, read_ahead_s=1.0, stall_s=2.0) as deck:
            os.kill(deck.pid, signal.SIGSTOP)
            assert len(await drain(deck)) < samples(60.0)
            assert "gave no sound for 2 s" in deck.failure

    async def test_a_pipe_that_nobody_writes_does_not_hang(self, tmp_path: Path) -> None:
        path = tmp_path / "a.mp3"
        os.mkfifo(path)
        with pytest.raises(MediaError, match="gave no sound"):
            await Deck(path, stall_s=0.2).open()

    async def test_not_a_number_becomes_silence(self, tmp_path: Path) -> None:
        pcm = sine(2.0)
        pcm[1000:1010] = np.nan
        raw = tmp_path / "a.raw"
        raw.write_bytes(pcm.tobytes())
        path = tmp_path / "a.wav"
        process = await asyncio.create_subprocess_exec(
            *(ffmpeg_path(), "-v", "error", "-f", "f32le", "-ar", "48000", "-ac", "2", "-i", str(raw)),
            *("-c:a", "pcm_f32le", str(path)),
        )
        assert await process.wait() == 0
        out = await decode_whole(path)
        assert np.isfinite(out).all()
        assert np.array_equal(out[2000:], pcm[2000:])


@pytest.mark.parametrize("whole", [False, True])
async def test_a_deck_that_is_cancelled_while_it_opens_leaves_no_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    """Regression: the standby sound being decoded when the playout ended left its ffmpeg running."""
    started = asyncio.Event()
    pids: list[int] = []
    real_ready = Deck.ready

    async def ready(self: Deck, frames: int) -> int:
        pids.append(self.pid)
        started.set()
        await asyncio.Event().wait()
        return await real_ready(self, frames)

    monkeypatch.setattr(Deck, "ready", ready)
    path = write_wav(tmp_path / "a.wav", sine(600.0))
    opening = asyncio.create_task(decode_whole(path) if whole else Deck(path).open())
    await started.wait()
    opening.cancel()
    await asyncio.wait({opening})
    assert opening.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
