import asyncio
import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from radiocast.ffmpeg.binary import ffmpeg_path
from radiocast.ffmpeg.inputs import file_input
from radiocast.ffmpeg.process import STDERR_LINES, FfmpegProcess, run_ffmpeg
from radiocast.model.errors import EnvironmentFault, MediaError
from tests.faults.media import ffmpegs, use_ffmpeg

Fake = Callable[[str], None]

# A second of silence, and as much of it as anybody reads.
SECOND = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "1", "-f", "s16le", "-")
ENDLESS = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-f", "s16le", "-")


@pytest.fixture(params=ffmpegs(), ids=lambda path: "wheel" if "imageio" in path else "system")
def each_ffmpeg(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    use_ffmpeg(request.param, monkeypatch)
    yield request.param
    ffmpeg_path.cache_clear()


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """Put a Python program in ffmpeg's place."""

    def install(source: str) -> None:
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!{sys.executable} -S\nimport os, signal, sys, time\n{textwrap.dedent(source)}")
        path.chmod(0o755)
        use_ffmpeg(str(path), monkeypatch)

    yield install
    ffmpeg_path.cache_clear()


async def gone(pid: int, *, within_s: float = 10.0) -> bool:
    """Whether the process ends and is reaped in time; a zombie still answers signal 0."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.usefixtures("each_ffmpeg")
async def test_output_and_exit_code() -> None:
    async with FfmpegProcess(SECOND) as process:
        output = await process.stdout.read()
        assert await process.wait() == 0
        assert len(output) == 48_000 * 4
        assert process.errors() == ""


@pytest.mark.usefixtures("each_ffmpeg")
async def test_input_is_a_pipe() -> None:
    args = ("-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "-", "-af", "volume=1", "-f", "s16le", "-")
    async with FfmpegProcess(args, stdin=True) as process:
        process.stdin.write(b"\x01\x02" * 9600)
        process.stdin.write_eof()
        assert await process.stdout.read() == b"\x01\x02" * 9600
        assert await process.wait() == 0


@pytest.mark.usefixtures("each_ffmpeg")
async def test_leaving_with_output_unread_ends_it_at_once() -> None:
    # Before, up to Python 3.12, stop() waited for ever for a stdout that nobody read to close.
    async with FfmpegProcess(ENDLESS, limit=4096) as process:
        await process.stdout.readexactly(4096)
        pid = process.pid
    async with asyncio.timeout(5):
        assert await gone(pid)


@pytest.mark.usefixtures("each_ffmpeg")
async def test_failure_raises_ffmpegs_own_words() -> None:
    with pytest.raises(MediaError, match=r"nowhere\.mp3"):
        await run_ffmpeg(("-i", "nowhere.mp3", "-f", "null", "-"), timeout_s=20)


@pytest.mark.usefixtures("each_ffmpeg")
async def test_a_run_gives_output_and_words() -> None:
    output, words = await run_ffmpeg(SECOND, timeout_s=20, loglevel="info")
    assert len(output) == 48_000 * 4
    assert "anullsrc" in words


async def test_niceness_is_the_childs_and_not_ours() -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    async with FfmpegProcess(ENDLESS, niceness=15) as process:
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == max(ours, 15)
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours


async def test_one_that_will_not_end_is_killed(fake: Fake) -> None:
    fake(
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(1, b"ready")
        time.sleep(60)
        """
    )
    async with FfmpegProcess(()) as process:
        await process.stdout.readexactly(5)
        pid = process.pid
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert await gone(pid)


async def test_cancelled_while_it_stops_it_still_ends(fake: Fake) -> None:
    fake(
        """
        signal.signal(signal.SIGTERM, lambda *_: os.write(2, b"no\\n"))
        os.write(1, b"ready")
        while True:
            time.sleep(60)
        """
    )
    process = FfmpegProcess(())
    await process.start()
    await process.stdout.readexactly(5)
    pid, child = process.pid, process._running
    stopping = asyncio.ensure_future(process.stop())
    async with asyncio.timeout(5):
        # Until it has refused, and stop() is waiting for it.
        while "no" not in process.errors():  # noqa: ASYNC110 - a line of stderr sets no event
            await asyncio.sleep(0.005)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert await gone(pid)
    async with asyncio.timeout(5):
        # Up to Python 3.11 a thread reaps it and tells the loop afterwards; a loop that is closed before
        # that leaves a Popen that takes its child for alive, and says so.
        while child.returncode is None:  # noqa: ASYNC110 - nothing else tells of it
            await asyncio.sleep(0.005)


async def test_a_time_limit_ends_it(fake: Fake) -> None:
    fake("os.write(2, str(os.getpid()).encode()); time.sleep(60)")
    with pytest.raises(MediaError, match=r"longer than 0\.5 s") as caught:
        await run_ffmpeg((), timeout_s=0.5)
    assert isinstance(caught.value.__cause__, TimeoutError)


async def test_a_flood_of_words_is_bounded_and_the_last_ones_kept(fake: Fake) -> None:
    fake(
        """
        for number in range(5000):
            os.write(2, b"line %d\\n" % number)
        os.write(2, b"x" * 3_000_000 + b"\\r")
        os.write(2, b"\\xff last words")
        """
    )
    async with FfmpegProcess(()) as process:
        assert await process.stdout.read() == b""
        assert await process.wait() == 0
        lines = process.errors().splitlines()
    assert len(lines) == STDERR_LINES
    assert lines[-1] == "\ufffd last words"
    assert lines[-2].startswith("xxx")
    assert len(lines[-2]) < 1000
    assert lines[-3] == "line 4999"


async def test_last_words_are_there_after_leaving(fake: Fake) -> None:
    fake('os.write(2, b"why it failed"); os.close(1); time.sleep(60)')
    async with FfmpegProcess(()) as process:
        await process.stdout.read()
    assert process.errors() == "why it failed"


async def test_a_binary_that_cannot_run_is_the_environments_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ffmpeg"
    path.write_bytes(b"\x7fELF of another machine")
    path.chmod(0o755)
    use_ffmpeg(str(path), monkeypatch)
    with pytest.raises(EnvironmentFault, match="cannot be started"):
        await run_ffmpeg((), timeout_s=5)
    ffmpeg_path.cache_clear()


async def test_outside_its_block_it_says_so() -> None:
    process = FfmpegProcess(SECOND)
    with pytest.raises(RuntimeError, match="async with"):
        _ = process.stdout
    await process.stop()
    async with process:
        await process.stdout.read()
    await process.stop()
    with pytest.raises(RuntimeError, match="async with"):
        _ = process.pid


def test_a_start_inside_the_file_comes_before_it() -> None:
    args = file_input(Path("-x.mp3"), start_s=1.5)
    assert args == ("-protocol_whitelist", "file", "-ss", "1.500000", "-i", "file:-x.mp3")
    assert "-ss" not in file_input(Path("x.mp3"))
