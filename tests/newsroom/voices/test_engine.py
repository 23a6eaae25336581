import asyncio
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.model.errors import VoiceError
from radiocast.newsroom.voices.engine import EngineVoice, limit_s
from radiocast.newsroom.voices.frames import (
    error_frame,
    read_header,
    read_request,
    request,
    sound_frame,
)
from radiocast.newsroom.voices.pronunciation import Notation
from radiocast.newsroom.voices.voice import Speech

# Speaks each sentence as its length in samples of its first letter; does to some words what they say.
ENGINE = """\
import os, sys, time
from radiocast.newsroom.voices.frames import error_frame, read_request, sound_frame
starts = open({log!r}, "a")
sentences = read_request(sys.stdin.buffer.read())
starts.write(f"{{len(sentences)}}\\n"); starts.close()
out = sys.stdout.buffer
for sentence in sentences:
    if sentence == "crash": os.kill(os.getpid(), 11)
    if sentence == "crash once" and not os.path.exists({once!r}):
        open({once!r}, "w").close(); os.kill(os.getpid(), 11)
    if sentence == "hang": time.sleep(60)
    if sentence == "nonsense": out.write(b"what?\\n"); out.flush(); time.sleep(60)
    if sentence == "half": out.write(sound_frame(bytes(1000), 8000)[:500]); out.flush(); os._exit(0)
    if sentence == "refuse": frame = error_frame("I will not say that")
    elif sentence == "silence": frame = sound_frame(bytes(200), 8000)
    else: frame = sound_frame(bytes([ord(sentence[0]), 1]) * len(sentence), 8000)
    out.write(frame); out.flush()
"""


class Engine:
    def __init__(self, folder: Path) -> None:
        self.log = folder / "starts"
        code = ENGINE.format(log=str(self.log), once=str(folder / "once"))
        self.voice = EngineVoice(
            (sys.executable, "-c", code),
            name="fake",
            identity="fake",
            notation=Notation.PLAIN,
        )

    async def record(self, *sentences: str) -> list[str]:
        results = await self.voice.record(sentences)
        return [each.pcm[:1].decode() if isinstance(each, Speech) else str(each) for each in results]

    @property
    def starts(self) -> list[int]:
        """How many sentences each process was given."""
        return [int(line) for line in self.log.read_text("utf-8").split()]


async def test_many_sentences_are_one_process(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    assert await engine.record(*"abcdefgh") == list("abcdefgh")
    assert engine.starts == [8]


async def test_none_are_none(tmp_path: Path) -> None:
    assert await Engine(tmp_path).record() == []


@pytest.mark.parametrize(
    ("bad", "reason", "starts"),
    [
        # A death may have other reasons than the sentence, so it is tried once more, alone.
        ("crash", "exit code -11", [4, 1, 1]),
        ("half", "middle of a sentence", [4, 1, 1]),
        ("nonsense", "is no speech; it begins b'what", [4, 1]),
        ("refuse", "I will not say that", [4]),
        ("silence", "no sound for 'silence'", [4]),
    ],
)
async def test_one_bad_sentence_costs_only_itself(
    tmp_path: Path, bad: str, reason: str, starts: list[int]
) -> None:
    engine = Engine(tmp_path)
    first, second, third, fourth = await engine.record("a", "b", bad, "d")
    assert (first, second, fourth) == ("a", "b", "d")
    assert reason in third
    assert engine.starts == starts


async def test_a_death_by_accident_costs_nothing(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    assert await engine.record("a", "crash once", "d") == ["a", "c", "d"]
    assert engine.starts == [3, 1, 1]


async def test_a_hanging_sentence_costs_its_time_and_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The others have all the time that a loaded machine may need.
    monkeypatch.setattr(
        "radiocast.newsroom.voices.engine.limit_s", lambda _, text: 0.2 if text == "hang" else 60.0
    )
    engine = Engine(tmp_path)
    first, hung, last = await engine.record("a", "hang", "c")
    assert (first, last) == ("a", "c")
    assert "not done within 0.2 s, ended (newsroom.voice.timeout)" in hung
    assert engine.starts == [3, 1]


async def test_a_voice_that_goes_on_failing_is_not_asked_for_ever(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    results = await engine.record("half", "half", "half", "d")
    assert "middle of a sentence" in results[1]
    assert results[2] == results[3] == "voice fake: failed 2 times, not asked again"
    assert "not asked again" in (await engine.record("e"))[0]


async def test_an_engine_that_can_do_nothing_is_asked_once(tmp_path: Path) -> None:
    note = tmp_path / "asked"
    code = f"open({str(note)!r}, 'a').write('x'); raise SystemExit('there is no such voice')"
    voice = EngineVoice(
        (sys.executable, "-c", code), name="fake", identity="", notation=Notation.PLAIN, timeout_s=20
    )
    results = await voice.record(["a", "b", "c"])
    assert {str(each).partition(": ")[2].rpartition(": ")[2] for each in results} == {
        "there is no such voice"
    }
    assert note.read_text("utf-8") == "x"


async def test_a_missing_program_is_a_reason_for_every_sentence() -> None:
    voice = EngineVoice(("/nonexistent/voice",), name="gone", identity="", notation=Notation.PLAIN)
    assert all("cannot be run" in str(each) for each in await voice.record(["a", "b", "c"]))


async def test_a_cancelled_engine_leaves_nothing(tmp_path: Path) -> None:
    note = tmp_path / "fifo"
    os.mkfifo(note)
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    voice = EngineVoice((sys.executable, "-c", code), name="fake", identity="", notation=Notation.PLAIN)
    task = asyncio.create_task(voice.record(["a"]))
    pid = int(await asyncio.to_thread(note.read_text, "utf-8"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_long_texts_have_longer() -> None:
    assert limit_s(30.0, "short") == 30.0
    assert limit_s(30.0, "x" * 1500) == 90.0


@given(st.lists(st.text(max_size=20), max_size=5))
def test_sentences_arrive_as_they_were_sent(sentences: list[str]) -> None:
    assert read_request(request(sentences)) == sentences


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'"a"', b"\xff"])
def test_what_is_no_list_of_sentences_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a list of sentences"):
        read_request(data)


def test_frames_say_what_follows() -> None:
    assert read_header(sound_frame(bytes(8), 22050).split(b"\n", 1)[0], voice="v") == (22050, 8)
    refused = read_header(error_frame("why not"), voice="v")
    assert str(refused) == "voice v: why not"


@given(
    st.one_of(
        st.binary(max_size=80), st.sampled_from([b'{"rate": 1e9, "bytes": 2}', b'{"rate":8000,"bytes":3}'])
    )
)
def test_any_header_is_understood_or_a_voice_error(line: bytes) -> None:
    try:
        header = read_header(line, voice="v")
    except VoiceError:
        return
    assert isinstance(header, tuple | VoiceError)
