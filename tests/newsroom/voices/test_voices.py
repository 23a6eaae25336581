import asyncio
import os
import struct
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.config.station import VoiceConfig
from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.choose import make_voice
from radiocast.newsroom.voices.command import CommandVoice
from radiocast.newsroom.voices.fallback import FallbackVoice
from radiocast.newsroom.voices.voice import Speech
from radiocast.newsroom.voices.wav import speech_from_wav, wav

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


class Fake:
    def __init__(self, name: str, *, fails: int = 0) -> None:
        self.name = name
        self.fails = fails
        self.asked = 0

    async def speak(self, text: str) -> Speech:
        self.asked += 1
        if self.asked <= self.fails:
            raise VoiceError(f"voice {self.name}: hoarse")
        return Speech(pcm=TONE, rate=8000, voice=self.name)


async def test_the_next_voice_speaks_and_the_failure_is_counted() -> None:
    first, second = Fake("first", fails=1), Fake("second")
    chain = FallbackVoice([first, second])
    assert (await chain.speak("a")).voice == "second"
    assert (await chain.speak("b")).voice == "first"
    assert sum(chain.failures.values()) == 1
    assert chain.problems == ["voice first: hoarse"]


async def test_a_voice_that_goes_on_failing_is_not_asked_for_ever() -> None:
    first, second = Fake("first", fails=99), Fake("second")
    chain = FallbackVoice([first, second])
    for _ in range(10):
        assert (await chain.speak("a")).voice == "second"
    assert first.asked == 2


async def test_all_voices_failing_names_every_reason() -> None:
    with pytest.raises(VoiceError, match="first: hoarse; voice second: hoarse"):
        await FallbackVoice([Fake("first", fails=9), Fake("second", fails=9)]).speak("a")


async def test_espeak_speaks() -> None:
    slow = await make_voice(VoiceConfig(words_per_minute=120)).speak(
        "Good morning. Here is the news from Newsline."
    )
    fast = await make_voice(VoiceConfig(words_per_minute=220)).speak(
        "Good morning. Here is the news from Newsline."
    )
    assert 2.0 < fast.duration_s < slow.duration_s * 0.75
    samples = np.frombuffer(slow.pcm, "<i2").astype(float)
    assert np.sqrt(np.mean(samples**2)) > 500
    # Speech, not a hum or noise: its energy below 4 kHz, and its level moving from syllable to pause.
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    assert spectrum[: int(4000 / slow.rate * len(samples))].sum() > 0.9 * spectrum.sum()
    level = np.sqrt(np.mean(samples[: len(samples) // 1000 * 1000].reshape(-1, 1000) ** 2, axis=1))
    assert np.percentile(level, 90) > 10 * np.percentile(level, 5)


async def test_espeak_says_that_it_has_no_such_voice() -> None:
    with pytest.raises(VoiceError, match="no voice 'xx-none'"):
        await make_voice(VoiceConfig(name="xx-none")).speak("Hello")


async def test_the_chain_of_the_configuration() -> None:
    config = VoiceConfig(
        engine="command",
        name="broken",
        command=(sys.executable, "-c", "raise SystemExit(3)"),
        fallback=(VoiceConfig(engine="command", name="empty"), VoiceConfig(name="en-gb")),
    )
    voice = make_voice(config)
    assert (await voice.speak("Hello")).voice == "espeak-ng en-gb"
    assert any("newsroom.voice.command" in problem for problem in voice.problems)
    assert any("exit code 3" in problem for problem in voice.problems)
    with pytest.raises(VoiceError, match="no command"):
        make_voice(VoiceConfig(engine="command"))


def test_a_streamed_wav_without_its_length_is_read() -> None:
    whole = wav(TONE, 8000)
    streamed = whole[:40] + struct.pack("<I", 0xFFFFFFFF) + whole[44:]
    assert speech_from_wav(streamed, voice="v").pcm == TONE


def test_a_stereo_wav_of_24_bits_becomes_mono_of_16() -> None:
    samples = np.frombuffer(TONE, "<i2")
    left = b"".join(bytes([0]) + int(sample).to_bytes(2, "little", signed=True) for sample in samples)
    frames = b"".join(left[at : at + 3] * 2 for at in range(0, len(left), 3))
    chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 8000, 48000, 6, 24)
    size = struct.pack("<I", len(frames))
    header = b"RIFF" + struct.pack("<I", 36 + len(frames)) + b"WAVE" + chunk + b"data" + size
    assert speech_from_wav(header + frames, voice="v").pcm == TONE


@given(
    st.one_of(
        st.binary(max_size=200), st.binary(max_size=60).map(lambda tail: wav(TONE[:100], 8000)[:44] + tail)
    )
)
def test_any_bytes_are_speech_or_a_voice_error(data: bytes) -> None:
    try:
        speech = speech_from_wav(data, voice="v")
    except VoiceError:
        return
    assert speech.pcm
