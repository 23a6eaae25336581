import asyncio
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.command import CommandVoice
from radiocast.newsroom.voices.voice import Speech
from tests.newsroom.sounds import wav

TONE = (np.sin(np.arange(8000) / 5) * 9000).astype("<i2").tobytes()


def python(
    code: str, *, timeout_s: float = 20.0, max_bytes: int = 1_000_000, name: str = "fake"
) -> CommandVoice:
    return CommandVoice((sys.executable, "-c", code), name=name, timeout_s=timeout_s, max_bytes=max_bytes)


SAYS = f"import sys; text = sys.stdin.read(); sys.stdout.buffer.write({wav(TONE, 8000)!r})"


async def test_a_command_speaks() -> None:
    speech = await python(SAYS).speak("Hello")
    assert (speech.rate, speech.duration_s, speech.voice) == (8000, 1.0, "fake")
    assert speech.pcm == TONE


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit('out of paper')", "exit code 1: out of paper"),
        ("pass", "no sound at all"),
        ("print('this is no wav')", "no WAV of PCM"),
        (f"import sys; sys.stdout.buffer.write({wav(TONE, 8000)[:5000]!r})", "cut short: 2478 of 8000"),
        (f"import sys; sys.stdout.buffer.write({wav(TONE, 8000)[:30]!r})", "no WAV of PCM"),
        (f"import sys; sys.stdout.buffer.write({wav(bytes(2000), 8000)!r})", "silent"),
        (f"import sys; sys.stdout.buffer.write({wav(b'', 8000)!r})", "no sound in it"),
        ("import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))", "more than 1000000 bytes"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "exit code -11"),
    ],
)
async def test_a_broken_command_is_a_voice_error(code: str, reason: str) -> None:
    with pytest.raises(VoiceError, match=reason):
        await python(code).speak("Hello")


async def test_a_missing_command_is_a_voice_error() -> None:
    with pytest.raises(VoiceError, match="cannot be run"):
        await CommandVoice(("/nonexistent/voice",), name="gone").speak("Hello")


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _gone(pids: list[int]) -> None:
    """Killed is not yet dead: only the leader is ours to reap, its child dies when it is next scheduled."""
    give_up = time.monotonic() + 30
    while any(_alive(pid) for pid in pids):
        assert time.monotonic() < give_up, f"still alive: {pids}"
        time.sleep(0.02)


async def test_a_hanging_command_is_ended_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(60)"
    )
    with pytest.raises(VoiceError, match=r"not done within 0\.5 s"):
        await python(code, timeout_s=0.5).speak("Hello")
    if note.exists():  # a machine under load may not have come so far in half a second
        await asyncio.to_thread(_gone, [int(pid) for pid in note.read_text(encoding="utf-8").split()])


async def test_a_cancelled_voice_leaves_nothing(tmp_path: Path) -> None:
    note = tmp_path / "fifo"
    os.mkfifo(note)
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    task = asyncio.create_task(python(code).speak("Hello"))
    pid = int(await asyncio.to_thread(note.read_text, "utf-8"))
    assert _alive(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not _alive(pid)


async def test_sentences_are_spoken_in_order() -> None:
    code = (
        "import sys; text = sys.stdin.read()\n"
        f"sys.stdout.buffer.write({wav(TONE, 8000)[:44]!r} + bytes([ord(text), 1]) * 8000)"
    )
    results = await python(code).record(list("abcdefg"))
    assert "".join(chr(each.pcm[0]) for each in results if isinstance(each, Speech)) == "abcdefg"


async def test_two_speak_at_a_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[str] = []
    most = 0

    async def speak(_: CommandVoice, text: str) -> Speech:
        nonlocal most
        running.append(text)
        most = max(most, len(running))
        for _turn in range(5):
            await asyncio.sleep(0)
        running.remove(text)
        return Speech(pcm=TONE, rate=8000)

    monkeypatch.setattr(CommandVoice, "speak", speak)
    assert len(await python("pass").record(list("abcdefg"))) == 7
    assert most == 2


async def test_one_sentence_that_fails_costs_only_itself() -> None:
    code = f"import sys\nif sys.stdin.read() == 'b': sys.exit('no')\n{SAYS}"
    first, second, third = await python(code).record(["a", "b", "c"])
    assert isinstance(first, Speech)
    assert isinstance(third, Speech)
    assert "exit code 1: no" in str(second)


def test_there_must_be_a_command() -> None:
    with pytest.raises(VoiceError, match=r"set newsroom\.voice\.command"):
        CommandVoice((), name="empty")
